"""bw2calc 3 on the same matrices.

It reads its data from datapackages; these are built in memory beforehand and not timed. Everything here is what a
user of bw2calc can call, but for :meth:`Brightway.by_hand`, which is labelled so.
"""

from __future__ import annotations

import warnings

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # advice to install other solvers
    import bw2calc
    import bw_processing

PRODUCT, PROCESS, FLOW = 10**7, 2 * 10**7, 3 * 10**7  # ids that do not overlap
FAST = bw2calc.PYPARDISO or bw2calc.UMFPACK
SOLVER = "PARDISO" if bw2calc.PYPARDISO else "UMFPACK" if bw2calc.UMFPACK else "SuperLU"


def _pairs(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    found = np.empty(len(rows), dtype=bw_processing.INDICES_DTYPE)
    found["row"], found["col"] = rows, columns
    return found


class Brightway:
    """One database and its methods as datapackages, and the calculations on them."""

    version = bw2calc.__version__

    def __init__(self, A: sparse.csc_array, B: sparse.csc_array, C: np.ndarray) -> None:
        self.n = A.shape[1]
        self.inventory = bw_processing.create_datapackage()
        for label, matrix, first in (("technosphere_matrix", A, PRODUCT), ("biosphere_matrix", B, FLOW)):
            entries = sparse.coo_array(matrix)
            self.inventory.add_persistent_vector(
                matrix=label,
                indices_array=_pairs(entries.coords[0] + first, entries.coords[1] + PROCESS),
                data_array=entries.data,
                flip_array=np.zeros(entries.nnz, dtype=bool),
            )
        self.methods = bw_processing.create_datapackage()
        self.names = [f"method {k}" for k in range(C.shape[1])]
        used = np.flatnonzero(np.diff(B.tocsr().indptr))  # bw2calc knows the flows that occur
        for k, name in enumerate(self.names):
            flows = used[C[used, k] != 0]
            self.methods.add_persistent_vector(
                matrix="characterization_matrix",
                identifier=name,
                name=name.replace(" ", "-"),
                indices_array=_pairs(flows + FLOW, flows + FLOW),
                data_array=C[flows, k],
            )
        self.first_method = self.methods.filter_by_attribute("identifier", self.names[0])
        self.lca: bw2calc.LCA | None = None

    def prepare(self, product: int) -> float:
        """Load, factorise, score one product by the first method."""
        self.lca = bw2calc.LCA({PRODUCT + product: 1.0}, data_objs=[self.inventory, self.first_method])
        self.lca.lci(factorize=True)
        self.lca.lcia()
        return self.lca.score

    def prepare_iterative(self, product: int) -> float:
        """The same without a factorisation, by GMRES."""
        lca = bw2calc.JacobiGMRESLCA({PRODUCT + product: 1.0}, data_objs=[self.inventory, self.first_method])
        lca.lci()
        lca.lcia()
        return lca.score

    def next(self, product: int) -> float:
        """Another demand on the factorised system."""
        self.lca.lcia(demand={PRODUCT + product: 1.0})
        return self.lca.score

    def all_products(self, count: int) -> np.ndarray:
        """Scores (n, count) of one unit of every product, from the datapackages: its adjoint direction.

        It wants PARDISO or UMFPACK; without them the same by hand on its matrices.
        """
        if not FAST:
            lca = bw2calc.LCA({PRODUCT: 1.0}, data_objs=[self.inventory, self.first_method])
            lca.load_lci_data()
            return self._placed(lca, self._factors(lca).solve(self._burdens(lca, count)))
        lca = bw2calc.FastScoresOnlyMultiLCA(
            {"one": {PRODUCT: 1.0}},
            {"impact_categories": self.names[:count]},
            data_objs=[self.inventory, self.methods],
            direction="adjoint",
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            next(lca)
        scores = lca.product_scores
        found = np.empty((self.n, count))
        found[scores.coords["products"].values - PRODUCT] = scores.values.T
        return found

    def by_hand(self, count: int) -> np.ndarray:
        """Scores (n, count) with its matrices but SciPy's LU of the transposed matrix, kept between calls."""
        if not hasattr(self, "_kept"):
            self._kept = self._factors(self.lca), self._burdens(self.lca, len(self.names))
        factors, burdens = self._kept
        return self._placed(self.lca, factors.solve(burdens[:, :count]))

    @staticmethod
    def _factors(lca: bw2calc.LCA):
        return splu(lca.technosphere_matrix.T.tocsc())

    def _burdens(self, lca: bw2calc.LCA, count: int) -> np.ndarray:
        """Bᵀc in its order of processes, for its factors of each method."""
        columns = []
        for name in self.names[:count]:
            lca.load_lcia_data([self.methods.filter_by_attribute("identifier", name)])
            columns.append(np.asarray((lca.characterization_matrix @ lca.biosphere_matrix).sum(axis=0)).ravel())
        return np.column_stack(columns)

    def _placed(self, lca: bw2calc.LCA, scores: np.ndarray) -> np.ndarray:
        found = np.empty_like(scores)
        found[[lca.dicts.product.reversed[j] - PRODUCT for j in range(self.n)]] = scores
        return found
