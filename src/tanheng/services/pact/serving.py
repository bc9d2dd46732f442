"""What partners get when they ask: the footprints that they may read, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.engine import RowMapping

from tanheng.errors import ExchangeError
from tanheng.services.pact import publishing
from tanheng.services.pact.criteria import Criteria
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import pact as tables
from tanheng.storage.sql.work import is_id

MOST = 200
"""Footprints of a page."""


@dataclass(frozen=True, slots=True)
class Found:
    """Some of the footprints that were asked for.

    Attributes:
        after: where the next page begins; empty at the end.
    """

    documents: tuple[dict[str, Any], ...]
    after: str


def found(
    work: Work, partner: RowMapping, asked: Criteria, *, speaks: int, limit: int | None = None, after: str = ""
) -> Found:
    """A page of what a partner may read, in the order in which it was published: the same page gives the same again.

    Raises:
        ExchangeError: TH-EXC-151 a page that is none.
    """
    if after and not is_id(after):
        raise ExchangeError("TH-EXC-151", place="after", found=after[:80])
    most = MOST if limit is None else min(limit, MOST)
    table = tables.footprints
    query = select(table).where(*readable(partner, speaks), *asked.conditions())
    if after:
        query = query.where(table.c.id > after)
    rows = work.sql.execute(query.order_by(table.c.id).limit(most + 1)).mappings().all()
    kept = rows[:most]
    follows = len(rows) > most
    last = (kept[-1]["id"] if kept else after or "00000000-0000-0000-0000-000000000000") if follows else ""
    return Found(tuple(publishing.document(row, speaks) for row in kept), last)


def one(work: Work, partner: RowMapping, uuid: str, *, speaks: int) -> dict[str, Any] | None:
    """A footprint that a partner may read; ``None`` where it is another's alone.

    Raises:
        StoreError: TH-STO-001 there is none.
    """
    row = publishing.by_uuid(work, partner["organisation"], uuid)
    if speaks == 2 and not row["former"]:
        raise work.missing(publishing.KIND, uuid)
    query = select(tables.access.c.partner).where(
        tables.access.c.footprint == row["id"], tables.access.c.partner == partner["id"]
    )
    return publishing.document(row, speaks) if work.sql.execute(query).first() is not None else None


def matching(work: Work, partner: RowMapping, asked: Criteria, *, speaks: int) -> Sequence[RowMapping]:
    """Rows of what a partner may read and asks for; the active ones where it asks for no status."""
    table = tables.footprints
    query = select(table).where(*readable(partner, speaks), *asked.conditions())
    if not asked.states:
        query = query.where(table.c.status == "Active")
    return work.sql.execute(query.order_by(table.c.id).limit(MOST)).mappings().all()


def readable(partner: RowMapping, speaks: int) -> list[ColumnElement[bool]]:
    """Conditions of what a partner may read in a version of the protocol."""
    table, access = tables.footprints, tables.access
    given = exists().where(access.c.footprint == table.c.id, access.c.partner == partner["id"])
    found: list[ColumnElement[bool]] = [table.c.organisation == partner["organisation"], given]
    return [*found, table.c.former != ""] if speaks == 2 else found
