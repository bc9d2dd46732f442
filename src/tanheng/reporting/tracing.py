"""What the workbook's formulas stand on: each factor once, with its gas amounts per unit, and each GWP once.

A part is amount × kg CO2e per unit; that is Σ over the counted gases (kg of the gas per unit × GWP). The assessment keeps the
gases of every part; here they are divided by its amount and parts that share them share a factor.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tanheng.footprint.assessment import LineResult, Part, Provenance
from tanheng.quantities import Origin

_SAME = 1e-14
"""Relative difference below which two gas amounts are the same; rounding of a division is smaller."""
_AGREES = 1e-9
"""Relative difference within which gas amounts × GWP must give the factor (C03); else the factor stands as a number."""


@dataclass(frozen=True, slots=True)
class GasAmount:
    """kg of a gas per unit of activity; ``weight`` is the number of its GWP in the list."""

    gas: str
    origin: Origin
    mass: float
    weight: int
    counted: bool


@dataclass(frozen=True, slots=True)
class Factor:
    """A source of numbers as parts use it.

    Attributes:
        per_unit: kg CO2e per ``unit``.
        gases: empty where the gases do not give ``per_unit``, so that it stands for itself.
    """

    provenance: Provenance
    unit: str
    per_unit: float
    gases: tuple[GasAmount, ...]


@dataclass(slots=True)
class Trace:
    """Factors, GWPs, and the factor of every part in the order of lines and parts.

    Attributes:
        weights: (gas, origin, kg CO2e per kg).
        used: number of the factor by part.
    """

    factors: list[Factor] = field(default_factory=list)
    weights: list[tuple[str, Origin, float]] = field(default_factory=list)
    used: list[int] = field(default_factory=list)


def trace(lines: Iterable[LineResult]) -> Trace:
    """Every part's factor, each listed once."""
    made = Trace()
    known: dict[tuple[str, ...], list[int]] = {}
    weights: dict[tuple[str, Origin, float], int] = {}
    for line in lines:
        for part in line.parts:
            factor = _factor(part, made, weights)
            candidates = known.setdefault((*_identity(part), f"{factor.per_unit:.12g}"), [])
            # Rounding may part two that are the same; then one more is listed, and every number is still right.
            number = next((n for n in candidates if _same(made.factors[n], factor)), None)
            if number is None:
                number = len(made.factors)
                made.factors.append(factor)
                candidates.append(number)
            made.used.append(number)
    return made


def _identity(part: Part) -> tuple[str, ...]:
    source = part.provenance
    return source.kind, source.id, source.release, source.geography, str(source.year), source.covers, part.unit


def _factor(part: Part, made: Trace, weights: dict[tuple[str, Origin, float], int]) -> Factor:
    gases = tuple(_amounts(part, made, weights)) if part.amount else ()
    given = math.fsum(g.mass * made.weights[g.weight][2] for g in gases if g.counted)
    size = math.fsum(abs(g.mass * made.weights[g.weight][2]) for g in gases)
    agrees = abs(given - part.per_unit) <= _AGREES * max(size, abs(part.per_unit))
    return Factor(part.provenance, part.unit, part.per_unit, gases if agrees else ())


def _amounts(part: Part, made: Trace, weights: dict[tuple[str, Origin, float], int]) -> Iterator[GasAmount]:
    for g in part.gases:
        if not g.mass:
            continue
        # 12 digits bring back the value of the GWP set from the quotient.
        key = (g.gas, g.origin, float(f"{g.co2e / g.mass:.12g}"))
        if key not in weights:
            weights[key] = len(made.weights)
            made.weights.append(key)
        yield GasAmount(g.gas, g.origin, g.mass / part.amount, weights[key], g.counted)


def _same(one: Factor, other: Factor) -> bool:
    if len(one.gases) != len(other.gases) or not math.isclose(one.per_unit, other.per_unit, rel_tol=_SAME):
        return False
    return all(
        a.gas == b.gas
        and a.origin is b.origin
        and a.weight == b.weight
        and a.counted == b.counted
        and math.isclose(a.mass, b.mass, rel_tol=_SAME)
        for a, b in zip(one.gases, other.gases, strict=True)
    )
