"""Intervals of a result of which only mean and deviation are known (C18)."""

from __future__ import annotations

import math
from dataclasses import dataclass

NORMAL_95 = 1.959963984540054
"""Standard deviations to either side that hold 95 % of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Interval:
    """95 % interval.

    Attributes:
        gsd2: low = median ÷ GSD², high = median × GSD²; ``None`` where it is not taken as lognormal.
    """

    low: float
    high: float
    gsd2: float | None = None


def lognormal_interval(mean: float, deviation: float) -> Interval:
    """Interval of the lognormal with this mean above 0 and this deviation: GSD² = exp 2√ln(1 + σ²/μ²), median ÷ and × GSD².

    >>> import math
    >>> found = lognormal_interval(math.exp(0.02), math.exp(0.02) * math.sqrt(math.expm1(0.04)))  # σ of the logarithm 0.2
    >>> round(found.gsd2, 12) == round(math.exp(0.4), 12), round(found.low * found.high, 12)
    (True, 1.0)
    """
    sigma = math.sqrt(math.log1p(deviation**2 / mean**2))
    median, gsd2 = mean * math.exp(-(sigma**2) / 2.0), math.exp(2.0 * sigma)
    return Interval(median / gsd2, median * gsd2, gsd2)


def normal_interval(mean: float, deviation: float) -> Interval:
    """Interval of the normal with this mean and deviation: μ ± 1.96 σ."""
    half = NORMAL_95 * deviation
    return Interval(mean - half, mean + half)


def probability_below(mean: float, deviation: float) -> float:
    """Probability that a normal with this mean and deviation is below 0; ½ where it is 0 for certain.

    >>> round(probability_below(1.959963984540054, 1.0), 12), probability_below(-1.0, 0.0)
    (0.025, 1.0)
    """
    if deviation == 0:
        return 0.5 if mean == 0 else float(mean < 0)
    return 0.5 * math.erfc(mean / deviation / math.sqrt(2.0))
