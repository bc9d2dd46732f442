"""Direct land-use change worked by hand: forest to palm oil, spread over 20 years."""

from __future__ import annotations

import pytest

from tanheng.errors import AssessmentError
from tanheng.quantities import Origin


def assess_land(assess_text, land):
    return assess_text(f"lines:\n  - {{stage: raw-materials, name: Plantation, land: {{{land}}}}}\n")


def test_forest_turned_into_a_plantation(assess_text):
    # 0.25 ha × (180 − 60) t C/ha × 1000 × 44/12 / 20 = 5500 kg CO2 a year.
    result = assess_land(assess_text, "area: 2500 m2, before: 180, after: 60, converted: 2010")
    (gas,) = result.gases
    assert (gas.gas, gas.origin) == ("CO2", Origin.LUC)
    assert gas.mass == pytest.approx(5500, rel=1e-12)
    assert result.total == pytest.approx(5500, rel=1e-12)
    assert result.origins["luc"] == pytest.approx(5500, rel=1e-12)
    assert result.complete
    assert (
        result.lines[0]
        .parts[0]
        .formula.startswith("0.25 ha × (180 − 60) t C/ha × 1000 kg/t × 44/12 / 20 a = 5500 kg; ")
    )


def test_the_years_may_be_others(assess_text):
    # 1 ha × 30 t C × 1000 × 44/12 / 25 = 4400 kg.
    result = assess_land(assess_text, "area: 1 ha, before: 90, after: 60, converted: 2010, years: 25")
    assert result.total == pytest.approx(4400, rel=1e-12)


@pytest.mark.parametrize(("converted", "counted"), [(2005, 5500.0), (2004, 0.0), (1990, 0.0)])
def test_a_conversion_counts_for_twenty_years(assess_text, converted, counted):
    # The study's period ends in 2024: 2024 < 2005 + 20, but not < 2004 + 20.
    result = assess_land(assess_text, f"area: 0.25 ha, before: 180, after: 60, converted: {converted}")
    assert result.total == pytest.approx(counted, rel=1e-12)
    assert ("land-long-ago" in {gap.code for gap in result.gaps}) == (counted == 0.0)
    if counted == 0.0:
        # What the change came to, and why it no longer counts.
        told = f"/ 20 a = 5500 kg; 2024 ≥ {converted} + 20 → 0 kg; 0 kg × 1 kg CO2e/kg"
        assert told in result.lines[0].parts[0].formula
    assert result.complete


def test_a_conversion_without_a_year_counts_and_is_told(assess_text):
    result = assess_land(assess_text, "area: 0.25 ha, before: 180, after: 60")
    assert result.total == pytest.approx(5500, rel=1e-12)
    assert [gap.code for gap in result.gaps] == ["land-year-unknown"]


def test_a_gain_of_stock_is_told_but_not_counted(assess_text):
    # 0.25 ha × (40 − 60) × 1000 × 44/12 / 20 = −916.667 kg.
    result = assess_land(assess_text, "area: 0.25 ha, before: 40, after: 60, converted: 2015")
    assert result.total == 0.0
    (gap,) = result.gaps
    assert (gap.code, gap.blocks, gap.params["mass"]) == ("land-gain", False, "916.667")


def test_a_conversion_after_the_period_is_refused(assess_text):
    with pytest.raises(AssessmentError) as caught:
        assess_land(assess_text, "area: 1 ha, before: 90, after: 60, converted: 2025")
    (fault,) = caught.value.faults
    assert (fault.code, fault.place) == ("TH-ASM-069", "lines[0].land.converted")
