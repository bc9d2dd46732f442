from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from tanheng.engine import (
    Solver,
    System,
    direct_contributions,
    inventory,
    score,
    sensitivities,
    upstream_contributions,
)


def test_inventory_and_score_of_one_and_several():
    system = System(np.eye(2), np.array([[1.0, 2.0], [0.0, 3.0], [4.0, 0.0]]))
    s = np.array([[1.0, 0.0], [2.0, 1.0]])
    g = inventory(system, s)
    assert g.tolist() == [[5.0, 2.0], [6.0, 3.0], [4.0, 0.0]]
    c = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    assert score(c, g).tolist() == [[9.0, 2.0], [10.0, 3.0]]
    assert score(c[:, 0], g[:, 0]) == 9.0
    assert isinstance(score(c[:, 0], g[:, 0]), float)


def test_direct_contributions_of_several_methods():
    q, s = np.array([[1.0, 10.0], [2.0, 20.0]]), np.array([3.0, 4.0])
    assert direct_contributions(q, s).tolist() == [[3.0, 30.0], [8.0, 80.0]]
    assert direct_contributions(q[:, 0], s).tolist() == [3.0, 8.0]


@pytest.mark.parametrize("own", [0.3, 0.0])
def test_a_process_that_uses_its_own_product_is_one_of_its_suppliers(own):
    """p_0 = 2 + own·p_0 + 0.5·4 → 4/(1 − own)."""
    A = sparse.csc_array(np.array([[1 - own, 0], [-0.5, 1]]))
    p = Solver(A).footprints([2.0, 4.0]).values
    assert p[0] == pytest.approx(4 / (1 - own))
    suppliers, parts = upstream_contributions(A, p, 0)
    assert suppliers.tolist() == ([0, 1] if own else [1])
    assert parts.sum() + 2.0 == pytest.approx(p[0])


def test_a_zero_on_the_diagonal_is_a_process_that_uses_all_it_makes():
    A = sparse.csc_array(np.array([[0.0, -0.5], [-1.0, 1.0]]))
    suppliers, parts = upstream_contributions(A, np.array([7.0, 3.0]), 0)
    assert dict(zip(suppliers.tolist(), parts.tolist(), strict=True)) == {0: 7.0, 1: 3.0}


def test_sensitivities_agree_with_a_small_change():
    rng = np.random.default_rng(0)
    A = np.eye(6) - 0.15 * rng.random((6, 6))
    q, f = rng.random(6), rng.random(6)
    solver = Solver(A)
    p, s = solver.footprints(q).values, solver.supply(f).values
    rows, columns = np.array([0, 3, 5]), np.array([2, 3, 1])
    found = sensitivities(p, s, rows, columns)
    for i, j, slope in zip(rows, columns, found, strict=True):
        step = np.zeros((6, 6))
        step[i, j] = 1e-6
        up, down = (float(q @ np.linalg.solve(A + sign * step, f)) for sign in (1, -1))
        assert slope == pytest.approx((up - down) / 2e-6, rel=1e-6)
