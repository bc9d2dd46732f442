"""Embedded emissions of complex goods by hand (C22): losses, scrap, a chain of precursors, direct and indirect apart."""

from __future__ import annotations

import pytest

from tanheng.footprint import read_study
from tanheng.footprint.assessing import assess
from tanheng.footprint.cbam import SCRAP, Embedded, Precursor, embedded, specific


def test_a_complex_good_with_losses_and_scrap_by_the_formula():
    """A rolling mill makes 1000 t of bars in a year, out of billets and scrap.

    It uses up 1080 t of billets (80 t go off as crops and scale: losses are in M) and 40 t of scrap, and burns gas: 60 t CO2.

        billets       M = 1080 t, SEE direct 1.90, indirect 0.15 t CO2e/t
        scrap         M =   40 t, SEE 0
        attributed    direct 60 t, indirect 90 t CO2e

        direct    (60 + 1080 × 1.90 + 40 × 0)/1000 = (60 + 2052)/1000 = 2.112 t CO2e/t
        indirect  (90 + 1080 × 0.15 + 40 × 0)/1000 = (90 +  162)/1000 = 0.252 t CO2e/t
    """
    billets = Precursor(1080.0, Embedded(1.90, 0.15))
    bars = specific(Embedded(60.0, 90.0), [billets, Precursor(40.0, SCRAP)], 1000.0)
    assert bars.direct == pytest.approx(2.112, rel=1e-12)
    assert bars.indirect == pytest.approx(0.252, rel=1e-12)
    assert bars.total == pytest.approx(2.364, rel=1e-12)


def test_the_formula_goes_through_the_chain():
    """Sinter → pig iron → steel, each 1 t, with the precursor's own SEE in the next one.

    sinter     0.20 direct, 0.06 indirect
    pig iron   (1.20 + 1.5 × 0.20)/1 = 1.50           (0.05 + 1.5 × 0.06)/1 = 0.14
    steel      (0.10 + 0.9 × 1.50)/1 = 1.45           (0.08 + 0.9 × 0.14)/1 = 0.206
    """
    sinter = Embedded(0.20, 0.06)
    iron = specific(Embedded(1.20, 0.05), [Precursor(1.5, sinter)], 1.0)
    steel = specific(Embedded(0.10, 0.08), [Precursor(0.9, iron)], 1.0)
    assert (iron.direct, iron.indirect) == (pytest.approx(1.50), pytest.approx(0.14))
    assert (steel.direct, steel.indirect) == (pytest.approx(1.45), pytest.approx(0.206))


def test_an_activity_level_of_nothing_is_refused():
    with pytest.raises(ValueError, match="activity level"):
        specific(SCRAP, [], 0.0)


CLINKER = """
tanheng: study/1
product: {name: {zh: 熟料, en: Clinker}, maker: M, codes: {cn: "2523 10 00"}}
unit: 1 t
basis: 100 t
boundary: cradle-to-gate
period: 2026-01-01/2026-12-31
site: CN
lines:
  - {stage: production, name: {en: Calcination}, emits: {CO2: 53 t}}
  - {stage: production, name: {en: Kiln fuel}, emits: {CO2: 31 t, CH4: 10 kg}}
  - {stage: production, name: {en: Power}, amount: 6 MWh, electricity: [{grid: CN}]}
"""
CEMENT = """
tanheng: study/1
product: {name: {zh: 水泥, en: Cement}, maker: M, codes: {cn: "2523 29 00"}}
unit: 1 t
boundary: cradle-to-gate
period: 2026-01-01/2026-12-31
site: CN
lines:
  - {stage: raw-materials, name: {en: Clinker}, amount: 0.77 t, from: "study:clinker.yaml", codes: {cn: "25231000"},
     transport: [{mode: rail, distance: 200 km}]}
  - {stage: raw-materials, name: {en: Gypsum}, amount: 50 kg, from: "factor:cn-alumina-2017-calculated", codes: {cn: "25202000"}}
  - {stage: production, name: {en: Grinding}, amount: 40 kWh, electricity: [{grid: CN}]}
"""
GRID = 0.5777
"""kg CO2e/kWh: cn-electricity-footprint-2024."""


def test_cement_of_own_clinker_by_hand(tmp_path):
    """0.75 t of clinker are in a tonne of cement, 0.02 t are lost in grinding: M = 0.77 t.

    clinker    direct (53 + 31) t/100 t = 840 kg/t          CH4 is no gas of the mechanism
               indirect 6000 kWh × 0.5777/100 t = 34.662 kg/t
    cement     direct 0.77 × 840 = 646.8 kg/t                the gypsum is no precursor, the rail no installation
               indirect 40 × 0.5777 + 0.77 × 34.662 = 23.108 + 26.68974 = 49.79774 kg/t
    """
    (tmp_path / "clinker.yaml").write_text(CLINKER, encoding="utf-8")
    (tmp_path / "cement.yaml").write_text(CEMENT, encoding="utf-8")
    result = assess(read_study(tmp_path / "cement.yaml"), regime_id="cbam")
    found = embedded(result)
    assert found.direct == pytest.approx(0.77 * 840.0, rel=1e-12)
    assert found.indirect == pytest.approx(40 * GRID + 0.77 * 6000 * GRID / 100, rel=1e-12)
    assert result.total == pytest.approx(646.8 + 49.79774, rel=1e-12)
    reasons = {part.excluded for row in result.lines for part in row.parts}
    assert reasons == {"", "transport", "not-a-precursor"}


def test_scrap_and_a_good_with_direct_emissions_only_by_hand(assess_text):
    """Crude steel: 0.9 t of pig iron by the default for China and 0.25 t of scrap, 500 kWh, 80 kg CO2 of the converter.

    pig iron   default 1.66 t CO2e/t, mark-up of 2026 10 %: 1.66 × 1.1 = 1.826
    scrap      0;  power: steel is in Annex II, indirect emissions do not count
    SEE        (80 + 0.9 × 1826)/1 = 1723.4 kg CO2e/t
    """
    result = assess_text(
        """
lines:
  - {stage: raw-materials, name: Pig iron, amount: 0.9 t, from: "cbam:7201 10 11@CN", codes: {cn: "72011011"}}
  - {stage: raw-materials, name: Scrap, amount: 0.25 t, from: "cbam:7201@CN", codes: {cn: "7204 49 90"}}
  - {stage: production, name: Converter, emits: {CO2: 80 kg}}
  - {stage: production, name: Power, amount: 500 kWh, electricity: [{grid: CN}]}
""",
        product='{name: {zh: 粗钢, en: Crude steel}, maker: M, codes: {cn: "7206 10 00"}}',
        period="2026-01-01/2026-12-31",
        options={"regime_id": "cbam"},
    )
    assert result.total == pytest.approx(80 + 0.9 * 1826.0, rel=1e-12)
    assert embedded(result) == Embedded(pytest.approx(1723.4), 0.0)
    assert [row.parts[0].excluded for row in result.lines] == ["", "scrap", "", "indirect-emissions"]
    assert result.complete
