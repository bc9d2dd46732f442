"""What matching a line gives: candidates with reasons, what was accepted, and where was searched in vain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tanheng.footprint.study import Names
from tanheng.texts import LANGUAGES, counted


class Method(StrEnum):
    """How a candidate was found, the surest first."""

    ID = "id"
    REMEMBERED = "remembered"
    CODE = "code"
    NAME = "name"
    SYNONYM = "synonym"
    TEXT = "text"
    MEANING = "meaning"

    @property
    def is_exact(self) -> bool:
        """Whether it names one data set, so that nobody has to judge words."""
        return self in (Method.ID, Method.REMEMBERED)


class UnitFit(StrEnum):
    """How the line's unit goes with the candidate's."""

    SAME = "same"
    DENSITY = "density"
    UNKNOWN = "unknown"
    OTHER = "other"


class GeographyFit(StrEnum):
    """How the candidate's place goes with the line's."""

    EXACT = "exact"
    PARENT = "parent"
    WORLD = "world"
    OTHER = "other"
    UNKNOWN = "unknown"


class Direction(StrEnum):
    """Which way a stand-in pulls the result."""

    OVER = "over"
    UNDER = "under"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence of the catalogue ``matching`` with its parameters; those that end in ``_en`` or ``_zh`` are for one language."""

    key: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def text(self, lang: str) -> str:
        """The sentence in ``lang``."""
        suffix = f"_{lang}"
        spoken = {key.removesuffix(suffix): value for key, value in self.params.items() if key.endswith(suffix)}
        return counted("matching", self.key, self.params.get("distance"), lang, **{**self.params, **spoken})


@dataclass(frozen=True, slots=True)
class Bias:
    """The direction in which a proxy is likely to be wrong, and why."""

    direction: Direction
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A factor or a background product that a line may be linked to.

    Attributes:
        link: text for the line's ``from``: ``factor:ID`` or ``DATABASE:process id|product``.
        per: unit of the candidate. kind: ``footprint``, ``emission`` (direct only), or ``process`` of a database.
        source: name of the factor release or of the database.
        convert: how many ``per`` one unit of the line's amount is, where that is known.
        score: 0 … 1; words alone give at most 0.89.
        bias: of a proxy, where its direction is known or its ground is; ``None`` where nothing speaks for one.
    """

    link: str
    names: Names
    per: str
    kind: str
    source: str
    method: Method
    score: float
    reasons: tuple[Reason, ...]
    unit_fit: UnitFit
    convert: float | None
    geography: str
    geography_fit: GeographyFit
    year: int | None
    year_distance: int | None
    bias: Bias | None = None


@dataclass(frozen=True, slots=True)
class Searched:
    """Where was looked: name of a release or database, how many entries it has, how many candidates came from it."""

    name: str
    entries: int
    candidates: int


@dataclass(frozen=True, slots=True)
class LineMatch:
    """What was found for one line.

    Attributes:
        index: of the line; ``place`` is ``lines[index]``.
        candidates: the best three, best first.
        accepted: the first of them, where it may be taken without asking.
        is_gap: whether nothing good was found; the candidates are then the nearest proxies.
        notes: what a person should know besides, such as a remembered choice that is gone.
    """

    index: int
    names: Names
    amount: str
    candidates: tuple[Candidate, ...]
    accepted: Candidate | None
    is_gap: bool
    searched: tuple[Searched, ...]
    notes: tuple[Reason, ...] = ()

    @property
    def place(self) -> str:
        """``lines[3]``."""
        return f"lines[{self.index}]"


def match_document(match: LineMatch) -> dict[str, Any]:
    """A line's match as plain JSON, every sentence in both languages."""
    return {
        "line": match.index,
        "place": match.place,
        "names": dict(match.names),
        "amount": match.amount,
        "accepted": match.accepted.link if match.accepted else None,
        "gap": match.is_gap,
        "candidates": [_candidate_document(candidate) for candidate in match.candidates],
        "searched": [{"name": s.name, "entries": s.entries, "candidates": s.candidates} for s in match.searched],
        "notes": [_reason_document(note) for note in match.notes],
    }


def _candidate_document(candidate: Candidate) -> dict[str, Any]:
    bias = candidate.bias
    return {
        "link": candidate.link,
        "names": dict(candidate.names),
        "per": candidate.per,
        "kind": candidate.kind,
        "source": candidate.source,
        "method": candidate.method.value,
        "score": candidate.score,
        "reasons": [_reason_document(reason) for reason in candidate.reasons],
        "unit_fit": candidate.unit_fit.value,
        "convert": candidate.convert,
        "geography": candidate.geography,
        "geography_fit": candidate.geography_fit.value,
        "year": candidate.year,
        "year_distance": candidate.year_distance,
        "bias": bias and {"direction": bias.direction.value, "reasons": [_reason_document(r) for r in bias.reasons]},
    }


def _reason_document(reason: Reason) -> dict[str, Any]:
    return {"key": reason.key, **{lang: reason.text(lang) for lang in LANGUAGES}}
