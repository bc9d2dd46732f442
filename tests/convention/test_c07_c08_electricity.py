"""C07 (types of electricity factors) and C08 (order of preference, certificates, losses once)."""

from __future__ import annotations

import pytest

LINE = "lines: [{stage: production, name: P, amount: 100 kWh, electricity: %s}]"


def value(factor_id: str) -> float:
    from tanheng.factors import embedded, per_unit

    return per_unit(embedded().factors[factor_id])


def test_c07_a_generation_factor_is_refused_as_an_error(assess_text):
    result = assess_text('lines: [{stage: production, name: P, amount: 1 kWh, from: "factor:cn-grid-co2-yunnan-2023"}]')
    assert result.lines[0].total is None
    assert not result.complete
    finding = next(f for f in result.findings if f.code == "TH-GEN-103")
    assert (finding.severity, finding.quote) == ("error", "cn-grid-co2-yunnan-2023")


def test_c08_own_generation_comes_before_the_grid_and_shares_add_up(assess_text):
    result = assess_text(LINE % "[{own: hydro, share: 35 %}, {grid: CN, share: 65 %}]")
    expected = 35 * value("cn-electricity-footprint-hydro-2024") + 65 * value("cn-electricity-footprint-2024")
    assert result.total == pytest.approx(expected)


def test_c08_without_a_word_the_location_s_mix_is_taken_and_the_step_up_recorded(assess_text):
    result = assess_text("lines: [{stage: production, name: P, type: electricity, amount: 100 kWh}]")
    assert result.total == pytest.approx(100 * value("cn-electricity-footprint-2024"))
    assert [g.params for g in result.gaps if g.code == "parent-geography"] == [{"asked": "CN-53", "used": "CN"}]


@pytest.mark.parametrize(("year", "factor"), [("2023", "2023"), ("2024", "2024"), ("2030", "2024"), ("2020", "2023")])
def test_c08_the_factor_of_the_period_s_year(assess_text, year, factor):
    result = assess_text(LINE % "[{grid: CN}]", period=f"{year}-01-01/{year}-12-31")
    assert result.lines[0].parts[0].provenance.id == f"cn-electricity-footprint-{factor}"


def test_c08_certificates_count_only_where_the_regime_says_so_and_the_location_is_shown(assess_text):
    body = LINE % "[{certificate: wind}]"
    plain = assess_text(body)
    counted = assess_text(body, options={"regime_id": "iso14067"})
    grid = 100 * value("cn-electricity-footprint-2024")
    assert plain.total == pytest.approx(grid)
    assert [g.code for g in plain.gaps if g.code.startswith("certificate")] == ["certificate-not-counted"]
    assert counted.total < grid
    assert counted.electricity.location_based == pytest.approx(grid)


@pytest.mark.parametrize("supply", ["own", "direct", "contract", "certificate"])
@pytest.mark.parametrize("source", ["grid", "network", "residual"])
def test_c08_a_mix_or_the_network_is_no_plant(assess_text, supply, source):
    """The grid average by contract would get the network on top of the one that it holds: losses twice."""
    body = f"lines: [{{stage: production, name: P, amount: 1 kWh, electricity: [{{{supply}: {source}}}]}}]"
    result = assess_text(body, regime="iso14067")
    assert [gap.code for gap in result.gaps if gap.blocks] == ["missing-electricity"]
    assert (result.total, result.complete) == (0, False)


def test_c08_losses_are_included_exactly_once(assess_text):
    network = value("cn-electricity-footprint-td-incl-losses-2024")
    wind = value("cn-electricity-footprint-wind-2024")
    assert assess_text(LINE % "[{contract: wind}]").total == pytest.approx(100 * (wind + network))
    assert assess_text(LINE % "[{direct: wind}]").total == pytest.approx(100 * wind)
    assert assess_text(LINE % "[{contract: wind, losses: 4 %}]").total == pytest.approx(100 / 0.96 * wind)


@pytest.mark.parametrize("share", ["contract: wind", "certificate: wind", "residual: CN", 'grid: CN, from: "%s"'])
def test_c08_the_location_based_result_stands_beside_every_choice_on_the_market(assess_text, share):
    body = LINE % ("[{" + share.replace("%s", "factor:cn-electricity-footprint-coal-2024") + "}]")
    result = assess_text(body, options={"regime_id": "iso14067"})
    assert result.electricity.location_based == pytest.approx(100 * value("cn-electricity-footprint-2024"))


def test_c08_a_contract_with_and_without_losses_are_two_look_ups(assess_text):
    from tanheng.footprint.recomputing import recompute

    body = LINE % "[{contract: wind, share: 50 %, losses: 4 %}, {contract: wind, share: 50 %}]"
    result = assess_text(body)
    wind, network = value("cn-electricity-footprint-wind-2024"), value("cn-electricity-footprint-td-incl-losses-2024")
    assert result.total == pytest.approx(50 / 0.96 * wind + 50 * (wind + network))
    assert recompute(result).digest == result.digest
