"""Why two results differ: steps that are computed, named by what was switched, and that add up (C13, C20)."""

from __future__ import annotations

import dataclasses
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanheng.errors import AssessmentError
from tanheng.footprint import read_study, recompute
from tanheng.footprint.assessing import assess_all
from tanheng.footprint.differences import differences
from tanheng.footprint.documents import plain
from tanheng.footprint.reading import study_from_document
from tanheng.footprint.rulebook import known_regimes
from tanheng.texts import catalogue

BODY = """
lines:
  - {stage: raw-materials, name: Clinker, amount: 0.9 t, from: "cbam:25231000/A@CN", codes: {cn: "25231000"},
     transport: [{mode: rail, distance: 100 km}]}
  - {stage: production, name: Furnace, emits: {CO2: 100 kg, CH4: 2 kg, N2O: 1 kg}}
  - {stage: production, name: Boiler, emits: {CO2: {amount: 300 kg, origin: biogenic}}}
  - {stage: raw-materials, name: Wood, emits: {CO2: {amount: 900 kg, origin: removal}}}
  - {stage: production, name: Power, amount: 100 kWh, electricity: [{certificate: wind, share: 60 %}, {grid: CN, share: 40 %}]}
  - {stage: use, name: Use, emits: {CO2: 7 kg}}
"""


def test_a_credit_that_one_of_two_regimes_counts_is_a_line_of_the_difference(study_file):
    body = """
lines: [{stage: production, name: P, emits: {CO2: 100 kg}}]
co_products: [{name: Slag, amount: 250 kg, avoided: "factor:cn-alumina-2017-calculated"}]
"""
    both = assess_all(read_study(study_file(body)), regimes=("gbt24067", "pact3"))
    shared, expanded = both["gbt24067"], both["pact3"]
    assert [len(result.lines) for result in both.values()] == [1, 2]
    # By mass 100 / 1.25 = 80 kg; expanded 100 − 0.25 × 1352 = −238 kg.
    assert (shared.total, expanded.total) == (pytest.approx(80), pytest.approx(-238))
    for first, second, sign in ((shared, expanded, 1), (expanded, shared, -1)):
        found = differences(first, second)
        assert row(found, 0).difference == pytest.approx(sign * 20)
        assert row(found, 1).difference == pytest.approx(sign * -338)


@pytest.fixture
def results(study_file):
    head = {"boundary": "cradle-to-grave", "product": '{name: P, maker: M, codes: {cn: "25231000"}}'}
    return assess_all(read_study(study_file(BODY, **head)))


def steps(found) -> dict[str, float]:
    return {step.key: step.amount for step in found.steps}


def row(found, index):
    return next(row for row in found.lines if row.index == index)


def test_each_step_is_the_choice_that_was_switched_by_hand(results):
    """From ISO 14067 to PACT: biogenic CO2 has no value, the rest after the gate goes.

    gases and origins   −900 (wood) and +300 (boiler) leave; the 600 that were added back leave, too: 0 in the total
    stages              use −7
    """
    found = differences(results["iso14067"], results["pact3"])
    assert steps(found)["counted"] == pytest.approx(0.0, abs=1e-9)
    assert steps(found)["stages"] == pytest.approx(-7.0, rel=1e-12)
    assert "gwp" not in steps(found)
    wood, back = row(found, 3), row(found, None)
    assert wood.reasons == (("counted", pytest.approx(900.0)),)
    assert (back.first, back.second) == (pytest.approx(600.0), 0.0)
    assert row(found, 2).difference == pytest.approx(-300.0)


def test_the_gwp_step_of_cbam_by_hand(results):
    """Nitrous oxide 273 → 265, methane 29.8 → 30 of AR5 (fossil); then methane leaves with the list of gases."""
    found = differences(results["iso14067"], results["cbam"])
    furnace = dict(row(found, 1).reasons)
    methane = results["cbam"].lines[1].parts
    ar5 = next(g.co2e for part in methane for g in part.gases if g.gas == "CH4")
    assert furnace["gwp"] == pytest.approx((265 - 273) + (ar5 - 2 * 29.8), rel=1e-9)
    assert furnace["counted"] == pytest.approx(-ar5, rel=1e-9)
    assert dict(row(found, 0).reasons)["excluded:transport"] < 0


def test_certificates_are_told_as_electricity(results):
    found = differences(results["gbt24067"], results["iso14067"])
    assert [step.key for step in found.steps if step.amount] == ["electricity"]
    assert [line.index for line in found.lines] == [4]
    assert found.steps[0].before != found.steps[0].after


@pytest.mark.parametrize("first", known_regimes())
@pytest.mark.parametrize("second", known_regimes())
def test_the_walk_ends_at_the_second_result_and_adds_up(results, first, second):
    check_sums(results[first], results[second])


def check_sums(first, second):
    found = differences(first, second)
    least = 1e-9 * max(abs(first.total), abs(second.total), 1.0)
    assert found.difference == pytest.approx(second.total - first.total, abs=least)
    assert math.fsum(step.amount for step in found.steps) == pytest.approx(found.difference, abs=least)
    if found.steps:
        assert found.steps[-1].total == pytest.approx(second.total, abs=least)
    assert math.fsum(line.difference for line in found.lines) == pytest.approx(found.difference, abs=least)
    for line in found.lines:
        assert math.fsum(amount for _, amount in line.reasons) == pytest.approx(line.difference, abs=least)
        assert (line.second or 0.0) - (line.first or 0.0) == pytest.approx(line.difference, abs=least)
    for step in found.steps:
        told = math.fsum(amount for line in found.lines for key, amount in line.reasons if key == step.key)
        assert told == pytest.approx(step.amount, abs=least)
        assert step.key.partition(":")[0] in catalogue("differences")
    back = differences(second, first)
    assert back.difference == pytest.approx(-found.difference, abs=least)


ORIGINS = ("fossil", "biogenic", "removal", "luc")
GASES = ("CO2", "CH4", "N2O", "CF4")
LINE = st.builds(
    lambda stage, gas, origin, mass, kwh: {
        "stage": stage,
        "name": {"en": f"{gas} {origin}", "zh": f"{gas} {origin}"},
        "amount": f"{kwh:.6g} kWh",
        "electricity": [{"certificate": "wind", "share": "50 %"}, {"grid": "CN", "share": "50 %"}],
        "emits": {
            gas: {"amount": f"{mass:.6g} kg", "origin": "removal" if gas == "CO2" and origin == "removal" else origin}
        },
        "transport": [{"mode": "rail", "distance": f"{kwh:.6g} km", "mass": "1 t"}],
    },
    st.sampled_from(["raw-materials", "production", "distribution", "use", "end-of-life"]),
    st.sampled_from(GASES),
    st.sampled_from(ORIGINS),
    st.floats(0.001, 1e4),
    st.floats(0.001, 1e4),
)


@settings(max_examples=25, deadline=None)
@given(lines=st.lists(LINE, min_size=1, max_size=5), pair=st.permutations(known_regimes()))
def test_the_steps_add_up_for_any_study(lines, pair):
    study = {
        "tanheng": "study/1",
        "product": {"name": {"en": "P", "zh": "P"}, "codes": {"cn": "25231000"}},
        "unit": "1 t",
        "boundary": "cradle-to-grave",
        "period": "2024-01-01/2024-12-31",
        "site": "CN-53",
        "lines": lines,
    }
    found = assess_all(study_from_document(study), regimes=pair[:2])
    check_sums(found[pair[0]], found[pair[1]])


def test_a_linked_product_differs_by_its_own_regime(study_file):
    """The inner study buys certificates: under ISO 14067 its result is smaller, which is no choice of the outer lines."""
    inner = "lines: [{stage: production, name: P, amount: 100 kWh, electricity: [{certificate: wind}]}]"
    outer = 'lines: [{stage: raw-materials, name: K, amount: 2 t, from: "study:inner.yaml"}]'
    study_file(inner, name="inner.yaml")
    found = assess_all(read_study(study_file(outer)), regimes=("gbt24067", "iso14067"))
    why = differences(found["gbt24067"], found["iso14067"])
    assert steps(why)["linked-results"] == pytest.approx(why.difference, rel=1e-12)
    assert why.difference < 0
    check_sums(found["gbt24067"], found["iso14067"])


def test_it_needs_nothing_but_the_two_results(results):
    """What was frozen, read back and computed again gives the same walk."""
    again = {name: recompute(result) for name, result in results.items() if name in ("gbt24067", "cbam")}
    assert plain(differences(*again.values())) == plain(differences(results["gbt24067"], results["cbam"]))


def test_results_of_different_studies_are_refused(assess_text):
    first = assess_text("lines: [{stage: production, name: P, emits: {CO2: 1 kg}}]")
    second = assess_text("lines: [{stage: production, name: P, emits: {CO2: 2 kg}}]")
    with pytest.raises(AssessmentError) as caught:
        differences(first, second)
    assert caught.value.code == "TH-ASM-020"


def test_results_of_another_engine_are_refused(results):
    other = dataclasses.replace(results["cbam"], inputs={**results["cbam"].inputs, "engine": "1"})
    with pytest.raises(AssessmentError) as caught:
        differences(results["gbt24067"], other)
    assert caught.value.code == "TH-ASM-006"


def test_end_of_life_and_allocation_are_steps_of_their_own(study_file):
    """Where the study names neither, PEF takes the circular formula and expands; GB/T 24067 cuts off and goes by mass.

    allocation: 1000 kg of the product and 250 kg of slag share by mass 0.8; expansion charges all, less what slag replaces.
    """
    body = """
lines:
  - {stage: raw-materials, name: Metal, amount: 1 t, from: "factor:cn-alumina-2017-calculated",
     recycling: {recycled_content: 40 %, recycling_rate: 50 %, allocation: 50 %,
       recycled: "factor:cn-prebaked-anode-2017-calculated", disposal: "factor:gb-2023-waste-commercial-industrial-landfill"}}
  - {stage: production, name: Furnace, emits: {CO2: 500 kg}}
co_products: [{name: Slag, amount: 250 kg, avoided: "factor:cn-alumina-2017-calculated"}]
"""
    found = assess_all(read_study(study_file(body, boundary="cradle-to-grave")), regimes=("gbt24067", "pef31"))
    why = differences(found["gbt24067"], found["pef31"])
    assert found["gbt24067"].allocation.share == pytest.approx(0.8)
    assert found["pef31"].allocation.basis == "expansion"
    assert dict(row(why, 1).reasons)["allocation"] == pytest.approx(0.2 * 500, rel=1e-9)
    assert abs(steps(why)["end-of-life"]) > 1
    assert abs(dict(row(why, 0).reasons)["end-of-life"]) > 1
    check_sums(found["gbt24067"], found["pef31"])
    for result in found.values():
        assert recompute(result).digest == result.digest


def test_cbam_gives_no_credit_for_what_a_co_product_replaces(study_file):
    body = """
lines: [{stage: production, name: Furnace, emits: {CO2: 500 kg}}]
co_products: [{name: Slag, amount: 250 kg, avoided: "factor:cn-alumina-2017-calculated"}]
allocation: {basis: expansion, reason: x}
"""
    head = {"product": '{name: P, maker: M, codes: {cn: "72061000"}}'}
    found = assess_all(read_study(study_file(body, **head)), regimes=("iso14067", "cbam"))
    assert found["iso14067"].total < 500
    assert found["cbam"].total == pytest.approx(500, rel=1e-12)
    assert steps(differences(found["iso14067"], found["cbam"]))["excluded:avoided"] > 0
