"""Samples of many results as they come, block by block in any order: kept, or as distributions where they are too many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias

import numpy as np

from tanheng.engine.portfolio import Pairing, Sketch
from tanheng.footprint.blocks import Block, Floats
from tanheng.inventory.uncertainty.statistics import QUANTILES, Statistics, rounded, statistics, statistics_of

_AT_ONCE = 4_000_000
"""Samples that are worked on at a time."""
_LOW, _MEDIAN, _HIGH = (QUANTILES.index(p) for p in (0.025, 0.5, 0.975))

Places: TypeAlias = Sequence[tuple[int, int]]


class Tally(Protocol):
    """What becomes of blocks of draws."""

    def take(self, block: Block) -> None:
        """Take some draws of every result."""

    def figures(self) -> Statistics:
        """Figures of every result."""

    def pairs(self) -> tuple[Statistics, Pairing]:
        """The differences of the chosen pairs, and how they stand."""


class Kept:
    """Every sample, 8 bytes each.

    Args:
        totals: (s,) deterministic results. draws: of each. chosen: places of the pairs to compare.
    """

    def __init__(self, totals: Floats, draws: int, chosen: Places) -> None:
        self.values = np.full((len(totals), draws), np.nan)
        self._totals, self._chosen = totals, chosen

    def take(self, block: Block) -> None:
        """As :meth:`Tally.take`."""
        self.values[:, block.first : block.first + block.values.shape[1]] = block.values

    def figures(self) -> Statistics:
        """As :meth:`Tally.figures`."""
        return statistics_of(lambda first, last: self.values[first:last], *self.values.shape)

    def pairs(self) -> tuple[Statistics, Pairing]:
        """As :meth:`Tally.pairs`; some pairs at a time."""
        a, b = _sides(self._chosen)
        pairing = Pairing.around(self._totals[np.stack([a, b], axis=1)])
        step = max(1, _AT_ONCE // max(self.values.shape[1], 1))
        parts = [
            statistics(pairing.part(first, first + step).add(self.values[i], self.values[j]))
            for first in range(0, len(a), step)
            for i, j in ((a[first : first + step], b[first : first + step]),)
        ]
        return _joined(parts), pairing


class Sketched:
    """Distributions only, in memory that does not grow with the draws; arguments as of :class:`Kept`."""

    def __init__(self, totals: Floats, chosen: Places) -> None:
        self._a, self._b = _sides(chosen)
        self._pairing = Pairing.around(totals[np.stack([self._a, self._b], axis=1)])
        self._waiting: list[Block] = []
        self._sketches: tuple[Sketch, Sketch] | None = None

    def take(self, block: Block) -> None:
        """As :meth:`Tally.take`; bins are laid out by the first block, and others wait until it is there."""
        if self._sketches is None and block.first:
            self._waiting.append(block)
            return
        differences = self._pairing.add(block.values[self._a], block.values[self._b])
        if self._sketches is not None:
            for sketch, values in zip(self._sketches, (block.values, differences), strict=True):
                sketch.add(values)
            return
        self._sketches = Sketch(block.values), Sketch(differences)
        waiting, self._waiting = self._waiting, []
        for held in waiting:
            self.take(held)

    def figures(self) -> Statistics:
        """As :meth:`Tally.figures`."""
        return _figures(self._made[0])

    def pairs(self) -> tuple[Statistics, Pairing]:
        """As :meth:`Tally.pairs`."""
        return _figures(self._made[1]), self._pairing

    @property
    def _made(self) -> tuple[Sketch, Sketch]:
        if self._sketches is None:
            raise RuntimeError("no draws were taken")
        return self._sketches


def _sides(chosen: Places) -> tuple[np.ndarray, np.ndarray]:
    places = np.array(chosen, dtype=np.intp).reshape(-1, 2)
    return places[:, 0], places[:, 1]


def _joined(parts: Sequence[Statistics]) -> Statistics:
    found = parts or [statistics(np.empty((0, 2)))]
    return Statistics(**{name: np.concatenate([getattr(p, name) for p in found]) for name in Statistics.__slots__})


def _figures(sketch: Sketch) -> Statistics:
    quantiles = rounded(sketch.quantiles(QUANTILES))
    return Statistics(
        mean=rounded(sketch.mean),
        median=quantiles[:, _MEDIAN],
        deviation=rounded(sketch.deviation),
        low=quantiles[:, _LOW],
        high=quantiles[:, _HIGH],
        gsd2=np.full(len(quantiles), np.nan),
        quantiles=quantiles,
        counted=sketch.counted,
    )
