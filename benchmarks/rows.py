"""Lines of the table, and how they are timed: both sides in turn, the first one alternating, medians."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from workers import Worker

NOTHING = 1e-12
"""Share of the largest value of a method below which a value counts as rounding noise of zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line.

    Attributes:
        task: key of :data:`tables.TASKS`, or words.
        case: key of a case, or words.
        ours, peer: seconds or megabytes (``unit``), medians; None where a side did not do it.
        peer_does: by what.
        accuracy: largest relative error over all products, or words. ``against``: what it was compared with.
        note: what has to be known beside.
    """

    task: str
    case: str
    ours: float | None
    peer: float | None = None
    peer_does: str = ""
    unit: str = "s"
    accuracy: float | str | None = None
    against: str = ""
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Above 1: Tanheng is faster, or needs less."""
        return self.peer / self.ours if self.ours and self.peer is not None else None

    def document(self) -> dict[str, Any]:
        """For JSON: three digits say what was measured."""
        found = asdict(self) | {"ratio": self.ratio}
        return {key: _short(value) for key, value in found.items() if value not in (None, "")}


def _short(value: Any) -> Any:
    return float(f"{value:.3g}") if isinstance(value, float) else value


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side did: median seconds, and its last answer."""

    seconds: float
    answer: Any


Call = tuple[Worker, str, tuple[Any, ...]]


def alternate(calls: Mapping[str, Call], repeat: int, *, warm: bool = True) -> dict[str, Turn]:
    """Time calls of methods in turn, ``repeat`` times each, the first one changing; each is run once before, untimed."""
    names = list(calls)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    answers: dict[str, Any] = {}
    for turn in range(-1 if warm else 0, repeat):
        for name in names if turn % 2 == 0 else reversed(names):
            worker, method, arguments = calls[name]
            took, answers[name] = worker.timed(method, *arguments)
            if turn >= 0:
                seconds[name].append(took)
    return {name: Turn(statistics.median(seconds[name]), answers[name]) for name in names}


def error(found: Any, exact: Any) -> float:
    """Largest relative difference of values (n,) or (n, k), column by column."""
    a, b = np.asarray(found, dtype=float), np.asarray(exact, dtype=float)
    size = np.maximum(np.abs(a), np.abs(b))
    smallest = NOTHING * size.max(axis=0, initial=0.0)
    gap = np.divide(np.abs(a - b), np.maximum(size, smallest), out=np.zeros_like(size), where=size > 0)
    return float(gap.max(initial=0.0))


def fastest(turns: Mapping[str, Turn], *, but: str = "") -> str:
    """The name of the quickest, leaving one out."""
    return min((name for name in turns if name != but), key=lambda name: turns[name].seconds)


Task = Callable[..., None]
