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
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="10mm" height="10mm">'


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


def widths(drawn):
    """How wide each text is at least (digits and letters 0.5 em, Chinese 1 em), with where it begins and ends."""
    for text in etree.fromstring(drawn.encode()).iter("{*}text"):
        size = float(text.get("font-size"))
        width = size * sum(1.0 if ord(letter) > 0x2E80 else 0.5 for letter in text.text or "")
        x = float(text.get("x"))
        yield text.text, (x - width / 2, x + width / 2) if text.get("text-anchor") == "middle" else (x, x + width)


@pytest.mark.parametrize(
    "changed",
    [
        {
            "scheme": {
                "zh": "中国产品碳足迹标识认证（试行）",
                "en": "China product carbon footprint label certification (trial)",
            }
        },
        {"unit": "kg CO2e/(1 m2 of installed floor covering, 20 a)"},
        {
            "per": {
                "zh": "1 平方米地板在二十年使用期内的铺设与维护",
                "en": "1 m2 of floor covering over twenty years of use",
            }
        },
    ],
    ids=["scheme", "unit", "per"],
)
def test_texts_stay_within_the_label(changed):
    """A unit or a value that is cut misleads."""
    for text, (left, right) in widths(draw_label(replace(ART, **changed))):
        assert left >= 4, text
        assert right <= 316, text


def test_class_names_stay_within_their_bands():
    classes = tuple(f"Class {name}" for name in "ABCDEFG")
    drawn = draw_label(replace(ART, grade="Class A", classes=classes))
    for text, (left, right) in widths(drawn):
        if text in classes:
            assert right - left <= 272 / len(classes), text


def test_a_class_that_its_scheme_does_not_know_is_refused():
    """All bands pale and none large: a label with a class that nobody sees."""
    with pytest.raises(ReportError, match="TH-REP-013"):
        draw_label(replace(ART, grade="Z"))


@pytest.mark.parametrize("bad", ["\x01", "\x0b", "\ufffe", "\x1b"], ids=repr)
def test_letters_that_xml_has_not_are_left_out(bad):
    """XML has no control characters: no browser would open the picture."""
    drawn = draw_label(replace(ART, scheme={"zh": f"标识{bad}", "en": "Label"}))
    etree.fromstring(drawn.encode())


def test_artwork_that_takes_for_ever_is_refused():
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ReportError):
        draw_label(ART, "<svg>{{ ('A' * 99999999) * 2 }}</svg>")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kilobytes


@pytest.mark.parametrize(
    "art",
    [
        '<svg xmlns="http://www.w3.org/2000/svg" width="10mm" height="10mm"><script>alert(1)</script></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg" width="10mm" height="10mm" onload="alert(1)"/>',
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="10mm" height="10mm">'
        '<image width="9" height="9" xlink:href="https://tracker.example/p.png"/></svg>',
    ],
    ids=["script", "onload", "image"],
)
def test_artwork_with_a_programme_or_a_tracker_is_refused(art):
    with pytest.raises(ReportError):
        draw_label(ART, art)


@pytest.mark.parametrize(
    "told",
    [
        "{% autoescape false %}{{ scheme }}{% endautoescape %}",
        "{{ scheme|safe }}",
        "{{ code.path.replace('M', code.path) }}",
        "{{ '%99999999d' % 1 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ number + number }}",
        "{{ number ~ number }}",
        "{% set a = number %}",
        "{% macro a() %}{% endmacro %}",
        "{% for a in range(99999) %}a{% endfor %}",
        "{% for a in bands %}{% for b in bands %}{{ b.name }}{% endfor %}{% endfor %}",
        "{% for a in lines recursive %}{{ loop(lines) }}{% endfor %}",
        "{{ code.path }}" * 9999,
        "{{ " + "(" * 400 + "1" + ")" * 400 + " }}",
    ],
    ids=lambda told: told[:20],
)
def test_artwork_that_is_a_programme_is_refused(told):
    with pytest.raises(ReportError, match="TH-REP-010"):
        draw_label(ART, f"{SVG}<text>{told}</text></svg>")


def test_artwork_may_choose_and_repeat():
    told = "<text>{{ band.name|lower }} {{ band.height * 2 }}</text>"
    told = f"{{% for band in bands %}}{{% if band.own %}}{told}{{% endif %}}{{% endfor %}}"
    assert words(draw_label(ART, f"{SVG}{told}</svg>")) == ["b 92"]


@pytest.mark.parametrize(
    "inside",
    [
        '<use href="#a"/>',
        '<rect style="fill: red"/>',
        '<rect fill="u\\72l(https://tracker.example)"/>',
        '<clipPath id="a"><path d="M0 0" clip-path="url(#b)"/></clipPath>',
        '<image href="data:image/svg+xml;base64,AAAA"/>',
        '<image href="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAw1AAAMNQCAYAAAA="/>',
    ],
)
def test_artwork_that_may_grow_or_hide_something_is_refused_whenever_it_is_drawn(inside):
    hidden = "{% if number == '" + ART.number + "' %}" + inside + "{% endif %}"
    with pytest.raises(ReportError, match="TH-REP-012"):
        draw_label(ART, f"{SVG}{hidden}</svg>")
    assert draw_label(replace(ART, number="X"), f"{SVG}{hidden}</svg>")


@pytest.mark.parametrize(
    "size", ["", 'width="10" height="10"', 'width="201mm" height="1mm"', 'width="0mm" height="1mm"']
)
def test_artwork_without_a_size_that_a_label_may_have_is_refused(size):
    with pytest.raises(ReportError, match="TH-REP-010"):
        draw_label(ART, f'<svg xmlns="http://www.w3.org/2000/svg" {size}/>')


def test_names_do_not_break_out():
    drawn = draw_label(replace(ART, scheme={"zh": '"/><script>x</script>', "en": '#read("/etc/passwd")'}))
    assert "<script>" not in drawn
    assert set_label(drawn, "pdf").startswith(b"%PDF")
