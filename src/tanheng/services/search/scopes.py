"""Who may find what: entries that the same people may read have one scope, of which there are few."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

import orjson
from sqlalchemy import ColumnElement, or_, select

from tanheng.accounts import Thing
from tanheng.accounts.actors import ActorKind
from tanheng.services.search.model import Entry
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import search as tables


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose things are, and who else may read them; as in :class:`~tanheng.services.search.model.Entry`."""

    organisation: str = ""
    public: bool = False
    signed_in: bool = False
    shared: frozenset[str] = frozenset()

    @classmethod
    def of(cls, entry: Entry) -> Scope:
        """The scope of an entry."""
        return cls(entry.organisation, entry.public, entry.signed_in, entry.shared)

    @property
    def key(self) -> str:
        """The same for the same people."""
        told = [self.organisation, self.public, self.signed_in, sorted(self.shared)]
        return hashlib.sha256(orjson.dumps(told)).hexdigest()


def numbers(work: Work, wanted: Collection[Scope]) -> dict[Scope, int]:
    """The numbers of scopes; those that have none are given one."""
    by_key = {scope.key: scope for scope in wanted}
    found = _known(work, by_key)
    if missing := sorted({*by_key} - {*found}):
        rows = [
            {"key": key, "organisation": one.organisation, "public": one.public, "signed_in": one.signed_in}
            for key in missing
            for one in (by_key[key],)
        ]
        work.add_missing(tables.scopes, rows)
        found |= _known(work, missing)
        shares = [{"scope": found[key], "organisation": one} for key in missing for one in sorted(by_key[key].shared)]
        if shares:
            work.add_missing(tables.shared, shares)
    return {by_key[key]: number for key, number in found.items()}


def _known(work: Work, keys: Collection[str]) -> dict[str, int]:
    table = tables.scopes
    query = select(table.c.key, table.c.number).where(table.c.key.in_(sorted(keys)))
    return {row.key: row.number for row in work.sql.execute(query)}


def seen(work: Work) -> list[int] | None:
    """The scopes of what the actor may find; ``None`` for all.

    That is what is public, what is open to all who are signed in, their organisations' own, and what is shared with these.
    """
    if work.actor.kind is ActorKind.SYSTEM:
        return None
    table, shared = tables.scopes, tables.shared
    ways: list[ColumnElement[bool]] = [table.c.public]
    if work.may("search.signed-in", Thing("search")):
        ways.append(table.c.signed_in)
    if (own := sorted(work.actor.organisations)) and work.may("search.own", Thing("search")):
        ways.append(table.c.organisation.in_(own))
        ways.append(table.c.number.in_(select(shared.c.scope).where(shared.c.organisation.in_(own))))
    return list(work.sql.execute(select(table.c.number).where(or_(*ways)).order_by(table.c.number)).scalars())
