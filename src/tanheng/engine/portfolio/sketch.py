"""Distributions of many studies in memory that does not grow with the draws."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tanheng.engine.arrays import Floats

BINS = 4096
REACH = 1e3
"""Half spreads from the middle that the bins reach; what lies beyond counts in the last ones."""
_EDGES = np.sinh((np.arange(BINS + 1) * (2 / BINS) - 1) * np.arcsinh(REACH))


class Sketch:
    """Mean, deviation and quantiles of s studies, from blocks of draws in any order.

    Each study has bins of its own, laid out by its first draws around their median. A bin is 0.4 % of the distance from the
    median wide, or of half the central 68 % interval where that is more; a quantile lies within one bin of that of the draws,
    and usually within a tenth of one. Mean and deviation are those of the draws.

    Args:
        first: (s × d) draws that settle the bins, some dozens at least; they count like all others. NaN does not count.

    >>> draws = np.random.default_rng(1).lognormal(size=(1, 20_000))
    >>> found = Sketch(draws[:, :200])
    >>> for start in range(200, 20_000, 200):
    ...     found.add(draws[:, start : start + 200])
    >>> off = found.quantiles([0.025, 0.5, 0.975]) - np.quantile(draws, [0.025, 0.5, 0.975], axis=1).T
    >>> bool((abs(off) < 2e-3 * draws.std()).all())
    True
    """

    def __init__(self, first: Floats) -> None:
        low, middle, high = (_middle(first, p) for p in (0.16, 0.5, 0.84))
        self._centre = middle
        self._unit = np.where(high > low, (high - low) / 2, np.maximum(np.abs(middle), 1.0) * 1e-9)
        self._counts = np.zeros((len(first), BINS), dtype=np.int32)
        self._least, self._most = np.full(len(first), np.inf), np.full(len(first), -np.inf)
        self._sums, self._squares = np.zeros(len(first)), np.zeros(len(first))
        self.add(first)

    def add(self, values: Floats) -> None:
        """Count (s × d) draws."""
        there = np.isfinite(values)
        scaled = np.where(there, (values - self._centre[:, None]) / self._unit[:, None], 0.0)
        self._sums += scaled.sum(axis=1)
        self._squares += np.square(scaled).sum(axis=1)
        self._least = np.minimum(self._least, np.where(there, values, np.inf).min(axis=1, initial=np.inf))
        self._most = np.maximum(self._most, np.where(there, values, -np.inf).max(axis=1, initial=-np.inf))
        place = (np.arcsinh(scaled) / np.arcsinh(REACH) + 1) * (BINS / 2)
        bins = np.clip(place, 0, BINS - 1).astype(np.intp) + BINS * np.arange(len(values))[:, None]
        np.add.at(self._counts.reshape(-1), bins[there], 1)

    @property
    def counted(self) -> npt.NDArray[np.int64]:
        """(s,) draws that are numbers."""
        return np.asarray(self._counts.sum(axis=1, dtype=np.int64))

    @property
    def mean(self) -> Floats:
        """(s,) mean; NaN without draws."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self._centre + self._unit * self._sums / self.counted)

    @property
    def deviation(self) -> Floats:
        """(s,) standard deviation, with n − 1."""
        n = self.counted
        with np.errstate(invalid="ignore", divide="ignore"):
            variance = (self._squares - self._sums**2 / n) / (n - 1)
            return np.asarray(self._unit * np.sqrt(np.maximum(variance, 0.0)))

    def quantiles(self, probabilities: Sequence[float]) -> Floats:
        """(s × p) values below which these shares of the draws lie; NaN without draws."""
        asked = np.asarray(probabilities)
        found = np.full((len(self._counts), len(asked)), np.nan)
        for row in np.flatnonzero(self.counted):
            counts = self._counts[row]
            reached = np.cumsum(counts, dtype=np.int64)
            wanted = asked * (reached[-1] - 1) + 0.5
            at = np.searchsorted(reached, wanted)
            share = 1.0 - (reached[at] - wanted) / counts[at]
            places = _EDGES[at] + share * (_EDGES[at + 1] - _EDGES[at])
            found[row] = np.clip(self._centre[row] + self._unit[row] * places, self._least[row], self._most[row])
        return found


def _middle(values: Floats, p: float) -> Floats:
    """(s,) quantile of the numbers of each row; 0 where there is none."""
    ordered = np.sort(values, axis=1)
    n = np.isfinite(values).sum(axis=1)
    at = np.floor(p * np.maximum(n - 1, 0)).astype(np.intp)
    return np.asarray(np.where(n > 0, ordered[np.arange(len(values)), at], 0.0))
