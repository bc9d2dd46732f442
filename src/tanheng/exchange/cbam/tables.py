"""Published figures of the mechanism, with the acts that they come from: benchmarks, factor, routes, functional units, versions.

All are data (``data/cbam_*.csv``). A figure that does not ship is missing, never zero (C02).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from tanheng.files import shipped_rows
from tanheng.footprint.cbam import digits
from tanheng.footprint.study import Names

Column = Literal["A", "B"]
"""Of the benchmarks: A goes with actual emissions (own process alone), B with default values (precursors inside)."""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A CBAM benchmark, t CO2e per functional unit. ``cn`` is a code, or the heading that stands for all codes below it."""

    cn: str
    route: str
    column: Column
    value: float
    first: int
    last: int | None
    source: str


@dataclass(frozen=True, slots=True)
class Version:
    """An act that a table of figures stands in.

    Attributes:
        table: ``goods``, ``calculation``, ``defaults``, ``markups``, ``benchmarks``, ``factor``, ``report``.
        first, last: days from and until which it applies; ``first`` is ``None`` where that is not known.
        ships: whether the figures that ship are those of this act.
    """

    table: str
    number: str
    titles: Names
    adopted: date
    published: date
    first: date | None
    last: date | None
    ships: bool
    url: str
    notes: Names


@dataclass(frozen=True, slots=True)
class Unit:
    """The functional unit of goods that are not told by the tonne of the good.

    Attributes:
        substance: ``clinker``, ``nitrogen`` or ``supplementary``.
        converts: whether the default values and benchmarks are per unit of the substance, so that results are converted.
    """

    cn: str
    substance: str
    converts: bool
    clause: str


@cache
def benchmarks() -> tuple[Benchmark, ...]:
    """All benchmarks that ship."""
    return tuple(
        Benchmark(
            cn=row["cn"],
            route=row["route"],
            column="A" if row["column"] == "A" else "B",
            value=float(row["value"]),
            first=int(row["from"]),
            last=int(row["until"]) if row["until"] else None,
            source=row["source"],
        )
        for row in shipped_rows("cbam_benchmarks")
    )


def find_benchmarks(
    cn: str, column: Column, year: int, route: str = "", *, among: Sequence[Benchmark] | None = None
) -> tuple[Benchmark, ...]:
    """Benchmarks of a CN code in a year, of the longest heading that fits.

    A benchmark without a route holds for all of them; more than one is found where there are several routes and none is
    named; none where the figure does not ship.

    >>> [(b.route, b.value) for b in find_benchmarks("7601 10 10", "A", 2026)]
    [('K', 1.423), ('L', 0.091)]
    """
    code = digits(cn)
    fitting = [
        one
        for one in (benchmarks() if among is None else among)
        if one.column == column
        and code.startswith(one.cn)
        and one.first <= year <= (one.last or year)
        and (not route or one.route in ("", route))
    ]
    longest = max((len(one.cn) for one in fitting), default=0)
    return tuple(one for one in fitting if len(one.cn) == longest)


@cache
def _factors() -> tuple[tuple[int, float], ...]:
    """First years and factors, the last first."""
    steps = ((int(row["year"]), float(row["factor"])) for row in shipped_rows("cbam_factors"))
    return tuple(sorted(steps, reverse=True))


@cache
def _units() -> tuple[Unit, ...]:
    """Functional units, the longest heading first."""
    told = (
        Unit(row["cn"], row["unit"], row["handling"] == "content", row["clause"]) for row in shipped_rows("cbam_units")
    )
    return tuple(sorted(told, key=lambda one: -len(one.cn)))


def factor(year: int) -> float:
    """The CBAM factor of a year: the share of free allocation that remains (Directive 2003/87/EC, Article 10a(1a)).

    >>> factor(2025), factor(2026), factor(2030), factor(2040)
    (1.0, 0.975, 0.515, 0.0)
    """
    return next((share for start, share in _factors() if start <= year), 1.0)


@cache
def routes() -> dict[str, Names]:
    """Names of the production routes by letter."""
    return {row["route"]: {"en": row["en"], "zh": row["zh"]} for row in shipped_rows("cbam_routes")}


def functional_unit(cn: str) -> Unit | None:
    """The functional unit of a CN code; ``None`` where it is the tonne of the good itself."""
    code = digits(cn)
    return next((one for one in _units() if code.startswith(one.cn)), None)


@cache
def versions() -> tuple[Version, ...]:
    """All acts, those of a table in the order in which they were published."""
    told = (
        Version(
            table=row["table"],
            number=row["number"],
            titles={"en": row["title_en"], "zh": row["title_zh"]},
            adopted=date.fromisoformat(row["adopted"]),
            published=date.fromisoformat(row["published"]),
            first=date.fromisoformat(row["from"]) if row["from"] else None,
            last=date.fromisoformat(row["until"]) if row["until"] else None,
            ships=row["ships"] == "yes",
            url=row["url"],
            notes={"en": row["note_en"], "zh": row["note_zh"]},
        )
        for row in shipped_rows("cbam_versions")
    )
    return tuple(sorted(told, key=lambda one: (one.table, one.published)))


def in_force(table: str, day: date) -> tuple[Version, ...]:
    """Acts of a table that apply on a day; one whose first day is not known counts from its publication."""
    return tuple(
        one
        for one in versions()
        if one.table == table and (one.first or one.published) <= day <= (one.last or date.max)
    )


def not_shipped(table: str, day: date) -> tuple[Version, ...]:
    """Acts of a table in force on a day whose figures do not ship: what ships may have been replaced by them."""
    return tuple(one for one in in_force(table, day) if not one.ships)
