"""Links that lead to less, or to something else, than they seem to say so."""

from __future__ import annotations

import dataclasses

import pytest

from tanheng.errors import AssessmentError
from tanheng.factors import embedded, per_unit
from tanheng.footprint import assess, compare_sources, read_study, recompute, write_assessment
from tanheng.footprint.documents import digest
from tanheng.footprint.ports import NoBackgrounds

CHILD = "lines: [{stage: production, name: C, amount: 1 MWh, electricity: [{certificate: hydro}]}]"
PARENT = 'lines: [{stage: raw-materials, name: P, amount: 1 t, from: "study:child.yaml"}]'


def value(factor_id: str) -> float:
    return per_unit(embedded().factors[factor_id])


def codes(result) -> set[str]:
    return {gap.code for gap in result.gaps}


def test_a_linked_study_is_computed_under_the_rules_of_the_result(study_file):
    study_file(CHILD, name="child.yaml", regime="iso14067")
    result = assess(read_study(study_file(PARENT)))
    assert result.total == pytest.approx(1000 * value("cn-electricity-footprint-2024"))


def test_certificates_do_not_come_in_through_a_frozen_result(study_file, tmp_path):
    child = "lines: [{stage: production, name: C, amount: 1 MWh, electricity: [{certificate: hydro}]}]"
    frozen = assess(read_study(study_file(child, name="child.yaml")), regime_id="iso14067")
    write_assessment(frozen, tmp_path / "child.json")
    result = assess(read_study(study_file(PARENT.replace("study:child.yaml", "assessment:child.json"))))
    assert not result.complete
    assert {"other-regime", "certificates-in-product"} <= codes(result)


@pytest.mark.parametrize(
    ("boundary", "code", "complete"),
    [("gate-to-gate", "partial-product", False), ("cradle-to-grave", "whole-life-product", True)],
)
def test_a_product_with_another_boundary_than_to_the_gate_is_told(study_file, boundary, code, complete):
    study_file("lines: [{stage: production, name: C, emits: {CO2: 5 kg}}]", name="child.yaml", boundary=boundary)
    result = assess(read_study(study_file(PARENT)))
    assert code in codes(result)
    assert result.complete is complete


def test_notes_of_a_linked_study_travel_along(study_file):
    study_file(CHILD, name="child.yaml")
    result = assess(read_study(study_file(PARENT)))
    noted = next(gap for gap in result.gaps if gap.code == "product-notes")
    assert "no-gas-split" in noted.params["codes"]


def test_power_by_contract_gets_the_network_once_however_the_plant_is_named(assess_text):
    line = "lines: [{stage: production, name: P, amount: 1 MWh, electricity: [{contract: hydro%s}]}]"
    named = assess_text(line % ', from: "factor:cn-electricity-footprint-hydro-2024"')
    assert named.total == pytest.approx(assess_text(line % "").total)
    other = assess_text(line % ', from: "factor:cn-electricity-footprint-2024"')
    assert "network-not-added" in codes(other)


def test_the_location_based_figure_stands_beside_an_explicit_factor(assess_text):
    result = assess_text(
        "lines: [{stage: production, type: electricity, name: P, amount: 3.6 GJ,"
        ' from: "factor:cn-electricity-footprint-hydro-2024"}]'
    )
    assert result.electricity.location_based == pytest.approx(1000 * value("cn-electricity-footprint-2024"))
    abroad = assess_text(
        "lines: [{stage: production, name: P, amount: 1 MWh, electricity: [{contract: hydro,"
        ' from: "factor:cn-electricity-footprint-2024"}]}]',
        site="DE",
    )
    assert "no-location-mix" in codes(abroad)
    assert abroad.electricity.location_based is None


def test_a_later_year_s_factor_is_told(assess_text):
    result = assess_text(
        "lines: [{stage: production, name: P, amount: 1 kWh, electricity: [{grid: CN}]}]",
        period="2021-01-01/2021-12-31",
    )
    assert [g.params["used"] for g in result.gaps if g.code == "other-year"] == [2023]


def test_a_material_needs_a_factor_even_where_it_emits(assess_text):
    result = assess_text(
        "lines: [{stage: raw-materials, type: material, name: Limestone, amount: 10 t, emits: {CO2: 4.4 t}}]"
    )
    assert not result.complete


def test_carbon_that_leaves_as_methane_is_not_stored(assess_text):
    result = assess_text(
        "lines: [{stage: raw-materials, name: W, emits: [{gas: CO2, amount: 44.009 kg, origin: removal},"
        " {gas: CH4, amount: 16.043 kg, origin: biogenic}]}]"
    )
    assert result.stored_carbon == pytest.approx(0.0, abs=1e-6)
    assert result.total == pytest.approx(16.043 * 27.0 - 44.009)


def test_part_of_a_name_is_not_taken_for_a_link(assess_text, mini_background):
    result = assess_text(
        'lines: [{stage: raw-materials, name: S, amount: 1 kg, from: "mini:Open"}]',
        options={"backgrounds": mini_background},
    )
    gap = next(g for g in result.gaps if g.code == "unresolved-link")
    assert "Open steel" in gap.params["hint_en"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (
            'lines: [{stage: production, name: P, amount: 1 kWh, from: "factor:cn-electricity-footprint-2024",'
            " electricity: [{own: hydro}]}]",
            "TH-ASM-014",
        ),
        (
            "lines: [{stage: production, name: P, emits: {CO2: 1 kg}}]\nallocation: {basis: given, share: 40 %, reason: x}",
            "TH-ASM-015",
        ),
        (
            'lines: [{stage: raw-materials, name: A, amount: -1 t, from: "factor:cn-alumina-2017-calculated",'
            " transport: [{mode: rail, distance: 9 km}]}]",
            "TH-ASM-016",
        ),
    ],
)
def test_what_would_be_ignored_or_turned_around_is_refused(assess_text, body, code):
    with pytest.raises(AssessmentError) as caught:
        assess_text(body)
    assert caught.value.code == code


def test_a_forged_factor_is_found_where_its_release_is_at_hand(assess_text):
    honest = assess_text("lines: [{stage: production, name: P, amount: 1 MWh, electricity: [{grid: CN}]}]")
    assert compare_sources(honest, embedded(), NoBackgrounds()).same == ("grid CN",)
    entry = honest.inputs["targets"]["grid CN"]
    targets = {"grid CN": {**entry, "amounts": [["CO2e", "unsplit", 0.01]]}}
    forged = dataclasses.replace(honest, inputs={**honest.inputs, "targets": targets})
    forged = dataclasses.replace(forged, digest=digest(forged))
    assert compare_sources(forged, embedded(), NoBackgrounds()).different == ("grid CN",)


def test_a_source_that_is_not_at_hand_is_said_to_be_so(assess_text, mini_background):
    body = 'lines: [{stage: raw-materials, name: S, amount: 1 kg, from: "mini:Steel"}]'
    result = assess_text(body, options={"backgrounds": mini_background})
    assert compare_sources(result, embedded(), mini_background).same == ("link mini:Steel",)
    assert compare_sources(result, embedded(), NoBackgrounds()).not_at_hand == ("link mini:Steel",)


@pytest.mark.parametrize("source", ["grid", "network"])
def test_the_mix_is_no_plant(assess_text, source):
    result = assess_text(
        f"lines: [{{stage: production, name: P, amount: 1 MWh, electricity: [{{contract: {source}}}]}}]"
    )
    assert not result.complete


def test_a_material_without_amount_and_factor_is_a_gap_even_where_its_transport_is_known(assess_text):
    leg = "transport: [{mode: rail, distance: 10 km, mass: 2 t}]"
    result = assess_text(f"lines: [{{stage: raw-materials, type: material, name: A, {leg}}}]")
    assert not result.complete


def test_uptake_that_cancels_does_not_widen_the_interval(assess_text):
    burden = "{stage: production, name: S, emits: {CO2: 100 kg}, uncertainty: {gsd2: 1.3}}"
    uptake = "{stage: raw-materials, name: W, emits: {CO2: {amount: 500 kg, origin: removal}}, uncertainty: {gsd2: 2}}"
    with_uptake = assess_text(f"lines: [{burden}, {uptake}]")
    assert with_uptake.total == pytest.approx(100)
    assert with_uptake.uncertainty.gsd2 == pytest.approx(1.3)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_one_link_used_in_several_ways_keeps_its_ways_apart(assess_text, order):
    """By contract it comes through the network, from the own plant and as a plain link it does not (C08)."""
    link = "factor:cn-electricity-footprint-hydro-2024"
    rows = [
        f'{{stage: production, name: A, amount: 1 MWh, electricity: [{{contract: hydro, from: "{link}"}}]}}',
        f'{{stage: production, name: B, amount: 1 MWh, electricity: [{{own: hydro, from: "{link}"}}]}}',
        f'{{stage: production, type: electricity, name: C, amount: 1 MWh, from: "{link}"}}',
    ]
    plant = 1000 * value("cn-electricity-footprint-hydro-2024")
    network = 1000 * value("cn-electricity-footprint-td-incl-losses-2024")
    result = assess_text("lines: [" + ", ".join(rows[i] for i in order) + "]")
    expected = (plant + network, plant, plant)
    assert [line.total for line in result.lines] == [pytest.approx(expected[i]) for i in order]
    assert recompute(result).digest == result.digest
