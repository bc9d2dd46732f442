"""C23: a result outside the known band of its product category is flagged, and a slip of 10³ or 3.6 is named as one."""

from __future__ import annotations

import pytest

from tanheng.rules import rule_pack

BAND = rule_pack("cn-cement@1").band
"""150 to 1500 kg CO2e per t of cement."""
LINE = "lines: [{stage: production, name: Kiln, emits: {CO2: %s kg}}]"
FLAGS = ("TH-GEN-601", "TH-GEN-602", "TH-GEN-603")


def flags(result) -> dict[str, str]:
    return {f.code: f.severity for f in result.findings if f.code in FLAGS}


@pytest.mark.parametrize(
    ("unit", "kilograms", "codes"),
    [
        ("1 t", 700, {}),
        ("1 t", 150, {}),
        ("1 t", 1500, {}),
        ("1 kg", 0.7, {}),
        ("25 t", 17_500, {}),
        ("1 t", 1501, {"TH-GEN-601": "warning"}),  # just outside: no slip of units
        ("1 t", 149, {"TH-GEN-601": "warning"}),
        ("1 t", 4000, {"TH-GEN-601": "warning", "TH-GEN-603": "warning"}),  # 4000/3.6 = 1111, 2.7 times too high
        ("1 t", 60, {"TH-GEN-601": "warning", "TH-GEN-603": "warning"}),  # 60 × 3.6 = 216, 2.5 times too low
        ("1 t", 0.7, {"TH-GEN-601": "warning", "TH-GEN-602": "error"}),  # t for kg
        ("1 kg", 700, {"TH-GEN-601": "warning", "TH-GEN-602": "error"}),  # kg for t
        ("1 t", 10_000, {"TH-GEN-601": "warning"}),  # neither 10000/3.6 = 2778 nor 10000/1000 = 10 is inside
        ("1 m3", 700, {}),  # a band per t says nothing about a volume
    ],
)
def test_c23_a_result_outside_the_band_is_flagged_and_a_slip_of_units_named(assess_text, unit, kilograms, codes):
    assert (BAND.low, BAND.high, BAND.per) == (150, 1500, "t")
    assert flags(assess_text(LINE % kilograms, unit=unit, rules="cn-cement@1")) == codes


def test_c23_without_a_band_nothing_is_flagged(assess_text):
    assert flags(assess_text(LINE % 1e9)) == {}
