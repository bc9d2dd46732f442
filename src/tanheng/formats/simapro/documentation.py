"""What a process says of itself: texts by heading, period, sources, copyright."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tanheng.formats.simapro.blocks import RawProcess

_TEXTS = (
    "status",
    "time period",
    "geography",
    "technology",
    "representativeness",
    "multiple output allocation",
    "substitution allocation",
    "cut off rules",
    "capital goods",
    "boundary with nature",
    "infrastructure",
    "date",
    "record",
    "generator",
    "external documents",
    "collection method",
    "data treatment",
    "verification",
    "allocation rules",
    "system description",
    "waste treatment allocation",
)
_SAYS_NOTHING = {"", "unspecified", "unknown", "no"}
_YEARS = re.compile(r"\b(\d{4})\s*(?:-|–|to)\s*(\d{4})\b")
_YEAR = re.compile(r"\b(\d{4})\b")


def texts(raw: RawProcess) -> dict[str, str]:
    """Documentation by heading; what is unspecified is left out."""
    found = {heading: raw.text(heading) for heading in _TEXTS}
    return {heading: text for heading, text in found.items() if text.casefold() not in _SAYS_NOTHING}


def period(raw: RawProcess) -> tuple[str, str]:
    """First and last year of the time period: ``2005-2009``, ``2010 and after``, ``1979 and before``."""
    text = raw.text("time period").casefold()
    if years := _YEARS.search(text):
        return years[1], years[2]
    if year := _YEAR.search(text):
        if "before" in text:
            return "", year[1]
        return year[1], "" if "after" in text else year[1]
    return "", ""


def sources(raw: RawProcess, literature: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    """One line for each literature reference, with what its block says where the file has it."""
    found = []
    for cells in raw.texts.get("literature references", ()):
        block = literature.get(cells[0].casefold(), {})
        about = " ".join(block.get("description", "").split())
        link = block.get("documentation link", "")
        found.append(". ".join(dict.fromkeys(filter(None, (cells[0].rstrip("."), about.rstrip("."), link)))))
    return tuple(dict.fromkeys(filter(None, found)))


def licence(raw: RawProcess) -> str:
    """Whether a reference says that it is under copyright."""
    said = " ".join(" ".join(cells) for cells in raw.texts.get("literature references", ())).casefold()
    return "copyright" if "copyright protected: true" in said else ""
