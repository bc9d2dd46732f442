"""C23: a result outside what is known for its product is flagged, and a slip of units is called by its name."""

from __future__ import annotations

import pytest

PACK = """
tanheng: rule-pack/1
id: bricks
version: 1.0.0
status: draft
names: {zh: 砖, en: Bricks}
follows: {zh: 测试, en: a test}
extends: general
band: {low: 100, high: 300, per: t, source: {zh: 测试, en: a test}}
"""


@pytest.fixture
def plausible(assess_text, tmp_path):
    """``plausible(200)``: codes of the findings on the band of 100 to 300 kg CO2e/t for a result of 200 kg per tonne."""
    pack = tmp_path / "bricks.yaml"
    pack.write_text(PACK, encoding="utf-8")

    def run(total: float, unit: str = "1 t"):
        body = f"lines: [{{stage: production, name: Kiln, emits: {{CO2: {total} kg}}}}]"
        result = assess_text(body, unit=unit, options={"rules": str(pack)})
        return [f.code for f in result.findings if f.code.startswith("TH-GEN-60")]

    return run


def test_c23_a_result_inside_the_band_is_not_flagged(plausible):
    assert plausible(100) == plausible(299) == []
    # 0.2 kg per kg is 200 kg per tonne: the band is compared in its own unit.
    assert plausible(0.2, unit="1 kg") == []


def test_c23_a_result_outside_the_band_is_flagged(plausible):
    # 310 is no slip of units: 310 ÷ 3.6 = 86 and 310 ÷ 1000 = 0.31 lie outside as well.
    assert plausible(310) == ["TH-GEN-601"]


def test_c23_slips_of_units_are_named(plausible):
    # 200 000 = 200 × 1000 (kg for t); 55 = 198 ÷ 3.6 (kWh for MJ).
    assert plausible(200_000) == ["TH-GEN-601", "TH-GEN-602"]
    assert plausible(55) == ["TH-GEN-601", "TH-GEN-603"]
