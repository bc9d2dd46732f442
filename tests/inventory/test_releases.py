"""Two releases on small databases by hand: what moved, and which change did how much of it."""

from __future__ import annotations

import dataclasses

import pytest

from tanheng.errors import InventoryError
from tanheng.inventory import compile_database, freeze
from tanheng.inventory.model import Allocation, AllocationMethod
from tanheng.inventory.releases.difference import ReleaseDifference
from tanheng.inventory.search import find_product
from tanheng.testing import database, process


@pytest.fixture
def compared(tmp_path):
    def make(old, new, *, rename=None):
        first, second = (database(name, *side) for name, side in (("old", old), ("new", new)))
        if rename is not None:
            second = rename(second)
        return ReleaseDifference(*(freeze(compile_database(d), tmp_path) for d in (first, second)))

    return make


def move(found, product, **more):
    (made,) = found.causes([find_product(found.new, product)], **more)
    return made


def told(found, product):
    """Process → kg CO2e, and process → (kind, name, to) → kg CO2e."""
    made = move(found, product)
    names = found.new.products["name"]
    return (
        {names[c.process]: round(c.amount, 12) for c in made.causes},
        {names[c.process]: {(i.kind, i.name, i.to): round(i.amount, 12) for i in c.items} for c in made.causes},
    )


POWER = process("Power", "1 kWh", emits={"CO2": "0.9 kg"})
STEEL = process("Steel", takes={"Power": "2 kWh"}, emits={"CO2": "1 kg"})
CAR = process("Car", "1 Item(s)", takes={"Steel": "900 kg"})


def test_one_emission_and_one_amount(compared):
    found = compared(
        [POWER, STEEL, CAR],
        [
            process("Power", "1 kWh", emits={"CO2": "0.6 kg"}),
            process("Steel", takes={"Power": "1.5 kWh"}, emits={"CO2": "1 kg"}),
            CAR,
        ],
    )
    # Steel: 1.5 kWh (new) × −0.3 by power, and −0.5 kWh × 0.9 (old) by steel itself; together −0.9 = 1.9 − 2.8.
    processes, items = told(found, "Steel")
    assert processes == {"Power": -0.45, "Steel": -0.45}
    assert items == {"Power": {("emission", "CO2 fossil", ""): -0.45}, "Steel": {("amount", "Power", ""): -0.45}}
    assert told(found, "Car")[0] == {"Power": -405.0, "Steel": -405.0}
    made = move(found, "Car")
    assert (made.before, made.after, made.rest, made.stored) == (pytest.approx(2520), pytest.approx(1710), 0.0, 0.0)
    assert [found.new.products["name"][int(i)] for i in found.moved()] == ["Power", "Car", "Steel"]


def test_a_new_supplier_counts_where_it_came_in(compared):
    # Wind is new and takes 0.1 kg of steel, at its old price of 2.8 → 0.28 + 0.02 = 0.3 a kWh; steel changes from power to it.
    new_steel = process("Steel", takes={"Wind": "2 kWh"}, emits={"CO2": "1 kg"})
    wind = process("Wind", "1 kWh", takes={"Steel": "0.1 kg"}, emits={"CO2": "0.02 kg"})
    found = compared([POWER, STEEL, CAR], [new_steel, wind, CAR])
    # s' of steel for one steel: 1 / (1 − 2·0.1) = 1.25; d = 2·0.3 − 2·0.9 = −1.2; together −1.5. After: 1.04·1.25 = 1.3.
    processes, items = told(found, "Steel")
    assert processes == {"Steel": -1.5}
    assert items["Steel"] == {("supplier", "Power", "Wind"): -1.5}
    assert move(found, "Steel").after == pytest.approx(1.3)
    assert [found.new.products["name"][int(i)] for i in found.added] == ["Wind"]
    assert [found.old.products["name"][int(i)] for i in found.pairing.removed] == ["Power"]


def test_an_input_more_and_an_input_less(compared):
    coal = process("Coal", emits={"CO2": "0.1 kg"})
    lime = process("Lime", emits={"CO2": "0.4 kg"})
    found = compared(
        [coal, lime, process("Iron", takes={"Coal": "2 kg"})], [coal, lime, process("Iron", takes={"Lime": "1 kg"})]
    )
    assert told(found, "Iron")[1] == {"Iron": {("added", "Lime", ""): 0.4, ("removed", "Coal", ""): -0.2}}


def test_the_very_same_amount_tells_that_a_supplier_took_the_place_of_another(compared):
    old = [process("Grid 2000", "1 kWh", emits={"CO2": "0.8 kg"}), process("Iron", takes={"Grid 2000": "0.144 kWh"})]
    new = [process("Grid 2010", "1 kWh", emits={"CO2": "0.7 kg"}), process("Iron", takes={"Grid 2010": "0.144 kWh"})]
    assert told(compared(old, new), "Iron")[1] == {"Iron": {("supplier", "Grid 2000", "Grid 2010"): -0.0144}}


def test_another_provider_of_the_same_flow(compared):
    hydro = process("Hydro", makes={"Power": "1 kWh"}, emits={"CO2": "0.01 kg"}, location="NO")
    coal = process("Coal", makes={"Power": "1 kWh"}, emits={"CO2": "1 kg"}, location="PL")

    def mill(provider, amount):
        return process("Mill", takes={"Power": f"{amount} kWh"}, providers={"Power": provider})

    found = compared([hydro, coal, mill("Coal", 2)], [hydro, coal, mill("Hydro", 3)])
    assert told(found, "Mill")[1] == {"Mill": {("supplier", "Power", "Power"): -1.97}}


def test_what_becomes_open_and_what_is_no_longer(compared):
    gas = process("Gas", emits={"CO2": "0.5 kg"})
    boiler = process("Boiler", takes={"Gas": "2 kg", "Water": "1 kg"})
    found = compared([gas, boiler], [process("Water", emits={"CO2": "0.1 kg"}), boiler])
    assert told(found, "Boiler")[1] == {"Boiler": {("opened", "Gas", ""): -1.0, ("closed", "Water", ""): 0.1}}
    before, after = found.complete
    assert (before.tolist(), after.tolist()) == (
        [False, False],
        [True, False],
    )  # water is new; the boiler lacks gas now
    other = compared(
        [gas, process("Boiler", takes={"Gas": "2 kg"})], [gas, process("Boiler", takes={"Gas": "1 kg", "Air": "3 kg"})]
    )
    (cause,) = move(other, "Boiler").causes
    assert [(i.kind, i.name, i.before, i.after, i.unit, i.amount) for i in cause.items] == [
        ("amount", "Gas", 2.0, 1.0, "kg", pytest.approx(-0.5)),
        ("opened", "Air", 0.0, 3.0, "kg", 0.0),
    ]


def test_c12_other_shares_are_told_apart_from_other_amounts(compared):
    power = process("Power", "1 kWh", emits={"CO2": "1 kg"})

    def mill(shares, amount):
        given = (Allocation(AllocationMethod.PHYSICAL, shares),)
        return process(
            "Mill", makes={"Lumber": "1 kg", "Chips": "1 kg"}, takes={"Power": f"{amount} kWh"}, allocations=given
        )

    found = compared([power, mill({"Lumber": 0.5, "Chips": 0.5}, 8)], [power, mill({"Lumber": 0.75, "Chips": 0.25}, 6)])
    # Lumber: 4 kWh → 4.5. The old 4 carried by 0.75/0.5 are +2; then 6 instead of 4.5 … 4.5 − 6 = −1.5.
    assert told(found, "Lumber")[1] == {"Lumber": {("allocation", "physical", ""): 2.0, ("amount", "Power", ""): -1.5}}
    assert told(found, "Chips")[1] == {"Chips": {("allocation", "physical", ""): -2.0, ("amount", "Power", ""): -0.5}}


def test_another_unit_of_the_same_product_moves_nothing(compared):
    iron = process("Iron", takes={"Power": "2 kWh"})
    found = compared(
        [POWER, iron, process("Nail", takes={"Iron": "1.5 kg"})],
        [process("Power", "1 MJ", emits={"CO2": "0.25 kg"}), iron, process("Nail", takes={"Iron": "1.5 kg"})],
    )
    power, nail = find_product(found.new, "Power"), find_product(found.new, "Nail")
    assert found.totals[0][power] == pytest.approx(0.25)  # per MJ, as in the new release
    assert found.pairing.units[power] == pytest.approx(1 / 3.6)
    assert found.totals[0][nail] == pytest.approx(2.7)
    assert found.moved().size == 0
    assert not found.differences.any()


def test_carbon_kept_in_a_product_is_told_apart(compared):
    old = [
        process("Wood", absorbs={"CO2": "1.8 kg"}, emits={"CO2": "0.1 kg"}),
        process("Desk", takes={"Wood": "10 kg"}),
    ]
    new = [process("Wood", emits={"CO2": "0.3 kg"}), process("Desk", takes={"Wood": "10 kg"})]
    made = move(compared(old, new), "Desk")
    # Netted: −17 → 3, +20; carbon kept: 18 → 0.
    assert (made.before, made.after, made.stored) == (pytest.approx(1.0), pytest.approx(3.0), pytest.approx(-18.0))
    assert sum(c.amount for c in made.causes) == pytest.approx(20.0)


def test_further_causes_are_a_rest(compared):
    old = [process(f"P{i}", emits={"CO2": "1 kg"}) for i in range(5)]
    new = [process(f"P{i}", emits={"CO2": f"{2 + i} kg"}) for i in range(5)]
    sum_ = process("Sum", takes={f"P{i}": "1 kg" for i in range(5)})
    made = move(compared([*old, sum_], [*new, sum_]), "Sum", most=2)
    assert [c.amount for c in made.causes] == [pytest.approx(5.0), pytest.approx(4.0)]
    assert made.rest == pytest.approx(3 + 2 + 1)


def renamed(made):
    """The same database with other ids of processes and flows."""
    flows = {f"f-{key}": dataclasses.replace(flow, id=f"f-{key}") for key, flow in made.flows.items()}
    processes = {
        f"p-{key}": dataclasses.replace(
            p, id=f"p-{key}", exchanges=tuple(dataclasses.replace(e, flow=f"f-{e.flow}") for e in p.exchanges)
        )
        for key, p in made.processes.items()
    }
    return dataclasses.replace(made, flows=flows, processes=processes)


def test_without_common_ids_names_places_and_units_pair_the_products(compared):
    twin = [process("Twin A", makes={"Twin": "1 kg"}), process("Twin B", makes={"Twin": "1 kg"})]
    found = compared([POWER, STEEL, *twin], [POWER, STEEL, *twin], rename=renamed)
    assert found.pairing.count("id") == 0
    assert found.pairing.count("names") == 4  # the twins by the names of their processes
    assert found.moved().size == 0


def test_names_that_are_not_unique_pair_nothing(compared):
    def twins(a, b):
        return [process(a, makes={"Twin": "1 kg"}), process(b, makes={"Twin": "1 kg"})]

    found = compared([POWER, *twins("A", "B")], [POWER, *twins("C", "D")], rename=renamed)
    assert found.pairing.count("names") == 1
    assert len(found.added) == len(found.pairing.removed) == 2


def test_a_product_whose_unit_does_not_convert_is_apart(compared):
    found = compared([POWER, process("Gas", "1 m3")], [POWER, process("Gas", "1 kg", emits={"CO2": "2 kg"})])
    gas = find_product(found.new, "Gas")
    assert found.pairing.apart == (gas,)
    assert gas in found.added
    with pytest.raises(InventoryError) as caught:
        found.find("Gas")
    assert caught.value.code == "TH-INV-051"


def test_products_are_found_by_the_names_of_either_release(compared):
    def spelled(made):
        steel = dataclasses.replace(made.flows["Steel"], names={"en": "Crude steel", "zh": "粗钢"})
        return dataclasses.replace(made, flows={**made.flows, "Steel": steel})

    found = compared([POWER, STEEL], [POWER, STEEL, CAR], rename=spelled)
    assert found.find("Steel") == found.find("Crude steel") == found.find("粗钢")
    for name, code in (("Car", "TH-INV-051"), ("Bicycle", "TH-INV-020")):
        with pytest.raises(InventoryError) as caught:
            found.find(name)
        assert caught.value.code == code


def test_two_databases_without_a_common_product_are_refused(compared):
    with pytest.raises(InventoryError) as caught:
        compared([POWER], [STEEL])
    assert caught.value.code == "TH-INV-050"
