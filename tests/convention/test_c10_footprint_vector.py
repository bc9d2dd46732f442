"""C10: p = A⁻ᵀ(Bᵀc) scores one unit of every product; supplier i contributes z_ij·p_i to product j."""

from __future__ import annotations

import numpy as np
import pytest

from tanheng.engine import (
    Solver,
    System,
    contribution_tree,
    inventory,
    sankey,
    score,
    sensitivities,
    upstream_contributions,
)


@pytest.fixture(scope="module")
def case():
    rng = np.random.default_rng(10)
    Z = rng.random((25, 25)) * (rng.random((25, 25)) < 0.3)
    Z *= 0.9 / Z.sum(axis=0).max()
    system = System(np.eye(25) - Z, rng.random((4, 25)))
    c = rng.random(4)
    return system, Z, c, system.burdens(c)


def test_c10_footprint_vector_scores_every_product_at_once(case):
    system, _, c, q = case
    solver = Solver(system.A)
    p = solver.footprints(q).values
    np.testing.assert_allclose(p, score(c, inventory(system, solver.supply(np.eye(25)).values)), rtol=1e-12)


def test_c10_contribution_of_a_supplier_is_its_amount_times_its_footprint(case):
    system, Z, _, q = case
    p = Solver(system.A).footprints(q).values
    for j in range(25):
        suppliers, parts = upstream_contributions(system.A, p, j)
        assert sorted(suppliers.tolist()) == np.flatnonzero(Z[:, j]).tolist()
        np.testing.assert_allclose(parts, Z[suppliers, j] * p[suppliers], rtol=1e-13)
        assert q[j] + parts.sum() == pytest.approx(p[j], rel=1e-12)


def test_c10_tree_sankey_and_sensitivities_come_from_p_and_local_columns(case):
    """All of them agree with the score p·f, and none solves anything."""
    system, Z, _, q = case
    solver = Solver(system.A)
    f = np.zeros(25)
    f[3] = 2.0
    p, s = solver.footprints(q).values, solver.supply(f).values
    tree = contribution_tree(system.A, p, burdens=q, product=3, amount=2.0)
    flows = sankey(system.A, demand=f, supply=s, footprints=p, burdens=q)
    assert tree.total == pytest.approx(2 * p[3])
    assert flows.total == pytest.approx(2 * p[3])
    assert next(n.demand for n in flows.nodes if n.index == 3) == pytest.approx(2 * p[3])
    # Euler: all inputs together with a factor 1 + ε move h by ε·Σ z_ij·p_i·s_j.
    i, j = np.nonzero(Z)
    slope = float((-Z[i, j] * sensitivities(p, s, i, j)).sum())
    step = 1e-6
    up, down = (float(Solver(np.eye(25) - (1 + e) * Z).footprints(q).values @ f) for e in (step, -step))
    assert slope == pytest.approx((up - down) / (2 * step), rel=1e-7)
