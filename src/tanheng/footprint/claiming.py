"""The declared value: the total in the unit of the label, rounded as the rules say (C03). Nothing else is ever rounded."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

from tanheng.errors import QuantityError
from tanheng.footprint.assessment import Claim
from tanheng.quantities import Quantity
from tanheng.rules import Rounding

_OF = " CO2e/"


def claim(total: float, unit: Quantity, label_unit: str, rounding: Rounding) -> Claim:
    """The claim of a complete result.

    Args:
        total: kg CO2e per ``unit``.
        unit: the study's.
        label_unit: ``kg CO2e/t`` …; the study's own where it is empty or measures something else.
    """
    value, shown = total, f"kg{_OF}{unit.unit}" if unit.value == 1 else f"kg{_OF}({unit})"
    mass, found, per = label_unit.partition(_OF)
    if found:
        try:
            value, shown = Quantity(total, "kg").to(mass).value / unit.to(per).value, label_unit
        except QuantityError:
            value = total  # a pack for goods by mass says nothing about a piece
    number = rounded(value, rounding)
    return Claim(float(number), f"{number:f}", shown)


def rounded(value: float, rounding: Rounding) -> Decimal:
    """Half to even, to decimals, or else to significant digits; whole where those end above the point.

    >>> str(rounded(696.8239, Rounding(significant=3))), str(rounded(0.0325, Rounding(decimals=3)))
    ('697', '0.032')
    """
    exact = Decimal(repr(value))
    if rounding.decimals is not None:
        return exact.quantize(Decimal(1).scaleb(-rounding.decimals), ROUND_HALF_EVEN)
    if rounding.significant is None or not exact:
        return exact
    made = exact.quantize(Decimal(1).scaleb(exact.adjusted() - rounding.significant + 1), ROUND_HALF_EVEN)
    if made.adjusted() > exact.adjusted():  # 9.996 became 10.00: one digit more than asked for
        made = made.quantize(Decimal(1).scaleb(made.adjusted() - rounding.significant + 1), ROUND_HALF_EVEN)
    return made
