"""The sampled view of a result's uncertainty (C18): the same inputs as in :mod:`tanheng.footprint.uncertainty`, drawn at random.

Every input has a stream of random numbers of its own (:mod:`tanheng.footprint.sampling`), so the result depends on the seed
and the number of samples alone, an input that several lines share is drawn once, and two results that share an input share
its draws.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import SupportsFloat

import numpy as np

from tanheng.errors import AssessmentError
from tanheng.footprint.assessment import Assessment, MonteCarloResult
from tanheng.footprint.inputs import Model, model_of
from tanheng.footprint.linking import LinkedStudy
from tanheng.footprint.preparing import prepare
from tanheng.footprint.reading import study_from_document
from tanheng.footprint.sampling import Samples, Spread, probabilities
from tanheng.footprint.study import Study
from tanheng.footprint.uncertainty import listed, moments
from tanheng.rules import Regime

Progress = Callable[[int, int], None]

SAMPLES = 10_000
FEWEST, MOST = 100, 1_000_000
QUANTILES = (0.005, 0.01, 0.025, *(n / 20 for n in range(1, 20)), 0.975, 0.99, 0.995)
_DIGITS = 6
"""Significant digits of sampled figures: more than the sampling error leaves, few enough for any machine to agree on."""
_KEPT = 2**24
"""Random numbers that are kept for inputs that several parts share (128 MB)."""
_BINS = 25


def monte_carlo(
    linked: LinkedStudy,
    result: Assessment,
    chosen: Regime,  # noqa: ARG001 - what the regime adds up shows in the result
    *,
    samples: int = SAMPLES,
    seed: int = 1,
    progress: Progress | None = None,
) -> MonteCarloResult:
    """The sampled view of a linked study's result; as :func:`monte_carlo_of`, without reading the study again."""
    return sampled(model_from(linked.study, result), samples=samples, seed=seed, progress=progress)


def monte_carlo_of(
    assessment: Assessment, *, samples: int = SAMPLES, seed: int = 1, progress: Progress | None = None
) -> MonteCarloResult:
    """The sampled view of an assessment, from its own record alone.

    Args:
        samples: 100 to 1,000,000.
        seed: the same seed and samples give the same numbers on any machine.
        progress: told (parts done, parts in all); raising in it stops the work.

    Raises:
        AssessmentError: TH-ASM-086 a number of samples out of range, TH-ASM-087 formulas that give no number for some sample.
    """
    model = model_from(study_of(assessment), assessment)
    return sampled(model, samples=samples, seed=seed, progress=progress)


def study_of(assessment: Assessment) -> Study:
    """The study of an assessment's record, with the amounts that its formulas give."""
    return prepare(study_from_document(assessment.inputs["study"])).study


def model_from(study: Study, result: Assessment) -> Model:
    """The model of an assessment's inputs; ``study`` as :func:`study_of` gives it."""
    return model_of(study, result.lines, result.total, cancels=cancels_carbon(result))


def cancels_carbon(result: Assessment) -> bool:
    """Whether carbon kept in the product was added back to the total, as the sum of its counted parts tells (C06)."""
    counted = math.fsum(part.total for row in result.lines for part in row.parts if not part.excluded)
    return result.stored_carbon > 0 and result.total - counted > result.stored_carbon / 2.0


def sampled(model: Model, *, samples: int, seed: int, progress: Progress | None = None) -> MonteCarloResult:
    """Sample a model.

    The shares are first-order Sobol indices (the part of the variance that would vanish if the input were known), scaled to
    1: of factors from their moments, which is exact and has no noise; of parameters from the samples, as the variance of the
    means of 25 classes of equal probability.
    """
    draws = Draws(seed, check_samples(samples))
    totals = draws.totals(model, progress)
    spread = float(np.std(totals, ddof=1))
    low, median, high = np.quantile(totals, (0.025, 0.5, 0.975))
    parameters = model.formulas.keys.values() if model.formulas is not None else ()
    parts = sobol(moments(model).first, parameters, draws, totals)
    return MonteCarloResult(
        samples=samples,
        seed=seed,
        mean=rounded(np.mean(totals)),
        median=rounded(median),
        deviation=rounded(spread) if spread > 1e-12 * abs(model.total) else 0.0,
        low=rounded(low),
        high=rounded(high),
        quantiles=tuple((p, rounded(q)) for p, q in zip(QUANTILES, np.quantile(totals, QUANTILES), strict=True)),
        coverage=model.coverage,
        shares=tuple((name, round(share, 4)) for name, share in listed(model, parts)),
    )


@dataclass(slots=True)
class Draws:
    """Samples of inputs; those of the same key are the same in every model."""

    seed: int
    samples: int
    kept: OrderedDict[tuple[str, Spread], Samples] = field(default_factory=OrderedDict)

    def totals(self, model: Model, progress: Progress | None = None) -> Samples:
        """kg CO2e of each sample: (samples,).

        Raises:
            AssessmentError: TH-ASM-087 where a sample gives no number.
        """
        formulas = self._formulas(model)
        found = np.full(self.samples, model.fixed)
        with np.errstate(over="ignore", invalid="ignore"):
            for done, term in enumerate(model.terms):
                if progress is not None and done % 64 == 0:
                    progress(done, len(model.terms))
                product = np.full(self.samples, term.contribution)
                for key in term.on:
                    product *= self.multiples(model, key)
                for index in term.via:
                    product *= formulas[index]
                found += product
        if not np.isfinite(found).all():
            raise AssessmentError("TH-ASM-087", place="uncertainty", samples=int(np.sum(~np.isfinite(found))))
        if progress is not None:
            progress(len(model.terms), len(model.terms))
        return found

    def multiples(self, model: Model, key: str) -> Samples:
        """The sampled multiples of an input; made again where they are no longer kept, with the same numbers."""
        spread = model.inputs[key].spread
        if (key, spread) in self.kept:
            self.kept.move_to_end((key, spread))
            return self.kept[key, spread]
        made = spread.at(probabilities(self.seed, key, self.samples))
        self.kept[key, spread] = made
        while len(self.kept) > 1 and len(self.kept) * self.samples > _KEPT:
            self.kept.popitem(last=False)
        return made

    def _formulas(self, model: Model) -> Mapping[int, Samples]:
        if model.formulas is None:
            return {}
        multiples = {name: self.multiples(model, key) for name, key in model.formulas.keys.items()}
        return model.formulas.multiples(multiples)


def sobol(first: Mapping[str, float], parameters: Iterable[str], draws: Draws, totals: Samples) -> dict[str, float]:
    """First-order Sobol indices times the variance: of factors from ``first``, of ``parameters`` from the samples.

    Args:
        first: by key, ∂T/∂m σ.
        parameters: keys of inputs that formulas use.
        totals: (samples,), kg CO2e; NaN where a draw has no total.
    """
    parts = {key: value**2 for key, value in first.items()}
    there = np.isfinite(totals)
    for key in parameters:
        parts[key] = _between(probabilities(draws.seed, key, draws.samples)[there], totals[there])
    return parts


def _between(probability: Samples, totals: Samples) -> float:
    """Variance of the means of classes of equal probability, without what chance alone puts there."""
    classes = np.minimum((probability * _BINS).astype(np.int64), _BINS - 1)
    sizes = np.bincount(classes, minlength=_BINS)
    means = np.bincount(classes, totals, _BINS) / np.maximum(sizes, 1)
    whole = float(np.var(totals))
    between = float(np.sum(sizes * (means - totals.mean()) ** 2)) / totals.size
    by_chance = (whole - between) * (_BINS - 1) / max(totals.size - _BINS, 1)
    return max(between - by_chance, 0.0)


def check_samples(samples: int) -> int:
    """``samples`` if it can be worked with (TH-ASM-086)."""
    if not FEWEST <= samples <= MOST:
        raise AssessmentError("TH-ASM-086", place="samples", samples=samples, fewest=FEWEST, most=MOST)
    return samples


def rounded(value: SupportsFloat) -> float:
    """``value`` to the digits that a sampled figure has on any machine."""
    return float(f"{float(value):.{_DIGITS}g}")
