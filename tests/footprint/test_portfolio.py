"""Portfolios: many results by common samples of the background that they share (C18, C19)."""

from __future__ import annotations

import pickle
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanheng.compute import Here
from tanheng.errors import AssessmentError
from tanheng.footprint import blocks
from tanheng.footprint import portfolio as module
from tanheng.footprint.assessing import assessor
from tanheng.footprint.background import BackgroundSpreads
from tanheng.footprint.batching import Batch
from tanheng.footprint.inputs import Input, InputKind, Model, Term
from tanheng.footprint.montecarlo import study_of
from tanheng.footprint.onbackground import background_model, both_views
from tanheng.footprint.portfolio import portfolio
from tanheng.footprint.reading import read_study
from tanheng.footprint.rulebook import recorded_rules
from tanheng.footprint.sampling import Spread
from tanheng.inventory.model import Distribution, Uncertainty
from tanheng.testing import database, process

FIGURES = ("mean", "median", "deviation", "low", "high", "quantiles")


@pytest.fixture
def product(study_file, varied_background):
    """``product("A", Steel=100, Plate=20)``: so many kg of products of the database."""
    assess = assessor(backgrounds=varied_background)

    def make(name: str, *lines: str, extra: str = "", maker: str = "Maker", head: dict | None = None, **takes: float):
        linked = [
            f"{{stage: raw-materials, name: {key}, amount: {amount} kg, from: 'varied:{key}'{extra}}}"
            for key, amount in takes.items()
        ]
        named = {"product": f"{{name: {name}, maker: {maker}}}", **(head or {})}
        return assess(read_study(study_file(f"lines: [{', '.join((*linked, *lines))}]", name=f"{name}.yaml", **named)))

    return make


@pytest.fixture
def sample(varied_background):
    def run(samples: int = 512, **more):
        results = more.pop("results")
        return portfolio(results.items(), backgrounds=varied_background, samples=samples, **more)

    return run


def test_what_independent_sampling_leaves_open_is_certain(product, sample):
    """100 and 110 kg of one uncertain steel (GSD² 2): T_A = 100 f, T_B = 110 f, whatever f is.

    Drawn apart, A would be lower in Φ(ln 1.1 / (√2 σ)) = 57.7 % of the samples.
    """
    found = sample(
        results={"A": product("A", Steel=100), "B": product("B", Steel=110)}, samples=20_000, pairs=[("A", "B")]
    )
    (pair,) = found.pairs
    assert pair.probability_lower == 1.0
    assert pair.correlation == 1.0
    assert pair.difference == pytest.approx(-10)
    assert (pair.low, pair.high) == (pytest.approx(-10 * 2**0.98, rel=0.03), pytest.approx(-10 / 2**0.98, rel=0.03))
    other = sample(results={"B": product("B", Steel=110)}, samples=20_000, seed=2)
    apart = found.values[0] - other.values[0]
    assert np.mean(apart < 0) == pytest.approx(0.577, abs=0.015)


def test_what_two_products_have_upstream_is_shared_too(product, sample):
    """A beam is 2 kg of steel and nothing else: 50 beams are 100 kg of steel, in every sample."""
    found = sample(results={"A": product("A", Steel=100), "B": product("B", Beam=50)})
    assert found.values[0] == pytest.approx(found.values[1], rel=1e-12)
    pair = found.compare("A", "B")
    assert (pair.difference, pair.probability_lower, pair.low, pair.high) == (0, 0.5, 0, 0)


def test_products_that_share_nothing_are_independent(product, sample):
    found = sample(results={"A": product("A", Steel=100), "B": product("B", Plate=55)}, samples=20_000)
    assert abs(found.compare("A", "B").correlation) < 0.03


def test_half_shared(product, sample):
    """T = f + g: with the same variance of both parts, the correlation with f alone is 1/√2."""
    own = "{stage: raw-materials, name: Furnace, emits: {CO2: 100 kg}, uncertainty: {gsd2: 2}}"
    found = sample(results={"A": product("A", own, Steel=100), "B": product("B", Steel=100)}, samples=50_000)
    assert found.compare("A", "B").correlation == pytest.approx(1 / np.sqrt(2), abs=0.02)


def test_a_member_has_the_figures_that_it_has_alone(product, sample, varied_background):
    own = "{stage: production, name: Furnace, emits: {CO2: 9 kg}, uncertainty: {kind: normal, sd: 2}}"
    results = {
        "A": product("A", own, Steel=100, Dust=3),
        "B": product("B", Plate=7, extra=", uncertainty: {gsd2: 1.2}"),
        "C": product("C", own, Wood=5),
    }
    found = sample(results=results, samples=700, seed=5)
    for member, result in zip(found.members, results.values(), strict=True):
        _, alone = both_views(result, samples=700, seed=5, backgrounds=varied_background)
        assert {key: getattr(member, key) for key in FIGURES} == {key: getattr(alone, key) for key in FIGURES}
        assert member.coverage == alone.coverage
        assert (member.counted, member.digest) == (700, result.digest)


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(range(5)), st.integers(1, 5))
def test_a_seed_gives_a_result_the_same_samples_in_any_portfolio(five, sample, order, count):
    whole = sample(results=five).values
    chosen = order[:count]
    names = list(five)
    part = sample(results={names[i]: five[names[i]] for i in chosen}).values
    assert (part == whole[chosen]).all()


@pytest.fixture
def five(product):
    own = "{stage: raw-materials, name: Furnace, emits: {CO2: 9 kg}, uncertainty: {gsd2: 1.4}}"
    return {
        "A": product("A", own, Steel=100, Plate=3),
        "B": product("B", Plate=7, Beam=1, extra=", uncertainty: {gsd2: 1.2}"),
        "C": product("C", own, maker="Another", Wood=5, Dust=7),
        "D": product("D", own, Glass=2),
        "E": product("E", "{stage: raw-materials, name: Power, amount: 10 kWh, electricity: [{own: hydro}]}", Steel=3),
    }


def test_another_seed_gives_other_samples_and_more_samples_the_same_first_ones(five, sample):
    found = sample(results=five, seed=1)
    assert not (sample(results=five, seed=2).values[0] == found.values[0]).any()
    assert (sample(results=five, samples=1_000).values[:, :512] == found.values).all()


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(0.01, 1e4), st.floats(0.01, 1e4), st.floats(-1e3, 1e3))
def test_a_bill_of_both_is_the_sum_of_two_bills(product, sample, steel, plate, credit):
    results = {
        "both": product("both", Steel=steel, Plate=plate, Glass=credit),
        "one": product("one", Steel=steel),
        "other": product("other", Plate=plate, Glass=credit),
    }
    values = sample(results=results, samples=100).values
    gross = abs(steel) + 2 * plate + abs(credit)
    assert np.abs(values[0] - values[1] - values[2]).max() <= 1e-12 * gross * np.abs(values).max()


def test_threads_blocks_and_pickled_work_give_the_same_bits(five, sample, varied_background, monkeypatch):
    whole = sample(results=five, samples=600).values
    assert (sample(results=five, samples=600, compute=Here(2)).values == whole).all()
    batch = Batch()
    for result in five.values():
        chosen = recorded_rules(result.inputs).effective
        batch.add(background_model(study_of(result), result, chosen, BackgroundSpreads(varied_background)))
    work = pickle.loads(pickle.dumps(batch.work(samples=600, seed=1)))  # noqa: S301 - our own
    assert (np.concatenate([work(number).values for number in work.blocks], axis=1) == whole).all()
    monkeypatch.setattr(blocks, "BLOCK", 64)
    monkeypatch.setattr(blocks, "_AT_ONCE", 1)
    assert (sample(results=five, samples=600).values == whole).all()


def test_formulas_can_be_sent_elsewhere(study_file, varied_background):
    body = """
parameters: [{id: mass, value: 4 kg, uncertainty: {kind: uniform, min: 2, max: 6}}]
lines: [{stage: raw-materials, name: Steel, formula: mass * 25, from: 'varied:Steel'}]
"""
    result = assessor(backgrounds=varied_background)(read_study(study_file(body)))
    model = background_model(
        study_of(result), result, recorded_rules(result.inputs).effective, BackgroundSpreads(varied_background)
    )
    batch = Batch()
    batch.add(model)
    work = batch.work(samples=256, seed=1)
    sent = pickle.loads(pickle.dumps(work))  # noqa: S301 - our own
    assert (sent(0).values == work(0).values).all()


def test_distributions_stand_in_for_samples_that_are_too_many(five, sample, monkeypatch):
    pairs = [("A", "B"), ("C", "D")]
    exact = sample(results=five, samples=5_000, pairs=pairs, reference="E")
    monkeypatch.setattr(module, "KEPT", 100)
    binned = sample(results=five, samples=5_000, pairs=pairs, reference="E", compute=Here(2))
    assert (exact.exact, binned.exact, binned.values.size) == (True, False, 0)
    for one, other in zip((*exact.members, *exact.pairs), (*binned.members, *binned.pairs), strict=True):
        assert one.mean == pytest.approx(other.mean, rel=2e-5, abs=1e-9)
        assert one.deviation == pytest.approx(other.deviation, rel=2e-5, abs=1e-9)
        for key in ("low", "median", "high"):
            assert getattr(one, key) == pytest.approx(getattr(other, key), abs=0.02 * one.deviation + 1e-9)
    for one, other in zip(exact.pairs, binned.pairs, strict=True):
        assert one.probability_lower == other.probability_lower
        assert one.correlation == other.correlation
    for call in (lambda: binned.compare("A", "B"), binned.rankings):
        with pytest.raises(AssessmentError) as caught:
            call()
        assert caught.value.code == "TH-ASM-135"


def test_memory_does_not_grow_with_the_samples_where_they_are_not_kept(five, sample, monkeypatch):
    monkeypatch.setattr(module, "KEPT", 100)

    def peak(samples: int) -> int:
        tracemalloc.start()
        sample(results=five, samples=samples)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(1_000)  # whatever is loaded once
    assert peak(20_000) < 1.2 * peak(5_000)


def test_places_of_comparable_results(product, sample):
    """100 f, 110 f and 90 f + 15 (certain): the last is the lowest where f > 1.5, and never the dearest where f > 0.75."""
    fixed = "{stage: raw-materials, name: Glass, amount: 15 kg, from: 'varied:Glass'}"
    results = {"A": product("A", Steel=100), "B": product("B", Steel=110), "C": product("C", fixed, Steel=90)}
    found = sample(results=results, samples=20_000)
    (ranking,) = found.rankings()
    places = {one.label: one for one in ranking.ranked}
    f = found.values[0] / 100
    assert places["C"].probability_lowest == pytest.approx(np.mean(f > 1.5), abs=1e-5)
    assert places["A"].probability_lowest == pytest.approx(np.mean(f < 1.5), abs=1e-5)
    assert places["B"].probability_lowest == 0.0
    assert [one.label for one in ranking.ranked] == sorted(places, key=lambda label: places[label].mean)
    assert sum(one.mean for one in ranking.ranked) == pytest.approx(6, abs=1e-4)
    assert (places["C"].low, places["C"].high) == (1, 3)
    assert ranking.counted == 20_000


def test_incomplete_results_have_no_place_and_no_probability_beside_complete_ones(product, sample):
    missing = "{stage: raw-materials, name: Ghost, amount: 1 kg, from: 'factor:nope'}"
    results = {"A": product("A", Steel=100), "B": product("B", missing, Steel=110), "C": product("C", Steel=90)}
    found = sample(results=results, reference="A")
    first, second = found.pairs
    assert (first.a, first.probability_lower, len(first.missing[0])) == ("B", None, 1)
    assert (second.a, second.probability_lower) == ("C", 1.0)
    (ranking,) = found.rankings()
    assert {one.label for one in ranking.ranked} == {"A", "C"}
    assert ranking.left_out == ("B",)
    assert [member.complete for member in found.members] == [True, False, True]


def test_what_is_not_comparable_is_refused_or_told(product, sample):
    results = {"A": product("A", Steel=100), "B": product("B", Steel=1, head={"unit": "1 m3"})}
    with pytest.raises(AssessmentError) as caught:
        sample(results=results, pairs=[("A", "B")])
    assert caught.value.code == "TH-ASM-090"
    found = sample(results=results, reference="A")
    assert found.pairs == ()
    assert [(r.a, r.b, r.reasons[0].code) for r in found.refused] == [("B", "A", "TH-ASM-090")]
    assert found.rankings() == ()
    with pytest.raises(AssessmentError) as caught:
        found.compare("A", "B")
    assert caught.value.code == "TH-ASM-090"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"results": {}}, "TH-ASM-132"),
        ({"pairs": [("A", "Z")]}, "TH-ASM-134"),
        ({"reference": "Z"}, "TH-ASM-134"),
        ({"samples": 10}, "TH-ASM-086"),
    ],
)
def test_faulty_questions_are_told(product, sample, more, code):
    with pytest.raises(AssessmentError) as caught:
        sample(**{"results": {"A": product("A", Steel=1)}, **more})
    assert caught.value.code == code
    assert caught.value.text("zh") != caught.value.text("en")


def test_two_results_of_one_name_are_refused(product, varied_background):
    result = product("A", Steel=1)
    with pytest.raises(AssessmentError) as caught:
        portfolio([("A", result), ("A", result)], backgrounds=varied_background)
    assert caught.value.code == "TH-ASM-133"


def test_a_snapshot_that_is_not_at_hand_is_told_with_the_result_that_needs_it(product):
    with pytest.raises(AssessmentError) as caught:
        portfolio([("mine", product("A", Steel=1))])
    fault = caught.value.faults[0]
    assert (fault.code, fault.params["database"], fault.place.startswith("mine")) == ("TH-ASM-130", "varied", True)


def test_two_snapshots_are_two_databases_with_common_random_numbers(product, sample, varied_background, study_file):
    """A release in which power was corrected, and steel was not: what did not change is drawn alike."""
    before = product("before", Steel=100)
    steel = varied_background.snapshot("varied")
    varied_background.add(
        database(
            "varied",
            process("Steel", "1 kg", emits={"CO2": "1.1 kg"}, uncertainty={"CO2": _same_spread()}),
            process("Glass", "1 kg", emits={"CO2": "1 kg"}),
        ),
        source="later",
    )
    after = assessor(backgrounds=varied_background)(
        read_study(
            study_file(
                "lines: [{stage: raw-materials, name: Steel, amount: 100 kg, from: 'varied:Steel'}]",
                name="after.yaml",
                product="{name: after, maker: Maker}",
            )
        )
    )
    found = sample(results={"before": before, "after": after}, reference="before")
    assert {(d.name, d.results, d.products) for d in found.databases} == {("varied", 1, 1)}
    assert {d.snapshot for d in found.databases} == {steel.digest, varied_background.snapshot("varied").digest}
    (pair,) = found.pairs
    assert (pair.difference, pair.correlation) == (pytest.approx(10), 1.0)
    assert found.values[1] == pytest.approx(1.1 * found.values[0], rel=1e-6)


def _same_spread():
    return Uncertainty(Distribution.LOGNORMAL, scale=2.0**0.5)


def test_regimes_are_scored_apart_and_share_their_draws(study_file, varied_background, sample):
    text = "lines: [{stage: raw-materials, name: Steel, amount: 100 kg, from: 'varied:Steel'}]"
    results = {}
    for regime in ("gbt24067", "pact3"):
        assess = assessor(backgrounds=varied_background, regime_id=regime)
        results[regime] = assess(read_study(study_file(text, name=f"{regime}.yaml")))
    found = sample(results=results)
    assert found.values[0] == pytest.approx(found.values[1], rel=1e-9)
    assert [(d.name, d.results) for d in found.databases] == [("varied", 2)]
    assert [fault.code for fault in _refusal(found)] == ["TH-ASM-092"]


def _refusal(found):
    with pytest.raises(AssessmentError) as caught:
        found.compare("gbt24067", "pact3")
    return [fault for fault in caught.value.faults if fault.code == "TH-ASM-092"]


def test_samples_without_a_footprint_concern_those_that_need_them(product, sample, varied_background, study_file):
    spread = {"Ring": Uncertainty(Distribution.LOGNORMAL, scale=1.2)}
    varied_background.add(
        database(
            "ring",
            process("Ring", "1 kg", takes={"Band": "1 kg"}, emits={"CO2": "1 kg"}),
            process("Band", "1 kg", takes={"Ring": "0.8 kg"}, uncertainty=spread),
        ),
        source="test",
    )
    ring = assessor(backgrounds=varied_background)(
        read_study(
            study_file("lines: [{stage: raw-materials, name: R, amount: 1 kg, from: 'ring:Ring'}]", name="ring.yaml")
        )
    )
    found = sample(results={"A": product("A", Steel=1), "ring": ring}, samples=1_000, pairs=[("A", "ring")])
    (lost,) = [d.unproductive for d in found.databases if d.name == "ring"]
    assert lost > 50
    assert [member.counted for member in found.members] == [1_000, 1_000 - lost]
    assert found.pairs[0].counted == 1_000 - lost
    assert found.rankings()[0].counted == 1_000 - lost


def test_distributions_that_cannot_be_drawn_from_are_told(study_file, varied_background, sample):
    broken = Uncertainty(Distribution.TRIANGULAR, 1.0, minimum=5.0, maximum=6.0)
    fine = Uncertainty(Distribution.LOGNORMAL, scale=1.3)
    varied_background.add(
        database(
            "broken",
            process(
                "Lamp",
                "1 kg",
                emits={"CO2": "1 kg", "CH4 fossil": "1 kg"},
                uncertainty={"CO2": broken, "CH4 fossil": fine},
            ),
        ),
        source="test",
    )
    text = "lines: [{stage: raw-materials, name: Lamp, amount: 1 kg, from: 'broken:Lamp'}]"
    lamp = assessor(backgrounds=varied_background)(read_study(study_file(text)))
    assert sample(results={"lamp": lamp}).databases[0].unusable == 1


def test_progress_is_told_and_can_stop(product, sample):
    seen = []
    results = {"A": product("A", Steel=1)}
    sample(results=results, samples=600, progress=lambda done, whole: seen.append((done, whole)))
    assert seen == [(256, 600), (512, 600), (600, 600)]

    def stop(done: int, whole: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sample(results=results, progress=stop)


def test_assessing_many_is_assessing_each(product, study_file, varied_background):
    from tanheng.footprint import assess

    text = "lines: [{stage: raw-materials, name: Steel, amount: %s kg, from: 'varied:Steel'}]"
    one = assessor(backgrounds=varied_background)
    for amount in (1, 2, 1):
        study = read_study(study_file(text % amount, name="s.yaml"))
        assert one(study).digest == assess(study, backgrounds=varied_background).digest


def test_results_without_a_background_are_sampled_by_their_own_inputs(product, sample):
    own = "{stage: production, name: Furnace, emits: {CO2: 9 kg}, uncertainty: {gsd2: 1.5}}"
    found = sample(results={"A": product("A", own), "B": replace(product("B", own))}, samples=20_000)
    assert found.databases == ()
    assert found.compare("A", "B").probability_lower == pytest.approx(0.5, abs=0.02)
    assert abs(found.compare("A", "B").correlation) < 0.03


def test_a_number_that_another_result_has_otherwise_is_refused(product, varied_background):
    """Both name the same product of the same snapshot; only one of them can be right."""
    honest = product("A", Steel=1)
    line = honest.lines[0]
    forged = replace(honest, lines=(replace(line, parts=(replace(line.parts[0], per_unit=0.5),)),))
    with pytest.raises(AssessmentError) as caught:
        portfolio([("honest", honest), ("forged", forged)], backgrounds=varied_background)
    fault = caught.value.faults[0]
    assert (fault.code, fault.place.startswith("forged")) == ("TH-ASM-131", True)


def test_own_inputs_beyond_all_numbers_are_told_with_their_result():
    def model(scale: float) -> Model:
        own = Input(InputKind.LINE, "x", "x", {}, Spread(Distribution.LOGNORMAL, scale=scale))
        return Model(1.0, {"x": own}, (Term(1.0, ("x",)),), None, 1.0)

    batch = Batch()
    batch.add(model(0.2), "fine")
    batch.add(model(400.0), "wild")
    with pytest.raises(AssessmentError) as caught:
        batch.work(samples=1_000, seed=1)(0)
    assert [(fault.code, fault.place) for fault in caught.value.faults] == [("TH-ASM-087", "wild uncertainty")]
