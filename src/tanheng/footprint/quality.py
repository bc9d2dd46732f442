"""Data quality and first-order uncertainty of a result (C17, C18)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from tanheng.files import shipped_rows
from tanheng.footprint.assessment import LineResult, QualityResult, UncertaintyResult
from tanheng.footprint.study import DataKind
from tanheng.inventory.model import Distribution, Uncertainty
from tanheng.inventory.quality import INDICATORS, Quality

ENOUGH = 0.8
"""Lines that make up this share of the absolute result decide the rating (C17)."""


def rate(lines: Iterable[LineResult]) -> QualityResult:
    """Contribution-weighted mean of the scores over rated lines, and the share of primary data (C17)."""
    rows = [line for line in lines if line.total is not None]
    weights = [abs(line.total or 0.0) for line in rows]
    whole = math.fsum(weights)
    rated = [(line, w) for line, w in zip(rows, weights, strict=True) if line.rating is not None]
    covered = math.fsum(w for _, w in rated)
    primary = math.fsum(w for line, w in zip(rows, weights, strict=True) if line.data is DataKind.PRIMARY)
    scores = {}
    for key in INDICATORS:
        known = [(line.quality[key], w) for line, w in rated if key in line.quality]
        weight = math.fsum(w for _, w in known)
        if weight > 0:
            scores[key] = math.fsum(s * w for s, w in known) / weight
    rating = math.fsum((line.rating or 0.0) * w for line, w in rated) / covered if covered > 0 else None
    return QualityResult(rating, covered / whole if whole else 0.0, scores, primary / whole if whole else 0.0)


@cache
def _pedigree() -> Mapping[tuple[str, int], float]:
    return {(r["indicator"], int(r["score"])): float(r["factor"]) for r in shipped_rows("pedigree")}


def pedigree_gsd2(quality: Quality) -> float | None:
    """GSD² from quality scores: exp √(Σ ln² Uᵢ) with the factors of ``data/pedigree.csv``; scores between are interpolated.

    ``None`` where there are no scores (C18).
    """
    scores = quality.scores
    if not scores:
        return None
    logs = [math.log(_pedigree()[("basic", 1)])]
    for key, score in scores.items():
        low, high = math.floor(score), math.ceil(score)
        a, b = (math.log(_pedigree()[(key, s)]) for s in (low, high))
        logs.append(a + (b - a) * (score - low))
    return math.exp(math.sqrt(math.fsum(x * x for x in logs)))


def gsd2_of(uncertainty: Uncertainty | None, amount: float | None) -> float | None:
    """GSD² of an amount's distribution; others than lognormal by the lognormal of the same relative deviation."""
    if uncertainty is None:
        return None
    if uncertainty.kind is Distribution.LOGNORMAL:
        return uncertainty.gsd2
    deviation, mean = _moments(uncertainty, amount)
    if deviation is None or not mean:
        return None
    return math.exp(2.0 * math.sqrt(math.log1p((deviation / mean) ** 2)))


def _moments(u: Uncertainty, amount: float | None) -> tuple[float | None, float | None]:
    """Standard deviation and mean."""
    if u.kind is Distribution.NORMAL:
        return u.scale, u.loc if u.loc is not None else amount
    if u.minimum is None or u.maximum is None:
        return None, None
    a, b = u.minimum, u.maximum
    if u.kind is Distribution.UNIFORM:
        return (b - a) / math.sqrt(12.0), (a + b) / 2.0
    c = u.loc if u.loc is not None else (a + b) / 2.0
    return math.sqrt((a * a + b * b + c * c - a * b - a * c - b * c) / 18.0), (a + b + c) / 3.0


@dataclass(frozen=True, slots=True)
class Term:
    """A contribution h in kg CO2e with the GSD² of what it is proportional to."""

    name: str
    contribution: float
    gsd2: float

    @property
    def deviation(self) -> float:
        """Standard deviation of the contribution: h √(exp σ² − 1), σ = ln(GSD²)/2, exact for one lognormal."""
        return self.contribution * math.sqrt(math.expm1((math.log(self.gsd2) / 2.0) ** 2))


def combine(total: float, own: Sequence[Term], shared: Sequence[Sequence[Term]], covered: float) -> UncertaintyResult:
    """First-order spread of a total (C18): deviations of independent terms add as squares, those that share a source add up.

    Args:
        total: kg CO2e.
        own: terms that move on their own.
        shared: groups of terms that use one source and move together.
        covered: share of the result that has a distribution.
    """
    terms = [(term.name, term.deviation**2) for term in own]
    terms += [(group[0].name, math.fsum(term.deviation for term in group) ** 2) for group in shared]
    variance = math.fsum(v for _, v in terms)
    if not terms or total <= 0 or variance == 0:
        return UncertaintyResult(None, None, None, covered)
    gsd2 = math.exp(2.0 * math.sqrt(math.log1p(variance / total**2)))
    sums: dict[str, float] = {}
    for name, part in terms:
        sums[name] = sums.get(name, 0.0) + part
    shares = tuple(sorted(((key, v / variance) for key, v in sums.items()), key=lambda kv: (-kv[1], kv[0])))
    return UncertaintyResult(gsd2, total / gsd2, total * gsd2, covered, shares[:10])


def coverage(lines: Iterable[tuple[float, float]]) -> float:
    """Share of the absolute result that has a distribution, from (absolute total, covered share) of each line."""
    rows = list(lines)
    whole = math.fsum(weight for weight, _ in rows)
    return math.fsum(weight * known for weight, known in rows) / whole if whole else 0.0
