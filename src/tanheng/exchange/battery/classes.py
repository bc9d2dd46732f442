"""Performance classes of batteries: limits are data or given, and where there are none the class is not known (C02)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tanheng.errors import ExchangeError
from tanheng.exchange.battery.section import NAME, BatteryDeclaration, Threshold
from tanheng.files import shipped_rows


@dataclass(frozen=True, slots=True)
class Class:
    """The class of a footprint, and what says so.

    Attributes:
        adopted: whether the limits ship with the number of an act; else they were given by whoever declares.
    """

    name: str
    source: str
    limits: tuple[tuple[str, float | None], ...]
    adopted: bool


def classify(value: float, given: BatteryDeclaration, category: str, day: date) -> Class | None:
    """The performance class of a footprint; ``None`` where there are no limits.

    A value that is a limit is in the better class.

    Args:
        value: kg CO2e per kWh delivered over life.

    Raises:
        ExchangeError: TH-EXC-305 the limits do not rise, or another class than the last has none.
    """
    shipped = _shipped(category, day)
    limits = given.classes or shipped[0]
    if not limits:
        return None
    uppers = [one.upper for one in limits]
    if None in uppers[:-1] or (rising := [one for one in uppers if one is not None]) != sorted(set(rising)):
        raise ExchangeError("TH-EXC-305", place=f"{NAME}.classes")
    found = next((one.name for one in limits if one.upper is None or value <= one.upper), "")
    source = given.classes_source if given.classes else shipped[1]
    return Class(found, source, tuple((one.name, one.upper) for one in limits), adopted=not given.classes)


def _shipped(category: str, day: date) -> tuple[tuple[Threshold, ...], str]:
    """Limits in force of a category on a day, and the number of their act."""
    rows = [
        row
        for row in shipped_rows("battery_classes")
        if row["category"] == category and date.fromisoformat(row["from"]) <= day
    ]
    last = max((row["from"] for row in rows), default="")
    taken = [row for row in rows if row["from"] == last]
    limits = tuple(Threshold(name=row["class"], upper=float(row["upper"]) if row["upper"] else None) for row in taken)
    return limits, taken[0]["number"] if taken else ""
