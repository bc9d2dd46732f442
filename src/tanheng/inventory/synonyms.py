"""What things are called: concepts with their Chinese, English, short and trade names (``data/synonyms.csv``, our own list)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from tanheng.files import shipped_rows

QUALITY = "quality"
"""Kind of the concepts that say what was done (recycled, burnt, landfilled), not what it is."""


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing by all its names.

    Attributes:
        key: stable key, e.g. ``caustic-soda``.
        kind: ``material``, ``fuel``, ``energy``, ``transport``, ``waste`` or ``quality``.
        broader: keys of the wider concepts, nearest first.
        waste: key of the concept of its waste, where it has one.
        cas: CAS number. hs: headings of the Harmonized System, digits only.
    """

    key: str
    kind: str
    broader: tuple[str, ...]
    waste: str
    cas: str
    hs: tuple[str, ...]
    names: Mapping[str, str]
    terms: tuple[str, ...]

    @property
    def is_quality(self) -> bool:
        """Whether it says what was done, not what it is."""
        return self.kind == QUALITY

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Concept) and other.key == self.key


@cache
def concepts() -> tuple[Concept, ...]:
    """All concepts in the order of the table."""
    rows = shipped_rows("synonyms")
    parents = {row["concept"]: row["broader"] for row in rows}
    made = []
    for row in rows:
        chinese, english = (tuple(filter(None, row[lang].split("|"))) for lang in ("zh", "en"))
        names = {"zh": (chinese or english)[0], "en": (english or chinese)[0]}
        hs = tuple(filter(None, row["hs"].split("|")))
        wider = _chain(row["broader"], parents)
        made.append(
            Concept(row["concept"], row["kind"], wider, row["waste"], row["cas"], hs, names, (*chinese, *english))
        )
    return tuple(made)


def _chain(key: str, parents: Mapping[str, str]) -> tuple[str, ...]:
    found: list[str] = []
    while key and key not in found:
        found.append(key)
        key = parents[key]
    return tuple(found)


@cache
def _by_key() -> Mapping[str, Concept]:
    return {concept.key: concept for concept in concepts()}


def waste_of(concept: Concept) -> Concept | None:
    """The concept of what is left of a material: its own, else that of the nearest wider concept that has one.

    >>> rebar = next(concept for concept in concepts() if concept.key == "rebar")
    >>> waste_of(rebar).key
    'steel-scrap'
    """
    known = _by_key()
    for key in (concept.key, *concept.broader):
        if known[key].waste:
            return known[known[key].waste]
    return None


@cache
def by_cas() -> Mapping[str, tuple[Concept, ...]]:
    """Concepts by CAS number."""
    found: dict[str, tuple[Concept, ...]] = {}
    for concept in concepts():
        if concept.cas:
            found[concept.cas] = (*found.get(concept.cas, ()), concept)
    return found


def by_customs(code: str) -> tuple[Concept, ...]:
    """Concepts whose heading of the Harmonized System is the longest that ``code`` (HS, CN) begins with.

    >>> [concept.key for concept in by_customs("2815.11.00")]
    ['caustic-soda']
    """
    digits = "".join(character for character in code if character.isdigit())
    fits = [(len(heading), concept) for concept in concepts() for heading in concept.hs if digits.startswith(heading)]
    longest = max((length for length, _ in fits), default=0)
    return tuple(concept for length, concept in fits if length == longest)
