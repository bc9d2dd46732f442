"""Factors of a category as the mapping applies them: of which flow, in which unit, and with the sign that B needs (C09)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from tanheng.errors import InventoryError
from tanheng.inventory.mapping.compartments import RESOURCE
from tanheng.inventory.mapping.describing import Described, describe
from tanheng.inventory.methods.model import CharacterisationFactor, ImpactCategory, ImpactMethod
from tanheng.inventory.model import Flow, LocalUnit
from tanheng.inventory.units import ratio_of

_EVERYWHERE = frozenset({"", "glo", "global", "world", "row", "unspecified", "全球"})
_LONGEST = 8
"""Local units that stand on each other; more is a circle."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of a category.

    Attributes:
        number: its place in the category.
        value: score per ``unit`` that goes *to* nature: a resource that harms when it is taken has a negative one, for B
            counts what is taken as negative.
        is_located: holds for one place alone.
    """

    number: int
    flow: Described
    value: float
    unit: str
    is_located: bool


class Describer:
    """Describes each flow of a method once, although many categories name it."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], Described] = {}

    def __call__(self, flow: Flow, is_input: bool | None) -> Described:
        """The flow, described; the same value for the same flow."""
        key = (flow.id, *flow.names.items(), flow.category, flow.cas, flow.unit, is_input)
        if key not in self._known:
            self._known[key] = describe(flow, is_input=is_input)
        return self._known[key]


def factors_of(
    category: ImpactCategory, method: ImpactMethod, describer: Describer | None = None
) -> tuple[Factor, ...]:
    """The factors of a category in the order of the method."""
    describer = describer or Describer()
    return tuple(_factor(n, f, method.local_units, describer) for n, f in enumerate(category.factors))


def _factor(number: int, given: CharacterisationFactor, local: Mapping[str, LocalUnit], describer: Describer) -> Factor:
    flow = describer(given.flow, given.is_input)
    unit, size = _known_unit(given.unit or given.flow.unit, local)
    taken = bool(given.is_input) or flow.compartment.medium == RESOURCE
    value = given.value / size if size else math.nan
    signed = (-value if taken else value) + 0.0  # no −0
    return Factor(number, flow, signed, unit, given.location.strip().casefold() not in _EVERYWHERE)


def _known_unit(symbol: str, local: Mapping[str, LocalUnit]) -> tuple[str, float]:
    """A unit of our table, and how many of it one of the method's own unit is."""
    size = 1.0
    for _ in range(_LONGEST):
        if symbol not in local:
            break
        size *= local[symbol].factor
        symbol = local[symbol].base
    return symbol, size


def per_unit_of(flow: Described, factor: Factor) -> float | None:
    """Score per unit of a flow; ``None`` where the units measure different things (C01), or the factor has no number (C02)."""
    try:
        value = value_of(flow, factor) * ratio_of(flow.unit, factor.unit)
    except InventoryError:
        return None
    return value if math.isfinite(value) else None


def value_of(flow: Described, factor: Factor) -> float:
    """The factor for this flow, per unit of the factor that goes to nature.

    A factor that says neither compartment nor direction has those of the flow that it was found for.
    """
    target = factor.flow
    undirected = target.is_input is None and not target.compartment.medium
    value = -factor.value if undirected and flow.goes_in else factor.value
    return value + 0.0  # no −0
