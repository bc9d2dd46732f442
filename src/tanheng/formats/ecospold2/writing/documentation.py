"""What the authors say about a process, in the fields that the format has for it.

Fields that must be there and of which the database knows nothing are left empty, or hold what the field takes for
"unknown": an empty name, the year 9999, release 0. They are counted, so that nobody takes them for data.
"""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from tanheng.formats.ecospold2.documentation import LEVELS, SPECIAL, UNDEFINED_MODEL
from tanheng.formats.ecospold2.fields import CATEGORIES
from tanheng.formats.ecospold2.writing.flows import Flows, classify
from tanheng.formats.ecospold2.writing.identity import made_id
from tanheng.formats.ecospold2.writing.markup import LONG, Scribe, add, rooted
from tanheng.formats.ecospold2.writing.plan import Piece
from tanheng.formats.ecospold2.writing.spelling import (
    RELEASE,
    UNKNOWN_DAY,
    code_of,
    day_of,
    is_moment,
    is_percent,
    listed,
    terms_of,
)
from tanheng.formats.losses import Losses
from tanheng.formats.writing.identity import UUID
from tanheng.inventory.model import Process

MASTER_DATA = "http://www.EcoInvent.org/UsedUserMasterData"
_OWN_FIELDS = {
    "technology",
    "technology level",
    "geography",
    "time",
    "included activities, start",
    "included activities, end",
    "allocation",
    "synonyms",
    "tags",
    "classification",
    "activity type",
    "system model",
    "scenario",
    "sampling",
    "extrapolations",
    "review",
    "reviewer",
    "data generator",
    "data documentor",
    "copyright",
}
_RELEASES = ("majorRelease", "minorRelease", "majorRevision", "minorRevision")
_UNDEFINED = "Undefined"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class Documentation:
    """Writes the documentation of data sets, before and after their exchanges."""

    def __init__(self, licence: str, flows: Flows, scribe: Scribe, losses: Losses) -> None:
        self._licence = licence
        self._flows = flows
        self._scribe = scribe
        self._losses = losses

    def before(self, parent: etree._Element, piece: Piece, activity: str) -> None:
        """``<activityDescription>``; ``activity`` is the id of the process."""
        process, texts, scribe = piece.process, piece.process.texts, self._scribe
        place = process.name
        description = add(parent, "activityDescription")
        parents = texts.get("parent activity", "")
        element = add(
            description,
            "activity",
            id=activity,
            activityNameId=made_id("ActivityName", place),
            parentActivityId=parents if UUID.fullmatch(parents) else None,
            type="2" if process.is_aggregated else "1",
            specialActivityType=code_of(SPECIAL, texts.get("activity type", "")) or "0",
        )
        scribe.names(element, "activityName", process.names, 120)
        for synonym in listed(texts.get("synonyms", "")):
            add(element, "synonym").text = scribe.line(synonym, 80, place)
        scribe.text(element, "includedActivitiesStart", texts.get("included activities, start", ""), place)
        scribe.text(element, "includedActivitiesEnd", texts.get("included activities, end", ""), place)
        scribe.long_text(element, "allocationComment", texts.get("allocation", ""), place)
        scribe.long_text(element, "generalComment", self._comment(process), place)
        for tag in listed(texts.get("tags", "")):
            add(element, "tag").text = scribe.line(tag, 40, place)
        self._classifications(description, process)
        geography = add(description, "geography", geographyId=made_id("Geography", process.location))
        add(geography, "shortname").text = scribe.line(process.location, 40, place)
        scribe.long_text(geography, "comment", texts.get("geography", ""), place)
        technology = add(
            description, "technology", technologyLevel=code_of(LEVELS, texts.get("technology level", "")) or "0"
        )
        scribe.long_text(technology, "comment", texts.get("technology", ""), place)
        time = add(
            description,
            "timePeriod",
            startDate=day_of(process.valid_from, self._losses, place, last=False),
            endDate=day_of(process.valid_until, self._losses, place, last=True),
            isDataValidForEntirePeriod=True,
        )
        scribe.long_text(time, "comment", texts.get("time", ""), place)
        told = texts.get("scenario", "")
        name, comment = (told, "") if len(told) <= 80 else ("", told)
        scenario = add(description, "macroEconomicScenario", macroEconomicScenarioId=made_id("Scenario", told))
        add(scenario, "name").text = scribe.line(name, 80, place)
        scribe.text(scenario, "comment", comment, place)
        if not (process.location and process.valid_from and process.valid_until):
            self._losses.count("field-empty", place)

    def after(self, parent: etree._Element, piece: Piece) -> None:
        """Validation, administration, and the sources that the data set carries along."""
        process, texts, scribe = piece.process, piece.process.texts, self._scribe
        place = process.name
        modelling = add(parent, "modellingAndValidation")
        self._representativeness(modelling, piece)
        self._review(modelling, texts, place)
        administration = add(parent, "administrativeInformation")
        self._person(administration, "dataEntryBy", texts.get("data documentor", ""), place)
        generator = self._person(administration, "dataGeneratorAndPublication", texts.get("data generator", ""), place)
        access, is_protected = terms_of(process.licence) or ("", False)
        if texts.get("copyright"):
            if not is_protected:
                self._losses.count("copyright-flag", place)
            is_protected = True
        generator.set("isCopyrightProtected", "true" if is_protected else "false")
        if access:
            generator.set("accessRestrictedTo", access)
        attributes = add(administration, "fileAttributes", defaultLanguage="en")
        release = texts.get("version", "")
        parts = release.split(".") if RELEASE.fullmatch(release) else []
        if parts and len(parts) < len(_RELEASES):
            self._losses.count("version-completed", place)
        for key, part in zip(_RELEASES, (*parts, *["0"] * len(_RELEASES)), strict=False):
            attributes.set(key, part)
        if is_moment(texts.get("last change", "")):
            attributes.set("lastEditTimestamp", texts["last change"])
        if texts.get("generator"):
            attributes.set("fileGenerator", scribe.line(texts["generator"], 255, place))
        self._sources(parent, process)

    def _comment(self, process: Process) -> str:
        """The comment, followed by what the format has no field for."""
        texts, place = process.texts, process.name
        paragraphs = [process.comment]
        if process.licence and terms_of(process.licence) is None:
            self._losses.count("licence-in-comment", place)
            paragraphs.append(f"Licence: {process.licence}")
        elif not process.licence and self._licence:
            self._losses.count("licence-in-comment", place)
            paragraphs.append(f"Licence: {self._licence}")
        for heading in sorted(texts):
            if texts[heading] and not self._has_field(heading, texts[heading]):
                self._losses.count("text-moved", f"{place}: {heading}")
                paragraphs.append(f"{heading.capitalize()}: {texts[heading]}")
        return "\n\n".join(filter(None, paragraphs))

    def _has_field(self, heading: str, text: str) -> bool:
        match heading:
            case "technology level":
                return bool(code_of(LEVELS, text))
            case "activity type":
                return bool(code_of(SPECIAL, text))
            case "representativeness":
                return is_percent(text)
            case "version":
                return RELEASE.fullmatch(text) is not None
            case "last change":
                return is_moment(text)
            case "generator":
                return True
            case "parent activity":
                return UUID.fullmatch(text) is not None
            case _:
                return heading in _OWN_FIELDS

    def _classifications(self, parent: etree._Element, process: Process) -> None:
        """Those that the authors give, and the category where none of them says it."""
        place = process.name
        told = [part.partition(": ") for part in listed(process.texts.get("classification", ""))]
        is_said = any(
            system.casefold().startswith("isic") and process.category == (value,) for system, _, value in told
        )
        if process.category and not is_said and (path := self._flows.path(process.category)):
            classify(parent, CATEGORIES, self._scribe.line(path, 120, place))
        for first, mark, second in told:
            system, value = (first, second) if mark else ("", first)
            classify(parent, self._scribe.line(system, 255, place), self._scribe.line(value, 120, place))

    def _representativeness(self, parent: etree._Element, piece: Piece) -> None:
        texts, place = piece.process.texts, piece.process.name
        model = texts.get("system model", "")
        if piece.is_shared:
            model = f"Allocation: {piece.shares.rule}" if piece.shares else model
            if texts.get("system model", "") not in ("", _UNDEFINED):
                self._losses.count("system-model-replaced", place)
        elif not model:
            self._losses.count("system-model-given", place)
        is_undefined = model in ("", _UNDEFINED)
        percent = texts.get("representativeness", "")
        element = add(
            parent,
            "representativeness",
            systemModelId=UNDEFINED_MODEL if is_undefined else made_id("SystemModel", model),
            percent=percent if is_percent(percent) else None,
        )
        name = add(element, "systemModelName")
        name.set(_LANG, "en")
        name.text = self._scribe.line(model or _UNDEFINED, 120, place)
        self._scribe.text(element, "samplingProcedure", texts.get("sampling", ""), place)
        self._scribe.text(element, "extrapolations", texts.get("extrapolations", ""), place)

    def _review(self, parent: etree._Element, texts: Mapping[str, str], place: str) -> None:
        reviewer, told = texts.get("reviewer", ""), texts.get("review", "")
        if not (reviewer or told):
            return
        if reviewer:
            self._losses.count("reviewer-joined", place)
        releases = {key.replace("m", "reviewedM", 1): "0" for key in _RELEASES}
        element = add(
            parent,
            "review",
            reviewerId=made_id("Person", reviewer),
            reviewerName=self._scribe.line(reviewer, 40, place),
            reviewerEmail="",
            reviewDate=UNKNOWN_DAY,
            **releases,
        )
        self._scribe.long_text(element, "details", told, place)

    def _person(self, parent: etree._Element, tag: str, name: str, place: str) -> etree._Element:
        return add(
            parent,
            tag,
            personId=made_id("Person", name),
            personName=self._scribe.line(name, 40, place),
            personEmail="",
        )

    def _sources(self, parent: etree._Element, process: Process) -> None:
        if not process.sources:
            return
        carried = rooted("usedUserMasterData", MASTER_DATA)
        parent.append(carried)
        for line in process.sources:
            title = self._scribe.line(line, LONG, process.name)
            source = etree.SubElement(carried, f"{{{MASTER_DATA}}}sources")
            for key, value in (("id", made_id("Source", title)), ("firstAuthor", ""), ("title", title), ("year", "")):
                source.set(key, value)
