"""A quarterly report read back: footprints, and the supplement that a report of them is written with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from lxml import etree

from tanheng.errors import ExchangeError, FormatError
from tanheng.exchange.cbam import checking
from tanheng.exchange.cbam.embedding import INDIRECT
from tanheng.exchange.cbam.filling import NAMESPACE
from tanheng.exchange.cbam.looking import every, text
from tanheng.exchange.cbam.section import NAME
from tanheng.exchange.cbam.sectioning import clean, head_of, number, section_of
from tanheng.exchange.declaration import Declaration, Flow, Party
from tanheng.exchange.protocols import Loss, Objection, Received
from tanheng.exchange.supplement import Supplement
from tanheng.footprint.cbam import REGIME
from tanheng.formats.xmlsafe import parsed
from tanheng.quantities import CO2E, Origin, Quantity
from tanheng.rules import regime

PROTOCOL = "CBAM QReport 17.03"
_KG = 1000.0
_NO_PLACE = ("SupportingDocuments", "RemarksEmissions", "InwardProcessingInfo")


@dataclass(frozen=True, slots=True)
class Reported:
    """One good of one installation in a report.

    Attributes:
        supplement: what the report tells beside the footprint; written with it, the report is the same again.
    """

    received: Received
    supplement: Supplement


def read(content: bytes) -> tuple[Received, ...]:
    """The footprints of a report.

    Raises:
        ExchangeError: TH-EXC-020 this is no such report, TH-EXC-021 a number or a date that is none.
    """
    return tuple(one.received for one in reported(content))


def reported(content: bytes) -> tuple[Reported, ...]:
    """The goods of a report, each with its supplement.

    Raises:
        ExchangeError: as of :func:`read`.
    """
    try:
        root = parsed(content, PROTOCOL)
    except (etree.XMLSyntaxError, FormatError) as error:
        raise ExchangeError("TH-EXC-020", protocol=PROTOCOL, reason=str(error).replace("\n", " ")[:300]) from error
    if root.tag != f"{{{NAMESPACE}}}QReport":
        raise ExchangeError("TH-EXC-020", protocol=PROTOCOL, reason=str(root.tag)[:300])
    objections = checking.check(root)
    losses = tuple(_losses(root))
    head = head_of(root)
    return tuple(_goods(root, head, losses, objections))


def _losses(root: etree._Element) -> Iterator[Loss]:
    """What we have no place for: further procedures of a good, and that goods of several installations belong together."""
    for name in _NO_PLACE:
        if root.find(f".//{{{NAMESPACE}}}{name}") is not None:
            yield Loss("not-taken", name)
    for name in ("ImportedQuantity", "GoodsEmissions"):
        for good in every(root, "ImportedGood"):
            if len(every(good, name)) > 1:
                yield Loss("not-taken", f"ImportedGood[{text(good, 'ItemNumber')}]/{name}[2…]")


def _goods(
    root: etree._Element, head: Mapping[str, Any], losses: tuple[Loss, ...], objections: tuple[Objection, ...]
) -> Iterator[Reported]:
    report = text(root, "ReportId") or text(root, "DraftReportId") or ""
    for good in every(root, "ImportedGood"):
        for made in every(good, "GoodsEmissions"):
            told = _declaration(root, good, made)
            section = clean({**head, **section_of(good, made)})
            number = f"{report}/{text(good, 'ItemNumber')}/{text(made, 'SequenceNumber')}"
            yield Reported(Received(number, told, losses, objections), Supplement({NAME: section}))


def _declaration(root: etree._Element, good: etree._Element, made: etree._Element) -> Declaration:
    direct = number(made, "DirectEmissions/SpecificEmbeddedEmissions")
    indirect = number(made, "IndirectEmissions/SpecificEmbeddedEmissions")
    if direct is None:
        raise ExchangeError("TH-EXC-021", found="–", wanted="DirectEmissions/SpecificEmbeddedEmissions")
    hs, cn = text(good, "CommodityCode/HsCode") or "", text(good, "CommodityCode/CnCode") or ""
    name = text(good, "CommodityCode/CommodityDetails/Description") or ""
    counts = (hs + cn).startswith(tuple(regime(REGIME).lists["indirect"]))
    flows = [_flow("direct", direct)]
    if indirect is not None:
        power = _flow("electricity", indirect)
        flows.append(power if counts else replace(power, counted=False, excluded=INDIRECT))
    first, last = _quarter(root)
    operator = text(made, "InstallationOperator/OperatorName") or ""
    return Declaration(
        names={"en": name},
        codes={"hs": hs, "cn": hs + cn},
        maker=Party(
            names={"en": operator},
            country=text(made, "InstallationOperator/OperatorAddress/Country") or "",
            city=text(made, "InstallationOperator/OperatorAddress/City") or "",
        ),
        unit=Quantity(1.0, "t"),
        mass=_KG,
        first=first,
        last=last,
        geography=text(made, "ProductionCountry") or "",
        regime=REGIME,
        total=sum(flow.co2e for flow in flows if flow.counted),
        flows=tuple(flows),
    )


def _flow(what: str, value: float) -> Flow:
    kg = value * _KG
    return Flow(stage=None, what=what, source="", gas=CO2E, origin=Origin.UNSPLIT, mass=kg, co2e=kg)


def _quarter(root: etree._Element) -> tuple[date | None, date | None]:
    quarter, year = text(root, "ReportingPeriod") or "", text(root, "Year") or ""
    if quarter not in ("Q1", "Q2", "Q3", "Q4") or not year.isdigit():
        return None, None
    number = int(quarter[1])
    first = date(int(year), 3 * number - 2, 1)
    after = date(int(year) + 1, 1, 1) if quarter == "Q4" else date(int(year), 3 * number + 1, 1)
    return first, after - timedelta(days=1)
