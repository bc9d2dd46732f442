"""Trees as TIDAS has them: where it is stricter than ILCD, and what it demands that the database does not say.

Its neutral values are ``undefined`` for texts, people and sources, ``Not defined`` for compliance, ``Not reviewed``, the year
9999, the location ``NULL`` and the first second of 1970; readers take none of the first for facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from tanheng.files import shipped_rows
from tanheng.formats.ilcdmodel.writing.identity import UNDEFINED, Kind, References, ref
from tanheng.formats.ilcdmodel.writing.method import BLACK_BOX
from tanheng.formats.ilcdmodel.writing.tree import HAN, Made, language_of

_ILCD = "http://lca.jrc.it/ILCD"
_NO_PLACE = "NULL"
_NO_YEAR = 9999
_NO_TIME = "1970-01-01T00:00:00Z"
_NO_VOLUME = f"0 {UNDEFINED}"
_NO_NUMBER = "999999"
# The data set of the format itself, as all packages refer to it.
_FORMAT_ID, _FORMAT_NAME = "a97a0155-0234-4b87-b4ce-a45da52f2a40", "ILCD format"
_CLASSES = {
    Kind.FLOW_PROPERTY: ("4", "Other flow properties"),
    Kind.UNIT_GROUP: ("4", "Other unit groups"),
    Kind.SOURCE: ("6", "Other source types"),
    Kind.CONTACT: ("5", "Other"),
}
_REGIONS = {"GLO", "RoW", "RER", "RNA", "RLA", "RAS", "RME", "RAF", "OCE"}
# ISO 3166-2
_PROVINCES = "BJ TJ HE SX NM LN JL HL SH JS ZJ AH FJ JX SD HA HB HN GD GX HI CQ SC GZ YN XZ SN GS QH NX XJ"  # as CN-BJ
_COMPLIANCES = ("nomenclature", "methodological", "review", "documentation", "quality")


def completed(kind: Kind, tree: Made, references: References) -> Made:
    """A data set with everything that the schema of its kind demands."""
    made: Made = _spoken(tree)
    match kind:
        case Kind.PROCESS:
            _process(made, references)
        case Kind.FLOW:
            _flow(made, references)
        case _:
            information = _at(made, next(key for key in made if key.endswith("Information")), "dataSetInformation")
            information["classificationInformation"] = {"common:classification": {"common:class": _class(kind)}}
    if kind in (Kind.FLOW_PROPERTY, Kind.UNIT_GROUP):
        _comply(made, references, ())
    _administer(made, references)
    return {**_head(kind), **made}


def _head(kind: Kind) -> Made:
    name = kind[0].upper() + kind.removesuffix("DataSet")[1:]
    head = {
        "@xmlns": f"{_ILCD}/{name}",
        "@xmlns:common": f"{_ILCD}/Common",
        "@xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
        "@xsi:schemaLocation": f"{_ILCD}/{name} ../../schemas/ILCD_{name}DataSet.xsd",
    }
    if kind in (Kind.PROCESS, Kind.FLOW):
        head["@locations"] = "../ILCDLocations.xml"
    if kind is Kind.FLOW:
        head["@xmlns:ecn"] = "http://eplca.jrc.ec.europa.eu/ILCD/Extensions/2018/ECNumber"
    return head


def _class(kind: Kind) -> Any:
    number, name = _CLASSES[kind]
    return {"@level": "0", "@classId": number, "#text": name}


def _at(tree: Made, *path: str) -> Made:
    """The object at the end of a path, made where it is not there."""
    for key in path:
        tree = tree.setdefault(key, {})
    return tree


def _spoken(value: Any) -> Any:
    """The same with texts in the languages that their scripts allow: TIDAS has no Chinese text without Chinese characters."""
    if isinstance(value, dict):
        return {key: _spoken(inner) for key, inner in value.items()}
    if not isinstance(value, list):
        return value
    if not all(isinstance(item, dict) and "@xml:lang" in item for item in value):
        return [_spoken(item) for item in value]
    kept: dict[str, Made] = {}
    wrong = []
    for item in value:
        language = item["@xml:lang"]
        if language in ("en", "zh") and (language == "zh") != bool(HAN.search(item["#text"])):
            wrong.append(item)
        elif len(language) == 2:
            kept[language] = item
    for item in wrong:
        language = language_of(item["#text"])
        kept.setdefault(language, {"@xml:lang": language, "#text": item["#text"]})
    return list(kept.values()) or [_undefined()]


def _undefined(text: str = UNDEFINED) -> Made:
    return {"@xml:lang": "en", "#text": text}


def _process(made: Made, references: References) -> None:
    information = _at(made, "processInformation")
    data = _at(information, "dataSetInformation")
    _name(data)
    data.setdefault("common:generalComment", [_undefined()])
    _classify(data)
    quantitative = _at(information, "quantitativeReference")
    quantitative["@type"] = "Reference flow(s)"
    # A number that no exchange has, where the process has no reference.
    quantitative["referenceToReferenceFlow"] = (quantitative.get("referenceToReferenceFlow") or [_NO_NUMBER])[0]
    _years(_at(information, "time"))
    _locate(_at(information, "geography", "locationOfOperationSupplyOrProduction"), "@location")
    if technology := information.get("technology"):
        technology.setdefault("technologyDescriptionAndIncludedProcesses", [_undefined()])
    if relations := information.get("mathematicalRelations"):
        _relate(relations)
    _model(_at(made, "modellingAndValidation"), references)
    for exchange in _at(made, "exchanges").setdefault("exchange", []):
        exchange.setdefault("dataDerivationTypeStatus", "Unknown derivation")


def _name(data: Made) -> None:
    name = _at(data, "name")
    for part in ("baseName", "treatmentStandardsRoutes", "mixAndLocationTypes"):
        name.setdefault(part, [_undefined()])


def _years(time: Made) -> None:
    time["common:referenceYear"] = int(time.get("common:referenceYear", _NO_YEAR))
    if "common:dataSetValidUntil" in time:
        time["common:dataSetValidUntil"] = int(time["common:dataSetValidUntil"])


def _locate(place: Made, key: str) -> None:
    """The location as one of the codes of the format; another stands beside ``NULL``."""
    code = place.get(key, "")
    if code not in _places():
        if code:
            place["@tanheng:locationCode"] = code
        place[key] = _NO_PLACE


@cache
def _places() -> frozenset[str]:
    codes = {row["code"] for row in shipped_rows("geographies") if row["iso"] == row["code"]}
    return frozenset(codes | _REGIONS | {f"CN-{province}" for province in _PROVINCES.split()})


def _relate(relations: Made) -> None:
    """TIDAS has one parameter for a process; where there are more, all stand under the same name of another namespace."""
    parameters = relations.get("variableParameter", [])
    if len(parameters) == 1:
        relations["variableParameter"] = parameters[0]
    elif parameters:
        relations["tanheng:variableParameter"] = relations.pop("variableParameter")


def _model(modelling: Made, references: References) -> None:
    method = _at(modelling, "LCIMethodAndAllocation")
    method.setdefault("typeOfDataSet", BLACK_BOX)
    if approaches := method.get("LCIMethodApproaches"):
        method["LCIMethodApproaches"] = approaches[0]
    if sources := modelling.get("dataSourcesTreatmentAndRepresentativeness"):
        sources.setdefault("dataCutOffAndCompletenessPrinciples", [_undefined()])
        sources.setdefault("referenceToDataSource", [references.source(UNDEFINED)])
        volume = sources.get("annualSupplyOrProductionVolume", [])
        if not all(_is_volume(item["#text"]) for item in volume) or not volume:
            sources["annualSupplyOrProductionVolume"] = [_undefined(_NO_VOLUME)]
    _at(modelling, "validation", "review")["@type"] = "Not reviewed"
    declared = modelling.get("complianceDeclarations", {}).get("compliance", [])
    _comply({"modellingAndValidation": modelling}, references, _COMPLIANCES, declared)


def _is_volume(text: str) -> bool:
    number, _, unit = text.partition(" ")
    try:
        return float(number) is not None and bool(unit.strip()) and "\n" not in text and number[-1:].isdigit()
    except ValueError:
        return False


def _flow(made: Made, references: References) -> None:
    information = _at(made, "flowInformation")
    data = _at(information, "dataSetInformation")
    if made["modellingAndValidation"]["LCIMethod"]["typeOfDataSet"] != "Elementary flow":
        _name(data)
    data.setdefault("name", {"baseName": [_undefined()]})
    _classify(data)
    _at(information, "quantitativeReference").setdefault("referenceToReferenceFlowProperty", "0")
    if geography := information.get("geography"):
        geography["locationOfSupply"] = geography["locationOfSupply"][0]["#text"]
        _locate(geography, "locationOfSupply")
    _at(made, "flowProperties").setdefault("flowProperty", [])
    _comply(made, references, ())


def _classify(data: Made) -> None:
    """Categories of the database's own system; the compartments of ILCD where they are those."""
    given: Mapping[str, Any] = data.get("classificationInformation", {})
    compartments = given.get("common:elementaryFlowCategorization", {}).get("common:category", [])
    if compartments and len(compartments) <= 3 and all("@catId" in level for level in compartments):
        return
    classes = given.get("common:classification", {}).get("common:class") or compartments
    path = [{"@level": c["@level"], "@classId": "", "#text": c["#text"]} for c in classes]
    own = {
        "@name": "own",
        "@classes": "",
        "common:class": path or [{"@level": "0", "@classId": "", "#text": ""}],
    }
    data["classificationInformation"] = {"common:classification": [own]}


def _comply(made: Made, references: References, further: tuple[str, ...], declared: Any = ()) -> None:
    compliance = [dict(item) for item in declared] or [
        {"common:referenceToComplianceSystem": references.source(UNDEFINED)}
    ]
    for item in compliance:
        item.setdefault("common:approvalOfOverallCompliance", "Not defined")
        for part in further:
            item.setdefault(f"common:{part}Compliance", "Not defined")
    _at(made, "modellingAndValidation")["complianceDeclarations"] = {"compliance": compliance}


def _administer(made: Made, references: References) -> None:
    administration = _at(made, "administrativeInformation")
    entry = _at(administration, "dataEntryBy")
    entry.setdefault("common:timeStamp", _NO_TIME)
    entry["common:referenceToDataSetFormat"] = ref(Kind.SOURCE, _FORMAT_ID, {"en": _FORMAT_NAME})
    published = _at(administration, "publicationAndOwnership")
    if "common:referenceToOwnershipOfDataSet" not in published:
        published["common:referenceToOwnershipOfDataSet"] = references.contact(UNDEFINED)
    if "processInformation" not in made:
        return
    goal = _at(administration, "common:commissionerAndGoal")
    goal["common:referenceToCommissioner"] = references.contact(UNDEFINED)
    goal.setdefault("common:intendedApplications", [_undefined()])
    if "common:referenceToPersonOrEntityEnteringTheData" not in entry:
        entry["common:referenceToPersonOrEntityEnteringTheData"] = references.contact(UNDEFINED)
    identifier = made["processInformation"]["dataSetInformation"]["common:UUID"]
    published["common:permanentDataSetURI"] = f"urn:uuid:{identifier}"
    published.setdefault("common:copyright", "false")
    published.setdefault("common:licenseType", "Other")
