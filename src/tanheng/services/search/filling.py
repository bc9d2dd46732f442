"""Filling the index from what there is: the factors that ship with the product; and how far the filling is of what is large."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from tanheng.factors import Factor
from tanheng.factors.loading import embedded
from tanheng.services.search.indexing import index, unindex
from tanheng.services.search.model import Entry, Kind
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import search as tables

EMBEDDED = "embedded"


@dataclass(frozen=True, slots=True)
class Filled:
    """How far the index is filled from a thing.

    Attributes:
        content: of which state of the thing the entries are, by its digest or the like; empty where there are none.
        done: how many of its parts are written.
    """

    content: str = ""
    done: int = 0


def filled(work: Work, thing: str) -> Filled:
    """How far the index is filled from a thing."""
    table = tables.filled
    row = work.sql.execute(select(table.c.content, table.c.done).where(table.c.thing == thing)).one_or_none()
    return Filled() if row is None else Filled(row.content, row.done)


def note(work: Work, thing: str, now: Filled) -> None:
    """Note how far the index is filled from a thing; for those who took their turn."""
    table = tables.filled
    values = {"content": now.content, "done": now.done}
    if not work.sql.execute(update(table).where(table.c.thing == thing).values(values)).rowcount:
        work.sql.execute(insert(table).values(thing=thing, **values))


def forget(work: Work) -> None:
    """Note that nothing is filled, so that everything is written anew."""
    work.sql.execute(delete(tables.filled))


def fill_embedded(work: Work) -> int:
    """Write entries of the factors that ship with this version, where those of another or none are there; returns how many."""
    digest = embedded().digest
    if filled(work, EMBEDDED).content == digest:
        return 0
    return index_embedded(work)


def index_embedded(work: Work) -> int:
    """Write entries of the factors that ship with the product, open to everybody; returns how many.

    Entries of embedded factors that no longer ship are removed.
    """
    release = embedded()
    table = tables.words
    named = (table.c.kind == Kind.FACTOR.value, table.c.within == EMBEDDED)
    kept = work.sql.execute(select(table.c.reference).where(*named)).scalars()
    unindex(work, Kind.FACTOR, [reference for reference in kept if reference not in release.factors])
    written = index(work, [_entry(factor, release.name) for factor in release.factors.values()])
    note(work, EMBEDDED, Filled(release.digest, written))
    return written


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
        rank=factor.level.value if factor.level is not None else "",
        database=database,
    )
