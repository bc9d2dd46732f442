"""Data quality scores (C17): technology, geography, time, precision; 1 is best, 5 is worst."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from tanheng.files import shipped_rows

INDICATORS = ("te", "ge", "ti", "pr")
PEDIGREE_ORDER = ("pr", "co", "ti", "ge", "te", "ss")
"""Scores of a pedigree text: reliability, completeness, time, geography, further technology, sample size (ecoinvent)."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Scores of one datum.

    Attributes:
        te: technological representativeness.
        ge: geographical representativeness.
        ti: time-related representativeness.
        pr: precision and completeness.
    """

    te: float | None = None
    ge: float | None = None
    ti: float | None = None
    pr: float | None = None

    @property
    def scores(self) -> dict[str, float]:
        """The scores that are given, by indicator."""
        return {key: value for key in INDICATORS if (value := getattr(self, key)) is not None}

    @property
    def rating(self) -> float | None:
        """Mean of the given scores; ``None`` where none is given."""
        scores = self.scores
        return sum(scores.values()) / len(scores) if scores else None


@cache
def _factors() -> Mapping[tuple[str, int], float]:
    return {(r["indicator"], int(r["score"])): float(r["factor"]) for r in shipped_rows("pedigree")}


def pedigree_gsd2(quality: Quality) -> float | None:
    """GSD² from quality scores; ``None`` where there are none (C18)."""
    return gsd2_of(quality.scores)


def gsd2_of(scores: Mapping[str, float], *, basic: float | None = None) -> float | None:
    """GSD² from scores by indicator: exp √(Σ ln² Uᵢ) with the factors of ``data/pedigree.csv`` (C18).

    Scores between two whole numbers are interpolated. ``None`` where there are no scores.

    Args:
        basic: basic uncertainty in place of that of combustion, materials and processes.
    """
    if not scores:
        return None
    logs = [math.log(_factors()[("basic", 1)] if basic is None else basic)]
    for key, score in scores.items():
        low, high = math.floor(score), math.ceil(score)
        a, b = (math.log(_factors()[(key, s)]) for s in (low, high))
        logs.append(a + (b - a) * (score - low))
    return math.exp(math.sqrt(math.fsum(x * x for x in logs)))


_SCORES = frozenset("12345")
_BASIC = re.compile(r"BU:\s*([\d.]+)", re.IGNORECASE)


def gsd2_of_pedigree(text: str) -> float | None:
    """GSD² from scores as data sets write them, ``(3;3;4;3;1)`` or ``(2,3,1,n.a.,1,5,BU:1.05)``.

    ``None`` where no score can be read.

    >>> round(gsd2_of_pedigree("(3;3;4;3;1)"), 6)  # exp √(ln²1.05 + ln²1.10 + ln²1.05 + ln²1.20 + ln²1.02 + ln²1)
    1.243457
    """
    given = _BASIC.search(text)
    basic = float(given[1]) if given and given[1].count(".") < 2 else None
    written = [part.strip() for part in _BASIC.sub("", text).strip("() ").replace(",", ";").split(";")]
    scores = {key: float(part) for key, part in zip(PEDIGREE_ORDER, written, strict=False) if part in _SCORES}
    return gsd2_of(scores, basic=basic if basic is not None and basic >= 1.0 else None)
