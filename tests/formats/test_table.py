"""Plain tables of an inventory: what rows mean, what is a fault of which cell, and the template."""

from __future__ import annotations

import io
import math
import re
import zipfile

import numpy as np
import openpyxl
import pytest
import xlsxwriter

from tanheng import texts
from tanheng.errors import FormatError
from tanheng.formats import Format, detect, read_database, write_database, write_inventory_template
from tanheng.formats.table.columns import LAYOUTS
from tanheng.formats.table.words import Kind
from tanheng.inventory import compile_database
from tanheng.inventory.model import AllocationMethod, Distribution, FlowKind
from tanheng.quantities import gwp_set

HEAD = (
    "process,location,type,flow,flow in Chinese,compartment,CAS,amount,unit,formula,provider,share,allocation,GSD²,"
    "data quality"
)
KEYS = ("process", "location", "type", "flow", "zh", "medium", "cas", "amount", "unit", "formula", "provider", "share",
        "allocation", "gsd2", "pedigree")  # fmt: skip


def row(process: str, kind: str, flow: str, amount: object = 1, unit: str = "kg", **more: object) -> str:
    cells = {"process": process, "type": kind, "flow": flow, "amount": amount, "unit": unit, **more}
    return ",".join(f'"{cells[key]}"' if key in cells else "" for key in KEYS)


@pytest.fixture
def table(tmp_path):
    def write(*rows, encoding="utf-8", name="t.csv", head=HEAD):
        path = tmp_path / name
        path.write_bytes("\n".join((head, *rows)).encode(encoding))
        return path

    return write


@pytest.fixture
def read(table):
    return lambda *rows, **more: read_database(table(*rows, **more), name="t")


@pytest.fixture
def faults(table):
    def of(*rows, **more):
        with pytest.raises(FormatError) as caught:
            read_database(table(*rows, **more), name="t")
        for lang in ("en", "zh"):
            assert not re.search(r"\{\w", caught.value.text(lang))
        return [(f.code, f.place.removeprefix("t.csv › ")) for f in caught.value.faults]

    return of


@pytest.fixture
def book(tmp_path):
    def write(**sheets):
        path = tmp_path / "t.xlsx"
        with xlsxwriter.Workbook(path) as made:
            for title, rows in sheets.items():
                sheet = made.add_worksheet(title)
                for r, cells in enumerate(rows):
                    for c, cell in enumerate(cells):
                        sheet.write(r, c, cell)
        return path

    return write


STEEL = row("Mill", "product", "Steel")


def footprints(database):
    """kg CO2e (AR6 GWP100) of one unit of each product."""
    compiled = compile_database(database)
    factors = np.array([gwp_set("AR6", "GWP100").factor(*role) for role in compiled.roles])
    return {c.flow.name: float(v) for c, v in zip(compiled.columns, compiled.footprints @ factors, strict=True)}


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_template_gives_the_footprint_that_the_hand_gives(tmp_path, ending):
    """The example, per unit, with CH4 fossil 29.8 kg CO2e/kg:

    power    p = 0.9 (0.3 c + 0.8)           90 % of the plant, the rest is heat
    coal     c = (20 p + 5 · 29.8) / 1000    per kg; put into p: p = 0.0054 p + 0.04023 + 0.72, p = 0.76023 / 0.9946
    steel    s = 0.6 c + 0.5 p + 1.6
    waste    w = 0.9 − 0.3 p                 the incinerator saves power elsewhere
    bracket  b = 1.2 s + 2 p + 0.2 w
    """
    power = 0.76023 / 0.9946
    coal = 0.02 * power + 0.149
    steel = 0.6 * coal + 0.5 * power + 1.6
    waste = 0.9 - 0.3 * power
    bracket = 1.2 * steel + 2 * power + 0.2 * waste
    path = write_inventory_template(tmp_path / f"t.{ending}")
    assert detect(path) is Format.TABLE
    database = read_database(path, name="t")
    assert database.notes == ()
    assert footprints(database) == pytest.approx({
        "Hard coal": 1000 * coal, "Electricity": power, "Heat": power / 9, "Steel sheet": steel, "Steel bracket": bracket,
        "Mixed waste": waste,
    }, rel=1e-12)  # fmt: skip
    assert bracket == pytest.approx(4.159754876, rel=1e-9)
    compiled = compile_database(database)
    assert compiled.open_flows == ()
    again = write_inventory_template(tmp_path / f"again.{ending}")
    assert again.read_bytes() == path.read_bytes()


def test_the_workbook_has_drop_downs_explanations_in_both_languages_and_every_column(tmp_path):
    path = write_inventory_template(tmp_path / "t.xlsx", lang="en")
    made = openpyxl.load_workbook(path)
    assert made.sheetnames == ["Exchanges 清单", "Processes 过程", "Flows 流", "Parameters 参数", "Help 说明"]
    sheet = made["Exchanges 清单"]
    lists = {str(v.sqref).split(":")[0]: v.formula1 for v in sheet.data_validations.dataValidation}
    assert all(kind.label in lists["C2"] for kind in Kind)
    assert all(len(options) <= 257 for options in lists.values())
    told = "\n".join(made.sheetnames) + "\n".join(
        str(c.value) for line in made["Help 说明"].iter_rows() for c in line if c.value
    )
    catalogue = texts.catalogue("inventorytable")
    wanted = {f"{key}.{c.key}" for key, layout in LAYOUTS.items() for c in layout.columns}
    assert wanted <= catalogue.keys()
    for key, entry in catalogue.items():
        assert set(entry) == {"en", "zh"}
        assert all(words in told for words in entry.values()), key
    english = sheet["A1"].comment.text
    assert english.index("Name of the process") < english.index("过程名称")


def test_the_template_of_another_ending_is_refused(tmp_path):
    with pytest.raises(FormatError) as caught:
        write_inventory_template(tmp_path / "t.ods")
    assert caught.value.code == "TH-FMT-056"
    assert list(tmp_path.iterdir()) == []


def test_what_was_read_can_be_written_as_openlca(tmp_path):
    database = read_database(write_inventory_template(tmp_path / "t.xlsx"), name="t")
    written = write_database(database, tmp_path / "t.zip")
    assert footprints(read_database(written.path, name="t")) == pytest.approx(footprints(database), rel=1e-9)


CHINESE = (
    "过程;地点;类型;流;环境介质;数量;单位\n炼钢;CN;产品;钢;;1;千克\n炼钢;;投入;电力;;0,5;千瓦时\n"
    "炼钢;;排放;二氧化碳;大气;1,8;kg\n发电;CN;主产品;电力;;1;kWh\n发电;;排放;二氧化碳;空气;0,9;kg"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_chinese_table_in_every_encoding(tmp_path, encoding):
    path = tmp_path / "t.csv"
    path.write_bytes(CHINESE.encode(encoding))
    database = read_database(path, name="t")
    assert footprints(database) == pytest.approx({"钢": 1.8 + 0.5 * 0.9, "电力": 0.9})
    assert {n.code for n in database.notes} == ({"encoding-guessed"} if encoding == "gb18030" else set())
    assert next(iter(database.processes.values())).names == {"zh": "炼钢"}


# type → input, avoided, kind of the flow, category.
TYPES = [
    ("by-product", False, False, FlowKind.PRODUCT, ()),
    ("input", True, False, FlowKind.PRODUCT, ()),
    ("waste", False, False, FlowKind.WASTE, ()),
    ("避免的产品", True, True, FlowKind.PRODUCT, ()),
    ("emission 排放", False, False, FlowKind.ELEMENTARY, ("air",)),
    ("Resource", True, False, FlowKind.ELEMENTARY, ("resource", "in air")),
]


@pytest.mark.parametrize(("kind", "is_input", "is_avoided", "flow_kind", "category"), TYPES)
def test_types(read, kind, is_input, is_avoided, flow_kind, category):
    medium = {"medium": "大气"} if flow_kind is FlowKind.ELEMENTARY else {}
    found = read(STEEL, row("Mill", kind, "X", 2, **medium))
    first, exchange = found.processes["Mill"].exchanges
    flow = found.flows[exchange.flow]
    assert (first.is_reference, exchange.is_reference) == (True, False)
    assert (exchange.is_input, exchange.is_avoided, flow.kind, flow.category) == (
        is_input,
        is_avoided,
        flow_kind,
        category,
    )


def test_a_treatment_takes_its_waste_in(read):
    found = read(STEEL, row("Mill", "waste", "Slag", 0.1), row("Dump", "treated waste", "slag"),
                 row("Dump", "emission", "Methane", 0.02, medium="air"))  # fmt: skip
    assert footprints(found) == pytest.approx({"Steel": 0.1 * 0.02 * 29.8, "slag": 0.02 * 29.8})


def test_a_blank_amount_is_a_state_and_zero_is_zero(read):
    found = read(STEEL, row("Mill", "input", "Power", "", "kWh"), row("Mill", "input", "Lime", 0))
    amounts = [e.amount for e in found.processes["Mill"].exchanges[1:]]
    assert math.isnan(amounts[0])
    assert amounts[1] == 0.0
    assert [(n.code, n.params["example"]) for n in found.notes] == [("amount-missing", "t.csv › H3: Power")]
    assert len(compile_database(found).open_flows) == 1


def test_uncertainty_and_quality(read):
    found = read(STEEL, row("Mill", "input", "Power", 4, "kWh", gsd2=1.44, pedigree="(2;3;1;1;2)"))
    spread = found.processes["Mill"].exchanges[1].uncertainty
    assert (spread.kind, spread.loc, spread.pedigree) == (Distribution.LOGNORMAL, 4.0, "(2;3;1;1;2)")
    assert spread.gsd2 == pytest.approx(1.44)


@pytest.mark.parametrize(("rows", "method", "shares"), [
    (({"share": "75 %", "allocation": "经济"}, {"share": "25 %"}), AllocationMethod.ECONOMIC, [0.75, 0.25]),
    (({"share": 75, "allocation": "economic"}, {"share": 25}), AllocationMethod.ECONOMIC, [0.75, 0.25]),
    (({"share": 0.75}, {"share": 0.25}), AllocationMethod.PHYSICAL, [0.75, 0.25]),
    (({"amount": 3, "allocation": "physical"}, {"amount": 1000, "unit": "g"}), AllocationMethod.PHYSICAL, [0.75, 0.25]),
])  # fmt: skip
def test_allocation(read, rows, method, shares):
    first, second = ({"amount": 1, "unit": "kg", **r} for r in rows)
    found = read(row("Mill", "product", "Steel", **first), row("Mill", "by-product", "Slag", **second))
    process = found.processes["Mill"]
    assert process.default_allocation is method
    assert [process.allocations[0].shares[e.flow] for e in process.exchanges] == pytest.approx(shares)
    assert [n.code for n in found.notes] == (
        ["allocation-method-assumed"] if rows == ({"share": 0.75}, {"share": 0.25}) else []
    )


def test_physical_allocation_goes_through_the_mass_of_a_flow(book):
    exchanges = [["process", "type", "flow", "amount", "unit", "allocation"],
                 ["Mill", "product", "Beam", 2, "pcs", "physical"], ["Mill", "by-product", "Scrap", 10, "kg"]]  # fmt: skip
    flows = [["flow", "unit", "mass"], ["Beam", "pcs", 15]]
    found = read_database(book(Exchanges=exchanges, Flows=flows), name="t").processes["Mill"]
    assert sorted(found.allocations[0].shares.values()) == pytest.approx([0.25, 0.75])


def test_one_name_at_two_places_and_a_provider(read):
    rows = [row("Power", "product", "Power", 1, "kWh", location=place) for place in ("CN", "DE")]
    rows += [
        row("Power", "emission", "CO2", kg, location=place, medium="air") for place, kg in (("CN", 0.9), ("DE", 0.3))
    ]
    use = row("Mill", "input", "Power", 1, "kWh", provider="power [DE]")
    found = read(*rows, row("Mill", "product", "Steel", location="CN"), use)
    assert found.processes["Mill"].exchanges[1].provider == "Power [DE]"
    assert found.processes["Mill"].location == "CN"
    assert footprints(found)["Steel"] == pytest.approx(0.3)


def test_a_provider_that_is_not_in_the_table_is_kept_and_told(read):
    found = read(STEEL, row("Mill", "input", "Power", 1, "kWh", provider="elsewhere"))
    assert found.processes["Mill"].exchanges[1].provider == "elsewhere"
    assert [n.code for n in found.notes] == ["dangling-provider"]


def test_names_in_either_language_mean_one_flow(read):
    found = read(row("Mill", "product", "Steel", zh="钢"), row("Shop", "product", "Part"), row("Shop", "input", "钢", 2),
                 row("Mill", "emission", "CO2", 3, medium="air"))  # fmt: skip
    assert found.flows["Steel"].names == {"en": "Steel", "zh": "钢"}
    assert footprints(found) == pytest.approx({"Steel": 3.0, "Part": 6.0})


def test_formulas_and_parameters(book):
    exchanges = [
        ["process", "type", "flow", "amount", "unit", "formula"],
        ["Mill", "product", "Steel", 1, "kg"],
        ["Mill", "input", "Ore", None, "kg", "1/yield_ + extra"],
        ["Mill", "input", "Lime", 5, "kg", "extra"],
    ]
    parameters = [
        ["name", "value", "formula", "process"],
        ["yield_", None, "half"],
        ["half", 0.5],
        ["extra", 3, "", "Mill"],
    ]
    found = read_database(book(清单=exchanges, 参数=parameters), name="t")
    process = found.processes["Mill"]
    assert [e.amount for e in process.exchanges] == [1.0, 5.0, 3.0]
    assert [e.formula for e in process.exchanges] == ["", "1/yield_ + extra", "extra"]
    assert {p.name: p.value for p in found.parameters} == {"yield_": 0.5, "half": 0.5}
    assert [p.name for p in process.parameters] == ["extra"]
    assert [n.code for n in found.notes] == ["formula-differs"]


def test_documentation_of_processes_and_flows(book):
    exchanges = [["process", "type", "flow", "amount", "unit"], ["炼钢", "product", "Steel", 1, "kg"],
                 ["Mill", "input", "Diesel", 1, "kg"], ["Mill", "input", "Diesel", 10, "MJ"]]  # fmt: skip
    processes = [["process", "process in Chinese", "location", "category", "valid from", "valid until", "source", "licence",
                  "comment"], ["Mill", "炼钢", "CN", "metals / steel", "2023年1月", 2024, "A; B", "CC0", "hello"]]  # fmt: skip
    flows = [
        ["flow", "flow in Chinese", "unit", "energy", "CAS", "synonyms"],
        ["Diesel", "柴油", "kg", 43, "", "gas oil；DERV"],
    ]
    found = read_database(book(Exchanges=exchanges, Processes=processes, Flows=flows), name="t")
    process = found.processes["Mill"]
    assert (process.names, process.location, process.category) == (
        {"en": "Mill", "zh": "炼钢"},
        "CN",
        ("metals", "steel"),
    )
    assert (process.valid_from, process.valid_until, process.sources) == ("2023-01", "2024", ("A", "B"))
    assert (process.licence, process.comment) == ("CC0", "hello")
    diesel = found.flows["Diesel"]
    assert (diesel.names["zh"], diesel.synonyms) == ("柴油", ("gas oil", "DERV"))
    assert [(p.name, p.unit, p.amount) for p in diesel.properties] == [("energy", "MJ", 43.0)]
    assert [e.unit for e in process.exchanges] == ["kg", "kg", "MJ"]


def test_a_folder_and_a_zip_of_csv_files_are_its_sheets(tmp_path):
    sheets = {"exchanges.csv": f"{HEAD}\n{STEEL}\n", "processes.csv": "process;comment\nMill;hello, world\n"}
    folder = tmp_path / "folder"
    folder.mkdir()
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        for name, text in sheets.items():
            (folder / name).write_text(text, encoding="utf-8")
            archive.writestr(name, text)
    for path in (folder, tmp_path / "t.zip"):
        assert detect(path) is Format.TABLE
        assert read_database(path, name="t").processes["Mill"].comment == "hello, world"


FAULTS = [
    ((row("Mill", "made", "Steel"),), [("TH-FMT-046", "C2")]),
    ((STEEL, row("", "input", "X")), [("TH-FMT-045", "A3")]),
    ((STEEL, row("Mill", "", "X")), [("TH-FMT-045", "C3")]),
    ((STEEL, row("Mill", "input", "")), [("TH-FMT-045", "D3")]),
    ((STEEL, row("Mill", "input", "X", 1, "")), [("TH-FMT-045", "I3")]),
    ((STEEL, row("Mill", "input", "X", 1, "kgg")), [("TH-QTY-001", "I3")]),
    ((STEEL, row("Mill", "input", "X", "1 kg")), [("TH-FMT-044", "H3")]),
    ((STEEL, row("Mill", "input", "X", "1,234")), [("TH-FMT-044", "H3")]),
    ((STEEL, row("Mill", "input", "X", -1)), [("TH-FMT-044", "H3")]),
    ((row("Mill", "product", "Steel", 0),), [("TH-FMT-044", "H2")]),
    ((STEEL, row("Mill", "emission", "CO2")), [("TH-FMT-045", "F3")]),
    ((STEEL, row("Mill", "emission", "CO2", medium="air", cas="124-38")), [("TH-FMT-044", "G3")]),
    ((STEEL, row("Mill", "input", "X", gsd2=0.9)), [("TH-FMT-044", "N3")]),
    ((STEEL, row("Mill", "input", "X", pedigree="good")), [("TH-FMT-044", "O3")]),
    ((STEEL, row("Mill", "input", "X", "=2*y")), [("TH-FMT-049", "H3")]),
    ((STEEL, row("Mill", "input", "X", "", formula="2*(")), [("TH-FMT-049", "J3")]),
    ((STEEL, row("Mill", "product", "Slag")), [("TH-FMT-048", "C3")]),
    ((row("Mill", "input", "Ore"),), [("TH-FMT-048", "C2")]),
    ((STEEL, row("Mill", "input", "Ore"), row("Mill", "input", "ore", 1, "m3")), [("TH-FMT-047", "I4")]),
    ((STEEL, row("Mill", "input", "X", share=5)), [("TH-FMT-047", "L3")]),
    ((STEEL, row("Mill", "input", "X", provider="mill")), [("TH-FMT-047", "K3")]),
    ((row("Mill", "product", "A", share="60 %"), row("Mill", "by-product", "B", share="30 %")), [("TH-FMT-044", "L3")]),
    ((row("Mill", "product", "A", share="60 %"), row("Mill", "by-product", "B")), [("TH-FMT-045", "L3")]),
    ((row("Mill", "product", "A", allocation="economic"), row("Mill", "by-product", "B")),
     [("TH-FMT-045", "L2"), ("TH-FMT-045", "L3")]),
    ((row("Mill", "product", "A", allocation="physical"), row("Mill", "by-product", "B", 1, "MJ")), [("TH-FMT-045", "L3")]),
    ((row("Mill", "product", "A", allocation="fair"), row("Mill", "by-product", "B")), [("TH-FMT-046", "M2")]),
    ((row("Mill", "product", "A", zh="甲"), row("Mill", "input", "A", zh="乙")), [("TH-FMT-047", "E3")]),
    ((row("Mill", "product", "A", zh="甲"), row("Mill", "input", "B", zh="甲"), row("Mill", "input", "甲")),
     [("TH-FMT-046", "D4")]),
    ((row("M", "product", "A", location="CN"), row("M", "product", "A", location="DE"), row("M", "input", "B")),
     [("TH-FMT-045", "B4"), ("TH-FMT-048", "C4")]),
    ((STEEL + ",9",), [("TH-FMT-057", "P2")]),
    ((), [("TH-FMT-019", "t.csv")]),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), FAULTS)
def test_every_fault_has_its_code_and_cell(faults, rows, expected):
    assert faults(*rows) == expected


def test_all_faults_come_at_once_in_the_order_of_the_cells(faults):
    found = faults(
        row("Mill", "product", "Steel", "much"), row("Mill", "taken", "Ore", 1, "stone?"), row("", "input", "X")
    )
    assert found == [("TH-FMT-044", "H2"), ("TH-FMT-046", "C3"), ("TH-QTY-001", "I3"), ("TH-FMT-045", "A4")]


def test_an_unknown_word_names_those_that_there_are(table):
    with pytest.raises(FormatError) as caught:
        read_database(table(row("Mill", "zzz", "Steel")), name="t")
    assert all(kind.label in caught.value.text("zh") for kind in Kind)
    with pytest.raises(FormatError) as caught:
        read_database(
            table(STEEL, row("Mill", "input", "Power", provider="x"), row("Mill", "inputt", "Power")), name="t"
        )
    assert caught.value.faults[0].params["known"] == "input 投入"


EXCHANGES = [["process", "type", "flow", "amount", "unit"], ["Mill", "product", "Steel", 1, "kg"]]


@pytest.mark.parametrize(("sheet", "rows", "expected"), [
    ("Processes", [["process"], ["Mil"]], [("TH-FMT-046", "Processes › A2")]),
    ("Processes", [["process", "valid from"], ["Mill", "soon"]], [("TH-FMT-044", "Processes › B2")]),
    ("Processes", [["process"], ["Mill"], ["mill"]], [("TH-FMT-047", "Processes › A3")]),
    ("Processes", [["process", "allocation"], ["", "fair"]], [("TH-FMT-045", "Processes › A2")]),
    ("Processes", [["comment"], ["x"]], [("TH-FMT-040", "Processes › 1")]),
    ("Flows", [["flow", "unit"], ["Stel", "kg"]], [("TH-FMT-046", "Flows › A2")]),
    ("Flows", [["flow", "mass"], ["Steel", 2]], [("TH-FMT-045", "Flows › 2")]),
    ("Flows", [["flow", "unit", "mass"], ["Steel", "kg", 0]], [("TH-FMT-044", "Flows › C2")]),
    ("Parameters", [["name", "value"], ["a b", 1]], [("TH-FMT-044", "Parameters › A2")]),
    ("Parameters", [["name", "value"], ["a", None]], [("TH-FMT-045", "Parameters › B2")]),
    ("Parameters", [["name", "value"], ["a", 1], ["A", 2]], [("TH-FMT-047", "Parameters › A3")]),
    ("Parameters", [["name", "formula"], ["a", "b + 1"], ["b", "a"]], [("TH-FMT-049", "Parameters › B2")]),
    ("Parameters", [["name", "value", "process"], ["a", 1, "Mil"]], [("TH-FMT-046", "Parameters › C2")]),
    ("参数", [["名称", "数值"], ["a", "#REF!"]], [("TH-FMT-044", "参数 › B2")]),
])  # fmt: skip
def test_faults_of_the_other_sheets(book, sheet, rows, expected):
    with pytest.raises(FormatError) as caught:
        read_database(book(**{"My list": EXCHANGES, sheet: rows}), name="t")
    assert [(f.code, f.place.removeprefix("t.xlsx › ")) for f in caught.value.faults] == expected


def test_missing_heads_are_named_and_other_columns_told(faults, read):
    assert faults("a,b,c,d", head="process,flow,amount,unit") == [("TH-FMT-040", "1")]
    found = read("x,Mill,product,Steel,1,kg", head="my mark,process,type,flow,amount,unit")
    assert [(n.code, n.params["head"]) for n in found.notes] == [("column-ignored", "my mark")]


def test_a_spreadsheet_error_is_no_blank_cell(tmp_path):
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet()
        for r, cells in enumerate(EXCHANGES):
            for c, cell in enumerate(cells):
                sheet.write(r, c, cell)
        sheet.write_formula(1, 3, "=#REF!", None, "#REF!")
    with pytest.raises(FormatError) as caught:
        read_database(path, name="t")
    assert [(f.code, f.params["value"]) for f in caught.value.faults] == [("TH-FMT-044", "#REF!")]


def test_a_workbook_that_another_program_saved_again(tmp_path):
    path = write_inventory_template(tmp_path / "t.xlsx")
    buffer = io.BytesIO()
    openpyxl.load_workbook(path).save(buffer)
    (tmp_path / "again.xlsx").write_bytes(buffer.getvalue())
    assert read_database(tmp_path / "again.xlsx", name="t") == read_database(path, name="t")


def test_other_tables_are_none_of_ours(tmp_path):
    for text in (
        "category,category unit,flow name,unit,factor\nGWP,kg,CO2,kg,1\n",
        "a,b\n1,2\n",
        "process,amount\nx,1\n",
    ):
        (tmp_path / "t.csv").write_text(text, encoding="utf-8")
        with pytest.raises(FormatError) as caught:
            read_database(tmp_path / "t.csv", name="t")
        assert caught.value.code in ("TH-FMT-011", "TH-FMT-030")
