from __future__ import annotations

import numpy as np
import pytest

from tanheng.errors import InventoryError
from tanheng.inventory import compile_database, freeze
from tanheng.inventory.climate import climate_role, is_unknown_gas
from tanheng.inventory.linking import LinkStatus
from tanheng.inventory.model import (
    Allocation,
    AllocationMethod,
    Distribution,
    Flow,
    FlowKind,
    FlowProperty,
    Uncertainty,
)
from tanheng.quantities import Origin
from tanheng.testing import database, process


def kg(compiled, product, gas="CO2", origin=Origin.FOSSIL):
    column = next(c.index for c in compiled.columns if c.flow.id == product)
    return float(compiled.footprints[column, compiled.roles.index((gas, origin))])


def test_units_are_converted_to_the_providers_unit():
    compiled = compile_database(
        database(
            "db",
            process("Electricity", "1 kWh", emits={"CO2": "0.9 kg"}),
            process("Steel", "1 t", takes={"Electricity": "7.2 GJ"}, emits={"CO2": "1 t"}),
        )
    )
    # 7.2 GJ = 2000 kWh → 1800 kg, and the process's own tonne.
    assert kg(compiled, "Steel") == pytest.approx(2800)


def test_a_flows_own_density_converts_volume_to_mass():
    compiled = compile_database(
        database(
            "db",
            process("Solvent", "1 l", emits={"CO2": "2 kg"}),
            process("Paint", "1 kg", takes={"Solvent": "0.4 kg"}),
            properties={"Solvent": (FlowProperty("mass", "kg", 0.8),)},
        )
    )
    # 0.4 kg ÷ 0.8 kg/l = 0.5 l
    assert kg(compiled, "Paint") == pytest.approx(1.0)


def test_a_standard_density_is_used_and_noted():
    compiled = compile_database(
        database(
            "db",
            process("Diesel, at refinery", "1 l", emits={"CO2": "0.5 kg"}),
            process("Haul", "1 t*km", takes={"Diesel, at refinery": "0.844 kg"}),
        )
    )
    assert kg(compiled, "Haul") == pytest.approx(0.5)
    assert [n.params["flow"] for n in compiled.notes if n.code == "standard-density"] == ["Diesel, at refinery"]


def test_units_that_do_not_fit_leave_the_input_open():
    compiled = compile_database(
        database("db", process("Sand", "1 kg", emits={"CO2": "1 kg"}), process("Glass", "1 kg", takes={"Sand": "3 MJ"}))
    )
    assert compiled.links[0].status is LinkStatus.UNIT_MISMATCH
    assert compiled.O.shape[0] == 1
    assert kg(compiled, "Glass") == 0.0


def test_products_are_measured_in_the_unit_they_are_sold_in():
    power = process("Electricity", "1 kWh", emits={"CO2": "0.9 kg"})
    first = process("Pump", "1 m3", takes={"Electricity": "3.6 MJ"})
    compiled = compile_database(database("db", first, power))
    column = next(c for c in compiled.columns if c.flow.id == "Electricity")
    assert column.flow.unit == "kWh"
    assert kg(compiled, "Pump") == pytest.approx(0.9)


class TestLinking:
    def test_the_authors_provider_wins(self):
        compiled = compile_database(
            database(
                "db",
                process("East", makes={"Power": "1 kWh"}, emits={"CO2": "1 kg"}),
                process("West", makes={"Power": "1 kWh"}, emits={"CO2": "2 kg"}),
                process("Use", takes={"Power": "1 kWh"}, providers={"Power": "West"}),
            )
        )
        assert kg(compiled, "Use") == pytest.approx(2)
        assert compiled.links[0].status is LinkStatus.DEFAULT_PROVIDER

    def test_the_only_producer_of_the_place_is_taken(self):
        compiled = compile_database(
            database(
                "db",
                process("East", makes={"Power": "1 kWh"}, emits={"CO2": "1 kg"}, location="E"),
                process("West", makes={"Power": "1 kWh"}, emits={"CO2": "2 kg"}, location="W"),
                process("Use", takes={"Power": "1 kWh"}, location="W"),
            )
        )
        assert kg(compiled, "Use") == pytest.approx(2)
        assert compiled.links[0].status is LinkStatus.SAME_LOCATION
        assert len(compiled.links[0].candidates) == 2

    def test_several_candidates_are_settled_by_rule_and_recorded(self):
        compiled = compile_database(
            database(
                "db",
                process("Old", makes={"Power": "1 kWh"}, emits={"CO2": "1 kg"}, valid_until="2001-01-01"),
                process("New", makes={"Power": "1 kWh"}, emits={"CO2": "2 kg"}, valid_until="2020-01-01"),
                process("Undated", makes={"Power": "1 kWh"}, emits={"CO2": "4 kg"}),
                process("Use", takes={"Power": "1 kWh"}),
            )
        )
        assert kg(compiled, "Use") == pytest.approx(2)
        assert compiled.links[0].status is LinkStatus.ASSUMED
        assert len(compiled.links[0].candidates) == 3

    def test_what_nobody_makes_is_open_and_what_the_authors_cut_off_is_declared(self):
        compiled = compile_database(
            database("db", process("Use", takes={"Ghost": "1 kg", "CUTOFF Scrap": "2 kg"}, emits={"CO2": "1 kg"}))
        )
        assert [link.status for link in compiled.links] == [LinkStatus.OPEN, LinkStatus.DECLARED_CUT_OFF]
        assert compiled.O.toarray().ravel().tolist() == [1.0, 2.0]

    def test_a_process_that_takes_all_of_its_own_product_leaves_that_input_open(self):
        compiled = compile_database(
            database(
                "db",
                process("Sheet", "5.8 kg", takes={"Sheet": "5.8 kg"}, emits={"CO2": "1 kg"}),
                process("Can", takes={"Sheet": "1 kg"}),
            )
        )
        assert compiled.links[0].status is LinkStatus.EATS_ITSELF
        assert kg(compiled, "Can") == pytest.approx(1 / 5.8)


class TestAllocation:
    def test_amounts_in_one_dimension_share_by_amount(self):
        compiled = compile_database(
            database("db", process("Cell", makes={"Chlorine": "480 g", "Caustic": "0.52 kg"}, emits={"CO2": "1 kg"}))
        )
        # 1 kg × 0.48 on 480 g and 1 kg × 0.52 on 0.52 kg: one kg of CO2 per kg of each.
        assert kg(compiled, "Chlorine") == pytest.approx(1e-3)  # sold by the gram
        assert kg(compiled, "Caustic") == pytest.approx(1.0)
        assert {c.rule for c in compiled.columns} == {"physical-amounts:mass"}

    def test_the_data_sets_factors_come_first(self):
        economic = Allocation(AllocationMethod.ECONOMIC, {"Meal": 0.25, "Oil": 0.75})
        compiled = compile_database(
            database(
                "db",
                process("Mill", makes={"Meal": "4 kg", "Oil": "1 kg"}, emits={"CO2": "2 kg"}, allocations=(economic,)),
            )
        )
        assert kg(compiled, "Meal") == pytest.approx(2 * 0.25 / 4)
        assert kg(compiled, "Oil") == pytest.approx(2 * 0.75 / 1)

    def test_causal_factors_share_exchange_by_exchange(self):
        causal = Allocation(AllocationMethod.CAUSAL, {}, {"2": {"Heat": 1.0, "Power": 0.0}})
        compiled = compile_database(
            database(
                "db",
                process("CHP", makes={"Power": "1 kWh", "Heat": "2 kWh"}, emits={"CO2": "3 kg"}, allocations=(causal,)),
            )
        )
        assert kg(compiled, "Power") == 0.0
        assert kg(compiled, "Heat") == pytest.approx(1.5)

    def test_without_a_common_measure_the_reference_carries_all_and_it_shows(self):
        compiled = compile_database(
            database(
                "db",
                process("Resin", makes={"Resin": "1 kg", "Steam": "0.1 MJ"}, emits={"CO2": "2 kg"}),
                process("Heater", takes={"Steam": "1 MJ"}),
            )
        )
        assert kg(compiled, "Resin") == pytest.approx(2)
        assert [c.rule for c in compiled.columns] == ["reference-only", "single"]
        assert {link.status for link in compiled.links} == {LinkStatus.FREE_OUTPUT, LinkStatus.OPEN}

    def test_outputs_that_nobody_takes_do_not_share_by_amount(self):
        compiled = compile_database(
            database(
                "db",
                process("Ingot", makes={"Ingot": "1 kg", "Turbined water": "9000 kg"}, emits={"CO2": "8 kg"}),
                process("Sheet", takes={"Ingot": "1 kg"}),
            )
        )
        assert kg(compiled, "Ingot") == pytest.approx(8)
        assert LinkStatus.FREE_OUTPUT in {link.status for link in compiled.links}

    def test_a_reference_that_nobody_takes_is_not_drowned_by_its_by_products(self):
        def ingot(by_product):
            made = {"Ingot": "1 kg", "By-product": by_product}
            return kg(compile_database(database("db", process("Ingot", makes=made, emits={"CO2": "8 kg"}))), "Ingot")

        assert ingot("3 kg") == pytest.approx(2)
        assert ingot("9000 kg") == pytest.approx(8)


def test_gases_are_told_apart_by_origin():
    compiled = compile_database(
        database(
            "db",
            process(
                "Boiler",
                "1 MJ",
                emits={
                    "CO2 fossil": "1 kg",
                    "CO2 biogenic": "2 kg",
                    "CH4 biogenic": "3 kg",
                    "CO2 land transformation": "4 kg",
                },
                absorbs={"CO2": "5 kg"},
            ),
        )
    )
    found = {role: compiled.footprints[0, k] for k, role in enumerate(compiled.roles)}
    assert found == {
        ("CO2", Origin.FOSSIL): 1,
        ("CO2", Origin.BIOGENIC): 2,
        ("CH4", Origin.BIOGENIC): 3,
        ("CO2", Origin.LUC): 4,
        ("CO2", Origin.REMOVAL): 5,
    }


@pytest.mark.parametrize(
    ("name", "gas", "origin"),
    [
        ("Methane, tetrafluoro-, FC-14", "CF4", Origin.FOSSIL),
        ("Methane, difluromonochloro-, HCFC-22", "HCFC-22", Origin.FOSSIL),
        ("Ethane, 2-chloro-1,1,1,2-tetra-fluoro-, HCFC-124", "HCFC-124", Origin.FOSSIL),
        ("Carbon dioxide [Inorganic emissions to air]", "CO2", Origin.FOSSIL),
        ("Nitrous oxide (laughing gas) [Inorganic emissions to air]", "N2O", Origin.FOSSIL),
        ("Methane, biogenic", "CH4", Origin.BIOGENIC),
        ("Carbon dioxide, land transformation", "CO2", Origin.LUC),
    ],
)
def test_gas_names_as_real_databases_spell_them(name, gas, origin):
    assert climate_role(elementary(name), is_input=False) == (gas, origin)


@pytest.mark.parametrize(
    "name", ["Carbon monoxide", "Hydrocarbons (other than methane)", "Benzene, chloro-", "Carbon-14"]
)
def test_what_is_no_greenhouse_gas_has_no_role(name):
    assert climate_role(elementary(name), is_input=False) is None


def test_a_group_of_gases_without_a_gwp_is_noted():
    assert is_unknown_gas(elementary("HFCs and HCFCs, unspecified"))
    assert is_unknown_gas(elementary("Perfluorocarbons, unspecified"))
    assert not is_unknown_gas(elementary("Methane, tetrafluoro-, FC-14"))
    assert not is_unknown_gas(elementary("Hydrogen fluoride"))


def test_a_gas_to_water_does_not_count():
    assert climate_role(elementary("Methane", ("water", "river")), is_input=False) is None


def elementary(name, category=("air", "unspecified")):
    return Flow(name, FlowKind.ELEMENTARY, {"en": name}, "kg", category)


def test_uncertainty_is_kept_per_entry_and_in_its_unit(tmp_path):
    spread = Uncertainty(Distribution.LOGNORMAL, loc=7.2, scale=1.2)
    compiled = compile_database(
        database(
            "db",
            process("Electricity", "1 kWh", emits={"CO2": "1 kg"}),
            process("Steel", "2 t", takes={"Electricity": "7.2 GJ"}, uncertainty={"Electricity": spread}),
        )
    )
    rows = freeze(compiled, tmp_path).table("exchanges").filter(matrix="A").to_dicts()
    assert rows[0]["loc"] == pytest.approx(1000.0)  # 7.2 GJ for 2 t → 1000 kWh for a tonne
    assert (rows[0]["scale"], rows[0]["distribution"]) == (1.2, 1)


def test_of_a_loop_that_eats_more_than_it_makes_the_largest_link_stays_open():
    compiled = compile_database(
        database(
            "db",
            process("A", takes={"B": "2 kg"}, emits={"CO2": "1 kg"}),
            process("B", takes={"A": "0.6 kg"}),
            process("C", takes={"A": "1 kg"}),
        )
    )
    # A ← B carries as much of the gain as B ← A; the larger amount is the likelier slip of a unit.
    assert {link.process: link.status for link in compiled.links} == {
        "A": LinkStatus.UNPRODUCTIVE_LOOP,
        "B": LinkStatus.ONLY_PRODUCER,
        "C": LinkStatus.ONLY_PRODUCER,
    }
    assert kg(compiled, "C") == pytest.approx(1.0)
    assert [(f.name, v) for f, v in zip(compiled.open_flows, compiled.O.toarray()[:, 0], strict=True)] == [("B", 2.0)]
    (note,) = compiled.notes
    assert note.code == "unproductive-loop"
    assert note.params["processes"] == "A, B"
    assert note.params["radius"] == "1.095"


def test_a_singular_system_is_refused_with_its_processes():
    # Each avoids one of the other: s_A + s_B = f has no unique answer, though no loop feeds on itself.
    with pytest.raises(InventoryError) as caught:
        compile_database(
            database(
                "db", process("A", avoids={"B": "1 kg"}, emits={"CO2": "1 kg"}), process("B", avoids={"A": "1 kg"})
            )
        )
    assert caught.value.code == "TH-INV-003"
    assert "A" in caught.value.faults[0].params["processes"]


def test_nothing_to_calculate_is_refused():
    with pytest.raises(InventoryError) as caught:
        compile_database(database("empty"))
    assert caught.value.code == "TH-INV-001"


def test_progress_is_reported():
    seen = []
    compile_database(
        database("db", process("A"), process("B")), progress=lambda done, total: seen.append((done, total))
    )
    assert seen == [(1, 2), (2, 2)]


def test_the_matrix_follows_the_convention():
    compiled = compile_database(
        database("db", process("A", "2 kg", takes={"A": "0.5 kg", "B": "3 kg"}), process("B", emits={"CO2": "1 kg"}))
    )
    np.testing.assert_allclose(compiled.A.toarray(), [[0.75, 0.0], [-1.5, 1.0]])
