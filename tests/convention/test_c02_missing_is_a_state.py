"""C02: missing is never zero; it is a state that travels with the result."""

from __future__ import annotations

import pytest

from tanheng.factors import embedded

POWER = "{stage: production, name: Power, amount: 10 kWh, electricity: [{grid: CN}]}"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('{stage: raw-materials, name: X, from: "factor:cn-alumina-2017-calculated"}', "missing-amount"),
        ("{stage: raw-materials, name: X, amount: 1 kg}", "missing-factor"),
        (
            "{stage: raw-materials, name: X, amount: 1 t, transport: [{mode: rail, distance: 0 km}]}",
            "missing-factor",
        ),
        ('{stage: raw-materials, name: X, amount: 1 kg, from: "factor:no-such"}', "unresolved-link"),
        ('{stage: raw-materials, name: X, amount: 1 kg, from: "uslci:Steel"}', "unresolved-link"),
        ("{stage: production, name: X, amount: 1 kWh, electricity: [{own: tidal}]}", "missing-electricity"),
    ],
)
def test_c02_what_is_missing_is_listed_and_the_total_is_a_lower_bound(assess_text, line, code):
    result = assess_text(f"lines: [{POWER}, {line}]")
    assert not result.complete
    assert [g.code for g in result.gaps if g.blocks] == [code]
    assert not result.lines[1].total
    assert result.total == pytest.approx(5.777)
    assert any(f.severity == "error" and f.path == "lines[1]" for f in result.findings)


def test_c02_a_factor_without_a_gas_split_is_a_state_that_does_not_block(assess_text):
    result = assess_text(f"lines: [{POWER}]")
    assert result.complete
    assert [g.code for g in result.gaps] == ["no-gas-split"]
    assert result.origins["unsplit"] == pytest.approx(result.total)


def test_c02_open_inputs_of_a_background_process_block(assess_text, mini_background):
    open_ = 'lines: [{stage: raw-materials, name: X, amount: 1 kg, from: "mini:Open steel"}]'
    closed = 'lines: [{stage: raw-materials, name: X, amount: 1 kg, from: "mini:Steel"}]'
    assert not assess_text(open_, options={"backgrounds": mini_background}).complete
    assert assess_text(closed, options={"backgrounds": mini_background}).complete


def test_c02_no_embedded_factor_is_empty():
    assert all(f.amounts for f in embedded().factors.values())


FOURTH = """
tanheng: regime/1
id: fourth
names: {en: Fourth, zh: 第四次}
standard: {en: Fourth assessment report, zh: 第四次评估报告}
method: {report: AR4, metric: GWP100}
counted: [fossil]
nets_stored_carbon: false
stages: [raw-materials, production]
"""


def test_c02_a_gas_without_a_value_in_the_set_is_a_state_not_zero(assess_text, tmp_path):
    """AR4 knows no SO2F2: the gas stays listed with its mass, and the total is a lower bound."""
    (tmp_path / "fourth.yaml").write_text(FOURTH, encoding="utf-8")
    result = assess_text(
        "lines: [{stage: production, name: P, emits: {SO2F2: 1 kg, CO2: 2 kg}}]", regime=str(tmp_path / "fourth.yaml")
    )
    assert (result.total, result.complete) == (2.0, False)
    assert [(gap.code, gap.params["gas"]) for gap in result.gaps if gap.blocks] == [("gas-without-gwp", "SO2F2")]
    assert {gas.gas: gas.mass for gas in result.gases} == {"CO2": 2.0, "SO2F2": 1.0}
