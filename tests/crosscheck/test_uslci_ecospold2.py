"""USLCI as EcoSpold 2 against the same release as openLCA JSON-LD.

The EcoSpold 2 export (openLCA 1.7.2, October 2018) is not whole, though the data's README says so: 726 of its 771 data sets
are empty (``<flowData/>``). The other 45 are all there, and agree: exchange by exchange, and in all their footprints once
both databases are cut down to them.
"""

from __future__ import annotations

import dataclasses
import zipfile
from collections import Counter

import numpy as np
import pytest

from tanheng.formats import read_database
from tanheng.inventory.importing.compiling import compile_database
from tanheng.quantities import find_unit

pytestmark = pytest.mark.crosscheck

# Three data sets differ, by their files: the export gives water in m3 where JSON-LD has kg (and 1000 kg are 1 m3),
# CUTOFF disposals as inputs, and a row of bark that JSON-LD lacks.
DIFFERENT = {
    "Solid strip and plank flooring, hardwood, E": "Water",
    "Steel, cold-formed studs and track, at plant": "CUTOFF Disposal",
    "Rough green lumber processing, at sawmill, US SE": "Bark, at sawmill, US SE",
}


@pytest.fixture(scope="module")
def databases(request):
    from pathlib import Path

    folder = Path(__file__).resolve().parents[3] / "shared" / "data" / "uslci"
    if not folder.is_dir():
        pytest.skip("the shared test data (../shared/data) are not here")
    return (
        read_database(folder / "uslci-olca-jsonld.zip", name="jsonld"),
        read_database(folder / "uslci-fy18q3-ecospold2.zip", name="spold2"),
    )


def rows(database, process):
    """Exchanges by name, side and amount in base units."""
    found: Counter = Counter()
    for e in database.processes[process].exchanges:
        unit = find_unit(e.unit)
        amount = f"{e.amount * float(unit.factor):.9g}"
        found[database.flows[e.flow].name, e.is_input, e.is_reference, amount, unit.dimension] += 1
    return found


def test_the_export_is_empty_where_we_read_nothing(databases, shared):
    _, spold = databases
    with zipfile.ZipFile(shared("uslci", "uslci-fy18q3-ecospold2.zip")) as archive:
        files = [archive.read(name) for name in archive.namelist() if name.endswith(".spold")]
    assert len(files) == len(spold.processes) == 771
    assert sum(b"<flowData/>" in raw or b"Exchange " not in raw for raw in files) == 726
    assert sum(not p.exchanges for p in spold.processes.values()) == 726
    assert sum(raw.count(b"<intermediateExchange ") + raw.count(b"<elementaryExchange ") for raw in files) == 891
    assert Counter(note.code for note in spold.notes) == {
        "no-reference": 726,
        "formula-kept": 1,
        "uncertainty-unusable": 1,
    }


def test_every_exchange_is_that_of_the_other_format(databases):
    jsonld, spold = databases
    common = [p for p in spold.processes if p in jsonld.processes]
    assert len(common) == 761
    told, seen = {}, 0
    for process in common:
        found = rows(spold, process)
        seen += found.total()
        if missing := found - rows(jsonld, process):
            told[jsonld.processes[process].name] = {name for name, *_ in missing}
    assert seen == 891
    assert told.keys() == DIFFERENT.keys()
    assert all(name.startswith(DIFFERENT[process]) for process, names in told.items() for name in names)


def test_all_footprints_agree_within_the_data_sets_that_both_hold(databases):
    jsonld, spold = databases
    both = [p for p, process in spold.processes.items() if process.exchanges and p in jsonld.processes]
    assert len(both) == 45
    jsonld_scores, spold_scores = (_scores(database, both) for database in databases)
    assert spold_scores.keys() == jsonld_scores.keys()
    assert len(spold_scores) == 99
    assert sum(bool(np.abs(masses).max() > 1e-9) for _, masses in spold_scores.values()) == 20
    for key, (rule, masses) in spold_scores.items():
        assert rule == jsonld_scores[key][0]
        assert masses == pytest.approx(jsonld_scores[key][1], rel=1e-9, abs=1e-15)


def _scores(database, processes):
    """Product → allocation rule and kg of each gas behind one unit of it."""
    kept = {p: database.processes[p] for p in processes}
    compiled = compile_database(dataclasses.replace(database, processes=kept))
    masses = np.linalg.solve(compiled.A.toarray(), np.eye(len(compiled.columns))).T @ compiled.direct
    return {(c.process.id, c.flow.name, c.flow.unit): (c.rule, masses[c.index]) for c in compiled.columns}
