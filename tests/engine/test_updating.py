"""Footprints after a change follow from those before, whichever way is taken."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from tanheng.engine import Solver
from tanheng.engine import updating as module
from tanheng.engine.arrays import as_csc, magnitude
from tanheng.engine.solution import backward_error
from tanheng.engine.solve.order import order
from tanheng.engine.updating import Change, fits, update, with_columns
from tanheng.errors import EngineError


def system(rng, n, scores=3, density=0.3):
    """A productive technosphere with loops and a credit here and there, and burdens of which many are zero."""
    Z = sparse.random_array((n, n), density=density, rng=rng).toarray()
    Z *= 0.8 / np.maximum(Z.sum(axis=0), 1e-9).max()
    credits_ = rng.random((n, n)) < 0.03
    Z = np.where(credits_, -Z, Z)
    units = 10.0 ** rng.integers(-4, 5, n)  # products in units of their own
    A = as_csc((np.eye(n) - Z) * units[:, None] / units[None, :])
    return A, rng.random((n, scores)) * (rng.random((n, scores)) < 0.4)


def solved(A, q):
    return Solver(A).footprints(q).values


def changed(rng, A, q, count):
    columns = np.sort(rng.choice(A.shape[0], count, replace=False))
    new = A[:, columns].tolil()
    for place, j in enumerate(columns):
        for i in new[:, place].nonzero()[0]:
            new[i, place] *= 1.0 if i == j else rng.choice([0.0, 0.5, 1.1])
    return Change(columns, new.tocsc(), q[columns] * rng.choice([0.0, 1.0, 2.0], (count, 1)))


@given(seed=st.integers(0, 10**6), n=st.integers(2, 40), count=st.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_an_update_equals_the_new_system_solved_from_scratch(seed, n, count):
    rng = np.random.default_rng(seed)
    A, q = system(rng, n)
    change = changed(rng, A, q, min(count, n))
    found = update(Solver(A), burdens=q, footprints=solved(A, q), change=change)
    expected = solved(found.A, found.burdens)
    size = solved(as_csc(np.eye(n) - np.abs(np.eye(n) - found.A.toarray())), found.burdens)  # without credits
    assert np.abs(found.footprints - expected).max() <= 1e-9 * max(1e-300, np.abs(size).max())
    assert np.all(np.abs(found.footprints - expected) <= 1e-9 * np.abs(size) + 1e-300)
    rest = found.burdens - found.A.T @ found.footprints
    assert backward_error(magnitude(found.A).T, rest, found.footprints, found.burdens) <= 1e-9


def test_the_columns_are_the_new_ones_and_the_others_stay():
    rng = np.random.default_rng(1)
    A, q = system(rng, 12)
    change = changed(rng, A, q, 3)
    found = update(Solver(A), burdens=q, footprints=solved(A, q), change=change)
    assert (found.A[:, change.columns] != change.A).nnz == 0
    others = np.setdiff1d(np.arange(12), change.columns)
    assert (found.A[:, others] != A[:, others]).nnz == 0
    assert np.array_equal(found.burdens[others], q[others])


def test_what_does_not_depend_on_a_change_keeps_its_footprint_to_the_last_bit():
    A = as_csc([[1.0, -0.2, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    q = np.array([[3.0], [0.1], [0.7]])
    p = solved(A, q)
    found = update(
        Solver(A), burdens=q, footprints=p, change=Change(np.array([1]), as_csc([[-0.1], [1.0], [-0.3]]), q[1:2])
    )
    assert found.reached.tolist() == [False, True, False]
    assert found.footprints[[0, 2]].tolist() == p[[0, 2]].tolist()
    assert found.footprints[1, 0] == pytest.approx(0.1 + 0.1 * 3.0 + 0.3 * 0.7)
    assert found.strategy == "update"


def test_a_gas_that_nobody_emits_any_longer_is_zero_and_not_what_rounding_left():
    # 0 makes a gas, 1 takes it through a loop with 2; then 0 stops.
    A = as_csc([[1.0, -1 / 3, -0.1], [0.0, 1.0, -0.7], [0.0, -0.3, 1.0]])
    q = np.array([[0.1, 1.0], [0.0, 0.2], [0.0, 0.3]])
    found = update(
        Solver(A), burdens=q, footprints=solved(A, q), change=Change(np.array([0]), A[:, [0]], np.array([[0.0, 1.0]]))
    )
    assert found.footprints[:, 0].tolist() == [0.0, 0.0, 0.0]
    assert found.residual <= 1e-13


def test_many_changes_and_few_give_the_same(monkeypatch):
    rng = np.random.default_rng(5)
    A, q = system(rng, 30)
    change = changed(rng, A, q, 20)
    p = solved(A, q)
    anew = update(Solver(A), burdens=q, footprints=p, change=change)
    monkeypatch.setattr(module, "FEW", 1000)
    updated = update(Solver(A), burdens=q, footprints=p, change=change)
    assert (anew.strategy, updated.strategy) == ("direct", "update")
    assert updated.footprints == pytest.approx(anew.footprints, rel=1e-9)


@pytest.mark.parametrize("strategy", ["direct", "sweep"])
def test_both_strategies_of_the_solver_can_be_updated(strategy):
    rng = np.random.default_rng(7)
    A, q = system(rng, 60, density=0.1)
    change = changed(rng, A, q, 4)
    found = update(Solver(A, strategy=strategy), burdens=q, footprints=solved(A, q), change=change)
    assert found.footprints == pytest.approx(solved(found.A, found.burdens), rel=1e-9, abs=1e-15)


def test_no_change_is_no_change():
    A, q = as_csc(np.eye(2)), np.ones((2, 1))
    found = update(
        Solver(A), burdens=q, footprints=q, change=Change(np.empty(0, int), as_csc(np.empty((2, 0))), np.empty((0, 1)))
    )
    assert found.footprints.tolist() == q.tolist()
    assert not found.reached.any()


def test_c11_a_loop_that_eats_what_it_makes_is_refused_with_its_members():
    A, q = as_csc([[1.0, -0.5], [0.0, 1.0]]), np.ones((2, 1))
    with pytest.raises(EngineError) as caught:
        update(
            Solver(A), burdens=q, footprints=solved(A, q), change=Change(np.array([0]), as_csc([[1.0], [-2.0]]), q[:1])
        )
    assert caught.value.code == "TH-ENG-008"
    assert caught.value.faults[0].params["columns"] == (0, 1)


def test_c11_a_process_without_a_product_of_its_own_is_refused():
    A, q = as_csc(np.eye(2)), np.ones((2, 1))
    with pytest.raises(EngineError) as caught:
        update(Solver(A), burdens=q, footprints=q, change=Change(np.array([1]), as_csc([[-1.0], [0.0]]), q[:1]))
    assert caught.value.code == "TH-ENG-008"


def test_c11_a_singular_change_is_refused_although_no_loop_is_too_strong():
    # Credits: 1 − (−1)·(…)… the determinant 1 + 2·(−0.5) is zero, while the positive inputs alone make no loop.
    A, q = as_csc([[1.0, 0.5], [0.0, 1.0]]), np.ones((2, 1))
    with pytest.raises(EngineError) as caught:
        update(
            Solver(A), burdens=q, footprints=solved(A, q), change=Change(np.array([0]), as_csc([[1.0], [2.0]]), q[:1])
        )
    assert caught.value.code in ("TH-ENG-006", "TH-ENG-010")


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_numbers_that_are_not_finite_are_refused(bad):
    A, q = as_csc(np.eye(2)), np.ones((2, 1))
    with pytest.raises(EngineError) as caught:
        update(Solver(A), burdens=q, footprints=q, change=Change(np.array([1]), as_csc([[bad], [1.0]]), q[:1]))
    assert caught.value.code == "TH-ENG-002"


def test_an_order_fits_as_long_as_links_run_with_it_or_lie_in_its_core():
    A = as_csc([[1.0, -0.2, 0.0], [-0.1, 1.0, 0.0], [0.0, -0.3, 1.0]])  # 0 and 1 are the core, 2 supplies it
    known = order(A)
    assert fits(A, known)
    assert fits(with_columns(A, np.array([0]), as_csc([[1.0], [-0.5], [-0.5]])), known)
    assert not fits(with_columns(A, np.array([2]), as_csc([[-0.1], [0.0], [1.0]])), known)
