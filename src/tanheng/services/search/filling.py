"""Filling the index from what there is: the factors that ship with the product."""

from __future__ import annotations

from sqlalchemy import select

from tanheng.factors import Factor
from tanheng.factors.loading import embedded
from tanheng.services.search.indexing import index, unindex
from tanheng.services.search.model import Entry, Kind
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import search as tables

EMBEDDED = "embedded"


def index_embedded(work: Work) -> int:
    """Write entries of the factors that ship with the product, open to everybody; returns how many.

    Entries of embedded factors that no longer ship are removed.
    """
    release = embedded()
    table = tables.words
    named = (table.c.kind == Kind.FACTOR.value, table.c.within == EMBEDDED)
    kept = work.sql.execute(select(table.c.reference).where(*named)).scalars()
    unindex(work, Kind.FACTOR, [reference for reference in kept if reference not in release.factors])
    return index(work, [_entry(factor, release.name) for factor in release.factors.values()])


def _entry(factor: Factor, database: str) -> Entry:
    return Entry(
        kind=Kind.FACTOR,
        reference=factor.id,
        within=EMBEDDED,
        names=factor.names,
        public=True,
        text=factor.source.number,
        category=factor.category,
        geography=factor.geography,
        year=factor.year,
        unit=factor.per,
        factor_kind=factor.kind.value,
        database=database,
    )
