"""What one uncertain amount exceeds another by: an option to exchange one for the other."""

from __future__ import annotations

import math

import numpy as np

from tanheng.engine.arrays import Floats

SETTLED = 1e-12
"""Standard deviation of a logarithm below which it is rounding."""


def excess(mean: Floats, covariance: Floats) -> tuple[float, float, Floats]:
    """Mean and variance of max(x − y, 0) of two amounts, and the slopes of that mean by the means of x and of y.

    Amounts keep their sign, as lognormals do: two positive ones are taken as lognormal (Margrabe 1978), and so are two negative
    ones; where they move against each other more than lognormals can, their difference is normal. Where it is certain which is
    the larger, the slopes are 1 and −1, or 0 and 0.

    Args:
        mean: (2,).
        covariance: (2, 2).

    >>> import numpy as np
    >>> found, variance, slopes = excess(np.array([2.0, 2.0]), np.diag([np.expm1(0.04) * 4, 0.0]))  # σ of the logarithm 0.2
    >>> round(found / 2, 6), slopes.round(6).tolist()  # 2 Φ(0.1) − 1
    (0.079656, [0.539828, -0.460172])
    """
    x, y = float(mean[0]), float(mean[1])
    both = float(covariance[0, 0] + covariance[1, 1] - 2.0 * covariance[0, 1])
    if x * y <= 0:
        return _certain_excess(x, y, both)
    relative = covariance / np.outer(mean, mean)
    if relative.min() <= -1:
        return _normal_excess(x - y, both)
    if x > 0:
        return _lognormal_excess(x, y, np.log1p(relative))
    found, variance, slopes = _lognormal_excess(-y, -x, np.log1p(relative[::-1, ::-1]))
    return found, variance, -slopes[::-1]


def _certain_excess(x: float, y: float, variance: float) -> tuple[float, float, Floats]:
    """Of amounts whose signs say which is the larger, or that do not vary."""
    larger = float(x >= y)
    return larger * (x - y), larger * max(variance, 0.0), np.array([larger, -larger])


def _normal_excess(apart: float, variance: float) -> tuple[float, float, Floats]:
    """Of a normal difference."""
    if variance <= 0:
        return _certain_excess(apart, 0.0, 0.0)
    z = apart / math.sqrt(variance)
    likely, density = _normal(z), math.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi) * math.sqrt(variance)
    found = apart * likely + density
    squares = (apart * apart + variance) * likely + apart * density
    return found, max(squares - found**2, 0.0), np.array([likely, -likely])


def _lognormal_excess(x: float, y: float, logs: Floats) -> tuple[float, float, Floats]:
    """As :func:`excess`, by the covariance of the logarithms."""
    by_x, by_y = float(logs[0, 0] - logs[0, 1]), float(logs[0, 1] - logs[1, 1])
    spread = float(np.sqrt(max(by_x - by_y, 0.0)))
    if spread < SETTLED:  # they move as one, so the larger is always that
        return _certain_excess(x, y, (x - y) ** 2 * math.expm1(float(logs[0, 0])))
    centre = float(np.log(x / y)) - (logs[0, 0] - logs[1, 1]) / 2.0

    def likely(a: int, b: int) -> float:
        """Probability of x > y where states are weighed by xᵃyᵇ."""
        return _normal((centre + a * by_x + b * by_y) / spread)

    found = x * likely(1, 0) - y * likely(0, 1)
    squares = x * x * float(np.exp(logs[0, 0])) * likely(2, 0) + y * y * float(np.exp(logs[1, 1])) * likely(0, 2)
    squares -= 2.0 * x * y * float(np.exp(logs[0, 1])) * likely(1, 1)
    return found, max(squares - found**2, 0.0), np.array([likely(1, 0), -likely(0, 1)])


def _normal(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2.0))
