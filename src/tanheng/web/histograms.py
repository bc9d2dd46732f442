"""How far many things move: relative changes, counted between round limits."""

from __future__ import annotations

import bisect
from collections.abc import Iterable
from dataclasses import dataclass

LIMITS = (-0.5, -0.2, -0.1, -0.05, -0.01, 0.0, 0.01, 0.05, 0.1, 0.2, 0.5)


@dataclass(frozen=True, slots=True)
class Bin:
    """Changes from ``low`` up to ``high``; ``None`` where there is no limit."""

    low: float | None
    high: float | None
    count: int


def bins(changes: Iterable[float | None]) -> list[Bin]:
    """Counts of relative changes, without the empty ends; what has no relative change is left out."""
    counts = [0] * (len(LIMITS) + 1)
    for change in changes:
        if change is not None:
            counts[bisect.bisect_right(LIMITS, change)] += 1
    edges = (None, *LIMITS, None)
    made = [Bin(edges[at], edges[at + 1], count) for at, count in enumerate(counts)]
    filled = [at for at, one in enumerate(made) if one.count]
    return made[filled[0] : filled[-1] + 1] if filled else []
