"""Data quality of a result (C17)."""

from __future__ import annotations

import math
from collections.abc import Iterable

from tanheng.footprint.assessment import LineResult, QualityResult
from tanheng.footprint.study import DataKind
from tanheng.inventory.quality import INDICATORS

ENOUGH = 0.8
"""Lines that make up this share of the absolute result decide the rating (C17)."""


def rate(lines: Iterable[LineResult]) -> QualityResult:
    """Contribution-weighted mean of the scores over rated lines, and the share of primary data (C17)."""
    rows = [line for line in lines if line.total is not None]
    weights = [abs(line.total or 0.0) for line in rows]
    whole = math.fsum(weights)
    rated = [(line, w) for line, w in zip(rows, weights, strict=True) if line.rating is not None]
    covered = math.fsum(w for _, w in rated)
    primary = math.fsum(_primary_share(line) * w for line, w in zip(rows, weights, strict=True))
    scores = {}
    for key in INDICATORS:
        known = [(line.quality[key], w) for line, w in rated if key in line.quality]
        weight = math.fsum(w for _, w in known)
        if weight > 0:
            scores[key] = math.fsum(s * w for s, w in known) / weight
    rating = math.fsum((line.rating or 0.0) * w for line, w in rated) / covered if covered > 0 else None
    return QualityResult(rating, covered / whole if whole else 0.0, scores, primary / whole if whole else 0.0)


def _primary_share(line: LineResult) -> float:
    """All of a line whose activity is measured; else what its sources say of themselves, by their absolute contributions."""
    if line.data is DataKind.PRIMARY:
        return 1.0
    whole = math.fsum(abs(part.total) for part in line.parts if not part.excluded)
    if not whole:
        return 0.0
    return math.fsum(abs(p.total) * (p.provenance.primary_share or 0.0) for p in line.parts if not p.excluded) / whole
