"""Brightway reads what we write, and computes what we compute; USLCI comes back whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.formats.brightway_scores import gwp_of, ours

from tanheng.formats import detect, read_database, write_database
from tanheng.inventory import compile_database
from tanheng.inventory.model import Allocation, AllocationMethod, Database, Distribution, Uncertainty
from tanheng.testing import database, process

pytestmark = pytest.mark.crosscheck
LOGNORMAL = Uncertainty(Distribution.LOGNORMAL, 0.5, 1.2)


def mini() -> Database:
    """Waste that is treated in lots of 2 kg, two products, an avoided one, units other than the provider's, an open input."""
    shares = (Allocation(AllocationMethod.ECONOMIC, {"Heat": 0.7, "Steam": 0.3}),)
    return database(
        "mini",
        process("Coal", "1 kg", emits={"CO2": "0.1 kg"}),
        process(
            "Electricity",
            "2 kWh",
            takes={"Coal": "0.5 kg"},
            emits={"CO2": "0.9 kg"},
            discards={"Ash": "0.1 kg"},
            uncertainty={"Coal": LOGNORMAL},
        ),
        process("Landfill", treats={"Ash": "2 kg"}, emits={"CH4": "0.02 kg"}, takes={"Electricity": "0.1 MJ"}),
        process(
            "CHP",
            makes={"Heat": "2 MJ", "Steam": "1 kg"},
            takes={"Coal": "1 kg", "Mystery": "1 kg"},
            absorbs={"CO2": "0.5 kg"},
            allocations=shares,
        ),
        process("Use", "1 kg", takes={"Steam": "3 t", "Heat": "1 kWh"}, avoids={"Electricity": "0.3 kWh"}),
    )


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    folder = tmp_path_factory.mktemp("brightway")
    given = mini()
    workbook, factors, result = (folder / name for name in ("mini.xlsx", "gwp.json", "result.json"))
    write_database(given, workbook, format="brightway-excel")
    factors.write_text(json.dumps(gwp_of(given)), encoding="utf-8")
    (folder / "projects").mkdir()
    script = Path(__file__).with_name("brightway_session.py")
    run = subprocess.run(
        [sys.executable, str(script), str(workbook), str(factors), str(result)],
        env={**os.environ, "BRIGHTWAY2_DIR": str(folder / "projects")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    return given, workbook, json.loads(result.read_text(encoding="utf-8"))


def test_only_nature_and_open_inputs_are_unlinked(session):
    _, _, told = session
    assert told["activities"] == 6
    assert told["unlinked"] == {"biosphere": 5, "technosphere": 2}  # Mystery, once for each product of CHP


def test_brightway_computes_the_same_scores(session):
    given, _, told = session
    expected = ours(given)
    assert told["precise"].keys() == expected.keys()
    for key, score in expected.items():
        assert told["precise"][key] == pytest.approx(score, rel=1e-9), key
        assert told["scores"][key] == pytest.approx(score, rel=1e-6), key  # in single precision


def test_brightway_reads_the_distribution(session):
    _, _, told = session
    assert told["spreads"] == {
        "Coal": {
            "uncertainty type": 2,
            "loc": pytest.approx(np.log(0.5)),
            "scale": pytest.approx(np.log(1.2)),
            "negative": None,
        }
    }


def test_without_our_own_sheets_the_system_has_the_same_scores(session, tmp_path):
    """The workbook as bw2io would see it, through the reader of foreign workbooks."""
    import openpyxl

    given, workbook, _ = session
    book = openpyxl.load_workbook(workbook)
    for name in book.sheetnames:
        if name.startswith("tanheng "):
            del book[name]
    book.save(tmp_path / "plain.xlsx")
    found = ours(read_database(tmp_path / "plain.xlsx", name="mini"))
    for key, score in ours(given).items():
        assert found[key] == pytest.approx(score, rel=1e-9), key


def test_the_examples_that_bw2io_ships_are_read():
    import bw2io

    folder = Path(bw2io.__file__).parent / "data" / "examples"
    car = read_database(folder / "sample_parameterized_database.xlsx", name="cars")
    driving = car.processes["Driving an electric car"]
    per_km = next(e for e in driving.exchanges if e.flow.startswith("Electric car"))
    assert per_km.amount == pytest.approx(1 / 200_000)
    scores = ours(car)
    # 0.062 kg of gasoline, 2.3 kg CO2 a kg; steel of 1641 kg over 200,000 km at 1.5 kg a kg.
    assert scores["Driving an combustion car|Driving an combustion car"] == pytest.approx(
        2.3 * 0.062 + 1641 * 1.5 / 200_000
    )
    # Battery: 10 kg (50 kWh x 0.2 kg/kWh as its author has it), 0.988 of it steel, 2,000 kWh to make.
    battery = 10 * 0.988 * 1.5 + 50 / 0.2 * 8 * 0.6
    assert scores["Driving an electric car|Driving an electric car"] == pytest.approx(
        0.27 * 0.6 + (battery + (1931 - 10) * 1.5) / 200_000
    )
    for name in ("example.xlsx", "example.csv"):
        assert detect(folder / name) == "brightway-excel"
        found = read_database(folder / name, name="x")
        acid = next(p for p in found.processes.values() if p.name == "Acetic acid, at plant")
        methanol = next(
            e for e in acid.exchanges if e.flow != acid.id and found.flows[e.flow].name == "Methanol, at plant"
        )
        assert methanol.amount == 0.539
        assert (methanol.provider in found.processes) is (name == "example.xlsx")  # the CSV names another database


@pytest.mark.parametrize("name", ["uslci-olca-jsonld.zip", "uslci-fy21q3-ecospold1.zip"])
def test_uslci_comes_back(shared_data, tmp_path, name):
    given = read_database(shared_data / "uslci" / name, name="uslci")
    written = write_database(given, tmp_path / "uslci.xlsx", format="brightway-excel")
    found = read_database(written.path, name="uslci")
    assert found.notes == ()
    assert found.processes == given.processes
    assert found.flows == given.flows
    assert found.local_units == given.local_units
    before, after = compile_database(given), compile_database(found)
    np.testing.assert_allclose(after.footprints, before.footprints, rtol=1e-9, atol=1e-15)
