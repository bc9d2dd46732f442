"""The sampled view of one result with the samples of its background databases (C18); the same draws as in a portfolio.

What is frozen with such a result is which snapshots were drawn (C21): their digests, the seed and the number of samples give
the same figures again, so the samples themselves are not kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tanheng.errors import AssessmentError, TanhengError
from tanheng.footprint.assessment import Assessment, MonteCarloResult, UncertaintyResult
from tanheng.footprint.background import BackgroundSpreads, Supplies
from tanheng.footprint.batching import Batch
from tanheng.footprint.blocks import Floats, Work
from tanheng.footprint.inputs import Model, model_of
from tanheng.footprint.montecarlo import Draws, Progress, cancels_carbon, check_samples, monte_carlo_of, sobol, study_of
from tanheng.footprint.ports import Backgrounds, NoBackgrounds
from tanheng.footprint.rulebook import recorded_rules
from tanheng.footprint.study import Study
from tanheng.footprint.uncertainty import analytic, listed, moments, supply_means
from tanheng.inventory.uncertainty.statistics import QUANTILES, statistics
from tanheng.rules import Regime

RECORD = "background_samples"
"""Key of the record among the inputs of an assessment."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A background database that samples were drawn of.

    Attributes:
        snapshot: digest.
        unproductive: draws that have no footprint, because a loop of the sample consumes what it makes (C11); they are no part
            of any figure.
    """

    database: str
    snapshot: str
    unproductive: int


def on_background(
    study: Study,
    result: Assessment,
    chosen: Regime,
    spreads: BackgroundSpreads,
    *,
    samples: int,
    seed: int,
    progress: Progress | None = None,
) -> tuple[MonteCarloResult, tuple[Drawn, ...]]:
    """Sample a result together with its background databases.

    Args:
        study: as :func:`tanheng.footprint.montecarlo.study_of` gives it.
        chosen: the regime of the result, with what its rule pack sets.
        spreads: the databases at hand.
        progress: told (blocks done, blocks in all); raising in it stops the work.

    Raises:
        AssessmentError: TH-ASM-086 a number of samples out of range, TH-ASM-087 a study's own inputs that give no number,
            TH-ASM-130 a snapshot that is not at hand, TH-ASM-131 a product that it does not give, TH-ASM-136 no draw has
            a footprint.
    """
    check_samples(samples)
    model = background_model(study, result, chosen, spreads)
    batch = Batch()
    batch.add(model)
    work = batch.work(samples=samples, seed=seed, weights=supply_means(model))
    return _Single(batch, model, work).sampled(progress)


def background_model(study: Study, result: Assessment, chosen: Regime, spreads: BackgroundSpreads) -> Model:
    """The model of a result, with background products as inputs of their own."""
    cancels = cancels_carbon(result)
    return model_of(study, result.lines, result.total, cancels=cancels, supplies=spreads.under(chosen, cancels=cancels))


def both_views(
    assessment: Assessment, *, samples: int, seed: int = 1, backgrounds: Backgrounds | None = None
) -> tuple[UncertaintyResult, MonteCarloResult]:
    """The analytic and the sampled view of an assessment, from its own record; as frozen where it was sampled like this.

    Args:
        backgrounds: where the snapshots are that it names, for samples of its background; without them background products
            have their stated footprints.

    Raises:
        AssessmentError: as of :func:`on_background`, and of :func:`tanheng.footprint.montecarlo.monte_carlo_of`.
    """
    frozen, drawn = (recorded(assessment.inputs) is None) == (backgrounds is None), assessment.monte_carlo
    if frozen and drawn is not None and (drawn.samples, drawn.seed) == (samples, seed):
        return assessment.uncertainty, drawn
    if backgrounds is None:
        stated = monte_carlo_of(assessment, samples=samples, seed=seed)
        return (assessment.uncertainty if frozen else _analytic(assessment)), stated
    chosen = recorded_rules(assessment.inputs).effective
    spreads = BackgroundSpreads(backgrounds)
    found, _ = on_background(study_of(assessment), assessment, chosen, spreads, samples=samples, seed=seed)
    return _analytic(assessment, spreads.under(chosen, cancels=cancels_carbon(assessment))), found


def _analytic(assessment: Assessment, supplies: Supplies | None = None) -> UncertaintyResult:
    a = assessment
    return analytic(study_of(a), a.lines, a.total, cancels=cancels_carbon(a), supplies=supplies)


def recorded(inputs: Mapping[str, Any]) -> tuple[Drawn, ...] | None:
    """The databases that the sampled view of an assessment was drawn of; ``None`` where it is without their samples."""
    return tuple(Drawn(**entry) for entry in inputs[RECORD]) if RECORD in inputs else None


def at_hand(inputs: Mapping[str, Any], backgrounds: Backgrounds | None) -> bool:
    """Whether the snapshots that an assessment was sampled with are kept here."""
    port = backgrounds or NoBackgrounds()
    try:
        return all(port.release(one.snapshot).digest == one.snapshot for one in recorded(inputs) or ())
    except TanhengError:
        return False


@dataclass(frozen=True, slots=True)
class _Single:
    """One model laid out as a batch."""

    batch: Batch
    model: Model
    work: Work

    def sampled(self, progress: Progress | None) -> tuple[MonteCarloResult, tuple[Drawn, ...]]:
        work, model = self.work, self.model
        totals = np.empty(work.samples)
        lost = [0] * len(work.samplers)
        leaning = np.zeros(2 * work.bills.width + 3)
        for number in work.blocks:
            block = work(number)
            totals[block.first : block.first + block.values.shape[1]] = block.values[0]
            lost = [before + len(draws) for before, draws in zip(lost, block.unproductive, strict=True)]
            leaning += block.leaning
            if progress is not None:
                progress(number + 1, len(work.blocks))
        if not np.isfinite(totals).any():
            raise AssessmentError("TH-ASM-136", place="uncertainty", samples=work.samples)
        found = statistics(totals[None])
        figures = {key: float(getattr(found, key)[0]) for key in ("mean", "median", "deviation", "low", "high")}
        result = MonteCarloResult(
            samples=work.samples,
            seed=work.seed,
            **figures,
            quantiles=tuple(zip(QUANTILES, found.quantiles[0].tolist(), strict=True)),
            coverage=model.coverage,
            shares=tuple((name, round(share, 4)) for name, share in listed(model, self._parts(leaning, totals))),
        )
        databases = [background.snapshot for background in self.batch.databases]
        return result, tuple(Drawn(s.name, s.digest, count) for s, count in zip(databases, lost, strict=True))

    def _parts(self, leaning: Floats, totals: Floats) -> dict[str, float]:
        """Variance by input: of own inputs as without samples; of a background product its covariance with all of them.

        Covariances add up to the variance of the background, whatever the products share upstream.
        """
        work, r = self.work, self.work.bills.width
        x, xt, (t, _, n) = leaning[:r], leaning[r : 2 * r], leaning[2 * r :]
        at = {key: row for row, key in enumerate(self.batch.rows)}
        means = {key: float(work.centres[row] + x[row] / n) for key, row in at.items()}
        model = self.model
        parameters = model.formulas.keys.values() if model.formulas is not None else ()
        parts = sobol(moments(model, means).first, parameters, Draws(work.seed, work.samples), totals)
        weights = work.weights if work.weights is not None else np.zeros(r)
        covariance = weights * (xt - x * t / n) / n
        return parts | {key: float(covariance[row]) for key, row in at.items()}
