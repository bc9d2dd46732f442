"""Compartments by the words of all formats: medium and sub-compartment (``data/compartments.csv``, our own list)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from tanheng.files import shipped_rows
from tanheng.inventory.words import fold

UNSPECIFIED = "unspecified"
UNKNOWN = "unknown"
RESOURCE = "resource"
_WIDER = {
    ("water", "river"): "fresh",
    ("water", "lake"): "fresh",
    ("water", "ground-long-term"): "ground",
    ("air", "urban-high"): "urban",
    ("air", "rural-high"): "rural",
    ("soil", "industrial"): "non-agricultural",
    ("soil", "forestry"): "non-agricultural",
    ("soil", "urban"): "non-agricultural",
}
"""Sub-compartments that lie within another one; every other lies within the unspecified one of its medium."""
_PHRASES = (
    (re.compile(r"^\[?resources?\b|resources? from|资源"), "resource"),
    (re.compile(r"(emission|emit|release|排放).*(air|atmosphere|空气|大气)"), "air"),
    (re.compile(r"(emission|emit|release|排放).*(water|sea|ocean|水|海)"), "water"),
    (re.compile(r"(emission|emit|release|排放).*(soil|ground|土)"), "soil"),
    (re.compile(r"deposited|\bwaste\b|废"), "waste"),
)
"""What an unknown heading says of the medium all the same; its sub-compartment stays unknown."""


@dataclass(frozen=True, slots=True)
class Compartment:
    """Where a flow goes to or comes from.

    Attributes:
        medium: ``air``, ``water``, ``soil``, ``resource`` (anything taken from nature), ``waste``, ``other``; empty where
            nothing says it, which is a state (C02).
        sub: ``unspecified``, ``urban``, ``fresh``, ``in-air`` …; ``unknown`` where the words for it are in no list.
    """

    medium: str = ""
    sub: str = UNSPECIFIED

    def __str__(self) -> str:
        return self.medium if self.sub == UNSPECIFIED else f"{self.medium}/{self.sub}"

    def wider(self) -> tuple[str, ...]:
        """Sub-compartments that hold this one, nearest first, down to the unspecified; not itself.

        >>> Compartment("water", "river").wider()
        ('fresh', 'unspecified')
        """
        found: list[str] = []
        sub = self.sub
        while sub != UNSPECIFIED:
            sub = _WIDER.get((self.medium, sub), UNSPECIFIED)
            found.append(sub)
        return tuple(found)


@cache
def _terms() -> Mapping[tuple[str, str], tuple[str, str]]:
    rows = shipped_rows("compartments")
    return {(fold(row["term"]), row["within"]): (row["medium"], row["sub"]) for row in rows}


def compartment_of(category: Iterable[str]) -> Compartment:
    """The compartment that a path of categories names, outermost first; parts may be joined by ``/``.

    >>> compartment_of(["Elementary flows", "Emissions", "Emissions to air", "Emissions to air, indoor"])
    Compartment(medium='air', sub='indoor')
    >>> compartment_of(["resource", "water"])  # taken from water, not emitted to it
    Compartment(medium='resource', sub='in-water')
    """
    return _read("/".join(category))


@lru_cache(maxsize=8192)
def _read(path: str) -> Compartment:
    known = _terms()
    medium, sub = "", UNSPECIFIED
    for part in filter(None, (fold(piece) for piece in path.split("/"))):
        within = known.get((part, medium)) if medium else None
        plain = known.get((part, ""))
        if within is not None:
            sub = within[1] or sub
        elif plain is not None and (not medium or plain[0] in ("", medium)):
            medium, sub = plain[0] or medium, plain[1] or sub
        elif medium:
            sub = UNKNOWN
        else:
            medium, sub = _phrase(part)
    return Compartment(medium, sub if medium else UNSPECIFIED)


def _phrase(part: str) -> tuple[str, str]:
    for pattern, medium in _PHRASES:
        if pattern.search(part):
            return medium, UNKNOWN
    return "", UNSPECIFIED
