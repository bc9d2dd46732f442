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
from tanheng.exchange.cbam.section import NAME
from tanheng.exchange.declaration import Declaration, Flow, Party
from tanheng.exchange.protocols import Loss, Objection, Received
from tanheng.exchange.supplement import Supplement
from tanheng.footprint.cbam import REGIME
from tanheng.formats.xmlsafe import parsed
from tanheng.quantities import CO2E, Origin, Quantity
from tanheng.rules import regime

PROTOCOL = "CBAM QReport 17.03"
_KG = 1000.0
_ADDRESS = {
    "country": "Country",
    "subdivision": "SubDivision",
    "city": "City",
    "street": "Street",
    "additional": "StreetAdditionalLine",
    "number": "Number",
    "postcode": "Postcode",
    "box": "POBox",
}
_SITE = {
    **_ADDRESS,
    "country": "EstablishmentCountry",
    "parcel": "PlotParcelNumber",
    "unlocode": "UNLOCODE",
    "latitude": "Latitude",
    "longitude": "Longitude",
    "coordinates": "CoordinatesType",
}
_PARAMETER = {
    "determination": "DeterminationType",
    "id": "ParameterId",
    "name": "ParameterName",
    "description": "Description",
    "kind": "ParameterValueType",
    "value": "ParameterValue",
    "remark": "AdditionalInformation",
}
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
    head = _head(root)
    return tuple(_goods(root, head, losses, objections))


def _losses(root: etree._Element) -> Iterator[Loss]:
    """What we have no place for: further procedures of a good, and that goods of several installations belong together."""
    for name in _NO_PLACE:
        if root.find(f".//{{{NAMESPACE}}}{name}") is not None:
            yield Loss("not-taken", name)
    for name in ("ImportedQuantity", "GoodsEmissions"):
        for good in _all(root, "ImportedGood"):
            if len(_all(good, name)) > 1:
                yield Loss("not-taken", f"ImportedGood[{_text(good, 'ItemNumber')}]/{name}[2…]")


def _goods(
    root: etree._Element, head: Mapping[str, Any], losses: tuple[Loss, ...], objections: tuple[Objection, ...]
) -> Iterator[Reported]:
    report = _text(root, "ReportId") or _text(root, "DraftReportId") or ""
    for good in _all(root, "ImportedGood"):
        for made in _all(good, "GoodsEmissions"):
            told = _declaration(root, good, made)
            section = _clean({**head, **_section(good, made)})
            number = f"{report}/{_text(good, 'ItemNumber')}/{_text(made, 'SequenceNumber')}"
            yield Reported(Received(number, told, losses, objections), Supplement({NAME: section}))


def _declaration(root: etree._Element, good: etree._Element, made: etree._Element) -> Declaration:
    direct = _number(made, "DirectEmissions/SpecificEmbeddedEmissions")
    indirect = _number(made, "IndirectEmissions/SpecificEmbeddedEmissions")
    if direct is None:
        raise ExchangeError("TH-EXC-021", found="–", wanted="DirectEmissions/SpecificEmbeddedEmissions")
    hs, cn = _text(good, "CommodityCode/HsCode") or "", _text(good, "CommodityCode/CnCode") or ""
    name = _text(good, "CommodityCode/CommodityDetails/Description") or ""
    counts = (hs + cn).startswith(tuple(regime(REGIME).lists["indirect"]))
    flows = [_flow("direct", direct)]
    if indirect is not None:
        power = _flow("electricity", indirect)
        flows.append(power if counts else replace(power, counted=False, excluded=INDIRECT))
    first, last = _quarter(root)
    operator = _text(made, "InstallationOperator/OperatorName") or ""
    return Declaration(
        names={"en": name},
        codes={"hs": hs, "cn": hs + cn},
        maker=Party(
            names={"en": operator},
            country=_text(made, "InstallationOperator/OperatorAddress/Country") or "",
            city=_text(made, "InstallationOperator/OperatorAddress/City") or "",
        ),
        unit=Quantity(1.0, "t"),
        mass=_KG,
        first=first,
        last=last,
        geography=_text(made, "ProductionCountry") or "",
        regime=REGIME,
        total=sum(flow.co2e for flow in flows if flow.counted),
        flows=tuple(flows),
    )


def _flow(what: str, value: float) -> Flow:
    kg = value * _KG
    return Flow(stage=None, what=what, source="", gas=CO2E, origin=Origin.UNSPLIT, mass=kg, co2e=kg)


def _quarter(root: etree._Element) -> tuple[date | None, date | None]:
    quarter, year = _text(root, "ReportingPeriod") or "", _text(root, "Year") or ""
    if quarter not in ("Q1", "Q2", "Q3", "Q4") or not year.isdigit():
        return None, None
    number = int(quarter[1])
    first = date(int(year), 3 * number - 2, 1)
    after = date(int(year) + 1, 1, 1) if quarter == "Q4" else date(int(year), 3 * number + 1, 1)
    return first, after - timedelta(days=1)


def _head(root: etree._Element) -> dict[str, Any]:
    signed = "Signatures/ReportConfirmation"
    return {
        "report": {
            "draft": _text(root, "DraftReportId"),
            "id": _text(root, "ReportId"),
            "year": _whole(root, "Year"),
            "quarter": _text(root, "ReportingPeriod"),
            "submitted": _text(root, "SubmissionDate"),
            "authority": _text(root, "NationalCompetentAuth/ReferenceNumber"),
            "remarks": _text(root, "Remarks/AdditionalInformation"),
            "other_methodology": _flag(
                root, "Signatures/ApplicableMethodologyConfirmation/OtherApplicableReportingMethodology"
            ),
        },
        "declarant": {**_actor(root, "Declarant", "ActorAddress"), "role": _text(root, "Declarant/Role")},
        "representative": _actor(root, "Representative", "RepresentativeAddress"),
        "importer": _actor(root, "Importer", "ImporterAddress"),
        "signature": {
            "day": _day(_text(root, f"{signed}/SignatureDate")),
            "place": _text(root, f"{signed}/SignaturePlace"),
            "name": _text(root, f"{signed}/Signature"),
            "position": _text(root, f"{signed}/PositionOfPersonSending"),
            "data": _flag(root, f"{signed}/GlobalDataConfirmation"),
            "use": _flag(root, f"{signed}/UseOfDataConfirmation"),
        },
    }


def _section(good: etree._Element, made: etree._Element) -> dict[str, Any]:
    mass = _text(made, "ProducedMeasure/NetMass") or _text(good, "MeasureImported/NetMass")
    consumed = _text(made, "IndirectEmissions/ElectricityConsumed")
    quantity, direct, power = "ImportedQuantity", "DirectEmissions", "IndirectEmissions"
    method = made.find(f"{{{NAMESPACE}}}ProdMethodQualifyingParams")
    return {
        "origin": _text(good, "OriginCountry/Country"),
        "imported": {
            "mass": f"{mass} t" if mass else None,
            "procedure": _text(good, f"{quantity}/Procedure/RequestedProc"),
            "previous": _text(good, f"{quantity}/Procedure/PreviousProc"),
            "area": _text(good, f"{quantity}/ImportArea/ImportArea"),
            "indicator": _text(good, f"{quantity}/MeasureProcedureImported/Indicator"),
            "reference": _text(good, f"{quantity}/SpecialReferences/AdditionalInformation"),
            "remark": _text(good, "Remarks/AdditionalInformation"),
        },
        "operator": {
            "id": _text(made, "InstallationOperator/OperatorId"),
            "name": _text(made, "InstallationOperator/OperatorName"),
            "address": _fields(made, "InstallationOperator/OperatorAddress", _ADDRESS),
            "contacts": [
                _clean(
                    {key: _text(one, name) for key, name in (("name", "Name"), ("phone", "Phone"), ("email", "Email"))}
                )
                for one in made.findall(f"{{{NAMESPACE}}}InstallationOperator/{{{NAMESPACE}}}ContactDetails")
            ],
        },
        "installation": {
            "id": _text(made, "Installation/InstallationId"),
            "name": _text(made, "Installation/InstallationName"),
            "activity": _text(made, "Installation/EconomicActivity"),
            "address": _fields(made, "Installation/Address", _SITE),
        },
        "process": {
            "determination": _text(made, f"{direct}/DeterminationType"),
            "methodology": _text(made, f"{direct}/ApplicableReportingTypeMethodology"),
            "methodology_text": _text(made, f"{direct}/ApplicableReportingMethodology"),
            "justification": _text(made, f"{direct}/Justification"),
            **({} if method is None else _method(method)),
        },
        "electricity": {
            "determination": _text(made, f"{power}/DeterminationType"),
            "source": _text(made, f"{power}/ElectricitySource"),
            "other_source": _text(made, f"{power}/OtherSourceIndication"),
            "factor": _number(made, f"{power}/EmissionFactor"),
            "factor_source": _text(made, f"{power}/EmissionFactorSource"),
            "factor_text": _text(made, f"{power}/EmissionFactorSourceValue"),
            "consumed": f"{consumed} MWh" if consumed else None,
        },
        "units": {
            "mass": _text(good, "MeasureImported/MeasurementUnit"),
            "specific": _text(made, f"{direct}/MeasurementUnit"),
            "total": _text(good, "TotalEmissions/MeasurementUnit"),
        },
        "carbon_prices": [_price(one) for one in _all(made, "CarbonPriceDue")],
    }


def _method(method: etree._Element) -> dict[str, Any]:
    return {
        "method": _text(method, "MethodId"),
        "name": _text(method, "MethodName"),
        "mill": _text(method, "SteelMillNumber"),
        "remark": _text(method, "AdditionalInformation"),
        "direct": [_fields(one, "", _PARAMETER) for one in _all(method, "DirectQualifyingParameters")],
        "indirect": [_fields(one, "", _PARAMETER) for one in _all(method, "IndirectQualifyingParameters")],
    }


def _price(price: etree._Element) -> dict[str, Any]:
    return _clean(
        {
            "instrument": _text(price, "InstrumentType"),
            "act": _text(price, "LegalActDescription"),
            "amount": _number(price, "Amount"),
            "currency": _text(price, "Currency"),
            "rate": _text(price, "ExchangeRate"),
            "euro": _number(price, "EURO"),
            "country": _text(price, "Country"),
            "covered": [
                _clean(
                    {
                        "type": _text(one, "Type"),
                        "cn": _text(one, "CN"),
                        "mass": _number(one, "QuantityCovered"),
                        "free": _number(one, "QuantityCoveredFreeAloc"),
                        "supplement": _text(one, "SupplementaryInformation"),
                        "remark": _text(one, "AdditionalInformation"),
                    }
                )
                for one in _all(price, "ProductsCovered")
            ],
        }
    )


def _actor(root: etree._Element, name: str, address: str) -> dict[str, Any]:
    return {
        "id": _text(root, f"{name}/IdentificationNumber"),
        "name": _text(root, f"{name}/Name"),
        "address": _fields(root, f"{name}/{address}", _ADDRESS),
    }


def _fields(element: etree._Element, path: str, names: Mapping[str, str]) -> dict[str, Any]:
    return _clean({key: _text(element, f"{path}/{name}".lstrip("/")) for key, name in names.items()})


def _clean(value: dict[str, Any]) -> dict[str, Any]:
    """Without what is not told, at any depth."""
    made = {key: _clean(one) if isinstance(one, dict) else one for key, one in value.items()}
    return {key: one for key, one in made.items() if one not in (None, "", {}, [])}


def _all(element: etree._Element, name: str) -> list[etree._Element]:
    return element.findall(f"{{{NAMESPACE}}}{name}")


def _text(element: etree._Element, path: str) -> str | None:
    return element.findtext("/".join(f"{{{NAMESPACE}}}{name}" for name in path.split("/")))


def _number(element: etree._Element, path: str) -> float | None:
    found = _text(element, path)
    try:
        return float(found) if found is not None else None
    except ValueError as error:
        raise ExchangeError("TH-EXC-021", found=(found or "")[:60], wanted=path) from error


def _whole(element: etree._Element, path: str) -> int | None:
    found = _number(element, path)
    return None if found is None else int(found)


def _flag(element: etree._Element, path: str) -> bool | None:
    found = _text(element, path)
    return None if found is None else found.strip() in ("true", "1")


def _day(written: str | None) -> str | None:
    """``20260120`` → ``2026-01-20``."""
    return f"{written[:4]}-{written[4:6]}-{written[6:8]}" if written else None
