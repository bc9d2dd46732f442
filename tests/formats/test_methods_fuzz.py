"""Damaged methods: a method or a FormatError, never anything else."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.formats.conftest import Writer, dataset, ecospold, pack, xc
from tests.formats.ilcd_documents import CO2, base
from tests.formats.ilcd_documents import files as ilcd_files
from tests.formats.test_methods import GWP, IMPACT, factor, ilcd, olca_method, simapro

from tanheng.errors import FormatError
from tanheng.formats import read_method, write_method_template
from tanheng.inventory.methods.model import ImpactMethod

pytestmark = pytest.mark.fuzz
TOLERANT = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def openlca() -> bytes:
    writer = Writer(2)
    writer.flow("x", "ELEMENTARY_FLOW", {"mass": 1.0, "energy": 2.0})
    olca_method(writer, {"flow": {"@id": "x"}, "unit": {"@id": "mass:kg"}, "value": 2, "formula": "a*2"},
                parameters=[{"name": "a", "value": 1}])  # fmt: skip
    return pack(writer.files)


SETS = [*base(), ilcd(factor(CO2, 1), factor("", 2, "methane (fossil) (Mass, kg, Emissions to air)"))]
DAMAGE = ("Damage category", "Harm;Pt", "", "Impact categories", "GWP;2")
SPOLD = ecospold(dataset(1, "GWP", xc(1, "CO2", "o4", category="air"), kind=4), namespace=IMPACT)
WHOLE = {
    "ilcd.zip": pack(ilcd_files(SETS, "xml")),
    "method.xml": ilcd_files(SETS[-1:], "xml").popitem()[1].encode(),
    "tidas.zip": pack(ilcd_files(SETS, "json")),
    "tidas.json": ilcd_files(SETS[-1:], "json").popitem()[1].encode(),
    "olca.zip": openlca(),
    "simapro.csv": simapro(*GWP, *DAMAGE, decimal=",").encode(),
    "spold.xml": SPOLD.encode(),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("templates")
    return WHOLE | {f"t.{end}": write_method_template(folder / f"t.{end}").read_bytes() for end in ("csv", "xlsx")}


def attempt(name: str, raw: bytes, folder: Path) -> ImpactMethod | FormatError:
    path = folder / name
    path.write_bytes(raw)
    try:
        method: ImpactMethod | FormatError = read_method(path, name="fuzz")
    except FormatError as error:
        method = error
    path.unlink()
    if isinstance(method, FormatError):
        assert method.text("en")
        assert method.text("zh")
        return method
    assert all(math.isfinite(f.value) for category in method.categories for f in category.factors)
    assert any(category.factors for category in method.categories)
    return method


def test_the_whole_files_read(whole, tmp_path):
    for name, raw in whole.items():
        assert isinstance(attempt(name, raw, tmp_path), ImpactMethod), name


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
@given(rows=st.lists(st.lists(st.text(alphabet='ab,;"\t1.-eE\n\x00中', max_size=6), max_size=14), max_size=12))
def test_odd_tables_and_exports(tmp_path, rows):
    body = "\n".join(";".join(row) for row in rows)
    attempt("t.csv", f"category;category unit;flow name;unit;factor\n{body}".encode(), tmp_path)
    attempt(
        "m.csv", simapro("Impact category", "GWP;kg", "Substances", *(";".join(row) for row in rows)).encode(), tmp_path
    )
