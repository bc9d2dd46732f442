"""A quantity: a number with a unit (C01)."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass

from tanheng.errors import QuantityError
from tanheng.quantities.units import Unit, ratio, unit

_SPACES = "  \u2007\u2009\u202f_"
_NUMBER = re.compile(
    rf"^\s*(?P<number>[+-]?(?:\d{{1,3}}(?:[{_SPACES}]\d{{3}})+|\d+)?(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*(?P<unit>.*?)\s*$"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """``value`` times ``unit``; adding or comparing demands the same dimension.

    >>> Quantity.parse("13 350 kWh").to("MJ")
    Quantity(value=48060.0, unit='MJ')
    """

    value: float
    unit: str

    @classmethod
    def parse(cls, text: str | float, *, default_unit: str | None = None, place: str = "") -> Quantity:
        """Read ``"1.925 t"``, ``"13 350 kWh"`` or ``"35 %"``.

        Thousands may be set apart by spaces. A comma is refused, since ``1,925`` means 1.925 to one reader and 1925
        to the next.

        Raises:
            QuantityError: TH-QTY-003 no number, TH-QTY-004 a comma, TH-QTY-005 no unit, TH-QTY-001 an unknown unit.
        """
        if isinstance(text, int | float) and not isinstance(text, bool):
            number, unit_text = float(text), ""
        else:
            plain = unicodedata.normalize("NFKC", str(text)).replace("−", "-")
            match = _NUMBER.match(plain)
            if match is None or not re.search(r"\d", match["number"]):
                raise QuantityError("TH-QTY-003", place=place, text=text)
            if match["unit"].startswith(","):
                raise QuantityError("TH-QTY-004", place=place, text=text)
            number = float(re.sub(f"[{_SPACES}]", "", match["number"]))
            unit_text = match["unit"]
        if not math.isfinite(number):
            raise QuantityError("TH-QTY-003", place=place, text=text)
        unit_text = unit_text or (default_unit or "")
        if not unit_text:
            raise QuantityError("TH-QTY-005", place=place, text=text)
        return cls(number, unit(unit_text, place=place).symbol)

    @property
    def measure(self) -> Unit:
        """The unit with its dimension and factor."""
        return unit(self.unit)

    @property
    def dimension(self) -> str:
        """What is measured."""
        return self.measure.dimension

    def to(self, target: str, *, place: str = "") -> Quantity:
        """The same quantity in another unit of its dimension (TH-QTY-002 where there is none)."""
        wanted = unit(target, place=place)
        return Quantity(self.value * float(ratio(self.measure, wanted, place=place)), wanted.symbol)

    def __add__(self, other: Quantity) -> Quantity:
        return Quantity(self.value + other.to(self.unit).value, self.unit)

    def __mul__(self, number: float) -> Quantity:
        return Quantity(self.value * number, self.unit)

    __rmul__ = __mul__

    def __str__(self) -> str:
        return f"{self.value:.9g} {self.unit}"
