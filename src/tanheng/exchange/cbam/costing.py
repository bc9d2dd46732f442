"""What a good would cost under a carbon price scenario.

    SEFA = CBAM factor × CSCF × benchmark + Σ Mᵢ · SEFAᵢ      (actual values: benchmark of column A)
    SEFA = CBAM factor × CSCF × benchmark                      (default values: benchmark of column B)
    cost = max(0, (SEE − SEFA) × price − carbon price paid)    per functional unit

(EU) 2023/956, Articles 9, 22 and 31; (EU) 2025/2620, Annex. Ours: a carbon price that was paid is deducted in money, since the
act of Article 9(4) is not at hand; and of a precursor without a free allocation told by its operator the benchmark of its code
stands for the whole of it (column B for default values, A else). A precursor that the same process makes adds its benchmark of
column A.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from tanheng.errors import ExchangeError
from tanheng.exchange.cbam.comparing import Comparison, compare
from tanheng.exchange.cbam.embedding import EmbeddedGood
from tanheng.exchange.cbam.section import Cbam, Scenario
from tanheng.exchange.cbam.tables import Benchmark, Column, factor, find_benchmarks
from tanheng.footprint.cbam import digits

FIRST_YEAR, LAST_YEAR = 2026, 2034
"""From the first year of the obligation to the first one without free allocation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """Specific embedded free allocation, t CO2e per functional unit.

    Attributes:
        column: of the benchmark. factor: CBAM factor. cscf: cross-sectoral correction factor; ``assumed`` where it is ours.
        inputs: (CN code, t per functional unit, t CO2e per t) of each precursor.
        alone: whether the benchmark covers the last step alone and no precursor is told, so that the cost is an upper bound.
    """

    column: Column
    benchmark: float
    factor: float
    cscf: float
    assumed: bool
    inputs: tuple[tuple[str, float, float], ...] = ()
    alone: bool = False

    @property
    def total(self) -> float:
        """SEFA."""
        return math.fsum((self.factor * self.cscf * self.benchmark, *(mass * worth for _, mass, worth in self.inputs)))

    @property
    def formula(self) -> str:
        """The arithmetic with its numbers."""
        steps = "".join(f" + {mass:.6g} × {worth:.6g}" for _, mass, worth in self.inputs)
        return f"{self.factor:g} × {self.cscf:g} × {self.benchmark:.6g}{steps} = {self.total:.6g} t CO2e"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one functional unit costs in a year.

    Attributes:
        basis: ``actual`` or ``default`` values. see: t CO2e per functional unit. price: euro per t CO2e.
        paid: euro per functional unit. content: functional units in a tonne of the good.
    """

    cn: str
    year: int
    basis: str
    see: float
    allocation: Allocation
    price: float
    paid: float
    content: float = 1.0

    @property
    def unit_cost(self) -> float:
        """Euro per functional unit, never below zero."""
        return max(0.0, (self.see - self.allocation.total) * self.price - self.paid)

    @property
    def per_tonne(self) -> float:
        """Euro per t of the good."""
        return self.unit_cost * self.content

    @property
    def formula(self) -> str:
        """The arithmetic with its numbers."""
        content = f" × {self.content:g} = {self.per_tonne:.2f} EUR/t" if self.content != 1 else ""
        return (
            f"max(0, ({self.see:.6g} − {self.allocation.total:.6g}) × {self.price:g} − {self.paid:g})"
            f" = {self.unit_cost:.2f} EUR{content}"
        )


def costs(good: EmbeddedGood, given: Cbam, year: int) -> tuple[Cost, ...]:
    """What a good costs in a year on actual values, and on default values where there are any.

    Raises:
        ExchangeError: TH-EXC-010 there is no scenario, or no price of the year; TH-EXC-204 no benchmark ships, TH-EXC-205 several
            routes and none is named; and as of :func:`~tanheng.exchange.cbam.comparing.compare`.
    """
    scenario = given.scenario
    if scenario is None:
        raise _needed("cbam.scenario", "cbam: {scenario: {price: 75}}")
    found = compare(good, year, given.process)
    return tuple(_costs(good, given, scenario, found))


def path(good: EmbeddedGood, given: Cbam) -> tuple[tuple[Cost, ...], ...]:
    """The same by year, from the first year of the obligation to the first one without free allocation.

    A scenario that gives prices by year is told for its years.

    Raises:
        ExchangeError: as of :func:`costs`.
    """
    prices = given.scenario.price if given.scenario is not None else 0.0
    years = [year for year in range(FIRST_YEAR, LAST_YEAR + 1) if not isinstance(prices, dict) or year in prices]
    return tuple(costs(good, given, year) for year in years or [FIRST_YEAR])


def _costs(good: EmbeddedGood, given: Cbam, scenario: Scenario, found: Comparison) -> Iterator[Cost]:
    year, paid = found.year, scenario.paid / found.content
    inputs = tuple(_inputs(good, given, year, scenario, found.content))
    route = given.process.route
    sides: tuple[tuple[str, float | None, Column, str], ...] = (
        ("actual", found.actual, "A", route),
        ("default", found.marked, "B", found.route or route),
    )
    for basis, see, column, made in sides:
        if see is None:
            continue
        value = _benchmark(good.cn, column, year, made, scenario)
        yield Cost(
            cn=good.cn,
            year=year,
            basis=basis,
            see=see,
            allocation=Allocation(
                column=column,
                benchmark=value,
                factor=factor(year),
                cscf=1.0 if scenario.cscf is None else scenario.cscf,
                assumed=scenario.cscf is None,
                inputs=inputs if column == "A" else (),
                alone=column == "A" and not inputs and _is_complex(good.cn, value, year, route),
            ),
            price=_price(scenario, year),
            paid=paid,
            content=found.content,
        )


def _is_complex(cn: str, own: float, year: int, route: str) -> bool:
    """Whether default values are met by a higher benchmark: then precursors belong to the good."""
    return any(one.value > own for one in find_benchmarks(cn, "B", year, route))


def _inputs(
    good: EmbeddedGood, given: Cbam, year: int, scenario: Scenario, content: float
) -> Iterator[tuple[str, float, float]]:
    told = {digits(one.cn): one for one in given.inputs}
    share = factor(year) * (1.0 if scenario.cscf is None else scenario.cscf)
    for one in good.precursors:
        more = told.get(one.cn)
        if more is not None and more.allocation is not None:
            yield one.cn, one.mass / content, more.allocation
            continue
        column: Column = "B" if one.source == "default" else "A"
        value = _benchmark(one.cn, column, year, more.route if more else "", None)
        yield one.cn, one.mass / content, share * value
    for made in given.process.joint:
        yield digits(made.cn), made.mass / content, share * _benchmark(digits(made.cn), "A", year, made.route, None)


def _price(scenario: Scenario, year: int) -> float:
    if not isinstance(scenario.price, dict):
        if scenario.price > 0:
            return scenario.price
        raise _needed("cbam.scenario.price", "cbam: {scenario: {price: 75}}")
    if year not in scenario.price:
        raise _needed(f"cbam.scenario.price.{year}", f"cbam: {{scenario: {{price: {{{year}: 75}}}}}}")
    return scenario.price[year]


def _benchmark(cn: str, column: Column, year: int, route: str, scenario: Scenario | None) -> float:
    if scenario is not None and scenario.benchmark is not None:
        return scenario.benchmark
    found: tuple[Benchmark, ...] = find_benchmarks(cn, column, year, route)
    if not found:
        raise ExchangeError("TH-EXC-204", cn=cn, column=column, year=year, route=route or "–")
    if len(found) > 1:
        raise ExchangeError("TH-EXC-205", cn=cn, routes=", ".join(one.route for one in found))
    return found[0].value


def _needed(field: str, remedy: str) -> ExchangeError:
    return ExchangeError("TH-EXC-010", place="cbam", field=field, remedy=remedy)
