"""C16: what happens later than ten years is told, and counts in full."""

from __future__ import annotations

import pytest

LINES = """
lines:
  - {{stage: production, name: Making, emits: {{CO2: 2 kg}}}}
  - {{stage: use, name: Refrigerant lost, emits: {{HFC-134a: 1 kg}}{after}}}
"""


def assess_later(assess_text, after):
    return assess_text(LINES.format(after=after), boundary="cradle-to-grave")


def test_c16_a_later_activity_is_told_and_not_discounted(assess_text):
    now, later = assess_later(assess_text, ""), assess_later(assess_text, ", after: 25")
    assert later.total == now.total == pytest.approx(2 + 1530)  # AR6 GWP100 of HFC-134a
    (gap,) = later.lines[1].gaps
    assert (gap.code, gap.blocks, gap.params["years"]) == ("happens-later", False, "25")
    assert later.lines[1].after == 25
    assert now.lines[1].gaps == ()
    assert now.lines[1].after is None


def test_c16_ten_years_are_not_later(assess_text):
    result = assess_later(assess_text, ", after: 10")
    assert result.lines[1].gaps == ()
    assert result.lines[1].after == 10


def test_c16_years_of_storage_are_told_and_do_not_change_the_total(assess_text):
    body = """
lines:
  - {{stage: raw-materials, name: Timber, amount: 1 kg, emits: {{CO2: 1 kg}}, biogenic: {{carbon: 50 %, released: 40 %{years}}}}}
"""
    short, long = (assess_text(body.format(years=f", stored_for: {n}")) for n in (5, 80))
    assert short.total == long.total
    told = [gap.params for gap in long.gaps if gap.code == "carbon-stored"]
    assert told == [{"share": "60", "years": "80"}]
    assert not any(gap.code == "carbon-stored" for gap in assess_text(body.format(years="")).gaps)


def test_c16_the_notes_have_sentences_in_both_languages(assess_text):
    from tanheng.reporting.words import gap_text

    (gap,) = assess_later(assess_text, ", after: 25").lines[1].gaps
    assert "25 years" in gap_text(gap, "en")
    assert "25 年" in gap_text(gap, "zh")
