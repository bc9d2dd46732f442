"""The submodel as an environment of the metamodel V3 (IDTA 01001), in its JSON form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tanheng.exchange.aas import codes
from tanheng.exchange.aas.model import Entry, Footprints, Rules
from tanheng.footprint.study import Names

ROOT = "https://admin-shell.io/idta/CarbonFootprint"
CARBON_FOOTPRINT = f"{ROOT}/CarbonFootprint/1/0"
BATTERY = "urn:samm:io.admin-shell.idta.batterypass.carbon_footprint:1.0.0"
DOCUMENT = "urn:samm:io.admin-shell.idta.handover_documentation:2.0.0#DocumentIdentifier"
ARBITRARY = "https://admin-shell.io/SMT/General/Arbitrary"
METHOD, CO2E, UNIT, QUANTITY, PHASE = (f"0173-1#02-ABG{number}#003" for number in (854, 855, 856, 857, 858))
_TEMPLATE = "https://admin-shell.io/IDTA 02023-1-0"
_LONGEST_NAME, _LONGEST_TEXT = 64, 1023
"""Characters of ``displayName`` and ``description`` in the metamodel."""

Element = dict[str, Any]


def environment(told: Footprints) -> dict[str, Any]:
    """The whole, to be written as JSON."""
    shell: Element = {
        "modelType": "AssetAdministrationShell",
        "id": told.shell,
        "assetInformation": {"assetKind": "Type", "globalAssetId": told.asset},
        "submodels": [{"type": "ModelReference", "keys": [{"type": "Submodel", "value": told.submodel}]}],
    }
    if told.names:
        shell["displayName"] = _texts(told.names, _LONGEST_NAME)
    if told.description:
        shell["description"] = _texts(told.description, _LONGEST_TEXT)
    return {"assetAdministrationShells": [shell], "submodels": [_submodel(told)]}


def shortened(told: Footprints) -> Iterator[tuple[str, int]]:
    """Texts that the metamodel has no room for, and how long they may be."""
    for name, texts, longest in (
        ("names", told.names, _LONGEST_NAME),
        ("description", told.description, _LONGEST_TEXT),
    ):
        if any(len(text) > longest for text in texts.values()):
            yield name, longest


def decimal(value: float) -> str:
    """``xs:decimal``: no exponent, no digit lost."""
    return format(Decimal(repr(float(value))), "f")


def moment(value: datetime) -> str:
    """``xs:dateTime`` in UTC."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _submodel(told: Footprints) -> Element:
    elements = [
        _list(
            "ProductCarbonFootprints",
            f"{ROOT}/ProductCarbonFootprints/1/0",
            [
                {
                    "modelType": "SubmodelElementCollection",
                    "semanticId": _meaning(f"{ROOT}/ProductCarbonFootprint/1/0"),
                    "value": list(_entry(entry, is_battery=told.is_battery)),
                }
                for entry in told.entries
            ],
            of=f"{ROOT}/ProductCarbonFootprint/1/0",
        )
    ]
    if told.rules:
        meaning = f"{ROOT}/ProductOrSectorSpecificCarbonFootprint/1/0"
        elements.append(
            _list(
                "ProductOrSectorSpecificCarbonFootprints",
                f"{ROOT}/ProductOrSectorSpecificCarbonFootprints/1/0",
                [
                    {
                        "modelType": "SubmodelElementCollection",
                        "semanticId": _meaning(meaning),
                        "value": list(_rules(rules)),
                    }
                    for rules in told.rules
                ],
                of=meaning,
            )
        )
    made: Element = {
        "modelType": "Submodel",
        "id": told.submodel,
        "idShort": "CarbonFootprint",
        "kind": "Instance",
        "administration": {"version": "1", "revision": "0", "templateId": _TEMPLATE},
        "semanticId": _meaning(CARBON_FOOTPRINT),
        "submodelElements": elements,
    }
    if told.is_battery:
        made["supplementalSemanticIds"] = [_meaning(f"{BATTERY}#CarbonFootprintBattery")]
    return made


def _entry(entry: Entry, *, is_battery: bool) -> Iterator[Element]:
    yield _methods(entry.methods)
    yield _property("PcfCO2eq", CO2E, "xs:decimal", decimal(entry.co2e))
    yield _property(
        "ReferenceImpactUnitForCalculation", UNIT, "xs:string", entry.unit, coded=codes.UNITS.get(entry.unit)
    )
    yield _property("QuantityOfMeasureForCalculation", QUANTITY, "xs:double", repr(float(entry.quantity)))
    phases = [codes.PHASES.get(code, (code, None)) for code in entry.phases]
    yield _list(
        "LifeCyclePhases",
        f"{ROOT}/LifeCyclePhases/1/0",
        [_property("", PHASE, "xs:string", name, coded=number) for name, number in phases],
        of=PHASE,
        kind="Property",
    )
    if entry.explanation:
        yield _file("ExplanatoryStatement", f"{ROOT}/ExplanatoryStatement/1/0", entry.explanation)
    if entry.published is not None:
        yield _moment("PublicationDate", entry.published)
    if entry.expires is not None:
        yield _moment("ExpirationDate", entry.expires)
    if is_battery:
        yield _property("PerformanceClass", f"{BATTERY}#performanceClass", "xs:string", entry.performance)
        yield _list(
            "WebLinkToPublicCarbonFootprintStudy",
            f"{BATTERY}#webLinkToPublicCarbonFootprintStudy",
            [_property("", DOCUMENT, "xs:string", one) for one in entry.documents],
            of=DOCUMENT,
            kind="Property",
        )


def _rules(rules: Rules) -> Iterator[Element]:
    yield _methods(rules.methods)
    meaning = f"{ROOT}/ProductOrSectorSpecificRule"
    told = [
        _property("PcfRuleOperator", f"{meaning}/Operator/1/0", "xs:string", rules.operator),
        _property("PcfRuleName", f"{meaning}/Name/1/0", "xs:string", rules.name),
    ]
    if rules.version:
        told.append(_property("PcfRuleVersion", f"{meaning}/Version/1/0", "xs:string", rules.version))
    if rules.link:
        told.append(_file("PcfRuleOnlineReference", f"{meaning}/OnlineReference/1/0", rules.link))
    yield _collection("ProductOrSectorSpecificRule", f"{meaning}/1/0", told)
    items = [_property(name, ARBITRARY, "xs:string", value) for name, value in rules.items.items()]
    yield _collection("PcfInformation", f"{ROOT}/PcfInformation/1/0", items)


def _methods(methods: Sequence[str]) -> Element:
    told = [_property("", METHOD, "xs:string", name, coded=codes.METHODS.get(name)) for name in methods]
    return _list("PcfCalculationMethods", f"{ROOT}/PcfCalculationMethods/1/0", told, of=METHOD, kind="Property")


def _moment(name: str, value: datetime) -> Element:
    return _property(name, f"{ROOT}/{name}/1/0", "xs:dateTime", moment(value))


def _property(name: str, meaning: str, kind: str, value: str, *, coded: str | None = None) -> Element:
    """A property; one of a list has no name (AASd-120)."""
    made = {"modelType": "Property", "semanticId": _meaning(meaning), "valueType": kind, "value": value}
    if name:
        made["idShort"] = name
    if coded:
        made["valueId"] = _meaning(coded)
    return made


def _file(name: str, meaning: str, address: str) -> Element:
    kind = "application/pdf" if address.lower().endswith(".pdf") else "text/html"
    return {
        "modelType": "File",
        "idShort": name,
        "semanticId": _meaning(meaning),
        "contentType": kind,
        "value": address,
    }


def _collection(name: str, meaning: str, value: Sequence[Element]) -> Element:
    made: Element = {"modelType": "SubmodelElementCollection", "idShort": name, "semanticId": _meaning(meaning)}
    return {**made, "value": list(value)} if value else made


def _list(
    name: str, meaning: str, value: Sequence[Element], *, of: str, kind: str = "SubmodelElementCollection"
) -> Element:
    made: Element = {
        "modelType": "SubmodelElementList",
        "idShort": name,
        "semanticId": _meaning(meaning),
        "semanticIdListElement": _meaning(of),
        "typeValueListElement": kind,
    }
    if kind == "Property":
        made["valueTypeListElement"] = "xs:string"
    return {**made, "value": list(value)} if value else made


def _meaning(value: str) -> Element:
    return {"type": "ExternalReference", "keys": [{"type": "GlobalReference", "value": value}]}


def _texts(told: Names, longest: int) -> list[dict[str, str]]:
    return [{"language": lang, "text": text[:longest]} for lang, text in told.items() if text]
