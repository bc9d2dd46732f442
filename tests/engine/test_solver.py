from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from tanheng.engine import Solver
from tanheng.engine.solution import backward_error
from tanheng.engine.solve.direct import Direct
from tanheng.errors import EngineError


def economy(n, links, seed=0, gain=0.8):
    """A random productive system in random units: column sums of Z are ``gain`` in money, amounts span 12 decades."""
    rng = np.random.default_rng(seed)
    Z = sparse.random_array((n, n), density=links / n, rng=rng, format="csc")
    Z = Z @ sparse.diags_array(gain / np.maximum(Z.sum(axis=0), 1e-12))
    unit = 10 ** rng.uniform(-6, 6, n)
    return sparse.csc_array(sparse.eye_array(n) - sparse.diags_array(1 / unit) @ Z @ sparse.diags_array(unit))


def ring(n, gain, rng):
    """n processes that need one another in a ring; once round multiplies by ``gain``."""
    unit = 10 ** rng.uniform(-4, 4, n)
    z = sparse.csr_array((np.full(n, gain ** (1 / n)), (np.arange(n), (np.arange(n) + 1) % n)), shape=(n, n))
    return sparse.csc_array(sparse.eye_array(n) - sparse.diags_array(1 / unit) @ z @ sparse.diags_array(unit))


def test_sweep_agrees_with_direct_both_ways():
    A = economy(1500, 6)
    rng = np.random.default_rng(1)
    f = np.zeros((1500, 3))
    f[rng.integers(0, 1500, 9), rng.integers(0, 3, 9)] = 1.0
    q = rng.lognormal(0, 3, (1500, 40))
    direct, sweep = Solver(A, strategy="direct"), Solver(A, strategy="sweep")
    for exact, found in ((direct.supply(f), sweep.supply(f)), (direct.footprints(q), sweep.footprints(q))):
        assert (exact.strategy, found.strategy) == ("direct", "sweep")
        assert not found.fell_back
        assert found.sweeps > 0
        assert max(exact.residual, found.residual) < 1e-12
        np.testing.assert_allclose(found.values, exact.values, rtol=1e-11)


@pytest.mark.parametrize("count", [1, 2, 16, 40])
@pytest.mark.parametrize(
    ("A", "accuracy"),
    [(economy(1500, 6), 2e-12), (ring(600, 0.9999, np.random.default_rng(600)), 1e-9)],
    ids=["economy", "ring"],
)
def test_kernels_agree(A, accuracy, count):
    """The compiled sweeps and SciPy's lead to the same values, whatever the number of right-hand sides."""
    rng = np.random.default_rng(2)
    f, q = rng.lognormal(0, 3, (A.shape[0], count)), rng.lognormal(0, 3, (A.shape[0], count))
    fast, plain = (Solver(A, strategy="sweep", kernel=kernel) for kernel in ("fast", "plain"))
    for a, b in ((fast.supply(f), plain.supply(f)), (fast.footprints(q), plain.footprints(q))):
        assert (a.strategy, b.strategy) == ("sweep", "sweep")
        assert not a.fell_back
        assert max(a.residual, b.residual) < 1e-12
        np.testing.assert_allclose(a.values, b.values, rtol=accuracy)


def test_auto_compiles_where_it_pays(monkeypatch):
    A = economy(5000, 4)
    solver = Solver(A)
    monkeypatch.setattr("tanheng.engine.solver.WORTH_LOADING", 20 * A.nnz)
    solver.footprints(np.ones(5000))
    assert set(solver._made) == {"plain"}
    solver.footprints(np.ones((5000, 21)))
    assert set(solver._made) == {"plain", "fast"}
    with pytest.raises(EngineError, match="TH-ENG-022"):
        Solver(A, kernel="quick")


def test_auto_factorises_small_systems_and_sweeps_large_ones():
    assert Solver(economy(300, 4)).footprints(np.ones(300)).strategy == "direct"
    assert Solver(economy(5000, 4)).footprints(np.ones(5000)).strategy == "sweep"


def test_a_stored_order_gives_the_same_answer():
    A, q = economy(800, 5), np.ones(800)
    first = Solver(A, strategy="sweep")
    again = Solver(A, strategy="sweep", order=first.order)
    assert again.order is first.order
    assert np.array_equal(again.footprints(q).values, first.footprints(q).values)


@pytest.mark.parametrize("gain", [0.5, 0.999, 0.999999])
@pytest.mark.parametrize("n", [3, 40, 600])
def test_a_strong_loop_is_accelerated(n, gain):
    """Plain sweeps would shrink the error by ``gain`` only: 20 million sweeps for the strongest."""
    A = ring(n, gain, np.random.default_rng(n))
    q = 10 ** np.random.default_rng(1).uniform(-3, 3, (n, 2))
    found = Solver(A, strategy="sweep").footprints(q)
    assert (found.strategy, found.fell_back) == ("sweep", False)
    assert found.sweeps < 150
    exact = Solver(A, strategy="direct").footprints(q).values
    np.testing.assert_allclose(found.values, exact, rtol=1e-12 / (1 - gain))


def test_a_large_random_loop_is_solved_without_a_factorisation():
    """No order helps there, and a factorisation fills up; what the few sweeps before acceleration reach tells no sizes."""
    n, rng = 15_600, np.random.default_rng(1)
    links = sparse.csc_array((rng.uniform(0, 1, 3 * n), (rng.integers(0, n, 3 * n), np.repeat(np.arange(n), 3))))
    A = sparse.csc_array(sparse.eye_array(n) - links @ sparse.diags_array(1.2 / links.sum(axis=0)))
    f, q = np.zeros(n), rng.uniform(0, 1, n)
    f[0] = 1.0
    solver = Solver(A)
    supply, footprints = solver.supply(f), solver.footprints(q)
    assert (supply.strategy, footprints.strategy) == ("sweep", "sweep")
    assert supply.values @ q == pytest.approx(footprints.values[0], rel=1e-9)  # f·A⁻ᵀq = q·A⁻¹f


def test_falls_back_to_direct_and_says_so():
    """Strong random links of both signs: sweeps diverge, and there are too many directions for acceleration."""
    rng = np.random.default_rng(3)
    A = np.eye(300) + rng.normal(0, 5, (300, 300))
    found = Solver(A, strategy="sweep").footprints(np.ones(300))
    assert (found.strategy, found.fell_back) == ("direct", True)
    assert found.sweeps > 0
    np.testing.assert_allclose(A.T @ found.values, np.ones(300), rtol=1e-9)


def test_a_zero_on_the_diagonal_is_solved_directly():
    A = np.array([[-2.0, 100.0], [10.0, 0.0]])
    found = Solver(A, strategy="sweep").supply([0.0, 1000.0])
    assert (found.strategy, found.fell_back, found.sweeps) == ("direct", True, 0)
    np.testing.assert_allclose(found.values, [100.0, 2.0], rtol=1e-14)
    assert not Solver(A).supply([0.0, 1000.0]).fell_back


def test_what_a_demand_does_not_reach_is_exactly_zero():
    """No rounding noise where the true value is zero: noise has no relative accuracy."""
    A = sparse.block_diag([economy(50, 5, seed=s) for s in range(3)], format="csc")
    A = sparse.lil_array(A)
    A[60, 10] = -1e-3  # the first part buys from the second, nobody from the third
    f = np.zeros(150)
    f[10] = 1.0
    for strategy in ("direct", "sweep"):
        found = Solver(sparse.csc_array(A), strategy=strategy).supply(f)
        assert found.residual < 1e-12
        assert not found.values[100:].any()
        assert found.values[60] > 0


def test_credits_that_cancel_are_solved():
    """p of the last process is exactly nothing: 1 − 0.5·2; the residual is measured against what adds up to it."""
    A = np.array([[1.0, 0.5], [0.0, 1.0]])
    for strategy in ("direct", "sweep"):
        found = Solver(A, strategy=strategy).footprints([2.0, 1.0])
        assert found.values.tolist() == [2.0, 0.0]
        assert found.residual == 0.0


@pytest.mark.parametrize("trace", [1e-9, 1e-20, 1e-40])
@pytest.mark.parametrize("strategy", ["direct", "sweep"])
def test_a_trace_beside_a_large_demand_is_accurate_too(strategy, trace):
    """Four processes live on a trace that another four buy; row interchanges would drown it in rounding noise."""
    sources = set()
    for seed in range(20):
        rng = np.random.default_rng(seed)
        Z = rng.random((8, 8)) * (rng.random((8, 8)) < 0.6)
        Z[4:, :4] = 0
        Z *= 0.9 / np.maximum(Z.sum(axis=0), 1e-3)
        Z[5, 1] = trace
        f = np.zeros(8)
        f[0] = 1.0
        found = Solver(np.eye(8) - Z, strategy=strategy).supply(f)
        sources.add(found.strategy)
        bought = np.zeros(8)
        bought[5] = trace * found.values[1]
        alone = np.linalg.solve(np.eye(4) - Z[4:, 4:], bought[4:] / trace) * trace
        np.testing.assert_allclose(found.values[4:], alone, rtol=1e-8, atol=1e-12 * np.abs(alone).max())
    assert sources == {strategy}


def test_shapes_follow_the_right_hand_side():
    solver = Solver(economy(20, 3))
    assert solver.footprints(np.ones(20)).values.shape == (20,)
    assert solver.footprints(np.ones((20, 1))).values.shape == (20, 1)
    assert solver.supply(np.ones((20, 70))).values.shape == (20, 70)
    assert Solver(economy(20, 3), strategy="sweep").supply(np.ones((20, 70))).values.shape == (20, 70)
    assert solver.supply(np.zeros(20)).values.tolist() == [0.0] * 20


def test_backward_error_sees_small_products():
    """A product counted in power stations does not hide an error in one counted in kWh."""
    size, b = np.eye(2), np.array([[1e9], [1e-9]])
    x = np.array([[1e9], [1.1e-9]])
    assert backward_error(size, b - x, x, b) == pytest.approx(0.1 / 2.1)
    assert backward_error(size, b - b, b, b) == 0
    assert backward_error(size, b * np.nan, b * np.nan, b) == np.inf


@pytest.mark.parametrize(("values", "code"), [(np.ones(3), "TH-ENG-003"), ([1.0, np.nan], "TH-ENG-002")])
def test_refuses_a_wrong_right_hand_side(values, code):
    with pytest.raises(EngineError, match=code):
        Solver(np.eye(2)).supply(values)


def test_refuses_a_rectangle_and_an_unknown_strategy():
    with pytest.raises(EngineError, match="TH-ENG-001"):
        Solver(np.ones((2, 3)))
    with pytest.raises(EngineError, match="TH-ENG-011"):
        Solver(np.eye(2), strategy="magic")


def test_a_singular_matrix_names_its_processes():
    A = np.array([[1.0, 0, 0], [0, 1.0, -1.0], [0, -1.0, 1.0]])
    with pytest.raises(EngineError) as caught:
        Solver(A).supply(np.ones(3))
    assert caught.value.code == "TH-ENG-008"
    assert caught.value.faults[0].params["columns"] == (1, 2)


def test_a_vanishing_diagonal_is_solved_with_row_interchanges():
    """Pivots of 1e-18 drown everything else; sweeps diverge. What is left is the largest pivot of each column."""
    rng = np.random.default_rng(0)
    A = rng.normal(0, 1, (60, 60))
    A[np.arange(60), np.arange(60)] = 1e-18
    right = rng.random(60)
    along = Direct(sparse.csc_array(A)).solve(right[:, None], transposed=True).values[:, 0]
    assert np.abs(A.T @ along - right).max() > 1e-6
    found = Solver(A).footprints(right)
    assert found.residual < 1e-12
    np.testing.assert_allclose(A.T @ found.values, right, rtol=1e-10)


def test_elimination_keeps_small_values_exact_in_any_units():
    """No refinement needed: without credits nothing is subtracted, whatever the units (see Direct)."""
    A = economy(400, 5, seed=4)
    f = np.zeros((400, 1))
    f[7] = 1.0
    s = Direct(A).solve(f, transposed=False).values
    assert backward_error(abs(A), f - A @ s, s, f) < 1e-14


@pytest.mark.parametrize("strategy", ["direct", "sweep"])
def test_values_beyond_all_bounds_are_refused_not_returned(strategy):
    """Two hundred steps of a factor 10⁴ each: the supply overflows."""
    n = 200
    A = sparse.csc_array(sparse.eye_array(n) - 1e4 * sparse.eye_array(n, k=-1))
    f = np.zeros(n)
    f[0] = 1.0
    with pytest.raises(EngineError, match="TH-ENG-010"):
        Solver(A, strategy=strategy).supply(f)
