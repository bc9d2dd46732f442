"""Samples of footprints as figures (C18): deterministic, median, mean and interval, and why they differ.

Samples are kg CO2e of one unit of a product, in single precision: 6·10⁻⁸ of each is rounding. Figures are kept to six
significant digits, more than the error of sampling leaves. A sample without a footprint is NaN, counted, and no part of
a figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Singles: TypeAlias = npt.NDArray[np.float32]

QUANTILES = (0.005, 0.01, 0.025, *(n / 20 for n in range(1, 20)), 0.975, 0.99, 0.995)
DIGITS = 6
ROUNDING = 1e-6
"""Relative differences below this are rounding, and taken as none."""
_ENDS = 1.959963984540054
"""Standard deviations from the median to the ends of a 95 % interval."""
_AT_ONCE = 8_000_000
"""Samples that statistics are taken of at a time."""
_LOW, _MEDIAN, _HIGH = (QUANTILES.index(p) for p in (0.025, 0.5, 0.975))


class Reason(StrEnum):
    """Why the deterministic value, the median and the mean of a product differ, or do not."""

    EMPTY = "empty"
    CERTAIN = "certain"
    CHANCE = "chance"
    SKEWED = "skewed"
    LEANING = "leaning"


@dataclass(frozen=True, slots=True, eq=False)
class Statistics:
    """Figures of the samples of r products, kg CO2e per unit; NaN where a product has no sample with a footprint.

    Attributes:
        mean, median, deviation: (r,); the deviation with n − 1.
        low, high: (r,) quantiles 2.5 % and 97.5 %.
        gsd2: (r,) GSD² of the lognormal distribution with this interval, (high ÷ low)^(1/1.96); NaN where the ends differ in
            sign.
        quantiles: (r, q) at :data:`QUANTILES`.
        counted: (r,) samples that have a footprint.
    """

    mean: Floats
    median: Floats
    deviation: Floats
    low: Floats
    high: Floats
    gsd2: Floats
    quantiles: Floats
    counted: npt.NDArray[np.int64]

    @property
    def standard_error(self) -> Floats:
        """(r,) of the mean: what another seed would move it by."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(self.deviation / np.sqrt(self.counted))

    def reason(self, at: int, deterministic: float, *, centred: bool) -> Reason:
        """Why the figures of the product at ``at`` differ from its deterministic value.

        Args:
            centred: whether all amounts vary around their stated value as median, so that only their skew moves the figures.

        Differences within three standard errors (of a median: 1.25 times those of a mean) are chance.
        """
        mean, median, deviation, counted = (
            float(part[at]) for part in (self.mean, self.median, self.deviation, self.counted)
        )
        if counted == 0:
            return Reason.EMPTY
        if deviation == 0:
            return Reason.CERTAIN
        error = 3.0 * deviation / sqrt(counted)
        if abs(mean - deterministic) <= error and abs(median - deterministic) <= 1.25 * error:
            return Reason.CHANCE
        upwards = mean > deterministic and median > deterministic - 1.25 * error
        return Reason.SKEWED if upwards and (centred or mean > median) else Reason.LEANING


def statistics(samples: Singles | Floats) -> Statistics:
    """Figures of samples (r, n).

    >>> found = statistics(np.array([[1.0, 2.0, 4.0, np.nan], [3.0, 3.0, 3.0, 3.0]]))
    >>> found.mean.tolist(), found.median.tolist(), found.deviation.tolist(), found.counted.tolist()
    ([2.33333, 3.0], [2.0, 3.0], [1.52753, 0.0], [3, 4])
    """
    ordered = np.sort(samples, axis=1)  # NaN last
    counted = np.count_nonzero(np.isfinite(ordered), axis=1)
    there = np.arange(ordered.shape[1]) < counted[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.sum(ordered, axis=1, dtype=np.float64, where=there) / counted
        squares = np.square(ordered - mean[:, None], dtype=np.float64, where=there, out=np.zeros(ordered.shape))
        deviation = np.sqrt(squares.sum(axis=1) / np.where(counted > 0, np.maximum(counted - 1, 1), np.nan))
        quantiles = np.stack([_quantile(ordered, counted, p) for p in QUANTILES], axis=1)
        first, last = _quantile(ordered, counted, 0.0), _quantile(ordered, counted, 1.0)
        deviation[last - first <= ROUNDING * np.maximum(np.abs(first), np.abs(last))] = 0.0
        low, high = quantiles[:, _LOW], quantiles[:, _HIGH]
        outer, inner = np.maximum(np.abs(low), np.abs(high)), np.minimum(np.abs(low), np.abs(high))
        gsd2 = np.where(low * high > 0, (outer / inner) ** (1.0 / _ENDS), np.nan)
    figures = {"mean": mean, "deviation": deviation, "gsd2": gsd2, "quantiles": quantiles}
    ends = {"low": low, "median": quantiles[:, _MEDIAN], "high": high}
    return Statistics(**{name: rounded(part) for name, part in (figures | ends).items()}, counted=counted)


def statistics_of(read: Any, products: int, samples: int) -> Statistics:
    """Figures of more samples than memory holds, some products at a time.

    Args:
        read: ``read(first, last)`` gives the samples (last − first, n) of some products.
    """
    step = max(1, _AT_ONCE // samples)
    parts = [statistics(read(first, min(first + step, products))) for first in range(0, products, step)]
    return Statistics(**{name: np.concatenate([getattr(p, name) for p in parts]) for name in Statistics.__slots__})


def _quantile(ordered: npt.NDArray[Any], counted: npt.NDArray[np.int64], p: float) -> Floats:
    """(r,) by linear interpolation between the order statistics, as NumPy's default."""
    place = p * np.maximum(counted - 1, 0)
    below = np.floor(place).astype(np.intp)
    above = np.minimum(below + 1, np.maximum(counted - 1, 0))
    row = np.arange(len(ordered))
    low, high = ordered[row, below].astype(np.float64), ordered[row, above].astype(np.float64)
    return np.asarray(low + (place - below) * (high - low))


def rounded(values: Floats) -> Floats:
    """``values`` to six significant digits."""
    return np.array([float(f"{value:.{DIGITS}g}") for value in values.ravel()]).reshape(values.shape)
