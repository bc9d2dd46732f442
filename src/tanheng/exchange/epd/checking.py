"""Rules of declarations that neither data format enforces.

Source: EN 15804:2012+A2:2019 (5.2 modules, 6.3.5 and 7.2.3 global warming by origin, 7.3 scenarios, 9 verification and
validity), as public product category rules and the guidance of the data formats tell them; ISO 14025:2006, 7.2.1 and 8.1.3.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date

from tanheng.exchange.declaration import Declaration
from tanheng.exchange.epd.modules import END_OF_LIFE, PRODUCT, Module
from tanheng.exchange.epd.results import PARTS, Indicator, Values, credited_early
from tanheng.exchange.epd.section import Epd
from tanheng.exchange.protocols import Objection

_CO2_OF_CARBON = 44.0 / 12.0
_TOLERANCE = 5e-3  # numbers are told with three digits
_YEARS = 5
_EN, _ISO = "EN 15804+A2", "ISO 14025"


def check(told: Declaration, more: Epd, values: Values) -> tuple[Objection, ...]:
    """What a programme operator, or a reader, may object to."""
    return (
        *_sums(values),
        *_modules(more, values),
        *_carbon(told, values),
        *_dates(told, more),
        *_said(told, more, values),
    )


def _sums(values: Values) -> Iterator[Objection]:
    totals = values[Indicator.TOTAL]
    for module, total in totals.items():
        parts = [values.get(kind, {}).get(module) for kind in PARTS]
        told = [part for part in parts if part is not None]
        if len(told) == len(parts) and not _same(total, math.fsum(told), told):
            path = f"{Indicator.TOTAL}.{module}"
            yield Objection(
                "TH-EXC-401", "error", f"{_EN}, 7.2.3", path, _figure(total), {"sum": _figure(math.fsum(told))}
            )
    for kind, found in values.items():
        if Module.A1_A3 in found and all(module in found for module in PRODUCT):
            told = [found[module] for module in PRODUCT]
            if not _same(found[Module.A1_A3], math.fsum(told), told):
                quote, whole = _figure(found[Module.A1_A3]), _figure(math.fsum(told))
                yield Objection("TH-EXC-402", "error", f"{_EN}, 5.2", f"{kind}.A1-A3", quote, {"sum": whole})
    missing = [kind.value for kind in PARTS if Module.A1_A3 not in values.get(kind, {})]
    if missing:
        yield Objection("TH-EXC-403", "warning", f"{_EN}, 7.2.3", "A1-A3", ", ".join(missing))


def _modules(more: Epd, values: Values) -> Iterator[Objection]:
    missing = [module.value for module in (*END_OF_LIFE, Module.D) if module not in values[Indicator.TOTAL]]
    if missing and not more.exempt:
        yield Objection("TH-EXC-404", "warning", f"{_EN}, 5.2", "modules", ", ".join(missing))
    told = {one.module for one in more.scenarios}
    beyond = [m.value for m in values[Indicator.TOTAL] if m not in (*PRODUCT, Module.A1_A3, Module.D) and m not in told]
    if beyond:
        yield Objection("TH-EXC-405", "warning", f"{_EN}, 7.3", "epd.scenarios", ", ".join(beyond))
    if any(module.value[0] == "B" for module in values[Indicator.TOTAL]) and more.service_life is None:
        yield Objection("TH-EXC-406", "warning", f"{_EN}, 6.3.4", "epd.service_life")


def _carbon(told: Declaration, values: Values) -> Iterator[Objection]:
    """Carbon in the product has come in by A1 and leaves by C (−1/+1)."""
    found = values.get(Indicator.BIOGENIC, {})
    if not told.biogenic_carbon or Module.A1_A3 not in found:
        return
    held = told.biogenic_carbon * _CO2_OF_CARBON
    if found[Module.A1_A3] > -held and not _same(found[Module.A1_A3], -held, [held]):
        quote = _figure(found[Module.A1_A3])
        yield Objection("TH-EXC-407", "warning", f"{_EN}, 7.2.5", "GWP-biogenic.A1-A3", quote, {"sum": _figure(-held)})
    released = [found[module] for module in END_OF_LIFE if module in found]
    if released and math.fsum(released) < held and not _same(math.fsum(released), held, [held]):
        quote = _figure(math.fsum(released))
        yield Objection("TH-EXC-408", "warning", f"{_EN}, 6.3.5", "GWP-biogenic.C1-C4", quote, {"sum": _figure(held)})


def _dates(told: Declaration, more: Epd) -> Iterator[Objection]:
    begin, end = more.published or told.valid_from, told.valid_until
    if begin is not None and end is not None and end < begin:
        yield Objection("TH-EXC-409", "error", f"{_EN}, 9", "valid_until", end.isoformat())
    elif begin is not None and end is not None and end > _later(begin, _YEARS):
        yield Objection(
            "TH-EXC-410", "warning", f"{_EN}, 9", "valid_until", end.isoformat(), {"begin": begin.isoformat()}
        )


def _said(told: Declaration, more: Epd, values: Values) -> Iterator[Objection]:
    if more.verification is None and told.verified is None:
        yield Objection("TH-EXC-411", "warning", f"{_ISO}, 8.1.3", "epd.verification")
    if not more.pcr:
        yield Objection("TH-EXC-412", "warning", f"{_ISO}, 7.2.1", "epd.pcr")
    if not more.registration:
        yield Objection("TH-EXC-413", "warning", f"{_ISO}, 7.2.1", "epd.registration")
    if early := credited_early(told, more):
        yield Objection("TH-EXC-415", "error", f"{_EN}, 6.4.3", "modules", ", ".join(early))
    if values[Indicator.TOTAL][Module.A1_A3] < 0 and Indicator.BIOGENIC not in values:
        yield Objection("TH-EXC-414", "warning", f"{_EN}, 7.2.3", "GWP-total.A1-A3")


def _later(day: date, years: int) -> date:
    return day.replace(year=day.year + years, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _same(told: float, wanted: float, parts: list[float]) -> bool:
    return abs(told - wanted) <= _TOLERANCE * max([abs(told), abs(wanted), *map(abs, parts)], default=0.0) + 1e-12


def _figure(number: float) -> str:
    return f"{number:.6g}"
