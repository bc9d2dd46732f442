"""What a portfolio tells: every result with its figures, one beside another, and places among comparable ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tanheng.engine.portfolio import Pairing, Standing
from tanheng.errors import AssessmentError, Fault
from tanheng.footprint.assessment import Assessment, Gap
from tanheng.footprint.blocks import Floats
from tanheng.footprint.comparing import comparable, only
from tanheng.footprint.documents import plain
from tanheng.footprint.study import Names
from tanheng.inventory.uncertainty.statistics import QUANTILES, Statistics, rounded, statistics
from tanheng.quantities import Quantity, unit

_AT_ONCE = 4_000_000
"""Samples that are worked on at a time."""


@dataclass(frozen=True, slots=True)
class Member:
    """One result, kg CO2e per ``unit``.

    Attributes:
        label: its name in the portfolio.
        total: deterministic; a lower bound where not ``complete`` (C02).
        low, high: 2.5 % and 97.5 % quantiles. quantiles: at :data:`tanheng.inventory.uncertainty.statistics.QUANTILES`.
        coverage: share of the absolute result that has a distribution. background: share that is a sampled background product.
        varies: whether anything in it does.
        counted: draws in which it has a footprint.
    """

    label: str
    names: Names
    digest: str
    unit: str
    total: float
    complete: bool
    mean: float
    median: float
    deviation: float
    low: float
    high: float
    quantiles: tuple[tuple[float, float], ...]
    coverage: float
    background: float
    varies: bool
    counted: int


@dataclass(frozen=True, slots=True)
class Pair:
    """The difference a − b of two comparable results, kg CO2e.

    Attributes:
        a, b: labels. difference: of the deterministic results.
        probability_lower: P(a < b), equal draws counted half; ``None`` where nothing varies, or one misses what the other has.
        correlation: of the two; ``None`` where one of them does not vary.
        missing: what is missing in a alone, and in b alone.
        counted: draws in which both have a footprint.
    """

    a: str
    b: str
    unit: str
    difference: float
    mean: float
    median: float
    deviation: float
    low: float
    high: float
    probability_lower: float | None
    correlation: float | None
    complete: tuple[bool, bool]
    missing: tuple[tuple[Gap, ...], tuple[Gap, ...]]
    counted: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Two results that are not comparable, and why (C19)."""

    a: str
    b: str
    reasons: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """The place of one result among comparable ones, 1 the lowest.

    Attributes:
        low, high: places between which it is in 95 % of the draws; ``None`` among more than a thousand.
    """

    label: str
    names: Names
    mean: float
    probability_lowest: float
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Ranking:
    """Comparable results by their mean place.

    Attributes:
        left_out: labels of results that are comparable but not complete: their places would be those of lower bounds (C02).
        counted: draws in which all have a footprint.
    """

    unit: str
    ranked: tuple[Ranked, ...]
    left_out: tuple[str, ...]
    counted: int


@dataclass(frozen=True, slots=True)
class Database:
    """A background database that was sampled.

    Attributes:
        results: that use it. products: that they use of it.
        unusable: exchanges whose distribution cannot be drawn from; they keep their amounts.
        escalated: draws that were solved on their own. unproductive: those of them that have no footprint (C11).
    """

    name: str
    snapshot: str
    results: int
    products: int
    unusable: int
    escalated: int
    unproductive: int


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Results that were sampled together.

    Attributes:
        exact: whether the samples were kept; else quantiles are those of :class:`tanheng.engine.portfolio.Sketch`.
        pairs: what was asked to be compared. refused: what could not be.
        databases: whose samples they share; two snapshots of one database are two, with common random numbers.
        heads: what comparing needs of each assessment. values: (results × draws), empty where they were not kept.
    """

    samples: int
    seed: int
    exact: bool
    members: tuple[Member, ...]
    pairs: tuple[Pair, ...]
    refused: tuple[Refused, ...]
    databases: tuple[Database, ...]
    heads: tuple[Assessment, ...] = field(repr=False)
    values: Floats = field(repr=False)

    def at(self, label: str) -> int:
        """Place of a result by its label (TH-ASM-134)."""
        return place_of([member.label for member in self.members], label)

    def compare(self, a: str, b: str) -> Pair:
        """The difference of two results, from the samples that were kept.

        Raises:
            AssessmentError: TH-ASM-134 an unknown label, TH-ASM-135 samples that were not kept, TH-ASM-090 … 098 results that
                are not comparable.
        """
        i, j = self.at(a), self.at(b)
        reasons = comparable(self.heads[i], self.heads[j])
        if reasons:
            raise AssessmentError.of(reasons)
        self._need_samples()
        sides = self.values[[i]], self.values[[j]]
        pairing = Pairing.around(np.array([[self.members[i].total, self.members[j].total]]))
        found = statistics(pairing.add(*sides))
        return pair_of(self.members, self.heads, (i, j), found, pairing, 0)

    def rankings(self) -> tuple[Ranking, ...]:
        """Every group of comparable results, by place (TH-ASM-135 where the samples were not kept)."""
        self._need_samples()
        groups = [group for group in _groups(self.heads) if sum(self.heads[i].complete for i in group) > 1]
        return tuple(self._ranking(group) for group in groups)

    def _ranking(self, group: Sequence[int]) -> Ranking:
        rows = [i for i in group if self.heads[i].complete]
        standing = Standing(len(rows))
        step = max(1, _AT_ONCE // len(rows))
        for first in range(0, self.samples, step):
            standing.add(self.values[rows, first : first + step])
        low, high = standing.places(0.025), standing.places(0.975)
        ranked = [
            Ranked(
                label=self.members[i].label,
                names=self.members[i].names,
                mean=float(rounded(standing.mean[[at]])[0]),
                probability_lowest=float(rounded(standing.lowest[[at]])[0]),
                low=None if low is None else int(low[at]),
                high=None if high is None else int(high[at]),
            )
            for at, i in enumerate(rows)
        ]
        left_out = tuple(self.members[i].label for i in group if not self.heads[i].complete)
        ranked.sort(key=lambda one: (one.mean, one.label))
        return Ranking(self.members[rows[0]].unit, tuple(ranked), left_out, standing.counted)

    def _need_samples(self) -> None:
        if not self.exact:
            count = len(self.members)
            raise AssessmentError("TH-ASM-135", place="", studies=count, count=count * self.samples)

    def document(self, lang: str = "en") -> dict[str, Any]:
        """The plain JSON shape; reasons in ``lang``."""
        refused = [{"a": r.a, "b": r.b, "reasons": [fault.as_dict(lang) for fault in r.reasons]} for r in self.refused]
        return {
            "samples": self.samples,
            "seed": self.seed,
            "exact": self.exact,
            "results": plain(self.members),
            "pairs": plain(self.pairs),
            "refused": refused,
            "databases": plain(self.databases),
        }


def place_of(labels: Sequence[str], label: str) -> int:
    """Place of a label among others (TH-ASM-134)."""
    if label not in labels:
        known = ", ".join(labels[:10]) + (f", … +{len(labels) - 10}" if len(labels) > 10 else "")
        raise AssessmentError("TH-ASM-134", label=label, known=known)
    return labels.index(label)


def pair_of(
    members: Sequence[Member],
    heads: Sequence[Assessment],
    places: tuple[int, int],
    found: Statistics,
    pairing: Pairing,
    at: int,
) -> Pair:
    """The pair at ``at`` of what was sampled of some."""
    i, j = places
    a, b = members[i], members[j]
    missing = only(heads[i], heads[j]), only(heads[j], heads[i])
    known = (a.varies or b.varies) and not any(missing) and bool(found.counted[at])
    lower, correlation = (float(rounded(part[[at]])[0]) for part in (pairing.probability_lower, pairing.correlation))
    figures = {key: float(getattr(found, key)[at]) for key in ("mean", "median", "deviation", "low", "high")}
    return Pair(
        a=a.label,
        b=b.label,
        unit=a.unit,
        difference=a.total - b.total,
        **figures,
        probability_lower=lower if known else None,
        correlation=correlation if np.isfinite(correlation) else None,
        complete=(a.complete, b.complete),
        missing=missing,
        counted=int(found.counted[at]),
    )


def member_quantiles(found: Statistics, at: int) -> tuple[tuple[float, float], ...]:
    """(probability, value) of one result."""
    return tuple(zip(QUANTILES, found.quantiles[at].tolist(), strict=True))


def _groups(heads: Sequence[Assessment]) -> list[list[int]]:
    """Places of results that are comparable with the first of their group, in order."""
    found: dict[tuple[object, ...], list[list[int]]] = {}
    for i, head in enumerate(heads):
        stages = tuple(stage.stage for stage in head.stages)
        amount = Quantity.parse(head.declared_unit)
        measure = unit(amount.unit)
        size = f"{amount.value * float(measure.factor):.6g}", measure.dimension
        bucket = found.setdefault((head.boundary, head.regime, head.method, head.rule_pack, stages, size), [])
        group = next((group for group in bucket if not comparable(heads[group[0]], head)), None)
        if group is None:
            bucket.append([i])
        else:
            group.append(i)
    return sorted((group for bucket in found.values() for group in bucket), key=lambda group: group[0])
