"""What the authors say about a data set, kept as they wrote it."""

from __future__ import annotations

from tanheng.formats.ecospold1.dataset import RawDataset

_TEXTS = {
    "technology": ("technology", "text"),
    "geography": ("geography", "text"),
    "time": ("timePeriod", "text"),
    "included processes": ("referenceFunction", "includedProcesses"),
    "sampling": ("representativeness", "samplingProcedure"),
    "extrapolations": ("representativeness", "extrapolations"),
    "uncertainty adjustments": ("representativeness", "uncertaintyAdjustments"),
    "production volume": ("representativeness", "productionVolume"),
    "representativeness": ("representativeness", "percent"),
    "statistical classification": ("referenceFunction", "statisticalClassification"),
    "review": ("validation", "proofReadingDetails"),
    "review, other": ("validation", "otherDetails"),
    "version": ("dataSetInformation", "version"),
    "last change": ("dataSetInformation", "timestamp"),
    "generator": ("dataset", "generator"),
}
_PEOPLE = {
    "data generator": ("dataGeneratorAndPublication", "person"),
    "data documentor": ("dataEntryBy", "person"),
    "reviewer": ("validation", "proofReadingValidator"),
}
_ACCESS = {"0": "public", "1": "ETH domain", "2": "ecoinvent", "3": "institute"}
_NO_YEAR = "9999"


def texts(dataset: RawDataset) -> dict[str, str]:
    """Documentation by heading; empty fields left out."""
    found = {heading: dataset.get(*field) for heading, field in _TEXTS.items()}
    for heading, field in _PEOPLE.items():
        found[heading] = dataset.persons.get(dataset.get(*field), {}).get("name", "").strip()
    return {heading: text for heading, text in found.items() if text}


def period(dataset: RawDataset) -> tuple[str, str]:
    """First and last day (or month, or year) of validity; empty where unknown."""
    start, end = (
        next((text for element in elements if (text := dataset.texts.get(element))), "")
        for elements in (("startDate", "startYearMonth", "startYear"), ("endDate", "endYearMonth", "endYear"))
    )
    return _day(start), _day(end)


def _day(text: str) -> str:
    # An xsd:date may end in a time zone: 2003-12-31-07:00.
    return "" if text.startswith(_NO_YEAR) else text[:10]


def sources(dataset: RawDataset) -> tuple[str, ...]:
    """One line for each source, the one the data set was published in first."""
    published = dataset.get("dataGeneratorAndPublication", "referenceToPublishedSource")
    order = sorted(dataset.sources, key=lambda number: number != published)
    return tuple(dict.fromkeys(line for number in order if (line := _source(dataset.sources[number]))))


def _source(source: dict[str, str]) -> str:
    def get(key: str) -> str:
        return source.get(key, "").strip().rstrip(".")

    year = get("year")[:4]
    parts = (
        ", ".join(filter(None, (get("firstAuthor"), get("additionalAuthors")))),
        get("title"),
        get("titleOfAnthology"),
        get("journal"),
        get("publisher"),
        year if year != _NO_YEAR else "",
    )
    return ". ".join(dict.fromkeys(filter(None, parts)))


def licence(dataset: RawDataset) -> str:
    """Access and copyright as the data set states them."""
    access = _ACCESS.get(dataset.get("dataGeneratorAndPublication", "accessRestrictedTo"), "")
    copyright_ = dataset.get("dataGeneratorAndPublication", "copyright").lower() in ("true", "1")
    return ", ".join(filter(None, (f"access: {access}" if access else "", "copyright" if copyright_ else "")))
