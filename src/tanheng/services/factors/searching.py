"""Factors of the register among what can be searched: those of the latest release of each collection.

What ships is written by :mod:`tanheng.services.search.filling`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import orjson
from sqlalchemy import select
from sqlalchemy.engine import RowMapping

from tanheng.factors import embedded
from tanheng.factors.files import shown_to
from tanheng.factors.record import Record, read_record
from tanheng.services.factors.members import members
from tanheng.services.search.indexing import index, share_within, take_turn, unindex
from tanheng.services.search.model import Entry, Kind
from tanheng.services.search.scopes import Scope
from tanheng.services.sharing import COLLECTIONS, Visibility
from tanheng.storage.sql import Work, at_once
from tanheng.storage.sql.tables import factors as tables


def refresh(work: Work, collection: RowMapping, release: str, changed: Collection[str]) -> int:
    """Write the entries of factors that a release changes, and remove those that it has no more; returns how many it wrote.

    Args:
        release: id of the latest one. changed: ids of factors.
    """
    if collection["name"] == embedded().name:
        return 0
    take_turn(work, Kind.FACTOR)
    scope, kept, written = _scope(work, collection), set[str](), 0
    wanted = sorted(changed)
    for some in at_once(wanted):
        entries = [_entry(collection, scope, one) for one in _records(work, release, some)]
        kept |= {entry.reference for entry in entries}
        written += index(work, entries)
    unindex(work, Kind.FACTOR, [found for one in wanted if (found := _reference(collection, one)) not in kept])
    return written


def fill(work: Work, collection: str) -> int:
    """Write the entries of all factors of the latest release of a collection; returns how many."""
    table = tables.collections
    row = work.sql.execute(select(table).where(table.c.id == collection)).mappings().one()
    latest = (tables.releases.c.collection == collection, tables.releases.c.number == row["latest"])
    release = work.sql.execute(select(tables.releases.c.id).where(*latest)).scalar_one_or_none()
    if release is None:
        return 0
    ids = work.sql.execute(members(release, tables.records.c.factor)).scalars()
    return refresh(work, row, release, set(ids))


def share(work: Work, collection: RowMapping) -> None:
    """Let those find the factors who may use the collection now; what a factor keeps to itself stays with its owner."""
    take_turn(work, Kind.FACTOR)
    share_within(work, collection["id"], _scope(work, collection))


def _records(work: Work, release: str, factors: Sequence[str]) -> Iterator[Record]:
    query = members(release, tables.versions.c.document).where(tables.records.c.factor.in_(factors))
    return (read_record(orjson.loads(text)) for text in work.sql.execute(query).scalars())


def _entry(collection: RowMapping, scope: Scope, record: Record) -> Entry:
    shown = shown_to(record, owned=False)
    is_private, told = shown is None, shown or record
    factor, more = told.factor, told.documentation
    seen = Scope(scope.organisation) if is_private else scope
    codes = (str(more[key]) for key in ("cpc", "hs", "gbt4754", "synonyms_en", "synonyms_zh") if key in more)
    return Entry(
        kind=Kind.FACTOR,
        reference=_reference(collection, factor.id),
        within="" if is_private else collection["id"],
        names=factor.names,
        text=" ".join((factor.source.number, *codes)).strip(),
        identifiers=(factor.id,),
        category=factor.category,
        geography=factor.geography,
        year=factor.year,
        unit=factor.per,
        factor_kind=factor.kind.value,
        rank=factor.level.value if factor.level is not None else "",
        database=collection["name"],
        organisation=seen.organisation,
        public=seen.public,
        shared=seen.shared,
    )


def _reference(collection: RowMapping, factor: str) -> str:
    """As it stands in a link, after ``factor:``."""
    return f"{collection['name']}/{factor}"


def _scope(work: Work, collection: RowMapping) -> Scope:
    shared = COLLECTIONS.of(work, collection["id"])
    is_public = collection["visibility"] == Visibility.PUBLIC
    return Scope(collection["organisation"] or "", public=is_public, shared=frozenset(shared))
