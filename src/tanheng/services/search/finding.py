"""Finding: what the actor may see of what holds the words of a query, the best first, with reasons.

An engine need not find everything: the first of those whose titles hold the words, in the order of places, and then of those that
hold them elsewhere, are read and ranked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.services.paging import MOST, Paging
from tanheng.services.search import values
from tanheng.services.search.counting import Counts, counted, together
from tanheng.services.search.cursors import closed, opened
from tanheng.services.search.explaining import reasons
from tanheng.services.search.filtering import passing
from tanheng.services.search.hits import COUNTED, Search, searches
from tanheng.services.search.model import Facet, Filters, Found, Hit, Kind, Reason
from tanheng.services.search.nearness import NEAREST, Near, nearest
from tanheng.services.search.ranking import Ranking, fit_of, fused
from tanheng.services.search.tokens import asked
from tanheng.storage.sql import Work
from tanheng.storage.sql.searching import engine_of
from tanheng.storage.sql.tables import search as tables
from tanheng.storage.sql.tables.search import STEP

RANKED = 200
"""Hits that are read and ranked; those behind them stand in the order of places."""
_RANKED_BY = ("title", "concepts", "text", "wider")
_TABLE = tables.entries


def find(
    work: Work,
    query: str,
    *,
    kinds: Collection[Kind] = (),
    filters: Filters | None = None,
    facets: Sequence[Facet] = (),
    paging: Paging | None = None,
    by_meaning: bool = False,
) -> Found:
    """Entries that are called ``query``, or hold its words or synonyms of them; where none holds all, those that hold most.

    Without a query, every entry that passes the filters. A title or identifier that is the query ranks first; then what
    :class:`~tanheng.services.search.ranking.Ranking` says; of two that fit alike the newer one, and then
    the entry that is older.

    Args:
        kinds: all where it is empty.
        paging: pages are counted off: an entry that is written between two requests may move those behind it.
        by_meaning: find what is near the query in meaning, too (:mod:`.nearness`); both ranks count alike.

    Raises:
        RequestError: TH-API-006 a cursor that is none. TH-API-012 no searches by meaning here.
    """
    work.require("search.find", Thing("search"))
    paging = paging or Paging()
    start, limit = opened(paging.after, COUNTED), max(1, min(paging.limit, MOST))
    words = asked(query)
    told = tuple(one.word for one in words)
    conditions = passing(work, kinds, filters or Filters())
    near = nearest(work, query, conditions or []) if by_meaning and query.strip() else {}
    if conditions is None:
        return Found(words=told)
    search, total, counts = _by_words(Search(work, query, words, words, len(words), conditions), facets)
    if alone := _by_meaning_alone(search, near):
        _, others = counted(replace(search, words=()).within(alone), facets)
        counts = together(counts, others)
        total += len(alone)
    if not total:
        return Found(words=told)
    return Found(
        items=_hits(search, _page(search, total, near, start, min(limit, COUNTED - start)), near),
        next=closed(start + limit) if start + limit < min(total, COUNTED) else "",
        total=min(total, COUNTED),
        is_capped=total > COUNTED,
        words=told,
        held=search.held,
        facets=counts,
    )


def _by_words(wanted: Search, facets: Sequence[Facet]) -> tuple[Search, int, Counts]:
    """The first search that finds something, how many hits, and of which values; one that holds no word where none does."""
    nothing = replace(wanted, words=(), held=0), 0, dict.fromkeys(facets, ())
    if wanted.query.strip() and not wanted.words:
        return nothing
    for search in searches(wanted):
        total, counts = counted(search, facets)
        if total:
            return search, total, counts
    return nothing


def _by_meaning_alone(search: Search, near: Near) -> list[int]:
    """Places of what is near the query, but is no hit of its words."""
    held = set(search.places(search.within(near).hits(limit=NEAREST))) if near and search.held else set()
    return [place for place in near if place not in held]


def _page(search: Search, total: int, near: Near, start: int, limit: int) -> list[tuple[int, float]]:
    """Places and scores of the hits of a page."""
    if not search.query.strip():
        places = search.places(search.hits(limit=limit).offset(start))
        return [(place, fit_of(place // STEP)) for place in places]
    ranked = _ranked(search, total) if search.held else []
    least = ranked[-1][1] if ranked else 0.0
    ranked = fused(ranked, near) if near else ranked
    page = ranked[start : start + limit]
    if len(page) < limit and total > len(ranked):
        others = search.hits(limit=limit - len(page)).where(_TABLE.c.place.not_in([place for place, _ in ranked]))
        page += [(place, least) for place in search.places(others.offset(max(0, start - len(ranked))))]
    return page


def _ranked(search: Search, total: int) -> list[tuple[int, float]]:
    """The best hits, the best first: those that are called so, with the words in their titles, with them anywhere."""
    anywhere = search.hits(limit=RANKED)
    steps = [anywhere] if total <= RANKED else [search.named(RANKED), search.hits(near=True, limit=RANKED), anywhere]
    pool: dict[int, None] = {}
    for step in steps:
        if len(pool) < RANKED:
            pool |= dict.fromkeys(search.places(step))
    ranking = Ranking(search.query, search.asked)
    table = tables.words
    texts = select(table.c.serial, table.c.bucket, _TABLE.c.year, *(table.c[name] for name in _RANKED_BY)).join_from(
        table, _TABLE, _TABLE.c.place == table.c.bucket * STEP + table.c.serial
    )
    rows = search.work.sql.execute(
        texts.where(engine_of(search.work.sql).among(table.c.serial, [place % STEP for place in pool]))
    ).all()
    scored = sorted(
        (-ranking.score(bucket, *told), -(year or 0), serial, bucket) for serial, bucket, year, *told in rows
    )
    return [(bucket * STEP + serial, -score) for score, _, serial, bucket in scored]


def _hits(search: Search, page: list[tuple[int, float]], near: Near) -> tuple[Hit, ...]:
    words, scopes = tables.words, tables.scopes
    columns = (words.c.reference, words.c.zh, words.c.en, words.c.text, scopes.c.organisation, scopes.c.public)
    query = (
        select(_TABLE, *columns)
        .join_from(_TABLE, words, words.c.serial == _TABLE.c.place % STEP)
        .join(scopes, scopes.c.number == _TABLE.c.scope)
        .where(engine_of(search.work.sql).among(_TABLE.c.place, [place for place, _ in page]))
    )
    rows = {row["place"]: row for row in search.work.sql.execute(query).mappings().all()}
    names = values.values(
        search.work, (row[name] for row in rows.values() for name in values.CODED if row[name] is not None)
    )
    return tuple(_hit(search, rows[place], score, near.get(place), names) for place, score in page)


def _hit(search: Search, row: RowMapping, score: float, similarity: float | None, values_: Mapping[int, str]) -> Hit:
    names = {lang: row[lang] for lang in ("zh", "en") if row[lang]}
    why, missing = reasons(search.asked, names, row["text"])
    if similarity is not None:
        why = (*why, Reason(search.query, "title", "meaning", " ".join(names.values())))
    told: dict[str, Any] = {name: values_.get(row[name], "") for name in values.CODED if name != Facet.KIND}
    kept = {name: row[name] for name in ("reference", "organisation", "public", "year")}
    return Hit(
        kind=Kind(values_[row["kind"]]),
        names=names,
        score=score,
        similarity=similarity,
        why=why,
        missing=missing,
        **kept,
        **told,
    )
