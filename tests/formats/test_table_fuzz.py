"""Damaged and hostile tables: a database or a FormatError, never anything else."""

from __future__ import annotations

import contextlib
import io
import math
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanheng.errors import FormatError, InventoryError
from tanheng.formats import read_database, write_inventory_template
from tanheng.inventory import compile_database
from tanheng.inventory.model import Database

pytestmark = pytest.mark.fuzz
TOLERANT = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("templates")
    return {f"t.{end}": write_inventory_template(folder / f"t.{end}").read_bytes() for end in ("csv", "xlsx")}


def attempt(name: str, raw: bytes, folder: Path) -> Database | FormatError:
    path = folder / name
    path.write_bytes(raw)
    try:
        found: Database | FormatError = read_database(path, name="fuzz")
    except FormatError as error:
        found = error
    path.unlink()
    if isinstance(found, FormatError):
        assert all(
            "{" not in found.faults[0].message(lang) or "{" in str(found.faults[0].params) for lang in ("en", "zh")
        )
        assert found.text("en")
        return found
    assert all(len([e for e in p.exchanges if e.is_reference]) == 1 for p in found.processes.values())
    assert all(math.isfinite(e.amount) or math.isnan(e.amount) for p in found.processes.values() for e in p.exchanges)
    assert all(e.flow in found.flows for p in found.processes.values() for e in p.exchanges)
    with contextlib.suppress(InventoryError):  # damage may leave nothing to calculate, or a loop that eats itself
        compile_database(found)
    return found


@TOLERANT
@given(data=st.data())
def test_damaged_files(whole, tmp_path, data):
    name = data.draw(st.sampled_from(sorted(whole)))
    raw = bytearray(whole[name])
    for where, value in data.draw(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=8)):
        raw[int(where * (len(raw) - 1))] = value
    keep = data.draw(st.one_of(st.just(1.0), st.floats(0, 1)))
    attempt(name, bytes(raw[: int(len(raw) * keep)]), tmp_path)


@TOLERANT
@given(data=st.data())
def test_damage_inside_the_sheets_of_a_workbook(whole, tmp_path, data):
    source = zipfile.ZipFile(io.BytesIO(whole["t.xlsx"]))
    target = data.draw(st.sampled_from([n for n in source.namelist() if n.endswith((".xml", ".rels"))]))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in source.namelist():
            raw = bytearray(source.read(name))
            if name == target:
                for where, value in data.draw(
                    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=6)
                ):
                    raw[int(where * (len(raw) - 1))] = value
            archive.writestr(name, bytes(raw))
    attempt("t.xlsx", packed.getvalue(), tmp_path)


CELL = st.one_of(
    st.sampled_from(
        ["", "product", "投入", "emission", "waste", "treated waste", "avoided", "by-product", "Steel", "钢", "air", "kg", "kWh",
         "1", "0", "-1", "1,234", "1e400", "nan", "=a*2", "=1/0", "=((((", "50 %", "0.5", "physical", "经济", "124-38-9",
         "(1;2;3;4;5)", "2024", "\ufffd", "=" + "(" * 400, "9" * 300, "A [B]"]
    ),
    st.text(max_size=5),
)  # fmt: skip
SHEETS = {
    "exchanges": ["process", "type", "flow", "flow in Chinese", "amount", "unit", "location", "formula", "provider", "share",
                  "allocation", "CAS", "compartment", "GSD²", "data quality"],
    "processes": ["process", "process in Chinese", "location", "valid from", "allocation"],
    "flows": ["flow", "flow in Chinese", "unit", "mass", "energy", "CAS"],
    "parameters": ["name", "value", "formula", "process"],
}  # fmt: skip


@TOLERANT
@given(data=st.data())
def test_odd_cells_in_every_sheet(tmp_path, data):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, heads in SHEETS.items():
            rows = data.draw(st.lists(st.lists(CELL, min_size=len(heads), max_size=len(heads)), max_size=6))
            lines = [heads, *rows]
            quoted = (",".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines)
            archive.writestr(f"{name}.csv", "\n".join(quoted))
    attempt("t.zip", packed.getvalue(), tmp_path)


def hostile(raw: bytes, old: bytes, new: bytes) -> bytes:
    """The workbook with something put into the sheet of exchanges."""
    source = zipfile.ZipFile(io.BytesIO(raw))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            data = source.read(name)
            archive.writestr(name, data.replace(old, new, 1) if name.endswith("sheet1.xml") else data)
    return packed.getvalue()


HOSTILE = {
    "far": (b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>', "TH-FMT-042"),
    "entities": (b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet', "TH-FMT-041"),
    "bomb": (b"</sheetData>", b" " * (300 * 2**20) + b"</sheetData>", "TH-FMT-004"),
}


@pytest.mark.parametrize(("old", "new", "code"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_workbooks_are_refused(whole, tmp_path, old, new, code):
    found = attempt("t.xlsx", hostile(whole["t.xlsx"], old, new), tmp_path)
    assert isinstance(found, FormatError)
    assert found.code == code


def test_a_circle_of_many_parameters_and_many_faults_end(tmp_path):
    count = 3000
    parameters = "\n".join(f"p{n},,p{(n + 1) % count}" for n in range(count))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(
            "exchanges.csv", "process,type,flow,amount,unit\nM,product,S,1,kg\n" + "M,input,X,one,kg\n" * count
        )
        archive.writestr("parameters.csv", "name,value,formula\n" + parameters)
    found = attempt("t.zip", packed.getvalue(), tmp_path)
    assert isinstance(found, FormatError)
    assert len(found.faults) == 200
