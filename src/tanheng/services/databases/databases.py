"""Databases: listed, read, opened."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Actor, Thing
from tanheng.accounts.actors import ActorKind
from tanheng.inventory import Snapshot
from tanheng.services.databases.backgrounds import SNAPSHOTS
from tanheng.services.databases.model import Database
from tanheng.services.paging import Page, Paging, page
from tanheng.services.sharing import DATABASES, Visibility
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
    query = select(tables.databases)
    if work.actor.kind is not ActorKind.SYSTEM:
        query = DATABASES.usable(query, *work.actor.organisations)
    return page(work, query, paging, by=(tables.databases.c.id,), make=lambda row: _made(work, row))


def opened(platform: Platform, actor: Actor, id: str) -> Snapshot:  # noqa: A002
    """The snapshot of a database that the actor may use."""
    return Snapshot.open(platform.home.path / SNAPSHOTS / platform.look(actor, of, id).snapshot)


def thing(work: Work, row: RowMapping) -> Thing:
    """What deciding needs to know of a database."""
    is_public = row["visibility"] == Visibility.PUBLIC
    shared = frozenset(DATABASES.of(work, row["id"]))
    return Thing(KIND, row["id"], organisation=row["organisation"], shared=shared, public=is_public)


def seen(work: Work, id: str) -> RowMapping:  # noqa: A002
    """The row of a database that the actor may use (TH-STO-001 for any other)."""
    row = work.get(tables.databases, id, kind=KIND)
    work.see("database.read", thing(work, row))
    return row


def _made(work: Work, row: RowMapping) -> Database:
    own = work.actor.kind is ActorKind.SYSTEM or row["organisation"] in work.actor.organisations
    shared = DATABASES.of(work, row["id"]) if own else ()
    return Database(**{**row, "visibility": Visibility(row["visibility"])}, shared_with=shared)
