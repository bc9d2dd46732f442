"""What cannot be counted leaves its product incomplete (C02), whatever the reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tanheng.inventory import compile_database, freeze
from tanheng.inventory.footprinting import footprint
from tanheng.inventory.linking import LinkStatus
from tanheng.inventory.model import Database, Exchange
from tanheng.inventory.search import find_product
from tanheng.inventory.tables import footprint_table
from tanheng.quantities import gwp_set
from tanheng.testing import database, process


def frozen(made: Database, tmp_path):
    return freeze(compile_database(made), tmp_path / "snapshots")


def with_exchange(made: Database, name: str, **exchange) -> Database:
    old = made.processes[name]
    plain = {"id": "x", "amount": 2.0, "unit": "kg", "is_input": True}
    more = replace(old, exchanges=(*old.exchanges, Exchange(**{**plain, **exchange})))
    return replace(made, processes={**made.processes, name: more})


def test_an_input_of_a_flow_that_is_not_there(tmp_path):
    made = with_exchange(database("d1", process("A", emits={"CO2": "1 kg"})), "A", flow="nowhere")
    found = footprint(frozen(made, tmp_path), 0)
    assert [(i.flow, i.amount) for i in found.gaps.open] == [("nowhere", 2.0)]
    assert not found.complete


def test_a_gas_in_a_unit_that_is_no_mass(tmp_path):
    made = database("d1", process("A", emits={"CO2": "1 kg", "CH4 fossil": "1 kg"}))
    flows = {**made.flows, "air CH4 fossil": replace(made.flows["air CH4 fossil"], unit="m3")}
    old = made.processes["A"]
    exchanges = tuple(replace(e, unit="m3") if e.flow == "air CH4 fossil" else e for e in old.exchanges)
    made = replace(made, flows=flows, processes={"A": replace(old, exchanges=exchanges)})
    assert not footprint(frozen(made, tmp_path), 0).complete


def test_a_gas_without_a_value_in_the_set(tmp_path):
    snapshot = frozen(database("d1", process("A", emits={"SO2F2": "1 kg"})), tmp_path)
    assert footprint(snapshot, 0).complete
    old = footprint(snapshot, 0, gwp_set("AR4"))
    assert (old.total, old.unknown_gases, old.complete) == (0.0, ("SO2F2",), False)
    assert footprint_table(snapshot, gwp_set("AR4"))["complete"].to_list() == [False]


def test_an_open_credit_does_not_cancel_an_open_input(tmp_path):
    made = database("d1", process("A", takes={"X": "1 kg"}, avoids={"X": "1 kg"}, emits={"CO2": "1 kg"}))
    found = footprint(frozen(made, tmp_path), 0)
    assert sorted((i.flow, i.amount) for i in found.gaps.open) == [("X", 1.0), ("X (credit)", -1.0)]


def test_an_open_input_keeps_the_unit_of_its_amount(tmp_path):
    made = database("d1", process("B", "1 kg"), process("A", takes={"B": "3 m3"}, emits={"CO2": "1 kg"}))
    snapshot = frozen(made, tmp_path)
    gaps = footprint(snapshot, find_product(snapshot, "A")).gaps
    assert [(i.flow, i.amount, i.unit) for i in gaps.open] == [("B", 3.0, "m3")]


def test_the_table_of_all_products_says_what_is_complete(tmp_path):
    made = database(
        "d1",
        process("Closed", emits={"CO2": "1 kg"}),
        process("Open", takes={"Ghost": "1 kg"}, emits={"CO2": "1 kg"}),
        process("Above", takes={"Open": "0.1 kg"}),
        process("Cut", takes={"CUTOFF Scrap": "1 kg"}, emits={"CO2": "1 kg"}),
    )
    table = footprint_table(frozen(made, tmp_path), gwp_set())
    assert dict(zip(table["name"], table["complete"], strict=True)) == {
        "Closed": True,
        "Open": False,
        "Above": False,
        "Cut": True,
    }


def test_a_database_without_a_single_link(tmp_path):
    snapshot = frozen(database("d1", process("A", emits={"CO2": "3 kg"})), tmp_path)
    assert footprint(snapshot, 0).gaps.assumed_links == 0
    assert footprint(snapshot, 0).complete


def test_another_provider_than_the_authors_is_an_assumption(tmp_path):
    made = database(
        "d1",
        process("Other", emits={"CO2": "1 kg"}),
        process("Z", makes={"X": "1 kg"}, emits={"CO2": "1 kg"}),
        process("A", takes={"X": "1 kg"}, providers={"X": "Other"}),
    )
    compiled = compile_database(made)
    assert [link.status for link in compiled.links] == [LinkStatus.ASSUMED]


def test_two_unknown_places_are_not_the_same_place():
    made = database(
        "d1",
        process("P", makes={"X": "1 kg"}, location="", emits={"CO2": "1 kg"}),
        process("Q", makes={"X": "1 kg"}, location="CN", emits={"CO2": "1 kg"}),
        process("A", takes={"X": "1 kg"}, location=""),
    )
    assert [link.status for link in compile_database(made).links] == [LinkStatus.ASSUMED]


@pytest.mark.parametrize("output", ["1 kg", "-1 kg"])
def test_a_small_use_of_its_own_product_is_no_error_whatever_the_sign(output):
    made = database("d1", process("W", output, takes={"W": output.replace("1", "0.1")}, emits={"CO2": "1 kg"}))
    assert [link.status for link in compile_database(made).links] == [LinkStatus.ONLY_PRODUCER]


def test_stored_carbon_is_not_netted_in_a_database_either(tmp_path):
    made = database("d1", process("Log", absorbs={"CO2": "5 kg"}, emits={"CO2 biogenic": "1 kg", "CO2": "2 kg"}))
    snapshot = frozen(made, tmp_path)
    found = footprint(snapshot, 0)
    assert (found.total, found.stored_carbon) == (pytest.approx(2), pytest.approx(4))
    assert footprint_table(snapshot, gwp_set())["total"].to_list() == [pytest.approx(2)]


def test_footprints_that_do_not_follow_from_the_matrices_are_found(tmp_path):
    import numpy as np
    import orjson

    from tanheng.errors import InventoryError
    from tanheng.files import file_digest
    from tanheng.inventory import Snapshot

    snapshot = frozen(database("d1", process("A", emits={"CO2": "3 kg"})), tmp_path)
    path = snapshot.path / "footprints.npy"
    doubled = np.load(path) * 2
    np.save(path, doubled)
    manifest = orjson.loads((snapshot.path / "manifest.json").read_bytes())
    manifest["derived"]["files"]["footprints.npy"] = file_digest(path)  # a forger mends the digest, too
    (snapshot.path / "manifest.json").write_bytes(orjson.dumps(manifest))
    with pytest.raises(InventoryError) as caught:
        Snapshot.open(snapshot.path).verify()
    assert caught.value.code == "TH-INV-014"


@pytest.mark.parametrize("name", ["footprints.npy", "products.arrow", "notes.json"])
def test_a_damaged_file_is_named(tmp_path, name):
    from tanheng.errors import InventoryError

    snapshot = frozen(database("d1", process("A", emits={"CO2": "3 kg"})), tmp_path)
    (snapshot.path / name).write_bytes(b"")
    with pytest.raises(InventoryError) as caught:
        _ = {"footprints.npy": lambda: snapshot.gas_footprints, "products.arrow": lambda: snapshot.products}.get(
            name, lambda: snapshot.notes
        )()
    assert caught.value.code == "TH-INV-013"
    assert name in caught.value.text()


def test_a_co_product_is_reached_by_process_and_name(tmp_path):
    made = database(
        "d1",
        process("One", makes={"A": "1 kg", "B": "1 kg"}, emits={"CO2": "1 kg"}),
        process("Two", makes={"B": "1 kg"}, emits={"CO2": "9 kg"}),
        process("Use", takes={"A": "1 kg", "B": "1 kg"}),
    )
    snapshot = frozen(made, tmp_path)
    assert snapshot.product(find_product(snapshot, "One|B")).process == "One"
    assert snapshot.product(find_product(snapshot, "Two|B")).process == "Two"


@pytest.mark.parametrize("missing", ["P", "air CO2"])
def test_a_missing_amount_is_no_zero(tmp_path, missing):
    made = database("d1", process("P", emits={"CO2": "1 kg"}), process("A", takes={"P": "1 kg"}, emits={"CO2": "1 kg"}))
    old = made.processes["A"]
    exchanges = tuple(replace(e, amount=float("nan")) if e.flow == missing else e for e in old.exchanges)
    made = replace(made, processes={**made.processes, "A": replace(old, exchanges=exchanges)})
    snapshot = frozen(made, tmp_path)
    found = footprint(snapshot, find_product(snapshot, "A"))
    assert found.total == pytest.approx(1.0)
    assert not found.complete
    assert "amount missing" in found.gaps.open[0].flow
