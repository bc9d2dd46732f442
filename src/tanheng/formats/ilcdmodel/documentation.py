"""What the authors say about a process, kept as they wrote it, in all languages."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tanheng.formats.ilcdmodel.node import (
    Node,
    all_languages,
    content,
    described,
    node,
    nodes,
    one_language,
    reference,
    text,
    values,
)

_DATE = re.compile(r"(?<!\d)\d{4}(?:-\d{2}(?:-\d{2})?)?(?!\d)")
_NO_YEAR = "9999"
_INFORMATION, _MODELLING, _ADMIN = "processInformation", "modellingAndValidation", "administrativeInformation"
_METHOD = (_MODELLING, "LCIMethodAndAllocation")
_DATA = (_MODELLING, "dataSourcesTreatmentAndRepresentativeness")
# Heading → paths of the fields under it.
_TEXTS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "functional unit": ((_INFORMATION, "quantitativeReference", "functionalUnitOrOther"),),
    "technology": ((_INFORMATION, "technology", "technologyDescriptionAndIncludedProcesses"),),
    "applicability": ((_INFORMATION, "technology", "technologicalApplicability"),),
    "geography": ((_INFORMATION, "geography", "locationOfOperationSupplyOrProduction", "descriptionOfRestrictions"),),
    "time": ((_INFORMATION, "time", "timeRepresentativenessDescription"),),
    "model": ((_INFORMATION, "mathematicalRelations", "modelDescription"),),
    "inventory method": (
        (*_METHOD, "typeOfDataSet"),
        (*_METHOD, "LCIMethodPrinciple"),
        (*_METHOD, "deviationsFromLCIMethodPrinciple"),
        (*_METHOD, "LCIMethodApproaches"),
        (*_METHOD, "LCIMethodApproach"),
        (*_METHOD, "deviationsFromLCIMethodApproaches"),
    ),
    "modelling constants": ((*_METHOD, "modellingConstants"), (*_METHOD, "deviationsFromModellingConstants")),
    "completeness": (
        (*_DATA, "dataCutOffAndCompletenessPrinciples"),
        (*_DATA, "deviationsFromCutOffAndCompletenessPrinciples"),
        (_MODELLING, "completeness", "completenessDescription"),
    ),
    "data selection": (
        (*_DATA, "dataSelectionAndCombinationPrinciples"),
        (*_DATA, "deviationsFromSelectionAndCombinationPrinciples"),
    ),
    "data treatment": (
        (*_DATA, "dataTreatmentAndExtrapolationsPrinciples"),
        (*_DATA, "deviationsFromTreatmentAndExtrapolationPrinciples"),
    ),
    "data collection": ((*_DATA, "dataCollectionPeriod"),),
    "sampling": ((*_DATA, "samplingProcedure"),),
    "uncertainty": ((*_DATA, "uncertaintyAdjustments"),),
    "production volume": ((*_DATA, "annualSupplyOrProductionVolume"),),
    "use advice": ((*_DATA, "useAdviceForDataSet"),),
    "project": ((_ADMIN, "commissionerAndGoal", "project"),),
    "intended application": ((_ADMIN, "commissionerAndGoal", "intendedApplications"),),
    "restrictions": ((_ADMIN, "publicationAndOwnership", "accessRestrictions"),),
    "created": ((_ADMIN, "dataEntryBy", "timeStamp"),),
    "last change": ((_ADMIN, "publicationAndOwnership", "dateOfLastRevision"),),
    "version": ((_ADMIN, "publicationAndOwnership", "dataSetVersion"),),
    "copyright": ((_ADMIN, "publicationAndOwnership", "copyright"),),
}
_PEOPLE: Mapping[str, tuple[str, str]] = {
    "data generator": ("dataGenerator", "referenceToPersonOrEntityGeneratingTheDataSet"),
    "data documentor": ("dataEntryBy", "referenceToPersonOrEntityEnteringTheData"),
    "data set owner": ("publicationAndOwnership", "referenceToOwnershipOfDataSet"),
}


def texts(data: Node, contacts: Mapping[str, str]) -> dict[str, str]:
    """Documentation by heading; empty fields left out. ``contacts`` are names of people and entities by id."""
    found = {
        heading: "\n\n".join(filter(None, (all_languages(data, *path) for path in paths)))
        for heading, paths in _TEXTS.items()
    }
    found["review"] = "\n\n".join(filter(None, (_review(r, contacts) for r in _all(data, "validation", "review"))))
    declared = _all(data, "complianceDeclarations", "compliance")
    found["compliance"] = "\n".join(filter(None, (_compliance(c) for c in declared)))
    for heading, (part, field) in _PEOPLE.items():
        found[heading] = _people(node(data, _ADMIN, part), field, contacts)
    return {heading: written for heading, written in found.items() if written}


def _all(data: Node, outer: str, inner: str) -> list[Node]:
    return nodes(node(data, _MODELLING, outer), inner)


def _people(parent: Node, field: str, contacts: Mapping[str, str]) -> str:
    found = []
    for value in values(parent, field):
        single = {field: value}
        found.append(one_language(described(single, field)) or contacts.get(reference(single, field), ""))
    return "; ".join(dict.fromkeys(filter(None, found)))


def _review(review: Node, contacts: Mapping[str, str]) -> str:
    by = _people(review, "referenceToNameOfReviewerAndInstitution", contacts)
    scopes = "; ".join(filter(None, (text(scope, "@name") for scope in nodes(review, "scope"))))
    head = ". ".join(filter(None, (text(review, "@type"), by, scopes)))
    parts = (head, all_languages(review, "reviewDetails"), all_languages(review, "otherReviewDetails"))
    return "\n".join(filter(None, parts))


def _compliance(compliance: Node) -> str:
    system = one_language(described(compliance, "referenceToComplianceSystem"))
    # An approval without a system says nothing; TIDAS demands one.
    return ": ".join(filter(None, (system, text(compliance, "approvalOfOverallCompliance")))) if system else ""


def period(data: Node) -> tuple[tuple[str, str], str]:
    """First and last day (or month, or year) of validity, empty where unknown; and what was no date, if anything."""
    time = node(data, _INFORMATION, "time")
    written = [text(time, field) for field in ("referenceYear", "dataSetValidUntil")]
    found = [_DATE.search(day) for day in written]
    wrong = next((day for day, match in zip(written, found, strict=True) if day and match is None), "")
    start, end = ("" if match is None or match[0].startswith(_NO_YEAR) else match[0] for match in found)
    # The format has years; our own writer gives more beside them.
    return (text(time, "@validFrom") or start, text(time, "@validUntil") or end), wrong


def source_text(data: Node) -> str:
    """One line for a source: its name, and how it is cited."""
    information = node(data, "sourceInformation", "dataSetInformation")
    parts = (all_languages(information, "shortName"), all_languages(information, "sourceCitation"))
    return ". ".join(dict.fromkeys(" ".join(part.split()).rstrip(". ") for part in parts if part))


def contact_text(data: Node) -> str:
    """The name of a person or entity."""
    information = node(data, "contactInformation", "dataSetInformation")
    return content(all_languages(information, "name") or all_languages(information, "shortName"))


def sources_of(data: Node, known: Mapping[str, str]) -> tuple[str, ...]:
    """The sources of a process, each once; ``known`` are their lines by id."""
    field = "referenceToDataSource"
    lines = []
    for value in values(node(data, *_DATA), field):
        single = {field: value}
        lines.append(known.get(reference(single, field)) or one_language(described(single, field)))
    return tuple(dict.fromkeys(filter(None, lines)))


def licence(data: Node) -> str:
    """Terms of access and use as the authors wrote them."""
    published = node(data, _ADMIN, "publicationAndOwnership")
    parts = [text(published, "licenseType"), all_languages(published, "accessRestrictions")]
    if text(published, "copyright").casefold() in ("true", "1"):
        parts.append("copyright")
    return ", ".join(filter(None, parts))
