"""Every fast path within 10⁻⁶ of a direct solve on the same sample, whatever the system; in fact within 10⁻⁸."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanheng.engine import loops
from tanheng.engine.montecarlo import Sampler, plan
from tanheng.engine.montecarlo.plan import gross_footprints
from tanheng.engine.solver import Solver

pytestmark = pytest.mark.fuzz

_HOME = Path(__file__).parent.parent / "engine" / "montecarlo" / "conftest.py"
_SPEC = importlib.util.spec_from_file_location("random_systems", _HOME)
_MODULE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MODULE)

systems = st.builds(
    _MODULE.random_system,
    st.integers(0, 2**32 - 1),
    n=st.integers(1, 40),
    density=st.floats(0.02, 0.9),
    gain=st.sampled_from([0.3, 0.8, 0.95, 0.99]),
    avoided=st.sampled_from([0.0, 0.0, 0.1, 0.4]),
    parts=st.integers(1, 5),
    units=st.floats(0, 8),
    gsd=st.sampled_from([1.001, 1.05, 1.3, 2.0]),
    own=st.floats(0, 1),
)
C = np.array([1.0, 2.0, 0.5])


def scale_of(system, sample):
    """What adds up to each footprint, in the sample and at the amounts."""
    burdens = np.abs(sample.burdens(C[:, None]))
    of_sample = gross_footprints(sample.A, burdens, Solver(sample.A))[:, 0]
    base = system.deterministic
    return np.maximum(of_sample, gross_footprints(base.A, np.abs(base.burdens(C[:, None])), Solver(base.A))[:, 0])


@settings(deadline=None, max_examples=150)
@given(systems, st.integers(0, 2**32 - 1), st.sampled_from(["fast", "fast", "plain"]))
def test_every_sample_equals_its_direct_solve(system, seed, kernel):
    group = Sampler(plan(system, C, products=np.arange(system.processes), seed=seed), kernel=kernel).group(seed % 100)
    for lane in range(16):
        draw = 16 * (seed % 100) + lane
        sample = system.sample(draw, seed=seed)
        values = group.values[0, :, lane]
        there = np.isfinite(values)
        assert (not there.all()) == (draw in group.unproductive)
        if not there.any():
            continue
        expected = np.linalg.solve(sample.A.toarray().T, sample.B.toarray().T @ C)
        worst = (np.abs(values - expected) / np.maximum(np.abs(expected), scale_of(system, sample)))[there]
        radius = max((loop.radius for loop in loops(sample.A)), default=0.0)
        assert worst.max() <= (1e-8 if radius < 0.999 else 1e-6)


@settings(deadline=None, max_examples=40)
@given(systems, st.integers(0, 2**32 - 1), st.integers(0, 39))
def test_a_product_is_the_same_alone_and_among_all(system, seed, which):
    product = which % system.processes
    alone, among = (
        Sampler(plan(system, C, products=wanted, seed=seed)).group(5)
        for wanted in ([product], np.arange(system.processes))
    )
    there = np.isfinite(alone.values[0, 0])
    assert np.array_equal(there, np.isfinite(among.values[0, product]))  # what others depend on does not matter
    lanes = np.flatnonzero(there)
    a, b = alone.values[0, 0, lanes], among.values[0, product, lanes]
    scale = np.array([scale_of(system, system.sample(80 + lane, seed=seed))[product] for lane in lanes])
    assert (np.abs(a - b) <= 2e-8 * np.maximum(np.abs(b), scale)).all()
