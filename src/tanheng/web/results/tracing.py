"""The way from a number up to the total, and to where it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from tanheng.footprint.assessment import LineResult, Provenance
from tanheng.footprint.explaining import Explained
from tanheng.web.results.opening import Opened

_PART = re.compile(r"((?:lines|co_products)\[\d{1,9}\])\.parts\[(\d{1,9})\]")
_LINE = re.compile(r"lines\[(\d{1,9})\]")


def ways_up(one: Opened, of: str) -> list[str]:
    """The numbers that a number is part of, the total first; the number itself is the last."""
    return [*reversed(list(_up(one, of))), of]


def _up(one: Opened, of: str) -> Iterator[str]:
    place = of
    while place not in ("total", ""):
        place = _above(one, place)
        if place:
            yield place


def _above(one: Opened, of: str) -> str:
    if of.startswith(("stages.", "added_back")):
        return "total"
    if of == "claim":
        return "total"
    if of.endswith(".factor"):
        return of.removesuffix(".factor")
    if of.endswith(".amount"):
        return of.removesuffix(".amount")
    part = _PART.fullmatch(of)
    if part is not None:
        return part[1]
    line = _LINE.fullmatch(of)
    if line is not None and int(line[1]) < len(one.result.lines):
        return f"stages.{one.result.lines[int(line[1])].stage}"
    return ""


def title(one: Opened, found: Explained) -> str:
    """What a number is, in words."""
    words = one.frame.words
    if found.of == "total":
        return words("head.total")
    if found.of in ("claim", "excluded"):
        return words("label.claim" if found.of == "claim" else "leftout.title")
    if found.of == "allocation":
        return words("label.allocation")
    return words.name(found.names) or found.of


def to_source(one: Opened, source: Provenance) -> str:
    """Where the factor behind a number stands, in the collection that its release names; empty where it has no page."""
    collection = source.release.partition("@")[0]
    if source.kind != "factor" or " + " in source.id or not collection:
        return ""
    return f"{one.visitor.root}/factors/{quote(collection, safe='')}/{quote(source.id, safe='')}"


def line_of(one: Opened, of: str) -> LineResult | None:
    """The line that a number is in; ``None`` where it is in none."""
    found = _LINE.match(of)
    index = int(found[1]) if found is not None else len(one.result.lines)
    return one.result.lines[index] if index < len(one.result.lines) else None
