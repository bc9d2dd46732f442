"""Every kind of finding where it fires and where it does not; the arithmetic is beside each."""

from __future__ import annotations

import dataclasses

import orjson
import pytest

from tanheng.inventory import compile_database, freeze
from tanheng.inventory.checkup.checkup import check_up
from tanheng.inventory.checkup.structure import Reach
from tanheng.inventory.model import Distribution, Uncertainty
from tanheng.quantities import gwp_set
from tanheng.testing import database, process


@pytest.fixture
def check(tmp_path):
    """``check(recipe, …)`` → the check-up of a database of these recipes; ``change`` may alter each process first."""

    def run(*recipes, change=lambda one: one, **options):
        made = database("test", *recipes)
        made = dataclasses.replace(made, processes={key: change(one) for key, one in made.processes.items()})
        return check_up(freeze(compile_database(made), tmp_path), **options)

    return run


def renamed(**names):
    """Give processes another name, by their id."""
    return lambda one: dataclasses.replace(one, names={"en": names.get(one.id, one.name)})


COAL = process("Coal", emits={"CO2": "0.1 kg"})


def test_a_sound_database_has_no_finding(check):
    found = check(COAL, process("Power", "1 kWh", takes={"Coal": "0.5 kg"}, emits={"CO2": "0.9 kg"}))
    assert set(found.counts.values()) == {0}
    assert (found.processes, found.products, found.method) == (2, 2, "AR6 GWP100")
    assert found.open_reach == found.declared_reach == Reach(0, 0, 0, 0, 0)


@pytest.mark.parametrize(("back", "radius", "near"), [("0.5 kWh", 0.5, False), ("1.9 kWh", 0.974679434, True)])
def test_a_loop_of_processes_and_its_radius(check, back, radius, near):
    # Power takes 0.5 kg of coal, coal takes power: the radius is the square root of 0.5 · 0.5 and of 0.5 · 1.9.
    found = check(
        process("Coal", takes={"Power": back}, emits={"CO2": "1 kg"}),
        process("Power", "1 kWh", takes={"Coal": "0.5 kg"}),
        process("Steel", takes={"Steel": "0.2 kg", "Power": "1 kWh"}),  # its own product is no loop of processes
    )
    (loop,) = found.loops
    assert (loop.size, loop.processes, loop.near_one) == (2, 2, near)
    assert loop.radius == pytest.approx(radius, abs=1e-9)
    assert [member.name for member in loop.members] == ["Coal", "Power"]


def test_open_inputs_and_how_far_they_reach(check):
    found = check(
        COAL,
        process("Steel", takes={"Coal": "1 kg", "Ghost": "1 kg", "CUTOFF Dust": "1 kg"}),
        process("Wire", takes={"Coal": "1 kg", "Ghost": "2 kg", "CUTOFF Paint": "1 kg"}),
        process("Rod", takes={"Coal": "1 kg", "Phantom": "1 kg"}),
        process("Car", takes={"Steel": "1 kg"}),
        process("Fleet", takes={"Car": "1 kg"}),
    )
    assert [(f.flow, f.status, f.processes, f.products) for f in found.open_inputs] == [
        ("Ghost", "open", 2, 2),
        ("Phantom", "open", 1, 1),
    ]
    # Steel, wire and rod take one themselves; car and fleet through steel.
    assert found.open_reach == Reach(links=3, flows=2, processes=3, products=3, reached=5)
    assert {f.flow for f in found.declared_cut_offs} == {"CUTOFF Dust", "CUTOFF Paint"}
    assert found.declared_reach == Reach(links=2, flows=2, processes=2, products=2, reached=4)


def test_an_input_whose_unit_does_not_fit_is_open(check):
    found = check(COAL, process("Steel", takes={"Coal": "1 m3"}))
    assert [(f.flow, f.status) for f in found.open_inputs] == [("Coal", "unit-mismatch")]


def test_several_outputs_and_their_rule(check):
    found = check(
        process("Mill", makes={"Lumber": "3 kg", "Chips": "1 kg"}, emits={"CO2": "1 kg"}),
        process("Plant", makes={"Board": "1 kg", "Heat": "5 kWh"}, emits={"CO2": "1 kg"}),
        COAL,
    )
    mill, plant = sorted(found.multi_output, key=lambda one: one.process)
    assert (mill.rule, mill.shares, mill.free) == ("physical-amounts:mass", (("Lumber", 0.75), ("Chips", 0.25)), ())
    assert (plant.rule, plant.shares, plant.free) == ("reference-only", (("Board", 1.0),), ("Heat",))


def test_suppliers_chosen_by_rule_with_their_range(check):
    takes = {"Power": "1 kWh"}
    found = check(
        process("Hydro", makes={"Power": "1 kWh"}, emits={"CO2": "0.1 kg"}),
        process("Lignite", makes={"Power": "1 kWh"}, emits={"CO2": "1.1 kg"}),
        COAL,
        process("Steel", takes={**takes, "Coal": "1 kg"}),
        process("Wire", takes=takes),
        process("Rod", takes=takes, providers={"Power": "Lignite"}),
    )
    (one,) = found.assumed_suppliers
    assert (one.flow, one.supplier, one.uses, one.candidates, one.unit) == ("Power", "Hydro", 2, 2, "kWh")
    assert (one.lowest, one.highest) == (pytest.approx(0.1), pytest.approx(1.1))


def signs(found):
    return {(odd.kind, odd.process, odd.flow): odd.amount for odd in found.odd_signs}


def test_negative_inputs_unless_they_are_waste_or_credits(check):
    found = check(
        COAL,
        process("Burning", treats={"Rubbish": "1 kg"}, emits={"CO2": "2 kg"}),
        process("Steel", takes={"Coal": "-2 kg"}, emits={"CO2": "9 kg"}),
        process("Wire", takes={"Steel scrap": "-2 kg"}, avoids={"Coal": "1 kg"}, emits={"CO2": "9 kg"}),
        process("Rod", discards={"Rubbish": "-1 kg"}, emits={"CO2": "9 kg"}),
    )
    assert signs(found) == {("input", "Steel", "Coal"): -2.0}


def test_negative_outputs_unless_they_are_treatment(check):
    found = check(
        process("Coal", "-1 kg", emits={"CO2": "1 kg"}),
        process("Waste water", "-1 m3", emits={"CO2": "1 kg"}),
    )
    assert signs(found) == {("output", "Coal", "Coal"): -1.0}  # what they emit for −1 kg is not odd


def test_a_gas_below_zero_unless_it_is_taken_up(check):
    found = check(
        process("Steel", "2 kg", emits={"CO2": "-4 kg", "CH4": "1 kg"}),
        process("Wood", absorbs={"CO2": "1.8 kg"}),
    )
    assert signs(found) == {("gas", "Steel", "CO2 fossil"): pytest.approx(-4.0)}  # for one run, not for one kg


@pytest.mark.parametrize(("others", "fires"), [(9, True), (8, False)])
def test_an_emission_against_most_of_its_uses(check, others, fires):
    # 9 of 10 uses go to nature, which is 0.9; 8 of 9 are too few to know.
    found = check(
        *(process(f"Plant {i}", emits={"Dust": "1 kg"}) for i in range(others)),
        process("Filter", "2 kg", emits={"Dust": "-3 kg"}),
    )
    assert signs(found) == ({("intervention", "Filter", "Dust"): pytest.approx(-3.0)} if fires else {})


def test_footprints_below_zero_unless_carbon_is_stored(check):
    found = check(
        process("Steel", emits={"CO2": "2 kg"}),
        process("Slag cement", avoids={"Steel": "3 kg"}, emits={"CO2": "1 kg"}),
        process("Wood", absorbs={"CO2": "1.8 kg"}, emits={"CO2 biogenic": "0.3 kg"}),
    )
    assert [(one.product.name, one.total) for one in found.negative_footprints] == [
        ("Slag cement", pytest.approx(1 - 3 * 2))
    ]


def test_footprints_of_zero_and_whether_anything_is_there(check):
    found = check(COAL, process("Dust", takes={"Ghost": "1 kg"}), process("Air"))
    assert [(one.product.name, one.empty) for one in found.zero_footprints] == [("Dust", False), ("Air", True)]


def _graded(unit, masses):
    return [process(f"Grade {i}", f"1 {unit}", emits={"CO2": f"{mass} kg"}) for i, mass in enumerate(masses)]


def _in(category):
    return lambda one: dataclasses.replace(one, category=category)


def test_a_thousand_times_off_the_median_of_its_kind(check):
    # The median of 1, 2, 2, 2000 and 0.0021 is 2: ratios 1000 and 0.00105.
    found = check(*_graded("kg", (1, 2, 2, 2000, 0.0021)), change=_in(("Resins",)))
    assert [(one.product.name, one.ratio, one.median, one.category) for one in found.outliers] == [
        ("Grade 3", pytest.approx(1000), pytest.approx(2), "Resins")
    ]


@pytest.mark.parametrize(
    ("unit", "masses", "category"),
    [
        ("kg", (1, 2, 2, 2000), ("Resins",)),  # four alike are too few
        ("kg", (1, 2, 2, 2, 1999), ("Resins",)),  # 999.5 times
        ("kg", (1, 2, 2, 2, 2000), ()),  # nobody says that they are alike
        ("pcs", (1, 2, 2, 2, 2000), ("Machines",)),  # a piece may be anything
    ],
)
def test_what_is_no_outlier(check, unit, masses, category):
    assert check(*_graded(unit, masses), change=_in(category)).outliers == ()


@pytest.mark.parametrize(
    ("takes", "balance"),
    [
        ({"Coal": "0.3 kg"}, (0.3, 1.0)),  # 3.3 kg out of 1 kg
        ({"Coal": "0.4 kg"}, None),  # 2.5
        ({"Coal": "0.3 kg", "Power": "9 kWh"}, (0.3, 1.0)),  # energy has no mass
        ({"Coal": "0.3 kg", "Gas": "1 m3"}, None),  # who knows what the gas weighs
        ({"Coal": "0.3 kg", "Tap water": "1 l"}, None),  # 1.3 kg
        ({"Power": "9 kWh"}, None),  # nothing to compare with
        ({"Coal": "101 kg"}, (101.0, 1.0)),
        ({"Coal": "99 kg"}, None),
        ({"Coal": "1 kg", "Tap water": "500 kg"}, None),  # water may only pass through
    ],
)
def test_masses_that_do_not_fit(check, takes, balance):
    found = check(COAL, process("Steel", takes=takes, emits={"CO2": "1 kg"}))
    expected = [] if balance is None else [("Steel", *map(pytest.approx, balance))]
    assert [(one.process, one.mass_in, one.mass_out) for one in found.mass_balances] == expected


def test_masses_count_waste_on_neither_side_and_what_comes_from_nature(check):
    found = check(
        COAL,
        process("Landfill", treats={"Rubbish": "1 kg"}, emits={"CO2": "1 kg"}),
        process("Steel", takes={"Coal": "0.2 kg"}, discards={"Rubbish": "5 kg"}, emits={"CO2": "1 kg"}),
        process("Wood", takes={"Coal": "0.1 kg"}, absorbs={"CO2": "1.8 kg"}),
        process("Board", "1 m2", takes={"Coal": "900 kg"}),
    )
    assert [one.process for one in found.mass_balances] == ["Steel"]  # 1 kg out of 0.2 kg; wood has 1.9 kg


def test_processes_of_the_same_name_and_place(check):
    recipes = [process(key, makes={"Power": "1 kWh"}, emits={"CO2": f"{i + 1} kg"}) for i, key in enumerate("abc")]
    far = dataclasses.replace(recipes[2], location="CN")
    names = renamed(a="Grid", b="GRID", c="Grid")
    (one,) = check(recipes[0], recipes[1], far, change=names).duplicates
    assert (one.process, one.location, one.process_ids) == ("Grid", "GLO", ("a", "b"))
    assert check(*recipes, change=renamed(a="A", b="B", c="C")).duplicates == ()


def test_processes_with_the_same_data(check):
    found = check(
        COAL,
        process("North", takes={"Coal": "0.3 kg"}, emits={"CO2": "1.7 kg"}),
        process("South", "1000 kg", takes={"Coal": "300 kg"}, emits={"CO2": "1700 kg"}),  # written for a tonne
        process("East", takes={"Coal": "0.3 kg"}, emits={"CO2": "1.8 kg"}),
        process("West", takes={"Coal": "0.3 kg", "Ghost": "1 kg"}, emits={"CO2": "1.7 kg"}),
    )
    assert [[one.process for one in group] for group in found.identical_columns] == [["North", "South"]]


def test_co_products_by_mass_are_the_same_by_construction(check):
    mill = process("Mill", makes={"Lumber": "3 kg", "Chips": "1 kg"}, emits={"CO2": "1 kg"})
    assert check(mill).identical_columns == ()


def test_gases_that_count_nothing(check):
    found = check(
        process("Foam", emits={"Hydrofluorocarbons": "1 kg"}),
        process("Fridge", emits={"Hydrofluorocarbons": "1 kg", "C2Cl4": "1 kg"}),
        gwp=gwp_set("AR4", "GWP100"),
    )
    gases = [(gas.flow, gas.reason, gas.processes) for gas in found.uncounted_gases]
    assert [gas for gas in gases if gas[1] == "group"] == [("Hydrofluorocarbons", "group", 2)]
    assert [gas[1:] for gas in gases if gas[1] != "group"] == [("no-value", 1)]
    # The group is among the open flows, too, since what emits it is incomplete (C02).
    assert [(f.flow, f.status, f.processes) for f in found.open_inputs] == [("Hydrofluorocarbons", "uncounted", 2)]


def test_the_document_holds_every_record_and_is_json(check):
    found = check(COAL, process("Steel", takes={"Coal": "1 kg", "Ghost": "1 kg"}))
    document = orjson.loads(orjson.dumps(found.document()))
    assert document["counts"] == found.counts
    for kind, count in found.counts.items():
        assert len(document[kind]) == count
    assert document["open_inputs"] == [{"flow": "Ghost", "unit": "kg", "status": "open", "processes": 1, "products": 1}]


def spread(kind=Distribution.LOGNORMAL, loc=None, scale=None, **more):
    return Uncertainty(kind, loc, scale, **more)


def test_distributions_are_counted_by_kind_and_the_unusable_and_the_wide_are_named(check):
    found = check(
        COAL,
        process("Coke", takes={"Coal": "2 kg"}, uncertainty={"Coal": spread(scale=1.1)}),
        process(
            "Steel",
            takes={"Coal": "2 kg", "Coke": "1 kg"},
            emits={"CO2": "1 kg", "CH4": "1 g", "N2O": "1 g"},
            uncertainty={
                "Coal": spread(Distribution.UNIFORM, minimum=1.0, maximum=3.0),
                "Coke": spread(pedigree="(1;1;1;1;1)"),
                "CO2": spread(scale=4.0),  # GSD² 16
                "CH4": spread(scale=0.5),
                "N2O": spread(scale=0.0),
            },
        ),
        process(
            "Tin", takes={"Coal": "1 kg"}, uncertainty={"Coal": spread(Distribution.UNIFORM, minimum=2.0, maximum=3.0)}
        ),
    )
    # Inputs: 1 of coke, 2 of steel, 1 of tin; gases: 1 of coal, 3 of steel.
    assert (found.distributions.exchanges, found.distributions.scored) == (8, 1)
    assert found.distributions.kinds == {"lognormal": 3, "uniform": 1}
    told = [(one.process, one.flow, one.kind, one.reason, one.amount, one.unit) for one in found.unusable_distributions]
    # Methane and nitrous oxide share a reason, which the most have; the first of each reason comes before the second of any.
    assert told == [
        ("Steel", "Dinitrogen monoxide", "lognormal", "spread", pytest.approx(0.001), "kg"),
        ("Tin", "Coal", "uniform", "amount", 1.0, "kg"),
        ("Steel", "Methane", "lognormal", "spread", pytest.approx(0.001), "kg"),
    ]
    assert [(one.flow, one.gsd2) for one in found.wide_distributions] == [("Carbon dioxide", pytest.approx(16.0))]


def test_an_exchange_that_is_shared_out_is_one_distribution(check):
    mill = process(
        "Mill",
        makes={"Lumber": "3 kg", "Chips": "1 kg"},
        emits={"CO2": "1 kg"},
        takes={"Coal": "1 kg"},
        uncertainty={"CO2": spread(scale=0.5), "Coal": spread(scale=1.2)},
    )
    found = check(COAL, mill)
    assert (found.distributions.exchanges, found.distributions.kinds) == (3, {"lognormal": 1})
    assert [one.flow for one in found.unusable_distributions] == ["Carbon dioxide"]
