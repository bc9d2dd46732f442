"""The exports that bw_simapro_csv comes with: counts, values, refusals."""

from __future__ import annotations

from pathlib import Path

import pytest

from tanheng.errors import FormatError, InventoryError
from tanheng.formats import read_database
from tanheng.inventory import compile_database
from tanheng.inventory.model import FlowKind

pytestmark = pytest.mark.crosscheck


@pytest.fixture
def folder(shared_data: Path) -> Path:
    return shared_data / "formats" / "bw_simapro_csv"


@pytest.mark.parametrize(
    ("file", "processes", "flows", "exchanges", "notes"),
    [
        ("allocation.csv", 2, 3, 5, set()),
        ("inventory.csv", 1, 2, 2, set()),
        ("process.csv", 1, 13, 13, set()),
        ("project_params.csv", 2, 2, 3, set()),
        ("waste.csv", 1, 12, 12, set()),
        ("weird_units.csv", 1, 2, 2, {"unit-local", "block-end-missing"}),
        ("multioutput.txt", 1, 2, 2, {"header-assumed", "row-outside", "block-end-missing"}),
    ],
)
def test_counts(folder, file, processes, flows, exchanges, notes):
    database = read_database(folder / file, name="sample")
    found = sum(len(p.exchanges) for p in database.processes.values())
    assert (len(database.processes), len(database.flows), found) == (processes, flows, exchanges)
    assert {note.code for note in database.notes} == notes
    if file == "multioutput.txt":  # two products of 100 % each: C12 refuses them, with a note
        with pytest.raises(InventoryError, match="TH-INV-001"):
            compile_database(database)
    else:
        assert compile_database(database).columns


@pytest.mark.parametrize("file", ["method.csv", "header.csv"])
def test_methods_are_refused(folder, file):
    with pytest.raises(FormatError) as caught:
        read_database(folder / file, name="sample")
    assert caught.value.code == "TH-FMT-030"


def test_every_file_is_read_or_refused(folder):
    for path in sorted(folder.glob("*.csv")):
        try:
            assert read_database(path, name="sample").processes
        except FormatError as error:
            assert error.code == "TH-FMT-030"  # noqa: PT017 - the others are read


def test_values(folder):
    waste = read_database(folder / "waste.csv", name="sample")
    (process,) = waste.processes.values()
    treated = process.exchanges[0]
    assert (treated.is_input, treated.is_reference) == (True, True)
    assert treated.amount == pytest.approx(1034 * 0.6684 * 0.59 * 0.03)
    assert waste.flows[treated.flow].kind is FlowKind.WASTE
    assert [(p.name, p.value) for p in waste.parameters][1::2] == [("db_calc_param", 3.0), ("proj_calc_param", 4.0)]
    melon = read_database(folder / "project_params.csv", name="sample").processes["abc456"].exchanges[1]
    assert (melon.amount, melon.formula) == (pytest.approx(4.8 / 3.3), "4.8*variable_name/((7*0.9)-3)")
    tank = read_database(folder / "inventory.csv", name="sample").processes["psigabe1000266275900056"].exchanges[1]
    assert (tank.unit, tank.uncertainty.gsd2, tank.uncertainty.pedigree) == ("t", pytest.approx(1.05), "(1,1,1,3,1,na)")
