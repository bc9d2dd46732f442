"""Who serves an input: choice, place, market, volume; and databases on top of others."""

from __future__ import annotations

import dataclasses

import pytest

from tanheng.errors import InventoryError
from tanheng.inventory import compile_database, freeze
from tanheng.inventory.linking import LinkChoice, LinkStatus
from tanheng.inventory.linking.choosing import is_market
from tanheng.inventory.model import LocalUnit, Process
from tanheng.testing import database, process


def served(compiled, consumer):
    """Status, and shares by supplier, of the first input of a process."""
    links = [link for link in compiled.links if link.process == consumer]
    shares = {compiled.columns[link.provider].process.id: link.share for link in links if link.provider >= 0}
    return links[0].status, shares


def steel(place, *, co2="1 kg", name="", **more):
    return process(name or f"steel {place}", makes={"steel": "1 kg"}, emits={"CO2": co2}, location=place, **more)


def car(place, **more):
    return process("car", takes={"steel": "10 kg"}, location=place, **more)


def with_volume(data, volumes):
    """The database with production volumes of the reference products, in their unit."""
    processes = {
        key: dataclasses.replace(
            p,
            exchanges=tuple(
                dataclasses.replace(e, production_volume=volumes[key]) if e.is_reference and key in volumes else e
                for e in p.exchanges
            ),
        )
        for key, p in data.processes.items()
    }
    return dataclasses.replace(data, processes=processes)


@pytest.mark.parametrize(
    ("place", "status", "supplier"),
    [
        ("CN", LinkStatus.SAME_LOCATION, "steel CN"),
        ("China", LinkStatus.SAME_LOCATION, "steel CN"),
        ("CN-53", LinkStatus.LARGER_LOCATION, "steel CN"),
        ("FR", LinkStatus.LARGER_LOCATION, "steel RER"),
        ("EU-28", LinkStatus.LARGER_LOCATION, "steel RER"),
        ("BR", LinkStatus.LARGER_LOCATION, "steel GLO"),
        ("", LinkStatus.LARGER_LOCATION, "steel GLO"),
    ],
)
def test_the_nearest_place_that_makes_it_serves(place, status, supplier):
    compiled = compile_database(database("db", steel("CN"), steel("RER"), steel("GLO"), car(place)))
    assert served(compiled, "car") == (status, {supplier: 1.0})
    (link,) = (one for one in compiled.links if one.process == "car")
    assert len(link.candidates) == 3  # what it was chosen from stays on record


def test_where_no_place_tells_the_choice_is_assumed():
    compiled = compile_database(database("db", steel("CN"), steel("BR"), car("DE")))
    assert served(compiled, "car")[0] is LinkStatus.ASSUMED


def test_of_several_in_a_place_the_market_serves():
    mix = process("market for steel", makes={"steel": "1 kg"}, takes={"steel": "1.02 kg"}, location="CN")
    compiled = compile_database(database("db", steel("CN"), mix, car("CN-11")))
    assert served(compiled, "car") == (LinkStatus.MARKET, {"market for steel": 1.0})
    # The market itself takes from those who make it, though it makes the same.
    assert served(compiled, "market for steel") == (LinkStatus.SAME_LOCATION, {"steel CN": 1.0})


@pytest.mark.parametrize(
    "name", ["market for cement", "market group for heat", "Grid; consumption mix", "中国电力市场"]
)
def test_markets_are_known_by_their_names(name):
    assert is_market(Process("p", {"en": name}, ()))
    assert not is_market(Process("p", {"en": "supermarket building"}, ()))


def test_without_a_market_those_of_the_place_serve_by_their_volumes():
    data = with_volume(
        database("db", steel("CN", name="blast", co2="2 kg"), steel("CN", name="arc", co2="0.5 kg"), car("CN")),
        {"blast": 900.0, "arc": 100.0},
    )
    compiled = compile_database(data)
    assert served(compiled, "car") == (LinkStatus.REGIONAL_SUPPLY, {"blast": 0.9, "arc": 0.1})
    column = next(c.index for c in compiled.columns if c.process.id == "car")
    assert compiled.footprints[column, 0] == pytest.approx(10 * (0.9 * 2 + 0.1 * 0.5))
    assert sum(link.amount for link in compiled.links if link.process == "car") == pytest.approx(10)


def test_those_inside_a_region_serve_a_consumer_of_the_region():
    data = with_volume(
        database("db", steel("DE"), steel("FR"), steel("CN"), car("RER")), {"steel DE": 3, "steel FR": 1}
    )
    assert served(compile_database(data), "car") == (LinkStatus.REGIONAL_SUPPLY, {"steel DE": 0.75, "steel FR": 0.25})


def test_volumes_of_some_alone_are_no_mix():
    data = with_volume(database("db", steel("CN", name="a"), steel("CN", name="b"), car("CN")), {"a": 1.0})
    status, shares = served(compile_database(data), "car")
    assert (status, len(shares)) == (LinkStatus.ASSUMED, 1)


def test_the_authors_provider_comes_before_place_and_market():
    data = database("db", steel("CN"), steel("GLO"), car("CN", providers={"steel": "steel GLO"}))
    assert served(compile_database(data), "car") == (LinkStatus.DEFAULT_PROVIDER, {"steel GLO": 1.0})


def test_the_draws_of_a_mix_are_one_exchange(tmp_path):
    """The parts of a mix vary together: they are one amount."""
    data = with_volume(database("db", steel("CN", name="a"), steel("CN", name="b"), car("CN")), {"a": 1.0, "b": 1.0})
    table = freeze(compile_database(data), tmp_path).table("exchanges")
    keys = table.filter(table["matrix"] == "A")["key"].to_list()
    assert len(keys) == 2
    assert len(set(keys)) == 1


# What a person chose.


def test_the_narrowest_choice_counts():
    data = database("db", steel("CN"), steel("RER"), steel("GLO"), car("CN"), process("bus", takes={"steel": "50 kg"}))
    choices = [
        LinkChoice("steel", "steel GLO"),
        LinkChoice("steel", "steel RER", process="car"),
        LinkChoice("steel", "open", process="car", exchange="none such"),
    ]
    compiled = compile_database(data, choices=choices)
    assert served(compiled, "car") == (LinkStatus.CHOSEN, {"steel RER": 1.0})
    assert served(compiled, "bus") == (LinkStatus.CHOSEN, {"steel GLO": 1.0})
    assert [n.code for n in compiled.notes] == ["choice-unused"]


def test_an_input_can_be_left_open_on_purpose():
    compiled = compile_database(database("db", steel("CN"), car("CN")), choices=[LinkChoice("steel", "open")])
    assert served(compiled, "car") == (LinkStatus.LEFT_OPEN, {})
    assert compiled.O.nnz == 1


def test_a_choice_may_name_one_that_makes_another_flow_in_another_unit():
    power = process("grid", makes={"electricity": "1 kWh"}, emits={"CO2": "0.6 kg"})
    works = process("works", takes={"energy, unspecified": "36 MJ"})
    compiled = compile_database(database("db", power, works), choices=[LinkChoice("energy, unspecified", "grid")])
    assert served(compiled, "works") == (LinkStatus.CHOSEN, {"grid": 1.0})
    column = next(c.index for c in compiled.columns if c.process.id == "works")
    assert compiled.footprints[column, 0] == pytest.approx(6.0)


def test_a_chosen_supplier_in_a_unit_that_does_not_fit_stays_open():
    compiled = compile_database(
        database("db", steel("CN"), process("x", takes={"power": "1 kWh"})), choices=[LinkChoice("power", "steel CN")]
    )
    assert served(compiled, "x") == (LinkStatus.UNIT_MISMATCH, {})


def test_a_supplier_of_another_id_is_found_by_name_and_place_or_told_as_lost():
    data = database("db", steel("CN"), steel("GLO"), car("CN"))
    gone = LinkChoice("steel", "old-id", provider_name="Steel GLO", provider_location="GLO")
    compiled = compile_database(data, choices=[gone])
    assert served(compiled, "car") == (LinkStatus.CHOSEN, {"steel GLO": 1.0})
    assert [n.code for n in compiled.notes] == ["choice-renewed"]
    lost = dataclasses.replace(gone, provider_name="steel mill nobody knows")
    compiled = compile_database(data, choices=[lost])
    assert served(compiled, "car")[0] is LinkStatus.SAME_LOCATION
    (note,) = compiled.notes
    assert (note.code, note.params["places"]) == ("choice-lost", "CN, GLO")


# Databases on top of others.


def test_a_background_serves_by_id_and_by_name():
    background = database(
        "bg", steel("CN", co2="2 kg"), process("Grid", makes={"Electricity": "1 kWh"}, emits={"CO2": "1 kg"})
    )
    own = process("car", takes={"steel": "10 kg", "electricity": "3.6 MJ", "magic": "1 kg"}, location="CN")
    compiled = compile_database(database("own", own), backgrounds=[background])
    statuses = {link.flow: link.status for link in compiled.links}
    assert statuses == {
        "steel": LinkStatus.ONLY_PRODUCER,
        "electricity": LinkStatus.SAME_NAME,
        "magic": LinkStatus.OPEN,
    }
    column = next(c.index for c in compiled.columns if c.process.id == "car")
    assert compiled.footprints[column, 0] == pytest.approx(21.0)
    assert [n.code for n in compiled.notes] == ["background-by-name"]
    assert compiled.database.name == "own"


def test_of_several_background_flows_of_a_name_none_is_taken():
    def named(key, name):
        data = database("bg", process(key, makes={key: "1 kg"}))
        flows = {k: dataclasses.replace(f, names={"en": name}) for k, f in data.flows.items()}
        return dataclasses.replace(data, flows=flows)

    own = database("own", process("car", takes={"Steel": "1 kg"}))
    compiled = compile_database(own, backgrounds=[named("s1", "steel"), named("s2", "STEEL")])
    assert served(compiled, "car") == (LinkStatus.OPEN, {})
    (note,) = compiled.notes
    assert (note.code, note.params["count"]) == ("background-ambiguous", 2)


def test_the_data_set_on_top_hides_one_of_the_same_id():
    own = database("own", steel("CN", co2="7 kg"), car("CN"))
    compiled = compile_database(own, backgrounds=[database("bg", steel("CN", co2="1 kg"))])
    column = next(c.index for c in compiled.columns if c.process.id == "car")
    assert compiled.footprints[column, 0] == pytest.approx(70.0)
    assert [n.code for n in compiled.notes] == ["background-shadowed"]


def test_units_that_contradict_each_other_are_refused():
    one, other = database("one", car("CN")), database("other", steel("CN"))
    one = dataclasses.replace(one, local_units={"crate": LocalUnit("crate", "kg", 10.0)})
    other = dataclasses.replace(other, local_units={"crate": LocalUnit("crate", "kg", 12.0)})
    with pytest.raises(InventoryError) as caught:
        compile_database(one, backgrounds=[other])
    assert caught.value.code == "TH-INV-070"
