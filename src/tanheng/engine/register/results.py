"""What a register answers: footprints with their states, the effect of a change, and its summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tanheng.engine.arrays import Floats, Indices, Mask
from tanheng.engine.register.graph import RegisterGraph
from tanheng.errors import EngineError

LEVELS = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
LIMITS = (0.01, 0.05, 0.1, 0.2, 0.5)


@dataclass(frozen=True, slots=True, eq=False)
class RegisterFootprints:
    """Footprints of all products of a register.

    Attributes:
        graph: the register.
        values: (n, k), per unit of each product; at least that much where incomplete; NaN for withdrawn products.
        factors: (f, k), the factor values behind them; NaN for factors without any.
        gaps: (n,), products that themselves refer to something that is missing.
        incomplete: (n,), these and all that need them: a withdrawn product is one, too.
        residual: componentwise relative residual on the register, at most 1e-9.
        strategy: how it was solved; ``update`` where carried forward from others, ``kept`` where verified only.
    """

    graph: RegisterGraph
    values: Floats
    factors: Floats
    gaps: Mask
    incomplete: Mask
    residual: float
    strategy: str


@dataclass(frozen=True, slots=True, eq=False)
class Effect:
    """What a release of factors or a revision of products does to a register.

    Attributes:
        before, after: footprints. Where products were added, ``before`` has fewer rows.
        products: (a,), products that the change reaches, ascending; no other one moves.
        change: (a, k), after − before, solved from what changed, so that small changes are as accurate as large ones. Of
            what is at least known where a product is incomplete; from zero for an added one, to zero for a withdrawn one.
        pushed: (c,), products whose own burden or inputs changed, where the change enters.
        push: (c, k), by how much at unchanged footprints of their suppliers; **A**ᵀ change = push.
        changed_factors: (d,), factors whose value is another one.
        residual: componentwise relative residual of the change.
    """

    before: RegisterFootprints
    after: RegisterFootprints
    products: Indices
    change: Floats
    pushed: Indices
    push: Floats
    changed_factors: Indices
    residual: float

    @property
    def comparable(self) -> Mask:
        """(a,), the reached products that are complete before and after; only for these is the change a change of footprint."""
        old = self.products < len(self.before.incomplete)
        whole = ~self.after.incomplete[self.products]
        whole[old] &= ~self.before.incomplete[self.products[old]]
        return whole & old

    def relative(self, weights: Any = None) -> Floats:
        """(a,), change ÷ footprint before; NaN where not comparable or before nothing was there.

        Args:
            weights: (k,), what one of each value counts, GWP of the gases say; may be left out for a single value.
        """
        w = weighing(weights, self.change.shape[1])
        made = np.full(len(self.products), np.nan)
        kept = np.flatnonzero(self.comparable)
        before = self.before.values[self.products[kept]] @ w
        there = before != 0
        made[kept[there]] = (self.change[kept[there]] @ w) / np.abs(before[there])
        return made

    def summary(self, weights: Any = None, *, still: float = 0.0, most: int = 10) -> EffectSummary:
        """The effect in figures; see :class:`EffectSummary`.

        Args:
            weights: as in :meth:`relative`.
            still: a relative change of up to this size is no move: half a digit of what is published, say.
            most: how many of the largest are named.
        """
        relative = self.relative(weights)
        known = np.flatnonzero(~np.isnan(relative))
        size = np.abs(relative[known])
        largest = known[np.lexsort((self.products[known], -size))[:most]]
        before = self.before.incomplete
        was, now = np.ones(len(self.after.incomplete), dtype=np.bool_), self.after.incomplete
        was[: len(before)] = before
        old = np.arange(len(now)) < len(before)
        gone = np.asarray(np.isnan(self.after.values).any(axis=1))
        return EffectSummary(
            products=len(now),
            reached=len(self.products),
            comparable=int(self.comparable.sum()),
            moved=int((size > still).sum()),
            up=int((relative[known] > still).sum()),
            down=int((relative[known] < -still).sum()),
            withdrawn=int((gone[: len(before)] & ~np.asarray(np.isnan(self.before.values).any(axis=1))).sum()),
            became_incomplete=int((now & ~was & old & ~gone).sum()),
            became_complete=int((was & ~now & old).sum()),
            levels=LEVELS,
            quantiles=tuple(np.quantile(relative[known], LEVELS).tolist()) if known.size else (),
            above=tuple((limit, int((size > limit).sum())) for limit in LIMITS),
            largest=tuple((int(self.products[i]), float(relative[i])) for i in largest),
        )


@dataclass(frozen=True, slots=True)
class EffectSummary:
    """An effect in figures. Relative change is change ÷ footprint before, of the reached products that are comparable.

    Attributes:
        products: in the register. reached: by the change. comparable: of these, complete before and after.
        moved: by more than what counts as still; up, down: of these.
        withdrawn: products that have no footprint any more.
        became_incomplete, became_complete: products that were in the register before, still are, and changed state.
        levels: 0, 0.05, … 1; quantiles: the relative change at these; empty where nothing is comparable.
        above: (limit, products whose relative change is larger than that, up or down).
        largest: (product, relative change), the largest first.
    """

    products: int
    reached: int
    comparable: int
    moved: int
    up: int
    down: int
    withdrawn: int
    became_incomplete: int
    became_complete: int
    levels: Sequence[float]
    quantiles: Sequence[float]
    above: Sequence[tuple[float, int]]
    largest: Sequence[tuple[int, float]]


@dataclass(frozen=True, slots=True, eq=False)
class Drivers:
    """Where changes of some products come from.

    Attributes:
        sources: (d,), factors that changed, or products where the change enters.
        parts: d × m, what each contributes to the change of each of the m products that were asked for; the columns add
            up to the changes.
    """

    sources: Indices
    parts: Floats

    def top(self, column: int, most: int = 5) -> tuple[tuple[int, float, float], ...]:
        """(source, contribution, share of the change) of one column, the largest contribution first.

        Shares add up to 1; where contributions have both signs, some are negative or above 1. NaN where nothing moves.
        """
        part = self.parts[:, column]
        total = part.sum()
        order = np.lexsort((self.sources, -np.abs(part)))[:most]
        share = part / total if total else np.full(len(part), np.nan)
        return tuple((int(self.sources[i]), float(part[i]), float(share[i])) for i in order if part[i])


def weighing(weights: Any, values: int) -> Floats:
    """Weights (k,); a single value counts as it is.

    Raises:
        EngineError: TH-ENG-003 for another number of weights, or none for several values.
    """
    made = np.ones(1) if weights is None else np.asarray(weights, dtype=np.float64)
    if made.shape != (values,):
        raise EngineError("TH-ENG-003", name="weights", shape=made.shape, length=values)
    return made
