"""What-if on small databases by hand: every kind of change, with the arithmetic in the comments."""

from __future__ import annotations

import pytest

from tanheng.errors import InventoryError, QuantityError
from tanheng.inventory import compile_database, freeze
from tanheng.inventory.search import find_product
from tanheng.inventory.whatif.changes import EmissionChange, ExchangeChange, MarketChange
from tanheng.inventory.whatif.computing import what_if
from tanheng.inventory.whatif.reading import as_change
from tanheng.quantities import gwp_set
from tanheng.testing import database, process


@pytest.fixture
def snapshot(tmp_path):
    def make(*recipes, name="mini", **more):
        return freeze(compile_database(database(name, *recipes, **more)), tmp_path)

    return make


@pytest.fixture
def mini(snapshot):
    """Power 0.9; hydro 0.01; steel 1 + 2·0.9 = 2.8; car 900·2.8 = 2520 and an open input."""
    return snapshot(
        process("Power", "1 kWh", emits={"CO2": "0.9 kg"}),
        process("Hydro", "1 MWh", emits={"CO2": "10 kg"}),
        process("Steel", takes={"Power": "2 kWh"}, emits={"CO2": "1 kg", "CH4 fossil": "0.01 kg"}),
        process("Car", "1 Item(s)", takes={"Steel": "900 kg", "Rubber": "30 kg"}),
        process("Tyre", takes={"Power": "1 kWh"}),
    )


def asked(snapshot, *changes):
    return what_if(snapshot, map(as_change, changes))


def after(found, product):
    return float(found.totals()[1][find_product(found.snapshot, product)])


CH4 = gwp_set().factor("CH4", "fossil")


def test_an_exchange_times_a_number(mini):
    found = asked(mini, "Steel <- Power * 0.5")
    assert after(found, "Steel") == pytest.approx(1 + 0.01 * CH4 + 0.9)
    assert after(found, "Car") == pytest.approx(900 * (1 + 0.01 * CH4 + 0.9))
    assert after(found, "Power") == found.totals()[0][find_product(mini, "Power")]
    (edit,) = found.edits
    assert (edit.kind, edit.item, edit.before, edit.after, edit.unit) == ("input", "Power", 2.0, 1.0, "kWh")


def test_an_amount_is_for_one_unit_of_the_product_and_is_converted(snapshot):
    # The process makes 4 kg from 8 kWh; 3.6 MJ a kilogram are 1 kWh a kilogram.
    made = snapshot(
        process("Power", "1 kWh", emits={"CO2": "0.5 kg"}), process("Steel", "4 kg", takes={"Power": "8 kWh"})
    )
    assert after(asked(made, "Steel <- Power = 3.6 MJ"), "Steel") == pytest.approx(0.5)
    assert after(asked(made, {"process": "Steel", "input": "Power", "amount": 3}), "Steel") == pytest.approx(1.5)


def test_c01_an_amount_of_another_dimension_is_refused(mini):
    with pytest.raises(InventoryError) as caught:
        asked(mini, "Steel <- Power = 3 kg")
    assert caught.value.code == "TH-INV-042"
    with pytest.raises(QuantityError):
        asked(mini, "Steel <- Power = 3 kWhh")


def test_another_supplier_of_one_process_is_converted_by_the_units(mini):
    # 2 kWh of power become 0.002 MWh of hydro at 10 kg a MWh.
    found = asked(mini, "Steel <- Power -> Hydro")
    assert after(found, "Steel") == pytest.approx(1 + 0.01 * CH4 + 0.02)
    assert after(found, "Tyre") == pytest.approx(0.9)
    assert [(e.item, e.before, e.after) for e in found.edits] == [
        ("Power", 2.0, 0.0),
        ("Hydro", 0.0, pytest.approx(0.002)),
    ]


def test_another_supplier_of_all_leaves_the_two_products_as_they_are(snapshot):
    # Hydro takes 0.1 kWh of power for 1 kWh, and power 0.1 of its own: both stay. Steel and tyre change.
    made = snapshot(
        process("Power", "1 kWh", takes={"Power": "0.1 kWh"}, emits={"CO2": "0.9 kg"}),
        process("Hydro", "1 kWh", takes={"Power": "0.1 kWh"}),
        process("Steel", takes={"Power": "2 kWh"}),
        process("Tyre", takes={"Power": "1 kWh"}),
    )
    found = asked(made, "* <- Power -> Hydro")
    assert after(found, "Power") == pytest.approx(1.0)
    assert after(found, "Hydro") == pytest.approx(0.1)
    assert (after(found, "Steel"), after(found, "Tyre")) == (pytest.approx(0.2), pytest.approx(0.1))


def test_units_that_do_not_fit_want_to_know_how_much_of_the_new_one(mini):
    with pytest.raises(InventoryError) as caught:
        asked(mini, "Car <- Steel -> Hydro")
    assert caught.value.code == "TH-INV-042"
    # 0.5 kWh of hydro for each of 900 kg is 0.45 MWh at 10 kg.
    assert after(asked(mini, "Car <- Steel -> Hydro = 0.5 kWh"), "Car") == pytest.approx(4.5)


def test_a_data_set_stands_for_another(mini):
    found = asked(mini, "Power -> Hydro")
    assert after(found, "Power") == pytest.approx(0.01)
    assert after(found, "Steel") == pytest.approx(1 + 0.01 * CH4 + 0.02)
    assert len({e.product for e in found.edits}) == 1  # one column, however many take it


def test_an_open_input_can_be_served_and_completeness_is_told(mini):
    car = find_product(mini, "Car")
    found = asked(mini, "Car <- Rubber -> Tyre")
    assert after(found, "Car") == pytest.approx(900 * (2.8 + 0.01 * CH4) + 30 * 0.9)
    before, now = found.complete()
    assert (before[car], now[car]) == (False, True)
    (gone,) = found.open_inputs(car)
    assert (gone.flow, gone.before, gone.after, gone.unit) == ("Rubber", 30.0, 0.0, "kg")


def test_an_open_flow_of_all_consumers_can_be_served(mini):
    assert after(asked(mini, "* <- Rubber -> Tyre"), "Car") == pytest.approx(900 * (2.8 + 0.01 * CH4) + 30 * 0.9)


def test_the_very_name_of_an_open_flow_goes_before_a_product_that_holds_it(snapshot):
    made = snapshot(
        process("Ghost paint", emits={"CO2": "3 kg"}), process("Mask", takes={"Ghost": "2 kg"}), process("Wax")
    )
    assert after(asked(made, "* <- Ghost -> Ghost paint"), "Mask") == pytest.approx(6.0)
    with pytest.raises(InventoryError) as caught:
        asked(made, "* <- Spirit -> Wax")
    assert caught.value.code == "TH-INV-020"


@pytest.mark.parametrize(
    "change",
    [
        ExchangeChange("Steel", "Power"),
        ExchangeChange("Steel", "Power", factor=1.0, amount=2.0),
        ExchangeChange("Steel", "Power", factor=float("nan")),
        EmissionChange("Steel", "CO2"),
        EmissionChange("Steel", "CO2", factor=float("inf")),
    ],
)
def test_a_change_by_nothing_or_by_two_things_is_none(mini, change):
    with pytest.raises(InventoryError) as caught:
        what_if(mini, [change])
    assert caught.value.code == "TH-INV-046"


def test_less_of_an_open_input_moves_no_footprint_but_its_gap(mini):
    car = find_product(mini, "Car")
    found = asked(mini, "Car <- Rubber * 0.5")
    assert found.moved().size == 0
    assert [(o.before, o.after) for o in found.open_inputs(car)] == [(30.0, 15.0)]
    assert asked(mini, "Car <- Rubber = 0 kg").complete()[1][car]


def test_replacing_by_something_incomplete_makes_incomplete(mini):
    found = asked(mini, "Tyre -> Car = 0.001 Item(s)")
    tyre = find_product(mini, "Tyre")
    before, now = found.complete()
    assert (before[tyre], now[tyre]) == (True, False)


@pytest.fixture
def grid(snapshot):
    """1.05 kWh of supply for 1 kWh: coal 0.63 (60 %), gas 0.315 (30 %), hydro 0.000105 MWh (10 %); a line, and own losses."""
    return snapshot(
        process("Coal power", "1 kWh", emits={"CO2": "1 kg"}),
        process("Gas power", "1 kWh", emits={"CO2": "0.5 kg"}),
        process("Hydro", "1 MWh", emits={"CO2": "10 kg"}),
        process("Wind", "1 kWh"),
        process("Power line", "1 km", emits={"CO2": "100 kg"}),
        process(
            "Grid",
            "1 kWh",
            takes={
                "Coal power": "0.63 kWh",
                "Gas power": "0.315 kWh",
                "Hydro": "0.000105 MWh",
                "Power line": "0.001 km",
            },
        ),
    )


def test_shares_of_a_market_keep_what_its_suppliers_bring_together(grid):
    # Coal 20 %; the other 80 % as 3 : 1 → gas 60 %, hydro 20 %.
    found = asked(grid, "Grid <- Coal power = 20 %")
    assert after(found, "Grid") == pytest.approx(1.05 * (0.2 * 1 + 0.6 * 0.5 + 0.2 * 0.01) + 0.1)
    assert sum(e.after * (1000 if e.item == "Hydro" else 1) for e in found.edits) == pytest.approx(1.05)


def test_all_shares_can_be_named_and_a_new_supplier_comes_in(grid):
    found = asked(
        grid, {"market": "Grid", "shares": {"Coal power": 0.1, "Gas power": "20 %", "Hydro": 0.3, "Wind": 0.4}}
    )
    assert after(found, "Grid") == pytest.approx(1.05 * (0.1 + 0.2 * 0.5 + 0.3 * 0.01) + 0.1)
    assert after(asked(grid, "Grid <- Wind = 100 %"), "Grid") == pytest.approx(0.1)


@pytest.mark.parametrize(
    "shares",
    [
        {"Coal power": 0.6, "Gas power": 0.6},
        {"Coal power": -0.1},
        {"Coal power": 0.5, "Gas power": 0.3, "Hydro": 0.1},
        {"Coal power": 0.5, "coal power": 0.5},
        {},
    ],
)
def test_shares_that_do_not_add_up_are_refused(grid, shares):
    with pytest.raises(InventoryError) as caught:
        asked(grid, {"market": "Grid", "shares": shares})
    assert caught.value.code == "TH-INV-043"


def test_a_share_that_is_no_number_is_refused(grid):
    with pytest.raises(InventoryError) as caught:
        what_if(grid, [MarketChange("Grid", {"Coal power": float("nan")})])
    assert caught.value.code == "TH-INV-043"


def test_what_is_no_market_has_no_shares(mini, grid):
    with pytest.raises(InventoryError) as caught:
        asked(mini, "Steel <- Power = 20 %")
    assert caught.value.code == "TH-INV-044"
    with pytest.raises(InventoryError) as caught:
        asked(grid, "Grid <- Power line = 20 %")
    assert caught.value.code == "TH-INV-044"


def test_a_direct_emission(mini):
    assert after(asked(mini, "Steel emits CH4 * 0"), "Steel") == pytest.approx(2.8)
    assert after(asked(mini, "Steel 排放 二氧化碳 = 500 g"), "Steel") == pytest.approx(0.5 + 1.8 + 0.01 * CH4)


def test_a_gas_that_the_database_does_not_know_yet(mini):
    found = asked(mini, "Steel <- Power * 1", "Steel emits SF6 = 1 g")
    sf6 = gwp_set().factor("SF6", "fossil")
    assert after(found, "Steel") == pytest.approx(2.8 + 0.01 * CH4 + 0.001 * sf6)
    assert after(found, "Car") == pytest.approx(900 * (2.8 + 0.01 * CH4 + 0.001 * sf6))
    assert (found.roles[-1][0], found.roles[-1][1].value) == ("SF6", "fossil")


@pytest.mark.parametrize("text", ["Steel emits SF6 * 2", "Steel emits nonsense = 1 kg", "Power emits CH4 * 2"])
def test_a_gas_that_is_not_emitted_or_no_gas_is_refused(mini, text):
    with pytest.raises(InventoryError) as caught:
        asked(mini, text)
    assert caught.value.code == "TH-INV-045"


def test_a_gas_of_two_origins_must_say_which(snapshot):
    made = snapshot(process("Dump", emits={"CH4 fossil": "1 g", "CH4 biogenic": "1 g"}))
    with pytest.raises(InventoryError) as caught:
        asked(made, "Dump emits CH4 * 2")
    assert caught.value.code == "TH-INV-045"
    assert "CH4 biogenic" in caught.value.text()
    biogenic = gwp_set().factor("CH4", "biogenic")
    assert after(asked(made, "Dump emits CH4 biogenic * 3"), "Dump") == pytest.approx(0.001 * CH4 + 0.003 * biogenic)


@pytest.fixture
def shared_process(snapshot):
    """A mill makes 3 kg of lumber and 1 kg of chips from 8 kWh: by mass, 2 kWh a kilogram of each."""
    return snapshot(
        process("Power", "1 kWh", emits={"CO2": "1 kg"}),
        process("Wind", "1 kWh"),
        process("Mill", makes={"Lumber": "3 kg", "Chips": "1 kg"}, takes={"Power": "8 kWh"}, emits={"CO2": "4 kg"}),
        process("Board", takes={"Chips": "2 kg", "Lumber": "0.1 kg"}),
    )


def test_an_exchange_that_allocation_shares_changes_for_all_co_products(shared_process):
    for name in ("Lumber", "Chips"):
        assert after(asked(shared_process, f"{name} <- Power = 1 kWh"), "Lumber") == pytest.approx(2.0)
        assert after(asked(shared_process, f"{name} <- Power = 1 kWh"), "Chips") == pytest.approx(2.0)
    found = asked(shared_process, "Lumber <- Power -> Wind")
    assert (after(found, "Lumber"), after(found, "Chips")) == (pytest.approx(1.0), pytest.approx(1.0))
    assert after(asked(shared_process, "Lumber emits CO2 * 0"), "Chips") == pytest.approx(2.0)
    assert after(asked(shared_process, "Lumber emits N2O = 0 kg"), "Chips") == pytest.approx(3.0)


def test_a_new_emission_of_a_shared_process_follows_its_shares(shared_process):
    n2o = gwp_set().factor("N2O", "fossil")
    assert after(asked(shared_process, "Lumber emits N2O = 1 g"), "Chips") == pytest.approx(3 + 0.001 * n2o)


def test_a_replacement_is_of_one_product_and_leaves_its_co_products(shared_process):
    found = asked(shared_process, "Chips -> Wind = 1 kWh")
    assert (after(found, "Chips"), after(found, "Lumber"), after(found, "Board")) == (
        pytest.approx(0.0),
        pytest.approx(3.0),
        pytest.approx(0.3),
    )


def test_changes_build_on_one_another(mini):
    found = asked(mini, "Steel <- Power -> Hydro", "Steel <- Hydro * 10", "Hydro emits CO2 * 2")
    assert after(found, "Steel") == pytest.approx(1 + 0.01 * CH4 + 0.02 * 0.02 * 1000)


def test_a_change_that_changes_nothing_moves_nothing(mini):
    found = asked(mini, "Steel <- Power * 1")
    assert (found.edits, found.moved().size) == ((), 0)


def test_moved_products_come_by_their_relative_difference(mini):
    found = asked(mini, "Steel <- Power * 0.5", "Tyre <- Power * 0.9")
    names = [mini.products["name"][int(i)] for i in found.moved()]
    assert names == ["Car", "Steel", "Tyre"]  # −29 % both, the larger amount first; then −10 %
    assert [mini.products["name"][int(i)] for i in found.moved(least=0.2)] == ["Car", "Steel"]


def test_c11_a_swap_that_feeds_a_loop_is_refused_by_name(snapshot):
    made = snapshot(process("Ore"), process("Iron", takes={"Ore": "2 kg"}), process("Steel", takes={"Iron": "1.1 kg"}))
    with pytest.raises(InventoryError) as caught:
        asked(made, "Iron <- Ore -> Steel")
    assert caught.value.code == "TH-INV-004"
    assert "Iron" in caught.value.text()
    assert "Steel" in caught.value.text()


def test_names_that_mean_none_or_several_inputs_list_what_there_is(grid):
    with pytest.raises(InventoryError) as caught:
        asked(grid, "Grid <- Peat power * 2")
    assert caught.value.code == "TH-INV-040"
    assert "Coal power" in caught.value.text()
    with pytest.raises(InventoryError) as caught:
        asked(grid, "Grid <- power * 2")
    assert caught.value.code == "TH-INV-041"
    assert "Gas power" in caught.value.text()
    assert after(asked(grid, "Grid <- hydr * 2"), "Grid") == pytest.approx(0.63 + 0.1575 + 0.0021 + 0.1)


def test_a_product_cannot_take_its_own_place(mini):
    for text in ("Power -> Power", "Steel <- Power -> Power", "* <- Power -> Power"):
        with pytest.raises(InventoryError) as caught:
            asked(mini, text)
        assert caught.value.code == "TH-INV-048"


def test_an_input_without_an_amount_cannot_be_changed(tmp_path):
    import dataclasses
    import math

    base = database("mini", process("Wax"), process("Candle", takes={"Tallow": "1 kg"}))
    candle = base.processes["Candle"]
    missing = tuple(dataclasses.replace(e, amount=math.nan) if e.is_input else e for e in candle.exchanges)
    processes = {**base.processes, "Candle": dataclasses.replace(candle, exchanges=missing)}
    made = freeze(compile_database(dataclasses.replace(base, processes=processes)), tmp_path)
    with pytest.raises(InventoryError) as caught:
        asked(made, "Candle <- Tallow -> Wax")
    assert caught.value.code == "TH-INV-049"


def test_the_tree_shows_both_sides_and_a_supplier_that_is_on_one_only(mini):
    found = asked(mini, "Steel <- Power -> Hydro")
    root = found.tree(find_product(mini, "Car"))
    steel = root.children[0]
    names = {mini.products["name"][c.index]: c for c in steel.children}
    assert names["Power"].totals == (pytest.approx(900 * 1.8), 0.0)
    assert names["Hydro"].totals == (0.0, pytest.approx(18.0))
    assert steel.direct[0] == steel.direct[1] == pytest.approx(900 * (1 + 0.01 * CH4))
    assert root.difference == pytest.approx(18 - 900 * 1.8)


def test_stored_carbon_is_not_netted(snapshot):
    made = snapshot(
        process("Wood", absorbs={"CO2": "1.8 kg"}, emits={"CO2": "0.1 kg"}), process("Desk", takes={"Wood": "10 kg"})
    )
    found = asked(made, "Desk <- Wood * 2")
    assert [float(t[find_product(made, "Desk")]) for t in found.totals()] == [pytest.approx(1.0), pytest.approx(2.0)]
