"""What the authors say about a process, in the fields that the format has for it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tanheng.formats.ilcdmodel.writing.identity import VERSION, Kind, References, ref
from tanheng.formats.ilcdmodel.writing.tree import STRING, Made, texts
from tanheng.formats.losses import Losses
from tanheng.inventory.model import Process

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_VERSION = re.compile(r"\d{2}\.\d{2}(?:\.\d{3})?")
_YEAR = re.compile(r"\d{4}(?!\d)")
_APPROVALS = {"Fully compliant", "Not compliant", "Not defined"}
_LICENCES = (
    "Free of charge for all users and uses",
    "Free of charge for some user types or use types",
    "Free of charge for members only",
    "License fee",
    "Other",
)
_SHORT = {"functional unit", "data collection", "production volume", "project"}  # of 500 characters at most
_FREE = {
    "technology", "applicability", "geography", "time", "model", "modelling constants", "completeness", "data selection",
    "data treatment", "sampling", "uncertainty", "use advice", "intended application",
}  # fmt: skip
_ELSEWHERE = {
    "inventory method", "restrictions", "created", "last change", "version", "copyright", "review", "reviewer",
    "compliance", "data generator", "data documentor", "data set owner",
}  # fmt: skip
_HELD = {"true": "true", "1": "true", "yes": "true", "false": "false", "0": "false", "no": "false"}
_FORMAL = ("created", "last change", "version", "copyright")


class Documentation:
    """The documentation of one process; what has no field goes into the general comment.

    Attributes:
        parts: trees for the parts of the data set, by name: ``time``, ``technology``, ``data``, ``validation`` …
        comment: the general comment.
    """

    def __init__(self, process: Process, references: References, licence: str, losses: Losses) -> None:
        self._process = process
        self._references = references
        self._losses = losses
        self._licence = process.licence
        if not (process.licence or process.texts.get("restrictions")) and licence:
            losses.count("licence-given", process.name)
            self._licence = licence
        self.comment = self._comment()

    def text(self, heading: str) -> list[Made]:
        """The text under a heading; none where it does not fit into its field."""
        if self._fits(heading):
            return texts(self._process.texts.get(heading, ""), STRING if heading in _SHORT else None)
        return []

    def _fits(self, heading: str) -> bool:
        written = self._process.texts.get(heading, "")
        if heading in _SHORT:
            return all(len(part["#text"]) <= STRING for part in texts(written))
        if heading == "created" or heading == "last change":
            return bool(_MOMENT.fullmatch(written) or _DAY.fullmatch(written))
        if heading == "version":
            return _VERSION.fullmatch(written) is not None
        if heading == "copyright":
            return written.casefold() in _HELD
        return heading in _FREE or heading in _ELSEWHERE

    def _comment(self) -> str:
        paragraphs = [self._process.comment]
        for heading, written in sorted(self._process.texts.items()):
            if not self._fits(heading):
                self._losses.count("text-moved", f"{self._process.name}: {heading}")
                paragraphs.append(f"{heading.capitalize()}: {written}")
        return "\n\n".join(filter(None, paragraphs))

    def time(self) -> Made:
        """The years of validity; months and days beside them."""
        process = self._process
        start, end = (_year(day) for day in (process.valid_from, process.valid_until))
        return {
            "@tanheng:validFrom": process.valid_from if process.valid_from != start else "",
            "@tanheng:validUntil": process.valid_until if process.valid_until != end else "",
            "common:referenceYear": start,
            "common:dataSetValidUntil": end,
            "common:timeRepresentativenessDescription": self.text("time"),
        }

    def sources(self) -> Made:
        """Where the data come from and what was done with them."""
        return {
            "dataCutOffAndCompletenessPrinciples": self.text("completeness"),
            "dataSelectionAndCombinationPrinciples": self.text("data selection"),
            "dataTreatmentAndExtrapolationsPrinciples": self.text("data treatment"),
            "referenceToDataSource": [self._references.source(line) for line in self._process.sources],
            "annualSupplyOrProductionVolume": self.text("production volume"),
            "samplingProcedure": self.text("sampling"),
            "dataCollectionPeriod": self.text("data collection"),
            "uncertaintyAdjustments": self.text("uncertainty"),
            "useAdviceForDataSet": self.text("use advice"),
        }

    def review(self) -> Made:
        """One review, with all that is said of reviews."""
        return {
            "common:reviewDetails": texts(self._process.texts.get("review", "")),
            "common:referenceToNameOfReviewerAndInstitution": self._person("reviewer"),
        }

    def compliance(self) -> list[Made]:
        """Declarations of compliance, a line each."""
        made: list[Made] = []
        for line in filter(None, self._process.texts.get("compliance", "").split("\n")):
            system, _, approval = line.rpartition(": ")
            if approval not in _APPROVALS or not system:
                system, approval = line, ""
            declared = {
                "common:referenceToComplianceSystem": self._references.source(system),
                "common:approvalOfOverallCompliance": approval,
            }
            made.append(declared)
        return made

    def administration(self) -> Made:
        """Who made and who owns the data, and who may use them."""
        written: Mapping[str, str] = {h: self._process.texts.get(h, "") for h in _FORMAL if self._fits(h)}
        created, changed = (_moment(written.get(heading, "")) for heading in ("created", "last change"))
        held = _HELD.get(written.get("copyright", "").casefold(), "")
        if not self._process.texts.get("version"):
            self._losses.count("version-given", self._process.name)
        licence, terms = self._terms(is_protected=held == "true")
        return {
            "common:commissionerAndGoal": {
                "common:project": self.text("project"),
                "common:intendedApplications": self.text("intended application"),
            },
            "dataGenerator": {"common:referenceToPersonOrEntityGeneratingTheDataSet": self._person("data generator")},
            "dataEntryBy": {
                "common:timeStamp": created,
                "common:referenceToPersonOrEntityEnteringTheData": self._person("data documentor"),
            },
            "publicationAndOwnership": {
                "common:dateOfLastRevision": changed,
                "common:dataSetVersion": written.get("version") or VERSION,
                "common:referenceToOwnershipOfDataSet": self._person("data set owner"),
                "common:copyright": held,
                "common:licenseType": licence,
                "common:accessRestrictions": texts(terms),
            },
        }

    def _person(self, heading: str) -> Made:
        name = self._process.texts.get(heading, "")
        return self._references.contact(name) if name else {}

    def _terms(self, *, is_protected: bool) -> tuple[str, str]:
        """Kind of licence and terms of use, as the readers put them together."""
        licence = self._licence
        if is_protected:
            licence = "" if licence == "copyright" else licence.removesuffix(", copyright")
        kind = next((k for k in _LICENCES if licence == k or licence.startswith(f"{k}, ")), "")
        rest = licence.removeprefix(kind).removeprefix(", ") if kind else licence
        own = self._process.texts.get("restrictions", "")
        if rest and own and rest != own:
            self._losses.count("licence-joined", self._process.name)
            return kind, f"{rest}\n\n{own}"
        return kind, rest or own


def process_ref(identifier: str, process: Process) -> Made:
    """Reference to a process."""
    return ref(Kind.PROCESS, identifier, process.names)


def _year(day: str) -> str:
    match = _YEAR.match(day)
    return match[0] if match else ""


def _moment(written: str) -> str:
    return f"{written}T00:00:00" if _DAY.fullmatch(written) else written
