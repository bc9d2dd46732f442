"""The class of a value; and who moves when limits change, tried before they are in force."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tanheng.grading.model import Peer, Thresholds, Tie


@dataclass(frozen=True, slots=True)
class Grade:
    """A class, and the limits that a value of it lies between; ``None`` where there is none at that end."""

    name: str
    above: float | None
    up_to: float | None


def grade(value: float, thresholds: Thresholds) -> Grade:
    """The class of a value as the label tells it.

    >>> from datetime import date
    >>> limits = Thresholds("cement", ("A", "B", "C"), (600.0, 750.0), Tie.BETTER, date(2026, 1, 1))
    >>> grade(600.0, limits).name, grade(600.1, limits).name, grade(800.0, limits)
    ('A', 'B', Grade(name='C', above=750.0, up_to=None))
    """
    (at,) = _at(np.array([value]), thresholds)
    limits = thresholds.limits
    return Grade(thresholds.classes[at], limits[at - 1] if at else None, limits[at] if at < len(limits) else None)


def grades(values: npt.NDArray[np.float64], thresholds: Thresholds) -> npt.NDArray[np.intp]:
    """Classes of many values, as numbers: 0 is the best."""
    return _at(values, thresholds)


@dataclass(frozen=True, slots=True)
class Move:
    """A product that changes its class; ``before`` is empty where it had none."""

    certificate: str
    value: float
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What limits would do to a peer group.

    Attributes:
        before, after: products by class, all classes; ``before`` is empty where there were no limits.
        moves: those that change, the worst off first.
    """

    before: Mapping[str, int]
    after: Mapping[str, int]
    moves: tuple[Move, ...]


def trial(peers: Sequence[Peer], new: Thresholds, old: Thresholds | None = None) -> Trial:
    """Who moves when ``new`` limits take the place of ``old`` ones."""
    values = np.array([peer.value for peer in peers], dtype=np.float64)
    after = [new.classes[at] for at in _at(values, new)]
    before = [old.classes[at] for at in _at(values, old)] if old else [""] * len(peers)
    moves = [
        Move(peer.certificate, peer.value, was, will)
        for peer, was, will in zip(peers, before, after, strict=True)
        if was != will
    ]
    ranks = {name: at for at, name in enumerate(new.classes)}
    moves.sort(key=lambda move: (-ranks[move.after], -move.value, move.certificate))
    return Trial(_counted(before, old.classes) if old else {}, _counted(after, new.classes), tuple(moves))


def _at(values: npt.NDArray[np.float64], thresholds: Thresholds) -> npt.NDArray[np.intp]:
    limits = np.array(thresholds.limits, dtype=np.float64)
    return np.searchsorted(limits, values, side="left" if thresholds.tie is Tie.BETTER else "right")


def _counted(names: Sequence[str], classes: tuple[str, ...]) -> dict[str, int]:
    counts = Counter(names)
    return {name: counts[name] for name in classes}
