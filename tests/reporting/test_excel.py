"""The workbook: every number is a formula down to the gases, with the value that it has."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tanheng.errors import ReportError
from tanheng.footprint import assess, read_study
from tanheng.footprint.assessment import Assessment, GasResult, LineResult
from tanheng.reporting import excel as excel_module
from tanheng.reporting import write_report
from tanheng.reporting.sheets import MOST_ROWS
from tanheng.reporting.tracing import trace
from tanheng.texts import LANGUAGES, catalogue

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SHEETS = (
    "summary", "stages", "lines", "parts", "factors", "amounts", "gwp", "gases", "findings", "gaps", "parameters",
    "allocation", "uncertainty", "method",
)  # fmt: skip


def sheet_names(lang: str, *keys: str) -> list[str]:
    return [catalogue("report")[f"sheet.{key}"][lang] for key in (keys or SHEETS)]


def columns(sheet: Any) -> dict[str, list[Any]]:
    head, *rows = sheet.iter_rows(values_only=True)
    return {title: [row[i] for row in rows] for i, title in enumerate(head)}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sheet_is_there_and_cached_values_are_the_assessment(
    deep: Assessment, others: tuple[Assessment, ...], lang: str, tmp_path: Path
) -> None:
    path = write_report(deep, tmp_path / "r.xlsx", lang=lang, day=date(2026, 11, 22), others=others)
    book = openpyxl.load_workbook(path, data_only=True)
    assert book.sheetnames == [
        *sheet_names(lang)[:-1], *sheet_names(lang, "comparison"), *sheet_names(lang, "method")
    ]  # fmt: skip
    assert book[book.sheetnames[0]]["B3"].value == pytest.approx(deep.total, rel=1e-12)
    lines = list(book[sheet_names(lang, "lines")[0]].iter_rows(min_row=2, values_only=True))
    assert [row[5] for row in lines] == [line.names[lang] for line in deep.lines]
    assert [row[1] for row in lines] == [line.level for line in deep.lines]
    totals = [row[8] for row in lines]
    assert totals[0] == pytest.approx(deep.lines[0].total, rel=1e-12)
    assert totals[1] == catalogue("report")["excel.assembly"][lang]
    stages = list(book[sheet_names(lang, "stages")[0]].iter_rows(min_row=2, values_only=True))
    assert [row[1] for row in stages[:-1]] == pytest.approx([s.total for s in deep.stages], rel=1e-12)


def test_excluded_parts_are_there_and_in_no_sum(deep: Assessment, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_report(deep, tmp_path / "r.xlsx", lang="en"), data_only=True)
    found = columns(book["Parts"])
    assert len(found["Counts"]) == sum(len(line.parts) for line in deep.lines)
    assert [n for n, c in zip(found["Name"], found["Counts"], strict=True) if c == 0] == [
        "Virgin polyester avoided",
        "Air freight",
    ]
    left_out = sum(v for v, c in zip(found["kg CO2e computed"], found["Counts"], strict=True) if c == 0)
    assert left_out == pytest.approx(deep.excluded)
    assert sum(found["kg CO2e in the total"]) == pytest.approx(deep.total)


def test_the_chain_of_formulas_leads_from_the_total_to_a_gwp(deep: Assessment, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_report(deep, tmp_path / "r.xlsx", lang="en"))
    cell = book["Summary"]["B3"]
    seen = []
    for _ in range(8):
        formula = cell.value
        if not isinstance(formula, str) or not formula.startswith("="):
            break
        seen.append(cell.parent.title)
        sheet, at = re.findall(r"(?:'([^']+)'!)?\$?([A-Z]+\$?\d+)", formula)[-1 if "SUM(" not in formula else 0]
        cell = book[sheet or cell.parent.title][at.replace("$", "")]
        if cell.parent.title == "Stages" and "SUM('Stages'" not in str(cell.value) and cell.column_letter == "B":
            # SUMIFS over the parts of the stage: follow its column of sums.
            cell = book["Parts"]["I2"]
    assert seen[:2] == ["Summary", "Stages"]
    assert book["Stages"]["B2"].value.startswith("=SUMIFS('Parts'!$K$2:")
    assert book["Lines"]["I2"].value == "=SUM('Parts'!$K$2:$K$4)"
    assert (book["Parts"]["I2"].value, book["Parts"]["H2"].value) == ("=E2*H2", "='Factors'!$E$2")
    assert book["Factors"]["E2"].value == "=SUM('Gas amounts'!$H$2:$H$3)"
    assert (book["Gas amounts"]["F2"].value, book["Gas amounts"]["E2"].value) == ("=D2*E2", "='GWP'!$C$2")
    assert book["GWP"]["A2"].value == "CO2"
    assert book["GWP"]["C2"].value == 1.0


def test_a_factor_is_listed_once_and_its_gases_give_it(deep: Assessment) -> None:
    line = deep.lines[3]
    twice = replace(line, parts=(line.parts[0], replace_amount(line.parts[0], 3.0)))
    found = trace([twice, deep.lines[0]])
    assert found.used[:2] == [0, 0]
    assert len(found.factors) == 1 + len(deep.lines[0].parts)
    for factor in found.factors:
        given = sum(g.mass * found.weights[g.weight][2] for g in factor.gases if g.counted)
        assert given == pytest.approx(factor.per_unit, rel=1e-12)


def replace_amount(part: Any, times: float) -> Any:
    gases = tuple(replace(g, mass=g.mass * times, co2e=g.co2e * times) for g in part.gases)
    return replace(part, amount=part.amount * times, total=part.total * times, gases=gases)


def test_a_factor_whose_gases_do_not_give_it_stands_for_itself(deep: Assessment) -> None:
    line = deep.lines[3]
    odd = replace(line, parts=(replace(line.parts[0], per_unit=line.parts[0].per_unit * 1.001),))
    assert trace([odd]).factors[0].gases == ()
    assert trace([line]).factors[0].gases != ()


def recalculated(path: Path, folder: Path) -> Any:
    """The workbook as LibreOffice computes it: cached values are taken out before, so that nothing can be copied."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    bare = folder / "bare.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(bare, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.startswith("xl/worksheets/"):
                content = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", content)
            new.writestr(name, content)
    profile = (folder / "profile").as_uri()
    done = subprocess.run(
        [
            office,
            f"-env:UserInstallation={profile}",
            "--headless",
            "--convert-to",
            "ods",
            "--outdir",
            str(folder),
            str(bare),
        ],
        capture_output=True,
        timeout=240,
        check=False,
    )
    ods = folder / "bare.ods"
    if not ods.exists() and b"could not be loaded" in done.stderr:
        pytest.skip("this LibreOffice has no Calc")
    back = folder / "out"
    subprocess.run(
        [
            office,
            f"-env:UserInstallation={profile}",
            "--headless",
            "--convert-to",
            "xlsx",
            "--outdir",
            str(back),
            str(ods),
        ],
        capture_output=True,
        timeout=240,
        check=True,
    )
    return openpyxl.load_workbook(back / "bare.xlsx", data_only=True)


@pytest.mark.crosscheck
@pytest.mark.parametrize("sample", ["deep", "aluminium", "example"])
def test_libreoffice_computes_the_same_numbers(sample: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    if sample == "example":
        assessment = assess(read_study(EXAMPLES / "aluminium" / "aluminium.yaml"))
    else:
        assessment = request.getfixturevalue(sample)
    book = recalculated(write_report(assessment, tmp_path / "r.xlsx", lang="en"), tmp_path)
    assert book["Summary"]["B3"].value == pytest.approx(assessment.total, rel=1e-9)
    stages = columns(book["Stages"])["kg CO2e in the total"]
    assert stages[:-1] == pytest.approx([s.total for s in assessment.stages], rel=1e-9)
    lines = [(row[0], row[8]) for row in book["Lines"].iter_rows(min_row=2, values_only=True)]
    expected = [(x.index + 1, x.total) for x in assessment.lines if x.total is not None]
    assert [(n, v) for n, v in lines if isinstance(v, int | float)] == [
        (n, pytest.approx(v, rel=1e-9)) for n, v in expected
    ]
    parts = columns(book["Parts"])["kg CO2e computed"]
    assert parts == pytest.approx([p.total for x in assessment.lines for p in x.parts], rel=1e-9)
    gases = [(row[0], row[2], row[3]) for row in book["Gases"].iter_rows(min_row=2, values_only=True)]
    assert gases == [
        (g.gas, pytest.approx(g.mass, rel=1e-9), pytest.approx(g.co2e, rel=1e-9)) for g in assessment.gases
    ]


def test_carbon_kept_in_the_product_is_added_back(aluminium: Assessment, tmp_path: Path) -> None:
    # 42 kg of straw take up 1.44 kg CO2/kg; one third, 20.16 kg, stays: the release counts two thirds of its CO2.
    straw = aluminium.lines[6]
    uptake, release = straw.parts
    two_thirds = replace_amount(release, 2 / 3)
    line = replace(straw, parts=(uptake, two_thirds), total=uptake.total + two_thirds.total)
    kept = 60.48 - 2 / 3 * 60.48 - 44.009 / 16.043 * 2 / 3 * 42 * 0.0003
    totals = [(g.gas, g.origin, g.mass, g.co2e) for g in (*uptake.gases, *two_thirds.gases)]
    gases = tuple(GasResult(gas, origin, mass, co2e, True) for gas, origin, mass, co2e in totals)
    stage = replace(aluminium.stages[1], total=line.total or 0.0)
    result = replace(
        aluminium, lines=(line,), stages=(stage,), gases=gases, total=stage.total + kept, stored_carbon=kept
    )
    path = write_report(result, tmp_path / "r.xlsx", lang="en")
    book = openpyxl.load_workbook(path)
    assert book["Summary"]["B3"].value.endswith("+B4")
    assert book["Summary"]["A4"].value == "Carbon kept in the product, added back"
    assert book["Summary"]["B4"].value.startswith("=1.0*'Gases'!$C$2+-1.0*'Gases'!$C$3")
    assert openpyxl.load_workbook(path, data_only=True)["Summary"]["B4"].value == pytest.approx(kept, rel=1e-12)


def test_names_that_look_like_formulas_are_names(aluminium: Assessment, tmp_path: Path) -> None:
    bad = {"en": '=HYPERLINK("http://x")', "zh": "+1+1"}
    line = replace(aluminium.lines[0], names=bad, note="@SUM(A1)\x01", source="x" * 40_000)
    changed = replace(aluminium, product=bad, lines=(line, *aluminium.lines[1:]))
    book = openpyxl.load_workbook(write_report(changed, tmp_path / "r.xlsx", lang="en"))
    cell = book["Lines"]["F2"]
    assert (cell.value, cell.data_type) == ('=HYPERLINK("http://x")', "s") or cell.data_type == "s"
    with zipfile.ZipFile(tmp_path / "r.xlsx") as opened:
        page = opened.read("xl/worksheets/sheet3.xml").decode()
    assert "<f>=HYPERLINK" not in page
    assert "<f>HYPERLINK" not in page


def test_an_incomplete_result_says_so_and_a_line_without_a_result_has_no_number(
    incomplete: Assessment, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(write_report(incomplete, tmp_path / "r.xlsx", lang="en"), data_only=True)
    assert "lower bound" in book["Summary"]["C3"].value
    lines = list(book["Lines"].iter_rows(min_row=2, values_only=True))
    assert [row[8] for row in lines if row[8] == "not known"] == ["not known"] * 3
    assert len(list(book["Gaps"].iter_rows(min_row=2))) == 3


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_same_result_gives_the_same_bytes(deep: Assessment, lang: str, tmp_path: Path) -> None:
    one, two = (write_report(deep, tmp_path / f"{i}.xlsx", lang=lang).read_bytes() for i in range(2))
    assert one == two


def test_a_waiver_stands_beside_its_finding(deep: Assessment, tmp_path: Path) -> None:
    found = columns(openpyxl.load_workbook(write_report(deep, tmp_path / "r.xlsx", lang="en"))["Findings"])
    assert found["By"] == [None, "李工", None] or found["By"] == ["", "李工", ""]
    assert found["Waived because"][1] == "The supplier delivers it from 2026"


def test_more_parts_than_a_sheet_has_rows_are_refused(
    aluminium: Assessment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert excel_module.MOST_ROWS == MOST_ROWS == 1_048_576
    monkeypatch.setattr(excel_module, "MOST_ROWS", 10)
    with pytest.raises(ReportError) as caught:
        write_report(aluminium, tmp_path / "r.xlsx", lang="en")
    assert caught.value.code == "TH-REP-007"
    assert list(tmp_path.iterdir()) == []


def test_many_lines_are_all_in_the_workbook(with_lines: Callable[[int], Assessment], tmp_path: Path) -> None:
    result = with_lines(620)
    book = openpyxl.load_workbook(write_report(result, tmp_path / "r.xlsx", lang="zh"), data_only=True, read_only=True)
    lines: tuple[LineResult, ...] = result.lines
    assert sum(1 for _ in book[sheet_names("zh", "lines")[0]].rows) == len(lines) + 1
    assert sum(1 for _ in book[sheet_names("zh", "parts")[0]].rows) == sum(len(x.parts) for x in lines) + 1
