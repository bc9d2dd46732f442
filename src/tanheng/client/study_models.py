"""What a server tells of files, versions and links of studies, as values."""

from __future__ import annotations

from typing import Any

from tanheng.client.models import Told


class Fault(Told, frozen=True):
    """One thing that is wrong, and where."""

    code: str
    place: str
    message: str
    hint: str


class Outline(Told, frozen=True):
    """What a study holds; ``open`` has the lines that need a link and have none, or only a name to look up.

    Attributes:
        stages: lines by life-cycle stage. links: lines by what they are linked to.
    """

    names: dict[str, str]
    codes: dict[str, str]
    unit: str
    basis: str
    boundary: str
    period: tuple[str, str]
    site: str
    regime: str
    rules: str
    lines: int
    stages: dict[str, int]
    links: dict[str, int]
    open: tuple[int, ...]
    parameters: tuple[str, ...]
    scenarios: tuple[str, ...]
    co_products: int


class CheckedStudy(Told, frozen=True):
    """A study that is valid; ``link_faults`` are links to what the organisation may not use, or does not fit."""

    outline: Outline
    link_faults: tuple[Fault, ...]


class FieldChange(Told, frozen=True):
    """A field that differs; ``change`` is added, removed or changed."""

    change: str
    path: str
    before: Any
    after: Any


class LineChange(Told, frozen=True):
    """A line that differs; ``before`` and ``after`` are its numbers in the two versions."""

    change: str
    before: int | None
    after: int | None
    id: str
    names: dict[str, str]
    fields: tuple[FieldChange, ...]


class StudyDifference(Told, frozen=True):
    """What changed between two versions; ``next`` is where to go on with the lines, ``None`` at the end."""

    before: int
    after: int
    fields: tuple[FieldChange, ...]
    lines: tuple[LineChange, ...]
    added: int
    removed: int
    changed: int
    same: int
    next: int | None


class Missing(Told, frozen=True):
    """Something that is missing or assumed; where it ``blocks``, a result would be "at least"."""

    line: int | None
    names: dict[str, str]
    stage: str | None
    place: str
    code: str
    blocks: bool
    message: str
    params: dict[str, Any]


class Gaps(Told, frozen=True):
    """What is missing or assumed; ``blocking`` counts what blocks, ``lines`` are those in which something does."""

    items: tuple[Missing, ...]
    blocking: int
    lines: tuple[int, ...]
    next: int | None


class Reason(Told, frozen=True):
    """A reason in both languages."""

    key: str
    zh: str
    en: str


class Bias(Told, frozen=True):
    """In which direction a stand-in is likely off, and why."""

    direction: str
    reasons: tuple[Reason, ...]


class Candidate(Told, frozen=True):
    """A factor or product that a line may be linked to; ``score`` is 0 … 1, words alone give at most 0.89."""

    link: str
    names: dict[str, str]
    per: str
    kind: str
    source: str
    method: str
    score: float
    reasons: tuple[Reason, ...]
    unit_fit: str
    convert: float | None
    geography: str
    geography_fit: str
    year: int | None
    year_distance: int | None
    bias: Bias | None


class Match(Told, frozen=True):
    """What was found for a line; ``accepted`` is the link of the first candidate where it may be taken unasked."""

    line: int
    place: str
    names: dict[str, str]
    amount: str
    accepted: str | None
    gap: bool
    candidates: tuple[Candidate, ...]
    notes: tuple[Reason, ...]


class Matches(Told, frozen=True):
    """Some of what was found; ``next`` is where to go on, ``None`` at the end."""

    items: tuple[Match, ...]
    lines: int
    next: int | None


class LinkChoice(Told, frozen=True):
    """A link that an organisation remembers for lines of one key."""

    id: str
    organisation: str
    key: str
    link: str
    name: str
    study: str
    author: str
