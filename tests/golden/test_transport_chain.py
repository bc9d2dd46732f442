"""Transport chains worked by hand (C15).

Factors of the modes, kg CO2e per t·km: average lorry 0.120417, rail 0.0346998, container ship 0.0197731, refrigerated lorry
0.141017. The average lorry burns 0.642578 (empty), 0.872048 (average load), 0.984958 (full) kg CO2e/km.
"""

from __future__ import annotations

import pytest

from tanheng.errors import AssessmentError
from tanheng.footprint.transporting import transport_modes

LINE = "lines: [{stage: distribution, name: T, transport: [%s]}]"
ROAD = 0.120417


def moved(assess_text, legs: str):
    return assess_text(LINE % legs)


def test_several_legs_one_after_the_other(assess_text):
    result = moved(
        assess_text,
        "{mode: road, distance: 120 km, mass: 2 t}, {mode: rail, distance: 1 450 km, mass: 2 t},"
        " {mode: sea, distance: 8 000 km, mass: 2 t}",
    )
    # 240 × 0.120417 + 2900 × 0.0346998 + 16 000 × 0.0197731 = 28.90008 + 100.62942 + 316.3696
    assert [p.total for p in result.lines[0].parts] == pytest.approx([28.90008, 100.62942, 316.3696])
    assert result.total == pytest.approx(445.8991)
    assert [p.names["zh"] for p in result.lines[0].parts] == ["公路（平均货车）", "铁路", "海运（集装箱船）"]
    assert result.lines[0].parts[0].names["en"] == "Road, average lorry"


def test_an_empty_return(assess_text):
    # 1 t × 100 km × (1 + 0.7) = 170 t·km
    result = moved(assess_text, "{mode: road, distance: 100 km, mass: 1 t, empty_return: 70 %}")
    assert result.total == pytest.approx(170 * ROAD)
    assert "1 t × 100 km × (1 + 0.7) = 170 t*km" in result.lines[0].parts[0].formula


def test_a_load_other_than_the_one_of_the_factor(assess_text):
    # Average load a = (0.872048 − 0.642578) / (0.984958 − 0.642578) = 0.22947 / 0.34238 = 0.67022.
    # At 50 %: (0.642578 + 0.34238 × 0.5) / 0.5 = 1.627536; at a: 0.872048 / 0.67022 = 1.301137; ratio 1.250857.
    result = moved(assess_text, "{mode: road, distance: 100 km, mass: 1 t, load: 50 %}")
    a = 0.22947 / 0.34238
    ratio = ((0.642578 + 0.34238 * 0.5) / 0.5) / (0.872048 / a)
    assert ratio == pytest.approx(1.250857, rel=1e-6)
    assert result.total == pytest.approx(100 * ratio * ROAD, rel=1e-9)
    assert "[(0.642578 + 0.34238 × 0.5) / 0.5] / [0.872048 / 0.67022]" in result.lines[0].parts[0].formula


def test_a_fuller_vehicle_burns_less_for_a_tonne_and_the_average_load_changes_nothing(assess_text):
    burning = transport_modes()["road"].burning
    assert burning.correction(burning.load) == pytest.approx(1.0, rel=1e-12)
    # Full: 0.984958 / 1 against 0.872048 / 0.67022: 0.757.
    assert burning.correction(1.0) == pytest.approx(0.984958 / (0.872048 / burning.load))
    assert burning.correction(1.0) < 1 < burning.correction(0.3)


def test_a_cooled_chain(assess_text):
    # An uncooled lorry with a surcharge of 20 %, and a refrigerated one whose factor holds the cooling.
    extra = moved(assess_text, "{mode: road, distance: 100 km, mass: 1 t, cooling: 20 %}")
    assert extra.total == pytest.approx(100 * 1.2 * ROAD)
    assert "× (1 + 0.2)" in extra.lines[0].parts[0].formula
    own = moved(assess_text, "{mode: road-refrigerated, distance: 100 km, mass: 1 t}")
    assert own.total == pytest.approx(100 * 0.141017)
    assert "cooling-twice" not in {gap.code for gap in own.gaps}


def test_cooling_on_top_of_a_refrigerated_lorry_is_said(assess_text):
    twice = moved(assess_text, "{mode: road-refrigerated, distance: 100 km, mass: 1 t, cooling: 10 %}")
    assert twice.total == pytest.approx(110 * 0.141017)
    assert [g.params["mode"] for g in twice.gaps if g.code == "cooling-twice"] == ["road-refrigerated"]


def test_all_at_once(assess_text):
    legs = "{mode: road, distance: 100 km, mass: 500 kg, empty_return: 50 %, cooling: 10 %, load: 100 %}"
    burning = transport_modes()["road"].burning
    expected = 0.5 * 100 * 1.5 * 1.1 * burning.correction(1.0) * ROAD
    assert moved(assess_text, legs).total == pytest.approx(expected)


@pytest.mark.parametrize(
    "leg",
    [
        "{mode: rail, distance: 1 km, mass: 1 t, load: 50 %}",
        "{mode: road, distance: 1 km, mass: 1 t, load: 0 %}",
        '{mode: road, distance: 1 km, mass: 1 t, load: 50 %, from: "factor:gb-2023-freight-rail-well-to-wheel"}',
    ],
)
def test_a_load_is_refused_where_nothing_is_known_of_the_vehicle(assess_text, leg):
    with pytest.raises(AssessmentError) as caught:
        moved(assess_text, leg)
    assert [(f.code, f.place) for f in caught.value.faults] == [("TH-ASM-056", "lines[0].transport[0].load")]


def test_what_vehicles_burn_is_what_was_published(shared):
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(shared("factors", "desnz-2023-flat.xlsx"))
    rows = book.get_sheet_by_name("Factors by Category").to_python()
    published = {
        (row[3], row[4], row[6]): row[9]
        for row in rows
        if row[2] == "Delivery vehicles" and row[7] == "km" and row[8] == "kg CO2e"
    }
    of = {
        "road": ("HGV (all diesel)", "All HGVs"),
        "road-rigid": ("HGV (all diesel)", "All rigids"),
        "road-articulated": ("HGV (all diesel)", "All artics"),
        "road-refrigerated": ("HGVs refrigerated (all diesel)", "All HGVs"),
    }
    assert {name for name, mode in transport_modes().items() if mode.burning} == set(of)
    for name, key in of.items():
        burning = transport_modes()[name].burning
        here = (burning.empty, burning.average, burning.full)
        there = [published[(*key, laden)] for laden in ("0% Laden", "Average laden", "100% Laden")]
        assert here == pytest.approx(there, rel=5e-6), name  # six digits
        # The line through empty and full holds the published figure for half a load, too.
        half = burning.empty + (burning.full - burning.empty) * 0.5
        assert half == pytest.approx(published[(*key, "50% Laden")], rel=1e-4)
