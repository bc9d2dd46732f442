"""Units of declaration: ours to theirs and back."""

from __future__ import annotations

from collections.abc import Mapping

from tanheng.errors import ExchangeError
from tanheng.quantities import Quantity

_THEIRS: Mapping[str, str] = {
    "kilogram": "kg",
    "piece": "pcs",
    "liter": "l",
    "cubic meter": "m3",
    "kilowatt hour": "kWh",
    "megajoule": "MJ",
    "ton kilometer": "t*km",
    "square meter": "m2",
    "hour": "h",
    "second": "s",
}
_BY_DIMENSION = {Quantity(1.0, ours).dimension: theirs for theirs, ours in reversed(tuple(_THEIRS.items()))}


def written(unit: Quantity) -> tuple[str, float]:
    """Their unit, and the amount in it: ``("kilogram", 1000.0)``.

    Raises:
        ExchangeError: TH-EXC-013.
    """
    for theirs, ours in _THEIRS.items():
        if unit.unit == ours:
            return theirs, unit.value
    theirs = _BY_DIMENSION.get(unit.dimension, "")
    if not theirs:
        raise ExchangeError("TH-EXC-013", unit=unit.unit, known=", ".join(_THEIRS.values()))
    return theirs, unit.to(_THEIRS[theirs]).value


def read(theirs: str, amount: float) -> Quantity | None:
    """A quantity; ``None`` for a unit that we have no counterpart of (``megabit``)."""
    ours = _THEIRS.get(theirs)
    return Quantity(amount, ours) if ours else None
