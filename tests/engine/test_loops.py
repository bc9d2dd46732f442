from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from tanheng.engine import loops
from tanheng.engine.loops import _power, spectral_radius


def ring(n, gain, spread=6.0):
    rng = np.random.default_rng(n)
    unit = 10 ** rng.uniform(-spread, spread, n)
    data = gain ** (1 / n) * unit[(np.arange(n) + 1) % n] / unit
    return sparse.csr_array((data, (np.arange(n), (np.arange(n) + 1) % n)), shape=(n, n))


def test_members_and_radius_of_every_loop():
    """Two processes with √(0.5·0.2), one that uses 30 % of its own, one outside of any loop."""
    A = np.eye(4)
    A[1, 0], A[0, 1] = -0.5, -0.2
    A[2, 2] = 0.7
    A[3, 0] = -5.0
    found = loops(A)
    assert [loop.members for loop in found] == [(0, 1), (2,)]
    assert [loop.radius for loop in found] == pytest.approx([0.1**0.5, 0.3])
    assert all(loop.productive for loop in found)


def test_no_loop_in_a_chain():
    assert loops(np.array([[1.0, -9.0], [0.0, 1.0]])) == ()


@pytest.mark.parametrize("n", [3, 150, 400, 3000])
@pytest.mark.parametrize("gain", [1e-3, 0.99, 1.0, 1.5, 1e6])
def test_radius_of_a_ring_in_any_units(n, gain):
    """The radius of a ring is the n-th root of its gain; all n eigenvalues have that modulus."""
    assert spectral_radius(ring(n, gain)) == pytest.approx(gain ** (1 / n), rel=1e-7)
    (loop,) = loops(sparse.eye_array(n) - ring(n, gain))
    assert len(loop.members) == n
    assert loop.productive == (gain < 1)


def test_radius_of_a_large_component_equals_its_eigenvalue():
    rng = np.random.default_rng(0)
    Z = sparse.random_array((350, 350), density=0.03, rng=rng, format="csr") + ring(350, 1e-9, spread=0)
    unit = 10 ** rng.uniform(-5, 5, 350)
    exact = np.abs(np.linalg.eigvals(Z.toarray())).max()
    scaled = sparse.diags_array(unit) @ Z @ sparse.diags_array(1 / unit)
    assert spectral_radius(scaled) == pytest.approx(exact, rel=1e-8)


def test_a_component_that_falls_apart_without_its_credits():
    """Two rings of 150, joined to one component by a link and a credit back: the stronger ring counts."""
    n = 150
    Z = sparse.lil_array(sparse.block_diag([ring(n, 0.5), ring(n, 0.9)]))
    Z[0, n] = 0.1
    Z[n, 0] = -0.1
    (loop,) = loops(sparse.eye_array(2 * n) - Z)
    assert len(loop.members) == 2 * n
    assert loop.radius == pytest.approx(0.9 ** (1 / n), rel=1e-8)


def test_a_credit_is_no_input():
    """A process that avoids more of a product than it buys back does not feed on it."""
    A = np.array([[1.0, 5.0], [-0.3, 1.0]])  # z_01 = −5: process 1 avoids 5 units of product 0
    (loop,) = loops(A)
    assert (loop.members, loop.radius) == ((0, 1), 0.0)


@pytest.mark.fuzz  # a component of many members: seconds
def test_radius_where_small_loops_turn_almost_as_strongly_as_the_whole():
    """Power iteration creeps here: the largest eigenvalues lie within a thousandth of one another."""
    n = 600
    rng = np.random.default_rng(1)
    Z = sparse.lil_array(sparse.random_array((n, n), density=0.006, rng=rng) + ring(n, 1e-9, spread=0))
    Z *= 0.1
    for first, share in ((0, 1.0), (100, 0.9999), (200, 0.9995), (300, 1.0002)):
        Z[first, first + 1] = Z[first + 1, first] = 0.8 * share
    unit = 10 ** rng.uniform(-5, 5, n)
    scaled = sparse.csr_array(sparse.diags_array(unit) @ Z @ sparse.diags_array(1 / unit))
    assert not _power(scaled)[2]
    exact = np.abs(np.linalg.eigvals(Z.toarray())).max()
    assert spectral_radius(scaled) == pytest.approx(exact, rel=1e-10)
