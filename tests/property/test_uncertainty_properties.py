"""Both views of uncertainty agree within the sampling error on linear models (C18), whatever the distributions."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanheng.footprint.inputs import Input, InputKind, Model, Term
from tanheng.footprint.montecarlo import sampled
from tanheng.footprint.sampling import lognormal, spread_from
from tanheng.footprint.uncertainty import moments
from tanheng.inventory.model import Distribution, Uncertainty

pytestmark = pytest.mark.fuzz

SAMPLES = 20_000


@st.composite
def spreads(draw):
    kind = draw(st.sampled_from(list(Distribution)))
    if kind is Distribution.LOGNORMAL:
        return lognormal(draw(st.floats(1.02, 2.5)))
    if kind is Distribution.NORMAL:
        return spread_from(Uncertainty(kind, scale=draw(st.floats(0.01, 0.5))), 1.0)
    low, high = draw(st.floats(0.1, 0.9)), draw(st.floats(1.1, 3.0))
    mode = draw(st.floats(low, high)) if kind is Distribution.TRIANGULAR else None
    return spread_from(Uncertainty(kind, mode, minimum=low, maximum=high), 1.0)


@st.composite
def models(draw):
    """Sums of contributions of either sign; each on one or two of a few inputs, which they share."""
    count = draw(st.integers(1, 6))
    inputs = {f"i{n}": Input(InputKind.LINE, f"i{n}", f"lines[{n}]", {}, draw(spreads())) for n in range(count)}
    size = st.one_of(st.floats(0.5, 100), st.floats(-20, -0.5))
    keys = st.lists(st.sampled_from(sorted(inputs)), min_size=1, max_size=min(2, count), unique=True)
    terms = tuple(Term(h, tuple(on)) for h, on in draw(st.lists(st.tuples(size, keys), min_size=1, max_size=8)))
    fixed = draw(st.floats(0, 50))
    return Model(fixed + math.fsum(t.contribution for t in terms), inputs, terms, None, 1.0)


@settings(max_examples=60, deadline=None)
@given(models(), st.integers(0, 2**31))
def test_analytic_and_monte_carlo_agree_within_the_sampling_error(model, seed):
    view, drawn = moments(model), sampled(model, samples=SAMPLES, seed=seed)
    deviation = math.sqrt(view.variance)
    # Mean: 5 standard errors. Deviation: six of its own, ½ √(kurtosis/n), of a kurtosis of 8 for one input and 80 for a product.
    kurtosis = 80 if any(len(t.on) > 1 for t in model.terms) else 8
    assert drawn.mean == pytest.approx(view.mean, abs=5 * deviation / math.sqrt(SAMPLES) + 1e-5 * abs(view.mean))
    # The size of what cancels matters for rounding: figures have six digits.
    scale = max(abs(t.contribution) for t in model.terms)
    assert drawn.deviation == pytest.approx(deviation, rel=3 * math.sqrt(kurtosis / SAMPLES), abs=1e-5 * scale)


@settings(max_examples=30, deadline=None)
@given(models(), st.floats(0.1, 1e4))
def test_a_model_in_another_unit_has_the_same_relative_spread(model, scale):
    terms = tuple(Term(t.contribution * scale, t.on) for t in model.terms)
    other = Model(model.total * scale, model.inputs, terms, None, 1.0)
    one, two = moments(model), moments(other)
    assert two.mean == pytest.approx(one.mean * scale)
    assert two.variance == pytest.approx(one.variance * scale**2)
