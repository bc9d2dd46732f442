"""C03: rounding happens only where a claim is made, half to even, to the digits that the rule pack sets."""

from __future__ import annotations

import pytest

from tanheng.footprint.claiming import claim, rounded
from tanheng.quantities import Quantity
from tanheng.rules import Rounding, rule_pack

LINE = "lines: [{stage: production, name: Kiln, emits: {CO2: %s kg}}]"


@pytest.mark.parametrize(
    ("value", "rounding", "shown"),
    [
        (696.8239, Rounding(significant=3), "697"),
        (10080.259, Rounding(significant=3), "10100"),
        (9.996, Rounding(significant=3), "10.0"),
        (0.00123456, Rounding(significant=3), "0.00123"),
        (2.5, Rounding(significant=1), "2"),  # half to even
        (3.5, Rounding(significant=1), "4"),
        (-0.125, Rounding(decimals=2), "-0.12"),
        (0.0325, Rounding(decimals=3), "0.032"),
        (12.0, Rounding(significant=None), "12.0"),
        (0.0, Rounding(significant=3), "0.0"),
    ],
)
def test_c03_half_to_even_to_the_digits_of_the_rules(value, rounding, shown):
    assert f"{rounded(value, rounding):f}" == shown


def test_c03_the_claim_is_in_the_unit_of_the_label(assess_text):
    """A study per kg under a pack whose label is per t: 0.7004 kg/kg are 700 kg/t to three digits; the total is not rounded."""
    assert rule_pack("cn-cement@1").label_unit == "kg CO2e/t"
    result = assess_text(LINE % 0.7004, unit="1 kg", rules="cn-cement@1")
    assert (result.claim.text, result.claim.value, result.claim.unit) == ("700", 700.0, "kg CO2e/t")
    assert result.total == 0.7004


def test_c03_grams_per_piece_and_labels_that_do_not_fit():
    made = claim(0.0123456, Quantity(2.0, "pcs"), "g CO2e/pcs", Rounding(significant=3))
    assert (made.text, made.unit) == ("6.17", "g CO2e/pcs")  # 12.3456 g for two pieces
    kept = claim(5.0, Quantity(2.0, "pcs"), "kg CO2e/t", Rounding(significant=3))
    assert (kept.text, kept.unit) == ("5.00", "kg CO2e/(2 pcs)")


def test_c03_at_least_is_no_claim(assess_text):
    assert assess_text("lines: [{stage: production, name: A, amount: 1 kg}]").claim is None
