"""Collecting the characterisation factors of an impact category, as every reader of methods needs it."""

from __future__ import annotations

import math

from tanheng.errors import FormatError
from tanheng.formats.notebook import Notebook
from tanheng.inventory.methods.model import CharacterisationFactor, ImpactCategory
from tanheng.inventory.model import Flow, Uncertainty

# Compartments as several formats abbreviate them, from which the direction of a flow is known.
_FROM_NATURE = ("resource", "raw", "natural resource")
_TO_NATURE = ("air", "water", "soil")


class FactorList:
    """The factors of one category in the order of their file.

    Of several factors for one flow, direction and place the first stays; those that say the same and those that
    contradict it are counted apart. A factor of 0 is a factor; what is no finite number is none.
    """

    def __init__(self, notes: Notebook, place: str) -> None:
        self._notes = notes
        self._place = place
        self._made: dict[tuple[object, ...], CharacterisationFactor] = {}

    def add(
        self,
        flow: Flow,
        value: float | None,
        unit: str,
        *,
        is_input: bool | None = None,
        location: str = "",
        uncertainty: Uncertainty | None = None,
    ) -> None:
        """Take a factor; ``value`` is ``None`` or NaN where the file gives no number."""
        name = ", ".join((flow.name, *flow.category[-1:]))
        if value is None or not math.isfinite(value):
            self._notes.count("factor-unusable", self._place, name)
            return
        if not unit:
            self._notes.count("factor-unit-unknown", self._place, name)
        key = (*_identity(flow, unit), is_input, location)
        known = self._made.get(key)
        if known is None:
            self._made[key] = CharacterisationFactor(flow, value, unit, is_input, location, uncertainty)
        elif known.value == value:
            self._notes.count("factor-repeated", self._place, name)
        else:
            self._notes.count("factor-contradicted", self._place, f"{name}: {known.value:g}, {value:g}")

    def close(self) -> tuple[CharacterisationFactor, ...]:
        """The factors; a category without any is noted."""
        if not self._made:
            self._notes.count("category-empty", "", self._place)
        return tuple(self._made.values())


def _identity(flow: Flow, unit: str) -> tuple[object, ...]:
    if flow.id:
        return (flow.id, unit)
    return ("", flow.name.casefold(), tuple(part.casefold() for part in flow.category), unit)


def direction_of(compartment: str) -> bool | None:
    """Whether flows of a compartment are taken from nature; ``None`` for compartments that do not say."""
    plain = compartment.strip().casefold()
    return True if plain in _FROM_NATURE else False if plain in _TO_NATURE else None


def filled(categories: list[ImpactCategory], place: str) -> tuple[ImpactCategory, ...]:
    """The categories of a method.

    Raises:
        FormatError: TH-FMT-055 where none has a factor.
    """
    if not any(category.factors for category in categories):
        raise FormatError("TH-FMT-055", place=place)
    return tuple(categories)
