"""Geometry of the charts: areas, lengths and bars say what the numbers say."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanheng.footprint import assess, read_study
from tanheng.footprint.assessment import Assessment
from tanheng.reporting import report_document
from tanheng.reporting.blocks import CHARTS
from tanheng.reporting.charts import BINS, compared, distribution, round_ticks, squarified, tornado, treemap
from tanheng.reporting.description import description
from tanheng.texts import LANGUAGES

SIZES = st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=40).map(lambda sizes: sorted(sizes, reverse=True))


@given(SIZES, st.floats(0.3, 4.0))
def test_squares_fill_the_whole_and_are_as_large_as_their_sizes(sizes: list[float], aspect: float) -> None:
    placed = squarified(sizes, aspect, 1.0)
    whole = sum(sizes)
    for size, (x, y, w, h) in zip(sizes, placed, strict=True):
        assert w * h == pytest.approx(size / whole * aspect, rel=1e-6)
        assert x >= -1e-9
        assert y >= -1e-9
        assert x + w <= aspect + 1e-6
        assert y + h <= 1.0 + 1e-6
    centres = [(x + w / 2, y + h / 2) for x, y, w, h in placed]
    for i, (cx, cy) in enumerate(centres):
        inside = [j for j, (x, y, w, h) in enumerate(placed) if x < cx < x + w and y < cy < y + h]
        assert inside == [i]


def test_a_treemap_keeps_a_stage_together_and_leaves_out_what_has_no_area() -> None:
    def member(size: float) -> dict[str, object]:
        return {"label": str(size), "value": "", "share": "", "size": size}

    groups = [
        {"label": "a", "tone": 0, "members": [member(3.0), member(1.0), member(-2.0)]},
        {"label": "b", "tone": 1, "members": [member(4.0)]},
        {"label": "c", "tone": 2, "members": [member(0.0)]},
    ]
    block = treemap(groups, "kg")
    assert block is not None
    assert [c["label"] for c in block["cells"]] == ["3.0", "1.0", "4.0"]
    assert [c["width"] * c["height"] for c in block["cells"]] == pytest.approx([3 / 8, 1 / 8, 4 / 8])
    assert [e["label"] for e in block["legend"]] == ["a", "b"]
    assert treemap(groups[2:], "kg") is None


def test_bars_of_a_distribution_are_the_density_of_its_quantiles() -> None:
    # Uniform on 0 … 10 and, in the middle fifth, twice as dense: F(4) = 1/3, F(6) = 2/3.
    block = distribution([(0.0, 0.0), (1 / 3, 4.0), (2 / 3, 6.0), (1.0, 10.0)], [], [(5.0, "5"), (12.0, "12")], "kg")
    assert block is not None
    heights = [bar["height"] for bar in block["bars"]]
    assert len(heights) == BINS
    # (1/3 ÷ 2) to (1/3 ÷ 4): the edges fall within two bars.
    assert heights[0] == pytest.approx(0.5)
    assert heights[BINS // 2] == pytest.approx(1.0)
    assert sum(h == pytest.approx(0.5) for h in heights) == 38
    assert block["ticks"] == [{"at": 0.5, "text": "5"}]
    assert distribution([(0.0, 2.0), (1.0, 2.0)], [], [], "") is None


def test_an_interval_wider_than_the_samples_widens_the_axis() -> None:
    texts = {"label": "x", "low_text": "", "point_text": "", "high_text": ""}
    block = distribution([(0.0, 2.0), (1.0, 4.0)], [{"low": 0.0, "point": 4.0, "high": 8.0, **texts}], [], "")
    assert block is not None
    drawn = block["intervals"][0]
    assert (drawn["low"], drawn["point"], drawn["high"]) == (0.0, 0.5, 1.0)
    assert min(b["start"] for b in block["bars"]) == pytest.approx(0.25)
    assert max(b["start"] + b["length"] for b in block["bars"]) == pytest.approx(0.5)


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_ticks_are_few_and_inside(low: float, span: float) -> None:
    ticks = round_ticks(low, low + span)
    assert 2 <= len(ticks) <= 12
    assert all(low - 1e-6 * span <= t <= low + span * (1 + 1e-6) for t in ticks) or span < 1e-9 * abs(low)


def test_a_tornado_hangs_on_the_result() -> None:
    rows = [
        {"label": "a", "low": 8.0, "high": 14.0, "low_text": "8", "high_text": "14"},
        {"label": "b", "low": 9.0, "high": 11.0, "low_text": "9", "high_text": "11"},
    ]
    block = tornado(10.0, rows, "10", "kg")
    assert block is not None
    assert block["base"] == pytest.approx(2 / 6)
    assert [(r["low"], r["high"]) for r in block["rows"]] == [(0.0, 1.0), (pytest.approx(1 / 6), pytest.approx(0.5))]
    assert tornado(10.0, [], "10", "") is None


def test_credits_stand_left_of_zero() -> None:
    pieces = [{"size": 6.0, "tone": 0}, {"size": -2.0, "tone": 1}, {"size": 2.0, "tone": 2}]
    block = compared([{"label": "a", "sub": "", "value": "6", "pieces": pieces}], [], "")
    assert block["zero"] == pytest.approx(0.2)
    drawn = [(p["start"], p["length"]) for p in block["rows"][0]["pieces"]]
    assert drawn == [pytest.approx((0.2, 0.6)), pytest.approx((0.0, 0.2)), pytest.approx((0.8, 0.2))]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_chart_of_a_report_is_told_in_words(
    deep: Assessment, others: tuple[Assessment, ...], aluminium: Assessment, lang: str
) -> None:
    blocks = [
        b
        for document in (report_document(deep, lang, None, others), report_document(aluminium, lang))
        for s in document["sections"]
        for b in s["blocks"]
        if b["kind"] in CHARTS
    ]
    assert {b["kind"] for b in blocks} >= CHARTS - {"tornado"}
    assert all(len(description(b)) > 10 for b in blocks)


def test_the_map_names_the_largest_and_says_what_credits_it_cannot_draw(
    deep: Assessment, incomplete: Assessment
) -> None:
    blocks = [b for s in report_document(deep, "en")["sections"] for b in s["blocks"]]
    cells = next(b for b in blocks if b["kind"] == "treemap")["cells"]
    assert cells[0]["label"] == "Electricity for washing"
    assert math.fsum(c["width"] * c["height"] for c in cells) == pytest.approx(1.0)
    assert all(b["kind"] != "treemap" for s in report_document(incomplete, "en")["sections"] for b in s["blocks"])


EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def test_the_tornado_of_a_study_shows_its_inputs_with_the_largest_first() -> None:
    result = assess(read_study(EXAMPLES / "aluminium" / "aluminium.yaml"))
    block = next(b for s in report_document(result, "en")["sections"] for b in s["blocks"] if b["kind"] == "tornado")
    lengths = [r["high"] - r["low"] for r in block["rows"]]
    assert len(lengths) >= 3
    assert lengths == sorted(lengths, reverse=True)
    assert all(r["low"] <= block["base"] <= r["high"] for r in block["rows"])
