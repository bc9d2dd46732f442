"""Exchanges one by one with their distributions (C18): what a matrix is the sum of, and how each part may vary."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from tanheng.engine.arrays import Floats, Mask
from tanheng.errors import EngineError

Keys = npt.NDArray[np.uint64]


class Kind(IntEnum):
    """Kind of a distribution, as arrays hold it."""

    CERTAIN = 0
    LOGNORMAL = 1
    NORMAL = 2
    TRIANGULAR = 3
    UNIFORM = 4


class Fault(IntEnum):
    """Why a distribution cannot be drawn from.

    NUMBERS: one that it needs is not there, or not finite. SPREAD: a geometric standard deviation below 1, or a standard
    deviation below 0. SIGN: a lognormal whose median is 0 or not of the sign of its amount. BOUNDS: the lower is not below the
    upper. AMOUNT, MODE: not between the bounds.
    """

    NONE = 0
    NUMBERS = 1
    SPREAD = 2
    SIGN = 3
    BOUNDS = 4
    AMOUNT = 5
    MODE = 6


@dataclass(frozen=True, slots=True, eq=False)
class Spreads:
    """Exchanges of a matrix, each with its place, its amount and its distribution; e of them.

    Entries with the same place add up. Entries with the same key are one exchange (shared out over several columns by
    allocation, say): they vary together.

    Attributes:
        rows, columns: (e,) where each stands.
        values: (e,) deterministic amounts, as the matrix has them.
        kinds: (e,) :class:`Kind`.
        loc: (e,) median (lognormal), mean (normal) or mode (triangular); NaN for the amount itself.
        scale: (e,) geometric standard deviation (lognormal; its square is the field's GSD²), standard deviation (normal).
        minimum, maximum: (e,) bounds of triangular and uniform.
        keys: (e,) names of the exchanges; random numbers belong to them.
    """

    rows: npt.NDArray[np.int32]
    columns: npt.NDArray[np.int32]
    values: Floats
    kinds: npt.NDArray[np.int8]
    loc: Floats
    scale: Floats
    minimum: Floats
    maximum: Floats
    keys: Keys

    def __post_init__(self) -> None:
        lengths = {name: len(getattr(self, name)) for name in self.__dataclass_fields__}
        if len(set(lengths.values())) > 1:
            raise EngineError("TH-ENG-020", lengths=", ".join(f"{name} {n}" for name, n in lengths.items()))

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def centre(self) -> Floats:
        """(e,) median, mean or mode: ``loc``, or the amount where that is not given."""
        return np.where(np.isnan(self.loc), self.values, self.loc)

    @property
    def invalid(self) -> Mask:
        """(e,) distributions that cannot be drawn from; their exchanges are taken as certain, and have to be told."""
        return np.asarray(self.faults != Fault.NONE)

    @property
    def faults(self) -> npt.NDArray[np.int8]:
        """(e,) :class:`Fault`, the first that each distribution has.

        A lognormal needs a geometric standard deviation of 1 or more and a median of the sign of its amount, a normal a
        standard deviation that is not negative, a triangular and a uniform one finite bounds that hold the amount (and the
        mode).
        """
        centre, low, high = self.centre, self.minimum, self.maximum
        lognormal, normal, triangular, uniform = (
            self.kinds == k for k in (Kind.LOGNORMAL, Kind.NORMAL, Kind.TRIANGULAR, Kind.UNIFORM)
        )
        relative, bounded = lognormal | normal, triangular | uniform
        with np.errstate(invalid="ignore", over="ignore"):
            finite = np.isfinite(self.values) & np.isfinite(centre)
            finite &= np.where(relative, np.isfinite(self.scale), np.isfinite(high - low))
            tests = {
                Fault.NUMBERS: (relative | bounded) & ~finite,
                Fault.SPREAD: (lognormal & (self.scale < 1)) | (normal & (self.scale < 0)),
                Fault.SIGN: lognormal & ~(centre * self.values > 0),
                Fault.BOUNDS: bounded & ~(low < high),
                Fault.AMOUNT: bounded & ~((low <= self.values) & (self.values <= high)),
                Fault.MODE: triangular & ~((low <= centre) & (centre <= high)),
            }
        return np.select(list(tests.values()), list(tests), default=Fault.NONE).astype(np.int8)

    @property
    def uncertain(self) -> Mask:
        """(e,) exchanges that vary: a valid distribution that is not a point."""
        point = (self.kinds == Kind.LOGNORMAL) & (self.scale == 1) & (self.centre == self.values)
        point |= (self.kinds == Kind.NORMAL) & (self.scale == 0) & (self.centre == self.values)
        return np.asarray((self.kinds != Kind.CERTAIN) & ~self.invalid & ~point)

    def at(self, chosen: Mask | npt.NDArray[np.intp]) -> Spreads:
        """Some of the entries."""
        return Spreads(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))

    def moments(self) -> tuple[Floats, Floats]:
        """(e,) mean and standard deviation of each amount; the amount and 0 where it does not vary.

        Lognormal with median m and σ = ln GSD: m·exp(σ²/2) and the mean times √(exp σ² − 1).
        """
        centre, a, b = self.centre, self.minimum, self.maximum
        which = [(self.kinds == kind) & self.uncertain for kind in Kind if kind is not Kind.CERTAIN]
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            variance = np.square(np.log(self.scale))
            log_mean = centre * np.exp(variance / 2)
            means = [log_mean, centre, (a + b + centre) / 3, (a + b) / 2]
            of_triangle = np.sqrt(np.maximum(a * a + b * b + centre**2 - a * b - a * centre - b * centre, 0) / 18)
            deviations = [
                np.abs(log_mean) * np.sqrt(np.expm1(variance)), self.scale, of_triangle, (b - a) / np.sqrt(12.0)
            ]  # fmt: skip
        return np.select(which, means, default=self.values), np.select(which, deviations, default=0.0)
