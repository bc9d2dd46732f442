"""Notices: what somebody should know of without having asked just now; each is of one person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.audit import Event
from tanheng.services.paging import Page, Paging, page
from tanheng.storage.sql import Work, at_once
from tanheng.storage.sql.tables import accounts
from tanheng.storage.sql.tables import notices as tables
from tanheng.storage.sql.types import new_id
from tanheng.storage.sql.work import is_id
from tanheng.texts import counted

KIND = "notice"


class NoticesRead(Event, frozen=True, kw_only=True):
    """Somebody has put notices away; ``id`` is theirs."""

    type = "notices.read"

    count: int


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice.

    Attributes:
        kind: what happened (``release-published`` …); texts for people are ``data/texts/noticing.yaml`` under it.
        thing: place in the API of what it speaks of. params: what the text says.
    """

    id: str
    kind: str
    thing: str
    params: Mapping[str, Any]
    created_at: datetime
    read_at: datetime | None

    def text(self, lang: str) -> str:
        """What it says, in ``lang``."""
        told = {**self.params, "named": ", ".join(self.params.get("factors", ()))}
        return counted("noticing", self.kind, int(self.params.get("count", 0)), lang, **told)


def tell(work: Work, people: Iterable[str], kind: str, thing: str, params: Mapping[str, Any]) -> int:
    """Leave a notice to everybody among ``people`` who is a person of the installation; returns how many they are."""
    asked = sorted({person for person in people if is_id(person)})
    known: list[str] = []
    for some in at_once(asked):
        known += work.sql.execute(select(accounts.people.c.id).where(accounts.people.c.id.in_(some))).scalars()
    rows = [
        {"id": new_id(), "person": one, "kind": kind, "thing": thing, "params": dict(params), "created_at": work.now}
        for one in known
    ]
    if rows:
        work.sql.execute(insert(tables.notices), rows)
    return len(rows)


def is_first(work: Work, thing: str, occasion: str) -> bool:
    """Whether nobody asked this before of an occasion; whoever is told so leaves the notices of it in the same transaction."""
    return work.add_first(tables.occasions, thing=thing, occasion=occasion, at=work.now)


def listed(work: Work, paging: Paging, *, unread: bool = False) -> Page[Notice]:
    """The actor's own notices, the newest first."""
    work.require("notice.read", _own(work))
    table = tables.notices
    query = select(table).where(table.c.person == work.actor.id)
    if unread:
        query = query.where(table.c.read_at.is_(None))
    return page(work, query, paging, by=(table.c.id,), make=_made)


def put_away(work: Work, ids: Iterable[str]) -> int:
    """Say that notices were read; returns how many were unread. Those of others are passed over."""
    work.require("notice.change", _own(work))
    table = tables.notices
    wanted = [one for one in ids if is_id(one)]
    own = (table.c.person == work.actor.id, table.c.id.in_(wanted), table.c.read_at.is_(None))
    count = work.sql.execute(update(table).where(*own).values(read_at=work.now)).rowcount
    if count:
        work.record(NoticesRead(id=work.actor.id, count=count))
    return int(count)


def _own(work: Work) -> Thing:
    return Thing(KIND, person=work.actor.person)  # a machine has no notices


def _made(row: RowMapping) -> Notice:
    return Notice(**{name: row[name] for name in Notice.__slots__})
