"""Actual against default: which is lower, and by how much.

    default with mark-up = default value × (1 + mark-up of the year)

Goods whose default values are per tonne of clinker are compared per tonne of clinker ((EU) 2025/2547, Article 4(5)).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tanheng.errors import ExchangeError
from tanheng.exchange.cbam.embedding import EmbeddedGood
from tanheng.exchange.cbam.section import Process
from tanheng.exchange.cbam.tables import Version, functional_unit, not_shipped
from tanheng.footprint.cbam import OTHER_COUNTRIES, Embedded, find_defaults, markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Actual embedded emissions beside the default value, t CO2e per functional unit.

    Attributes:
        actual: of the installation. default: without mark-up; ``None`` where none ships (C02). markup: a share.
        country: whose default it is: of origin, or ``other``. route: of production that the default value rests on.
        content: functional units in a tonne of the good; 1 where the unit is the tonne itself. substance: of that unit.
        noted: whether the functional unit is another one than the values are told in, so that both are per tonne of the good.
        replaced: acts in force whose figures do not ship; the default may be another one in them.
    """

    cn: str
    year: int
    actual: float
    default: float | None
    markup: float
    country: str
    route: str
    source: str
    content: float = 1.0
    substance: str = ""
    noted: bool = False
    replaced: tuple[Version, ...] = ()

    @property
    def marked(self) -> float | None:
        """The default value with its mark-up."""
        return None if self.default is None else self.default * (1.0 + self.markup)

    @property
    def difference(self) -> float | None:
        """Actual less default with mark-up; negative where the actual value is lower."""
        return None if self.marked is None else self.actual - self.marked

    @property
    def favourable(self) -> str:
        """``actual``, ``default`` or ``same``; empty where there is no default value to compare with."""
        if self.difference is None:
            return ""
        return "same" if self.difference == 0 else "actual" if self.difference < 0 else "default"

    @property
    def formula(self) -> str:
        """The arithmetic with its numbers; empty where there is no default value."""
        if self.default is None:
            return ""
        return (
            f"{self.actual:.6g} − {self.default:.6g} × (1 + {self.markup:g}) = {self.actual:.6g} − {self.marked:.6g}"
            f" = {self.difference:.6g} t CO2e/{self.per}"
        ).replace("-", "−")

    @property
    def per(self) -> str:
        """What the values are told per."""
        return f"t {self.substance}" if self.substance else "t"


def compare(good: EmbeddedGood, year: int, process: Process | None = None, *, day: date | None = None) -> Comparison:
    """A good's actual embedded emissions beside its default value.

    Args:
        year: of the mark-up. day: for acts in force; the last one of the year where none is given.

    Raises:
        ExchangeError: TH-EXC-010 the content of clinker is needed and not given, TH-EXC-205 the code has several routes and
            none is named.
    """
    given = process or Process()
    content, substance, noted = _unit(good, given)
    route = given.route
    found = find_defaults(good.cn, good.origin, route) or find_defaults(good.cn, good.origin)
    if len(found) > 1:
        raise ExchangeError("TH-EXC-205", cn=good.cn, routes=", ".join(one.route for one in found))
    value = found[0] if found else None
    return Comparison(
        cn=good.cn,
        year=year,
        actual=good.total.total / content,
        default=_counted(value.specific, good) if value else None,
        markup=markup(good.cn, year),
        country=value.country if value else OTHER_COUNTRIES,
        route=value.underlying if value else "",
        source=value.source if value else "",
        content=content,
        substance=substance,
        noted=noted,
        replaced=not_shipped("defaults", day or date(year, 12, 31)),
    )


def _counted(specific: Embedded, good: EmbeddedGood) -> float:
    return specific.total if good.counts_indirect else specific.direct


def _unit(good: EmbeddedGood, given: Process) -> tuple[float, str, bool]:
    """Functional units in a tonne of the good, of which substance, and whether the unit is only noted."""
    unit = functional_unit(good.cn)
    if unit is None or not unit.converts:
        return 1.0, "", unit is not None
    if given.content is None:
        raise ExchangeError(
            "TH-EXC-010", place="cbam", field="cbam.process.content", remedy="cbam: {process: {content: 75 %}}"
        )
    content = given.content.to("1", "cbam.process.content")
    if not 0 < content <= 1:
        raise ExchangeError("TH-EXC-206", place="cbam.process.content", found=f"{content:g}")
    return content, unit.substance, False
