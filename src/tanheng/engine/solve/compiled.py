"""Sweeps compiled by numba: the same as those of :mod:`tanheng.engine.solve.sweep`, for one right-hand side or sixteen."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from tanheng.engine.arrays import LANES, Floats, Rows
from tanheng.engine.lanes import relax_row


class CompiledSplitting:
    """One sweep x ← (1 − ω)x + ω(b − inner·x), row by row, each with the newest values of the rows before it."""

    def __init__(self, inner: Rows, relaxation: float) -> None:
        self._links = (inner.indptr.astype(np.int64), inner.indices.astype(np.int32), -inner.data)
        self._relaxation = relaxation
        rows = inner.shape[0]
        self._certain_only = (
            (np.zeros(rows + 1, dtype=np.int64), np.zeros(0, dtype=np.int32), np.zeros(0)),
            np.zeros((0, LANES), dtype=np.float32),
            (np.full(rows, -1, dtype=np.int32), np.ones((1, LANES))),
        )

    def sweep(self, right: Floats, x: Floats) -> Floats:
        """One sweep from ``x`` (m, 1) or (m, 16), a new array."""
        y = x.copy()
        if y.shape[1] == 1:
            _sweep(y[:, 0], right[:, 0], self._links, self._relaxation)
        else:
            _sweep_lanes(y, np.ascontiguousarray(right), self._links, self._relaxation, self._certain_only)
        return y


@njit(nogil=True, cache=True)
def _sweep(x: Any, right: Any, links: Any, relaxation: float) -> None:
    pointers, suppliers, coefficients = links
    for j in range(len(x)):
        total = right[j]
        for k in range(pointers[j], pointers[j + 1]):
            total += coefficients[k] * x[suppliers[k]]
        x[j] += relaxation * (total - x[j])


@njit(nogil=True, cache=True)
def _sweep_lanes(x: Any, right: Any, links: Any, relaxation: float, certain_only: Any) -> None:
    varying, multiples, own = certain_only
    for j in range(len(x)):
        relax_row(x, j, right, links, varying, multiples, own, relaxation)
