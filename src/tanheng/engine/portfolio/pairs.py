"""One study beside another by common samples (C18, C19)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tanheng.engine.arrays import Floats

SAME = 1e-12
"""Relative difference below which two samples are the same but for rounding."""


@dataclass(slots=True, eq=False)
class Pairing:
    """What the draws of p pairs of studies add up to; blocks of draws in any order.

    Attributes:
        centres: (p × 2) values near the means, so that nothing is lost in the sums.
        lower, equal, counted: (p,) draws in which a < b, a = b, and in which both are numbers.
        sums: (p × 5) of a, b, a², b² and a·b, from the centres.
    """

    centres: Floats
    lower: npt.NDArray[np.int64]
    equal: npt.NDArray[np.int64]
    counted: npt.NDArray[np.int64]
    sums: Floats

    @classmethod
    def around(cls, centres: Floats) -> Pairing:
        """Nothing counted yet."""
        n = len(centres)
        zeros = [np.zeros(n, dtype=np.int64) for _ in range(3)]
        return cls(centres, zeros[0], zeros[1], zeros[2], np.zeros((n, 5)))

    def add(self, a: Floats, b: Floats) -> Floats:
        """Count draws (p × d) of both sides; returns a − b, NaN where one of them is."""
        difference = np.where(np.abs(a - b) <= SAME * np.maximum(np.abs(a), np.abs(b)), 0.0, a - b)
        there = np.isfinite(difference)
        self.lower += (difference < 0).sum(axis=1)
        self.equal += (difference == 0).sum(axis=1)
        self.counted += there.sum(axis=1)
        x, y = (np.where(there, part - self.centres[:, [k]], 0.0) for k, part in enumerate((a, b)))
        self.sums += np.stack([part.sum(axis=1) for part in (x, y, x * x, y * y, x * y)], axis=1)
        return difference

    def part(self, first: int, last: int) -> Pairing:
        """The pairs ``first`` … ``last − 1``; what is added to them counts here."""
        return Pairing(*(getattr(self, name)[first:last] for name in self.__dataclass_fields__))

    @property
    def probability_lower(self) -> Floats:
        """(p,) P(a < b), equal draws counted half; NaN without draws."""
        with np.errstate(invalid="ignore"):
            return np.asarray((self.lower + 0.5 * self.equal) / self.counted)

    @property
    def correlation(self) -> Floats:
        """(p,) Pearson's correlation of the two; NaN where one of them does not vary."""
        n = np.maximum(self.counted, 1)
        x, y, xx, yy, xy = self.sums.T / n
        vx, vy = xx - x * x, yy - y * y
        certain = [v <= (1e-9 * self.centres[:, k]) ** 2 for k, v in enumerate((vx, vy))]
        with np.errstate(invalid="ignore", divide="ignore"):
            found = np.clip((xy - x * y) / np.sqrt(vx * vy), -1.0, 1.0)
        return np.where(certain[0] | certain[1], np.nan, found)


def paired(a: Floats, b: Floats) -> Pairing:
    """The pairing of draws (p × d) that are all there.

    >>> found = paired(np.array([[1.0, 2.0, 3.0, 4.0]]), np.array([[2.0, 4.0, 3.0, 8.0]]))
    >>> found.probability_lower.tolist(), found.correlation.round(3).tolist()  # lower three times, once equal
    ([0.875], [0.834])
    """
    found = Pairing.around(np.stack([np.nan_to_num(part[:, 0]) for part in (a, b)], axis=1))
    found.add(a, b)
    return found
