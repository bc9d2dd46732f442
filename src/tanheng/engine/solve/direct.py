"""Sparse LU of Aᵀ: exact, quick for small systems, the last resort for large ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse.linalg import splu

from tanheng.engine.arrays import Columns, Floats
from tanheng.engine.solve.attempt import Attempt


class Direct:
    """SuperLU factors of **A**ᵀ, which serve both directions.

    Never of **A** itself: a process has few inputs but a product may have thousands of users, so the column ordering
    finds far less fill in Aᵀ. On 23,500 processes SuperLU needs 4 s for Aᵀ and more than 100 times that for A.

    Pivots are taken from the diagonal. In a productive system without credits nothing is ever subtracted then, so every
    value comes out accurate to rounding however small it is beside others; row interchanges for the largest pivot,
    which depend on units, lose small values altogether (componentwise error 1 instead of 5e-15 on 23,500 processes).
    ``pivoting=1`` interchanges nevertheless, for matrices of no such kind.
    """

    name = "direct"

    def __init__(self, A: Columns, *, pivoting: float = 0.0) -> None:
        """Factorise; ``RuntimeError`` from SuperLU where A is exactly singular."""
        self._factors: Any = splu(A.tocsr().T, diag_pivot_thresh=pivoting, options={"Equil": pivoting > 0})

    def solve(self, right: Floats, *, transposed: bool) -> Attempt:
        """Solve for all columns of ``right`` (n, k)."""
        values = self._factors.solve(np.asfortranarray(right), trans="N" if transposed else "T")
        return Attempt(values, sweeps=0, converged=True)
