"""Moments of any system: sums of demands, exact trees, and variances that are none below 0."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from tanheng.engine.excess import excess
from tanheng.engine.moments import Propagation, covariances
from tanheng.engine.montecarlo import UncertainSystem

pytestmark = pytest.mark.fuzz

_HOME = Path(__file__).parent.parent / "engine" / "montecarlo" / "conftest.py"
_SPEC = importlib.util.spec_from_file_location("random_systems", _HOME)
_MODULE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MODULE)

systems = st.builds(
    _MODULE.random_system,
    st.integers(0, 2**32 - 1),
    n=st.integers(2, 30),
    density=st.floats(0.02, 0.9),
    gain=st.sampled_from([0.3, 0.8, 0.95]),
    avoided=st.sampled_from([0.0, 0.0, 0.1, 0.4]),
    parts=st.integers(1, 4),
    units=st.floats(0, 6),
    gsd=st.sampled_from([1.001, 1.05, 1.3, 2.0]),
    own=st.floats(0, 1),
)
C = np.array([[1.0, 0.5], [2.0, 0.0], [0.5, -1.0]])


@settings(deadline=None, max_examples=60)
@given(systems, st.data())
def test_two_demands_together_are_their_sum(system, data):
    n = system.processes
    one, other = np.zeros(n), np.zeros(n)
    one[data.draw(st.integers(0, n - 1))] = 2.0
    other[data.draw(st.integers(0, n - 1))] = 0.5
    model = Propagation(system, C)
    a, b, both = (model.moments(f) for f in (one, other, one + other))
    if {a.around, b.around} != {both.around}:
        return
    size = np.abs(a.mean).max() + np.abs(b.mean).max()
    np.testing.assert_allclose(both.mean, a.mean + b.mean, rtol=1e-9, atol=1e-9 * size)
    found = covariances([a, b])
    summed = found.sum(axis=(0, 2))
    np.testing.assert_allclose(both.covariance, summed, rtol=1e-6, atol=1e-9 * np.abs(found).max())
    np.testing.assert_allclose(found[0, :, 0, :], a.covariance, rtol=1e-9)
    matrix = found.reshape(4, 4)
    np.testing.assert_allclose(matrix, matrix.T, rtol=1e-9, atol=1e-12 * np.abs(matrix).max())
    assert np.linalg.eigvalsh(matrix).min() >= -1e-6 * np.abs(matrix).max()
    assert a.shares(np.array([1.0, 0.0])).sum() == pytest.approx(1.0) or not a.parts[:, 0].any()


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(2, 25), st.sampled_from([1.05, 1.5, 2.5]))
def test_trees_are_exact(seed, n, gsd):
    """Every product has one user: E and Var of a sum of independent products, one process after the other."""
    rng = np.random.default_rng(seed)
    user = np.array([rng.integers(j + 1, n) for j in range(n - 1)])
    Z = sparse.coo_array((rng.lognormal(0, 1, n - 1), (np.arange(n - 1), user)), shape=(n, n))
    B = sparse.coo_array(rng.lognormal(0, 1, (1, n)))
    inputs, flows = (_MODULE.mixed(m, rng, gsd=gsd, first=first) for m, first in ((Z, 0), (B, 1000)))
    mean, variance = np.zeros(n), np.zeros(n)
    z, b = inputs.moments(), flows.moments()
    mean[:], variance[:] = b[0], b[1] ** 2
    for i in range(n - 1):
        mean[user[i]] += z[0][i] * mean[i]
        squares = (z[0][i] ** 2 + z[1][i] ** 2) * (mean[i] ** 2 + variance[i])
        variance[user[i]] += squares - (z[0][i] * mean[i]) ** 2
    found = Propagation(UncertainSystem(n, 1, inputs, flows), np.ones(1)).moments(np.eye(n)[n - 1])
    assert found.mean[0] == pytest.approx(mean[n - 1], rel=1e-10)
    assert found.covariance[0, 0] == pytest.approx(variance[n - 1], rel=1e-9, abs=1e-12 * mean[n - 1] ** 2)


@settings(deadline=None)
@given(
    st.tuples(st.floats(0.01, 10), st.floats(0.01, 10)),
    st.tuples(st.floats(0, 2), st.floats(0, 2)),
    st.floats(-0.99, 0.99),
    st.sampled_from([1.0, -1.0]),
)
def test_an_excess_is_no_less_than_the_difference_and_parts_of_it_add_up(mean, relative, correlation, sign):
    mean = sign * np.array(mean)
    deviation = mean * np.array(relative)
    covariance = np.array([[1, correlation], [correlation, 1]]) * np.outer(deviation, deviation)
    found, variance, slopes = excess(mean, covariance)
    other, _, _ = excess(mean[::-1], covariance[::-1, ::-1])
    size = np.abs(mean).sum()
    assert found >= max(mean[0] - mean[1], 0) - 1e-9 * size
    # max(x − y, 0) − max(y − x, 0) = x − y
    assert found - other == pytest.approx(mean[0] - mean[1], abs=1e-9 * size)
    assert variance >= 0
    assert -1e-12 <= slopes[0] <= 1 + 1e-12
    assert -1 - 1e-12 <= slopes[1] <= 1e-12
