"""Dimensions as exponents of base dimensions, and numbers with units that are multiplied and divided (C01).

The unit table (:mod:`tanheng.quantities.units`) knows which units measure the same thing; formulas also need to know that
power times time is energy. A dimension is here the exponents of mass, length, time and a few of the field's own (pieces,
persons, vehicles, money of a year …), exact fractions; a derived dimension of the table is written in them:

    energy = mass · length² · time⁻²       1 MJ = 10⁶ · 86 400² kg m²/d²

Values stay in the units that they were given in; the factor to base units is an exact fraction beside them, so that
``2.5 h / 1 h`` is 2.5 to the last bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from tanheng.quantities.units import Unit, unit, units

Dimension = tuple[tuple[str, Fraction], ...]
"""Base dimensions with their exponents, sorted by name, none of them zero; ``()`` is a bare number."""

_JOULES = Fraction(10**6) * 86_400**2
# What one base unit of a dimension of the table is in kg, m, d, pcs …; a dimension that is not listed is its own base.
_DERIVED: Mapping[str, tuple[Fraction, Mapping[str, int]]] = {
    "energy": (_JOULES, {"mass": 1, "length": 2, "time": -2}),
    "power": (_JOULES, {"mass": 1, "length": 2, "time": -3}),
    "area": (Fraction(1), {"length": 2}),
    "volume": (Fraction(1), {"length": 3}),
    "goods transport": (Fraction(10**6), {"mass": 1, "length": 1}),
    "person transport": (Fraction(1000), {"person": 1, "length": 1}),
    "vehicle transport": (Fraction(1000), {"vehicle": 1, "length": 1}),
    "volume transport": (Fraction(1000), {"length": 4}),
    "item transport": (Fraction(1000), {"count": 1, "length": 1}),
    "area time": (Fraction(365), {"length": 2, "time": 1}),
    "length time": (Fraction(365), {"length": 1, "time": 1}),
    "volume time": (Fraction(365), {"length": 3, "time": 1}),
    "mass time": (Fraction(365), {"mass": 1, "time": 1}),
    "ratio": (Fraction(1), {}),
}
_COHERENT: Mapping[str, str] = {"energy": "kWh", "time": "h", "power": "W", "item transport": "Items*km"}
"""Unit to show a dimension in, where it is not the base unit of the table."""
_SUPERSCRIPT = str.maketrans("-0123456789/", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹ᐟ")


def dimension_of(exponents: Mapping[str, Fraction | int]) -> Dimension:
    """The dimension with these exponents."""
    return tuple(sorted((name, Fraction(power)) for name, power in exponents.items() if power))


def product(left: Dimension, right: Dimension, *, sign: int = 1) -> Dimension:
    """Dimension of a product, or of a quotient with ``sign`` −1."""
    powers = dict(left)
    for name, power in right:
        powers[name] = powers.get(name, Fraction(0)) + sign * power
    return dimension_of(powers)


def power(base: Dimension, exponent: Fraction) -> Dimension:
    """Dimension of a power."""
    return dimension_of({name: value * exponent for name, value in base})


@dataclass(frozen=True, slots=True)
class Measure:
    """What a unit, or a product of units, measures: its dimension, and how many base units (kg, m, d …) it is; exact.

    >>> (Measure.of("W") * Measure.of("h")).factor == Measure.of("Wh").factor
    True
    """

    dimension: Dimension
    factor: Fraction

    @classmethod
    def of(cls, symbol: str | Unit) -> Measure:
        """The measure of a unit of the table (TH-QTY-001 where there is none)."""
        found = unit(symbol) if isinstance(symbol, str) else symbol
        factor, exponents = _DERIVED.get(found.dimension, (Fraction(1), {found.dimension: 1}))
        return cls(dimension_of(exponents), found.factor * factor)

    def __mul__(self, other: Measure) -> Measure:
        return Measure(product(self.dimension, other.dimension), self.factor * other.factor)

    def __truediv__(self, other: Measure) -> Measure:
        return Measure(product(self.dimension, other.dimension, sign=-1), self.factor / other.factor)

    def __pow__(self, exponent: int) -> Measure:
        return Measure(power(self.dimension, Fraction(exponent)), self.factor**exponent)


BARE = Measure((), Fraction(1))
"""The measure of a bare number."""


@cache
def _by_dimension() -> Mapping[Dimension, Unit]:
    found: dict[Dimension, Unit] = {}
    for each in units():
        dimension = Measure.of(each).dimension
        if each.symbol == _COHERENT.get(each.dimension) or dimension not in found:
            found[dimension] = each
    return {**found, (): unit("1")}


def coherent_unit(dimension: Dimension) -> Unit | None:
    """The unit of the table to show a dimension in; ``None`` where the table has none.

    >>> coherent_unit((Measure.of("t") * Measure.of("km")).dimension).symbol
    't*km'
    """
    if len(dimension) == 1 and dimension[0][0].startswith("currency:") and dimension[0][1] == 1:
        return unit(" ".join(dimension[0][0].split(":")[1:]))
    return _by_dimension().get(dimension)


def dimension_name(dimension: Dimension) -> str:
    """The table's name of a dimension, or its base dimensions with their exponents.

    >>> dimension_name((Measure.of("kg") / Measure.of("m3")).dimension)
    'length⁻³ mass'
    """
    known = coherent_unit(dimension)
    return known.dimension if known else " ".join(_raised(name, exponent) for name, exponent in dimension)


def base_unit(dimension: Dimension) -> str:
    """The base units of a dimension that the table has no unit for.

    >>> base_unit((Measure.of("kg") / Measure.of("m3")).dimension)
    'kg·m⁻³'
    """
    symbols = {"mass": "kg", "length": "m", "time": "d"}
    parts = []
    for name, exponent in dimension:
        own = coherent_unit(((name, Fraction(1)),))
        parts.append((exponent < 0, _raised(symbols.get(name, own.symbol if own else name), exponent)))
    return "·".join(text for _, text in sorted(parts)) or "1"


def _raised(text: str, exponent: Fraction) -> str:
    return text if exponent == 1 else text + str(exponent).translate(_SUPERSCRIPT)
