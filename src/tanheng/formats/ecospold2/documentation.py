"""What the authors say about a data set: identity, validity, and everything else as texts that are kept as written."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree
from msgspec import Struct

from tanheng.formats.ecospold2.fields import (
    CATEGORIES,
    Texts,
    attribute,
    both,
    child,
    children,
    classifications,
    day,
    flag,
    local,
    long_text,
    names,
    number,
    one,
    paragraphs,
    path_of,
)

ACCESS = {"0": "public", "1": "licensees", "2": "results only", "3": "restricted"}
LEVELS = {"1": "new", "2": "modern", "3": "current", "4": "old", "5": "outdated"}
SPECIAL = {
    "1": "market activity",
    "2": "input-output activity",
    "3": "residual activity",
    "4": "production mix",
    "5": "import activity",
    "6": "supply mix",
    "7": "export activity",
    "8": "re-export activity",
    "9": "correction activity",
    "10": "market group",
}
UNDEFINED_MODEL = "8b738ea0-f89e-4627-8679-433616064e82"
_AGGREGATED = "2"
# In the order in which a category is taken from them.
_CATEGORY_SYSTEMS = (CATEGORIES.casefold(), "isic")
NO_YEAR = "9999"


class Meta(Struct, array_like=True, frozen=True, gc=False):
    """The documentation of a data set.

    Attributes:
        activity: id of the activity.
        parent: id of the activity whose values a child data set takes over; empty for others.
        system_model: name of the system model it was made by.
        is_undefined: whether it is as its authors entered it, and no system model has allocated and linked it yet.
        allocation_property: id of the property by which the authors allocate, unless an exchange says otherwise.
    """

    activity: str
    names: Texts
    location: str
    category: tuple[str, ...]
    parent: str
    system_model: str
    is_undefined: bool
    is_aggregated: bool
    allocation_property: str
    valid_from: str
    valid_until: str
    comment: str
    licence: str
    texts: Texts = {}
    sources: tuple[str, ...] = ()


def language_of(dataset: etree._Element) -> str:
    """The data set's default language; empty where it names none."""
    attributes = child(dataset, "administrativeInformation", "fileAttributes")
    return attribute(attributes, "defaultLanguage").partition("-")[0].casefold()


def read_meta(dataset: etree._Element, default: str) -> Meta:
    """Take the documentation out of a data set; ``default`` is its language."""
    description = child(dataset, "activityDescription")
    activity = child(description, "activity")
    period = child(description, "timePeriod")
    representative = child(dataset, "modellingAndValidation", "representativeness")
    published = child(dataset, "administrativeInformation", "dataGeneratorAndPublication")
    model = one(names(children(representative, "systemModelName"), default))
    classes = classifications(children(description, "classification"), default)
    return Meta(
        activity=attribute(activity, "id"),
        names=names(children(activity, "activityName"), default),
        location=one(names(children(child(description, "geography"), "shortname"), default)),
        category=_category(classes),
        parent=attribute(activity, "parentActivityId"),
        system_model=model,
        is_undefined=attribute(representative, "systemModelId") == UNDEFINED_MODEL
        or model.casefold() in ("undefined", ""),
        is_aggregated=attribute(activity, "type") == _AGGREGATED,
        allocation_property=attribute(activity, "masterAllocationPropertyId"),
        valid_from=day(attribute(period, "startDate")),
        valid_until=day(attribute(period, "endDate")),
        comment=long_text(child(activity, "generalComment"), default),
        licence=_licence(published),
        texts={heading: text for heading, text in _texts(dataset, classes, model, default) if text},
        sources=tuple(dict.fromkeys(_sources(dataset, published))),
    )


def undated(dataset: etree._Element) -> Iterator[str]:
    """What stands as a date of the time period and is none."""
    period = child(dataset, "activityDescription", "timePeriod")
    for text in (attribute(period, "startDate"), attribute(period, "endDate")):
        if text and not day(text) and not text.startswith(NO_YEAR):
            yield text


def _category(classes: Texts) -> tuple[str, ...]:
    for wanted in _CATEGORY_SYSTEMS:
        for system, value in classes.items():
            if system.casefold().startswith(wanted):
                return path_of(value) if wanted == CATEGORIES.casefold() else (value,)
    return ()


def _licence(published: etree._Element | None) -> str:
    """Access and copyright as the data set states them."""
    access = ACCESS.get(attribute(published, "accessRestrictedTo"), "")
    is_protected = flag(published, "isCopyrightProtected")
    return ", ".join(filter(None, (f"access: {access}" if access else "", "copyright" if is_protected else "")))


def _texts(dataset: etree._Element, classes: Texts, model: str, default: str) -> Iterator[tuple[str, str]]:
    """Headings and texts; some are empty."""
    description, modelling = child(dataset, "activityDescription"), child(dataset, "modellingAndValidation")
    activity, technology = child(description, "activity"), child(description, "technology")
    representative = child(modelling, "representativeness")
    administrative = child(dataset, "administrativeInformation")
    attributes = child(administrative, "fileAttributes")
    scenario = child(description, "macroEconomicScenario")

    def text(parent: etree._Element | None, name: str) -> str:
        return both(paragraphs(children(parent, name), default))

    yield "technology", long_text(child(technology, "comment"), default)
    yield "technology level", LEVELS.get(attribute(technology, "technologyLevel"), "")
    yield "geography", long_text(child(description, "geography", "comment"), default)
    yield "time", long_text(child(description, "timePeriod", "comment"), default)
    yield "included activities, start", text(activity, "includedActivitiesStart")
    yield "included activities, end", text(activity, "includedActivitiesEnd")
    yield "allocation", long_text(child(activity, "allocationComment"), default)
    yield "synonyms", "; ".join(filter(None, ((e.text or "").strip() for e in children(activity, "synonym"))))
    yield "tags", "; ".join(filter(None, ((e.text or "").strip() for e in children(activity, "tag"))))
    # A path of categories is the category of the process and needs no second place.
    told = {system: value for system, value in classes.items() if system != CATEGORIES}
    yield "classification", "; ".join(f"{system}: {value}" if system else value for system, value in told.items())
    yield "activity type", SPECIAL.get(attribute(activity, "specialActivityType"), "")
    yield "system model", model
    yield "scenario", ". ".join(filter(None, (text(scenario, "name"), text(scenario, "comment"))))
    yield "sampling", text(representative, "samplingProcedure")
    yield "extrapolations", text(representative, "extrapolations")
    yield "representativeness", attribute(representative, "percent")
    yield "review", "\n\n".join(filter(None, (_review(e, default) for e in children(modelling, "review"))))
    yield "data generator", attribute(child(administrative, "dataGeneratorAndPublication"), "personName")
    yield "data documentor", attribute(child(administrative, "dataEntryBy"), "personName")
    yield "version", _version(attributes)
    yield "last change", attribute(attributes, "lastEditTimestamp")
    yield "generator", attribute(attributes, "fileGenerator")
    yield "parent activity", attribute(activity, "parentActivityId")


def _version(attributes: etree._Element | None) -> str:
    parts = [attribute(attributes, key) for key in ("majorRelease", "minorRelease", "majorRevision", "minorRevision")]
    # Releases are numbered from 1: four zeros stand where a number is due and there is none.
    return ".".join(part or "0" for part in parts) if any(part.strip("0") for part in parts) else ""


def _review(review: etree._Element, default: str) -> str:
    head = " ".join(filter(None, (attribute(review, "reviewerName"), day(attribute(review, "reviewDate")))))
    other = both(names(children(review, "otherDetails"), default))
    return ": ".join(
        filter(None, (head, "\n".join(filter(None, (long_text(child(review, "details"), default), other)))))
    )


def _sources(dataset: etree._Element, published: etree._Element | None) -> Iterator[str]:
    """The publication first, then the sources that the data set carries along."""
    known = {}
    for element in dataset:
        if local(element) == "usedUserMasterData":
            known = {attribute(source, "id"): _source(source) for source in children(element, "sources")}
    own = known.pop(attribute(published, "publishedSourceId"), "")
    author, year = attribute(published, "publishedSourceFirstAuthor"), attribute(published, "publishedSourceYear")
    yield from filter(None, (own or _line(author, _year(year)), *known.values()))


def _source(source: etree._Element) -> str:
    author = ", ".join(filter(None, (attribute(source, "firstAuthor"), attribute(source, "additionalAuthors"))))
    keys = ("title", "titleOfAnthology", "journal", "publisher")
    return _line(author, *(attribute(source, key) for key in keys), _year(attribute(source, "year")))


def _year(text: str) -> str:
    value = number(text[:4])
    return text[:4] if value and text[:4] != NO_YEAR else ""


def _line(*parts: str) -> str:
    return ". ".join(dict.fromkeys(filter(None, (part.strip().rstrip(". ") for part in parts))))
