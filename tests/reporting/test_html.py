"""The page: it stands alone, escapes everything, and can be read without eyes, script or network."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import html

from tanheng.errors import ReportError
from tanheng.footprint.assessment import Assessment
from tanheng.reporting import report_document, write_report
from tanheng.reporting.blocks import KINDS
from tanheng.reporting.html import _WRITERS, set_html
from tanheng.texts import LANGUAGES

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"' onload='x' &amp; {{7*7}} </style></title>\x07"


def parsed(page: str) -> html.HtmlElement:
    return html.document_fromstring(page.encode(), parser=html.HTMLParser(encoding="utf-8"))


@pytest.fixture(params=LANGUAGES)
def page(request: pytest.FixtureRequest, deep: Assessment, others: tuple[Assessment, ...]) -> html.HtmlElement:
    return parsed(set_html(report_document(deep, request.param, date(2026, 11, 22), others)))


def test_every_kind_of_block_has_a_writer() -> None:
    assert set(_WRITERS) == set(KINDS)


def test_the_language_the_title_and_one_main_heading_are_there(page: html.HtmlElement) -> None:
    assert page.get("lang") in ("zh-CN", "en-GB")
    assert page.findtext(".//title")
    assert len(page.findall(".//h1")) == 1
    assert page.find(".//meta[@name='viewport']") is not None


def test_headings_never_skip_a_level(page: html.HtmlElement) -> None:
    levels = [int(e.tag[1]) for e in page.iter("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_tables_have_heads_and_drawings_have_descriptions(page: html.HtmlElement) -> None:
    tables = page.findall(".//table")
    assert len(tables) > 10
    for table in tables:
        assert table.findall(".//thead//th[@scope='col']")
        assert table.getparent().get("aria-label")
    drawings = page.xpath("//svg | //*[@role='img']")
    assert len(drawings) >= 10
    assert all(len(d.get("aria-label") or "") > 10 for d in drawings)


def test_nothing_is_fetched_and_nothing_runs(page: html.HtmlElement) -> None:
    assert page.xpath("//script | //link | //img | //iframe | //object | //embed | //form") == []
    assert page.xpath("//@src | //@srcset") == []
    assert "default-src 'none'" in page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    style = page.findtext(".//style") or ""
    assert "url(" not in style
    assert "@import" not in style
    assert all(h.startswith(("#", "https://", "http://")) for h in page.xpath("//@href"))


def test_links_inside_lead_to_something(page: html.HtmlElement) -> None:
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    inner = [h[1:] for h in page.xpath("//@href") if h.startswith("#")]
    assert set(inner) <= set(ids)
    assert {"results", "annex", "line-1", "line-7"} <= set(inner)


def test_a_finding_leads_to_its_line(deep: Assessment) -> None:
    page = parsed(set_html(report_document(deep, "en")))
    section = page.get_element_by_id("interpretation")
    links = [a.get("href") for a in section.iter("a")]
    # The findings of the sample are about lines[3] and lines[1].
    assert {"#line-4", "#line-2"} <= set(links)
    assert page.get_element_by_id("line-4").tag == "tr"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_names_are_never_markup(aluminium: Assessment, lang: str) -> None:
    name = {lang: HOSTILE}
    line = aluminium.lines[0]
    bad = replace(line.parts[0].provenance, names=name, source=HOSTILE, source_url="javascript:alert(1)")
    line = replace(line, names=name, note=HOSTILE, parts=(replace(line.parts[0], provenance=bad, formula=HOSTILE),))
    finding = replace(aluminium.findings[0], quote=HOSTILE, message=name, question=name, path=HOSTILE)
    changed = replace(
        aluminium,
        product=name,
        maker=name,
        author=HOSTILE,
        lines=(line, *aluminium.lines[1:]),
        findings=(finding,),
        regime_names=name,
        codes={HOSTILE: HOSTILE},
    )
    page = parsed(set_html(report_document(changed, lang)))
    assert page.xpath("//script | //img | //@onload | //@onerror | //style[position()>1]") == []
    assert [h for h in page.xpath("//@href") if "javascript" in h] == []
    text = page.text_content()
    assert text.count("<script>alert(1)</script>") >= 8
    assert "49" not in re.findall(r"&amp; (\S+) </style>", text)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_says_what_the_document_says(deep: Assessment, others: tuple[Assessment, ...], lang: str) -> None:
    document = report_document(deep, lang, None, others)
    text = parsed(set_html(document)).text_content()
    for section in (*document["sections"], document["annex"]):
        assert section["title"] in text
        for block in section["blocks"]:
            if block["kind"] == "table":
                for r in block["rows"]:
                    for cell in r["cells"]:
                        assert cell["text"].replace("\u200b", "").replace("\n", "") in text


def test_the_same_result_gives_the_same_bytes(deep: Assessment, tmp_path: Path) -> None:
    one, two = (write_report(deep, tmp_path / f"{i}.html", lang="zh").read_bytes() for i in range(2))
    assert one == two


def test_an_unknown_kind_is_not_passed_over(aluminium: Assessment) -> None:
    document = report_document(aluminium, "en")
    document["sections"][0]["blocks"].append({"kind": "no such block"})
    with pytest.raises(KeyError, match="no such block"):
        set_html(document)


def test_a_study_with_very_many_lines_prints_the_largest_and_counts_the_rest(
    with_lines: Callable[[int], Assessment],
) -> None:
    document = report_document(with_lines(620), "en")
    page = parsed(set_html(document))
    assert len(page.xpath("//tr[starts-with(@id, 'line-')]")) == 200
    data = page.get_element_by_id("data").text_content()
    rest = [int(n) for n in re.findall(r"(\d+) further lines", data)]
    assert sum(rest) == 420
    assert "Of a study with more than 500 lines, the 200 with the largest" in data
    # 500 lines and fewer are all printed.
    assert len(parsed(set_html(report_document(with_lines(500), "en"))).xpath("//tr[starts-with(@id, 'line-')]")) == 500


@pytest.mark.parametrize(("name", "code"), [("r.txt", "TH-REP-004"), ("r", "TH-REP-004"), ("r.pdf", "TH-REP-008")])
def test_other_endings_and_lost_templates_are_refused(
    aluminium: Assessment, tmp_path: Path, name: str, code: str
) -> None:
    with pytest.raises(ReportError) as caught:
        write_report(aluminium, tmp_path / name, lang="en", template=tmp_path / "t.docx")
    assert caught.value.code == code
    assert list(tmp_path.iterdir()) == []


def test_results_for_other_units_are_not_set_side_by_side(aluminium: Assessment, deep: Assessment) -> None:
    with pytest.raises(ReportError) as caught:
        report_document(aluminium, "en", None, (deep,))
    assert caught.value.code == "TH-REP-006"
