"""What the authors say about a process, kept as they wrote it."""

from __future__ import annotations

from collections.abc import Mapping

from tanheng.formats.openlca.fields import Json, entities, entity, flag, text

# Heading → field.
FIELDS = {
    "technology": "technologyDescription",
    "geography": "geographyDescription",
    "time": "timeDescription",
    "sampling": "samplingDescription",
    "completeness": "completenessDescription",
    "data collection": "dataCollectionDescription",
    "data selection": "dataSelectionDescription",
    "data treatment": "dataTreatmentDescription",
    "inventory method": "inventoryMethodDescription",
    "modelling constants": "modelingConstantsDescription",
    "intended application": "intendedApplication",
    "use advice": "useAdvice",
    "project": "projectDescription",
    "review": "reviewDetails",
    "restrictions": "restrictionsDescription",
    "created": "creationDate",
}
OWNERS = {
    "data generator": "dataGenerator",
    "data documentor": "dataDocumentor",
    "data set owner": "dataSetOwner",
}
_NO_DATE = "9999"


def texts(process: Json) -> dict[str, str]:
    """Documentation by heading; empty fields left out."""
    documentation = entity(process, "processDocumentation")
    found = {heading: text(documentation, field) for heading, field in FIELDS.items()}
    found |= {heading: text(entity(documentation, field), "name") for heading, field in OWNERS.items()}
    reviews = entities(documentation, "reviews")
    found["review"] = found["review"] or "\n\n".join(filter(None, (text(review, "details") for review in reviews)))
    reviewers = (text(person, "name") for review in reviews for person in entities(review, "reviewers"))
    # Schema 1 names one reviewer, schema 2 those of each review.
    found["reviewer"] = text(entity(documentation, "reviewer"), "name") or "; ".join(filter(None, reviewers))
    found["copyright"] = "yes" if flag(documentation, "copyright", "isCopyrightProtected") else ""
    found["version"] = text(process, "version")
    found["last change"] = text(process, "lastChange")
    found["data quality"] = text(process, "dqEntry")
    return {heading: value for heading, value in found.items() if value}


def period(process: Json) -> tuple[str, str]:
    """First and last day of validity; empty where unknown (some writers put the year 9999)."""
    documentation = entity(process, "processDocumentation")
    days = [text(documentation, field)[:10] for field in ("validFrom", "validUntil")]
    start, end = ("" if day.startswith(_NO_DATE) else day for day in days)
    return start, end


def source_texts(sources: Mapping[str, Json]) -> dict[str, str]:
    """One line for each source: name, reference, year, address."""
    return {identifier: _source(source) for identifier, source in sources.items()}


def _source(source: Json) -> str:
    year = source.get("year")
    parts = (
        text(source, "name"),
        text(source, "textReference"),
        str(year) if isinstance(year, int) and 0 < year < int(_NO_DATE) else "",
        text(source, "url"),
    )
    return ". ".join(dict.fromkeys(part.rstrip(". ") for part in parts if part))


def sources_of(process: Json, known: Mapping[str, str]) -> tuple[str, ...]:
    """Sources of a process, its publication first, each once."""
    documentation = entity(process, "processDocumentation")
    references = [entity(documentation, "publication"), *entities(documentation, "sources")]
    lines = (known.get(text(reference, "@id")) or text(reference, "name") for reference in references)
    return tuple(dict.fromkeys(line for line in lines if line))


def licence(process: Json) -> str:
    """Terms of access and use as the authors wrote them."""
    return text(entity(process, "processDocumentation"), "restrictionsDescription")
