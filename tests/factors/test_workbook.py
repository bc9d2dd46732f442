"""Tables of factors as workbooks and with Chinese heads: the same factors, and faults that name their cell."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanheng import texts
from tanheng.errors import FactorError, FormatError
from tanheng.factors import FactorKind, per_unit, read_release
from tanheng.factors.columns import COLUMNS
from tanheng.factors.template import write_template
from tanheng.quantities import Origin


def save(path, *rows):
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("cover").write(0, 0, "hello")
        sheet = book.add_worksheet("因子")
        for r, cells in enumerate(rows):
            for c, cell in enumerate(cells):
                sheet.write(r, c, cell)
    return path


def test_the_workbook_of_the_template_holds_the_factor_of_the_csv_file(tmp_path):
    workbook, csv = (write_template(tmp_path / f"mine.{end}") for end in ("xlsx", "csv"))
    assert read_release(workbook).factors == read_release(csv).factors
    assert write_template(tmp_path / "again.xlsx").read_bytes() == workbook.read_bytes()
    made = openpyxl.load_workbook(workbook)
    assert made.sheetnames == ["因子 Factors", "说明 Help"]
    lists = {str(v.sqref).split(":")[0]: v.formula1 for v in made["因子 Factors"].data_validations.dataValidation}
    assert "generation-co2" in lists["B2"]
    told = "\n".join(str(cell.value) for line in made["说明 Help"].iter_rows() for cell in line)
    for key in COLUMNS:
        assert all(words in told for words in texts.catalogue("factortable")[key].values()), key


def test_a_workbook_that_another_program_saved_again(tmp_path):
    path = write_template(tmp_path / "mine.xlsx")
    openpyxl.load_workbook(path).save(tmp_path / "again.xlsx")
    assert read_release(tmp_path / "again.xlsx").factors == read_release(path).factors


HEADS = ["标识", "类型", "中文名称", "数值", "数值单位", "活动单位", "碳来源", "年份", "地区"]
GRID = ["grid", "电力二氧化碳排放因子", "电网", 0.5, "kgCO2", "千瓦时", "化石", 2024, "CN"]


def test_chinese_heads_and_words_in_any_order(tmp_path):
    path = save(tmp_path / "mine.xlsx", ["title"], [], HEADS[::-1], GRID[::-1])
    (factor,) = read_release(path).factors.values()
    assert (factor.kind, factor.per, factor.year, factor.name("zh")) == (FactorKind.GENERATION_CO2, "kWh", 2024, "电网")
    assert factor.amounts == {("CO2", Origin.FOSSIL): 0.5}
    assert per_unit(factor) == pytest.approx(0.5)
    for encoding, mark in (("gb18030", ","), ("utf-16", "\t"), ("utf-8", ";")):
        text = "\n".join(mark.join(map(str, row)) for row in (HEADS, GRID))
        (tmp_path / "mine.csv").write_bytes(text.encode(encoding))
        assert read_release(tmp_path / "mine.csv").factors == {"grid": factor}


WRONG = [
    (0, "", "TH-FAC-001", "A2"),
    (1, "guess", "TH-FAC-001", "B2"),
    (2, "", "TH-FAC-001", "C2"),
    (3, "", "TH-FAC-004", "D2"),
    (3, "1,234", "TH-FAC-001", "D2"),
    (3, "1_000", "TH-FAC-001", "D2"),
    (3, "#REF!", "TH-FAC-001", "D2"),
    (4, "pounds", "TH-FAC-001", "E2"),
    (5, "furlongs", "TH-FAC-002", "F2"),
    (6, "mars", "TH-FAC-001", "G2"),
    (7, "", "TH-FAC-001", "H2"),
    (7, 2024.5, "TH-FAC-001", "H2"),
]


@pytest.mark.parametrize(("column", "value", "code", "cell"), WRONG)
def test_a_wrong_cell_is_named(tmp_path, column, value, code, cell):
    row = [*GRID]
    row[column] = value
    with pytest.raises(FactorError) as caught:
        read_release(save(tmp_path / "mine.xlsx", HEADS, row))
    assert [(f.code, f.place) for f in caught.value.faults] == [(code, f"mine.xlsx › 因子 › {cell}")]
    for lang in ("en", "zh"):
        assert "{" not in caught.value.text(lang)


def test_all_wrong_cells_come_at_once_and_columns_that_are_missing_are_named(tmp_path):
    row = [*GRID[:3], "much", "stone", "furlongs", *GRID[6:]]
    with pytest.raises(FactorError) as caught:
        read_release(save(tmp_path / "mine.xlsx", HEADS, row, [*GRID, "x"]))
    cells = [f.place.rpartition(" ")[2] for f in caught.value.faults]
    assert sorted(cells) == ["D2", "E2", "F2", "J3"]
    with pytest.raises(FactorError) as caught:
        read_release(save(tmp_path / "mine.xlsx", HEADS[:5], GRID[:5]))
    assert "per / 活动单位" in caught.value.text("zh")


def test_a_folder_may_hold_both_and_a_workbook_without_factors_is_none(tmp_path):
    folder = tmp_path / "tables"
    folder.mkdir()
    write_template(folder / "a.csv")
    save(folder / "b.xlsx", HEADS, GRID)
    assert sorted(read_release(folder).factors) == ["grid", "my-steel-sheet-2024"]
    with pytest.raises(FactorError) as caught:
        read_release(save(tmp_path / "none.xlsx", ["a", "b"]))
    assert caught.value.code == "TH-FAC-007"


@pytest.mark.fuzz
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_tables_are_factors_or_an_error(tmp_path, data):
    end = data.draw(st.sampled_from(["csv", "xlsx"]))
    template = tmp_path / f"t.{end}"
    raw = bytearray((template if template.exists() else write_template(template)).read_bytes())
    if end == "xlsx":
        source = zipfile.ZipFile(io.BytesIO(raw))
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:  # not packed, so that damage reaches the cells
            for name in source.namelist():
                archive.writestr(name, source.read(name))
        raw = bytearray(packed.getvalue())
    for where, value in data.draw(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=8)):
        raw[int(where * (len(raw) - 1))] = value
    keep = data.draw(st.one_of(st.just(1.0), st.floats(0, 1)))
    path = tmp_path / f"damaged.{end}"
    path.write_bytes(bytes(raw[: int(len(raw) * keep)]))
    try:
        factors = read_release(path).factors.values()
    except (FactorError, FormatError):
        factors = ()
    assert all(factor.per and factor.name("en") for factor in factors)
