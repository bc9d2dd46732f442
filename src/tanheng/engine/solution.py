"""What a solver hands back, and how its accuracy is measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tanheng.engine.arrays import Floats

LIMIT = 1e-9  # a solution above this backward error is refused
TARGET = 1e-13  # a solution above this is refined once more


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """The answer of a linear solve, with its proof.

    Attributes:
        values: (n,) or (n, k), as the right-hand side.
        residual: relative residual, see :func:`backward_error`; at most 1e-9, usually below 1e-13.
        strategy: ``direct`` or ``sweep``, the one that gave the values.
        sweeps: sweeps over the matrix that were made, futile ones included.
        fell_back: true where the strategy that was asked for or chosen was not accurate, and the other had to step in.
    """

    values: Floats
    residual: float
    strategy: str
    sweeps: int = 0
    fell_back: bool = False


def backward_error(size: Any, residual: Floats, values: Floats, right: Floats) -> float:
    """Largest componentwise relative residual ω = max |b − Ax|ᵢ / (|A||x| + |b|)ᵢ (Oettli and Prager).

    Amounts of a life-cycle inventory span twenty orders of magnitude because their units do. A norm of the residual
    would only see the few largest; ω sees every product in its own unit, and does not change when a unit changes.

    Args:
        size: |A|, sparse (n × n).
        residual: b − Ax, (n, k).
        values: x, (n, k).
        right: b, (n, k).

    Returns:
        ω; infinite where a value is not finite.
    """
    if not (np.isfinite(values).all() and np.isfinite(residual).all()):
        return float("inf")
    scale = size @ np.abs(values) + np.abs(right)
    missing = np.abs(residual)
    ratio = np.divide(missing, scale, out=np.where(missing > 0, np.inf, 0.0), where=scale > 0)
    return float(ratio.max(initial=0.0))
