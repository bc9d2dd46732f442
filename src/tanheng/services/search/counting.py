"""Counting hits, and by what they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from tanheng.services.search import values
from tanheng.services.search.hits import COUNTED, Search
from tanheng.services.search.model import Count, Facet
from tanheng.storage.sql.tables.search import entries

Counts = Mapping[Facet, tuple[Count, ...]]
VALUES = 50
"""Values that a facet tells at most."""


def counted(search: Search, facets: Sequence[Facet]) -> tuple[int, Counts]:
    """How many hits there are, one more than is counted at most; and of which values."""
    wanted = tuple(dict.fromkeys(facets))
    some = search.hits(limit=COUNTED + 1).add_columns(*(entries.c[facet.value] for facet in wanted)).subquery("some")
    columns = [some.c[facet.value] for facet in wanted]
    rows = search.work.sql.execute(select(func.count(), *columns).select_from(some).group_by(*columns)).all()
    total, counts = 0, [dict[int, int]() for _ in wanted]
    for count, *codes in rows:
        total += count
        for held, code in zip(counts, codes, strict=True):
            if code is not None:
                held[code] = held.get(code, 0) + count
    best = [[code for code, _ in sorted(held.items(), key=_rank)[:VALUES]] for held in counts]
    coded = [code for facet, codes in zip(wanted, best, strict=True) if facet in values.CODED for code in codes]
    names = values.values(search.work, coded)
    return total, {
        facet: _told([(names[code] if facet in values.CODED else str(code), held[code]) for code in codes])
        for facet, codes, held in zip(wanted, best, counts, strict=True)
    }


def together(some: Counts, others: Counts) -> Counts:
    """Counts of hits that are apart."""
    told: dict[Facet, tuple[Count, ...]] = {}
    for facet, counts in some.items():
        held = Counter({one.value: one.count for one in counts})
        held.update({one.value: one.count for one in others[facet]})
        told[facet] = _told(sorted(held.items(), key=_rank)[:VALUES])
    return told


def _told(counted: list[tuple[str, int]]) -> tuple[Count, ...]:
    return tuple(Count(value, min(count, COUNTED)) for value, count in sorted(counted, key=_rank))


def _rank(counted: tuple[Any, int]) -> tuple[int, Any]:
    return -counted[1], counted[0]
