"""Electricity worked by hand, one case for each way to procure it (C07, C08).

Factors of China, 2024, kg CO2e/kWh: grid 0.5777, wind 0.0299, hydro 0.0141, coal 0.9420; network with losses read from the
table. A line of 100 kWh in every test.
"""

from __future__ import annotations

import pytest

from tanheng.errors import AssessmentError
from tanheng.factors import embedded, per_unit

LINE = "lines: [{stage: production, name: P, amount: 100 kWh, electricity: [%s]}]"
GRID = 0.5777


def factor(name: str) -> float:
    return per_unit(embedded().factors[f"cn-electricity-footprint-{name}-2024"])


def power(assess_text, shares: str, **options):
    return assess_text(LINE % shares, options=options)


def test_own_generation_has_neither_network_nor_market(assess_text):
    result = power(assess_text, "{own: hydro, share: 60 %}, {grid: CN, share: 40 %}")
    # 60 × 0.0141 + 40 × 0.5777 = 0.846 + 23.108 = 23.954 kg; the location-based figure is the same: nothing is bought.
    assert result.total == pytest.approx(23.954)
    assert result.electricity.location_based == pytest.approx(23.954)


def test_a_part_is_named_by_the_way_of_supply_and_one_source_is_not_multiplied_by_one(assess_text):
    shares = "{own: hydro, share: 50 %}, {certificate: wind, share: 30 %}, {grid: CN, share: 20 %}"
    parts = power(assess_text, shares, regime_id="gbt24067").lines[0].parts
    # The certificate does not count there: it is power of the grid.
    assert [part.names["en"] for part in parts] == ["Own generation", "Grid", "Grid"]
    assert [part.names["zh"] for part in parts] == ["自发电", "电网", "电网"]
    (residual,) = power(assess_text, "{residual: CN}").lines[0].parts
    assert residual.names == {"en": "Residual mix", "zh": "剩余电力组合"}
    assert residual.formula == "100 kWh × 0.5777 kg CO2e/kWh = 57.77 kg CO2e"


def test_a_direct_line_with_its_losses(assess_text):
    result = power(assess_text, "{direct: hydro, losses: 6 %}")
    # 100 kWh / (1 − 0.06) = 106.383 kWh at the plant; × 0.0141 = 1.5 kg.
    assert result.total == pytest.approx(100 / 0.94 * 0.0141)
    assert "100 kWh / (1 − 0.06) = 106.383 kWh" in result.lines[0].parts[0].formula


def test_a_contract_gets_the_network_once(assess_text):
    result = power(assess_text, "{contract: hydro}")
    assert result.total == pytest.approx(100 * (0.0141 + factor("td-incl-losses")))
    assert result.electricity.location_based == pytest.approx(100 * GRID)


def test_a_contract_with_losses_of_its_own_gets_no_network(assess_text):
    result = power(assess_text, "{contract: hydro, losses: 4 %}")
    # 100 / 0.96 × 0.0141 = 1.46875 kg; on the location's mix the meter's 100 kWh count: 57.77 kg.
    assert result.total == pytest.approx(1.46875)
    assert result.electricity.location_based == pytest.approx(57.77)


def test_a_link_by_contract_with_losses_is_the_plant_and_needs_no_note(assess_text):
    shares = '{contract: x, from: "factor:cn-electricity-footprint-coal-2024", losses: 10 %%}'.replace("%%", "%")
    result = power(assess_text, shares)
    assert result.total == pytest.approx(100 / 0.9 * factor("coal"))
    assert "network-not-added" not in {gap.code for gap in result.gaps}


def test_certificates_are_the_grid_where_they_do_not_count_and_the_plant_where_they_do(assess_text):
    plain = power(assess_text, "{certificate: hydro}", regime_id="gbt24067")
    counted = power(assess_text, "{certificate: hydro}", regime_id="iso14067")
    assert plain.total == pytest.approx(57.77)
    assert counted.total == pytest.approx(100 * (0.0141 + factor("td-incl-losses")))
    assert counted.electricity.location_based == pytest.approx(57.77)


def test_the_residual_mix_where_one_is_known(assess_text, monkeypatch):
    from tanheng.footprint import electricity

    # A country whose residual mix is coal power: a table with one row more.
    rows = {**electricity.sources(), ("CN", "residual"): "cn-electricity-footprint-coal"}
    monkeypatch.setattr(electricity, "sources", lambda: rows)
    result = power(assess_text, "{residual: CN}")
    assert result.total == pytest.approx(100 * factor("coal"))
    assert result.electricity.location_based == pytest.approx(57.77)
    # Under a regime that uses it, power of the grid that nothing tracks is the residual mix; under another it is the grid.
    assert power(assess_text, "{grid: CN}", regime_id="pef31").total == pytest.approx(100 * factor("coal"))
    assert power(assess_text, "{grid: CN}", regime_id="gbt24067").total == pytest.approx(57.77)


def test_without_a_residual_mix_the_grid_is_taken_and_said(assess_text):
    result = power(assess_text, "{residual: CN}")
    assert result.total == pytest.approx(57.77)
    assert [gap.params for gap in result.gaps if gap.code == "no-residual-mix"] == [{"geography": "CN"}]
    assert result.complete


def test_a_residual_mix_by_link(assess_text):
    result = power(assess_text, '{residual: CN, from: "factor:cn-electricity-footprint-coal-2024"}')
    assert result.total == pytest.approx(100 * factor("coal"))
    assert result.electricity.location_based == pytest.approx(57.77)


def test_six_sources_at_once_add_up(assess_text):
    shares = (
        "{own: hydro, share: 10 %}, {direct: wind, share: 20 %, losses: 2 %}, {contract: wind, share: 30 %},"
        " {residual: CN, share: 15 %}, {grid: CN, share: 25 %}"
    )
    result = power(assess_text, shares)
    wind = factor("wind")
    expected = 10 * 0.0141 + 20 / 0.98 * wind + 30 * (wind + factor("td-incl-losses")) + 40 * GRID
    assert result.total == pytest.approx(expected)
    located = 10 * 0.0141 + 20 / 0.98 * wind + 70 * GRID
    assert result.electricity.location_based == pytest.approx(located)


@pytest.mark.parametrize(
    "share", ["{grid: CN, losses: 5 %}", "{residual: CN, losses: 5 %}", "{own: hydro, losses: 100 %}"]
)
def test_losses_are_refused_where_they_would_count_twice_or_leave_nothing(assess_text, share):
    with pytest.raises(AssessmentError) as caught:
        power(assess_text, share)
    assert [(f.code, f.place) for f in caught.value.faults] == [("TH-ASM-059", "lines[0].electricity[0].losses")]
