"""The place of each study among comparable ones, draw by draw (C19)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tanheng.engine.arrays import Floats

MOST = 1_000
"""Studies up to which every place is counted; 8 MB. Beyond that there are means and the probability of the lowest only."""


class Standing:
    """Places of s studies, 1 the lowest; studies that are equal in a draw share their places.

    A draw in which one of the studies has no number does not count.

    Args:
        studies: s.

    >>> found = Standing(3)
    >>> found.add(np.array([[1.0, 1.0], [2.0, 0.5], [3.0, 3.0]]))
    >>> found.lowest.tolist(), found.mean.tolist()
    ([0.5, 0.5, 0.0], [1.5, 1.5, 3.0])
    >>> found.probabilities.tolist()
    [[0.5, 0.5, 0.0], [0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]
    """

    def __init__(self, studies: int) -> None:
        self.counted = 0
        self._places = np.zeros(studies)
        self._lowest = np.zeros(studies)
        self._counts = np.zeros((studies, studies)) if studies <= MOST else None

    def add(self, values: Floats) -> None:
        """Count (s × d) draws, blocks of them in any order."""
        values = values[:, np.isfinite(values).all(axis=0)]
        n, draws = values.shape
        self.counted += draws
        order = np.argsort(values, axis=0, kind="stable")
        ordered = np.take_along_axis(values, order, axis=0)
        fresh = np.ones((n, draws), dtype=np.bool_)
        fresh[1:] = ordered[1:] != ordered[:-1]
        first, last = _runs(fresh)
        places = (first + last) / 2 + 1
        self._places += np.bincount(order.ravel(), places.ravel(), n)
        share = 1.0 / (last - first + 1)
        self._lowest += np.bincount(order.ravel(), np.where(first == 0, share, 0.0).ravel(), n)
        if self._counts is not None:
            self._count(order, first, last, share)

    def _count(
        self, order: npt.NDArray[np.intp], first: npt.NDArray[np.intp], last: npt.NDArray[np.intp], share: Floats
    ) -> None:
        """Places one by one; equal studies have each of their places with the same share."""
        n = len(order)
        assert self._counts is not None  # noqa: S101 - the caller looked
        for shift in range(int((last - first).max(initial=-1)) + 1):
            place = first + shift
            there = place <= last
            flat = order[there] * n + place[there]
            self._counts += np.bincount(flat, share[there], n * n).reshape(n, n)

    @property
    def mean(self) -> Floats:
        """(s,) mean place; NaN without draws."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self._places / self.counted)

    @property
    def lowest(self) -> Floats:
        """(s,) probability of the first place, shared where equal."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self._lowest / self.counted)

    @property
    def probabilities(self) -> Floats | None:
        """(s × s) probability of each place of each study; ``None`` beyond :data:`MOST` studies."""
        if self._counts is None:
            return None
        with np.errstate(invalid="ignore"):
            return np.asarray(self._counts / self.counted)

    def places(self, probability: float) -> npt.NDArray[np.intp] | None:
        """(s,) the place that each study has or betters with this probability."""
        found = self.probabilities
        if found is None:
            return None
        reached = np.cumsum(found, axis=1) >= probability - 1e-12
        return np.asarray(reached.argmax(axis=1) + 1)


def _runs(fresh: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """First and last row of the run of equal values that each entry is in, column by column."""
    n = len(fresh)
    rows = np.arange(n)[:, None]
    first = np.maximum.accumulate(np.where(fresh, rows, 0), axis=0)
    ends = np.ones_like(fresh)
    ends[:-1] = fresh[1:]
    last = np.minimum.accumulate(np.where(ends, rows, n)[::-1], axis=0)[::-1]
    return first, last
