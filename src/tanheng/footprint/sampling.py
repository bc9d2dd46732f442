"""Distributions and random numbers (C18).

A distribution is that of an input as a multiple of the value that the deterministic result uses. A lognormal has that value
as its median, as the field has it (ecoinvent): its mean is larger by exp(σ²/2). The others are what they say: a normal has
the value as its mean; a uniform or triangular one has its own bounds, wherever the value lies between them.

Random numbers belong to inputs: each has a stream of its own, named by the seed and the key of the input, so that an input
has the same draws in every study, whatever else the study holds (common random numbers). They are made from the raw bits of
Philox by the inverse distribution function, because NumPy keeps those bits for all time and its distributions not (NEP 19).
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tanheng.engine.intervals import NORMAL_95
from tanheng.inventory.model import Distribution, Uncertainty

Samples = npt.NDArray[np.float64]

_MANTISSA = 11
"""Bits of a raw number that a double has no place for."""
_AT_A_TIME = 4
"""Raw numbers that Philox makes of one value of its counter."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Distribution of an input over the value ``base`` that the deterministic result uses.

    Attributes:
        base: the value, in the unit of the distribution; not 0.
        loc: mean (normal) or mode (triangular), in the unit of ``base``.
        scale: σ = ln(GSD²)/2 of the logarithm (lognormal); standard deviation (normal).
        minimum, maximum: bounds (uniform, triangular).
    """

    kind: Distribution
    base: float = 1.0
    loc: float = 1.0
    scale: float = 0.0
    minimum: float = 0.0
    maximum: float = 0.0

    @property
    def mean(self) -> float:
        """Mean of the multiple: exp(σ²/2), μ/x, (a + b)/2x or (a + b + c)/3x."""
        match self.kind:
            case Distribution.LOGNORMAL:
                return math.exp(self.scale**2 / 2.0)
            case Distribution.NORMAL:
                return self.loc / self.base
            case Distribution.UNIFORM:
                return (self.minimum + self.maximum) / 2.0 / self.base
            case Distribution.TRIANGULAR:
                return (self.minimum + self.maximum + self.loc) / 3.0 / self.base

    @property
    def deviation(self) -> float:
        """Standard deviation of the multiple: exp(σ²/2) √(exp σ² − 1), s/x, (b − a)/√12 x, or the triangle's."""
        a, b, c = self.minimum, self.maximum, self.loc
        match self.kind:
            case Distribution.LOGNORMAL:
                return self.mean * math.sqrt(math.expm1(self.scale**2))
            case Distribution.NORMAL:
                return self.scale / abs(self.base)
            case Distribution.UNIFORM:
                return (b - a) / math.sqrt(12.0) / abs(self.base)
            case Distribution.TRIANGULAR:
                return math.sqrt((a * a + b * b + c * c - a * b - a * c - b * c) / 18.0) / abs(self.base)

    @property
    def stays_positive(self) -> bool:
        """Whether 97.5 % of the multiples or more lie above 0."""
        match self.kind:
            case Distribution.LOGNORMAL:
                return True
            case Distribution.NORMAL:
                return self.mean > NORMAL_95 * self.deviation
            case _:
                return float(self.at(np.array([0.025, 0.975])).min()) > 0

    def at(self, probability: Samples) -> Samples:
        """The multiple at each probability of the distribution's own (inverse distribution function)."""
        match self.kind:
            case Distribution.LOGNORMAL:
                return np.exp(self.scale * _normal(probability))
            case Distribution.NORMAL:
                return np.asarray((self.loc + self.scale * _normal(probability)) / self.base)
            case Distribution.UNIFORM:
                return (self.minimum + (self.maximum - self.minimum) * probability) / self.base
            case Distribution.TRIANGULAR:
                return self._triangular(probability) / self.base

    def _triangular(self, p: Samples) -> Samples:
        a, b, c = self.minimum, self.maximum, self.loc
        rising = a + np.sqrt(p * (b - a) * (c - a))
        falling = b - np.sqrt((1.0 - p) * (b - a) * (b - c))
        return np.where(p * (b - a) < c - a, rising, falling)


def _normal(probability: Samples) -> Samples:
    """The standard normal at each probability."""
    from scipy.special import ndtri  # loaded when first sampled: an assessment without Monte Carlo does not pay for it

    return np.asarray(ndtri(probability))


def lognormal(gsd2: float) -> Spread:
    """A lognormal by its GSD²: σ = ln(GSD²)/2, median 1."""
    return Spread(Distribution.LOGNORMAL, scale=math.log(gsd2) / 2.0)


def spread_from(uncertainty: Uncertainty | None, base: float | None) -> Spread | None:
    """The distribution of an amount over its value ``base``.

    ``None`` where there is no distribution, or one in the unit of a value that is not known or 0, or whose bounds do not hold
    the value, as a formula or a scenario may have it: then the result does not tell how it moves.
    """
    if uncertainty is None:
        return None
    u = uncertainty
    if u.kind is Distribution.LOGNORMAL:
        return lognormal(u.scale**2) if u.scale is not None and u.scale > 0 else None
    if not base:
        return None
    if u.kind is Distribution.NORMAL:
        return None if u.scale is None else Spread(u.kind, base, u.loc if u.loc is not None else base, u.scale)
    if u.minimum is None or u.maximum is None or not u.holds(base):
        return None
    mode = u.loc if u.loc is not None else (u.minimum + u.maximum) / 2.0
    return Spread(u.kind, base, mode, 0.0, u.minimum, u.maximum)


def probabilities(seed: int, key: str, samples: int, *, first: int = 0) -> Samples:
    """Independent uniform numbers in (0, 1) of the input ``key``: (samples,), from the draw ``first`` on.

    >>> bool((probabilities(1, "a", 3) == probabilities(1, "a", 9)[:3]).all())
    True
    >>> bool((probabilities(1, "a", 3, first=6) == probabilities(1, "a", 9)[6:]).all())
    True
    """
    stream = hashlib.sha256(f"{seed}\n{key}".encode()).digest()
    generator = np.random.Philox(key=int.from_bytes(stream[:16], "little"), counter=first // _AT_A_TIME)
    bits = generator.random_raw(first % _AT_A_TIME + samples)[first % _AT_A_TIME :]
    return ((bits >> np.uint64(_MANTISSA)).astype(np.float64) + 0.5) * 2.0 ** (_MANTISSA - 64)
