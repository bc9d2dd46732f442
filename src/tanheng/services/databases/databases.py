"""Databases: listed, read, opened."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Actor, Thing
from tanheng.accounts.actors import ActorKind
from tanheng.inventory import Snapshot
from tanheng.services.databases.backgrounds import SNAPSHOTS
from tanheng.services.databases.model import Database
from tanheng.services.paging import Page, Paging, page
from tanheng.services.sharing import Visibility
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import databases as tables

KIND = "database"


def of(work: Work, id: str) -> Database:  # noqa: A002 - as the column is called
    """A database that the actor may use (TH-STO-001 for any other)."""
    return _made(work, seen(work, id))


def listed(work: Work, paging: Paging) -> Page[Database]:
    """Databases that the actor may use, the newest first."""
    work.require("database.list", Thing(KIND))
    table, shares = tables.databases, tables.shares
    query = select(table)
    if work.actor.kind is not ActorKind.SYSTEM:
        own = work.actor.organisations
        shared = select(shares.c.database).where(shares.c.organisation.in_(own))
        public = table.c.visibility == Visibility.PUBLIC.value
        query = query.where(or_(table.c.organisation.in_(own), table.c.id.in_(shared), public))
    return page(work, query, paging, by=(table.c.id,), make=lambda row: _made(work, row))


def opened(platform: Platform, actor: Actor, id: str) -> Snapshot:  # noqa: A002
    """The snapshot of a database that the actor may use."""
    return Snapshot.open(platform.home.path / SNAPSHOTS / platform.look(actor, of, id).snapshot)


def thing(work: Work, row: RowMapping) -> Thing:
    """What deciding needs to know of a database."""
    is_public = row["visibility"] == Visibility.PUBLIC
    shared = frozenset(shared_with(work, row["id"]))
    return Thing(KIND, row["id"], organisation=row["organisation"], shared=shared, public=is_public)


def shared_with(work: Work, id: str) -> tuple[str, ...]:  # noqa: A002
    """Ids of the organisations that a database is shared with."""
    shares = tables.shares
    query = select(shares.c.organisation).where(shares.c.database == id).order_by(shares.c.organisation)
    return tuple(work.sql.execute(query).scalars())


def seen(work: Work, id: str) -> RowMapping:  # noqa: A002
    """The row of a database that the actor may use (TH-STO-001 for any other)."""
    row = work.get(tables.databases, id, kind=KIND)
    work.see("database.read", thing(work, row))
    return row


def _made(work: Work, row: RowMapping) -> Database:
    own = work.actor.kind is ActorKind.SYSTEM or row["organisation"] in work.actor.organisations
    shared = shared_with(work, row["id"]) if own else ()
    return Database(**{**row, "visibility": Visibility(row["visibility"])}, shared_with=shared)
