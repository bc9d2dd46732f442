"""A search of the register, as it is put to the engine.

What is filtered for equality stands among the words of an entry (:mod:`.tokens`); but what a fifth of all entries have is
looked at in those that are found otherwise, since reading so long a list costs more than it saves.
The kept counts tell what that is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from tanheng.errors import RegisterError
from tanheng.inventory.geography import place_of
from tanheng.services.registry.model import Filters, Order
from tanheng.services.registry.tokens import code_of, months, token
from tanheng.services.search.tokens import Asked, whole_of
from tanheng.storage.sql import Work
from tanheng.storage.sql.searching import Wanted
from tanheng.storage.sql.searching import certificates as words
from tanheng.storage.sql.searching.asking import NEAR
from tanheng.storage.sql.tables.search import certificate_counts, certificates

COMMON = 0.2
"""Share of all entries from which on a value is no help in finding."""
FACETS = ("category", "state", "grade")
_PLAIN = (*FACETS, "scheme", "boundary", "body")
_COUNTED = {"place": "region", **{name: name for name in _PLAIN}}
_OTHERS = ("unit", "per", "maker")


class Way(Enum):
    """How entries are found: few by their words or by their values, many by walking in the wanted order."""

    WORDS = "words"
    VALUES = "values"
    WALK = "walk"


@dataclass(frozen=True, slots=True)
class Search:
    """A search.

    Attributes:
        wanted: words and tokens. ranges: on columns that begin an index of values. others: on columns besides.
        count: of what the filters alone find, where it is kept. is_all: whether nothing is asked at all.
        bounds: serial numbers between which all of it lies.
        is_dated: whether it is for what ends before a day, which lies together.
    """

    work: Work
    order: Order
    wanted: Wanted
    ranges: tuple[ColumnElement[bool], ...]
    others: tuple[ColumnElement[bool], ...]
    count: int | None
    is_all: bool
    bounds: tuple[int, int] | None
    is_dated: bool

    @property
    def is_narrowed(self) -> bool:
        """Whether a range of values narrows what is found otherwise: of many on both sides there may be few on both."""
        return bool(self.ranges) and bool(self.wanted or self.others)

    @property
    def is_word(self) -> bool:
        """Whether it is for one word alone: how many entries hold it, the engine knows well enough."""
        return len(self.wanted.terms) == 1 and not self.wanted.groups

    def select(self, columns: Sequence[Any], way: Way) -> Select[Any]:
        """Those that pass."""
        query = select(*columns).where(*self.ranges, *self.others)
        if self.bounds:
            query = query.where(self._place(way).between(*self.bounds))
        return words.holding(self.work.sql, query, self.wanted, words_first=self._by_words(way))

    def sorted(self, query: Select[Any], way: Way, after: Sequence[Any], *, few: bool) -> Select[Any]:
        """Those behind a place, in the order of the search; ``few``: all are gathered, and then sorted."""
        place = self._place(way)
        if self.order is Order.VALUE:
            value = certificates.c.value
            if after:
                behind = or_(value > after[0], and_(value == after[0], place > after[1]))
                query = query.where(value >= after[0], behind)
            return query.order_by(value, place)
        ordered = words.gathered(self.work.sql, place) if few else place
        return (query.where(place < after[0]) if after else query).order_by(ordered.desc())

    def _place(self, way: Way) -> ColumnElement[int]:
        return words.place(self.work.sql, self.wanted) if self._by_words(way) else certificates.c.serial

    def _by_words(self, way: Way) -> bool:
        # whether each of many rows holds a word costs more than to sort all that do
        return way is Way.WORDS or (way is Way.WALK and (self.order is not Order.VALUE or bool(self.wanted)))


def search_for(work: Work, query: str, known: tuple[Asked, ...], filters: Filters, order: Order) -> Search:
    """A query and filters as a search (TH-REG-001 where values of no one unit are to be compared)."""
    ranges = _ranges(filters, order)
    by_token = {name: value for name in _OTHERS if (value := getattr(filters, name))}
    by_count = {name: value for name in _COUNTED if (value := getattr(filters, name))}
    if ranges:  # which say so already
        by_token = {name: value for name, value in by_token.items() if name not in ("unit", "per")}
        by_count.pop("category", None)
    shares, total = counts_of(work, by_count) if by_count else ({}, 0)
    common = {name for name, count in shares.items() if count and count >= COMMON * total}
    groups: list[tuple[str, ...]] = [(token(name, value),) for name, value in by_token.items()]
    groups += [(_token(name, value),) for name, value in by_count.items() if name not in common]
    if filters.code:
        groups.append((token("code", code_of(filters.code)),))
    if some := months("valid_until", *filters.ends):
        groups.append(some)
    others = [_column(name, by_count[name]) for name in sorted(common)]
    bounds = None
    if filters.begins != (None, None):
        since, until = filters.begins
        first, last = f"{since:%Y-%m}" if since else "0000", f"{until:%Y-%m}" if until else "9999"
        others.append(certificates.c.month.between(first, last))
        bounds = _bounds(work, first, last)
    said = query.strip()
    if said and not known:
        groups.append(called(query))
    alone = len(by_count) == 1 and not said and not ranges and len(groups) + len(others) == 1
    return Search(
        work,
        order,
        Wanted(tuple(one.term for one in known), tuple(groups)),
        ranges,
        tuple(others),
        next(iter(shares.values())) if alone else None,
        not (said or groups or others or ranges),
        bounds,
        filters.ends[1] is not None,
    )


def called(query: str) -> tuple[str, ...]:
    """What an entry holds that is called so."""
    return (NEAR + whole_of(query),)


def counts_of(work: Work, wanted: dict[str, str]) -> tuple[dict[str, int], int]:
    """How many entries have values, and how many there are."""
    table = certificate_counts
    ways = [and_(table.c.kind == _COUNTED[name], _is_of(table.c.value, name, value)) for name, value in wanted.items()]
    states = table.c.kind == "state"
    query = select(table.c.kind, table.c.value, func.sum(table.c.count).label("count")).where(or_(states, *ways))
    rows = work.sql.execute(query.group_by(table.c.kind, table.c.value)).all()
    total = sum(int(row.count) for row in rows if row.kind == "state")  # type: ignore[call-overload]
    counts = {
        name: sum(int(row[2]) for row in rows if row.kind == _COUNTED[name] and (name == "place" or row.value == value))
        for name, value in wanted.items()
    }
    return counts, total


def _bounds(work: Work, first: str, last: str) -> tuple[int, int]:
    """The smallest and the largest serial number of what began in some months: entries of a month lie near each other."""
    table, counts = certificates, certificate_counts
    known = select(counts.c.value).where(counts.c.kind == "month", counts.c.value.between(first, last)).distinct()
    month = known.subquery("known").c.value
    ends = (
        select(table.c.serial).where(table.c.month == month).order_by(end).limit(1).scalar_subquery()
        for end in (table.c.serial.asc(), table.c.serial.desc())
    )
    rows = work.sql.execute(select(*ends)).all()
    found = [one for row in rows for one in row if one is not None]
    return (min(found), max(found)) if found else (0, 0)


def _ranges(filters: Filters, order: Order) -> tuple[ColumnElement[bool], ...]:
    if filters.least is None and filters.most is None and order is not Order.VALUE:
        return ()
    if not (filters.unit and filters.per):
        raise RegisterError("TH-REG-001", place="unit")
    columns = certificates.c
    found = [columns.unit == filters.unit, columns.per == filters.per]
    if filters.category:
        found.append(columns.category == filters.category)
    if filters.least is not None:
        found.append(columns.value >= filters.least)
    if filters.most is not None:
        found.append(columns.value <= filters.most)
    return tuple(found)


def _token(name: str, value: str) -> str:
    return token("geography", place_of(value) or value) if name == "place" else token(name, value)


def _column(name: str, value: str) -> ColumnElement[bool]:
    return _is_of(certificates.c[_COUNTED[name]], name, value)


def _is_of(column: Any, name: str, value: str) -> ColumnElement[bool]:
    if name != "place":
        return column == value  # type: ignore[no-any-return]
    place = place_of(value) or value
    return or_(column == place, column.startswith(f"{place}-", autoescape=True))
