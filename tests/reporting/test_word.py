"""The Word report: from the template that ships, and from one's own."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
from docx import Document
from lxml import etree

from tanheng.errors import ReportError
from tanheng.footprint.assessment import Assessment
from tanheng.reporting import report_document, shipped_template, word, write_report
from tanheng.reporting.blocks import CHARTS, KINDS
from tanheng.reporting.pdf import set_pictures
from tanheng.reporting.word_template import build
from tanheng.reporting.wordml import _WRITERS
from tanheng.texts import LANGUAGES, catalogue

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HOSTILE = "<w:p/> & \"q\" 's' {{ 7*7 }} {% raw %} {_{ ]]> \x01\x0b"


def text_of(path: Path) -> str:
    with zipfile.ZipFile(path) as opened:
        tree = etree.fromstring(opened.read("word/document.xml"))
    return "\n".join("".join(t.text or "" for t in p.iter(f"{W}t")) for p in tree.iter(f"{W}p"))


def test_every_kind_of_block_is_text_or_a_picture() -> None:
    assert set(_WRITERS) | CHARTS == KINDS
    assert not set(_WRITERS) & CHARTS


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_file_says_what_the_document_says(
    deep: Assessment, others: tuple[Assessment, ...], lang: str, tmp_path: Path
) -> None:
    path = write_report(deep, tmp_path / "r.docx", lang=lang, day=date(2026, 11, 22), others=others)
    text = text_of(path).replace("\u200b", "")
    document = report_document(deep, lang, None, others)
    charts = 0
    for section in (*document["sections"], document["annex"]):
        assert section["title"] in text
        for block in section["blocks"]:
            charts += block["kind"] in CHARTS
            if block["kind"] == "table":
                for r in block["rows"]:
                    for cell in r["cells"]:
                        assert all(piece in text for piece in cell["text"].replace("\u200b", "").split("\n"))
    with zipfile.ZipFile(path) as opened:
        pictures = [n for n in opened.namelist() if n.startswith("word/media/")]
        drawn = etree.fromstring(opened.read("word/document.xml")).iter("{*}docPr")
        told = [d.get("descr") for d in drawn]
    assert len(told) == charts >= 10
    assert all(told)
    # Pictures that are the same are kept once.
    assert 10 <= len(pictures) <= charts
    assert deep.digest in text
    known = Document(str(path)).core_properties
    assert known.title.endswith(deep.product[lang])
    assert known.created.date() == date(2026, 11, 22)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_c02_an_incomplete_total_is_printed_as_at_least(incomplete: Assessment, lang: str, tmp_path: Path) -> None:
    text = text_of(write_report(incomplete, tmp_path / "r.docx", lang=lang))
    lead = catalogue("report")["at-least"][lang].replace("{value}", "").strip()
    assert f"{lead} 6.610" in text
    assert catalogue("report")["cover.incomplete"][lang] in text


def test_the_same_result_gives_the_same_bytes(deep: Assessment, tmp_path: Path) -> None:
    one, two, dated = (
        write_report(deep, tmp_path / f"{i}.docx", lang="zh", day=day).read_bytes()
        for i, day in enumerate((None, None, date(2026, 1, 2)))
    )
    assert one == two
    assert one != dated


def test_the_template_that_ships_is_what_its_builder_makes() -> None:
    assert files("tanheng.reporting").joinpath("templates/report.docx").read_bytes() == build() == shipped_template()


def test_signs_of_markup_and_of_the_template_are_printed_as_they_are(aluminium: Assessment, tmp_path: Path) -> None:
    name = {"en": HOSTILE}
    line = aluminium.lines[0]
    bad = replace(line.parts[0].provenance, names=name, source_url='https://x" \\h')
    line = replace(line, names=name, note=HOSTILE, parts=(replace(line.parts[0], provenance=bad, formula=HOSTILE),))
    changed = replace(aluminium, product=name, maker=name, author=HOSTILE, lines=(line, *aluminium.lines[1:]))
    text = text_of(write_report(changed, tmp_path / "r.docx", lang="en"))
    assert "<w:p/> & \"q\" 's' {{ 7*7 }}" in text.replace("{_{", "{{")
    assert " 49 " not in text


def own_template(path: Path, *lines: str) -> Path:
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    document.save(str(path))
    return path


def test_a_template_of_ones_own_takes_keys_loops_and_single_sections(deep: Assessment, tmp_path: Path) -> None:
    template = own_template(
        tmp_path / "own.docx",
        "Our house: {{ product }} = {{ total }} {{ unit }} {{ per }}",
        "{%p for stage in stages %}",
        "* {{ stage.name }} {{ stage.share }}",
        "{%p endfor %}",
        "{{p section.uncertainty }}",
    )
    text = text_of(write_report(deep, tmp_path / "r.docx", lang="en", template=template))
    assert "Our house: Polyester T-shirt = 5.751 kg CO₂e per 1 piece" in text
    assert "* Use 85.7\u202f%" in text
    assert "Monte Carlo" in text
    assert "Hot spots" not in text


@pytest.mark.parametrize("key", word.KEYS)
def test_every_documented_key_is_there(deep: Assessment, tmp_path: Path, key: str) -> None:
    mark = "p " if key in ("contents", "body") else " "
    shown = f"{{{{{mark}{key} }}}}" if key != "section" else "{{p section.goal }}"
    template = own_template(tmp_path / "own.docx", "a", shown, "b")
    assert write_report(deep, tmp_path / "r.docx", lang="en", template=template).exists()
    assert f"``{key}``" in (word.__doc__ or "")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{{ no_such_key }}", "no_such_key"),
        ("{% for x in stages %}", "endfor"),
        ("{{ product.__class__.__mro__ }}", "SecurityError"),
        ("{{ section.nothing }}", "nothing"),
        ("{{ 1 / 0 }}", "ZeroDivisionError"),
    ],
)
def test_a_broken_template_is_told(deep: Assessment, tmp_path: Path, line: str, reason: str) -> None:
    template = own_template(tmp_path / "own.docx", line)
    with pytest.raises(ReportError, match=reason) as caught:
        write_report(deep, tmp_path / "r.docx", lang="en", template=template)
    assert caught.value.code == "TH-REP-005"
    assert not (tmp_path / "r.docx").exists()


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_word_document_is_told(deep: Assessment, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "own.docx").write_bytes(content)
    with pytest.raises(ReportError) as caught:
        write_report(deep, tmp_path / "r.docx", lang="en", template=tmp_path / "own.docx")
    assert caught.value.code == "TH-REP-005"
    with pytest.raises(ReportError) as caught:
        write_report(deep, tmp_path / "r.docx", lang="en", template=tmp_path / "missing.docx")
    assert caught.value.code == "TH-REP-005"


def test_another_zip_is_no_word_document(deep: Assessment, tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("a.txt", "a")
    (tmp_path / "own.docx").write_bytes(packed.getvalue())
    with pytest.raises(ReportError) as caught:
        write_report(deep, tmp_path / "r.docx", lang="en", template=tmp_path / "own.docx")
    assert caught.value.code == "TH-REP-005"


def test_charts_are_set_as_pictures_one_each(deep: Assessment) -> None:
    blocks = [b for s in report_document(deep, "zh")["sections"] for b in s["blocks"] if b["kind"] in CHARTS]
    pictures = set_pictures(blocks, "zh", dots=72)
    assert len(pictures) == len(blocks)
    assert all(p.startswith(b"\x89PNG") for p in pictures)
    assert set_pictures([], "zh") == []
    assert len(set_pictures(blocks[:1], "zh", dots=72)) == 1
