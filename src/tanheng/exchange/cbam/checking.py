"""Rules of the quarterly report that its schema lets pass."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

from lxml import etree

from tanheng.exchange.cbam.embedding import EmbeddedGood
from tanheng.exchange.cbam.looking import every, text
from tanheng.exchange.cbam.tables import versions
from tanheng.exchange.protocols import Objection
from tanheng.footprint.cbam import REGIME
from tanheng.rules import regime

_CLAUSE = "(EU) 2023/1773, Annex I"
_NEAR = Decimal("0.000001")
_POWER = ("EmissionFactor", "ElectricityConsumed", "SpecificEmbeddedEmissions")
_ROUNDED = Decimal("1.02")
"""The schema has two decimals for MWh, so a small consumption is told roughly."""
_QUARTERS = {"Q1": 3, "Q2": 6, "Q3": 9, "Q4": 12}
_CODE = re.compile(r"\d{6}\|\d{2}")


def check(root: etree._Element) -> tuple[Objection, ...]:
    """What a report does not keep, by its root element ``QReport``."""
    return tuple(_objections(root))


def secondary(good: EmbeddedGood) -> tuple[Objection, ...]:
    """Precursors whose values are neither actual nor default."""
    clause = "(EU) 2025/2547, Article 15"
    return tuple(
        Objection("TH-EXC-216", "warning", clause, f"precursors.{one.cn}", one.names.get("en") or one.cn)
        for one in good.precursors
        if one.source == "secondary"
    )


def _objections(root: etree._Element) -> Iterator[Objection]:
    yield from _period(root)
    goods = every(root, "ImportedGood")
    yield from _sum(root, "TotalEmissions", [_number(one, "TotalEmissions/OverallEmissions") for one in goods], "")
    yield from _count(root, len(goods))
    for at, good in enumerate(goods, 1):
        path = f"ImportedGood[{at}]"
        yield from _good(good, path)
        made = every(good, "GoodsEmissions")
        yield from _sum(
            good, "MeasureImported/NetMass", [_number(one, "ProducedMeasure/NetMass") for one in made], path
        )
        for number, one in enumerate(made, 1):
            where = f"{path}/GoodsEmissions[{number}]"
            yield from _parts(one, "InstallationEmissions", where)
            yield from _power(one, where)
            if text(one, "Installation/InstallationId") is None:
                yield _objection("TH-EXC-215", "warning", f"{where}/Installation")


def _period(root: etree._Element) -> Iterator[Objection]:
    quarter, year = text(root, "ReportingPeriod") or "", text(root, "Year") or ""
    if quarter not in _QUARTERS:
        yield _objection("TH-EXC-211", "error", "ReportingPeriod", quarter)
        return
    ends = next(one.last for one in versions() if one.table == "report")
    if ends is not None and date(int(year or 0) or 1, _QUARTERS[quarter], 1) > ends:
        yield _objection("TH-EXC-212", "warning", "Year", f"{year} {quarter}", last=ends.isoformat())


def _good(good: etree._Element, path: str) -> Iterator[Objection]:
    hs, cn = text(good, "CommodityCode/HsCode") or "", text(good, "CommodityCode/CnCode") or ""
    if not _CODE.fullmatch(f"{hs}|{cn}") or not (hs + cn).startswith(tuple(regime(REGIME).lists["goods"])):
        yield _objection("TH-EXC-213", "error", f"{path}/CommodityCode", hs + cn)
    yield from _parts(good, "TotalEmissions", path)
    specific, mass = _number(good, "TotalEmissions/EmissionsPerUnit"), _number(good, "MeasureImported/NetMass")
    overall = _number(good, "TotalEmissions/OverallEmissions")
    # Both sides were rounded to seven decimals before; a tonne of them may differ by half of the last one.
    if specific is None or mass is None or overall is None:
        return
    if abs(specific * mass - overall) > _NEAR + mass * _NEAR / 10:
        yield _objection("TH-EXC-214", "error", f"{path}/TotalEmissions/OverallEmissions", f"{overall}")


def _power(made: etree._Element, path: str) -> Iterator[Objection]:
    """Indirect emissions are those of the power that is consumed, and of precursors: never less than the first."""
    found = [_number(made, f"IndirectEmissions/{name}") for name in _POWER]
    factor, consumed, specific = found
    if factor is None or consumed is None or specific is None:
        return
    if factor * consumed > specific * _ROUNDED + _NEAR:
        quote = f"{factor} × {consumed} > {specific}"
        yield _objection("TH-EXC-217", "warning", f"{path}/IndirectEmissions", quote)


def _parts(element: etree._Element, name: str, path: str) -> Iterator[Objection]:
    found = [_number(element, f"{name}/{one}") for one in ("TotalDirect", "TotalIndirect")]
    yield from _sum(element, f"{name}/OverallEmissions", found, path)


def _sum(element: etree._Element, name: str, parts: list[Decimal | None], path: str) -> Iterator[Objection]:
    whole = _number(element, name)
    if whole is None or None in parts:
        return
    made = sum((one for one in parts if one is not None), Decimal(0))
    if abs(whole - made) > _NEAR:
        yield _objection("TH-EXC-214", "error", f"{path}/{name}".lstrip("/"), f"{whole} ≠ {made}")


def _count(root: etree._Element, count: int) -> Iterator[Objection]:
    told = text(root, "TotalImported") or ""
    if told != str(count):
        yield _objection("TH-EXC-214", "error", "TotalImported", f"{told} ≠ {count}")


def _objection(code: str, severity: str, path: str, quote: str = "", **params: str) -> Objection:
    return Objection(code, severity, _CLAUSE, path, quote, params)


def _number(element: etree._Element, path: str) -> Decimal | None:
    found = text(element, path)
    try:
        return Decimal(found) if found is not None else None
    except InvalidOperation:
        return None
