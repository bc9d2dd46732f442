"""The study report as PDF: what it says, in both languages, from an assessment alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from tanheng.errors import ReportError
from tanheng.footprint.assessment import Assessment, Gap, QualityResult, UncertaintyResult
from tanheng.reporting import gap_text, report_document, write_pdf
from tanheng.reporting.pdf import set_pdf
from tanheng.texts import LANGUAGES, catalogue

SECTIONS = (
    "general", "goal", "scope", "data", "electricity", "allocation", "results", "quality", "uncertainty", "interpretation",
    "limits", "method", "annex",
)  # fmt: skip


def folded(text: str) -> str:
    """Text without white space, since a PDF breaks lines where it likes."""
    return re.sub(r"[\s\u200b]+", "", text)


def printed(path: Path) -> str:
    return folded("".join(page.extract_text() for page in PdfReader(path).pages))


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for entry in value.values():
            yield from strings(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from strings(entry)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("sample", ["aluminium", "incomplete"])
def test_the_pdf_holds_every_heading_the_figure_and_the_whole_digest(
    sample: str, lang: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    assessment: Assessment = request.getfixturevalue(sample)
    text = printed(write_pdf(assessment, tmp_path / "report.pdf", lang=lang, date=date(2026, 11, 22)))
    headings = [catalogue("report")[f"{key}.title"][lang] for key in SECTIONS]
    assert [h for h in headings if folded(h) not in text] == []
    assert folded(assessment.product[lang]) in text
    assert {"aluminium": "11020", "incomplete": "6.610"}[sample] in text
    assert assessment.digest in text
    assert "2026-11-22" in text
    assert folded(catalogue("report")["cover.status"][lang]) in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_line_factor_and_formula_is_in_the_report(aluminium: Assessment, lang: str, tmp_path: Path) -> None:
    text = printed(write_pdf(aluminium, tmp_path / "report.pdf", lang=lang))
    for line in aluminium.lines:
        assert folded(line.names[lang]) in text
        for part in line.parts:
            assert folded(part.formula.split(";")[0].replace("*", "·")) in text
    for finding in aluminium.findings:
        assert finding.code in text
        assert folded(finding.question[lang]) in text
        assert folded(finding.quote) in text
    for cut_off in aluminium.cut_offs:
        assert folded(cut_off["reason"][lang]) in text
    assert folded(aluminium.goal[lang]) in text
    assert "18900/(18900+544.4)=97.2%" in text


@pytest.mark.parametrize(("lang", "words"), [("zh", "至少"), ("en", "at least")])
def test_c02_an_incomplete_total_is_never_printed_as_the_footprint(
    incomplete: Assessment, aluminium: Assessment, lang: str, words: str
) -> None:
    document = report_document(incomplete, lang)
    assert document["cover"]["prefix"] == words
    assert document["cover"]["warning"]
    with_total = [s for s in strings(document["sections"]) if "6.610" in s and "kg" in s]
    assert with_total
    assert all(s.startswith(words) for s in with_total)
    gaps = [gap_text(gap, lang) for gap in incomplete.gaps if gap.blocks]
    assert all(any(gap in s for s in strings(document["sections"])) for gap in gaps)
    assert report_document(aluminium, lang)["cover"]["prefix"] == ""


def test_c03_figures_are_the_same_in_both_languages(aluminium: Assessment) -> None:
    zh, en = (report_document(aluminium, lang) for lang in ("zh", "en"))
    assert zh["cover"]["figure"] == en["cover"]["figure"] == "11\u202f020"
    bars = [[b["rows"] for s in d["sections"] for b in s["blocks"] if b["kind"] == "bars"] for d in (zh, en)]
    assert [[r["value"] for r in rows] for rows in bars[0]] == [[r["value"] for r in rows] for rows in bars[1]]


def test_the_same_result_prints_the_same_bytes(aluminium: Assessment, tmp_path: Path) -> None:
    first, second, undated = (
        write_pdf(aluminium, tmp_path / f"{i}.pdf", lang="zh", date=day).read_bytes()
        for i, day in enumerate((date(2026, 1, 2), date(2026, 1, 2), None))
    )
    assert first == second
    assert first != undated


def test_only_the_date_differs_between_dated_and_undated(aluminium: Assessment) -> None:
    dated, undated = report_document(aluminium, "en", date(2026, 1, 2)), report_document(aluminium, "en")
    assert dated["sections"] == undated["sections"]
    assert {key for key in dated if dated[key] != undated[key]} == {"date", "cover"}


HOSTILE = '#panic("x") $y$ *b* _i_ <label> @ref `raw` \\ [c] {d} // "q" \'s\' = h ~ -- ---'


@pytest.mark.parametrize("lang", LANGUAGES)
def test_signs_of_the_typesetter_in_names_are_printed_as_they_are(
    aluminium: Assessment, lang: str, tmp_path: Path
) -> None:
    name = {lang: HOSTILE}
    line = aluminium.lines[0]
    part = replace(
        line.parts[0], formula=HOSTILE, provenance=replace(line.parts[0].provenance, names=name, source=HOSTILE)
    )
    line = replace(
        line,
        names=name,
        parts=(part,),
        note=HOSTILE,
        gaps=(Gap("missing-factor", "lines[0]", True, {"link": HOSTILE}),),
    )
    finding = replace(aluminium.findings[0], quote=HOSTILE, message=name, question=name)
    hostile = replace(
        aluminium,
        product=name,
        maker=name,
        author=HOSTILE,
        goal=name,
        limits=(name,),
        sources=(HOSTILE,),
        lines=(line, *aluminium.lines[1:]),
        gaps=line.gaps,
        findings=(finding,),
        cut_offs=({"names": name, "reason": name, "share": 0.01},),
    )
    path = write_pdf(hostile, tmp_path / "report.pdf", lang=lang)  # type: ignore[arg-type]
    assert printed(path).count(folded(HOSTILE)) >= 12
    assert PdfReader(path).metadata.author == HOSTILE  # type: ignore[union-attr]


def test_a_link_is_followed_only_to_the_web(aluminium: Assessment) -> None:
    line = aluminium.lines[0]
    bad = replace(line.parts[0], provenance=replace(line.parts[0].provenance, source_url="javascript:alert(1)"))
    changed = replace(aluminium, lines=(replace(line, parts=(bad,)),))
    data = report_document(changed, "en")["sections"][3]["blocks"]
    assert not any("link" in cell for b in data if b["kind"] == "table" for r in b["rows"] for cell in r["cells"])


def test_three_hundred_lines_break_over_pages_with_their_head(
    with_lines: Callable[[int], Assessment], tmp_path: Path
) -> None:
    path = write_pdf(with_lines(300), tmp_path / "report.pdf", lang="en")
    pages = [folded(page.extract_text()) for page in PdfReader(path).pages]
    holding = [text for text in pages if "castaluminiumbracket" in text and "Sourceofthefactor" in text]
    assert len(holding) > 15
    assert folded("Component 300: cast aluminium bracket") in "".join(pages)


def test_a_result_of_which_nothing_could_be_computed_still_has_a_report(incomplete: Assessment, tmp_path: Path) -> None:
    empty = replace(
        incomplete,
        total=0.0,
        stages=(),
        lines=tuple(replace(line, total=None, share=None, parts=()) for line in incomplete.lines),
        gases=(),
        origins={},
        quality=QualityResult(None, 0.0, {}, 0.0),
        uncertainty=UncertaintyResult(None, None, None, 0.0),
        hot_spots=(),
        inputs={},
    )
    for lang in LANGUAGES:
        text = printed(write_pdf(empty, tmp_path / f"{lang}.pdf", lang=lang))  # type: ignore[arg-type]
        assert folded(catalogue("report")["results.nothing"][lang]) in text
        assert report_document(empty, lang)["cover"]["figure"] == catalogue("report")["diagram.unknown"][lang]


def test_only_the_fonts_that_ship_are_in_the_file(aluminium: Assessment, tmp_path: Path) -> None:
    reader = PdfReader(write_pdf(aluminium, tmp_path / "report.pdf", lang="zh"))
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    }
    assert {name.partition("+")[2] for name in fonts} == {"NotoSansSC-Regular", "NotoSansSC-Bold"}


def test_a_failing_typesetter_leaves_no_file(aluminium: Assessment, tmp_path: Path) -> None:
    document = report_document(aluminium, "en")
    document["sections"][0]["blocks"].append({"kind": "no such block"})
    with pytest.raises(ReportError, match="no such block") as caught:
        set_pdf(document, None)
    assert caught.value.code == "TH-REP-001"
    old = tmp_path / "report.pdf"
    old.write_bytes(b"old")
    with pytest.raises(ReportError) as caught:
        write_pdf(aluminium, old, lang="fr")  # type: ignore[arg-type]
    assert caught.value.code == "TH-REP-003"
    assert old.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [old]


def test_a_folder_that_is_not_there_is_told(aluminium: Assessment, tmp_path: Path) -> None:
    with pytest.raises(ReportError) as caught:
        write_pdf(aluminium, tmp_path / "nowhere" / "report.pdf", lang="en")
    assert caught.value.code == "TH-REP-002"
    (tmp_path / "report.pdf").mkdir()
    with pytest.raises(ReportError, match="TH-REP-002"):
        write_pdf(aluminium, tmp_path / "report.pdf", lang="en")
    assert [p.name for p in tmp_path.iterdir()] == ["report.pdf"]


def test_the_flow_drawing_is_as_thick_as_the_numbers_say(aluminium: Assessment, incomplete: Assessment) -> None:
    blocks = [b for s in report_document(aluminium, "en")["sections"] for b in s["blocks"]]
    drawing = next(b for b in blocks if b["kind"] == "flows")
    total = next(n for n in drawing["nodes"] if n["column"] == 2)
    for step in (0, 1):
        assert sum(n["height"] for n in drawing["nodes"] if n["column"] == step) == pytest.approx(total["height"])
        assert sum(b["height"] for b in drawing["bands"] if b["from"] == step) == pytest.approx(total["height"])
    assert all(n["y"] >= 0 and n["y"] + n["height"] <= 1 + 1e-9 for n in drawing["nodes"])
    blocks = [b for s in report_document(incomplete, "en")["sections"] for b in s["blocks"]]
    assert not any(b["kind"] == "flows" for b in blocks)


def test_stages_in_the_drawing_are_inside_without_data_or_outside(
    aluminium: Assessment, incomplete: Assessment
) -> None:
    def states(assessment: Assessment) -> list[str]:
        blocks = report_document(assessment, "zh")["sections"][2]["blocks"]
        return [s["state"] for s in next(b for b in blocks if b["kind"] == "boundary")["stages"]]

    assert states(aluminium) == ["inside", "inside", "inside", "outside", "outside"]
    assert states(incomplete) == ["inside", "inside", "empty", "empty", "empty"]


def test_every_key_that_the_report_asks_for_is_in_both_languages() -> None:
    folder = files("tanheng.reporting")
    code = "".join(f.read_text(encoding="utf-8") for f in folder.iterdir() if f.name.endswith(".py"))
    texts = catalogue("report")
    asked = set(re.findall(r'words(?:\.count)?\(\s*"([a-z0-9.-]+)"', code)) | {f"{key}.title" for key in SECTIONS}
    assert len(asked) > 150
    assert sorted(asked - set(texts)) == []
    for topic in ("report", "terms", "gaps"):
        for key, entry in catalogue(topic).items():
            assert set(entry) == {"zh", "en"}, (topic, key)
            fields = [set(re.findall(r"\{(\w*)\}", entry[lang])) for lang in ("zh", "en")]
            assert fields[0] == fields[1], (topic, key)
            assert re.search("[\u4e00-\u9fff]", entry["en"].replace("碳衡", "")) is None, (topic, key)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_of_a_report_shows_a_placeholder_or_a_key(
    aluminium: Assessment, incomplete: Assessment, lang: str
) -> None:
    for assessment in (aluminium, incomplete):
        document = report_document(assessment, lang)
        del document["header"]["page"]
        texts = list(strings(document))
        assert [t for t in texts if re.search(r"\{\w+\}", t)] == []
        assert [t for t in texts if t in catalogue("report") or t in catalogue("terms")] == []
