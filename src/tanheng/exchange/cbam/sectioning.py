"""What a quarterly report tells beside the footprint, as the section of a supplement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree

from tanheng.errors import ExchangeError
from tanheng.exchange.cbam.filling import NAMESPACE
from tanheng.exchange.cbam.looking import every, text

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


def head_of(root: etree._Element) -> dict[str, Any]:
    """What concerns the report as a whole, by fields of the section ``cbam``; ``None`` where it is not told."""
    signed = "Signatures/ReportConfirmation"
    return {
        "report": {
            "draft": text(root, "DraftReportId"),
            "id": text(root, "ReportId"),
            "year": _whole(root, "Year"),
            "quarter": text(root, "ReportingPeriod"),
            "submitted": text(root, "SubmissionDate"),
            "authority": text(root, "NationalCompetentAuth/ReferenceNumber"),
            "remarks": text(root, "Remarks/AdditionalInformation"),
            "other_methodology": _flag(
                root, "Signatures/ApplicableMethodologyConfirmation/OtherApplicableReportingMethodology"
            ),
        },
        "declarant": {**_actor(root, "Declarant", "ActorAddress"), "role": text(root, "Declarant/Role")},
        "representative": _actor(root, "Representative", "RepresentativeAddress"),
        "importer": _actor(root, "Importer", "ImporterAddress"),
        "signature": {
            "day": _day(text(root, f"{signed}/SignatureDate")),
            "place": text(root, f"{signed}/SignaturePlace"),
            "name": text(root, f"{signed}/Signature"),
            "position": text(root, f"{signed}/PositionOfPersonSending"),
            "data": _flag(root, f"{signed}/GlobalDataConfirmation"),
            "use": _flag(root, f"{signed}/UseOfDataConfirmation"),
        },
    }


def section_of(good: etree._Element, made: etree._Element) -> dict[str, Any]:
    """What concerns one good of one installation: elements ``ImportedGood`` and ``GoodsEmissions``."""
    mass = text(made, "ProducedMeasure/NetMass") or text(good, "MeasureImported/NetMass")
    consumed = text(made, "IndirectEmissions/ElectricityConsumed")
    quantity, direct, power = "ImportedQuantity", "DirectEmissions", "IndirectEmissions"
    method = made.find(f"{{{NAMESPACE}}}ProdMethodQualifyingParams")
    return {
        "origin": text(good, "OriginCountry/Country"),
        "imported": {
            "mass": f"{mass} t" if mass else None,
            "procedure": text(good, f"{quantity}/Procedure/RequestedProc"),
            "previous": text(good, f"{quantity}/Procedure/PreviousProc"),
            "area": text(good, f"{quantity}/ImportArea/ImportArea"),
            "indicator": text(good, f"{quantity}/MeasureProcedureImported/Indicator"),
            "reference": text(good, f"{quantity}/SpecialReferences/AdditionalInformation"),
            "remark": text(good, "Remarks/AdditionalInformation"),
        },
        "operator": {
            "id": text(made, "InstallationOperator/OperatorId"),
            "name": text(made, "InstallationOperator/OperatorName"),
            "address": _fields(made, "InstallationOperator/OperatorAddress", _ADDRESS),
            "contacts": [
                clean(
                    {key: text(one, name) for key, name in (("name", "Name"), ("phone", "Phone"), ("email", "Email"))}
                )
                for one in made.findall(f"{{{NAMESPACE}}}InstallationOperator/{{{NAMESPACE}}}ContactDetails")
            ],
        },
        "installation": {
            "id": text(made, "Installation/InstallationId"),
            "name": text(made, "Installation/InstallationName"),
            "activity": text(made, "Installation/EconomicActivity"),
            "address": _fields(made, "Installation/Address", _SITE),
        },
        "process": {
            "determination": text(made, f"{direct}/DeterminationType"),
            "methodology": text(made, f"{direct}/ApplicableReportingTypeMethodology"),
            "methodology_text": text(made, f"{direct}/ApplicableReportingMethodology"),
            "justification": text(made, f"{direct}/Justification"),
            **({} if method is None else _method(method)),
        },
        "electricity": {
            "determination": text(made, f"{power}/DeterminationType"),
            "source": text(made, f"{power}/ElectricitySource"),
            "other_source": text(made, f"{power}/OtherSourceIndication"),
            "factor": number(made, f"{power}/EmissionFactor"),
            "factor_source": text(made, f"{power}/EmissionFactorSource"),
            "factor_text": text(made, f"{power}/EmissionFactorSourceValue"),
            "consumed": f"{consumed} MWh" if consumed else None,
        },
        "units": {
            "mass": text(good, "MeasureImported/MeasurementUnit"),
            "specific": text(made, f"{direct}/MeasurementUnit"),
            "total": text(good, "TotalEmissions/MeasurementUnit"),
        },
        "carbon_prices": [_price(one) for one in every(made, "CarbonPriceDue")],
    }


def _method(method: etree._Element) -> dict[str, Any]:
    return {
        "method": text(method, "MethodId"),
        "name": text(method, "MethodName"),
        "mill": text(method, "SteelMillNumber"),
        "remark": text(method, "AdditionalInformation"),
        "direct": [_fields(one, "", _PARAMETER) for one in every(method, "DirectQualifyingParameters")],
        "indirect": [_fields(one, "", _PARAMETER) for one in every(method, "IndirectQualifyingParameters")],
    }


def _price(price: etree._Element) -> dict[str, Any]:
    return clean(
        {
            "instrument": text(price, "InstrumentType"),
            "act": text(price, "LegalActDescription"),
            "amount": number(price, "Amount"),
            "currency": text(price, "Currency"),
            "rate": text(price, "ExchangeRate"),
            "euro": number(price, "EURO"),
            "country": text(price, "Country"),
            "covered": [
                clean(
                    {
                        "type": text(one, "Type"),
                        "cn": text(one, "CN"),
                        "mass": number(one, "QuantityCovered"),
                        "free": number(one, "QuantityCoveredFreeAloc"),
                        "supplement": text(one, "SupplementaryInformation"),
                        "remark": text(one, "AdditionalInformation"),
                    }
                )
                for one in every(price, "ProductsCovered")
            ],
        }
    )


def _actor(root: etree._Element, name: str, address: str) -> dict[str, Any]:
    return {
        "id": text(root, f"{name}/IdentificationNumber"),
        "name": text(root, f"{name}/Name"),
        "address": _fields(root, f"{name}/{address}", _ADDRESS),
    }


def _fields(element: etree._Element, path: str, names: Mapping[str, str]) -> dict[str, Any]:
    return clean({key: text(element, f"{path}/{name}".lstrip("/")) for key, name in names.items()})


def clean(value: dict[str, Any]) -> dict[str, Any]:
    """Without what is not told, at any depth."""
    made = {key: clean(one) if isinstance(one, dict) else one for key, one in value.items()}
    return {key: one for key, one in made.items() if one not in (None, "", {}, [])}


def number(element: etree._Element, path: str) -> float | None:
    """The number at a path of names; ``None`` where there is no such element.

    Raises:
        ExchangeError: TH-EXC-021 it is no number.
    """
    found = text(element, path)
    try:
        return float(found) if found is not None else None
    except ValueError as error:
        raise ExchangeError("TH-EXC-021", found=(found or "")[:60], wanted=path) from error


def _whole(element: etree._Element, path: str) -> int | None:
    found = number(element, path)
    return None if found is None else int(found)


def _flag(element: etree._Element, path: str) -> bool | None:
    found = text(element, path)
    return None if found is None else found.strip() in ("true", "1")


def _day(written: str | None) -> str | None:
    """``20260120`` → ``2026-01-20``."""
    return f"{written[:4]}-{written[4:6]}-{written[6:8]}" if written else None
