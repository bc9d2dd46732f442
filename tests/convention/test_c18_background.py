"""C18: background databases are sampled with a study, once for all that uses them; the record says which (C21)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tanheng.errors import AssessmentError
from tanheng.footprint import recompute
from tanheng.footprint.background import BackgroundSpreads
from tanheng.footprint.batching import Batch
from tanheng.footprint.montecarlo import Draws, model_from, monte_carlo_of, study_of
from tanheng.footprint.onbackground import RECORD, background_model, both_views, recorded
from tanheng.footprint.ports import NoBackgrounds
from tanheng.footprint.rulebook import recorded_rules
from tanheng.footprint.sampling import probabilities
from tanheng.footprint.whatif import what_if
from tanheng.inventory.model import Distribution, Uncertainty
from tanheng.quantities import Origin
from tanheng.rules import regime
from tanheng.testing import database, process

STEEL = "{stage: raw-materials, name: Steel, amount: %s kg, from: 'varied:Steel'%s}"
SIGMA = np.log(2) / 2


@pytest.fixture
def assessed(assess_text, varied_background):
    """Assess lines on the database ``varied``."""

    def run(*lines: str, samples: int = 0, seed: int = 1, background: str = "stated", head: dict | None = None, **more):
        options = {"backgrounds": varied_background, "samples": samples, "seed": seed, "background": background, **more}
        return assess_text(f"lines: [{', '.join(lines)}]", options=options, **(head or {}))

    return run


def drawn(result, home, samples=512, seed=1):
    """(samples,) kg CO2e of a result with its background."""
    model = background_model(study_of(result), result, recorded_rules(result.inputs).effective, BackgroundSpreads(home))
    batch = Batch()
    batch.add(model)
    work = batch.work(samples=samples, seed=seed)
    return np.concatenate([work(number).values[0] for number in work.blocks])


def test_c18_a_background_product_has_the_spread_of_its_database(assessed):
    """100 kg of steel, 1 kg CO2 each with GSD² 2: median 100, mean 100 exp(σ²/2), 95 % between 100 · 2^∓0.98."""
    result = assessed(STEEL % (100, ""), samples=20_000, background="sampled")
    found = result.monte_carlo
    assert found.median == pytest.approx(100, rel=0.01)
    assert found.mean == pytest.approx(100 * np.exp(SIGMA**2 / 2), rel=0.01)
    assert (found.low, found.high) == (pytest.approx(100 / 2**0.98, rel=0.02), pytest.approx(100 * 2**0.98, rel=0.02))
    assert found.coverage == 1.0
    assert found.shares == (("Steel", 1.0),)


def test_c18_both_views_agree_on_the_background(assessed):
    lines = (STEEL % (100, ", uncertainty: {gsd2: 1.3}"), STEEL % (50, ""))
    plate = "{stage: raw-materials, name: Plate, amount: 30 kg, from: 'varied:Plate'}"
    result = assessed(*lines, plate, samples=50_000, background="sampled")
    analytic, sampled = result.uncertainty, result.monte_carlo
    assert analytic.mean == pytest.approx(sampled.mean, rel=0.005)
    assert analytic.deviation == pytest.approx(sampled.deviation, rel=0.03)
    assert analytic.coverage == sampled.coverage == 1.0
    one, other = dict(analytic.shares), dict(sampled.shares)
    assert one.keys() == other.keys() == {"Steel", "Plate", "lines[0]"}
    assert all(one[key] == pytest.approx(other[key], abs=0.02) for key in one)


def test_c18_without_samples_of_the_background_nothing_changes(assessed):
    """The digests of results that do not ask for it stay what they were."""
    result = assessed(STEEL % (100, ", quality: {te: 3, ge: 2, ti: 2, pr: 2}"), samples=1_000)
    assert RECORD not in result.inputs
    assert recorded(result.inputs) is None
    assert result.monte_carlo == monte_carlo_of(result, samples=1_000)
    assert both_views(result, samples=1_000) == (result.uncertainty, result.monte_carlo)


def test_c18_own_inputs_keep_their_streams(assessed, varied_background):
    """A line's amount has the same draws, whether or not the background is sampled; nothing else varies here."""
    glass = "{stage: raw-materials, name: Glass, amount: 10 kg, from: 'varied:Glass', uncertainty: {gsd2: 1.5}}"
    furnace = "{stage: production, name: Furnace, emits: {CO2: 5 kg}, uncertainty: {kind: normal, sd: 1}}"
    result = assessed(glass, furnace)
    alone = Draws(3, 512).totals(model_from(study_of(result), result))
    assert drawn(result, varied_background, seed=3) == pytest.approx(alone, rel=1e-12)


def test_c18_an_amount_multiplies_the_samples_of_its_product(assessed, varied_background):
    result = assessed(STEEL % (100, ", uncertainty: {gsd2: 1.5}"))
    steel = drawn(assessed(STEEL % (1, "")), varied_background)
    model = model_from(study_of(result), result)
    (key,) = model.inputs
    amount = model.inputs[key].spread.at(probabilities(1, key, 512))
    assert drawn(result, varied_background) == pytest.approx(100 * amount * steel, rel=1e-12)


def test_c18_parameters_go_through_formulas_onto_the_background(assess_text, varied_background):
    body = """
parameters: [{id: mass, value: 4 kg, uncertainty: {kind: uniform, min: 2, max: 6}}]
lines: [{stage: raw-materials, name: Steel, formula: mass * 25, from: 'varied:Steel'}]
"""
    result = assess_text(body, options={"backgrounds": varied_background})
    steel = drawn(
        assess_text(f"lines: [{STEEL % (1, '')}]", name="one.yaml", options={"backgrounds": varied_background}),
        varied_background,
    )
    model = model_from(study_of(result), result)
    (key,) = model.inputs
    mass = model.inputs[key].spread.at(probabilities(1, key, 512))
    assert drawn(result, varied_background) == pytest.approx(100 * mass * steel, rel=1e-12)


def test_c18_the_database_s_spread_comes_before_the_scores_of_a_line(assessed):
    """As the GSD² of a factor does: quality scores give a spread where none is measured."""
    scores = ", quality: {te: 4, ge: 4, ti: 4, pr: 4}"
    plain, scored = (assessed(STEEL % (100, q), samples=1_000, background="sampled") for q in ("", scores))
    assert scored.monte_carlo == plain.monte_carlo
    stated = assessed(STEEL % (100, scores), samples=1_000)
    assert dict(stated.monte_carlo.shares).keys() == {"lines[0]"}


def test_c18_scores_stand_in_where_the_database_has_little_to_say(assessed):
    """1 % of dust's footprint has a distribution: a line without scores takes that, one with scores takes them."""
    dust = "{stage: raw-materials, name: Dust, amount: 100 kg, from: 'varied:Dust'%s}"
    bare = assessed(dust % "", samples=1_000, background="sampled").monte_carlo
    scored = assessed(dust % ", quality: {te: 4, ge: 4, ti: 4, pr: 4}", samples=1_000, background="sampled").monte_carlo
    assert bare.coverage == pytest.approx(0.01)
    assert 0 < bare.deviation < 1
    assert scored.coverage == 1.0
    assert scored.deviation > 10
    assert dict(scored.shares).keys() == {"lines[0]"}


def test_c18_a_product_without_distributions_is_certain(assessed):
    glass = "{stage: raw-materials, name: Glass, amount: 10 kg, from: 'varied:Glass'}"
    found = assessed(glass, samples=200, background="sampled").monte_carlo
    assert (found.coverage, found.deviation, found.low, found.high, found.shares) == (0.0, 0.0, 10.0, 10.0, ())


def test_c18_carbon_that_is_kept_moves_nothing(assessed, varied_background):
    """Uptake of 1.8 kg (GSD² 1.3) and release of 0.3 kg cancel, and what is kept is added back: only 0.1 kg steel varies."""
    wood = "{stage: raw-materials, name: Wood, amount: 10 kg, from: 'varied:Wood'}"
    result = assessed(wood)
    assert result.stored_carbon == pytest.approx(15)
    steel = drawn(assessed(STEEL % (1, "")), varied_background)
    assert drawn(result, varied_background) == pytest.approx(result.total - 1 + steel, rel=1e-9)


def test_c05_samples_count_gases_as_the_regime_does(assessed, varied_background):
    """AR6: 29.8 for fossil methane; CBAM counts no methane, and no uptake. Where carbon is kept, CO2 in and out cancel."""
    result = assessed(STEEL % (1, ""))
    spreads, release = BackgroundSpreads(varied_background), result.lines[0].parts[0].provenance.release
    roles = varied_background.snapshot("varied").roles
    ar6 = spreads.scored(release, recorded_rules(result.inputs).effective, cancels=False)
    assert dict(zip(roles, ar6.counted, strict=True)) == {
        ("CO2", Origin.FOSSIL): 1.0,
        ("CO2", Origin.BIOGENIC): 1.0,
        ("CO2", Origin.REMOVAL): -1.0,
        ("CH4", Origin.FOSSIL): 29.8,
    }
    assert (ar6.moving == ar6.counted).all()
    kept = spreads.scored(release, recorded_rules(result.inputs).effective, cancels=True)
    assert dict(zip(roles, kept.moving, strict=True)) == {
        ("CO2", Origin.FOSSIL): 1.0,
        ("CO2", Origin.BIOGENIC): 0.0,
        ("CO2", Origin.REMOVAL): 0.0,
        ("CH4", Origin.FOSSIL): 29.8,
    }
    cbam = spreads.scored(release, regime("cbam"), cancels=False)
    assert dict(zip(roles, cbam.counted, strict=True)) == {
        role: 1.0 if role == ("CO2", Origin.FOSSIL) else 0.0 for role in roles
    }


def test_c21_the_record_names_the_snapshots_and_is_recomputed(assessed, varied_background):
    result = assessed(STEEL % (100, ""), samples=500, seed=4, background="sampled")
    snapshot = varied_background.snapshot("varied")
    assert result.inputs[RECORD] == [{"database": "varied", "snapshot": snapshot.digest, "unproductive": 0}]
    again = recompute(result, backgrounds=varied_background)
    assert again.digest == result.digest
    assert again.monte_carlo == result.monte_carlo
    with pytest.raises(AssessmentError) as caught:
        recompute(result)
    assert caught.value.code == "TH-ASM-130"
    assert "--home" in caught.value.text("zh")


def test_c21_a_later_release_under_the_same_name_changes_nothing(assessed, varied_background):
    result = assessed(STEEL % (100, ""), samples=500, background="sampled")
    varied_background.add(database("varied", process("Steel", "1 kg", emits={"CO2": "3 kg"})), source="later")
    assert recompute(result, backgrounds=varied_background).digest == result.digest


def test_c21_a_number_that_the_snapshot_does_not_give_is_refused(assessed, varied_background):
    result = assessed(STEEL % (100, ""))
    line = result.lines[0]
    forged = replace(line, parts=(replace(line.parts[0], per_unit=2.0),))
    with pytest.raises(AssessmentError) as caught:
        drawn(replace(result, lines=(forged,)), varied_background)
    assert caught.value.code == "TH-ASM-131"


def test_c21_a_what_if_is_sampled_like_the_result_or_not_at_all(assessed, varied_background):
    from tanheng.footprint.changing import LineChange

    result = assessed(STEEL % (100, ""), samples=500, background="sampled")
    same = what_if(result, backgrounds=varied_background)
    assert same.digest == result.digest
    more = what_if(result, LineChange(0, amount="200 kg"), backgrounds=varied_background)
    assert more.monte_carlo.median == pytest.approx(2 * result.monte_carlo.median, rel=1e-5)
    away = what_if(result, LineChange(0, amount="200 kg"), backgrounds=NoBackgrounds())
    assert away.monte_carlo is None
    assert RECORD not in away.inputs


def test_c18_views_are_those_that_are_frozen_or_those_that_are_asked_for(assessed, varied_background):
    stated, sampled = (assessed(STEEL % (100, ""), samples=500, background=use) for use in ("stated", "sampled"))
    home = varied_background
    assert both_views(stated, samples=500, backgrounds=home) == both_views(sampled, samples=500, backgrounds=home)
    assert both_views(sampled, samples=500) == both_views(stated, samples=500)
    assert both_views(sampled, samples=500)[0].low is None
    assert both_views(sampled, samples=500, backgrounds=home) == (sampled.uncertainty, sampled.monte_carlo)


LOOP = (
    process("Ring", "1 kg", takes={"Band": "1 kg"}, emits={"CO2": "1 kg"}),
    process(
        "Band",
        "1 kg",
        takes={"Ring": "0.8 kg"},
        uncertainty={"Ring": Uncertainty(Distribution.LOGNORMAL, scale=1.2)},
    ),
)


def test_c11_samples_in_which_a_loop_eats_what_it_makes_are_counted_and_no_part_of_a_figure(
    assess_text, varied_background
):
    """0.8 with GSD 1.2 reaches 1 in Φ(−ln 1.25/ln 1.2) = 11 % of the samples."""
    varied_background.add(database("ring", *LOOP), source="test")
    body = "lines: [{stage: raw-materials, name: Ring, amount: 1 kg, from: 'ring:Ring'}]"
    result = assess_text(body, options={"backgrounds": varied_background, "samples": 1_000, "background": "sampled"})
    (found,) = recorded(result.inputs)
    assert found.unproductive / 1_000 == pytest.approx(0.111, abs=0.03)
    values = drawn(result, varied_background, samples=1_000)
    assert np.isnan(values).sum() == found.unproductive
    there = values[np.isfinite(values)]
    assert there.min() > 1
    assert result.monte_carlo.median == pytest.approx(np.median(there), rel=1e-5)
    assert recompute(result, backgrounds=varied_background).digest == result.digest


def test_c11_no_sample_with_a_footprint_is_an_error(assess_text, varied_background):
    """Stated at 0.8, drawn between 1.5 and 2: no sample is productive."""
    spread = Uncertainty(Distribution.LOGNORMAL, 1.7, scale=1.01)
    ring, band = LOOP
    varied_background.add(database("ring", ring, replace(band, uncertainty={"Ring": spread})), source="test")
    body = "lines: [{stage: raw-materials, name: Ring, amount: 1 kg, from: 'ring:Ring'}]"
    with pytest.raises(AssessmentError) as caught:
        assess_text(body, options={"backgrounds": varied_background, "samples": 100, "background": "sampled"})
    assert caught.value.code == "TH-ASM-136"


def test_c18_another_word_for_the_background_is_refused(assessed):
    with pytest.raises(ValueError, match="stated or sampled"):
        assessed(STEEL % (100, ""), samples=100, background="maybe")


def test_c18_progress_is_told_and_can_stop(assessed):
    seen = []
    assessed(
        STEEL % (1, ""), samples=600, background="sampled", progress=lambda done, whole: seen.append((done, whole))
    )
    assert seen == [(1, 3), (2, 3), (3, 3)]

    def stop(done: int, whole: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        assessed(STEEL % (1, ""), samples=600, background="sampled", progress=stop)
