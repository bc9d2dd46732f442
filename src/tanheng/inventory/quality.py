"""Data quality scores (C17): technology, geography, time, precision; 1 is best, 5 is worst."""

from __future__ import annotations

from dataclasses import dataclass

INDICATORS = ("te", "ge", "ti", "pr")


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
