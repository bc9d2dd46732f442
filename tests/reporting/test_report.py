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
from tanheng.footprint import assess, read_study
from tanheng.footprint.assessment import Assessment, Gap, QualityResult, UncertaintyResult
from tanheng.footprint.quality import ENOUGH
from tanheng.reporting import gap_text, report_document, write_pdf
from tanheng.reporting.blocks import KINDS
from tanheng.reporting.pdf import set_pdf
from tanheng.rules import rule_pack
from tanheng.texts import LANGUAGES, catalogue

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
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


def test_many_lines_break_over_pages_with_their_head(with_lines: Callable[[int], Assessment], tmp_path: Path) -> None:
    path = write_pdf(with_lines(100), tmp_path / "report.pdf", lang="en")
    pages = [folded(page.extract_text()) for page in PdfReader(path).pages]
    holding = [text for text in pages if "castaluminiumbracket" in text and "Sourceofthefactor" in text]
    assert len(holding) > 5
    assert folded("Component 100: cast aluminium bracket") in "".join(pages)


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


@pytest.mark.parametrize(("coverage", "enough"), [(0.7999, False), (0.8, True)])
def test_a_rating_of_less_than_80_percent_of_the_result_is_a_hint_only(
    aluminium: Assessment, coverage: float, enough: bool
) -> None:
    rated = replace(aluminium, quality=replace(aluminium.quality, coverage=coverage))
    words = catalogue("report")["quality.low-coverage"]["en"].partition("{coverage}")[2]
    told = [text for text in strings(report_document(rated, "en")) if words in text]
    assert bool(told) is not enough


def test_report_and_general_rule_ask_for_the_same_share() -> None:
    assert rule_pack("general").limits["rated_share"] == ENOUGH == 0.8


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
            fields = [set(re.findall(r"\{(\w*?)(?:_en|_zh)?\}", entry[lang])) for lang in ("zh", "en")]
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


def blocks_of(document: dict[str, Any], section: str) -> list[dict[str, Any]]:
    return next(s["blocks"] for s in document["sections"] if s["id"] == section)


def test_kinds_of_blocks_are_those_that_writers_know(
    aluminium: Assessment, deep: Assessment, incomplete: Assessment, others: tuple[Assessment, ...]
) -> None:
    documents = [
        report_document(deep, "en", None, others),
        *(report_document(a, "en") for a in (aluminium, incomplete)),
    ]
    sections = [s for d in documents for s in (*d["sections"], d["annex"])]
    found = {b["kind"] for s in sections for b in s["blocks"]}
    assert found <= KINDS
    # The tornado needs a study that is linked again; test_charts has one.
    assert found == KINDS - {"tornado"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_steps_that_the_regime_does_not_count_are_shown_with_their_reason(deep: Assessment, lang: str) -> None:
    document = report_document(deep, lang)
    told = [s.replace("\u200b", "") for s in strings(blocks_of(document, "results"))]
    for key in ("avoided", "transport"):
        assert catalogue("excluded")[key][lang] in told
    assert catalogue("report")["leftout.total"][lang] in told
    # 2.1 t·km × 0.8 − 0.04 kg × 2.1 = 1.596, in no other sum
    assert "1.596" in told
    annex = [
        c["text"] for b in document["annex"]["blocks"] if b["kind"] == "table" for r in b["rows"] for c in r["cells"]
    ]
    assert "(1.680)" in annex


def test_levels_of_the_bill_of_materials_are_indented_and_assemblies_say_what_is_below(deep: Assessment) -> None:
    rows = next(b for b in blocks_of(report_document(deep, "en"), "data") if b["kind"] == "table")["rows"]
    named = {r["cells"][1]["text"]: r["cells"] for r in rows if len(r["cells"]) > 1}
    assert [named[n][1]["indent"] for n in ("Zip assembly", "Slider assembly", "Steel plate", "Brass teeth")] == [
        0,
        1,
        2,
        1,
    ]
    # 12 g steel × 2.2 + 4 g brass × 4.4 = 0.0264 + 0.0176
    assert named["Zip assembly"][4]["sub"] == "0.044 kg CO₂e in all levels below"
    assert named["Zip assembly"][4]["text"] == "assembly of 2 parts"
    assert "amount: 0.2 kg × (1 + loss) = 0.21 kg" in named["Fabric"][1]["sub"]


@pytest.mark.parametrize(("lang", "words"), [("zh", "情景：冷水洗涤"), ("en", "Scenario of this result: Cold wash.")])
def test_parameters_and_the_scenario_are_told(deep: Assessment, lang: str, words: str) -> None:
    told = list(strings(blocks_of(report_document(deep, lang), "data")))
    assert any(words in s for s in told)
    assert {"loss", "washes", "power", "0.34 kWh × 0.5"} <= set(told)


def test_a_waived_finding_stays_with_reason_and_person(deep: Assessment) -> None:
    blocks = blocks_of(report_document(deep, "en"), "interpretation")
    told = list(strings(blocks))
    assert "Waived: The supplier delivers it from 2026 (李工, 2026-11-02)" in told
    assert any("A person answers for 1 of them; it stays in the list" in s for s in told)
    assert {f.code for f in deep.findings} <= {line for s in told for line in s.split("\n")}


def test_monte_carlo_stands_beside_the_analytic_view(deep: Assessment) -> None:
    blocks = blocks_of(report_document(deep, "en"), "uncertainty")
    chart = next(b for b in blocks if b["kind"] == "distribution")
    assert [i["label"] for i in chart["intervals"]] == ["Monte Carlo, median", "Analytic, result"]
    sampled, analytic = chart["intervals"]
    # total ÷ 1.31 and × 1.32 against total ÷ and × 1.3: the sampled interval is the wider one on both sides
    assert sampled["low"] < analytic["low"] < analytic["high"] < sampled["high"]
    assert any("10\u202f000 times at random (seed 7)" in s for s in strings(blocks))
    shares = next(b for b in blocks if b["kind"] == "table")
    assert [len(r["cells"]) for r in shares["rows"]] == [3, 3, 3, 3]
    assert shares["rows"][3]["cells"][0]["text"] == "the parameter “Washes”"


@pytest.mark.parametrize(("lang", "told"), [("en", "Only 10.0\u202f% of"), ("zh", "仅 10.0\u202f% 的")])
def test_an_interval_of_a_small_part_is_not_printed(deep: Assessment, lang: str, told: str) -> None:
    assert deep.monte_carlo is not None
    little = replace(
        deep,
        uncertainty=replace(deep.uncertainty, coverage=0.1),
        monte_carlo=replace(deep.monte_carlo, coverage=0.1),
    )
    kinds = {b["kind"] for b in blocks_of(report_document(deep, lang), "uncertainty")}
    assert {"interval", "distribution"} <= kinds
    blocks = blocks_of(report_document(little, lang), "uncertainty")
    assert not {"interval", "distribution"} & {b["kind"] for b in blocks}
    said = list(strings(blocks))
    assert any(told in s for s in said)
    assert not any(s.startswith(("95 % interval", "95 % 区间")) for s in said)


def test_a_result_taken_as_normal_says_so(deep: Assessment) -> None:
    normal = replace(deep, monte_carlo=None, uncertainty=UncertaintyResult(None, -1.0, 12.0, 0.9, (("lines[0]", 1.0),)))
    told = list(strings(blocks_of(report_document(normal, "en"), "uncertainty")))
    assert any("taken as normal" in s for s in told)
    assert not any("GSD²" in s and "with" not in s for s in told)


def test_scenarios_and_regimes_are_set_apart(deep: Assessment, others: tuple[Assessment, ...]) -> None:
    assert "comparison" not in {s["id"] for s in report_document(deep, "en")["sections"]}
    document = report_document(deep, "en", None, others)
    assert [s["id"] for s in document["sections"]][-2:] == ["comparison", "method"]
    blocks = blocks_of(document, "comparison")
    assert [b["text"] for b in blocks if b["kind"] == "heading"] == ["Scenarios", "The same facts under other regimes"]
    scenarios, regimes, _ = [b for b in blocks if b["kind"] == "table"]
    base = scenarios["rows"][1]["cells"]
    # The base is incomplete: a lower bound, with no change to speak of (C02).
    assert (base[0]["text"], base[-2]["text"], base[-1]["text"]) == ("As the study stands", "at least 7.189", "—")
    other = regimes["rows"][1]["cells"]
    # (0.9 − 5.7513) ÷ 5.7513 = −84.4 %
    assert (other[0]["text"], other[-1]["text"]) == ("pact3", "−84.4\u202f%")
    callout = next(b for b in blocks if b["kind"] == "callout")
    assert any("incomplete" in item for item in callout["items"])


def test_a_missing_analysis_of_method_choices_is_a_limit_where_no_regimes_are_compared(
    deep: Assessment, others: tuple[Assessment, ...]
) -> None:
    scenario, regime = others

    def said(*compared: Assessment) -> bool:
        blocks = blocks_of(report_document(deep, "en", None, compared), "limits")
        return any("no sensitivity analysis of choices of method" in text for text in strings(blocks))

    assert (said(), said(scenario), said(regime), said(*others)) == (True, True, False, False)


def test_a_credit_is_no_input_and_is_told_apart_where_it_does_not_count(study_file: Callable[..., Path]) -> None:
    study = read_study(
        study_file(
            "lines: [{stage: production, name: Kiln, emits: {CO2: 100 kg}},\n"
            "  {stage: production, name: Power, amount: 9 kWh, electricity: [{own: pv, share: 40 %}, {grid: CN, share: 60 %}]}]\n"
            'co_products: [{name: Slag, amount: 250 kg, avoided: "factor:cn-alumina-2017-calculated"}]\n'
        )
    )

    def document(regime: str) -> dict[str, Any]:
        return report_document(assess(study, regime_id=regime), "en")

    for regime, credited in (("gbt24067", False), ("pact3", True)):
        made = document(regime)
        drawing = next(b for b in blocks_of(made, "scope") if b["kind"] == "boundary")
        assert [stage["inputs"] for stage in drawing["stages"] if stage["inputs"]] == [["Power"]]
        assert ("Credit for Slag" in set(strings(made["sections"]))) == credited
        noted = [
            text for text in strings(blocks_of(made, "interpretation")) if "the system is not expanded here" in text
        ]
        assert bool(noted) != credited
        # What tells the parts of a line apart stands in the annex.
        assert {"Own generation", "Grid" if regime == "gbt24067" else "Residual mix"} <= set(strings(made["annex"]))


def test_carbon_kept_in_the_product_stands_between_the_stages_and_the_total(aluminium: Assessment) -> None:
    changed = replace(aluminium, total=aluminium.total + 12.4)
    rows = next(b for b in blocks_of(report_document(changed, "en"), "results") if b["kind"] == "table")["rows"]
    assert [r["cells"][0]["text"] for r in rows][-2:] == ["Carbon kept in the product, added back", "Total"]
    assert rows[-2]["cells"][1]["text"] == "12"
    assert not any(b["kind"] == "flows" for b in blocks_of(report_document(changed, "en"), "results"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_why_regimes_differ_is_told_step_by_step(lang: str) -> None:
    study = read_study(EXAMPLES / "steel" / "crude-steel.yaml") if (EXAMPLES / "steel").exists() else None
    if study is None:
        pytest.skip("the example is not there")
    own, other = assess(study), assess(study, regime_id="cbam")
    tables = [b for b in blocks_of(report_document(own, lang, None, [other]), "comparison") if b["kind"] == "table"]
    walk = tables[-1]["rows"]
    assert (walk[0]["cells"][0]["text"], walk[-1]["cells"][0]["text"]) == (own.regime, "cbam")
    assert len(walk) > 4


def test_more_than_five_hundred_lines_do_not_make_a_thousand_pages(
    with_lines: Callable[[int], Assessment], tmp_path: Path
) -> None:
    result = with_lines(1200)
    assert len(PdfReader(write_pdf(result, tmp_path / "report.pdf", lang="en")).pages) < 60
    document = report_document(result, "en")
    for blocks in (blocks_of(document, "data"), document["annex"]["blocks"]):
        counts = [int(n[0]) for s in strings(blocks) if (n := re.findall(r"^(\d+) further lines$", s))]
        assert sum(counts) == 1200 - 200
        assert any("more than 500 lines" in s for s in strings(blocks))


def test_links_inside_the_pdf_lead_from_findings_to_lines(aluminium: Assessment, tmp_path: Path) -> None:
    reader = PdfReader(write_pdf(aluminium, tmp_path / "report.pdf", lang="en"))
    inner = [
        a.get_object()
        for page in reader.pages
        for a in page.get("/Annots") or ()
        if "/Dest" in a.get_object() or "/D" in (a.get_object().get("/A") or {})
    ]
    # contents (13), annex names (9), findings that are about lines (2), gaps (3)
    assert len(inner) >= 13 + 9 + 2
