"""From an archive of ILCD+EPD to declarations, each with the section that holds what only such declarations tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from tanheng.errors import ExchangeError
from tanheng.exchange.declaration import Declaration, Verified
from tanheng.exchange.epd.checking import check
from tanheng.exchange.epd.common import gwp_of
from tanheng.exchange.epd.ilcd_archive import MASS, day, opened
from tanheng.exchange.epd.ilcd_file import METHOD, MODULES, File, amounts_of, indicator_of, name_of, values_of
from tanheng.exchange.epd.ilcd_ids import CARBON, PACKAGING_CARBON
from tanheng.exchange.epd.ilcd_writing import EXEMPT, NOT_DECLARED, REVIEWS
from tanheng.exchange.epd.modules import Module
from tanheng.exchange.epd.received import Told, told_of, uuid_of
from tanheng.exchange.epd.section import SECTION, Epd
from tanheng.exchange.protocols import Loss, Received
from tanheng.exchange.supplement import Supplement
from tanheng.exchange.wording import named
from tanheng.formats.ilcdmodel.node import Node, by_language, described, node, nodes, number, reference, text
from tanheng.quantities import Quantity

_PERIOD = re.compile(r"(\d{4}-\d{2}-\d{2})/(\d{4}-\d{2}-\d{2})")
_VERSION = re.compile(r"\d{2}\.\d{2}(\.\d{3})?")


def read(content: bytes) -> tuple[Received, ...]:
    """The declarations of an archive, or of one process data set.

    Raises:
        ExchangeError: TH-EXC-020 no declaration of this format, TH-EXC-450 one tells no GWP of A1-A3, TH-EXC-452 what
            unit it declares is not told.
    """
    archive = opened(content)
    rows = archive.sets["processDataSet"].values()
    told = [File(archive, one) for one in rows if nodes(node(one, "LCIAResults"), "LCIAResult")]
    if not told:
        raise ExchangeError("TH-EXC-020", protocol="ILCD+EPD", reason="LCIAResults")
    return tuple(map(_received, told))


def _received(file: File) -> Received:
    values, method = values_of(file)
    found = told_of(values)
    section = _section(file, method)
    supplement = Supplement({SECTION: section})
    declaration = _declared(file, found, method)
    return Received(
        id=text(file.information, "dataSetInformation", "UUID"),
        declaration=declaration,
        losses=tuple(_losses(file)),
        objections=check(declaration, supplement.section(SECTION, Epd), found.values),
        supplement=supplement,
    )


def _declared(file: File, found: Told, method: str) -> Declaration:
    own, time = node(file.information, "dataSetInformation"), node(file.information, "time")
    unit, properties = _unit(file), _properties(file)
    period = _PERIOD.search(text(time, "timeRepresentativenessDescription"))
    mass = properties.get("mass")
    maker = (
        file.archive.party(file.manufacturer, "contact")
        if file.manufacturer
        else file.archive.party(file.publication, "referenceToOwnershipOfDataSet")
    )
    return Declaration(
        names=by_language(own, "name", "baseName"),
        description=by_language(own, "generalComment"),
        codes=dict(_codes(own)),
        ids=_ids(file),
        maker=maker,
        unit=unit,
        mass=unit.to("kg").value if unit.dimension == "mass" else mass,
        boundary=found.boundary,
        first=day(period[1]) if period else None,
        last=day(period[2]) if period else None,
        geography=text(file.information, "geography", "locationOfOperationSupplyOrProduction", "@location"),
        rules_names=named(_source(file, "LCIMethodAndAllocation", "referenceToLCAMethodDetails")[0]),
        standards=tuple(_standards(file)),
        gwp=gwp_of(method),
        total=found.total,
        flows=found.flows,
        biogenic_carbon=properties.get("carbon"),
        sources=tuple(_sources(file)),
        valid_from=day(text(time, "other", "publicationDateOfEPD")),
        valid_until=_until(time),
        verified=_verified(file),
        comment=_advice(file)[2],
    )


def _section(file: File, method: str) -> dict[str, Any]:
    """The section of a supplement, as somebody would write it."""
    own, admin = node(file.information, "dataSetInformation"), node(file.process, "administrativeInformation")
    pcr, citation, issuer = _source(file, "LCIMethodAndAllocation", "referenceToLCAMethodDetails")
    review = node(file.validation, "validation", "review")
    service, exempt = node(own, "other", "referenceServiceLife"), _advice(file)[1]
    generator, entry = node(admin, "dataGenerator"), node(admin, "dataEntryBy")
    developer = file.archive.name(generator, "referenceToPersonOrEntityGeneratingTheDataSet") or file.archive.name(
        entry, "referenceToPersonOrEntityEnteringTheData"
    )
    kinds = {said: kind for kind, said in REVIEWS.items()} | {"Accredited third party review": "external"}
    kind = text(file.validation, "LCIMethodAndAllocation", "other", "subType").removesuffix(" dataset")
    operator = "referenceToRegistrationAuthority"
    publisher = node(file.publication, "other")
    packaging, version = _properties(file).get("packaging"), text(file.publication, "dataSetVersion")
    return _some(
        {
            "id": uuid_of(text(own, "UUID")),
            "version": version if _VERSION.fullmatch(version) else "",
            "kind": kind if kind in ("specific", "average", "representative", "generic", "template") else "",
            "programme": _first(file.archive.name(file.publication, operator))
            or _first(file.archive.name(publisher, "referenceToPublisher")),
            "programme_url": file.archive.website(file.publication, operator),
            "registration": text(file.publication, "registrationNumber"),
            "owner": _first(file.archive.name(file.publication, "referenceToOwnershipOfDataSet"))
            if file.manufacturer
            else "",
            "developer": _first(developer),
            "pcr": pcr,
            "pcr_version": citation.removeprefix(f"{pcr}, ") if citation.startswith(f"{pcr}, ") else "",
            "pcr_issuer": issuer,
            "compliance": list(_standards(file)),
            "method": method,
            "verification": kinds.get(text(review, "@type")),
            "verifier": _first(file.archive.name(review, "referenceToNameOfReviewerAndInstitution")),
            "service_life": number(service, "@years"),
            "service_life_text": by_language(service, "comment"),
            "scenarios": [
                {"module": name, "text": by_language(one, "description")}
                for one in nodes(node(own, "other", "scenarios"), "scenario")
                if (name := text(one, "@name")) in tuple(Module)
            ],
            "exempt": exempt,
            "packaging_biogenic_carbon": f"{packaging!r} kg" if packaging is not None else "",
            "technology": by_language(file.information, "technology", "technologyDescriptionAndIncludedProcesses"),
            "usage": by_language(file.information, "technology", "technologicalApplicability"),
            "link": text(file.publication, "permanentDataSetURI"),
        }
    )


def _unit(file: File) -> Quantity:
    """What is declared.

    Raises:
        ExchangeError: TH-EXC-452 the data sets that tell it are not there.
    """
    for property_, one, is_reference in _flow_properties(file):
        unit = file.archive.unit(property_) if is_reference else None
        if unit is not None and one > 0:
            return Quantity(one * unit.value, unit.unit)
    called = _first(described(file.product, "referenceToFlowDataSet"))
    raise ExchangeError("TH-EXC-452", place="exchanges", product=called[:60] or "–")


def _flow_properties(file: File) -> Iterator[tuple[Node, float, bool]]:
    """Properties of the product, the amount of each in what is declared, and whether it is declared by it."""
    flow = file.archive.find("flowDataSet", file.product, "referenceToFlowDataSet")
    wanted = text(flow, "flowInformation", "quantitativeReference", "referenceToReferenceFlowProperty")
    amount = number(file.product, "meanAmount") or number(file.product, "resultingAmount") or 1.0
    for row in nodes(node(flow, "flowProperties"), "flowProperty"):
        is_reference = text(row, "@dataSetInternalID") == wanted
        yield row, abs(amount) * (number(row, "meanValue") or 0.0), is_reference


def _properties(file: File) -> dict[str, float]:
    """Mass and carbon of what is declared, kg."""
    called = {CARBON[0]: "carbon", PACKAGING_CARBON[0]: "packaging", **dict.fromkeys(MASS, "mass")}
    found = {}
    for row, amount, _ in _flow_properties(file):
        name = called.get(reference(row, "referenceToFlowPropertyDataSet"))
        if name:
            found[name] = amount
    return found


def _ids(file: File) -> tuple[str, ...]:
    told = node(file.information, "dataSetInformation", "other", "productIds")
    return tuple(text(one, "#text") for one in nodes(told, "productId"))


def _codes(own: Node) -> Iterator[tuple[str, str]]:
    for one in nodes(node(own, "classificationInformation"), "classification"):
        classes = nodes(one, "class")
        code = (text(classes[-1], "@classId") or text(classes[-1], "#text")) if classes else ""
        if code:
            yield text(one, "@name") or "ILCD", code


def _source(file: File, part: str, key: str) -> tuple[str, str, str]:
    return file.archive.source(node(file.validation, part), key)


def _standards(file: File) -> Iterator[str]:
    """Standards by name, without the method that EN 15804+A2 is told apart by."""
    for one in nodes(node(file.validation, "complianceDeclarations"), "compliance"):
        if name := file.archive.source(one, "referenceToComplianceSystem")[0]:
            yield METHOD.sub("", name).strip()


def _sources(file: File) -> Iterator[str]:
    part = node(file.validation, "dataSourcesTreatmentAndRepresentativeness")
    for one in nodes(part, "referenceToDataSource"):
        short, citation, _ = file.archive.source({"one": one}, "one")
        yield citation or short


def _until(time: Node) -> date | None:
    """Told to the day by the extensions of 2024; before them by the year, which ends on the anniversary of the publication."""
    if (exact := day(text(time, "other", "expirationDateOfEPD"))) is not None:
        return exact
    year, begin = number(time, "dataSetValidUntil"), day(text(time, "other", "publicationDateOfEPD"))
    if year is None or not 1 <= year <= 9999:
        return None
    if begin is None:
        return date(int(year), 12, 31)
    return begin.replace(year=int(year), day=28 if (begin.month, begin.day) == (2, 29) else begin.day)


def _verified(file: File) -> Verified | None:
    review = node(file.validation, "validation", "review")
    body = file.archive.name(review, "referenceToNameOfReviewerAndInstitution")
    return Verified(body=body) if body and text(review, "@type") != "Not reviewed" else None


def _advice(file: File) -> tuple[str, str, str]:
    """Modules that are not declared, why modules are left out, and all else that stands there."""
    told = by_language(file.validation, "dataSourcesTreatmentAndRepresentativeness", "useAdviceForDataSet")
    parts = [part for part in "\n\n".join(told.values()).split("\n\n") if part]
    missing = next((part for part in parts if part.startswith(NOT_DECLARED)), "")
    exempt = next((part for part in parts if part.startswith(EXEMPT)), "")
    rest = "\n\n".join(part for part in parts if part not in (missing, exempt))
    return missing.removeprefix(NOT_DECLARED), exempt.removeprefix(EXEMPT), rest


def _losses(file: File) -> Iterator[Loss]:
    results = nodes(node(file.process, "LCIAResults"), "LCIAResult")
    others = [name_of(result) for result in results if indicator_of(result)[0] is None]
    rows = nodes(node(file.process, "exchanges"), "exchange")
    others += [_first(described(row, "referenceToFlowDataSet")) for row in rows if row is not file.product]
    if others:
        yield Loss("not-taken", "; ".join(filter(None, others)) or "LCIAResults")
    chosen = {m.value for r in results if indicator_of(r)[0] for m, (_, many) in amounts_of(file, r).items() if many}
    if chosen:
        yield Loss("scenarios", ", ".join(sorted(chosen)))
    strange = {
        text(amount, "@module")
        for result in results
        for amount in nodes(node(result, "other"), "amount")
        if text(amount, "@module") not in MODULES
    }
    if strange:
        yield Loss("not-taken", ", ".join(sorted(strange)))
    time = node(file.information, "time")
    if not text(time, "other", "expirationDateOfEPD") and (until := _until(time)) is not None:
        yield Loss("day-assumed", "dataSetValidUntil", {"day": until.isoformat()})


def _first(names: Mapping[str, str]) -> str:
    return names.get("en") or next(iter(names.values()), "")


def _some(whole: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in whole.items() if value not in (None, "", [], {})}
