"""C03: float64 inside, rounding only where a claim is made; the digest covers canonical inputs and rounded outputs."""

from __future__ import annotations

import dataclasses

import pytest

from tanheng.footprint.documents import digest, digest_of, document

BODY = """
lines:
  - {stage: raw-materials, name: A, amount: 3.3 kg, from: "factor:cn-alumina-2017-calculated"}
  - {stage: production, name: P, amount: 7 kWh, electricity: [{own: hydro, share: 33 %}, {grid: CN, share: 67 %}]}
"""


def test_c03_assessing_again_gives_the_same_digest(assess_text):
    assert assess_text(BODY).digest == assess_text(BODY).digest


def test_c03_the_digest_does_not_see_beyond_nine_digits(assess_text):
    result = assess_text(BODY)
    nudged = dataclasses.replace(result, total=result.total * (1 + 1e-13))
    moved = dataclasses.replace(result, total=result.total * (1 + 1e-7))
    assert digest(nudged) == result.digest
    assert digest(moved) != result.digest


@pytest.mark.parametrize("value", [1234.56789012345, 1e-7 / 3, 2e20 / 7, -98.7654321987])
def test_c03_a_number_in_a_digest_has_nine_significant_digits(value):
    nine = float(f"{value:.9g}")
    assert digest_of([value]) == digest_of([nine]) == digest_of([value * (1 + 1e-12)])
    assert digest_of([value]) != digest_of([nine * (1 + 2e-8)])
    assert float(f"{value:.12g}") != nine  # the tenth digit is there, and is not seen


def test_c03_any_input_moves_the_digest(assess_text):
    assert assess_text(BODY.replace("3.3 kg", "3.30001 kg")).digest != assess_text(BODY).digest
    assert assess_text(BODY, site="CN-15").digest != assess_text(BODY).digest


def test_c03_nothing_is_rounded_inside(assess_text):
    result = assess_text("lines: [{stage: production, name: P, amount: 1 kWh, emits: {CO2: 1.23456789012 kg}}]")
    assert document(result)["total"] == 1.23456789012
