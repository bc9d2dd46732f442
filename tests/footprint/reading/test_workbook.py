"""Workbooks as people make them: what is tolerated, and what is a fault with its cell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from tanheng.errors import StudyError
from tanheng.footprint.reading import new_study, read_study, write_study
from tanheng.footprint.reading.files import bare
from tanheng.footprint.study import (
    Carbonate,
    CarbonBalance,
    CarbonFlow,
    DataKind,
    ElectricityShare,
    Emission,
    LineType,
    Recycling,
    Stage,
    Supply,
    TransportLeg,
)
from tanheng.inventory.model import Distribution, Uncertainty
from tanheng.quantities import Origin, Quantity

STUDY_ROWS: list[list[Any]] = [
    ["key", "label", "zh", "en"],
    ["tanheng", "", "study/1"],
    ["product.name", "", "铝锭", "Ingot"],
    ["unit", "", "1 t"],
    ["boundary", "", "cradle-to-gate"],
    ["period", "", "2024-01-01/2024-12-31"],
    ["site", "", "CN-53"],
]
HEADER = [
    "Stage",
    "Name (English)",
    "Amount",
    "Unit",
    "Electricity",
    "Transport",
    "Emissions",
    "Uncertainty",
    "te",
    "Evidence",
]
LINE = ["production", "Power", 500.0, "kWh", "grid:CN", None, None, 1.6, 2, "a.pdf; b.pdf"]


def workbook(
    folder: Path, lines: list[list[Any]], study: list[list[Any]] | None = None, **sheets: list[list[Any]]
) -> Path:
    path = folder / "s.xlsx"
    book = xlsxwriter.Workbook(str(path))
    for name, rows in {"Study": study or STUDY_ROWS, "Lines": lines, **sheets}.items():
        sheet = book.add_worksheet(name)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, str) and value.startswith("=#"):
                    sheet.write_formula(r, c, "=1/0", None, value[1:])
                elif value is not None:
                    sheet.write(r, c, value)
    book.close()
    return path


def faults_of(path: Path) -> list[tuple[str, str]]:
    with pytest.raises(StudyError) as caught:
        read_study(path)
    assert all(fault.message(lang) and fault.hint(lang) for fault in caught.value.faults for lang in ("en", "zh"))
    return [(fault.code, fault.place) for fault in caught.value.faults]


def test_plain_sheets_made_by_hand(tmp_path: Path) -> None:
    study = read_study(workbook(tmp_path, [HEADER, LINE]))
    line = study.lines[0]
    assert study.product.names == {"zh": "铝锭", "en": "Ingot"}
    assert (line.place, line.type, line.amount) == ("Lines!A2", LineType.ELECTRICITY, Quantity(500.0, "kWh"))
    assert line.electricity == (ElectricityShare(Supply.GRID, "CN", 1.0),)
    assert line.evidence == ("a.pdf", "b.pdf")
    assert line.uncertainty == Uncertainty(Distribution.LOGNORMAL, scale=1.6**0.5)
    assert line.quality.te == 2.0


def test_columns_in_any_order_blank_rows_and_a_title_above(tmp_path: Path) -> None:
    lines = [["My list"], [], HEADER[::-1], [], LINE[::-1], [None, "  "], [], LINE[::-1]]
    study = read_study(workbook(tmp_path, lines))
    assert [line.place for line in study.lines] == ["Lines!A5", "Lines!A8"]
    assert study.lines[0].electricity == study.lines[1].electricity == (ElectricityShare(Supply.GRID, "CN", 1.0),)


@pytest.mark.parametrize(
    "stage", ["raw-materials", "Raw materials", "原材料获取", "raw-materials 原材料获取", " RAW-MATERIALS "]
)
def test_choices_in_either_language(stage: str, tmp_path: Path) -> None:
    lines = [["阶段", "名称\uff08中文\uff09", "数量", "单位", "数据类型"], [stage, "铝", "1 450", "公斤", "初级数据"]]
    line = read_study(workbook(tmp_path, lines)).lines[0]
    assert (line.stage, line.data) == (Stage.RAW_MATERIALS, DataKind.PRIMARY)
    assert line.amount == Quantity(1450.0, "kg")


@pytest.mark.parametrize(
    ("amount", "unit", "expected"),
    [
        (1.925, "t", Quantity(1.925, "t")),
        ("1.925 t", None, Quantity(1.925, "t")),
        ("1.925 t", "t", Quantity(1.925, "t")),
        (0.1, "kg", Quantity(0.1, "kg")),
        ("13 350", "kWh", Quantity(13350.0, "kWh")),
        (None, "t", None),
        (None, None, None),
        (0, "t", Quantity(0.0, "t")),
    ],
)
def test_amounts_as_number_or_text(amount: Any, unit: str | None, expected: Quantity | None, tmp_path: Path) -> None:
    lines = [["stage", "name.en", "amount", "amount.unit"], ["production", "x", amount, unit]]
    assert read_study(workbook(tmp_path, lines)).lines[0].amount == expected


def test_the_short_notations(tmp_path: Path) -> None:
    header = ["stage", "name.en", "electricity", "transport", "emits", "amount"]
    power = ["production", "a", '自发电:hydro 35%; grid 65 % from "uslci:Electricity; at grid"', None, None, "1 kWh"]
    freight = [
        "distribution",
        "b",
        None,
        "rail 1 450 km; road 120km 1 sh tn empty return 50 % from factor:x\nsea 5000 nmi",
        None,
        None,
    ]
    gases = [
        "production",
        "c",
        None,
        None,
        'CF4 22 g; methane 3 kg 生物源; CO2e 4 kg; "Sulfur hexafluoride" 1 mg',
        None,
    ]
    first, second, third = read_study(workbook(tmp_path, [header, power, freight, gases])).lines
    assert first.electricity == (
        ElectricityShare(Supply.OWN, "hydro", 0.35),
        ElectricityShare(Supply.GRID, "", 0.65, "uslci:Electricity; at grid"),
    )
    assert second.transport == (
        TransportLeg("rail", Quantity(1450.0, "km")),
        TransportLeg("road", Quantity(120.0, "km"), Quantity(1.0, "sh tn"), 0.5, link="factor:x"),
        TransportLeg("sea", Quantity(5000.0, "nmi")),
    )
    assert third.emits == (
        Emission("CF4", Quantity(22.0, "g")),
        Emission("CH4", Quantity(3.0, "kg"), Origin.BIOGENIC),
        Emission("CO2e", Quantity(4.0, "kg"), Origin.UNSPLIT),
        Emission("SF6", Quantity(1.0, "mg")),
    )
    assert [line.type for line in (first, second, third)] == [
        LineType.ELECTRICITY,
        LineType.TRANSPORT,
        LineType.EMISSION,
    ]


def test_modes_of_transport_in_chinese(tmp_path: Path) -> None:
    cell = "铁路 1 450 km；公路（冷藏车） 120km 1 t"
    lines = read_study(workbook(tmp_path, [["stage", "name", "transport"], ["distribution", "运输", cell]])).lines
    assert [leg.mode for leg in lines[0].transport] == ["rail", "road-refrigerated"]


def changed(**cells: Any) -> list[list[Any]]:
    keys = ("stage", "name", "amount", "unit", "electricity", "transport", "emits", "uncertainty", "te", "evidence")
    return [HEADER, [cells.get(key, value) for key, value in zip(keys, LINE, strict=True)]]


@pytest.mark.parametrize(
    ("lines", "code", "place"),
    [
        (changed(stage="prod"), "TH-STU-017", "Lines!A2"),
        (changed(stage=None), "TH-STU-016", "Lines!A2"),
        (changed(name=None), "TH-STU-016", "Lines!A2"),
        (changed(amount="abc"), "TH-STU-019", "Lines!C2"),
        (changed(amount=True), "TH-STU-014", "Lines!C2"),
        (changed(amount="1,925"), "TH-QTY-004", "Lines!C2"),
        (changed(amount="2 MWh"), "TH-STU-044", "Lines!C2"),
        (changed(unit=None), "TH-STU-018", "Lines!C2"),
        (changed(unit="kwatt"), "TH-QTY-001", "Lines!D2"),
        (changed(unit="kg"), "TH-STU-028", "Lines!C2"),
        (changed(amount="=#REF!"), "TH-STU-039", "Lines!C2"),
        (changed(amount="=#DIV/0!"), "TH-STU-039", "Lines!C2"),
        (changed(name="=#N/A"), "TH-STU-039", "Lines!B2"),
        (changed(electricity="wheel:CN"), "TH-STU-035", "Lines!E2"),
        (changed(electricity="grid:CN 60 %; own:pv 30 %"), "TH-STU-022", "Lines!E2"),
        (changed(electricity="grid:ZZ"), "TH-STU-025", "Lines!E2"),
        (changed(electricity='grid:CN from "x'), "TH-STU-035", "Lines!E2"),
        (changed(electricity=7), "TH-STU-014", "Lines!E2"),
        (changed(transport="rail"), "TH-STU-035", "Lines!F2"),
        (changed(transport="rail 3 kg 1 t"), "TH-STU-028", "Lines!F2"),
        (changed(transport="rocket 3 km 1 t"), "TH-STU-026", "Lines!F2"),
        (changed(transport="rail 3 km 1 t 4 t"), "TH-STU-035", "Lines!F2"),
        (changed(emits="CF4"), "TH-STU-035", "Lines!G2"),
        (changed(emits="CF4 22"), "TH-STU-018", "Lines!G2"),
        (changed(emits="XY4 22 g"), "TH-QTY-008", "Lines!G2"),
        (changed(uncertainty="normal"), "TH-STU-045", "Lines!H2"),
        (changed(uncertainty="wide"), "TH-STU-019", "Lines!H2"),
        (changed(uncertainty=0.5), "TH-STU-020", "Lines!H2"),
        (changed(te=9), "TH-STU-020", "Lines!I2"),
        ([[*HEADER, "Stage"], [*LINE, "use"]], "TH-STU-009", "Lines!K1"),
        ([[*HEADER, "Notte"], [*LINE, "use"]], "TH-STU-015", "Lines!K1"),
        ([["a", "b"], ["c", "d"]], "TH-STU-038", "Lines!A1"),
        ([], "TH-STU-038", "Lines!A1"),
        ([HEADER], "TH-STU-016", "Lines"),
    ],
)
def test_fault_has_code_and_cell(lines: list[list[Any]], code: str, place: str, tmp_path: Path) -> None:
    assert (code, f"s.xlsx {place}") in faults_of(workbook(tmp_path, lines))


@pytest.mark.parametrize(
    ("row", "code", "place"),
    [
        (["tanheng", "", "study/9"], "TH-STU-013", "Study!C2"),
        (["unit", "", 1], "TH-STU-018", "Study!C4"),
        (["unit", "", None, "1 t"], "TH-STU-037", "Study!D4"),
        (["boundary", "", "cradle"], "TH-STU-017", "Study!C5"),
        (["site", "", "Yunnan"], "TH-STU-025", "Study!C7"),
        (["site", "", "=#NAME?!"], "TH-STU-025", "Study!C7"),
        (["product.codes.hs", "", 7601.1], "TH-STU-041", "Study!C8"),
        (["sites", "", "CN"], "TH-STU-015", "Study!B8"),
        (["", "Colour", "red"], "TH-STU-015", "Study!B8"),
        (["product.name", "", "twice"], "TH-STU-009", "Study!C8"),
        (["allocation.price", "", 5], "TH-STU-016", "Study!C8"),
    ],
)
def test_fault_of_the_form(row: list[Any], code: str, place: str, tmp_path: Path) -> None:
    number = int(place[7:]) - 1
    rows = [*STUDY_ROWS[:number], row, *STUDY_ROWS[number + 1 :]]
    assert (code, f"s.xlsx {place}") in faults_of(workbook(tmp_path, [HEADER, LINE], rows))


def test_a_persons_own_columns_and_sheets_are_left_alone(tmp_path: Path) -> None:
    path = workbook(tmp_path, [[*HEADER, "# mine"], [*LINE, "x"]], Scratch=[["=1/0", "#REF!"]])
    assert len(read_study(path).lines) == 1


def test_missing_sheets_are_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "s.xlsx")
    with pytest.raises(StudyError) as caught:
        read_study(tmp_path / "s.xlsx")
    assert caught.value.code == "TH-STU-036"
    assert caught.value.faults[0].params["sheet"] == "Study, Lines"


def test_a_workbook_that_another_program_saved_again(tmp_path: Path) -> None:
    path = new_study("铝锭", "workbook", tmp_path / "a.xlsx")
    openpyxl.load_workbook(path).save(tmp_path / "b.xlsx")
    assert bare(read_study(tmp_path / "b.xlsx")) == bare(read_study(path))


def test_labels_alone_are_enough_when_the_keys_are_gone(tmp_path: Path) -> None:
    path = new_study("铝锭", "workbook", tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(path)
    for row in book["Study 研究"].iter_rows(min_col=1, max_col=1):
        row[0].value = None
    book["Lines 清单"].delete_rows(1)
    book.save(tmp_path / "b.xlsx")
    assert bare(read_study(tmp_path / "b.xlsx")) == bare(read_study(path))


def test_the_workbook_that_we_write_has_drop_downs_help_and_comments(tmp_path: Path) -> None:
    path = new_study("Ingot", "workbook", tmp_path / "a.xlsx", "en")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [
        "Study 研究", "Lines 清单", "Co-products 共生产品", "Cut-offs 取舍", "Parameters 参数", "Scenarios 情景", "Waivers 豁免",
        "Help 说明",
    ]  # fmt: skip
    lines = book["Lines 清单"]
    assert lines.freeze_panes == "E3"
    assert lines.row_dimensions[1].hidden
    lists = {str(v.sqref).split(":")[0]: v.formula1 for v in lines.data_validations.dataValidation}
    assert "raw-materials 原材料获取" in lists["A3"]
    assert all(len(options) <= 257 for options in lists.values())
    assert "Life-cycle stage" in lines["A2"].comment.text
    assert book["Help 说明"].max_row > 60


def damaged(folder: Path, change: Callable[[bytearray], bytes | bytearray]) -> Path:
    path = new_study("x", "workbook", folder / "s.xlsx", overwrite=True)
    path.write_bytes(bytes(change(bytearray(path.read_bytes()))))
    return path


def test_damaged_workbooks(tmp_path: Path) -> None:
    for change in (
        lambda b: b[: len(b) // 2],
        lambda b: b[:100],
        lambda b: b[:3000] + bytes(200) + b[3200:],
        lambda _: b"PK",
    ):
        assert faults_of(damaged(tmp_path, change))
    path = tmp_path / "s.xlsx"
    path.write_bytes(b"")
    assert faults_of(path) == [("TH-STU-002", "s.xlsx")]


def test_another_archive_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "s.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert faults_of(path) == [("TH-STU-003", "s.xlsx")]


def test_content_decides_not_the_name(tmp_path: Path) -> None:
    study = read_study(new_study("x", "yaml", tmp_path / "a.yaml"))
    write_study(study, tmp_path / "a.xlsx")
    (tmp_path / "a.xlsx").rename(tmp_path / "b.yaml")
    (tmp_path / "a.yaml").rename(tmp_path / "c.xlsx")
    assert bare(read_study(tmp_path / "b.yaml")) == bare(read_study(tmp_path / "c.xlsx")) == bare(study)


def with_sheet(folder: Path, change: Callable[[bytes], bytes]) -> Path:
    """A workbook whose sheet of lines is changed as XML."""
    path = new_study("x", "workbook", folder / "s.xlsx", overwrite=True)
    source = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            data = source.read(info)
            target.writestr(info.filename, change(data) if info.filename.endswith("sheet2.xml") else data)
    return path


def test_cells_far_apart_do_not_ask_for_all_the_memory_between(tmp_path: Path) -> None:
    far = b'<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row></sheetData>'
    path = with_sheet(tmp_path, lambda xml: xml.replace(b"</sheetData>", far))
    assert faults_of(path) == [("TH-STU-004", "s.xlsx")]
    unnamed = b"<row>" + b"<c><v>1</v></c>" * 16_384 + b'</row><row r="1048576"><c><v>1</v></c></row></sheetData>'
    assert faults_of(with_sheet(tmp_path, lambda xml: xml.replace(b"</sheetData>", unnamed))) == [
        ("TH-STU-004", "s.xlsx")
    ]


def test_an_archive_that_grows_without_bound_is_refused(tmp_path: Path) -> None:
    path = with_sheet(tmp_path, lambda xml: xml.replace(b"</sheetData>", b" " * (300 * 2**20) + b"</sheetData>"))
    assert faults_of(path)[0][0].startswith("TH-FMT-")


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    path = with_sheet(tmp_path, lambda xml: bomb + xml[xml.index(b"<worksheet") :].replace(b"<v>", b"<v>&b;", 1))
    assert faults_of(path) == [("TH-STU-034", "s.xlsx")]


def test_full_width_signs_of_a_chinese_keyboard(tmp_path: Path) -> None:
    header = ["stage", "name.zh", "amount", "amount.unit", "electricity", "emits", "evidence"]
    row = [
        "生产",
        "电",
        5.0,
        "ｋＷｈ",
        "own：hydro 35％；grid：CN 65％",
        "CO₂ 3 kg；ＣＨ４ 1 kg 生物源",
        "a.pdf；b.pdf",
    ]
    path = workbook(tmp_path, [header, row])
    (line,) = read_study(path).lines
    assert line.amount == Quantity(5.0, "kWh")
    assert line.electricity == (ElectricityShare(Supply.OWN, "hydro", 0.35), ElectricityShare(Supply.GRID, "CN", 0.65))
    assert [(e.gas, e.origin) for e in line.emits] == [("CO2", Origin.FOSSIL), ("CH4", Origin.BIOGENIC)]
    assert line.evidence == ("a.pdf", "b.pdf")


def test_a_full_width_semicolon_inside_a_text_comes_back(tmp_path: Path) -> None:
    header = ["stage", "name.en", "amount", "electricity", "evidence"]
    row = ["production", "a", "1 kWh", 'grid:CN from "db:power；mix"', '"a；b.pdf"']
    study = read_study(workbook(tmp_path, [header, row]))
    assert (study.lines[0].electricity[0].link, study.lines[0].evidence) == ("db:power；mix", ("a；b.pdf",))
    write_study(study, tmp_path / "again.xlsx")
    assert bare(read_study(tmp_path / "again.xlsx")) == bare(study)


def test_a_full_width_colon_in_a_record_s_cell_is_named(tmp_path: Path) -> None:
    lines = [["stage", "name.en", "codes"], ["production", "a", "cas：1344-28-1"]]
    with pytest.raises(StudyError) as caught:
        read_study(workbook(tmp_path, lines))
    assert [(f.code, "C2" in f.place) for f in caught.value.faults] == [("TH-STU-008", True)]


def test_records_of_a_line_are_yaml_in_one_cell(tmp_path: Path) -> None:
    header = [
        "stage",
        "name.en",
        "amount",
        "recycling",
        "carbon_balance",
        "carbonates",
        "codes",
        "transport",
        "electricity",
    ]
    rows = [
        ["production", "a", "1 kg", "recycled_content: 30 %, recycling: 'factor:x, y'", None, None, "cas: 1344-28-1", None, None],
        ["production", "b", None, None, "inputs: [{name: 焦炭, mass: 400 kg, carbon: 85 %}]", None, None, None, None],
        ["production", "c", None, None, None, "[{carbonate: CaCO3, mass: 1.2 t}]", None, None, None],
        ["production", "d", "1 t", None, None, None, None, "road 120 km empty return 50 % load 80 % cooling 20 %", None],
        ["production", "e", "1 kWh", None, None, None, None, None, "contract:wind 40 % losses 4 %; residual:CN 60 %"],
    ]  # fmt: skip
    a, b, c, d, e = read_study(workbook(tmp_path, [header, *rows])).lines
    assert a.recycling == Recycling(0.3, recycling="factor:x, y")
    assert a.codes == {"cas": "1344-28-1"}
    assert b.carbon_balance == CarbonBalance((CarbonFlow({"zh": "焦炭"}, Quantity(400.0, "kg"), 0.85),))
    assert c.carbonates == (Carbonate("CaCO3", Quantity(1.2, "t")),)
    leg = d.transport[0]
    assert (leg.empty_return, leg.load, leg.cooling) == (0.5, 0.8, 0.2)
    assert e.electricity == (
        ElectricityShare(Supply.CONTRACT, "wind", 0.4, losses=0.04),
        ElectricityShare(Supply.RESIDUAL, "CN", 0.6),
    )


@pytest.mark.parametrize("cell", ["recycled_content: [30 %", "{", "method: cut-off, : :", "just words"])
def test_a_broken_record_in_a_cell_is_a_fault_of_that_cell(cell: str, tmp_path: Path) -> None:
    lines = [["stage", "name.en", "recycling"], ["production", "a", cell]]
    with pytest.raises(StudyError) as caught:
        read_study(workbook(tmp_path, lines))
    assert all("C2" in fault.place for fault in caught.value.faults)


def test_a_parameter_may_be_a_bare_number(tmp_path: Path) -> None:
    from tanheng.footprint.reading import study_from_document

    document = {
        "tanheng": "study/1", "product": {"name": "x"}, "unit": "1 t", "boundary": "cradle-to-gate", "period": "2024",
        "site": "CN", "lines": [{"stage": "production", "name": "a", "formula": "n * 1 kg"}],
    }  # fmt: skip
    study = study_from_document({**document, "parameters": [{"id": "n", "value": 50}, {"id": "m", "value": "0.9"}]})
    assert [p.value for p in study.parameters] == [Quantity(50.0, "1"), Quantity(0.9, "1")]


def test_a_parameter_in_a_compound_unit_is_told_to_be_a_formula() -> None:
    from tanheng.footprint.reading import study_from_document

    document = {
        "tanheng": "study/1", "product": {"name": "x"}, "unit": "1 t", "boundary": "cradle-to-gate", "period": "2024",
        "site": "CN", "lines": [{"stage": "production", "name": "a", "amount": "1 kg"}],
        "parameters": [{"id": "n", "value": "8 h/d"}],
    }  # fmt: skip
    with pytest.raises(StudyError) as caught:
        study_from_document(document)
    assert (caught.value.code, caught.value.faults[0].place) == ("TH-STU-054", "parameters[0].value")
