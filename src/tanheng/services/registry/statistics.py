"""Statistics of the public register: from counts that are kept with its entries, and the spread of a product group."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
from sqlalchemy import select

from tanheng.registry.plan import milestones
from tanheng.registry.statistics import QUANTILES, Spread, spread
from tanheng.services.registry.measures import measures
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables.search import certificate_counts, certificates

KEPT_FOR = 60.0
"""Seconds for which a spread is told again as it was."""
_KINDS = ("category", "region", "grade", "state", "month", "class")


@dataclass(frozen=True, slots=True)
class Target:
    """A target of the plan, and how far the installation has come.

    Attributes:
        value: that is to be reached by the end of ``year``. reached: now, by what the installation holds.
    """

    target: str
    year: int
    value: float
    reached: int
    unit: str
    source: str
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts of certificates by state, of each category, region (a country or a part of it), class and year and month of issue.

    Attributes:
        classes: by category, of those that are valid.
    """

    total: int
    states: Mapping[str, int]
    categories: Mapping[str, Mapping[str, int]]
    regions: Mapping[str, Mapping[str, int]]
    grades: Mapping[str, Mapping[str, int]]
    classes: Mapping[str, Mapping[str, int]]
    years: Mapping[str, Mapping[str, int]]
    months: Mapping[str, int]
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The valid certificates of a category in one unit.

    Attributes:
        spread: ``None`` where it would tell of single makers. shares: of products, to each of its quantiles.
    """

    category: str
    unit: str
    per: str
    spread: Spread | None
    shares: tuple[float, ...] = QUANTILES


def of(work: Work) -> Statistics:
    """The whole register, counted; for everybody."""
    table = certificate_counts
    query = select(table).where(table.c.kind.in_(_KINDS), table.c.count > 0).order_by(table.c.kind, table.c.value)
    counts: dict[str, dict[str, dict[str, int]]] = {kind: {} for kind in _KINDS}
    for kind, value, state, count in work.sql.execute(query):
        counts[kind].setdefault(value, {})[state] = count
    states = {state: sum(told.values()) for state, told in counts["state"].items()}
    return Statistics(
        total=sum(states.values()),
        states=states,
        categories=counts["category"],
        regions=counts["region"],
        grades=counts["grade"],
        classes=_classes(counts["class"]),
        years=_years(counts["month"]),
        months={month: sum(told.values()) for month, told in counts["month"].items()},
        targets=targets(work),
    )


def _years(months: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    years: dict[str, dict[str, int]] = {}
    for month, told in months.items():
        year = years.setdefault(month[:4], {})
        for state, count in told.items():
            year[state] = year.get(state, 0) + count
    return years


def _classes(counts: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Of each category, how many that are valid have a class."""
    found: dict[str, dict[str, int]] = {}
    for value, told in counts.items():
        category, _, grade = value.rpartition("/")
        if told.get("valid"):
            found.setdefault(category, {})[grade] = told["valid"]
    return found


def targets(work: Work) -> tuple[Target, ...]:
    """The milestones of the plan that name a number."""
    reached = measures(work)
    return tuple(
        Target(one.measure, one.day.year, one.value, reached[one.measure], one.unit, one.source, one.texts)
        for one in milestones()
        if one.value is not None
    )


def group(work: Work, category: str, unit: str, per: str) -> Group:
    """How the values of a product group are spread; for everybody. It is told again for a minute as it was."""
    key = str(work.platform.home.path), category, unit, per
    found = _MEMORY.get(key)
    if found is None:
        found = _MEMORY.keep(key, Group(category, unit, per, _spread(work, category, unit, per)))
    return found


def _spread(work: Work, category: str, unit: str, per: str) -> Spread | None:
    table = certificates
    query = select(table.c.value, table.c.holder).where(
        table.c.category == category, table.c.unit == unit, table.c.per == per, table.c.state == "valid"
    )
    rows = work.sql.execute(query).all()
    return spread(np.array([row[0] for row in rows], dtype=np.float64), [row[1] for row in rows]) if rows else None


class _Memory:
    """What was told lately; a few hundred groups."""

    def __init__(self, most: int = 500) -> None:
        self.most = most
        self._held: OrderedDict[Any, tuple[float, Group]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Any) -> Group | None:
        """What was kept in the last minute."""
        with self._lock:
            at, found = self._held.get(key, (0.0, None))
            return found if found is not None and time.monotonic() - at < KEPT_FOR else None

    def keep(self, key: Any, found: Group) -> Group:
        """Keep it, in the place of the oldest where there are many."""
        with self._lock:
            self._held[key] = time.monotonic(), found
            self._held.move_to_end(key)
            while len(self._held) > self.most:
                self._held.popitem(last=False)
        return found


_MEMORY = _Memory()
