"""EcoSpold 2: sides and signs, links, identity, allocation, uncertainty, formulas, texts; what is tolerated and told."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import pytest
from tests.formats.conftest import pack
from tests.formats.spold2 import NAMESPACE, activity, nature, product, spold

from tanheng.errors import FormatError
from tanheng.formats import Format, Limits, detect, read_database
from tanheng.formats.ecospold2.fields import number
from tanheng.inventory.climate import climate_role
from tanheng.inventory.importing.compiling import compile_database
from tanheng.inventory.model import Allocation, AllocationMethod, Database, Distribution, FlowKind, Uncertainty

CUT_OFF = "Allocation, cut-off by classification"


@pytest.fixture
def load(tmp_path):
    def load_(*datasets: str, namespace: str = NAMESPACE, name: str = "x.spold") -> Database:
        path: Path = tmp_path / name
        path.write_text(spold(*datasets, namespace=namespace), encoding="utf-8")
        return read_database(path, name="test")

    return load_


def codes(database: Database) -> dict[str, int | float | str]:
    return {note.code: note.params.get("count", 1) for note in database.notes}


def by_flow(database: Database, process: str) -> dict:
    return {e.flow: e for e in database.processes[process].exchanges}


def score(database: Database, process: str) -> float:
    """Mass of CO2 behind one unit of the first product of a process, through the whole database."""
    import numpy as np

    compiled = compile_database(database)
    index = next(c.index for c in compiled.columns if c.process.id == process)
    supply = np.linalg.solve(compiled.A.toarray(), np.eye(len(compiled.columns))[index])
    return float(supply @ compiled.direct.sum(axis=1))


CO2 = nature("CO2", amount=2.0).replace("CO2 name", "Carbon dioxide, fossil")


@pytest.mark.parametrize("namespace", [NAMESPACE, "", ' xmlns="http://www.ecoinvent.org/ecospold02"'])
def test_a_data_set_is_read_with_or_without_its_namespace(load, namespace):
    database = load(activity("a", product("steel", "o0") + CO2), namespace=namespace)
    process = database.processes["a"]
    assert (database.format, process.name, process.location) == ("ecospold2", "a name", "CN")
    assert codes(database) == ({} if namespace else {"namespace-missing": 1})
    steel, gas = process.exchanges
    assert (steel.flow, steel.amount, steel.unit, steel.is_input, steel.is_reference) == (
        "steel",
        1.0,
        "kg",
        False,
        True,
    )
    assert (gas.is_input, database.flows["CO2"].category) == (False, ("air", "s"))
    assert climate_role(database.flows["CO2"], is_input=False)[0] == "CO2"


@pytest.mark.parametrize("namespace", [NAMESPACE, ""])
@pytest.mark.parametrize("root", ["ecoSpold", "none"])
def test_the_format_is_seen_from_the_content(tmp_path, namespace, root):
    document = spold(activity("a", product("steel", "o0"), child=True), namespace=namespace)
    if root == "none":
        document = document.partition("\n")[2].replace(f"<ecoSpold{namespace}>", "").replace("</ecoSpold>", "")
    path = tmp_path / "x.xml"
    path.write_text(document)
    assert detect(path) is Format.ECOSPOLD2
    assert list(read_database(path, name="x").processes) == ["a"]


def test_what_the_groups_mean(load):
    groups = {
        "ore": "i1",
        "power": "i2",
        "work": "i3",
        "things": "i5",
        "steel": "o0",
        "slag": "o2",
        "rubble": "o3",
        "stock": "o5",
    }
    database = load(
        activity("a", "".join(product(f, g) for f, g in groups.items()) + nature("air", "i4") + nature("smoke", "o4"))
    )
    found = by_flow(database, "a")
    assert {f for f, e in found.items() if e.is_input} == {"ore", "power", "work", "things", "air"}
    assert {f for f, e in found.items() if e.is_reference} == {"steel"}
    kinds = {f: flow.kind for f, flow in database.flows.items()}
    assert {f for f, k in kinds.items() if k is FlowKind.WASTE} == {"rubble"}
    assert {f for f, k in kinds.items() if k is FlowKind.ELEMENTARY} == {"air", "smoke"}
    assert "stock" not in found
    assert codes(database) == {"stock-addition": 1}


def test_groups_as_attributes_are_believed_first(load):
    exchange = product("power", "i999", inputGroup=5)
    database = load(activity("a", product("steel", "o0") + exchange + product("oil", "o4") + "".join(
        product("lost", "o2").replace("<outputGroup>2</outputGroup>", "")
    )))  # fmt: skip
    found = by_flow(database, "a")
    assert found["power"].is_input
    assert not found["oil"].is_input
    assert codes(database) == {"output-group-odd": 1, "exchange-group-unknown": 1}


# Wastes and credits: the signs of the convention


def test_c09_a_treatment_takes_its_waste_in_and_the_waste_of_others_is_demand(load):
    """A system model: the treatment has its waste as a reference of −1, the others give it as an input of −0.5."""
    database = load(
        activity("burn", product("ash", "o0", -1.0, productionVolumeAmount=-7.0) + CO2, model=CUT_OFF),
        activity("make", product("steel", "o0") + product("ash", "i5", -0.5, activityLinkId="burn"), model=CUT_OFF),
    )
    assert database.flows["ash"].kind is FlowKind.WASTE
    burnt, given = by_flow(database, "burn")["ash"], by_flow(database, "make")["ash"]
    assert (burnt.amount, burnt.is_input, burnt.is_reference, burnt.production_volume) == (1.0, True, True, 7.0)
    assert (given.amount, given.is_input, given.is_avoided, given.provider) == (0.5, False, False, "burn")
    assert score(database, "make") == pytest.approx(0.5 * 2.0)  # half a kilogram of ash at 2 kg CO2
    assert codes(database) == {"waste-sign": 2}


def test_c09_a_market_of_wastes_hands_them_on(load):
    database = load(
        activity("burn", product("ash", "o0", -1.0) + CO2, model=CUT_OFF),
        activity(
            "market",
            product("ash", "o0", -1.0) + product("ash", "i5", -1.0, activityLinkId="burn", id="in"),
            model=CUT_OFF,
        ),
        activity("make", product("steel", "o0") + product("ash", "i5", -0.25, activityLinkId="market"), model=CUT_OFF),
    )
    assert score(database, "market") == pytest.approx(2.0)
    assert score(database, "make") == pytest.approx(0.5)


@pytest.mark.parametrize("group", ["o2", "o3"])
def test_c09_unlinked_waste_is_demand_for_the_treatment_that_there_is(load, group):
    database = load(
        activity("burn", product("ash", "o0", -2.0) + CO2),
        activity("make", product("steel", "o0") + product("ash", group, 0.5)),
    )
    given = by_flow(database, "make")["ash"]
    assert (given.amount, given.is_input) == (0.5, False)
    assert score(database, "make") == pytest.approx(0.5)  # 2 kg CO2 for 2 kg of ash


def test_c09_a_treatment_sold_as_a_positive_product_is_a_service(load):
    database = load(
        activity("burn", product("ash", "o0") + CO2),
        activity("make", product("steel", "o0") + product("ash", "o3", 0.5)),
    )
    assert by_flow(database, "make")["ash"].is_input
    assert score(database, "make") == pytest.approx(1.0)
    assert codes(database) == {"waste-as-service": 1}


def test_c09_a_negative_input_of_a_product_is_a_credit(load):
    """What consequential system models make of by-products."""
    spread = (
        '<uncertainty><lognormal meanValue="-0.5" mu="-0.69" varianceWithPedigreeUncertainty="0.04"/></uncertainty>'
    )
    database = load(
        activity("grow", product("wheat", "o0") + CO2),
        activity("mill", product("flour", "o0") + product("wheat", "i5", -0.5, inside=spread, activityLinkId="grow")),
    )
    credit = by_flow(database, "mill")["wheat"]
    assert (credit.amount, credit.is_input, credit.is_avoided, credit.provider) == (0.5, True, True, "grow")
    assert credit.uncertainty.loc == 0.5
    assert credit.uncertainty.scale == pytest.approx(math.exp(0.2))
    assert score(database, "mill") == pytest.approx(-1.0)
    assert codes(database) == {"input-avoided": 1}


def test_c09_a_product_treated_here_and_made_there_keeps_its_signs(load):
    database = load(
        activity("make", product("scrap", "o0") + CO2),
        activity("melt", product("scrap", "o0", -1.0) + CO2),
        activity("user", product("steel", "o0") + product("scrap", "i5", -0.5, activityLinkId="melt")),
    )
    assert database.flows["scrap"].kind is FlowKind.PRODUCT
    assert by_flow(database, "melt")["scrap"].amount == -1.0
    assert score(database, "user") == pytest.approx(1.0)  # 0.5 kg treated at 2 kg CO2


def test_negative_by_products_and_wastes_taken_in(load):
    database = load(
        activity("make", product("steel", "o0") + product("gas", "o2", -0.5) + product("ash", "i5", 0.1)),
        activity("burn", product("ash", "o0", -1.0) + product("dust", "o0", -1.0)),
        activity("gas", product("gas", "o0") + nature("uptake", amount=-3.0)),
    )
    assert by_flow(database, "make")["gas"].is_input
    assert by_flow(database, "make")["ash"].is_input
    assert by_flow(database, "burn")["dust"].is_input
    assert not by_flow(database, "burn")["dust"].is_reference
    assert by_flow(database, "gas")["uptake"].amount == -3.0  # nature keeps its signs
    assert codes(database)["output-taken"] == 1


def test_by_products_classed_as_waste_are_waste(load):
    classed = (
        "<classification><classificationSystem>By-product classification</classificationSystem>"
        "<classificationValue>Waste</classificationValue></classification>"
    )
    database = load(
        activity("a", product("steel", "o0") + product("dust", "o2", inside=classed) + product("slag", "o2"))
    )
    assert {f: flow.kind.value for f, flow in database.flows.items()} == {
        "steel": "product",
        "dust": "waste",
        "slag": "product",
    }


def test_c09_a_treatment_as_openlca_exports_it_is_found(load):
    """openLCA writes the waste that a treatment takes in as a plain input, and that of others with group 3."""
    database = load(
        activity("burn", product("ash", "i5") + product("oil", "i5", 0.1) + CO2),
        activity("make", product("steel", "o0") + product("ash", "o3", 0.5)),
    )
    assert by_flow(database, "burn")["ash"].is_reference
    assert score(database, "make") == pytest.approx(1.0)
    assert codes(database) == {"reference-assumed": 1}


def test_c09_formulas_turn_with_their_amounts(load):
    given = product("ash", "i5", -0.5, mathematicalRelation="0 - 0.25 * 2", isCalculatedAmount="true")
    database = load(activity("burn", product("ash", "o0", -1.0)), activity("make", product("steel", "o0") + given))
    exchange = by_flow(database, "make")["ash"]
    assert (exchange.amount, exchange.formula) == (0.5, "-(0 - 0.25 * 2)")


# Identity and links


def test_data_sets_of_one_activity_are_told_apart_by_their_product(load):
    """What a system model makes of an activity with two products."""
    database = load(
        activity("a", product("milk", "o0") + product("meat", "o0", 0.0) + CO2, model=CUT_OFF),
        activity("a", product("milk", "o0", 0.0) + product("meat", "o0", 2.0) + CO2, model=CUT_OFF),
        activity("b", product("pie", "o0") + product("meat", "i5", 3.0, activityLinkId="a"), model=CUT_OFF),
    )
    assert list(database.processes) == ["a_milk", "a_meat", "b"]
    assert by_flow(database, "b")["meat"].provider == "a_meat"
    assert score(database, "b") == pytest.approx(3.0)
    assert codes(database) == {"zero-output": 2}


def test_the_file_name_says_which_of_several_references_is_meant(load):
    data = activity("a", product("milk", "o0") + product("meat", "o0", 2.0))
    database = load(data, name="a_meat.spold")
    assert by_flow(database, "a")["meat"].is_reference
    assert not by_flow(database, "a")["milk"].is_reference
    assert codes(database) == {"several-references": 1}


def test_a_link_to_nobody_is_told_and_the_only_maker_serves(load):
    database = load(
        activity("a", product("steel", "o0") + CO2),
        activity("b", product("car", "o0") + product("steel", "i5", 2.0, activityLinkId=" gone ")),
    )
    assert by_flow(database, "b")["steel"].provider == "gone"
    assert codes(database) == {"dangling-provider": 1}
    assert score(database, "b") == pytest.approx(4.0)


def test_the_same_data_set_twice_is_kept_twice_and_told(load):
    database = load(activity("a", product("steel", "o0")), activity("a", product("steel", "o0")))
    assert list(database.processes) == ["a_steel", "a_steel#2"]
    assert codes(database) == {"duplicate-id": 1}


def test_without_a_reference_the_by_product_of_the_activitys_name_is_taken(load):
    by_products = product("slag", "o2") + product("a", "o2")
    database = load(activity("a", by_products), activity("b", product("x", "i5")))
    assert by_flow(database, "a")["a"].is_reference
    assert codes(database) == {"reference-assumed": 1, "no-reference": 1}


def test_children_are_read_as_they_are_and_what_they_lack_is_told(load):
    whole = activity("whole", product("steel", "o0"), child=True, parentActivityId="p")
    lacking = activity("lacking", product("iron", "o0") + product("ore", "i5", None), child=True, parentActivityId="p")
    database = load(whole, lacking)
    assert [(n.place, n.params["parent"]) for n in database.notes if n.code == "child-inherits"] == [
        ("lacking name", "p")
    ]
    assert math.isnan(by_flow(database, "lacking")["ore"].amount)
    assert database.processes["whole"].texts["parent activity"] == "p"


def test_missing_names_units_and_ids(load):
    inner = (
        product("nameless", "i5", inside="<name/>")
        + product("unitless", "i5", unit="")
        + product("", "i5", inside="<name/>")
    )
    database = load(activity("a", product("steel", "o0") + inner + product("nameless", "i5", inside="<name/>")))
    assert database.flows["nameless"].name == "nameless"
    assert by_flow(database, "a")["unitless"].unit == "1"
    assert codes(database) == {"unit-missing": 1, "exchange-without-flow": 1, "duplicate-exchange": 1}


def test_one_elementary_id_in_two_compartments_is_two_flows(load):
    exchanges = (
        nature("n", place="air") + nature("n", place="water", id="w") + nature("n", place="Air", id="v", unit="g")
    )
    database = load(activity("a", product("steel", "o0") + exchanges))
    assert [e.flow for e in database.processes["a"].exchanges[1:]] == ["n", "n [water/kg]", "n"]
    assert codes(database) == {"flow-id-shared": 1}


def test_a_product_and_an_elementary_flow_of_one_id_are_two_flows(load):
    exchanges = product("steel", "o0") + nature("x") + product("x", "i5") + nature("steel")
    database = load(activity("a", exchanges))
    assert [e.flow for e in database.processes["a"].exchanges] == ["steel", "x", "x [product]", "steel [nature]"]
    kinds = [database.flows[e.flow].kind.value for e in database.processes["a"].exchanges]
    assert kinds == ["product", "elementary", "product", "elementary"]


# Numbers


def test_numbers_as_people_write_them():
    assert [number(t) for t in ("1,5", " 2e-3 ", ".5", "-3,2E2", "7.")] == [1.5, 0.002, 0.5, -320.0, 7.0]
    assert number("9" * 10_000_000 + "x") is None  # at once
    assert [number(t) for t in ("1,234.5", "1,2,3", "", "INF", "NaN", "x", "0x10", "1_0", None, "1e999")] == [None] * 10


def test_decimal_commas_are_told(load):
    database = load(activity("a", product("steel", "o0") + product("ore", "i5", "1,6")))
    assert by_flow(database, "a")["ore"].amount == 1.6
    assert codes(database) == {"decimal-comma": 1}


@pytest.mark.parametrize("amount", ["", "INF", "1.234,5", None])
def test_what_is_no_number_is_missing_not_zero(load, amount):
    database = load(activity("a", product("steel", "o0") + product("ore", "i5", amount)))
    assert math.isnan(by_flow(database, "a")["ore"].amount)
    assert codes(database) == {"amount-missing": 1}


PEDIGREE = (
    '<pedigreeMatrix reliability="2" completeness="3" temporalCorrelation="1" geographicalCorrelation="4"'
    ' furtherTechnologyCorrelation="5"/>'
)


@pytest.mark.parametrize(
    ("written", "expected", "is_told"),
    [
        (
            '<lognormal meanValue="3" mu="1.0986" variance="0.04" varianceWithPedigreeUncertainty="0.09"/>' + PEDIGREE,
            Uncertainty(Distribution.LOGNORMAL, 3.0, math.exp(0.3), pedigree="(2;3;1;4;5)"),
            False,
        ),
        ('<lognormal mu="0" variance="0.04"/>', Uncertainty(Distribution.LOGNORMAL, 1.0, math.exp(0.2)), False),
        ('<lognormal meanValue="3" mu="1" variance="INF"/>', None, True),
        ('<lognormal meanValue="3" mu="1" variance="-1"/>', None, True),
        ('<lognormal meanValue="3" mu="1" variance="0"/>', None, False),
        ('<normal meanValue="3" variance="4" varianceWithPedigreeUncertainty="9"/>',
         Uncertainty(Distribution.NORMAL, 3.0, 3.0), False),
        ('<triangular minValue="1" mostLikelyValue="2" maxValue="6"/>',
         Uncertainty(Distribution.TRIANGULAR, 2.0, minimum=1.0, maximum=6.0), False),
        ('<triangular minValue="1" maxValue="6"/>', None, True),
        ('<uniform minValue="1" maxValue="6"/>', Uncertainty(Distribution.UNIFORM, minimum=1.0, maximum=6.0), False),
        ('<beta minValue="1" mostFrequentValue="2" maxValue="3"/>', None, True),
        ('<gamma shape="1" scale="2" minValue="0"/>', None, True),
        ('<binomial n="3" p="0.5"/>', None, True),
        (
            '<undefined minValue="1" maxValue="3" standardDeviation95="2"/>' + PEDIGREE,
            Uncertainty(Distribution.LOGNORMAL, pedigree="(2;3;1;4;5)"),
            True,
        ),
        (PEDIGREE, Uncertainty(Distribution.LOGNORMAL, pedigree="(2;3;1;4;5)"), False),
        ("<comment>none</comment>", None, False),
    ],
)  # fmt: skip
def test_uncertainties(load, written, expected, is_told):
    exchange = product("ore", "i5", 3.0, inside=f"<uncertainty>{written}</uncertainty>")
    database = load(activity("a", product("steel", "o0") + exchange))
    assert by_flow(database, "a")["ore"].uncertainty == expected
    assert codes(database) == ({"uncertainty-unusable": 1} if is_told else {})


# Formulas


FORMULAS = (
    product("steel", "o0", 2.0, variableName="out", inside='<property propertyId="p" variableName="dry" amount="0.5"/>')
    + product("ore", "i5", 9.0, mathematicalRelation="out * K + dry", isCalculatedAmount="true", variableName="ore")
    + product("coal", "i5", 5.0, mathematicalRelation="ore * 2", isCalculatedAmount="true")
    + product("lime", "i5", 5.0, mathematicalRelation="ore * 2")
    + '<parameter parameterId="k" variableName="k" amount="3" mathematicalRelation="1 + J" isCalculatedAmount="true">'
    "<name>factor</name><unitName>kg</unitName></parameter>"
    '<parameter parameterId="j" variableName="j" amount="3"><name>j</name></parameter>'
)


def test_formulas_are_evaluated_where_the_authors_say_that_amounts_are_calculated(load):
    database = load(activity("a", FORMULAS))
    found = by_flow(database, "a")
    assert {f: e.amount for f, e in found.items()} == {"steel": 2.0, "ore": 8.5, "coal": 17.0, "lime": 5.0}
    assert (found["lime"].formula, found["coal"].formula) == ("ore * 2", "ore * 2")
    parameters = database.processes["a"].parameters
    assert [(p.name, p.value, p.formula, p.comment) for p in parameters] == [
        ("k", 4.0, "1 + J", "factor [kg]"),
        ("j", 3.0, "", ""),
    ]
    assert {n.code for n in database.notes} == {"formula-differs"}


def test_formulas_of_allocated_data_sets_are_kept_and_their_amounts_stand(load):
    database = load(activity("a", FORMULAS, model=CUT_OFF))
    assert {f: e.amount for f, e in by_flow(database, "a").items()} == {
        "steel": 2.0,
        "ore": 9.0,
        "coal": 5.0,
        "lime": 5.0,
    }
    assert codes(database) == {"formula-kept": 4}


def test_a_formula_that_we_cannot_read_leaves_the_amount(load):
    ore = product("ore", "i5", 9.0, mathematicalRelation="UnitConversion(1;'kg';'t')", isCalculatedAmount="true")
    database = load(activity("a", product("steel", "o0") + ore))
    assert by_flow(database, "a")["ore"].amount == 9.0
    assert codes(database) == {"formula-syntax": 1}


# Allocation and properties


def priced(amount: object, unit: str = "EUR2005", name: str = "price") -> str:
    return f'<property propertyId="p" amount="{amount}"><name>{name}</name><unitName>{unit}</unitName></property>'


def test_the_property_that_the_authors_chose_allocates(load):
    data = product("milk", "o0", 2.0, inside=priced(3.0)) + product("meat", "o2", 1.0, inside=priced(4.0)) + CO2
    database = load(activity("a", data, masterAllocationPropertyId="p"))
    process = database.processes["a"]
    assert process.allocations == (Allocation(AllocationMethod.ECONOMIC, {"milk": 0.6, "meat": 0.4}),)
    assert process.default_allocation is AllocationMethod.ECONOMIC
    assert score(database, "a") == pytest.approx(0.6 * 2.0 / 2.0)
    assert process.texts["properties"] == "milk name: price 3 EUR2005\nmeat name: price 4 EUR2005"


def test_an_exchange_may_name_its_own_property_and_another_is_physical(load):
    mass = priced(1.0, "kg", "dry mass")
    data = product("milk", "o0", 3.0, "l", inside=mass, specificAllocationPropertyId="p")
    database = load(activity("a", data + product("meat", "o2", inside=mass, specificAllocationPropertyId="p")))
    assert database.processes["a"].allocations == (Allocation(AllocationMethod.PHYSICAL, {"milk": 0.75, "meat": 0.25}),)


def test_a_product_without_the_property_undoes_the_choice(load):
    data = product("milk", "o0", 2.0, inside=priced(3.0)) + product("meat", "o2")
    database = load(activity("a", data, masterAllocationPropertyId="p"))
    assert database.processes["a"].allocations == ()
    assert codes(database) == {"allocation-property-missing": 1}


def test_properties_convert_between_dimensions_and_prices_do_not(load):
    inside = (
        priced(9.0)
        + priced(400.0, "kg", "dry mass")
        + priced(600.0, "kg", "wet mass")
        + priced(0.5, "dimensionless", "C")
    )
    database = load(
        activity("saw", product("wood", "o0", 1.0, "m3", inside=inside) + CO2),
        activity("use", product("house", "o0") + product("wood", "i5", 300.0, "kg")),
    )
    (prop,) = database.flows["wood"].properties
    assert (prop.name, prop.unit, prop.amount) == ("wet mass", "kg", 600.0)
    assert score(database, "use") == pytest.approx(0.5 * 2.0)


def test_transfer_coefficients_and_impact_results_are_told(load):
    transfer = '<transferCoefficient exchangeId="x" amount="1"/>'
    result = '<impactIndicator amount="3"><name>GWP</name></impactIndicator>'
    database = load(activity("a", product("steel", "o0") + product("ore", "i5", inside=transfer) + result, type=2))
    assert database.processes["a"].is_aggregated
    assert codes(database) == {"transfer-coefficients": 1, "impact-results-ignored": 1}


# Texts


def test_texts_names_and_languages(load):
    inside = (
        '<activityName xml:lang="zh-CN">炼钢</activityName><synonym>melting</synonym>'
        '<includedActivitiesStart xml:lang="en">from the gate</includedActivitiesStart>'
        '<includedActivitiesEnd xml:lang="de">bis zum Tor</includedActivitiesEnd>'
        '<allocationComment><text xml:lang="en" index="1">by price</text></allocationComment>'
        '<generalComment><text xml:lang="zh" index="1">说明</text><text xml:lang="en" index="2">in {{year}}</text>'
        '<text xml:lang="en" index="1">Made</text><variable name="year">2020</variable><imageUrl index="3">http://i</imageUrl>'
        "</generalComment><tag>metal</tag>"
    )
    description = (
        "<classification><classificationSystem>ISIC rev.4 ecoinvent</classificationSystem>"
        "<classificationValue>2410:Iron</classificationValue></classification>"
        '<technology technologyLevel="2"><comment><text xml:lang="en" index="1">furnace</text></comment></technology>'
        '<timePeriod startDate="2015-03" endDate="9999-12-31" isDataValidForEntirePeriod="true"/>'
    )
    administration = (
        '<dataEntryBy personName="Ada"/><dataGeneratorAndPublication personName="Bo" publishedSourceFirstAuthor="Miller A."'
        ' publishedSourceYear="2001" isCopyrightProtected="true" accessRestrictedTo="1"/>'
        '<fileAttributes majorRelease="3" minorRelease="1" defaultLanguage="en" fileGenerator="test"/>'
    )
    steel = product(
        "steel", "o0", inside='<name xml:lang="en">steel</name><name>钢</name><comment xml:lang="en">hot</comment>'
        "<synonym>stahl</synonym>", casNumber="007439-89-6", sourceFirstAuthor="Blair", sourceYear="1999",
        productionVolumeAmount="1e6",
    )  # fmt: skip
    database = load(
        activity(
            "a", steel, inside=inside, description=description, administration=administration, specialActivityType=1
        )
    )
    process, flow = database.processes["a"], database.flows["steel"]
    assert process.names == {"en": "a name", "zh": "炼钢"}
    assert (flow.names, flow.cas, flow.synonyms) == ({"en": "steel", "zh": "钢"}, "7439-89-6", ("stahl",))
    assert process.comment == "Made\nin 2020\n\n说明\nhttp://i"
    assert (process.valid_from, process.valid_until, process.category) == ("2015-03", "", ("2410:Iron",))
    assert (process.licence, process.sources) == ("access: licensees, copyright", ("Miller A. 2001", "Blair. 1999"))
    assert (process.exchanges[0].comment, process.exchanges[0].production_volume) == ("hot", 1e6)
    assert process.texts == {
        "technology": "furnace",
        "technology level": "modern",
        "included activities, start": "from the gate",
        "included activities, end": "bis zum Tor",
        "allocation": "by price",
        "synonyms": "melting",
        "tags": "metal",
        "classification": "ISIC rev.4 ecoinvent: 2410:Iron",
        "activity type": "market activity",
        "system model": "Undefined",
        "data generator": "Bo",
        "data documentor": "Ada",
        "version": "3.1.0.0",
        "generator": "test",
    }


@pytest.mark.parametrize(
    ("written", "read", "is_told"),
    [
        ("2015-03-01", "2015-03-01", False),
        ("1997-12-31T00:00:00-07:00", "1997-12-31", False),
        ("2015", "2015", False),
        ("9999-12-31", "", False),
        ("", "", False),
        ("31.12.2015", "", True),
    ],
)
def test_dates_as_far_as_they_are_given(load, written, read, is_told):
    database = load(activity("a", product("steel", "o0"), description=f'<timePeriod startDate="{written}"/>'))
    assert database.processes["a"].valid_from == read
    assert codes(database) == ({"date-unreadable": 1} if is_told else {})


def test_reviews_and_the_sources_that_a_file_carries(load):
    review = '<review reviewerName="Cy" reviewDate="2019-05-06"><details><text index="1">fine</text></details></review>'
    carried = (
        '<usedUserMasterData><sources id="s" firstAuthor="Miller" year="2001" title="Tables"/>'
        '<sources id="t" firstAuthor="Blair" year="9999" title="More."/></usedUserMasterData>'
    )
    data = activity(
        "a", product("steel", "o0"), administration='<dataGeneratorAndPublication publishedSourceId="t"/>'
    ).replace("</modellingAndValidation>", f"{review}</modellingAndValidation>")
    process = load(data.replace("</activityDataset>", f"{carried}</activityDataset>")).processes["a"]
    assert process.texts["review"] == "Cy 2019-05-06: fine"
    assert process.sources == ("Blair. More", "Miller. Tables. 2001")


# Files


GOOD = spold(activity("a", product("steel", "o0")))


@pytest.mark.parametrize(
    ("bad", "error"),
    [(GOOD[:-40], "TH-FMT-013"), ("<!DOCTYPE e [<!ENTITY a 'b'>]>" + GOOD.partition("\n")[2], "TH-FMT-014"), ("", "TH-FMT-013")],
)  # fmt: skip
def test_a_broken_file_is_passed_over_among_others_and_is_an_error_alone(zipped, tmp_path, bad, error):
    database = read_database(zipped({"d/bad.spold": bad, "d/good.spold": GOOD}), name="x")
    assert list(database.processes) == ["a"]
    (note,) = database.notes
    assert (note.code, note.place, note.params["error"]) == ("file-broken", "database.zip/d/bad.spold", error)
    path = tmp_path / "alone.spold"
    path.write_text(bad)
    with pytest.raises(FormatError) as caught:
        read_database(path, name="x")
    assert caught.value.code == error
    assert "alone.spold" in caught.value.text("en")


def test_of_a_broken_file_nothing_else_is_told(zipped):
    """Neither its first data set, which is well, nor what is odd in it."""
    bad = spold(activity("b", product("ore", "o0", "1,5")), "<activityDataset>")
    database = read_database(zipped({"bad.spold": bad, "good.spold": GOOD}), name="x")
    assert list(database.processes) == ["a"]
    assert codes(database) == {"file-broken": 1}


def test_master_data_beside_the_data_sets_is_passed_over(zipped):
    database = read_database(
        zipped({"data/a.spold": GOOD, "MasterData/Units.xml": "<validUnits/>", "x.txt": "x"}), name="x"
    )
    assert [(n.code, n.place, n.params["root"]) for n in database.notes] == [
        ("file-ignored", "database.zip/MasterData/Units.xml", "validUnits")
    ]


def test_nothing_to_read_is_an_error(zipped):
    with pytest.raises(FormatError, match="TH-FMT-019"):
        read_database(zipped({"a.spold": spold()}), name="x")


CHINESE = spold(activity("a", product("steel", "o0", inside='<name xml:lang="zh">热轧钢板</name>')))


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (b"\xef\xbb\xbf" + CHINESE.encode(), None),
        (CHINESE.replace("UTF-8", "UTF-16").encode("utf-16"), None),
        (CHINESE.replace("UTF-8", "gb18030").encode("gb18030"), None),
        (CHINESE.encode("gb18030"), "gb18030"),
        (b"\n\n" + CHINESE.encode(), "utf-8"),
    ],
    ids=["bom", "utf-16", "declared", "gb18030 said utf-8", "space before the declaration"],
)
def test_encodings(tmp_path, raw, encoding):
    path = tmp_path / "x.spold"
    path.write_bytes(raw)
    database = read_database(path, name="x")
    assert database.flows["steel"].names["zh"] == "热轧钢板"
    assert [(n.code, n.params["encoding"]) for n in database.notes] == (
        [("encoding-assumed", encoding)] if encoding else []
    )


def test_western_letters_in_a_wrong_encoding(tmp_path):
    path = tmp_path / "x.spold"
    path.write_bytes(GOOD.replace("steel name", "Zürich, déchets").encode("cp1252"))
    database = read_database(path, name="x")
    assert database.flows["steel"].name == "Zürich, déchets"


def test_a_utf16_declaration_on_utf8_bytes_as_dotnet_writes_it(tmp_path):
    path = tmp_path / "x.spold"
    path.write_bytes(CHINESE.replace("UTF-8", "utf-16").encode())
    assert read_database(path, name="x").flows["steel"].names["zh"] == "热轧钢板"


def test_folders_zips_and_files_read_alike_and_progress_ends_at_the_whole(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.spold").write_text(GOOD)
    (tmp_path / "z.zip").write_bytes(pack({"a.spold": GOOD}))
    seen: list[tuple[int, int]] = []
    found = [
        read_database(path, name="x", progress=lambda done, total: seen.append((done, total)))
        for path in (folder, folder / "a.spold", tmp_path / "z.zip")
    ]
    assert found[0] == found[1] == found[2]
    assert seen == [(len(GOOD), len(GOOD))] * 3


def test_a_large_file_is_read_as_a_stream(tmp_path, monkeypatch):
    path = tmp_path / "x.spold"
    path.write_text(spold(activity("a", product("steel", "o0")), activity("b", product("iron", "o0"))))
    whole = read_database(path, name="x")
    monkeypatch.setattr(sys.modules["tanheng.formats.ecospold2.parsing"], "_WHOLE", 10)
    assert read_database(path, name="x") == whole
    assert list(whole.processes) == ["a", "b"]
    path.write_text("<validUnits/>")
    with pytest.raises(FormatError, match="TH-FMT-019"):
        read_database(path, name="x")


def test_text_variables_do_not_blow_up(load):
    inside = f'<text index="1">{"{{v}}" * 10_000}</text><variable name="v">{"x" * 10_000}</variable>'
    inside = f"<generalComment>{inside}</generalComment>"
    process = load(activity("a", product("steel", "o0"), inside=inside)).processes["a"]
    assert process.comment == "{{v}}" * 10_000


def test_limits_hold(zipped):
    with pytest.raises(FormatError, match="TH-FMT-017"):
        read_database(zipped({"a.spold": GOOD}), name="x", limits=Limits(member=100))
