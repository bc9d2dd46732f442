"""Hits of a query, as engines find them: in the order of places, in which what fits by itself comes first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from tanheng.services.search.tokens import Asked, whole_of
from tanheng.storage.sql import Work
from tanheng.storage.sql.searching import Matching, Term, engine_of
from tanheng.storage.sql.tables.search import entries

COUNTED = 2_000
"""Hits that are counted, and that pages reach."""


@dataclass(frozen=True, slots=True)
class Search:
    """A query, and what hits must be.

    Attributes:
        asked: the words of the query. words: those that are looked for, of which every hit holds ``held``.
        conditions: what rows of ``search_entries`` must be besides.
    """

    work: Work
    query: str
    asked: tuple[Asked, ...]
    words: tuple[Asked, ...]
    held: int
    conditions: list[ColumnElement[bool]]

    def hits(self, *, near: bool = False, limit: int) -> Select[Any]:
        """Places of hits, in their order; with ``near`` of those whose titles hold the words."""
        if not self.words:
            return self._select(Matching(entries, entries.c.place > 0, entries.c.place), limit)
        return self._matching([one.term for one in self.words], near, limit)

    def named(self, limit: int) -> Select[Any]:
        """Places of hits of which a title or an identifier is the query."""
        return self._matching([], True, limit)

    def within(self, places: Iterable[int]) -> Search:
        """The same among few places."""
        few = engine_of(self.work.sql).among(entries.c.place, [*places])
        return replace(self, conditions=[*self.conditions, few])

    def places(self, query: Select[Any]) -> list[int]:
        """What a query finds."""
        return list(self.work.sql.execute(query).scalars())

    def _matching(self, terms: list[Term], near: bool, limit: int) -> Select[Any]:
        way = engine_of(self.work.sql).matching(terms, self.held, near=near, whole=whole_of(self.query))
        return self._select(way, limit)

    def _select(self, way: Matching, limit: int) -> Select[Any]:
        query = select(entries.c.place).select_from(way.source).where(way.condition, *self.conditions)
        return query.order_by(way.order).limit(limit)


def searches(search: Search) -> Iterable[Search]:
    """With all words; then, without those that nothing holds, with one less each time, down to half of them."""
    yield search
    alone = (replace(search, words=(one,), held=1) for one in search.asked)
    known = tuple(one.words[0] for one in alone if one.places(one.hits(limit=1)))
    count = len(search.asked)
    for held in range(min(len(known), count - 1), (count + 1) // 2 - 1, -1):
        yield replace(search, words=known, held=held)
