"""Brightway workbooks: the sign of every kind of row, links, formulas, distributions, and the way back."""

from __future__ import annotations

import io
import math
import random
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter

from tanheng.errors import FormatError
from tanheng.formats import Format, detect, read_database, write_database
from tanheng.formats.brightway.pythonic import from_python
from tanheng.formats.delimited import cells_of
from tanheng.formats.formulas import FormulaFault, evaluate
from tanheng.formats.numbers import number_of
from tanheng.inventory import compile_database
from tanheng.inventory.model import Database, Distribution, FlowKind, LocalUnit, Parameter, Uncertainty
from tanheng.testing import database, process

HEAD = [["Database", "db"], []]
COLUMNS = ["name", "amount", "unit", "type", "categories", "database", "formula", "uncertainty type", "loc", "scale"]


def activity(name: str, *rows: list[object], **fields: object) -> list[list[object]]:
    return [["Activity", name], *([k, v] for k, v in fields.items()), ["Exchanges"], COLUMNS, *rows, []]


def save(path: Path, *sheets: list[list[object]]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    for rows in sheets:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(number, column, value)
    book.close()
    return path


@pytest.fixture
def read(tmp_path):
    def from_rows(*sheets: list[list[object]]) -> Database:
        path = save(tmp_path / "book.xlsx", *sheets)
        assert detect(path) is Format.BRIGHTWAY
        return read_database(path, name="db")

    return from_rows


STEEL = activity("Steel", ["Steel", 2, "kilogram", "production"], code="st", unit="kilogram")
LANDFILL = activity(
    "Landfill", ["Landfill", -1, "kilogram", "production"], ["Methane", 0.02, "kilogram", "biosphere", "air"]
)


def only(found: Database, name: str, flow: str):
    chosen = next(p for p in found.processes.values() if p.name == name)
    return next(e for e in chosen.exchanges if found.flows[e.flow].name == flow and not e.is_reference)


# type, amount → input, avoided; of a product, then of a waste that is treated.
SIDES = [
    ("technosphere", 3, "Steel", (True, False)),
    ("technosphere", -3, "Steel", (True, True)),
    ("substitution", 3, "Steel", (True, True)),
    ("substitution", -3, "Steel", (True, False)),
    ("technosphere", -3, "Landfill", (False, False)),
    ("technosphere", 3, "Landfill", (False, True)),
    ("substitution", 3, "Landfill", (False, False)),
    ("production", 3, "Steel", (True, True)),
]


@pytest.mark.parametrize(("kind", "amount", "of", "side"), SIDES)
def test_signs(read, kind, amount, of, side):
    car = activity("Car", ["Car", 1, "unit", "production"], [of, amount, "kilogram", kind])
    found = read([*HEAD, *STEEL, *LANDFILL, *car])
    exchange = only(found, "Car", of)
    assert (exchange.is_input, exchange.is_avoided, exchange.amount) == (*side, 3)
    assert exchange.provider in found.processes


def test_a_treatment_takes_waste_in_and_its_burdens_reach_who_gives_it_away(read):
    car = activity("Car", ["Car", 1, "unit", "production"], ["Landfill", -5, "kilogram", "technosphere"])
    found = read([*HEAD, *LANDFILL, *car])
    reference = found.processes["Landfill"].exchanges[0]
    assert (reference.is_input, reference.is_reference, reference.amount) == (True, True, 1)
    assert found.flows[reference.flow].kind is FlowKind.WASTE
    compiled = compile_database(found)
    of_car = next(c.index for c in compiled.columns if c.process.name == "Car")
    assert compiled.footprints[of_car] == pytest.approx([5 * 0.02])


def test_nature(read):
    steel = activity(
        "Steel",
        ["Steel", 1, "kilogram", "production"],
        ["Ore", 2, "kilogram", "biosphere", "natural resource::in ground"],
        ["Carbon dioxide, fossil", -1, "kilogram", "biosphere", "air"],
    )
    found = read([*HEAD, *steel])
    assert only(found, "Steel", "Ore").is_input
    carbon = only(found, "Steel", "Carbon dioxide, fossil")
    assert (carbon.is_input, carbon.amount) == (False, -1)
    assert found.flows[carbon.flow].category == ("air",)


def test_inputs_from_other_databases_stay_open_under_their_names(read):
    car = activity("Car", ["Car", 1, "unit", "production"], ["Steel", 3, "kilogram", "technosphere", "", "ecoinvent"])
    found = read([*HEAD, *STEEL, *car])
    exchange = only(found, "Car", "Steel")
    assert exchange.provider is None
    assert found.flows[exchange.flow].category == ("ecoinvent",)
    assert "outside-inputs" in {note.code for note in found.notes}
    assert compile_database(found).links[-1].status == "open"


def test_several_databases_in_one_workbook(read):
    car = activity("Car", ["Car", 1, "unit", "production"], ["Steel", 3, "kilogram", "technosphere", "", "metals"])
    found = read(
        [*HEAD, *car], [["Database", "metals"], [], *STEEL], [["skip"], *activity("No")], [[], *activity("No")]
    )
    assert only(found, "Car", "Steel").provider == "metals: st"
    assert set(found.processes) == {"db: Car", "metals: st"}
    assert [note.code for note in found.notes] == ["sheet-passed-over"]


def test_alike_activities_are_not_chosen_between(read):
    two = [*activity("Steel", location="CN"), *activity("Steel", location="DE")]
    car = activity("Car", ["Car", 1, "unit", "production"], ["Steel", 3, "kilogram", "technosphere"])
    found = read([*HEAD, *two, *car])
    assert only(found, "Car", "Steel").provider is None
    assert "activities-alike" in {note.code for note in found.notes}


def test_missing_is_not_zero(read):
    car = activity("Car", ["Car", 1, "unit", "production"], ["Steel", "n.a.", "kilogram", "technosphere"])
    found = read([*HEAD, *STEEL, *car])
    assert math.isnan(only(found, "Car", "Steel").amount)
    assert "amount-missing" in {note.code for note in found.notes}


def test_formulas_and_parameters_in_three_scopes(read):
    project = [["Project parameters"], ["name", "amount"], ["a", 2], []]
    shared = [["Database parameters"], ["name", "amount", "formula"], ["b", 0, "a ** 2"], []]
    rows = activity(
        "Car", ["Car", 1, "unit", "production"], ["Steel", 0, "kilogram", "technosphere", "", "", "-c**2*log(b)"]
    )
    rows[1:1] = [["Parameters", "group"], ["name", "amount", "formula"], ["c", 0, "b - 1"]]
    found = read([*HEAD, *project, *shared, *STEEL, *rows])
    exchange = only(found, "Car", "Steel")
    assert exchange.amount == pytest.approx(9 * math.log(4))  # negative: avoided
    assert exchange.is_avoided
    assert {p.name: p.value for p in found.parameters} == {"a": 2, "b": 4}


@pytest.mark.parametrize(
    ("text", "value"),
    [("2**3**2", 512), ("-2**2", -4), ("log(e)", 1), ("log10(100)", 2), ("1 if x > 2 else 5", 1), ("np.sqrt(x+1)", 2),
     ("-7 % 3", 2), ("-7 // 2", -4), ("not x", 0), ("max(x, 4)", 4)],
)  # fmt: skip
def test_python_formulas_mean_what_they_mean_in_python(text, value):
    assert evaluate(from_python(text), {"x": 3.0}) == pytest.approx(value)


@pytest.mark.parametrize(
    "text", ["__import__('os')", "x.y", "[1]", "lambda: 1", "(" * 300, "1 +", "x = 1", "\x00", "1e999"]
)
def test_other_python_is_no_formula(text):
    with pytest.raises(FormulaFault):
        from_python(text)


def test_distributions(read):
    car = activity(
        "Car",
        ["Car", 1, "unit", "production"],
        ["Steel", 3, "kilogram", "technosphere", "", "", "", 2, math.log(3), math.log(1.5)],
        ["Landfill", -3, "kilogram", "technosphere", "", "", "", 3, -3, 0.5],
        ["Dust", 1, "kilogram", "biosphere", "air", "", "", 9, 1, 1],
    )
    found = read([*HEAD, *STEEL, *LANDFILL, *car])
    log, normal = only(found, "Car", "Steel").uncertainty, only(found, "Car", "Landfill").uncertainty
    assert log is not None
    assert normal is not None
    assert (log.kind, log.loc, log.scale) == (Distribution.LOGNORMAL, pytest.approx(3), pytest.approx(1.5))
    assert (normal.kind, normal.loc, normal.scale) == (Distribution.NORMAL, 3, 0.5)
    assert only(found, "Car", "Dust").uncertainty is None
    assert "uncertainty-unusable" in {note.code for note in found.notes}


@pytest.mark.parametrize(
    ("encoding", "separator", "comma"),
    [("utf-8-sig", ",", False), ("gb18030", ";", True), ("utf-16", "\t", True), ("cp1252", ";", True)],
)
def test_csv(tmp_path, encoding, separator, comma):
    name = "Stahl für alle" if encoding == "cp1252" else "钢"
    rows = [*HEAD, *activity(name, [name, 1.5, "kilogram", "production"])]
    text = "\r\n".join(separator.join(str(c) for c in row) for row in rows)
    path = tmp_path / "x.csv"
    path.write_bytes((text.replace("1.5", "1,5") if comma else text).encode(encoding))
    assert detect(path) is Format.BRIGHTWAY
    found = read_database(path, name="x")
    assert found.processes[name].exchanges[0].amount == 1.5


def test_numbers():
    assert [number_of(x) for x in ("1,5", "1.234,5", "１２", "1 234.5", "1e-3", "", "nan", True)] == [
        1.5, 1234.5, 12.0, 1234.5, 0.001, None, None, None,
    ]  # fmt: skip


def odd() -> Database:
    """Texts and numbers that a workbook, or bw2io, would change."""
    made = database(
        "123", process("true", "1 kg", takes={"a::b": "3 kg"}, emits={"CO2": "1 kg"}), process("a::b", "1 kg")
    )
    first = made.processes["true"]
    awkward = " _x000D_ a\r\nb\x01 \ud7ff" + "long " * 20_000
    spread = Uncertainty(Distribution.NORMAL, 3.0, 0.1, pedigree="(1;2;3;4;5)")
    exchanges = tuple(
        replace(e, amount=0.1 + 0.2, uncertainty=spread, comment="json:x", production_volume=7.0) if e.is_input else e
        for e in first.exchanges
    )
    exchanges += (replace(exchanges[-1], id="nan", amount=math.inf, formula="p * 2"),)
    first = replace(
        first, comment=awkward, texts={"review": awkward, "x": "text:1"}, sources=("a", "b"), exchanges=exchanges,
        parameters=(Parameter("p", 0.1 + 0.2, "1/3", spread, "why"),), category=("a/b", "c::d"), names={"zh": "真"},
    )  # fmt: skip
    return replace(
        made,
        processes={**made.processes, "true": first},
        local_units={"helen": LocalUnit("helen", "helen", 1.0)},
        parameters=(Parameter("q", 1.0),),
        description="of all",
    )


def test_what_is_written_is_read_again(tmp_path):
    given = odd()
    written = write_database(given, tmp_path / "x.xlsx", format="brightway-excel")
    found = read_database(tmp_path / "x.xlsx", name="123")
    assert found == replace(given, format="brightway-excel")
    assert {note.code for note in written.losses} >= {"brightway-formulas"}
    write_database(given, tmp_path / "y.xlsx", format="brightway-excel")
    assert (tmp_path / "x.xlsx").read_bytes() == (tmp_path / "y.xlsx").read_bytes()


def test_a_changed_amount_has_the_last_word(tmp_path):
    import openpyxl

    given = database(
        "db", process("Steel", "1 kg", takes={"Coal": "3 kg"}), process("Coal", "1 kg", emits={"CO2": "1 kg"})
    )
    write_database(given, tmp_path / "x.xlsx", format="brightway-excel")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    for row in book["inventory"].iter_rows():
        if row[1].value == 3:
            row[1].value = 4
    book.save(tmp_path / "x.xlsx")
    found = read_database(tmp_path / "x.xlsx", name="db")
    assert only(found, "Steel", "Coal").amount == 4
    assert [note.code for note in found.notes] == ["own-sheets-outdated"]


def test_without_activities(tmp_path):
    path = save(tmp_path / "x.xlsx", [["Database", "db"], ["Exchanges"]])
    with pytest.raises(FormatError) as caught:
        read_database(path, name="x")
    assert caught.value.code == "TH-FMT-043"


def test_a_cell_far_away_is_refused(tmp_path):
    path = save(tmp_path / "x.xlsx", [*HEAD, *STEEL])
    packed = io.BytesIO()
    with zipfile.ZipFile(path) as given, zipfile.ZipFile(packed, "w") as made:
        for name in given.namelist():
            data = given.read(name)
            if name.endswith("sheet1.xml"):
                data = data.replace(
                    b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                )
            made.writestr(name, data)
    path.write_bytes(packed.getvalue())
    with pytest.raises(FormatError) as caught:
        read_database(path, name="x")
    assert caught.value.code == "TH-FMT-042"


def test_an_ods_that_repeats_itself_is_refused(tmp_path):
    path = tmp_path / "x.ods"
    cell = '<table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell>'
    content = (
        '<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><table:table table:name="a">'
        f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row></table:table>'
        "</office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        made.writestr("content.xml", content)
    with pytest.raises(FormatError) as caught:
        detect(path)
    assert caught.value.code == "TH-FMT-042"


def test_a_cell_that_is_too_long_is_refused():
    with pytest.raises(FormatError) as caught:
        cells_of(b'"' + b"x" * (2**24 + 1) + b'"', place="x.csv")
    assert caught.value.code == "TH-FMT-041"


def _mutations(data: bytes, count: int, seed: int):
    chance = random.Random(seed)  # noqa: S311 - chance for tests, no secrets
    for _ in range(count):
        made = bytearray(data)
        match chance.randrange(3):
            case 0:
                del made[chance.randrange(len(made)) :]
            case 1:
                for _ in range(chance.randrange(1, 30)):
                    made[chance.randrange(len(made))] = chance.randrange(256)
            case _:
                at = chance.randrange(len(made))
                made[at:at] = made[: chance.randrange(200)]
        yield bytes(made)


@pytest.mark.fuzz
@pytest.mark.parametrize("part", ["file", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "csv"])
def test_mutated_files_give_a_database_or_a_clear_error(tmp_path, part):
    write_database(odd(), tmp_path / "x.xlsx", format="brightway-excel")
    whole = (tmp_path / "x.xlsx").read_bytes()
    rows = [*HEAD, *STEEL, *LANDFILL, *activity("Car", ["Car", 1, "unit", "production", "", "", "a**2"])]
    text = "\n".join(",".join(map(str, row)) for row in rows).encode()
    path = tmp_path / ("m.csv" if part == "csv" else "m.xlsx")
    with zipfile.ZipFile(io.BytesIO(whole)) as given:
        members = {name: given.read(name) for name in given.namelist()}
    source = {"file": whole, "csv": text}.get(part) or members[part]
    outcomes = set()
    for mutated in _mutations(source, 300, seed=5):
        if part in ("file", "csv"):
            path.write_bytes(mutated)
        else:
            with zipfile.ZipFile(path, "w") as made:
                for name, data in members.items():
                    made.writestr(name, mutated if name == part else data)
        try:
            read_database(path, name="x")
            outcomes.add("read")
        except FormatError as error:
            outcomes.add(error.code)
    assert len(outcomes) > 1
