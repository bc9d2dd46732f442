"""What a format could not carry when a database was written in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tanheng import texts
from tanheng.inventory.model import Note


@dataclass(frozen=True, slots=True)
class Written:
    """A database that was written to a file.

    Attributes:
        format: name of the format, e.g. ``openlca-jsonld``.
        counts: how many flows, processes and exchanges the file holds.
        losses: what the format could not carry as it was; ``count`` and the first ``example`` are params of each note.
    """

    path: Path
    format: str
    counts: Mapping[str, int] = field(default_factory=dict)
    losses: tuple[Note, ...] = ()

    def lines(self, lang: str = "en") -> tuple[str, ...]:
        """A sentence for each loss, in ``lang``."""
        return tuple(texts.text("losses", note.code, lang, **note.params) for note in self.losses)


class Losses:
    """Collects losses while a database is written; alike ones are counted, the first is the example."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._first: dict[str, str] = {}

    def count(self, code: str, example: str) -> None:
        """Count one loss; ``code`` is a key of ``data/texts/losses.yaml``."""
        self._counts[code] += 1
        self._first.setdefault(code, example)

    def close(self) -> tuple[Note, ...]:
        """One note for each code, in order of code."""
        return tuple(
            Note(code, params={"count": count, "example": self._first[code]})
            for code, count in sorted(self._counts.items())
        )
