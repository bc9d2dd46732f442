"""Collecting notes while reading."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from tanheng.inventory.model import Note


class Notebook:
    """What a reader meets on its way, in order; the same thing met often is counted once with its number."""

    def __init__(self) -> None:
        self._notes: list[Note] = []
        self._seen: set[tuple[str, str, tuple[tuple[str, str | float], ...]]] = set()
        self._counts: Counter[tuple[str, str]] = Counter()
        self._first: dict[tuple[str, str], str] = {}

    def add(self, code: str, place: str = "", **params: str | float) -> None:
        """Note something, unless exactly the same was noted already."""
        key = (code, place, tuple(sorted(params.items())))
        if key not in self._seen:
            self._seen.add(key)
            self._notes.append(Note(code, place, params))

    def count(self, code: str, place: str, example: str) -> None:
        """Count one of many alike at ``place``; they become a single note with ``count`` and the first ``example``."""
        key = (code, place)
        self._counts[key] += 1
        self._first.setdefault(key, example)

    def close(self) -> tuple[Note, ...]:
        """All notes: those added, then those counted."""
        counted = (
            Note(code, place, {"count": count, "example": self._first[code, place]})
            for (code, place), count in self._counts.items()
        )
        return (*self._notes, *counted)


class Heard(NamedTuple):
    """One call of a notebook: ``add`` with ``params``, or ``count`` with an ``example``."""

    code: str
    place: str
    params: dict[str, str | int | float] | None
    example: str = ""


class Dictation(Notebook):
    """Writes down what it is told, to be told to another notebook later, or in another process, in the same order."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[Heard] = []

    def add(self, code: str, place: str = "", **params: str | float) -> None:
        """Write it down."""
        self.heard.append(Heard(code, place, params))

    def count(self, code: str, place: str, example: str) -> None:
        """Write it down."""
        self.heard.append(Heard(code, place, None, example))


def dictate(heard: Iterable[Heard], notes: Notebook) -> None:
    """Tell a notebook what was written down."""
    for code, place, params, example in heard:
        if params is None:
            notes.count(code, place, example)
        else:
            notes.add(code, place, **params)


def without_nan(notes: Sequence[Note]) -> tuple[Note, ...]:
    """Notes of formulas say which value was kept; where there is none, that is a dash."""

    def shown(value: str | float) -> str | float:
        return "–" if isinstance(value, float) and math.isnan(value) else value

    return tuple(replace(note, params={key: shown(value) for key, value in note.params.items()}) for note in notes)
