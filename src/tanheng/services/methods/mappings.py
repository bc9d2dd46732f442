"""Mapping files that an organisation keeps: a person's own word on the flows of one database in one method."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, false, select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.accounts.actors import ActorKind
from tanheng.services.methods.events import MappingForgotten, MappingKept
from tanheng.services.paging import Page, Paging, page
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import methods as tables
from tanheng.storage.sql.work import is_id

KIND = "mapping"


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping file of an organisation.

    Attributes:
        name: of the file. rows: that say anything of a flow.
    """

    id: str
    version: int
    organisation: str
    database: str
    method: str
    name: str
    blob: str
    rows: int
    created_at: datetime
    changed_at: datetime

    @property
    def digest(self) -> str:
        """Of the file, as scores that rest on it tell it."""
        return f"sha256:{self.blob}"


def check(work: Work, organisation: str) -> None:
    """Go on only where the actor may keep mapping files for an organisation (AccessError)."""
    work.require("mapping.keep", Thing(KIND, organisation=organisation))


def of(work: Work, id: str) -> Mapping:  # noqa: A002 - as the column is called
    """A mapping file that the actor may read (TH-STO-001 for any other)."""
    return Mapping(**_seen(work, id))


def listed(work: Work, paging: Paging, *, database: str = "", method: str = "") -> Page[Mapping]:
    """Mapping files of the actor's organisations, the newest first.

    Args:
        database, method: ids; those of one database or method alone.
    """
    work.require("mapping.list", Thing(KIND))
    table = tables.mappings
    query = select(table)
    if work.actor.kind is not ActorKind.SYSTEM:
        query = query.where(table.c.organisation.in_(work.actor.organisations))
    for column, wanted in ((table.c.database, database), (table.c.method, method)):
        if wanted:
            query = query.where(column == wanted if is_id(wanted) else false())
    return page(work, query, paging, by=(table.c.id,), make=lambda row: Mapping(**row))


def put(work: Work, organisation: str, database: str, method: str, *, name: str, blob: str, rows: int) -> Mapping:
    """Keep a file for a pair, in place of the one that was; for callers who have read it."""
    check(work, organisation)
    table = tables.mappings
    same = (table.c.organisation == organisation, table.c.database == database, table.c.method == method)
    row = work.sql.execute(select(table).where(*same)).mappings().one_or_none()
    values = {"name": name, "blob": blob, "rows": rows}
    if row is None:
        pair = {"database": database, "method": method}
        id = work.insert(table, organisation=organisation, **pair, **values)  # noqa: A001 - as the column is called
    else:
        id = str(row["id"])  # noqa: A001
        work.change(table, id, kind=KIND, expected=None, **values)
    told = {"database": database, "method": method, "digest": f"sha256:{blob}"}
    work.record(MappingKept(id=id, organisation=organisation, **told))
    return of(work, id)


def forget(work: Work, id: str) -> None:  # noqa: A002
    """Keep a mapping file no longer.

    Raises:
        StoreError: TH-STO-001. AccessError: not an engineer of the organisation.
    """
    row = _seen(work, id)
    work.require("mapping.forget", thing(row))
    work.sql.execute(delete(tables.mappings).where(tables.mappings.c.id == id))
    told = {"database": row["database"], "method": row["method"], "digest": f"sha256:{row['blob']}"}
    work.record(MappingForgotten(id=id, organisation=row["organisation"], **told))


def thing(row: RowMapping) -> Thing:
    """What deciding needs to know of a mapping file."""
    return Thing(KIND, str(row["id"]), organisation=str(row["organisation"]))


def _seen(work: Work, id: str) -> RowMapping:  # noqa: A002
    row = work.get(tables.mappings, id, kind=KIND)
    work.see("mapping.read", thing(row))
    return row
