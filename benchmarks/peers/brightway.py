"""bw2calc 3's side: everything begins with datapackages on disk.

What it does is what a user of bw2calc can call, but for the methods whose names begin with ``by_hand``.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse.linalg import splu

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # advice to install other solvers
    import bw2calc

from peers.packages import PROCESS, PRODUCT

FAST = bw2calc.PYPARDISO or bw2calc.UMFPACK
SOLVER = "PARDISO" if bw2calc.PYPARDISO else "UMFPACK" if bw2calc.UMFPACK else "SuperLU"
WAYS: dict[str, tuple[Any, dict[str, Any]]] = {
    f"LCA, {SOLVER}": (bw2calc.LCA, {}),
    "JacobiGMRESLCA": (bw2calc.JacobiGMRESLCA, {}),
    "IterativeLCA": (bw2calc.IterativeLCA, {}),
    "IterativeLCA, no reference": (bw2calc.IterativeLCA, {"direct_first_solve": False}),
}
"""Its ways to solve for one product; without a reference factorisation, errors of the third are checked by residual alone."""
DIRECT = f"LCA, {SOLVER}"
ADJOINT = f"adjoint direction, {SOLVER}" if FAST else f"by hand, {SOLVER} of Aᵀ"


class Brightway:
    """What is timed; every method is one call of a worker."""

    def begin(self, folder: str) -> dict[str, Any]:
        """Where the files are; what it is."""
        place = Path(folder)
        self._inventory, self._methods = place / "inventory.zip", place / "methods.zip"
        found = {"bw2calc": bw2calc.__version__, "solver": SOLVER, "mkl_threads": _threads()}
        return found | {"adjoint": ADJOINT, "ways": list(WAYS)}

    # One product

    def open(self, way: str, product: int) -> float:
        """From the files to the score of a product by the first method."""
        self.lca = self._made(way, product, use_distributions=False)
        return float(self.lca.score)

    def next(self, products: list[int]) -> list[float]:
        """Further products, with what the first one left: factors, or the matrix."""
        found = []
        for j in products:
            self.lca.lcia(demand={PRODUCT + j: 1.0})
            found.append(float(self.lca.score))
        return found

    def _made(self, way: str, product: int, **more: Any) -> Any:
        kind, options = WAYS[way]
        lca = kind({PRODUCT + product: 1.0}, data_objs=[self._inventory, self._only(0)], **options, **more)
        lca.lci(**({"factorize": True} if way == DIRECT and SOLVER != "PARDISO" else {}))
        lca.lcia()
        return lca

    def _only(self, method: int) -> Any:
        """One method of the file."""
        from bw2calc.utils import get_datapackage

        return get_datapackage(self._methods).filter_by_attribute("identifier", f"method {method}")

    # All products

    def all(self, count: int) -> Any:
        """From the files to the scores (n, count) of all products: its adjoint direction.

        That wants PARDISO or UMFPACK; without them the same by hand on its matrices.
        """
        if not FAST:
            lca = bw2calc.LCA({PRODUCT: 1.0}, data_objs=[self._inventory, self._only(0)])
            lca.load_lci_data()
            return self._placed(lca, _factors(lca)(self._burdens(lca, count)))
        self.multi = bw2calc.FastScoresOnlyMultiLCA(
            {"one": {PRODUCT: 1.0}},
            {"impact_categories": [f"method {k}" for k in range(count)]},
            data_objs=[self._inventory, self._methods],
            direction="adjoint",
        )
        next(self.multi)
        return self._scores()

    def _scores(self) -> Any:
        scores = self.multi.product_scores
        found = np.empty(scores.shape[::-1])
        found[scores.coords["products"].values - PRODUCT] = scores.values.T
        return found

    def by_hand_ready(self, count: int) -> None:
        """Factors of the transposed matrix, kept: bw2calc has no call that keeps them."""
        self.lca = bw2calc.LCA({PRODUCT: 1.0}, data_objs=[self._inventory, self._only(0)])
        self.lca.load_lci_data()
        self._kept = _factors(self.lca), self._burdens(self.lca, count)

    def by_hand(self, count: int) -> Any:
        """Scores (n, count) with its matrices and the factors that were kept."""
        solve, burdens = self._kept
        return self._placed(self.lca, solve(burdens[:, :count]))

    def _burdens(self, lca: Any, count: int) -> Any:
        """Bᵀc in its order of processes, for its factors of each method."""
        columns = []
        for k in range(count):
            lca.load_lcia_data([self._only(k)])
            columns.append(np.asarray((lca.characterization_matrix @ lca.biosphere_matrix).sum(axis=0)).ravel())
        return np.column_stack(columns)

    @staticmethod
    def _placed(lca: Any, scores: Any) -> Any:
        found = np.empty_like(scores)
        found[[lca.dicts.product.reversed[j] - PRODUCT for j in range(len(scores))]] = scores
        return found

    # Monte Carlo

    def lay_out(self, way: str, product: int, seed: int) -> None:
        """From the files to the first sample."""
        self.lca = self._made(way, product, use_distributions=True, seed_override=seed)

    def sample(self, count: int) -> list[float]:
        """Scores of further samples."""
        found = []
        for _ in range(count):
            next(self.lca)
            found.append(float(self.lca.score))
        return found

    def stages(self) -> dict[str, int]:
        """What solved them."""
        return dict(getattr(self.lca, "solver_stats", {}))

    # What if

    def what_if(self, edits: list[tuple[int, int, float]]) -> Any:
        """Entries of the open matrix times a factor, and the scores of all products anew."""
        if not FAST:
            matrix = self.lca.technosphere_matrix
            with _edited(matrix, self._places(self.lca, edits)):
                return self._placed(self.lca, _factors(self.lca)(self._kept[1][:, :1]))[:, 0]
        with _edited(self.multi.technosphere_matrix, self._places(self.multi, edits)):
            self.multi.calculate()
        return self._scores()[:, 0]

    def what_if_one(self, edits: list[tuple[int, int, float]], product: int) -> float:
        """The same for one product, by what :meth:`open` opened."""
        with _edited(self.lca.technosphere_matrix, self._places(self.lca, edits)):
            self.lca.lcia(demand={PRODUCT + product: 1.0})
        return float(self.lca.score)

    @staticmethod
    def _places(lca: Any, edits: list[tuple[int, int, float]]) -> list[tuple[int, int, float]]:
        rows, columns = lca.dicts.product, lca.dicts.activity
        return [(rows[PRODUCT + i], columns[PROCESS + j], factor) for i, j, factor in edits]


class _edited:  # noqa: N801 - reads as what it is
    """A matrix with some entries times a factor, for a while."""

    def __init__(self, matrix: Any, places: list[tuple[int, int, float]]) -> None:
        self._matrix, self._places = matrix, places

    def __enter__(self) -> None:
        self._before = [self._matrix[i, j] for i, j, _ in self._places]
        for i, j, factor in self._places:
            self._matrix[i, j] *= factor

    def __exit__(self, *_: object) -> None:
        for (i, j, _), value in zip(self._places, self._before, strict=True):
            self._matrix[i, j] = value


def _factors(lca: Any) -> Any:
    """A function that solves Aᵀ y = b by factors that are kept: PARDISO's, or SuperLU's."""
    transposed = lca.technosphere_matrix.T
    if not bw2calc.PYPARDISO:
        return splu(transposed.tocsc()).solve
    from pypardiso import PyPardisoSolver

    matrix, solver = transposed.tocsr(), PyPardisoSolver()
    solver.factorize(matrix)
    return lambda right: np.asarray(solver.solve(matrix, np.ascontiguousarray(right))).reshape(right.shape)


def _threads() -> int | None:
    """Threads of MKL; None without it."""
    if not bw2calc.PYPARDISO:
        return None
    from pypardiso import PyPardisoSolver

    return int(PyPardisoSolver().libmkl.MKL_Get_Max_Threads())
