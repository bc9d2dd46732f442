"""Elements of a quarterly report, filled in order; what is needed and not known is gathered and told at once."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from lxml import etree

from tanheng.errors import ExchangeError, Fault
from tanheng.exchange.needs import missing
from tanheng.exchange.protocols import Loss

NAMESPACE = "http://xmlns.ec.eu/BusinessObjects/CBAM/Types/V1"
Child = etree._Element | None
_NAMES: Any = {None: NAMESPACE}
_FINEST = Decimal("0.0000001")
_MASS = Decimal("0.000001")


class Filling:
    """What was found while a report is filled.

    Attributes:
        faults: TH-EXC-010 for each field that is needed. losses: texts that were shortened.
    """

    def __init__(self, file: str = "") -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.losses: list[Loss] = []

    def element(self, name: str, *children: Child | Iterable[Child]) -> Child:
        """An element of children; ``None`` where there are none."""
        made = etree.Element(f"{{{NAMESPACE}}}{name}", nsmap=_NAMES)
        for child in children:
            if isinstance(child, etree._Element):
                made.append(child)
            elif child is not None:
                made.extend([one for one in child if one is not None])
        return made if len(made) else None

    def text(self, name: str, value: object, field: str = "", *, length: int = 0) -> Child:
        """An element with a text; ``None`` where there is none. ``field`` names the supplement's field where it is needed."""
        written = "" if value is None else str(value)
        if not written:
            if field:
                self.need(field)
            return None
        if length and len(written) > length:
            self.losses.append(Loss("shortened", field or name, {"length": length}))
            written = written[:length]
        made = etree.Element(f"{{{NAMESPACE}}}{name}")
        made.text = written
        return made

    def flag(self, name: str, value: bool | None, field: str) -> Child:
        """A confirmation, which is never given for anybody."""
        return self.text(name, None if value is None else str(value).lower(), field)

    def need(self, field: str) -> None:
        """Tell that a field is needed."""
        names = field.split(".")
        remedy = names[0] + ": " + "".join(f"{{{name}: " for name in names[1:]) + "…" + "}" * (len(names) - 1)
        self.faults.append(missing(field, remedy, self.file))

    def done(self) -> None:
        """Tell all that is needed.

        Raises:
            ExchangeError: TH-EXC-010.
        """
        if self.faults:
            raise ExchangeError.of(list({str(one.params["field"]): one for one in self.faults}.values()))


def emissions(value: float | Decimal) -> Decimal:
    """t CO2e, or t CO2e per t, with the seven decimals that the schema has."""
    return (value if isinstance(value, Decimal) else Decimal(repr(value))).quantize(_FINEST, ROUND_HALF_EVEN)


def mass(value: float) -> Decimal:
    """t with six decimals."""
    return Decimal(repr(value)).quantize(_MASS, ROUND_HALF_EVEN)


def written(value: Decimal) -> str:
    """A decimal without exponent and trailing zeros.

    >>> written(Decimal("120.500000")), written(Decimal("1E+2"))
    ('120.5', '100')
    """
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
