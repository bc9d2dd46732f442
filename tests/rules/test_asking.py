"""What expressions of CEL may ask the lines of a result, by hand."""

from __future__ import annotations

import pytest

from tanheng.rules.asking import MOST_NAMES, asking
from tanheng.rules.expressions import ASKING


def part(what="activity", covers="footprint", amount=1.0, unit="kg", gases=()):
    return {
        "what": what,
        "amount": amount,
        "unit": unit,
        "provenance": {"covers": covers},
        "gases": [{"gas": gas, "origin": origin, "mass": mass} for gas, origin, mass in gases],
    }


def line(en, zh, stage, *parts, kind="material", amount=None, unit="", total=1.0):
    names = {"en": en, "zh": zh}
    return {
        "names": names,
        "stage": stage,
        "type": kind,
        "amount": amount,
        "unit": unit,
        "total": total,
        "parts": list(parts),
    }


RESULT = {
    "lines": [
        line("Limestone", "石灰石", "raw-materials", part(), amount=1.75, unit="t"),
        line("Scrap", "废钢", "raw-materials", part(), amount=250.0, unit="kg", total=-5.0),
        line("Water", "水", "raw-materials", part(), amount=2.0, unit="m3"),
        line(
            "Calcination",
            "煅烧",
            "production",
            part("emission", "emission", gases=[("CO2", "fossil", 700.0), ("CO2", "biogenic", 30.0)]),
            kind="emission",
            total=700.0,
        ),
        line(
            "Power",
            "电",
            "use",
            part("electricity", amount=3.6, unit="MJ"),
            part("electricity", amount=2.0, unit="kWh"),
            kind="electricity",
        ),
        line("Linked power", "链接电力", "use", part(unit="kWh"), kind="electricity", amount=0.5, unit="MWh"),
    ]
}


@pytest.fixture
def ask():
    return asking(RESULT)


def test_names_are_found_in_either_language_and_any_case(ask):
    assert ask["lines_named"]("", "LIME|废钢") == ["石灰石 / Limestone", "废钢 / Scrap"]
    assert ask["lines_named"]("production", "") == ["煅烧 / Calcination"]
    assert ask["lines_named"]("use", "lime") == []


def test_a_quote_of_names_has_an_end():
    many = {"lines": [line(f"Part {i}", f"零件 {i}", "production") for i in range(100)]}
    assert len(asking(many)["lines_named"]("", "")) == MOST_NAMES


def test_masses_are_kilograms_of_materials_and_of_gases(ask):
    # 1.75 t + 250 kg; two cubic metres of water are no mass
    assert ask["mass_of"]("", "") == 2000.0
    assert ask["mass_of"]("", "scrap") == 250.0
    # 700 kg fossil + 30 kg biogenic
    assert ask["emitted"]("production", "calcin", "CO2") == 730.0
    assert ask["emitted"]("production", "", "CH4") == 0.0


def test_electricity_is_in_kilowatt_hours_however_it_is_linked(ask):
    # 3.6 MJ = 1 kWh, and 2 kWh; 0.5 MWh on a line that is linked to a process
    assert ask["kwh_in"]("use") == pytest.approx(503.0, rel=1e-12)
    assert ask["kwh_in"]("production") == 0.0


def test_burning_supplies_and_credits(ask):
    assert ask["burning"]() == ["煅烧 / Calcination"]
    # Four lines on a footprint of goods: limestone, scrap, water, linked power.
    assert ask["supplies"]() == 4.0
    assert ask["credits"]("scrap") == -5.0
    assert ask["credits"]("lime") == 0.0


def test_packs_are_read_against_these_functions(ask):
    assert ask.keys() == ASKING
