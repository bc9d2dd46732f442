"""What reading and linking a file would meet, told without importing it; and what they met when one was imported."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from tanheng import texts
from tanheng.formats import read_database
from tanheng.formats.archive import DEFAULT_LIMITS, Limits
from tanheng.formats.progress import Progress
from tanheng.inventory.validation import Validation, validated

LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Example:
    """A note: where it was met, what it says in both languages, and its parameters."""

    place: str
    texts: dict[str, str]
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class NoteKind:
    """Notes of one kind, with some of them."""

    code: str
    count: int
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a database cannot be calculated."""

    code: str
    texts: dict[str, str]


@dataclass(frozen=True, slots=True)
class ToldValidation:
    """What was met, for people.

    Attributes:
        faults: notes that tell of something wrong, and the refusal.
        notes: what keeps processes out first, then the most frequent.
    """

    name: str
    format: str
    counts: dict[str, int]
    faults: int
    refusal: Refusal | None
    notes: tuple[NoteKind, ...]

    def document(self) -> Any:
        """The plain JSON shape."""
        return msgspec.to_builtins(self)


def validate(
    path: Path,
    *,
    examples: int,
    reading: Progress | None = None,
    linking: Progress | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> ToldValidation:
    """Read and link a file, keep nothing, and tell what was met (FormatError where it cannot be read at all)."""
    database = read_database(path, name=path.stem, progress=reading, limits=limits, workers=1)
    return told(validated(database, progress=linking), examples=examples)


def told(found: Validation, *, examples: int) -> ToldValidation:
    """A validation in both languages, with so many ``examples`` of each kind of note."""
    notes = []
    for code, met in found.by_code().items():
        said = tuple(
            Example(n.place, {x: texts.text("notes", code, x, **n.params) for x in LANGUAGES}, dict(n.params))
            for n in met[:examples]
        )
        notes.append(NoteKind(code, len(met), said))
    refusal = found.refusal
    return ToldValidation(
        name=found.name,
        format=found.format,
        counts=dict(found.counts),
        faults=found.faults,
        refusal=Refusal(refusal.code, {x: refusal.text(x) for x in LANGUAGES}) if refusal else None,
        notes=tuple(notes),
    )
