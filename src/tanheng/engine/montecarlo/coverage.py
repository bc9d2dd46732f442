"""How much of a result the distributions of a system have a say in (C18)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import sparse

from tanheng.engine.arrays import Floats, Mask
from tanheng.engine.montecarlo.model import UncertainSystem
from tanheng.engine.montecarlo.spreads import Spreads

STEPS = 400
"""Links of the longest paths; with large credits their sum need not end, and both sums stop at the same length."""
_SETTLED, _ROUNDING = 1e-9, 1e-12
_LARGE = 1e200


def coverage(system: UncertainSystem, factors: Floats) -> Floats:
    """Share of the absolute result of each product (n) that depends on an exchange that varies.

    The absolute result adds up every path to an emission: P = |q| + |Z|ᵀP. Along paths of certain exchanges alone it is
    Q = |q₀| + |Z₀|ᵀQ, and the share is 1 − Q/P; NaN where nothing is emitted.

    Args:
        factors: (m,) score of one unit of each elementary flow.

    >>> from tanheng.engine.montecarlo import Kind, Spreads
    >>> def exchanges(row, column, value, gsd):
    ...     nan = np.full(len(row), np.nan)
    ...     return Spreads(np.array(row, np.int32), np.array(column, np.int32), np.array(value),
    ...                    np.where(np.array(gsd) > 1, Kind.LOGNORMAL, Kind.CERTAIN).astype(np.int8), nan, np.array(gsd), nan,
    ...                    nan, np.arange(len(row), dtype=np.uint64))
    >>> system = UncertainSystem(2, 1, exchanges([0], [1], [0.5], [1.2]), exchanges([0, 0], [0, 1], [2.0, 3.0], [1.0, 1.0]))
    >>> coverage(system, np.ones(1)).tolist()  # product 1: 3 of its own, certain; 0.5·2 of product 0, by an amount that varies
    [0.0, 0.25]
    """
    every = _gross(system, factors, lambda part: np.ones(len(part), np.bool_))
    certain = _gross(system, factors, lambda part: ~part.uncertain)
    sums, steps = [q.copy() for _, q in (every, certain)], [q for _, q in (every, certain)]
    for _ in range(STEPS):
        steps = [Z @ step for (Z, _), step in zip((every, certain), steps, strict=True)]
        sums = [total + step for total, step in zip(sums, steps, strict=True)]
        if not (steps[0] > _SETTLED * sums[0]).any() or sums[0].max(initial=0.0) > _LARGE:
            break
    with np.errstate(invalid="ignore", divide="ignore"):
        share = 1.0 - sums[1] / sums[0]
    share[np.abs(share) < _ROUNDING] = 0.0
    return np.asarray(share)


def _gross(system: UncertainSystem, factors: Floats, chosen: Callable[[Spreads], Mask]) -> tuple[Any, Floats]:
    """|Z|ᵀ and |q| of some exchanges."""
    t, b = system.technosphere, system.biosphere
    t, b = t.at(chosen(t)), b.at(chosen(b))
    n = system.processes
    links = sparse.coo_array((np.abs(t.values), (t.columns, t.rows)), shape=(n, n)).tocsr()
    return links, np.bincount(b.columns, np.abs(b.values * factors[b.rows]), minlength=n).astype(np.float64)
