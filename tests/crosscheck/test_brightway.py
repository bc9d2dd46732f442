"""bw2calc 3 on the same matrices: supply, inventory and scores agree."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pytest
from scipy import sparse

from tanheng.engine import Solver, System, inventory

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # advice about optional solvers, third-party deprecations
    bwp = pytest.importorskip("bw_processing")
    bc = pytest.importorskip("bw2calc")

pytestmark = [
    pytest.mark.crosscheck,
    pytest.mark.filterwarnings("ignore::UserWarning:bw2calc.*"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:.*(bw_processing|fsspec|matrix_utils|pandas).*"),
]


def package(A, B, c):
    """A datapackage in memory; products, processes and flows get ids that do not overlap."""
    made = bwp.create_datapackage()
    n = A.shape[1]
    for name, matrix, row in (("technosphere_matrix", A, 1000), ("biosphere_matrix", B, 5000)):
        entries = sparse.coo_array(matrix)
        pairs = np.array(
            list(zip(entries.coords[0] + row, entries.coords[1] + 3000, strict=True)), dtype=bwp.INDICES_DTYPE
        )
        made.add_persistent_vector(
            matrix=name, indices_array=pairs, data_array=entries.data, flip_array=np.zeros(entries.nnz, dtype=bool)
        )
    ids = np.arange(len(c)) + 5000
    made.add_persistent_vector(
        matrix="characterization_matrix",
        indices_array=np.array(list(zip(ids, ids, strict=True)), dtype=bwp.INDICES_DTYPE),
        data_array=c,
    )
    assert n <= 2000
    return made


def brightway(A, B, c, f):
    """Supply by process, inventory by flow, and score."""
    demand = {1000 + int(i): float(f[i]) for i in np.flatnonzero(f)}
    lca = bc.LCA(demand=demand, data_objs=[package(A, B, c)])
    lca.lci()
    lca.lcia()
    s = np.array([lca.supply_array[lca.dicts.activity[3000 + j]] for j in range(A.shape[1])])
    by_flow = np.asarray(lca.inventory.sum(axis=1)).ravel()
    g = np.array([by_flow[lca.dicts.biosphere[5000 + k]] for k in range(B.shape[0])])
    return s, g, lca.score


def compare(A, B, c, f):
    s, g, h = brightway(A, B, c, f)
    system = System(A, B)
    for strategy in ("direct", "sweep"):
        solver = Solver(system.A, strategy=strategy)
        supply = solver.supply(f).values
        np.testing.assert_allclose(supply, s, rtol=1e-9, atol=1e-11 * np.abs(s).max())
        np.testing.assert_allclose(inventory(system, supply), g, rtol=1e-9, atol=1e-11 * np.abs(g).max())
        assert solver.footprints(system.burdens(c)).values @ f == pytest.approx(h, rel=1e-10)


@pytest.mark.parametrize("seed", range(6))
def test_random_productive_systems(seed):
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(5, 300)), 12
    Z = sparse.random_array((n, n), density=min(1.0, 6 / n), rng=rng, format="csc")
    Z = Z @ sparse.diags_array(0.8 / np.maximum(Z.sum(axis=0), 1e-9))
    unit = 10 ** rng.uniform(-2, 2, n)
    A = sparse.csc_array(sparse.eye_array(n) - sparse.diags_array(1 / unit) @ Z @ sparse.diags_array(unit))
    B = sparse.random_array((m, n), density=0.4, rng=rng) + sparse.csc_array(
        (np.ones(m), (np.arange(m), np.zeros(m, dtype=int))), shape=(m, n)
    )
    f = np.where(rng.random(n) < 0.1, rng.random(n), 0.0)
    f[0] = 1.0
    compare(A, sparse.csc_array(B), rng.lognormal(0, 2, m), f)


def test_published_cases(shared):
    cases = json.loads(shared("known-answers", "matrix-cases.json").read_text(encoding="utf-8"))["matrix_cases"]
    assert len(cases) >= 13
    for case in cases:
        A, B = np.array(case["A"], dtype=float), np.array(case["B"], dtype=float)
        compare(A, B, np.arange(1.0, len(B) + 1), np.array(case["f"]))
