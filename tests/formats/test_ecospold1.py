"""EcoSpold 1: groups, identity of flows, units, allocation, uncertainty."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from tests.formats.conftest import NAMESPACE, dataset, ecospold, xc

from tanheng.errors import FormatError
from tanheng.formats.ecospold1 import read
from tanheng.inventory.model import (
    Allocation,
    AllocationMethod,
    Database,
    Distribution,
    Exchange,
    FlowKind,
    LocalUnit,
    Uncertainty,
)


@pytest.fixture
def load(tmp_path):
    def load_(*datasets: str, namespace: str = NAMESPACE) -> Database:
        path: Path = tmp_path / "database.xml"
        path.write_text(ecospold(*datasets, namespace=namespace), encoding="utf-8")
        return read(path, name="test")

    return load_


def codes(database: Database) -> set[str]:
    return {note.code for note in database.notes}


@pytest.mark.parametrize("namespace", [NAMESPACE, "", ' xmlns="http://www.ecoinvent.org/ecospold01"'])
def test_a_data_set_with_its_documentation(load, namespace):
    made = xc(
        1, "steel", "o0", location="US", category="c", subCategory="s", localName="Stahl", CASNumber="007439-89-6"
    )
    database = load(dataset(42, "steel", made), namespace=namespace)
    process = database.processes["42"]
    assert (database.format, database.notes, list(database.processes)) == ("ecospold1", (), ["42"])
    assert (process.name, process.location, process.category) == ("steel", "US", ("c", "s"))
    assert (process.valid_from, process.valid_until) == ("2003-12-31", "")
    assert process.comment == "about steel"
    assert process.texts == {
        "technology": "such",
        "geography": "there",
        "time": "then",
        "sampling": "asked",
        "review": "passed",
        "version": "1.0",
        "generator": "test",
        "data generator": "Ada",
        "reviewer": "Ada",
    }
    assert process.sources == ("Blair. More", "Miller. Tables. 1999")
    assert process.licence == "access: public, copyright"
    flow = database.flows["steel {US}"]
    assert (flow.kind, flow.unit, flow.cas, flow.location) == (FlowKind.PRODUCT, "kg", "7439-89-6", "US")
    assert flow.names == {"en": "steel", "de": "Stahl"}
    assert process.exchanges == (Exchange("1", "steel {US}", 1.0, "kg", is_input=False, is_reference=True),)


def test_what_the_groups_mean(load):
    groups = {
        "steel": "o0", "saved": "o1", "slag": "o2", "rubble": "o3", "smoke": "o4",
        "ore": "i1", "power": "i2", "work": "i3", "air": "i4", "things": "i5",
    }  # fmt: skip
    exchanges = "".join(
        xc(i, name, group, category="air", subCategory="high") for i, (name, group) in enumerate(groups.items(), 1)
    )
    database = load(dataset(1, "steel", exchanges))
    found = {database.flows[e.flow].name: e for e in database.processes["1"].exchanges}
    kinds = {name: database.flows[e.flow].kind for name, e in found.items()}
    assert {n for n, e in found.items() if e.is_input} == {"saved", "ore", "power", "work", "air", "things"}
    assert {n for n, e in found.items() if e.is_reference} == {"steel"}
    assert {n for n, e in found.items() if e.is_avoided} == {"saved"}
    assert {n for n, k in kinds.items() if k is FlowKind.ELEMENTARY} == {"smoke", "air"}
    assert {n for n, k in kinds.items() if k is FlowKind.WASTE} == {"rubble"}
    assert database.flows["air/high/smoke"].category == ("air", "high")


def test_one_product_in_several_units_is_one_flow_in_its_makers_unit(load):
    database = load(
        dataset(1, "user", xc(1, "user", "o0", location="US") + xc(2, "power", "i5", 36.0, "MJ", location="US")),
        dataset(2, "power", xc(2, "power", "o0", unit="kWh", location="US"), unit="kWh"),
        dataset(3, "other", xc(3, "other", "o0", location="US") + xc(2, "power", "i5", 2.0, "MWh", location="US")),
    )
    assert database.flows["power {US}"].unit == "kWh"
    assert [
        (e.flow, e.amount, e.unit) for p in database.processes.values() for e in p.exchanges if "power" in e.flow
    ] == [
        ("power {US}", 36.0, "MJ"),
        ("power {US}", 1.0, "kWh"),
        ("power {US}", 2.0, "MWh"),
    ]


def test_another_dimension_keeps_its_unit_for_the_compiler_to_refuse(load):
    database = load(
        dataset(1, "user", xc(1, "user", "o0") + xc(2, "gas", "i5", 3.0, "kg")),
        dataset(2, "gas", xc(2, "gas", "o0", unit="m3")),
    )
    assert database.processes["1"].exchanges[1].flow == "gas"
    assert database.processes["1"].exchanges[1].unit == "kg"
    assert database.flows["gas"].unit == "m3"


def test_makers_in_two_dimensions_make_two_flows(load):
    database = load(
        dataset(1, "gas", xc(1, "gas", "o0", unit="m3")),
        dataset(2, "gas", xc(1, "gas", "o0", unit="kg")),
        dataset(3, "user", xc(3, "user", "o0") + xc(1, "gas", "i5", 3.0, "g") + xc(1, "gas", "i5", 3.0, "l")),
    )
    assert {f.id: f.unit for f in database.flows.values()} == {"gas": "m3", "gas [kg]": "kg", "user": "kg"}
    assert [e.flow for e in database.processes["3"].exchanges] == ["user", "gas [kg]", "gas"]


def test_locations_tell_products_apart(load):
    database = load(
        dataset(1, "power", xc(11, "power", "o0", location="CH")),
        dataset(2, "power", xc(12, "power", "o0", location="FR")),
        dataset(3, "user", "".join([
            xc(1, "user", "o0", location="CH"),
            xc(5, "power", "i5", location="FR"),
            xc(5, "power", "i5", location="DE"),
            xc(5, "power", "i5"),
        ])),
    )  # fmt: skip
    assert [e.flow for e in database.processes["3"].exchanges] == ["user {CH}", "power {FR}", "power {DE}", "power"]
    assert not database.notes


def test_a_missing_location_leads_to_the_only_maker(load):
    database = load(
        dataset(1, "power", xc(11, "power", "o0", location="CH")),
        dataset(2, "user", xc(1, "user", "o0") + xc(5, "power", "i5")),
    )
    assert database.processes["2"].exchanges[1].flow == "power {CH}"
    (note,) = database.notes
    assert (note.code, note.place, note.params) == ("location-assumed", "power", {"given": "–", "made": "CH"})


def test_flow_numbers_bridge_locations_where_they_hold_throughout(load):
    """openLCA writes flow numbers, and the consumer's location on inputs."""
    ship = xc(6961, "ship", "o0", unit="t*km", location="US")
    user = xc(7, "user", "o0", location="RNA") + xc(6961, "ship", "i5", unit="t*km", location="RNA")
    database = load(dataset(1, "ship", ship), dataset(2, "user", user))
    assert database.processes["2"].exchanges[1].flow == "ship {US}"
    # Numbers that are mere positions say nothing: 1 is ship here and user there.
    position = xc(1, "user", "o0", location="RNA") + xc(2, "ship", "i5", unit="t*km", location="RNA")
    database = load(dataset(1, "ship", ship.replace("6961", "1")), dataset(2, "user", position))
    assert database.processes["2"].exchanges[1].flow == "ship {RNA}"


def test_numbers_of_data_sets_name_the_provider(load):
    """ecoinvent's files number a product like the data set that makes it."""
    database = load(
        dataset(501, "power", xc(501, "power", "o0", location="CH")),
        dataset(502, "user", xc(502, "user", "o0", location="CH") + xc(501, "power", "i5", location="CH")),
    )
    assert database.processes["502"].exchanges[1].provider == "501"
    assert database.processes["502"].exchanges[0].provider is None


def test_infrastructure_is_another_product(load):
    plant = xc(1, "plant", "o0", infrastructureProcess="true")
    user = xc(2, "user", "o0") + xc(1, "plant", "i5", infrastructureProcess="true") + xc(3, "plant", "i5")
    database = load(dataset(1, "plant", plant), dataset(2, "user", user))
    assert [e.flow for e in database.processes["2"].exchanges] == ["user", "plant [infrastructure]", "plant"]


def test_elementary_flows_are_category_name_and_dimension(load):
    exchanges = xc(1, "x", "o0") + "".join(
        xc(number, name, group, unit=unit, category=category, subCategory="")
        for number, name, group, unit, category in (
            (2, "Radon", "o4", "kBq", "air"),
            (2, "Radon", "o4", "Bq", "air"),
            (2, "Radon", "o4", "Bq", "air"),
            (2, "Radon", "o4", "kg", "air"),
            (2, "Radon", "o4", "Bq", "water"),
            (2, "Radon", "i4", "Bq", "air"),
        )
    )
    database = load(dataset(1, "x", exchanges))
    assert [e.flow for e in database.processes["1"].exchanges[1:]] == [
        "air/Radon", "air/Radon", "air/Radon", "air/Radon [kg]", "water/Radon", "air/Radon",
    ]  # fmt: skip
    assert database.flows["air/Radon"].unit == "Bq"  # the most used one
    assert [e.unit for e in database.processes["1"].exchanges[1:4]] == ["kBq", "Bq", "Bq"]


def test_land_use_is_elementary_even_where_it_is_written_as_a_technosphere_input(load):
    exchanges = (
        xc(1, "wood", "o0")
        + xc(2, "Transformation, from forest", "i5", unit="m2")
        + xc(3, "Occupation, forest", "i5", unit="m2*a")
        + xc(4, "Transformation works, at plant", "i5")
    )
    kinds = {flow.name: flow.kind for flow in load(dataset(1, "wood", exchanges)).flows.values()}
    assert kinds["Transformation, from forest"] is kinds["Occupation, forest"] is FlowKind.ELEMENTARY
    assert kinds["Transformation works, at plant"] is FlowKind.PRODUCT


def test_waste_that_a_data_set_treats_is_demand_for_it(load):
    treat = dataset(1, "landfill", xc(1, "rubble, to landfill", "o0", location="US"))
    user = xc(2, "user", "o0") + xc(1, "rubble, to landfill", "o3", 5.0, location="US") + xc(3, "dust", "o3")
    database = load(treat, dataset(2, "user", user))
    _, rubble, dust = database.processes["2"].exchanges
    assert (rubble.flow, rubble.is_input, rubble.amount) == ("rubble, to landfill {US}", True, 5.0)
    assert (dust.flow, dust.is_input) == ("dust [waste]", False)
    assert codes(database) == {"waste-as-service"}


def test_waste_does_not_go_to_where_it_is_a_by_product(load):
    other = dataset(1, "mill", xc(1, "mill", "o0") + xc(2, "scrap", "o2"))
    database = load(other, dataset(2, "user", xc(3, "user", "o0") + xc(2, "scrap", "o3")))
    assert database.processes["2"].exchanges[1].flow == "scrap [waste]"


def allocation(product: int, percent: float, method: int, *numbers: int) -> str:
    inner = "".join(f"<referenceToInputOutput>{n}</referenceToInputOutput>" for n in numbers)
    start = f'<allocation referenceToCoProduct="{product}" allocationMethod="{method}" fraction="{percent}">'
    return f"{start}{inner}</allocation>"


def test_allocation_in_percent_for_each_exchange(load):
    exchanges = (
        xc(1, "oil", "o0") + xc(2, "cake", "o2") + xc(3, "bean", "i5") + xc(4, "heat", "i5") + xc(4, "heat", "i5")
    )
    factors = (
        allocation(1, 60, 1, 1, 3) + allocation(2, 40, 1, 3) + allocation(1, 25, 0, 4) + allocation(2, 75, 1, 4)
        + allocation(9, 10, 1, 3)
    )  # fmt: skip
    database = load(dataset(1, "oil mill", exchanges, kind=5, more=factors))
    process = database.processes["1"]
    half = {"oil": 0.25, "cake": 0.75}
    by_exchange = {"3": {"oil": 0.6, "cake": 0.4}, "4": half, "4#2": half}
    assert process.allocations == (Allocation(AllocationMethod.ECONOMIC, {}, by_exchange),)
    assert process.default_allocation is AllocationMethod.ECONOMIC
    assert codes(database) == {"allocation-factor-unusable"}


def test_allocation_of_everything(load):
    factors = allocation(1, 60, -1) + allocation(2, 40, -1)
    database = load(dataset(1, "oil mill", xc(1, "oil", "o2") + xc(2, "cake", "o2"), more=factors))
    assert database.processes["1"].allocations == (Allocation(AllocationMethod.CAUSAL, {"oil": 0.6, "cake": 0.4}),)


def test_a_multi_output_data_set_without_group_0_refers_to_the_product_of_its_name(load):
    database = load(dataset(1, "cake", xc(1, "oil", "o2") + xc(2, "cake", "o2")))
    assert [e.is_reference for e in database.processes["1"].exchanges] == [False, True]


def test_a_data_set_without_product_gets_that_of_its_reference_function(load):
    database = load(dataset(7, "steel", xc(1, "ore", "i1"), unit="t"))
    made = database.processes["7"].exchanges[-1]
    assert (made.flow, made.amount, made.unit, made.is_reference) == ("steel {US}", 1.0, "t", True)
    assert codes(database) == {"reference-made"}


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"uncertaintyType": 1, "standardDeviation95": 1.21}, Uncertainty(Distribution.LOGNORMAL, 2.0, 1.1)),
        ({"standardDeviation95": 1.21}, Uncertainty(Distribution.LOGNORMAL, 2.0, 1.1)),
        ({"uncertaintyType": 2, "standardDeviation95": 0.5}, Uncertainty(Distribution.NORMAL, 2.0, 0.25)),
        (
            {"uncertaintyType": 3, "minValue": 1, "maxValue": 4, "mostLikelyValue": 1.5},
            Uncertainty(Distribution.TRIANGULAR, 1.5, minimum=1.0, maximum=4.0),
        ),
        (
            {"uncertaintyType": 3, "minValue": 1, "maxValue": 4},
            Uncertainty(Distribution.TRIANGULAR, 1.0, minimum=1.0, maximum=4.0),
        ),
        (
            {"uncertaintyType": 4, "minValue": 1, "maxValue": 4},
            Uncertainty(Distribution.UNIFORM, minimum=1.0, maximum=4.0),
        ),
        ({"uncertaintyType": 0}, None),
        ({"uncertaintyType": 1, "standardDeviation95": 1.0}, None),
        (
            {"uncertaintyType": 1, "standardDeviation95": 1.21, "generalComment": "(2,3,1,n.a.,1,5); measured"},
            Uncertainty(Distribution.LOGNORMAL, 2.0, 1.1, pedigree="(2,3,1,n.a.,1,5)"),
        ),
        ({"generalComment": "(2,3,1,1,1,5)"}, Uncertainty(Distribution.LOGNORMAL, pedigree="(2,3,1,1,1,5)")),
        ({"generalComment": "(see page 3, 4)"}, None),
    ],
)
def test_uncertainties(load, attributes, expected):
    database = load(dataset(1, "x", xc(1, "x", "o0", 2.0, **attributes)))
    found = database.processes["1"].exchanges[0].uncertainty
    assert (found is None) == (expected is None)
    if found is not None:
        assert (found.kind, found.pedigree) == (expected.kind, expected.pedigree)
        for attribute in ("loc", "scale", "minimum", "maximum"):
            assert getattr(found, attribute) == pytest.approx(getattr(expected, attribute))
        assert found.gsd2 is None or math.isclose(found.gsd2, 1.21)
    assert not database.notes


def test_a_distribution_without_its_numbers_is_noted(load):
    database = load(dataset(1, "x", xc(1, "x", "o0", 2.0, uncertaintyType=4, minValue=4)))
    assert database.processes["1"].exchanges[0].uncertainty is None
    assert codes(database) == {"uncertainty-unusable"}


def test_numbers_that_make_no_distribution_are_kept_for_linking_to_tell(load):
    crossed = xc(1, "x", "o0", 2.0, uncertaintyType=4, minValue=4, maxValue=1)
    negative = xc(2, "y", "i5", 2.0, uncertaintyType=1, standardDeviation95=-1.5)
    database = load(dataset(1, "x", crossed + negative))
    first, second = (exchange.uncertainty for exchange in database.processes["1"].exchanges)
    assert first == Uncertainty(Distribution.UNIFORM, minimum=4.0, maximum=1.0)
    assert second == Uncertainty(Distribution.LOGNORMAL, 2.0, -1.5)
    assert not database.notes


def test_unknown_units_are_local(load):
    database = load(dataset(1, "x", xc(1, "x", "o0", unit="helen") + xc(2, "y", "i5", unit="")))
    assert database.local_units == {"helen": LocalUnit("helen", "helen", 1.0)}
    assert database.flows["x"].unit == "helen"
    assert database.processes["1"].exchanges[1].unit == "kg"  # the reference function's, for want of any
    assert codes(database) == {"unit-local", "unit-missing"}


def test_odd_content_becomes_notes(load):
    exchanges = (
        xc(1, "x", "o0") + xc(1, "x", "o0") + xc(2, "y", "i5", "abc") + xc(3, "z", "i9")
        + '<exchange number="4" name="w" unit="kg" meanValue="1"/>'
    )  # fmt: skip
    database = load(dataset(1, "x", exchanges), dataset(1, "x", xc(1, "x", "o0")), dataset(3, "CO2", "", kind=3))
    assert list(database.processes) == ["1", "1#2"]
    assert [e.id for e in database.processes["1"].exchanges] == ["1", "1#2", "2"]
    assert [e.is_reference for e in database.processes["1"].exchanges] == [True, False, False]
    assert codes(database) == {
        "several-references", "amount-missing", "exchange-group-unknown", "duplicate-id", "dataset-skipped",
    }  # fmt: skip


def test_zip_and_folder_with_several_files(zipped, tmp_path):
    files = {
        "EcoSpold01/a.xml": ecospold(dataset(1, "a", xc(1, "a", "o0"))),
        "EcoSpold01/b.xml": ecospold(dataset(2, "b", xc(2, "b", "o0") + xc(1, "a", "i5"))),
        "EcoSpold01/categories.xml": '<categories xmlns="http://www.EcoInvent.org/Categories"/>',
        "readme.txt": "hello",
    }
    database = read(zipped(files), name="n")
    assert list(database.processes) == ["1", "2"]
    assert codes(database) == {"file-ignored"}
    folder = tmp_path / "folder"
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    again = read(folder, name="n")
    assert (again.processes, again.flows) == (database.processes, database.flows)


def test_progress_ends_at_the_size_of_the_files(tmp_path):
    path = tmp_path / "x.xml"
    path.write_text(ecospold(*(dataset(i, f"p{i}", xc(i, f"p{i}", "o0")) for i in range(1, 200))))
    steps: list[tuple[int, int]] = []
    read(path, name="n", progress=lambda done, total: steps.append((done, total)))
    assert steps == sorted(steps)
    assert steps[-1] == (path.stat().st_size, path.stat().st_size)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<ecoSpold><dataset", "TH-FMT-013"),
        (ecospold("<dataset>"), "TH-FMT-013"),
        ('<!DOCTYPE e [<!ENTITY x "y">]><ecoSpold>&x;</ecoSpold>', "TH-FMT-014"),
        (ecospold(), "TH-FMT-019"),
    ],
)
def test_faults_of_the_file_are_named(tmp_path, text, code):
    path = tmp_path / "broken.xml"
    path.write_text(text)
    with pytest.raises(FormatError) as caught:
        read(path, name="n")
    assert caught.value.code == code
    assert caught.value.faults[0].place == "broken.xml"
