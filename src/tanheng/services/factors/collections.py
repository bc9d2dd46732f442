"""Collections of factors: what releases are made of; each has a level, and says who else may use its releases."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.accounts.actors import ActorKind
from tanheng.errors import FactorError
from tanheng.factors.model import Level
from tanheng.services.factors import searching
from tanheng.services.factors.events import FactorCollectionCreated, FactorCollectionShared, ReleaseAnnounced
from tanheng.services.paging import Page, Paging, page
from tanheng.services.sharing import COLLECTIONS, Visibility, receivers
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import factors as tables

KIND = "factor-collection"
RESERVED = "suppliers-"
"""How names begin that the installation gives by itself."""
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,62}[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection.

    Attributes:
        organisation: ``None`` for the factors that ship with the product.
        name: as it stands in links, ``factor:NAME/ID``; it never changes.
        level: the highest that its factors may have.
        latest: number of its latest release, 0 before the first.
        shared_with: ids of organisations; empty for those who are not of its organisation.
    """

    id: str
    version: int
    organisation: str | None
    name: str
    names: Mapping[str, str]
    level: Level
    visibility: Visibility
    latest: int
    shared_with: tuple[str, ...]
    created_at: datetime
    changed_at: datetime


def create(work: Work, *, organisation: str, name: str, names: Mapping[str, str], level: Level) -> Collection:
    """A new, private collection.

    Args:
        name: small letters, digits and hyphens; unique in the installation.

    Raises:
        AccessError: not an owner, or the kind of the organisation does not keep factors of the level.
        FactorError: TH-FAC-042 the name is taken, TH-FAC-043 it cannot be one.
    """
    wanted = Thing(KIND, organisation=organisation)
    if name.startswith(RESERVED):
        raise FactorError("TH-FAC-042", name=name[:80])
    match level:
        case Level.NATIONAL:
            work.require("factor-collection.create-national", wanted)
        case Level.INDUSTRY:
            work.require("factor-collection.create-industry", wanted)
        case Level.LOCAL:
            work.require("factor-collection.create-local", wanted)
        case Level.ENTERPRISE:
            work.require("factor-collection.create-enterprise", wanted)
        case Level.REFERENCE:
            work.require("factor-collection.create-reference", wanted)
    return insert_collection(work, organisation=organisation, name=name, names=names, level=level)


def check_edit(work: Work, organisation: str) -> None:
    """Go on only where the actor may draft factors of an organisation (AccessError)."""
    work.require("factor.edit", Thing(KIND, organisation=organisation))


def insert_collection(
    work: Work,
    *,
    organisation: str | None,
    name: str,
    names: Mapping[str, str],
    level: Level,
    visibility: Visibility = Visibility.PRIVATE,
) -> Collection:
    """The row of a collection, for callers who have decided that it may be there."""
    if not _NAME.fullmatch(name):
        raise FactorError("TH-FAC-043", value=name[:80], what="name", wanted="cn-steel-2026")
    table = tables.collections
    if work.sql.execute(select(table.c.id).where(table.c.name == name)).first() is not None:
        raise FactorError("TH-FAC-042", name=name)
    made = work.insert(
        table,
        organisation=organisation,
        name=name,
        names=dict(names),
        level=level.value,
        visibility=visibility.value,
        latest=0,
    )
    work.record(FactorCollectionCreated(id=made, organisation=organisation or "", name=name, level=level.value))
    return of(work, made)


def of(work: Work, id: str) -> Collection:  # noqa: A002 - as the column is called
    """A collection that the actor may use (TH-STO-001 for any other)."""
    return _made(work, seen(work, id))


def named(work: Work, name: str) -> Collection:
    """The collection of a name that the actor may use (TH-STO-001 for any other)."""
    id_ = work.sql.execute(
        select(tables.collections.c.id).where(tables.collections.c.name == name)
    ).scalar_one_or_none()
    if id_ is None:
        raise work.missing(KIND, name[:80])
    return of(work, id_)


def listed(work: Work, paging: Paging) -> Page[Collection]:
    """Collections that the actor may use, the newest first."""
    work.require("factor.list", Thing(KIND))
    query = select(tables.collections)
    if work.actor.kind is not ActorKind.SYSTEM:
        query = COLLECTIONS.usable(query, *work.actor.organisations)
    return page(work, query, paging, by=(tables.collections.c.id,), make=lambda row: _made(work, row))


def share(
    work: Work,
    id: str,  # noqa: A002
    *,
    expected: int,
    visibility: Visibility,
    shared_with: Sequence[str] = (),
) -> Collection:
    """Say who else may use the releases of a collection; what a factor keeps to itself it keeps from them.

    Raises:
        StoreError: TH-STO-001, TH-STO-002; TH-STO-060 organisations where it is not shared, or none where it is.
            AccessError: not an owner.
    """
    row = seen(work, id)
    work.require("factor-collection.change", thing(work, row))
    wanted = receivers(work, shared_with, visibility=visibility.value)
    work.change(tables.collections, id, kind=KIND, expected=expected, visibility=visibility.value)
    COLLECTIONS.put(work, id, wanted)
    owner = row["organisation"] or ""
    work.record(FactorCollectionShared(id=id, organisation=owner, visibility=visibility.value, shared_with=wanted))
    searching.share(work, work.get(tables.collections, id, kind=KIND))
    if visibility is Visibility.PUBLIC and row["visibility"] != Visibility.PUBLIC:
        _announce(work, row)
    return of(work, id)


def _announce(work: Work, row: RowMapping) -> None:
    """Tell the public log of the releases that were there before everybody could use them."""
    table = tables.releases
    query = select(table).where(table.c.collection == row["id"]).order_by(table.c.number)
    for release in work.sql.execute(query).mappings():
        told = {"version": release["name"], "number": release["number"], "count": release["count"]}
        owner = row["organisation"] or ""
        work.record(
            ReleaseAnnounced(
                id=release["id"], organisation=owner, collection=row["name"], digest=release["digest"], **told
            )
        )


def seen(work: Work, id: str) -> RowMapping:  # noqa: A002
    """The row of a collection whose releases the actor may read."""
    row = work.get(tables.collections, id, kind=KIND)
    work.see("factor.read", thing(work, row))
    return row


def worked_on(work: Work, id: str) -> RowMapping:  # noqa: A002
    """The row of a collection whose drafts the actor may see."""
    row = work.get(tables.collections, id, kind=KIND)
    work.see("factor.work", thing(work, row))
    return row


def is_owned(work: Work, row: RowMapping) -> bool:
    """Whether nothing in a collection is kept from the actor."""
    return work.may("factor.work", thing(work, row))


def thing(work: Work, row: RowMapping, *, authors: frozenset[str] = frozenset(), state: str = "") -> Thing:
    """What deciding needs to know of a collection, or of a record in it."""
    return Thing(
        KIND,
        row["id"],
        organisation=row["organisation"] or "",
        authors=authors,
        shared=frozenset(COLLECTIONS.of(work, row["id"])),
        public=row["visibility"] == Visibility.PUBLIC,
        state=state,
    )


def _made(work: Work, row: RowMapping) -> Collection:
    found = thing(work, row)
    shared = tuple(sorted(found.shared)) if work.may("factor.work", found) else ()
    typed = {"level": Level(row["level"]), "visibility": Visibility(row["visibility"])}
    return Collection(**{**row, **typed}, shared_with=shared)
