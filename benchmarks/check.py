"""The direct solve that answers are compared with: SciPy's LU of Aᵀ in double precision, refined until it no longer improves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from stores import case_of

REFINEMENTS = 3


class Check:
    """Exact answers; every method is one call of a worker."""

    def load(self, key: str, uslci: str = "") -> None:
        """Make the case."""
        self.case = case_of(key, uslci)

    def all(self, count: int) -> Any:
        """Scores (n, count) of all products."""
        system = self.case.system
        return direct(system.A, system.B.T @ self.case.C[:, :count])

    def edited(self, edits: list[tuple[int, int, float]]) -> Any:
        """Scores (n,) of all products by the first method, some inputs times a factor."""
        system, A = self.case.system, self.case.system.A.tolil()
        for supplier, consumer, factor in edits:
            A[supplier, consumer] *= factor
        return direct(A.tocsc(), system.B.T @ self.case.C[:, :1])[:, 0]

    def sampled(self, folder: str, draws: list[int], seed: int) -> Any:
        """Footprints (n, d) of all products in some samples, each from its own matrices."""
        from tanheng.inventory.snapshot import Snapshot
        from tanheng.inventory.uncertainty.exchanges import uncertain_system
        from tanheng.quantities import gwp_set

        snapshot = Snapshot.open(Path(folder) / "snapshot")
        system, factors = uncertain_system(snapshot), snapshot.characterise(gwp_set())
        found = []
        for draw in draws:
            sample = system.sample(draw, seed=seed)
            found.append(direct(sample.A, sample.burdens(factors)[:, None])[:, 0])
        return np.column_stack(found)


def direct(A: Any, right: Any) -> Any:
    """Y (n, k) with Aᵀ Y = right; refined, because LU with row interchanges loses small values."""
    transposed = sparse.csc_array(A.T)
    factors = splu(transposed)
    found = factors.solve(np.ascontiguousarray(right))
    for _ in range(REFINEMENTS):
        found += factors.solve(right - transposed @ found)
    return found
