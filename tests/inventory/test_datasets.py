"""Data sets of a snapshot: their exchanges, which add up to the footprint, their consumers, what is missing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tanheng.inventory import compile_database, freeze
from tanheng.inventory.datasets import consumers_of, data_set, exchanges_of
from tanheng.inventory.footprinting import footprint
from tanheng.inventory.search import find_product
from tanheng.quantities import gwp_set
from tanheng.testing import database, process


@pytest.fixture
def mini():
    return database(
        "mini",
        process("Power", "1 kWh", takes={"Power": "0.05 kWh"}, emits={"CO2": "0.9 kg"}),
        process("Wood", takes={"Power": "0.1 kWh"}, absorbs={"CO2": "1.8 kg"}, emits={"CO2 biogenic": "0.3 kg"}),
        process("Board", takes={"Wood": "2 kg", "Glue": "0.1 kg", "CUTOFF paint": "1 kg"}),
        process("Twins", makes={"Left": "1 kg", "Right": "3 kg"}, takes={"Power": "8 kWh"}),
    )


def test_exchanges_add_up_to_the_footprint_with_uptake_netted(mini, tmp_path):
    snapshot = freeze(compile_database(mini), tmp_path)
    for gwp in (gwp_set(), gwp_set("AR5", "GWP20")):
        for index in range(snapshot.products.height):
            found = footprint(snapshot, index, gwp)
            parts = sum(one.co2e or 0 for one in exchanges_of(snapshot, index, gwp))
            assert parts == pytest.approx(found.total - found.stored_carbon), found.product.name


def test_what_nobody_serves_has_no_footprint_and_says_who_left_it_out(mini, tmp_path):
    snapshot = freeze(compile_database(mini), tmp_path)
    found = exchanges_of(snapshot, find_product(snapshot, "Board"), gwp_set())
    assert [(one.kind, one.name, one.co2e) for one in found if one.supplier is None] == [
        ("cut-off", "CUTOFF paint", None),
        ("open", "Glue", None),
    ]


def test_an_amount_that_the_authors_do_not_give_is_none(mini, tmp_path):
    board = mini.processes["Board"]
    lost = tuple(replace(one, amount=float("nan")) if one.flow == "Wood" else one for one in board.exchanges)
    mini = replace(mini, processes={**mini.processes, "Board": replace(board, exchanges=lost)})
    snapshot = freeze(compile_database(mini), tmp_path)
    (wood,) = [one for one in exchanges_of(snapshot, find_product(snapshot, "Board"), gwp_set()) if "Wood" in one.name]
    assert (wood.kind, wood.amount, wood.co2e) == ("open", None, None)


def test_products_of_one_process_know_each_other_and_their_consumers(mini, tmp_path):
    snapshot = freeze(compile_database(mini), tmp_path)
    left, right = (find_product(snapshot, name) for name in ("Left", "Right"))
    assert data_set(snapshot, left).together == (right,)
    assert data_set(snapshot, left).share + data_set(snapshot, right).share == pytest.approx(1)
    power = find_product(snapshot, "Power")
    taken = {one.index: one.amount for one in consumers_of(snapshot, power)}
    for index in range(snapshot.products.height):
        need = -snapshot.A[[power], :].toarray()[0][index] + (index == power)
        assert taken.get(index, 0) == pytest.approx(need)
    assert np.isclose(taken[power], 0.05)
