"""The share of results that depends on distributions, beside dense sums over all paths."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from tanheng.engine.montecarlo import UncertainSystem
from tanheng.engine.montecarlo.coverage import coverage

C = np.array([1.0, -2.0, 0.5])


def dense(system, chosen):
    """(n,) |q| + |Z|ᵀP for the entries that ``chosen`` picks of a part."""
    n = system.processes
    t, b = (part.at(np.flatnonzero(chosen(part))) for part in (system.technosphere, system.biosphere))
    Z = sparse.coo_array((np.abs(t.values), (t.rows, t.columns)), shape=(n, n)).toarray()
    q = np.bincount(b.columns, np.abs(b.values * C[b.rows]), minlength=n)
    return np.linalg.solve(np.eye(n) - Z.T, q)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("case", [{}, {"parts": 4, "n": 24}, {"density": 0.1, "n": 30}, {"avoided": 0.2}, {"own": 1.0}])
def test_coverage_is_one_minus_the_share_of_certain_paths(make_system, seed, case):
    system = make_system(seed, **case)
    every, certain = dense(system, lambda part: np.ones(len(part), bool)), dense(system, lambda part: ~part.uncertain)
    emits = every > 1e-12 * every.max()  # a dense solve leaves rounding where nothing is emitted
    found = coverage(system, C)
    assert np.array_equal(np.isfinite(found), emits)
    np.testing.assert_allclose(found[emits], 1 - certain[emits] / every[emits], atol=1e-7)


def test_nothing_varies_everything_varies_nothing_is_emitted(make_spreads):
    Z, B = np.array([[0.0, 0.5, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]), np.array([[1.0, 0.0, 0.0]])
    for scale, share in ((1.0, 0.0), (1.3, 1.0)):
        system = UncertainSystem(3, 1, make_spreads(Z, scale=scale), make_spreads(B, scale=scale, first=50))
        assert coverage(system, np.ones(1))[:2].tolist() == [share, share]
        assert np.isnan(coverage(system, np.ones(1))[2])


def test_credits_that_outgrow_their_inputs_still_give_a_share(make_spreads):
    """|Z| has a spectral radius of 3: the sum over all paths has no end, its parts still have a ratio."""
    Z = np.array([[0.0, -3.0], [-3.0, 0.0]])
    system = UncertainSystem(2, 1, make_spreads(Z, scale=1.1), make_spreads(np.array([[1.0, 1.0]]), scale=1.0))
    found = coverage(system, np.ones(1))
    assert np.isfinite(found).all()
    assert (found > 0.99).all()
    assert (found <= 1).all()
