"""C19: results are compared where they are comparable, with common samples (C18)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tanheng.errors import AssessmentError
from tanheng.footprint.comparing import comparable, compare
from tanheng.footprint.montecarlo import Draws, model_from, study_of

ON = "lines: [{stage: production, name: Power, amount: %s kg, from: 'factor:one'}]"


@pytest.fixture
def product(assess_with_spread):
    """``product("A", 100)``: a product of another name that takes so much of one uncertain source."""

    def make(name: str, amount: float, **head: str):
        named = {"product": f"{{name: {name}, maker: Maker}}", **head}
        return assess_with_spread(ON % amount, head=named, one=2.0)

    return make


def _apart(a, b, seed=1, samples=10_000):
    """The difference of two results that are sampled each with random numbers of their own: what must not be done."""
    one = Draws(seed, samples).totals(model_from(study_of(a), a))
    other = Draws(seed + 1, samples).totals(model_from(study_of(b), b))
    return one - other


def test_c19_independent_sampling_would_be_wrong(product):
    a, b = product("A", 100), product("B", 110)
    # Both are the same uncertain electricity, GSD² 2: T_A = 100 f, T_B = 110 f. Whatever f is, A is lower: P = 1,
    # and the difference is −10 f, between −10 × 2^(0.98) and −10 ÷ 2^(0.98) with 95 % (σ = ln 2 / 2, 1.96 σ = 0.98 ln 2).
    together = compare(a, b)
    assert together.probability_lower == 1.0
    assert (together.low, together.high) == (
        pytest.approx(-10 * 2**0.98, rel=0.02),
        pytest.approx(-10 / 2**0.98, rel=0.02),
    )
    assert together.shared == pytest.approx(1.0)
    # Drawn apart, A would be lower in Φ(ln 1.1 / (√2 σ)) = Φ(0.194) = 57.7 % of the samples only, and the interval far wider.
    apart = _apart(a, b)
    assert np.mean(apart < 0) == pytest.approx(0.577, abs=0.02)
    low, high = np.quantile(apart, (0.025, 0.975))
    assert (high - low) / (together.high - together.low) > 10


def test_c19_the_own_inputs_of_two_products_are_independent(assess_text):
    body = "lines: [{stage: production, name: Furnace, emits: {CO2: %s kg}, uncertainty: {gsd2: 1.5}}]"
    a = assess_text(body % 100, product="{name: A, maker: Maker}")
    b = assess_text(body % 110, product="{name: B, maker: Maker}")
    # Two furnaces of two products: P(A < B) = Φ(ln 1.1 / (√2 σ)), σ = ln 1.5 / 2: Φ(0.3324) = 0.630.
    found = compare(a, b, samples=50_000)
    assert found.probability_lower == pytest.approx(0.630, abs=0.01)
    assert found.shared == 0
    assert {(s.label, s.of) for s in found.shares} == {("lines[0]", "a"), ("lines[0]", "b")}


def test_c19_a_result_is_as_likely_below_as_above_itself(product):
    a = product("A", 100)
    found = compare(a, a)
    assert (found.difference, found.low, found.high, found.probability_lower) == (0, 0, 0, 0.5)


def test_c19_nothing_uncertain_means_no_probability(assess_text):
    body = "lines: [{stage: production, name: A, emits: {CO2: %s kg}}]"
    found = compare(assess_text(body % 1), assess_text(body % 2))
    assert (found.difference, found.probability_lower) == (-1, None)


def test_c19_a_tonne_and_a_thousand_kilograms_are_one_unit(product):
    a, b = product("A", 100), product("B", 110, unit="1000 kg")
    assert comparable(a, b) == ()
    assert compare(a, b).difference == pytest.approx(-10)


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ({"unit": "2 t"}, "TH-ASM-090"),
        ({"unit": "1 m3"}, "TH-ASM-090"),
        ({"boundary": "cradle-to-grave"}, "TH-ASM-091"),
        ({"boundary": "gate-to-gate"}, "TH-ASM-091"),
        ({"regime": "pact3"}, "TH-ASM-092"),
    ],
)
def test_c19_another_unit_boundary_or_regime_is_refused(product, head, code):
    a, b = product("A", 100), product("B", 110, **head)
    assert code in {fault.code for fault in comparable(a, b)}
    with pytest.raises(AssessmentError) as caught:
        compare(a, b)
    assert code in caught.value.text("zh")
    assert "可比" in caught.value.text("zh")


def test_c19_other_stages_gwp_set_rules_and_versions_are_refused_all_at_once(product):
    a = product("A", 100)
    regime = {**a.inputs["regime"], "digest": "sha256:0"}
    b = replace(
        a,
        stages=(),
        method="AR5 GWP100",
        rule_pack="other@1.0.0",
        unit_kind="functional",
        inputs={**a.inputs, "regime": regime},
    )
    codes = {"TH-ASM-093", "TH-ASM-094", "TH-ASM-095", "TH-ASM-096", "TH-ASM-097"}
    assert {fault.code for fault in comparable(a, b)} == codes


def test_c19_lines_and_stages_stand_side_by_side(assess_text):
    a = assess_text(
        "lines: [{stage: production, name: X, emits: {CO2: 5 kg}}, {stage: production, name: Y, emits: {CO2: 1 kg}}]"
    )
    b = assess_text(
        "lines: [{stage: production, name: X, emits: {CO2: 2 kg}}, {stage: production, name: Z, emits: {CO2: 7 kg}}]"
    )
    found = compare(a, b)
    assert [(row.names["en"], row.a, row.b) for row in found.lines] == [("Z", None, 7), ("X", 5, 2), ("Y", 1, None)]
    assert [(row.key, row.difference) for row in found.stages] == [("production", -3)]
    assert sum(row.difference for row in found.lines) == found.difference


WORN = "one shirt, worn and washed %s times"


@pytest.mark.parametrize(
    ("texts", "codes"),
    [
        (({"en": WORN % 50}, {"en": WORN % 20}), {"TH-ASM-098"}),
        (({"en": WORN % 50, "zh": "甲"}, {"en": WORN % 20, "zh": "乙"}), {"TH-ASM-098"}),
        (({"en": WORN % 50}, {"en": (WORN % 50).upper().replace(" ", "  ")}), set()),
        (({"en": WORN % 50, "zh": "甲"}, {"en": "one shirt, 50 washes", "zh": "甲"}), set()),
        (({"en": WORN % 50}, {"zh": "甲"}), set()),
        (({"en": WORN % 50}, {}), set()),
    ],
)
def test_c19_two_functions_of_one_unit_are_not_one_functional_unit(product, texts, codes):
    a, b = (replace(product(n, 100), unit_kind="functional", unit_text=t) for n, t in zip("AB", texts, strict=True))
    assert {fault.code for fault in comparable(a, b)} == codes


def test_c19_a_declared_unit_says_no_function(product):
    a, b = (replace(product(name, 100), unit_text={"en": name}) for name in "AB")
    assert comparable(a, b) == ()


def test_c19_what_only_one_of_them_misses_leaves_no_probability(product, assess_with_spread):
    lines = ON.removesuffix("]") + ", {stage: production, name: Steel, amount: %s, from: '%s'}]"

    def with_steel(name: str, amount: str, link: str):
        head = {"product": f"{{name: {name}, maker: Maker}}"}
        return assess_with_spread(lines % (100, amount, link), head=head, one=2.0)

    whole, other = product("A", 90), with_steel("B", "1 kg", "factor:nope")
    # B misses its steel: 90 against at least 100. Nobody knows by how much B is higher.
    found = compare(whole, other)
    assert (found.complete, found.sides_complete, found.probability_lower) == (False, (True, False), None)
    assert [[gap.code for gap in side] for side in found.missing] == [[], ["unresolved-link"]]
    # What both miss alike cancels in the difference.
    both = compare(with_steel("A", "1 kg", "factor:nope"), with_steel("B", "1 kg", "factor:nope"))
    assert (both.sides_complete, both.missing, both.probability_lower) == ((False, False), ((), ()), 0.5)


def test_c19_results_of_two_engines_are_refused(product):
    a, b = product("A", 100), product("B", 110)
    old = replace(b, inputs={**b.inputs, "engine": "1"})
    assert [(fault.code, fault.params["name"]) for fault in comparable(a, old)] == [("TH-ASM-097", "engine")]
    assert comparable(old, old) == ()  # both were made alike


EXPANDED = """
lines: [{stage: production, name: P, id: own, emits: {CO2: %s kg}}]
co_products: [{name: By, amount: 50 kg, avoided: "factor:cn-alumina-2017-calculated"}]
allocation: {basis: expansion, reason: x}
"""


def test_c19_credits_of_co_products_stand_side_by_side(assess_text):
    """The credit is a line of the result that the study does not write."""
    a, b = assess_text(EXPANDED % 100), assess_text(EXPANDED % 110)
    found = compare(a, b)
    assert [(row.key, row.difference) for row in found.lines if row.difference] == [("own", pytest.approx(-10))]
    credit = next(row for row in found.lines if row.key != "own")
    assert (credit.a, credit.b) == (a.lines[1].total, b.lines[1].total)
    assert credit.a < 0
