"""Exchange amounts in the reference unit of their flow (C01).

Where a database gives no density for a fuel that occurs in litres and in kilograms, the standard density of
``data/densities.csv`` is used, and every use is recorded (:attr:`Converter.standard_densities`).
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache

from tanheng.files import shipped_rows
from tanheng.inventory.model import Database, Exchange, Flow
from tanheng.quantities import find_unit

_MAX_LOCAL_STEPS = 4


@cache
def _densities() -> tuple[tuple[re.Pattern[str], float], ...]:
    """Name patterns and densities in kg/m3."""
    rows = shipped_rows("densities")
    return tuple((re.compile(r["pattern"], re.IGNORECASE), 1000.0 * float(r["kg_per_litre"])) for r in rows)


class Converter:
    """Converts exchange amounts of one database; knows our unit table and the database's own units."""

    def __init__(self, database: Database) -> None:
        self._local = database.local_units
        self._measured: dict[str, tuple[str, Fraction | float] | None] = {}
        self._factors: dict[tuple[str, str], float | None] = {}
        self.standard_densities: dict[str, float] = {}

    def measure(self, unit: str) -> tuple[str, Fraction | float] | None:
        """``(dimension, factor to its base)`` of a unit; ``None`` if nobody knows it."""
        if unit not in self._measured:
            self._measured[unit] = self._measure(unit)
        return self._measured[unit]

    def _measure(self, unit: str) -> tuple[str, Fraction | float] | None:
        factor: Fraction | float = Fraction(1)
        symbol = unit
        for _ in range(_MAX_LOCAL_STEPS):
            local = self._local.get(symbol)
            if local is None:
                break
            if local.base == symbol:
                return f"local:{symbol}", factor
            factor, symbol = factor * local.factor, local.base
        known = find_unit(symbol)
        if known is None:
            return (f"local:{symbol}", factor) if symbol in self._local or symbol != unit else None
        return known.dimension, factor * known.factor

    def between(self, source: str, target: str) -> float | None:
        """Factor from ``source`` to ``target``; ``None`` where the dimensions differ or a unit is unknown."""
        if source == target:
            return 1.0
        key = (source, target)
        if key not in self._factors:
            a, b = self.measure(source), self.measure(target)
            self._factors[key] = float(a[1] / b[1]) if a and b and a[0] == b[0] else None
        return self._factors[key]

    def to_reference(self, exchange: Exchange, flow: Flow) -> float | None:
        """Factor that turns the exchange's amount into the flow's reference unit.

        Tries the same dimension first, then the flow's properties (0.85 kg of one l …); ``None`` where neither leads
        there, which is a state of the link and not a zero (C02).
        """
        factor = self.between(exchange.unit, flow.unit)
        if factor is not None:
            return factor
        for prop in flow.properties:
            through = self.between(exchange.unit, prop.unit)
            if through is not None and prop.amount:
                return through / prop.amount
        return self._by_density(exchange.unit, flow)

    def _by_density(self, unit: str, flow: Flow) -> float | None:
        density = self.density(flow)
        source, target = self.measure(unit), self.measure(flow.unit)
        if density is None or source is None or target is None:
            return None
        if (source[0], target[0]) == ("volume", "mass"):
            factor = float(source[1]) * density / float(target[1])
        elif (source[0], target[0]) == ("mass", "volume"):
            factor = float(source[1]) / density / float(target[1])
        else:
            return None
        self.standard_densities[flow.name] = density
        return factor

    def density(self, flow: Flow) -> float | None:
        """Standard density of a fuel in kg/m3, by its name; ``None`` for everything else."""
        return standard_density(flow.name)


def standard_density(name: str) -> float | None:
    """Standard density in kg/m3 of the fuel that ``name`` begins with; ``None`` for everything else.

    >>> standard_density("Diesel, at refinery")
    844.0
    """
    return next((density for pattern, density in _densities() if pattern.search(name)), None)
