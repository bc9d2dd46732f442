"""Amounts in the units of a database, which may have units of its own that our table does not know (C01)."""

from __future__ import annotations

from tanheng.errors import InventoryError
from tanheng.quantities import Quantity, find_unit
from tanheng.quantities.units import ratio


def ratio_of(source: str, target: str, *, place: str = "") -> float:
    """How many ``target`` one ``source`` is.

    >>> ratio_of("kWh", "MJ")
    3.6

    Raises:
        InventoryError: TH-INV-042 where they measure different things, or one is a unit of the database alone (C01).
    """
    if source == target:
        return 1.0
    first, second = find_unit(source), find_unit(target)
    if first is None or second is None or first.dimension != second.dimension:
        raise InventoryError("TH-INV-042", place=place, source=source, target=target)
    return float(ratio(first, second))


def amount_in(amount: Quantity | str | float, target: str, *, place: str = "") -> float:
    """An amount in unit ``target``; a number alone is in it already.

    >>> amount_in("0.5 kWh", "MJ"), amount_in(2, "Item(s)"), amount_in("2 Item(s)", "Item(s)")
    (1.8, 2.0, 2.0)

    Raises:
        InventoryError: TH-INV-042 an amount of another dimension. QuantityError: no amount at all.
    """
    if isinstance(amount, str) and find_unit(target) is None:
        number = Quantity.parse(amount.strip().removesuffix(target), default_unit="1", place=place)
        if number.unit != "1":
            raise InventoryError("TH-INV-042", place=place, source=number.unit, target=target)
        return number.value
    given = amount if isinstance(amount, Quantity) else Quantity.parse(amount, default_unit=target, place=place)
    return given.value * ratio_of(given.unit, target, place=place)
