"""C18: Monte Carlo with a seed, a stream of random numbers for each input, and the same inputs as the analytic view."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tanheng.errors import AssessmentError
from tanheng.footprint import recompute
from tanheng.footprint.inputs import Input, InputKind, Model, Term
from tanheng.footprint.montecarlo import Draws, monte_carlo_of, sampled
from tanheng.footprint.sampling import Spread, lognormal, probabilities, spread_from
from tanheng.footprint.uncertainty import moments
from tanheng.inventory.model import Distribution, Uncertainty

BODY = """
lines:
  - {stage: production, name: A, emits: {CO2: 80 kg}, uncertainty: {gsd2: 1.5}}
  - {stage: production, name: B, emits: {CO2: 20 kg}, uncertainty: {kind: normal, sd: 5}}
  - {stage: production, name: C, amount: 100 kWh, electricity: [{grid: CN}]}
"""


def test_c18_the_same_seed_gives_the_same_numbers(assess_text):
    result = assess_text(BODY)
    first, again = (monte_carlo_of(result, samples=2_000, seed=7) for _ in range(2))
    assert first == again
    assert monte_carlo_of(result, samples=2_000, seed=8).mean != first.mean


def test_c18_the_numbers_of_a_seed_are_these_on_every_machine():
    # Published: a change of these draws would change assessments that were frozen before (C21).
    expected = [0.08010473333613, 0.66764835024071, 0.31622525163055]
    assert probabilities(1, "source x", 3) == pytest.approx(expected, abs=1e-13)


def test_c18_an_input_has_the_same_draws_whatever_else_the_study_holds(assess_text):
    line = "{stage: production, name: A, emits: {CO2: 80 kg}, uncertainty: {gsd2: 1.5}}"
    alone, after = (
        assess_text(f"lines: [{line}]"),
        assess_text(f"lines: [{{stage: use, name: B, amount: 1 kg}}, {line}]"),
    )
    one, other = monte_carlo_of(alone, samples=1_000), monte_carlo_of(after, samples=1_000)
    assert (one.mean, one.quantiles) == (other.mean, other.quantiles)


@pytest.mark.parametrize(
    ("uncertainty", "base", "reference"),
    [
        (Uncertainty(Distribution.LOGNORMAL, scale=1.3), 4.0, stats.lognorm(s=np.log(1.3))),
        (Uncertainty(Distribution.NORMAL, scale=0.8), 4.0, stats.norm(1, 0.2)),
        (Uncertainty(Distribution.UNIFORM, minimum=2.0, maximum=8.0), 4.0, stats.uniform(0.5, 1.5)),
        (Uncertainty(Distribution.TRIANGULAR, 3.0, minimum=2.0, maximum=8.0), 4.0, stats.triang(1 / 6, 0.5, 1.5)),
    ],
)
def test_c18_distributions_are_those_of_scipy(uncertainty, base, reference):
    spread = spread_from(uncertainty, base)
    p = np.linspace(0.001, 0.999, 201)
    assert spread.at(p) == pytest.approx(reference.ppf(p))
    assert spread.mean == pytest.approx(reference.mean())
    assert spread.deviation == pytest.approx(reference.std())


def test_c18_bounds_that_do_not_hold_the_value_say_nothing_of_it():
    """A formula or a scenario may give a value that the bounds were not written for: it is certain there."""
    spread = Uncertainty(Distribution.TRIANGULAR, 70.0, minimum=60.0, maximum=80.0)
    assert spread_from(spread, 5.0) is None
    assert spread_from(spread, 60.0) is not None


def test_c18_draws_are_uniform_and_independent_of_each_other():
    one, other = (probabilities(1, key, 100_000) for key in ("a", "b"))
    assert stats.kstest(one, "uniform").pvalue > 0.001
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.015


def test_c18_median_of_a_lognormal_is_the_value(assess_text):
    result = assess_text("lines: [{stage: production, name: A, emits: {CO2: 100 kg}, uncertainty: {gsd2: 1.44}}]")
    drawn = monte_carlo_of(result, samples=100_000)
    assert drawn.median == pytest.approx(100, rel=5e-3)
    assert drawn.mean == pytest.approx(100 * np.exp(np.log(1.2) ** 2 / 2), rel=5e-3)
    # 2.5 % and 97.5 %: 100 × 1.2^(∓1.96)
    assert (drawn.low, drawn.high) == (
        pytest.approx(100 / 1.2**1.96, rel=1e-2),
        pytest.approx(100 * 1.2**1.96, rel=1e-2),
    )


def test_c18_both_views_name_the_same_inputs(assess_text):
    result = assess_text(BODY)
    drawn = dict(monte_carlo_of(result, samples=20_000).shares)
    analytic = dict(result.uncertainty.shares)
    assert drawn.keys() == analytic.keys()
    assert all(drawn[key] == pytest.approx(analytic[key], abs=0.01) for key in analytic)


def test_c18_a_divisor_that_nears_zero_lifts_the_mean(assess_text):
    result = assess_text("""
parameters: [{id: life, value: 2 a, uncertainty: {kind: uniform, min: 1.2, max: 2.8}}]
lines: [{stage: production, name: A, formula: 100 kWh * 1 a / life, electricity: [{own: hydro}]}]
""")
    # E[1/x] of a uniform on (1.2, 2.8): ln(2.8/1.2)/1.6, times 2 of the value itself; hydropower's own spread apart.
    drawn, fixed = monte_carlo_of(result, samples=50_000), result.uncertainty.mean / result.total
    assert drawn.mean / result.total == pytest.approx(2 * np.log(2.8 / 1.2) / 1.6 * fixed, rel=0.01)


def test_c18_samples_are_bounded(assess_text):
    with pytest.raises(AssessmentError) as caught:
        monte_carlo_of(assess_text(BODY), samples=10)
    assert caught.value.code == "TH-ASM-086"


def test_c18_a_spread_beyond_all_numbers_is_told():
    spread = Spread(Distribution.LOGNORMAL, scale=400.0)
    model = Model(1.0, {"x": Input(InputKind.LINE, "x", "x", {}, spread)}, (Term(1.0, ("x",)),), None, 1.0)
    with pytest.raises(AssessmentError) as caught:
        Draws(1, 1_000).totals(model)
    assert caught.value.code == "TH-ASM-087"


def test_c18_progress_is_told_and_can_stop(assess_text):
    result, seen = assess_text(BODY), []
    monte_carlo_of(result, samples=500, progress=lambda done, whole: seen.append((done, whole)))
    assert seen[-1] == (3, 3)

    def stop(done: int, whole: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        monte_carlo_of(result, samples=500, progress=stop)


def _large(lines: int) -> Model:
    inputs = {
        f"line {i}": Input(InputKind.LINE, f"line {i}", f"lines[{i}]", {}, lognormal(1.2 + i % 7 / 10))
        for i in range(lines)
    }
    sources = {
        f"source {i}": Input(InputKind.SOURCE, f"source {i}", f"s{i}", {}, lognormal(1.5)) for i in range(lines // 4)
    }
    terms = tuple(Term(1.0 + i % 5, (f"line {i}", f"source {i % len(sources)}")) for i in range(lines))
    return Model(sum(t.contribution for t in terms), inputs | sources, terms, None, 1.0)


def test_c18_a_thousand_lines_agree_with_the_analytic_view():
    model = _large(1_000)
    drawn = sampled(model, samples=10_000, seed=1)
    view = moments(model)
    # The sampling error of the mean is σ/√n, of the deviation about σ/√2n.
    assert drawn.mean == pytest.approx(view.mean, abs=4 * drawn.deviation / 100)
    assert drawn.deviation == pytest.approx(view.variance**0.5, rel=0.04)


def test_c18_inputs_that_are_no_longer_kept_get_the_same_numbers(monkeypatch):
    model = _large(40)
    kept = Draws(1, 1_000).totals(model)
    monkeypatch.setattr("tanheng.footprint.montecarlo._KEPT", 2_000)
    assert (Draws(1, 1_000).totals(model) == kept).all()


def test_c18_monte_carlo_is_recomputed_with_the_same_digest(assess_text):
    result = assess_text(BODY, options={"samples": 1_000, "seed": 4})
    assert result.monte_carlo == monte_carlo_of(result, samples=1_000, seed=4)
    again = recompute(result)
    assert again.digest == result.digest


def test_c18_chance_alone_gives_a_parameter_no_share(assess_with_spread):
    """With 25 classes of 20 samples, means of classes spread by 24/500 = 4.8 % of the variance where nothing moves them."""
    body = """
parameters: [{id: x, value: 1 kg, uncertainty: {gsd2: 1.5}}]
lines:
  - {stage: production, name: Much, amount: 1000 kg, from: "factor:one"}
  - {stage: production, name: Little, formula: x, from: "factor:one"}
"""
    result = assess_with_spread(body, one=2.0)
    found = [
        dict(monte_carlo_of(result, samples=500, seed=seed).shares).get("parameters.x", 0.0) for seed in range(1, 9)
    ]
    # By hand, it has (1/1001)² × (0.2/0.35)² of the variance; the noise that is left lies around 0, not around 4.8 %.
    assert sum(found) / len(found) < 0.015


@pytest.mark.parametrize("spread", ["{kind: normal, sd: 8}", "{kind: uniform, min: -6, max: 16}"])
def test_c18_an_amount_that_may_fall_below_zero_is_no_lognormal(assess_text, spread):
    result = assess_text(
        f"lines: [{{stage: production, name: X, emits: {{CO2: 5 kg}}, uncertainty: {spread}}}]",
        options={"samples": 20_000},
    )
    # Normal, 5 ± 1.96 × 8; uniform: mean 5, σ = 22/√12 = 6.35, 5 ± 1.96 × 6.35. A lognormal of that mean has no value below 0.
    deviation = 8 if "normal" in spread else 22 / 12**0.5
    analytic, sampled = result.uncertainty, result.monte_carlo
    assert analytic.gsd2 is None
    assert (analytic.low, analytic.high) == pytest.approx((5 - 1.96 * deviation, 5 + 1.96 * deviation), rel=1e-4)
    assert sampled.low < 0
    assert sampled.deviation == pytest.approx(deviation, rel=0.03)


def test_c18_a_spread_in_the_unit_of_an_amount_needs_one(assess_text):
    body = "lines: [{stage: production, name: X, emits: {CO2: 1 kg%s}, uncertainty: {kind: normal, sd: 0.1}}]"
    assert assess_text(body % "").uncertainty.deviation == pytest.approx(0.1)
    with pytest.raises(AssessmentError) as caught:
        assess_text(body % ", CH4: 1 kg")
    assert (caught.value.code, caught.value.faults[0].place.endswith("lines[0].uncertainty")) == ("TH-ASM-089", True)
