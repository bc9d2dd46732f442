"""What the authors say about a process, in the fields that the format has for it."""

from __future__ import annotations

import calendar
import re

from tanheng.formats.losses import Losses
from tanheng.formats.openlca.documentation import FIELDS, OWNERS
from tanheng.formats.openlca.writing.identity import Made, made_id, ref, without_empty
from tanheng.inventory.model import Process

_ELSEWHERE = {"review", "reviewer", "restrictions", "copyright", "version", "last change", "data quality"}
_DAY = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$")


class Named:
    """Sources and people, collected for a file of their own each."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self.names: set[str] = set()

    def ref(self, name: str) -> Made:
        """Reference to the one of a name."""
        self.names.add(name)
        return ref(self._kind, made_id(self._kind, name), name)


class Documentation:
    """Writes documentation; collects the sources and people that it names."""

    def __init__(self, licence: str, losses: Losses) -> None:
        self._licence = licence
        self._losses = losses
        self.sources = Named("Source")
        self.people = Named("Actor")

    def of(self, process: Process) -> Made:
        """The documentation of a process."""
        texts = process.texts
        made: Made = {FIELDS[heading]: texts.get(heading, "") for heading in FIELDS if heading != "review"}
        made |= {field: self.people.ref(name) for heading, field in OWNERS.items() if (name := texts.get(heading, ""))}
        made["restrictionsDescription"] = self._terms(process)
        made["isCopyrightProtected"] = True if texts.get("copyright") else None
        made["validFrom"] = self._day(process.valid_from, process.name, last=False)
        made["validUntil"] = self._day(process.valid_until, process.name, last=True)
        reviewer, details = texts.get("reviewer", ""), texts.get("review", "")
        if reviewer or details:
            reviewers = [self.people.ref(reviewer)] if reviewer else []
            made["reviews"] = [without_empty({"@type": "Review", "details": details, "reviewers": reviewers})]
        made["sources"] = [self.sources.ref(line) for line in process.sources]
        return {"@type": "ProcessDocumentation", **without_empty(made)}

    def _terms(self, process: Process) -> str:
        """Terms of use; those of the whole database where the process says none."""
        own = process.texts.get("restrictions", "")
        if process.licence and own and process.licence != own:
            self._losses.count("licence-joined", process.name)
            return f"{process.licence}\n\n{own}"
        if not (process.licence or own) and self._licence:
            self._losses.count("licence-given", process.name)
            return self._licence
        return process.licence or own

    def _day(self, text: str, place: str, *, last: bool) -> str:
        """A day; of a month or year alone, its first or last."""
        match = _DAY.match(text)
        if match is None:
            if text:
                self._losses.count("date-unusable", f"{place}: {text}")
            return ""
        year, month, day = match.groups()
        if day is not None:
            return text
        self._losses.count("date-completed", f"{place}: {text}")
        month = month or ("12" if last else "01")
        if not last:
            return f"{year}-{month}-01"
        if not 1 <= int(month) <= 12:
            return ""
        return f"{year}-{month}-{calendar.monthrange(max(int(year), 1), int(month))[1]:02d}"

    def description(self, process: Process) -> str:
        """The comment, followed by what the format has no field for: other names and other headings."""
        paragraphs = [process.comment]
        for lang, name in sorted(process.names.items()):
            if name != process.name:
                self._losses.count("process-names", process.name)
                paragraphs.append(f"Name ({lang}): {name}")
        for heading in sorted(set(process.texts) - set(FIELDS) - set(OWNERS) - _ELSEWHERE):
            self._losses.count("text-moved", f"{process.name}: {heading}")
            paragraphs.append(f"{heading.capitalize()}: {process.texts[heading]}")
        return "\n\n".join(filter(None, paragraphs))
