"""The plain table of factors: heads, numbers, faults, and the template."""

from __future__ import annotations

import pytest
import xlsxwriter

from tanheng.errors import FormatError
from tanheng.formats import Format, detect, read_method, write_method_template
from tanheng.formats.numbers import Numbers

HEAD = "category,category unit,flow name,compartment,subcompartment,CAS,unit,factor,direction,location"


@pytest.fixture
def table(tmp_path):
    def write(text, encoding="utf-8", name="t.csv"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


def rows_of(method):
    return [(f.flow.name, f.flow.category, f.flow.cas, f.value, f.unit, f.is_input, f.location)
            for f in method.categories[0].factors]  # fmt: skip


METHANE = ("Methane", ("air", "urban"), "74-82-8", 29.8, "kg", False, "CN")


@pytest.mark.parametrize(("text", "encoding"), [
    (f"{HEAD}\nGWP,kg CO2e,Methane,air,urban,000074-82-8,kg,29.8,output,CN\n", "utf-8"),
    (f"{HEAD}\nGWP,kg CO2e,Methane,air,urban,74-82-8,kg,\"29,8\",Output,CN\n", "utf-8-sig"),
    (f"{HEAD}\nGWP,kg CO2e,Methane,air,urban,74-82-8,kg,29.8,output,CN\n".replace(",", "\t"), "utf-16"),
    (f"{HEAD}\nGWP,kg CO2e,Methane,air,urban,74-82-8,kg,2.98E1,emission,CN\n".replace(",", ";"), "utf-8"),
    ("影响类别;类别单位;流名称;环境介质;子介质;CAS号;单位;特征化因子;方向;地区\n"
     "GWP;kg CO2e;Methane;air;urban;74-82-8;kg;29,8;排放;CN\n", "gb18030"),
    (f"a title\n\n{HEAD},remark\n\nGWP,kg CO2e,Methane,air,urban,74-82-8,kg,29.8,output,CN,hello\n", "utf-8"),
])  # fmt: skip
def test_spellings_of_one_table(table, text, encoding):
    path = table(text, encoding)
    assert detect(path) is Format.METHOD_TABLE
    method = read_method(path, name="m")
    assert (method.categories[0].name, method.categories[0].unit) == ("GWP", "kg CO2e")
    assert rows_of(method) == [METHANE]


def test_states_are_kept(table):
    body = "GWP,kg CO2e,A,,,,kg,0,,\nGWP,,B,,,x,kg,-1,input,\nGWP,,A,,,,kg,0,,\n"
    method = read_method(table(f"{HEAD},odd\n{body}"), name="m")
    assert [(name, value, is_input) for name, _, _, value, _, is_input, _ in rows_of(method)] == [
        ("A", 0.0, None), ("B", -1.0, True),
    ]  # fmt: skip
    assert {n.code for n in method.notes} == {"cas-unreadable", "factor-repeated", "column-ignored"}


def test_all_faults_come_at_once_with_their_cells(table):
    body = (
        "GWP,kg CO2e,A,air,,,kg,x,,\n,kg,A,air,,,kg,1,,\nGWP,g CO2e,,air,,,,nan,sideways,\n"
        "GWP,,A,air,,,kg,29,8,,\nGWP,,B,,,,kg,,,\nADP,,C,,,,kg,1,,\n"
    )
    with pytest.raises(FormatError) as caught:
        read_method(table(f"{HEAD}\n{body}"), name="m")
    assert [(f.code, f.place) for f in caught.value.faults] == [
        ("TH-FMT-050", "t.csv, H2"), ("TH-FMT-051", "t.csv, A3"), ("TH-FMT-058", "t.csv, B4"),
        ("TH-FMT-051", "t.csv, C4"), ("TH-FMT-051", "t.csv, G4"), ("TH-FMT-050", "t.csv, H4"),
        ("TH-FMT-052", "t.csv, I4"), ("TH-FMT-057", "t.csv, K5"), ("TH-FMT-051", "t.csv, H6"),
        ("TH-FMT-051", "t.csv, B7"),
    ]  # fmt: skip
    for lang in ("en", "zh"):
        assert "{" not in caught.value.text(lang)


@pytest.mark.parametrize(("column", "cell", "value"), [
    (["29,8"], "1,234", 1.234), (["29.8"], "1,234", None), ([], "1,234", None), (["29,8"], "1.234", None),
    ([], "1.234", 1.234), ([], "0,123", 0.123), ([], "1e400", None), ([], "inf", None), ([], "１２", 12.0),
    ([], "\u22121.5E-3", -0.0015), ([], "1,234.5", None), ([], True, None), ([], float("nan"), None), ([], "", None),
])  # fmt: skip
def test_numbers(column, cell, value):
    assert Numbers(column).number(cell) == value


@pytest.mark.parametrize(("name", "content", "code"), [
    ("t.csv", b"a,b\n1,2\n", "TH-FMT-053"),
    ("t.csv", b"category,factor\nGWP,1\n", "TH-FMT-053"),
    ("t.csv", HEAD.encode(), "TH-FMT-055"),
    ("t.csv", b"\xff\xfea", "TH-FMT-054"),
    ("t.bin", b"a,b", "TH-FMT-011"),
])  # fmt: skip
def test_what_is_no_table_is_refused(tmp_path, name, content, code):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FormatError) as caught:
        read_method(path, name="m")
    assert caught.value.code == code


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_template_reads_as_it_is_and_is_the_same_every_time(tmp_path, ending):
    first, second = (write_method_template(tmp_path / f"{n}.{ending}") for n in (1, 2))
    assert first.read_bytes() == second.read_bytes()
    method = read_method(first, name="m")
    assert [(f.flow.names["zh"], f.flow.cas, f.value, f.is_input) for f in method.categories[0].factors] == [
        ("二氧化碳（化石源）", "124-38-9", 1.0, False),
        ("甲烷（化石源）", "74-82-8", 29.8, False),
        ("氧化亚氮", "10024-97-2", 273.0, False),
    ]
    assert method.notes == ()


def test_the_template_of_another_ending_is_refused_and_nothing_written(tmp_path):
    with pytest.raises(FormatError) as caught:
        write_method_template(tmp_path / "t.ods")
    assert caught.value.code == "TH-FMT-056"
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_names_sheet_and_cell_and_its_errors_are_not_empty(tmp_path):
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("cover").write(0, 0, "hello")
        sheet = book.add_worksheet("GWP")
        for column, head in enumerate(("category", "category unit", "flow id", "unit", "factor")):
            sheet.write(0, column, head)
        for row, value in ((1, 29.8), (2, "#REF!")):
            for column, cell in enumerate(("GWP", "kg CO2e", f"id{row}", "kg", value)):
                sheet.write(row, column, cell)
        sheet.write_formula(2, 4, "=#REF!", None, "#REF!")
    with pytest.raises(FormatError) as caught:
        read_method(path, name="m")
    assert [(f.code, f.place) for f in caught.value.faults] == [("TH-FMT-050", "t.xlsx, GWP!E3")]
