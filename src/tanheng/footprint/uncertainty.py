"""The analytic view of a result's uncertainty (C18): every input by its mean and variance, at once.

With T = fixed + Σ hᵢ Π mₖ, of contributions h and independent multiples m of the inputs,

    mean = T at the means of the inputs
    variance = Σₖ (∂T/∂mₖ σₖ)² + Σₖ<ₗ (∂²T/∂mₖ∂mₗ σₖ σₗ)²

which is exact where no part depends on more than two inputs (an activity and its source), and first order in formulas. The
sampled view of the same inputs is in :mod:`tanheng.footprint.montecarlo`; both agree within the sampling error. The result
itself is the one at the deterministic values, the medians of lognormal inputs: the mean lies above it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from tanheng.engine.intervals import lognormal_interval, normal_interval
from tanheng.errors import AssessmentError
from tanheng.footprint.assessment import LineResult, UncertaintyResult
from tanheng.footprint.inputs import Model, model_of
from tanheng.footprint.propagated import propagated
from tanheng.footprint.study import Study

if TYPE_CHECKING:
    from tanheng.footprint.background import Supplies

SHOWN = 10
"""Inputs that are listed with their share of the variance."""
SPREAD_ENOUGH = 0.5
"""Share of the absolute result that needs a spread before an interval says anything about the whole."""
_STEP = 1e-3
"""Of a standard deviation, in differences."""


def analytic(
    study: Study, lines: Sequence[LineResult], total: float, *, cancels: bool, supplies: Supplies | None = None
) -> UncertaintyResult:
    """The analytic view: mean, deviation, 95 % interval, and the shares of the variance.

    A positive sum of positive parts, of inputs that stay positive, is taken as lognormal with this mean and variance:
    GSD² = exp 2√ln(1 + σ²/μ²), the interval is median ÷ and × GSD². Where parts are negative, or inputs may be, and the
    deviation is more than half of the mean, or the total is not positive, it is taken as normal: μ ± 1.96 σ, without a GSD².

    Args:
        study: what was assessed.
        lines: of its assessment.
        total: kg CO2e.
        cancels, supplies: see :func:`tanheng.footprint.inputs.model_of`.

    Raises:
        AssessmentError: TH-ASM-008 where a spread is beyond any number.
    """
    try:
        model = model_of(study, lines, total, cancels=cancels, supplies=supplies)
        behind = propagated(model.supplies, supply_means(model))
        found = moments(model, behind.means)
        variance = found.variance + behind.variance
    except OverflowError as error:
        raise AssessmentError("TH-ASM-008", place="uncertainty") from error
    if variance <= 0:
        return UncertaintyResult(None, None, None, model.coverage)
    mean, deviation = found.mean + behind.shift, math.sqrt(variance)
    shares = listed(model, found.shares() | dict(behind.parts), variance if behind.parts else 0.0)
    positive = (
        behind.positive
        and all(term.contribution >= 0 for term in model.terms)
        and model.fixed >= -1e-9 * abs(total)
        # What can fall below 0 itself is no lognormal, however positive the rest is.
        and all(one.spread.stays_positive for one in model.inputs.values())
    )
    lognormal = mean > 0 and total > 0 and (positive or mean > 2.0 * deviation)
    interval = lognormal_interval(mean, deviation) if lognormal else normal_interval(mean, deviation)
    ends = interval.gsd2, interval.low, interval.high
    return UncertaintyResult(*ends, model.coverage, shares, mean, deviation)


@dataclass(frozen=True, slots=True)
class Moments:
    """Mean and variance of a model, in kg CO2e.

    Attributes:
        first: by key of an input, ∂T/∂m σ at the means of the others (signed).
        pairs: by keys of two inputs, ∂²T/∂mₖ∂mₗ σₖ σₗ.
    """

    mean: float
    first: Mapping[str, float]
    pairs: Mapping[tuple[str, str], float]

    @property
    def variance(self) -> float:
        """Σ first² + Σ pairs²."""
        return math.fsum(x * x for x in (*self.first.values(), *self.pairs.values()))

    def shares(self) -> dict[str, float]:
        """Share of the variance of each input; what two have together is halved."""
        parts = {key: value**2 for key, value in self.first.items()}
        for (one, other), value in self.pairs.items():
            parts[one] = parts.get(one, 0.0) + value**2 / 2.0
            parts[other] = parts.get(other, 0.0) + value**2 / 2.0
        return parts


def moments(model: Model, means: Mapping[str, float] | None = None) -> Moments:
    """Mean, first-order terms and products of two (see the head of this module).

    Args:
        means: mean kg CO2e of one unit of each background product, by key, where a model has such; what varies in them is
            not in the terms.
    """
    supplied = means or {}
    mean = model.fixed
    first: dict[str, float] = {}
    pairs: dict[tuple[str, str], float] = {}
    slopes = _slopes(model)
    for term in model.terms:
        factors = [_Factor(model.inputs[k].spread.mean, {k: model.inputs[k].spread.deviation}) for k in term.on]
        factors += [slopes[index] for index in term.via]
        whole = term.amount * supplied[term.supply] if term.supply else term.contribution
        mean += whole * math.prod(f.mean for f in factors)
        for i, factor in enumerate(factors):
            rest = whole * math.prod(f.mean for j, f in enumerate(factors) if j != i)
            for key, slope in factor.slopes.items():
                first[key] = first.get(key, 0.0) + rest * slope
        for i, j in combinations(range(len(factors)), 2):
            rest = whole * math.prod(f.mean for k, f in enumerate(factors) if k not in (i, j))
            for one, slope in factors[i].slopes.items():
                for other, another in factors[j].slopes.items():
                    if one != other:
                        both = (min(one, other), max(one, other))
                        pairs[both] = pairs.get(both, 0.0) + rest * slope * another
    return Moments(mean, first, pairs)


def supply_means(model: Model) -> dict[str, float]:
    """How much of each background product a model takes at the means of its own inputs, by key, in the product's unit."""
    slopes = _slopes(model)
    found: dict[str, float] = {}
    for term in model.terms:
        if term.supply:
            own = (*(model.inputs[key].spread.mean for key in term.on), *(slopes[index].mean for index in term.via))
            found[term.supply] = found.get(term.supply, 0.0) + term.amount * math.prod(own)
    return found


@dataclass(frozen=True, slots=True)
class _Factor:
    """A multiple: its mean, and its change with one standard deviation of each input."""

    mean: float
    slopes: Mapping[str, float]


def _slopes(model: Model) -> Mapping[int, _Factor]:
    """The multiple of each formula at the means of the parameters, and its slopes by central differences."""
    formulas = model.formulas
    if formulas is None:
        return {}
    names = list(formulas.spreads)
    means = np.array([formulas.spreads[name].mean for name in names])
    steps = _STEP * np.array([formulas.spreads[name].deviation for name in names])
    points = np.concatenate([means[:, None], means[:, None] + np.diag(steps), means[:, None] - np.diag(steps)], axis=1)
    found = formulas.multiples(dict(zip(names, points, strict=True)))
    n = len(names)
    return {
        index: _Factor(
            float(values[0]),
            {
                formulas.keys[name]: float(values[1 + k] - values[1 + n + k]) / (2.0 * _STEP)
                for k, name in enumerate(names)
            },
        )
        for index, values in found.items()
    }


def listed(model: Model, parts: Mapping[str, float], whole: float = 0.0) -> tuple[tuple[str, float], ...]:
    """Shares by label, scaled to 1, the largest first.

    Args:
        whole: what all parts add up to, where not all of them are there.
    """
    whole = whole or math.fsum(parts.values())
    if whole <= 0:
        return ()
    sums: dict[str, float] = {}
    for key, part in parts.items():
        label = model.supplies[key].label if key in model.supplies else model.inputs[key].label
        sums[label] = sums.get(label, 0.0) + part / whole
    return tuple(sorted(sums.items(), key=lambda kv: (-kv[1], kv[0])))[:SHOWN]
