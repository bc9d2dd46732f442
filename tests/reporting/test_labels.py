"""Labels: what stands on them is read again from the drawn picture, and artwork of others is kept in its bounds."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from lxml import etree
from pypdf import PdfReader

from tanheng.errors import ReportError
from tanheng.reporting.labels import LabelArt, draw_label, set_label

CODE = "https://cfp.example.org/c/TH-2026-000001#1." + "A" * 170 + "." + "B" * 86
ART = LabelArt(
    number="TH-2026-000001",
    value="12 480",
    unit="kg CO2e/t",
    per={"zh": "1 t", "en": "1 t"},
    boundary={"zh": "摇篮到大门", "en": "cradle-to-gate"},
    scheme={"zh": "标识 <试行>", "en": "Label & trial"},
    valid_until="2027-12-31",
    code=CODE,
    grade="B",
    classes=("A", "B", "C", "D", "E"),
)


def words(drawn):
    return [text.text for text in etree.fromstring(drawn.encode()).iter("{*}text")]


def test_a_label_says_what_it_is_given():
    told = words(draw_label(ART))
    for wanted in (
        "产品碳足迹",
        "12 480",
        "kg CO2e/t",
        "TH-2026-000001",
        "摇篮到大门",
        "2027-12-31",
        "标识 <试行>  Label & trial",
    ):
        assert wanted in told
    assert [one for one in told if one in ART.classes] == list(ART.classes)
    without = words(draw_label(replace(ART, grade="", classes=())))
    assert not {*without} & {*ART.classes}


def test_the_code_is_read_again_from_the_picture():
    zxing = pytest.importorskip("zxingcpp", reason="zxing-cpp is not installed")
    pillow = pytest.importorskip("PIL.Image")
    with pillow.open(io.BytesIO(set_label(draw_label(ART), "png", dots=300))) as picture:
        pixels = np.asarray(picture.convert("L"))
    assert [found.text for found in zxing.read_barcodes(pixels)] == [CODE]


def test_a_pdf_has_one_page_of_its_size_and_its_words():
    reader = PdfReader(io.BytesIO(set_label(draw_label(ART), "pdf")))
    (page,) = reader.pages
    width, height = (float(side) * 25.4 / 72 for side in (page.mediabox.width, page.mediabox.height))
    assert (width, height) == (pytest.approx(64, abs=0.2), pytest.approx(90.4, abs=0.2))
    assert "12 480" in page.extract_text()


def test_the_same_label_gives_the_same_bytes():
    assert set_label(draw_label(ART), "pdf") == set_label(draw_label(ART), "pdf")


def test_long_texts_become_smaller():
    long = replace(ART, value="0.000000123456", number="CNCA-2026-CFP-00000000001-PROVINCE-OF-YUNNAN")
    sizes = {t.text: float(t.get("font-size")) for t in etree.fromstring(draw_label(long).encode()).iter("{*}text")}
    assert sizes[long.value] < 40
    assert sizes[long.number] < 6


def test_artwork_of_a_scheme_takes_the_place_of_ours():
    own = '<svg xmlns="http://www.w3.org/2000/svg" width="10mm" height="10mm"><text>{{ number }}: {{ value }}</text></svg>'
    assert words(draw_label(ART, own)) == ["TH-2026-000001: 12 480"]


@pytest.mark.parametrize(
    "artwork",
    ["<svg>{{ secret }}</svg>", "<svg>{% if %}</svg>", "<svg>{{ number.__class__.__mro__ }}</svg>", "{{ 1 / 0 }}"],
)
def test_artwork_that_asks_for_more_is_refused(artwork):
    with pytest.raises(ReportError, match="TH-REP-010"):
        draw_label(ART, artwork)


def test_what_is_no_picture_cannot_be_set():
    with pytest.raises(ReportError, match="TH-REP-001"):
        set_label("no picture", "png")
