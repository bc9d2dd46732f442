"""Contributions of changed processes add up to the differences, however they are computed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from tanheng.engine import Solver
from tanheng.engine import attribution as module
from tanheng.engine.attribution import attribute, largest, local_differences
from tanheng.errors import EngineError


def systems(seed, n, changes):
    """Z, q and p of two systems that differ in some processes, with loops."""
    rng = np.random.default_rng(seed)
    Z = rng.random((n, n)) * (rng.random((n, n)) < 0.4) * 0.9 / n
    q = rng.random(n)
    after, other = Z.copy(), q.copy()
    for j in rng.choice(n, min(changes, n), replace=False):
        after[:, j] = rng.random(n) * (rng.random(n) < 0.4) * 0.9 / n
        other[j] = rng.random()
    p, p_after = (np.linalg.solve((np.eye(n) - z).T, b) for z, b in ((Z, q), (after, other)))
    return (Z, q, p), (after, other, p_after)


@given(seed=st.integers(0, 10**6), n=st.integers(1, 12), changes=st.integers(0, 12), asked=st.integers(1, 12))
@settings(max_examples=60, deadline=None)
def test_contributions_add_up_and_the_largest_is_among_them(seed, n, changes, asked):
    (Z, q, p), (after, other, p_after) = systems(seed, n, changes)
    d = local_differences(sparse.csc_array(Z), sparse.csc_array(after), burdens=(q, other), footprints=p)
    assert np.count_nonzero(d) <= changes
    products = np.arange(min(asked, n))
    solver = Solver(np.eye(n) - after)
    both = (p[products], p_after[products])
    made = attribute(solver, d, products=products, footprints=both)
    assert made.amounts.sum(axis=0) == pytest.approx(both[1] - both[0], rel=1e-9, abs=1e-12)
    supply = np.linalg.inv(np.eye(n) - after)
    assert made.supply == pytest.approx(supply[np.ix_(made.changed, products)], rel=1e-9, abs=1e-12)
    which, amounts = largest(solver, d, products=products, footprints=both)
    for k in range(len(products)):
        size = np.abs(made.amounts[:, k])
        if size.size and size.max():
            assert abs(amounts[k]) == pytest.approx(size.max())
            assert made.amounts[list(made.changed).index(which[k]), k] == pytest.approx(amounts[k])
        else:
            assert (which[k], amounts[k]) == (-1, 0.0)


def test_many_products_and_many_changes_go_block_by_block(monkeypatch):
    (Z, q, p), (after, other, p_after) = systems(3, 30, 20)
    d = local_differences(sparse.csc_array(Z), sparse.csc_array(after), burdens=(q, other), footprints=p)
    solver = Solver(np.eye(30) - after)
    for products in (np.arange(30), np.arange(7)):  # fewer changes than products, and more
        whole = largest(solver, d, products=products, footprints=(p[products], p_after[products]))
        monkeypatch.setattr(module, "CHUNK", 3)
        parts = largest(solver, d, products=products, footprints=(p[products], p_after[products]))
        supply = attribute(solver, d, products=products, footprints=(p[products], p_after[products])).supply
        monkeypatch.undo()
        assert whole[0].tolist() == parts[0].tolist()
        assert whole[1] == pytest.approx(parts[1])
        direct = np.linalg.inv(np.eye(30) - after)[np.ix_(np.flatnonzero(d), products)]
        assert supply == pytest.approx(direct, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("function", [attribute, largest])
def test_differences_that_do_not_follow_are_refused(function):
    solver = Solver(np.array([[1.0, -0.1], [0.0, 1.0]]))
    with pytest.raises(EngineError) as caught:
        function(
            solver,
            np.array([0.0, -0.3]),
            products=np.array([1]),
            footprints=(np.array([1.0]), np.array([0.7001])),
        )
    assert caught.value.code == "TH-ENG-030"


def test_what_only_units_changed_is_no_difference():
    old, new = (sparse.csc_array([[0.0, z], [0.0, 0.0]]) for z in (0.1 * 3.0, 0.3))
    d = local_differences(old, new, burdens=(np.ones(2), np.ones(2)), footprints=np.ones(2))
    assert (old != new).nnz == 1  # 0.30000000000000004
    assert d.tolist() == [0.0, 0.0]
    by_gas = (np.array([[0.1 * 3.0, 1.0]]), np.array([[0.3, 2.0]]))
    same = sparse.csc_array((1, 1))
    assert local_differences(same, same, burdens=by_gas, footprints=np.ones(1)).tolist() == [1.0]
