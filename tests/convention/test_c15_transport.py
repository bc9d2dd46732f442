"""C15: transport is mass × distance × mode factor, with the way back where given."""

from __future__ import annotations

import pytest

from tanheng.factors import embedded, per_unit
from tanheng.footprint.transporting import transport_modes


def rail() -> float:
    return per_unit(embedded().factors["gb-2023-freight-rail-well-to-wheel"])


def test_c15_mass_times_distance_times_factor(assess_text):
    result = assess_text(
        "lines: [{stage: distribution, name: T, transport: [{mode: rail, distance: 1 450 km, mass: 2 t}]}]"
    )
    assert result.total == pytest.approx(2 * 1450 * rail())
    assert "2 t × 1450 km" in result.lines[0].parts[0].formula


def test_c15_the_line_s_own_amount_is_carried_where_no_mass_is_given(assess_text):
    result = assess_text(
        'lines: [{stage: raw-materials, name: A, amount: 500 kg, from: "factor:cn-alumina-2017-calculated",'
        " transport: [{mode: rail, distance: 100 km}]}]"
    )
    transport = next(p for p in result.lines[0].parts if p.what == "transport")
    assert transport.total == pytest.approx(0.5 * 100 * rail())


def test_c15_the_way_back_adds_its_share(assess_text):
    result = assess_text(
        "lines: [{stage: distribution, name: T, transport: [{mode: rail, distance: 10 km, mass: 1 t, empty_return: 0.6}]}]"
    )
    assert result.total == pytest.approx(16 * rail())


def test_c15_load_and_cooling_multiply_with_the_way_back(assess_text):
    legs = "{mode: road, distance: 10 km, mass: 1 t, empty_return: 50 %, cooling: 20 %, load: 100 %}"
    result = assess_text(f"lines: [{{stage: distribution, name: T, transport: [{legs}]}}]")
    burning = transport_modes()["road"].burning
    road = per_unit(embedded().factors["gb-2023-freight-road-well-to-wheel"])
    assert result.total == pytest.approx(10 * 1.5 * 1.2 * burning.correction(1.0) * road)


def test_c15_every_leg_is_a_step_of_its_own(assess_text):
    legs = "{mode: rail, distance: 10 km, mass: 1 t}, {mode: sea, distance: 20 km, mass: 1 t}"
    parts = assess_text(f"lines: [{{stage: distribution, name: T, transport: [{legs}]}}]").lines[0].parts
    assert [p.what for p in parts] == ["transport", "transport"]
    assert [p.amount for p in parts] == pytest.approx([10, 20])
