"""What background databases bring to the analytic view of a result: mean and variance without samples (C10, C18).

A study's background is one demand on each database, so one forward solve gives the variance of all its products together,
with whatever they share upstream. What an own input and the background have together, of second order, is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from tanheng.engine.moments import Moments, covariances
from tanheng.footprint.background import Background, Supply

SINGLE = 20
"""Products whose part in the variance is worked out; the largest, more than are ever listed."""


@dataclass(frozen=True, slots=True)
class Propagated:
    """Moments of a result's background.

    Attributes:
        means: mean kg CO2e of one unit of each product, by key.
        variance: of all products together, (kg CO2e)².
        parts: covariance of the largest products with all together, by key; all of them would add up to ``variance``.
        shift: kg CO2e of the mean that ``means`` do not hold, where a database has no mean of its own.
        positive: whether nothing in it is, or may become, negative.
    """

    means: Mapping[str, float]
    variance: float
    parts: Mapping[str, float]
    shift: float
    positive: bool


def propagated(supplies: Mapping[str, Supply], weights: Mapping[str, float]) -> Propagated:
    """Propagate the distributions of background databases to a result.

    Args:
        supplies: by key.
        weights: how much of each the result takes, by key.
    """
    means: dict[str, float] = {}
    parts: dict[str, float] = {}
    variance, shift, positive = 0.0, 0.0, True
    for background in {supply.background.order: supply.background for supply in supplies.values()}.values():
        own = {key: supply for key, supply in supplies.items() if supply.background.order == background.order}
        found = _moments(background, ((own[key].index, weights[key]) for key in own))
        at_means = background.propagation.means[:, 0]
        for key, supply in own.items():
            mean = float(at_means[supply.index])
            means[key] = mean if found.around == "means" and np.isfinite(mean) else supply.moves
        shift += float(found.mean[0]) - sum(weights[key] * means[key] for key in own)
        variance += float(found.covariance[0, 0])
        turning = found.turning & (found.parts[:, 0] != 0)
        positive = positive and found.negative(np.ones(1)) <= 0.0 and not turning.any()
        largest = sorted(own, key=lambda key: -abs(weights[key] * own[key].moves))[:SINGLE]
        for key in largest:
            one = _moments(background, [(own[key].index, weights[key])])
            parts[key] = float(covariances([one, found])[0, 0, 1, 0])
    return Propagated(means, variance, parts, shift, positive)


def _moments(background: Background, taken: Iterable[tuple[int, float]]) -> Moments:
    demand = np.zeros(background.system.processes)
    for index, amount in taken:
        demand[index] += amount
    return background.propagation.moments(demand)
