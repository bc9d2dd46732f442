"""Finding: what the actor may see of what holds the words of a query, the best first, with reasons."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, String, cast, exists, func, literal, or_, select, union_all
from sqlalchemy import case as either
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.accounts.actors import ActorKind
from tanheng.inventory.geography import place_of, places_in
from tanheng.inventory.words import fold
from tanheng.services.paging import MOST, Paging
from tanheng.services.search.cursors import closed, opened
from tanheng.services.search.model import Count, Facet, Filters, Found, Hit, Kind
from tanheng.services.search.tokens import Asked, asked, reasons
from tanheng.storage.sql import Work
from tanheng.storage.sql.searching import engine_of
from tanheng.storage.sql.tables import search as tables

COUNTED = 10_000
"""Hits that are counted, and that pages reach."""
VALUES = 50
"""Values that a facet tells at most."""
_EXACT = 100.0  # above what words alone come to
_TABLE = tables.entries


def find(
    work: Work,
    query: str,
    *,
    kinds: Collection[Kind] = (),
    filters: Filters | None = None,
    facets: Sequence[Facet] = (),
    paging: Paging | None = None,
) -> Found:
    """Entries that hold the words of ``query``, or synonyms of them; where none holds all, those that hold most.

    Without a query, every entry that passes the filters. A title that is the query ranks first; then bm25 (SQLite) or ts_rank
    (PostgreSQL), raised by the entry's boost; ties by age of the entry.

    Args:
        kinds: all where it is empty.
        paging: pages are counted off: an entry that is written between two requests may move those behind it.

    Raises:
        RequestError: TH-API-006 a cursor that is none.
    """
    work.require("search.find", Thing("search"))
    paging = paging or Paging()
    start = opened(paging.after, COUNTED)
    words = asked(query)
    if query.strip() and not words:
        return Found()
    conditions = [*_seen(work), *_passing(kinds, filters or Filters())]
    for held in range(len(words), (len(words) + 1) // 2 - 1, -1):
        source, matched, score = _matching(work, words, held, query.strip())
        hits = select(_TABLE, score.label("score")).select_from(source).where(*matched, *conditions)
        found = _found(work, hits, words, held, facets, paging=Paging(limit=paging.limit), start=start)
        if found.total:
            return found
    return Found(words=tuple(one.word for one in words))


def _matching(
    work: Work, words: Sequence[Asked], held: int, query: str
) -> tuple[FromClause, list[ColumnElement[bool]], ColumnElement[Any]]:
    if not words:
        return _TABLE, [], 1 + _TABLE.c.boost
    way = engine_of(work.sql).matching([one.term for one in words], held)
    folded, table = fold(query), _TABLE.c
    is_exact = or_(table.folded_zh == folded, table.folded_en == folded, table.reference == query)
    score = way.score * (1 + _TABLE.c.boost) + either((is_exact, _EXACT), else_=0.0)
    return way.source.join(_TABLE, _TABLE.c.number == way.number), [way.condition], score


def _seen(work: Work) -> list[ColumnElement[bool]]:
    """What the actor may see: what is public, their organisations' own, and what is shared with these."""
    if work.actor.kind is ActorKind.SYSTEM:
        return []
    own = sorted(work.actor.organisations) if work.may("search.own", Thing("search")) else []
    if not own:
        return [_TABLE.c.public]
    shared = tables.shared
    is_shared = exists().where(shared.c.entry == _TABLE.c.number, shared.c.organisation.in_(own))
    return [or_(_TABLE.c.public, _TABLE.c.organisation.in_(own), is_shared)]


def _passing(kinds: Collection[Kind], filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if kinds:
        found.append(_TABLE.c.kind.in_(sorted(kind.value for kind in kinds)))
    same = ("category", "unit", "factor_kind", "rank", "database")
    found += [_TABLE.c[name] == wanted for name in same if (wanted := getattr(filters, name))]
    if filters.geography:
        found.append(_TABLE.c.geography.in_(sorted(places_in(place_of(filters.geography)))))
    if filters.since is not None:
        found.append(_TABLE.c.year >= filters.since)
    if filters.until is not None:
        found.append(_TABLE.c.year <= filters.until)
    return found


def _found(
    work: Work,
    hits: Select[Any],
    words: tuple[Asked, ...],
    held: int,
    facets: Sequence[Facet],
    *,
    paging: Paging,
    start: int,
) -> Found:
    total, counts = _counted(work, hits, facets)
    if not total:
        return Found()
    limit = max(1, min(paging.limit, MOST))
    ordered = hits.order_by(hits.selected_columns.score.desc(), _TABLE.c.number).offset(start).limit(limit)
    items = tuple(_hit(row, words) for row in work.sql.execute(ordered).mappings())
    counted = min(total, COUNTED)
    return Found(
        items=items,
        next=closed(start + limit) if start + limit < counted else "",
        total=counted,
        is_capped=total > COUNTED,
        words=tuple(one.word for one in words),
        held=held,
        facets=counts,
    )


def _counted(work: Work, hits: Select[Any], facets: Sequence[Facet]) -> tuple[int, Mapping[Facet, tuple[Count, ...]]]:
    """How many hits there are, one more than is counted at most; and of which values."""
    columns = dict.fromkeys(_TABLE.c[facet.value] for facet in facets)
    some = hits.with_only_columns(_TABLE.c.number, *columns).limit(COUNTED + 1).cte("matched")
    parts = [
        select(literal("").label("facet"), literal("").label("value"), func.count().label("count")).select_from(some)
    ]
    for facet in dict.fromkeys(facets):
        value = some.c[facet.value]
        told = select(literal(facet.value), cast(value, String), func.count()).where(value.is_not(None))
        parts.append(told.group_by(value))
    total, counts = 0, {facet: list[Count]() for facet in facets}
    for name, written, count in work.sql.execute(union_all(*parts)).all():
        if not name:
            total = count
        elif written:
            counts[Facet(name)].append(Count(written, count))
    return total, {
        facet: tuple(sorted(told, key=lambda c: (-c.count, c.value))[:VALUES]) for facet, told in counts.items()
    }


def _hit(row: RowMapping, words: tuple[Asked, ...]) -> Hit:
    names = {lang: row[lang] for lang in ("zh", "en") if row[lang]}
    why, missing = reasons(words, {**{lang: row[f"folded_{lang}"] for lang in names}, "text": row["text"]})
    told = ("reference", "organisation", "public", "category", "geography", "year", "unit", "factor_kind", "rank")
    values = {name: row[name] for name in (*told, "database", "score")}
    return Hit(kind=Kind(row["kind"]), names=names, why=why, missing=missing, **values)
