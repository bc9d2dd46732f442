"""What-if and the difference of releases on USLCI: against systems solved from scratch, and what is known of the releases."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tanheng.engine import Solver
from tanheng.formats import read_database
from tanheng.inventory.releases.difference import ReleaseDifference
from tanheng.inventory.search import find_product
from tanheng.inventory.whatif.computing import what_if
from tanheng.inventory.whatif.reading import parse_change
from tanheng.storage import Home

pytestmark = pytest.mark.crosscheck
GRID = "Electricity, at Grid, US, 2010"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return Home.at(tmp_path_factory.mktemp("uslci-home"))


def imported(home, shared, file, name):
    if name not in home.names():
        home.add(read_database(shared("uslci", file), name=name), source=file)
    return home.snapshot(name)


@pytest.fixture
def uslci(home, shared):
    return imported(home, shared, "uslci-olca-jsonld.zip", "uslci")


@pytest.fixture
def difference(home, shared, uslci):
    return ReleaseDifference(uslci, imported(home, shared, "uslci-fy21q3-ecospold1.zip", "uslci21"))


@pytest.mark.parametrize(
    "line",
    [
        f"{GRID} <- Electricity, bituminous coal, at power plant = 5 %",
        f"* <- {GRID} -> Electricity, at Grid, NPCC, 2010",
        f"{GRID} -> Electricity, at Grid, NPCC, 2010",
        "Aluminum, primary, smelt, at plant emits CF4 * 0",
        "Portland cement, at plant <- Bituminous coal, combusted in industrial boiler * 0.5",
    ],
)
def test_every_gas_of_every_product_is_as_the_changed_system_gives_it(uslci, line):
    found = what_if(uslci, [parse_change(line)])
    assert found.edits
    expected = Solver(found.after.A).footprints(found.after.burdens).values
    size = Solver(uslci.A).footprints(np.abs(found.after.burdens)).values
    assert np.all(np.abs(found.masses[1] - expected) <= 1e-9 * np.maximum(np.abs(expected), np.abs(size)))


def test_causes_add_up_for_every_product_of_both_releases(difference):
    moves = difference.causes(difference.paired, most=5)
    assert len(moves) > 250
    for move in moves:
        parts = [cause.amount for cause in move.causes]
        size = max(abs(move.before), abs(move.after), *map(abs, parts), 1e-9)
        told = math.fsum([*parts, move.rest, move.stored])
        assert told == pytest.approx(move.after - move.before, abs=1e-9 * size)
        for cause in move.causes:
            items = [item.amount for item in cause.items]
            assert math.fsum(items) == pytest.approx(cause.amount, abs=1e-9 * max(map(abs, items)))


def test_the_slip_in_the_polyol_and_the_gas_without_a_density_are_found(difference):
    """What docs/databases.md says of the two releases, found by the attribution alone."""
    new = difference.new
    index = difference.find("Soy-based polyol, at plant")
    (polyol,) = difference.causes([index])
    first = polyol.causes[0]
    assert first.process == index
    assert first.amount / (polyol.after - polyol.before) > 0.99
    (carbon_dioxide,) = (item for item in first.items if item.name == "CO2 fossil")
    assert (carbon_dioxide.before, carbon_dioxide.after) == (pytest.approx(231), pytest.approx(0.231))
    boiler = find_product(new, "Natural gas, combusted in industrial boiler")
    (gas,) = difference.causes([boiler], most=1)
    kinds = {item.kind: item.name for item in gas.causes[0].items}
    assert kinds["removed"] == "Natural gas, processed, at plant"
    assert kinds["opened"].startswith("Natural gas, production mixture")
    before, after = difference.complete
    assert after[boiler] <= before[boiler]
