"""A database written as openLCA JSON-LD and read again is the same, or the difference is in the list of losses."""

from __future__ import annotations

import json
import math
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import olca_schema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanheng import texts
from tanheng.errors import FormatError, InventoryError
from tanheng.formats import Written, detect, read_database, write_database
from tanheng.formats.ilcdmodel.writing import comparing
from tanheng.formats.losses import Losses
from tanheng.formats.writing.links import DECIDED, linked
from tanheng.inventory import compile_database
from tanheng.inventory.model import (
    Allocation,
    AllocationMethod,
    Database,
    Distribution,
    Exchange,
    Flow,
    FlowKind,
    FlowProperty,
    LocalUnit,
    Parameter,
    Process,
    Uncertainty,
)
from tanheng.testing import database, process

TYPES = {
    "flows": olca_schema.Flow,
    "processes": olca_schema.Process,
    "parameters": olca_schema.Parameter,
    "flow_properties": olca_schema.FlowProperty,
    "unit_groups": olca_schema.UnitGroup,
    "locations": olca_schema.Location,
    "sources": olca_schema.Source,
    "actors": olca_schema.Actor,
}
LOGNORMAL = Uncertainty(Distribution.LOGNORMAL, 0.5, 1.2, pedigree="(3;3;4;3;1)")

STEEL = Flow(
    "steel",
    FlowKind.PRODUCT,
    {"en": "Steel"},
    "kg",
    ("Metals", "Steel"),
    location="CN",
    synonyms=("Billet", "Slab"),
    properties=(FlowProperty("Net calorific value", "MJ", 2.5), FlowProperty("Volume of it", "m3", 0.00127)),
)
POWER = Flow("power", FlowKind.PRODUCT, {"zh": "电力"}, "kWh")
HEAT = Flow("heat", FlowKind.PRODUCT, {"en": "Heat"}, "MJ")
SLAG = Flow("slag", FlowKind.WASTE, {"en": "Slag"}, "kg")
CO2 = Flow("co2", FlowKind.ELEMENTARY, {"en": "Carbon dioxide"}, "kg", ("air",), cas="124-38-9", formula="CO2")
BEAUTY = Flow("beauty", FlowKind.PRODUCT, {"en": "Beauty"}, "helen")
FLOWS = {f.id: f for f in (STEEL, POWER, HEAT, SLAG, CO2, BEAUTY)}
LOCAL = {
    "helen": LocalUnit("helen", "helen", 1.0),
    "millihelen": LocalUnit("millihelen", "helen", 0.001),
    "stone of old": LocalUnit("stone of old", "kg", 6.35),
}

MILL = Process(
    "mill",
    {"en": "Steel, at mill"},
    (
        Exchange("1", "steel", 2.0, "kg", is_input=False, is_reference=True, comment="counted"),
        Exchange("2", "power", 1.5, "kWh", is_input=True, provider="plant", formula="use*2", uncertainty=LOGNORMAL),
        Exchange("3", "slag", 0.1, "stone of old", is_input=False),
        Exchange("4", "co2", math.nan, "kg", is_input=False),
        Exchange("5", "heat", 0.25, "kWh", is_input=False),
        Exchange("7", "heat", 3.0, "MJ", is_input=True, is_avoided=True),
        Exchange("9", "steel", 5.0, "MJ", is_input=True),
        Exchange("10", "beauty", 3.0, "millihelen", is_input=True),
        Exchange("11", "co2", 0.0, "g", is_input=False, uncertainty=Uncertainty(Distribution.NORMAL, 1.0, 0.1)),
    ),
    location="CN-HE",
    category=("Metals",),
    parameters=(
        Parameter("use", 0.75, "share*3", comment="of the mill"),
        Parameter("share", 0.25, uncertainty=Uncertainty(Distribution.UNIFORM, minimum=0.2, maximum=0.3)),
    ),
    allocations=(
        Allocation(AllocationMethod.PHYSICAL, {"heat": 0.3, "steel": 0.7}),
        Allocation(AllocationMethod.ECONOMIC, {"heat": 0.1, "steel": 0.9}),
        Allocation(
            AllocationMethod.CAUSAL,
            by_exchange={"2": {"heat": 0.0, "steel": 1.0}, "11": {"heat": 0.5, "steel": 0.5}},
        ),
    ),
    default_allocation=AllocationMethod.ECONOMIC,
    valid_from="2019-01-01",
    valid_until="2023-12-31",
    comment="From a plant.\nIn Hebei.",
    texts={
        "technology": "Blast furnace",
        "geography": "Hebei",
        "time": "2019",
        "sampling": "All",
        "completeness": "All of it",
        "data collection": "Meters",
        "data selection": "None",
        "data treatment": "None at all",
        "inventory method": "Attributional",
        "modelling constants": "None",
        "intended application": "Labels",
        "use advice": "With care",
        "project": "P",
        "review": "Found sound",
        "reviewer": "Wang",
        "restrictions": "CC BY 4.0",
        "created": "2020-01-01",
        "data generator": "Li",
        "data documentor": "Zhao",
        "data set owner": "Mill Ltd",
        "copyright": "yes",
        "version": "01.00.000",
        "last change": "2024-01-01T00:00:00Z",
        "data quality": "(1;2;3;4;5)",
    },
    sources=("Handbook of steel. 2019", "Another book"),
    licence="CC BY 4.0",
)
PLANT = Process(
    "plant",
    {"zh": "发电"},
    (
        Exchange("1", "power", 1.0, "kWh", is_input=False, is_reference=True),
        Exchange(
            "2",
            "co2",
            0.9,
            "kg",
            is_input=False,
            uncertainty=Uncertainty(Distribution.TRIANGULAR, 0.9, minimum=0.8, maximum=1.0, pedigree="(1;1;1;1;1)"),
        ),
        Exchange(
            "3",
            "co2",
            1.0,
            "g",
            is_input=False,
            uncertainty=Uncertainty(Distribution.LOGNORMAL, 1.0, None, pedigree="(1;1;1;1;2)"),
        ),
    ),
    is_aggregated=True,
)
WHOLE = Database(
    "whole",
    "openlca-jsonld",
    FLOWS,
    {p.id: p for p in (MILL, PLANT)},
    parameters=(Parameter("everywhere", 4.0, "2*2", comment="all over"),),
    local_units=LOCAL,
)


def plain(found: Database) -> str:
    """A database as text: NaN equals itself, and the order of mappings and parameters says nothing."""
    unordered = replace(
        found,
        name="",
        format="",
        notes=(),
        flows=dict(sorted(found.flows.items())),
        processes={k: replace(p, texts=dict(sorted(p.texts.items()))) for k, p in sorted(found.processes.items())},
        parameters=tuple(sorted(found.parameters, key=lambda p: p.name)),
        local_units=dict(sorted(found.local_units.items())),
    )
    return repr(unordered)


def again(given: Database, folder: Path) -> tuple[Database, Written]:
    """What is read of the package of schema 2; that of schema 1 holds and loses the same."""
    written = write_database(given, folder / "written.zip")
    for name, data in members(written.path):
        if name != "openlca.json":
            assert_valid(name, data)
    older = write_database(given, folder / "older.zip", format="openlca-jsonld-1")
    assert (older.counts, older.losses) == (written.counts, written.losses)
    found = read_database(written.path, name=given.name)
    same = read_database(older.path, name=given.name)
    assert plain(same) == plain(found)
    assert [(note.code, note.params) for note in same.notes] == [(note.code, note.params) for note in found.notes]
    return found, written


def members(path: Path) -> list[tuple[str, dict]]:
    with zipfile.ZipFile(path) as archive:
        return [(name, json.loads(archive.read(name))) for name in archive.namelist()]


def assert_valid(name: str, data: dict) -> None:
    """The independent package reads a data set and gives every field back, but for the further ones that bw2io asks for."""
    kind = TYPES[name.partition("/")[0]]
    assert data["@type"] == kind.__name__
    assert name == f"{name.partition('/')[0]}/{data['@id']}.json"
    for exchange in data.get("exchanges", ()):
        assert exchange.pop("input", exchange["isInput"]) is exchange["isInput"]
        assert exchange.pop("avoidedProduct", False) is exchange["isAvoidedProduct"]
    for factor in data.get("allocationFactors", ()):
        factor.get("exchange", {}).pop("flow", None)
    assert same_fields(kind.from_dict(data).to_dict()) == same_fields(data)


def same_fields(data):
    """Without the types, which the package writes of data sets alone."""
    if isinstance(data, dict):
        return {k: same_fields(v) for k, v in data.items() if k != "@type"}
    return [same_fields(v) for v in data] if isinstance(data, list) else data


def codes(written: Written) -> dict[str, int]:
    return {note.code: note.params["count"] for note in written.losses}


def one(*exchanges: Exchange, flows: dict[str, Flow] | None = None, **more) -> Database:
    """A database of one process."""
    made = Process("p", {"en": "P"}, exchanges, **more)
    return Database("one", "x", FLOWS if flows is None else flows, {"p": made}, local_units=LOCAL)


REFERENCE = Exchange("1", "steel", 1.0, "kg", is_input=False, is_reference=True)


def test_every_field_comes_back(tmp_path):
    found, written = again(WHOLE, tmp_path)
    assert plain(found) == plain(WHOLE)
    assert codes(written) == {"amount-missing": 1}
    assert written.counts == {"flows": 6, "processes": 2, "exchanges": 12}
    assert {note.code for note in found.notes} == {"amount-missing", "unit-local"}


def test_it_is_a_package_of_schema_2_and_the_same_bytes_every_time(tmp_path):
    first = write_database(WHOLE, tmp_path / "a.zip")
    turned = replace(
        WHOLE,
        flows=dict(reversed(WHOLE.flows.items())),
        processes=dict(reversed(WHOLE.processes.items())),
        local_units=dict(reversed(LOCAL.items())),
    )
    second = write_database(turned, tmp_path / "b.zip")
    assert first.path.read_bytes() == second.path.read_bytes()
    older = [
        write_database(d, tmp_path / "c.zip", format="openlca-jsonld-1").path.read_bytes() for d in (WHOLE, turned)
    ]
    assert older[0] == older[1]
    assert detect(first.path) == "openlca-jsonld"
    assert dict(members(first.path))["openlca.json"] == {"schemaVersion": 2}


def test_schema_1_says_the_same_in_its_own_words(tmp_path):
    written = write_database(WHOLE, tmp_path / "a.zip", format="openlca-jsonld-1")
    assert (written.format, detect(written.path)) == ("openlca-jsonld-1", "openlca-jsonld")
    data = dict(members(written.path))
    assert next(iter(data)) == "context.json"
    assert "openlca.json" not in data
    mill = data["processes/mill.json"]
    steel, power, _, _, heat, avoided = mill["exchanges"][:6]
    assert (steel["input"], steel["quantitativeReference"], steel["avoidedProduct"]) == (False, True, False)
    assert (power["input"], power["defaultProvider"]["@id"]) == (True, "plant")
    assert (avoided["input"], avoided["avoidedProduct"]) == (True, True)
    assert heat["flow"]["flowType"] == "PRODUCT_FLOW"
    assert heat["flow"]["refUnit"] == "MJ"
    causal = next(f for f in mill["allocationFactors"] if f["allocationType"] == "CAUSAL_ALLOCATION")
    assert causal["exchange"] == {"@type": "Exchange", "internalId": 2, "flow": power["flow"]}
    documentation = mill["processDocumentation"]
    assert (documentation["copyright"], documentation["reviewDetails"]) == (True, "Found sound")
    assert documentation["reviewer"]["name"] == "Wang"
    assert [p["inputParameter"] for p in mill["parameters"]] == [False, True]
    flow = data["flows/steel.json"]
    assert [p.get("referenceFlowProperty") for p in flow["flowProperties"]] == [True, None, None]
    categories = {(c["modelType"], c["name"]): c for name, c in data.items() if name.startswith("categories/")}
    assert set(categories) == {("FLOW", "Metals"), ("FLOW", "Steel"), ("FLOW", "air"), ("PROCESS", "Metals")}
    metals, inner = categories["FLOW", "Metals"], categories["FLOW", "Steel"]
    assert "category" not in metals
    assert inner["category"]["@id"] == metals["@id"] != categories["PROCESS", "Metals"]["@id"]
    assert flow["category"]["@id"] == inner["@id"]
    assert flow["category"]["categoryPath"] == ["Metals"]
    words = {key for value in data.values() for key in keys(value)}
    assert not {word for word in words if word.startswith("is")} | (words & {"reviews", "schemaVersion"})


def keys(value):
    """Names of all fields."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield key
            yield from keys(below)
    elif isinstance(value, list):
        for below in value:
            yield from keys(below)


def test_schema_2_has_the_older_names_that_bw2io_asks_for(tmp_path):
    data = dict(members(write_database(WHOLE, tmp_path / "a.zip").path))
    mill = data["processes/mill.json"]
    assert [e["input"] for e in mill["exchanges"]] == [e["isInput"] for e in mill["exchanges"]]
    assert [e["internalId"] for e in mill["exchanges"] if e.get("avoidedProduct")] == [7]
    causal = [f["exchange"] for f in mill["allocationFactors"] if "exchange" in f]
    assert {e["internalId"]: e["flow"]["@id"] for e in causal} == {2: "power", 11: "co2"}
    assert not [e for e in data["processes/plant.json"]["exchanges"] if "input" in e or "avoidedProduct" in e]


def test_factors_of_a_process_without_exchanges(tmp_path):
    found, _ = again(one(allocations=(Allocation(AllocationMethod.PHYSICAL, {"steel": 1.0}),)), tmp_path)
    assert found.processes["p"].allocations == ()


def test_production_volumes_are_told_as_lost(tmp_path):
    found, written = again(one(replace(REFERENCE, production_volume=5.0)), tmp_path)
    assert found.processes["p"].exchanges[0].production_volume is None
    assert codes(written)["production-volume-lost"] == 1


@pytest.mark.parametrize("form", ["openlca-jsonld", "openlca-jsonld-1"])
def test_every_reference_leads_somewhere(tmp_path, form):
    written = write_database(WHOLE, tmp_path / "a.zip", format=form)
    data = members(written.path)
    there = {d["@id"] for _, d in data if "@id" in d}
    there |= {u["@id"] for name, d in data if name.startswith("unit_groups/") for u in d["units"]}

    def walk(value):
        if isinstance(value, dict):
            if "@id" in value and value.get("@type") != "Parameter":
                assert value["@id"] in there
            for below in value.values():
                walk(below)
        elif isinstance(value, list):
            for below in value:
                walk(below)

    for _, d in data:
        walk(d)


def test_common_quantities_have_the_ids_of_openlca_s_reference_data(tmp_path):
    data = dict(members(write_database(WHOLE, tmp_path / "a.zip").path))
    mass = data["flow_properties/93a60a56-a3c8-11da-a746-0800200b9a66.json"]
    assert mass["name"] == "Mass"
    group = data[f"unit_groups/{mass['unitGroup']['@id']}.json"]
    assert group["defaultFlowProperty"]["@id"] == mass["@id"]
    assert {u["name"]: u["conversionFactor"] for u in group["units"]}["lb av"] == 0.45359237


def test_a_failed_write_leaves_what_was_there(tmp_path):
    target = tmp_path / "kept.zip"
    target.write_bytes(b"old")
    broken = replace(WHOLE, processes={"mill": replace(MILL, comment="\ud800")})
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever it is, the file stays
        write_database(broken, target)
    assert target.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["kept.zip"]


def test_other_formats_are_refused(tmp_path):
    with pytest.raises(FormatError) as caught:
        write_database(WHOLE, tmp_path / "a.zip", format="ecospold1")
    assert caught.value.code == "TH-FMT-032"
    assert "openlca-jsonld" in caught.value.text("en")


def test_ids_that_openlca_cannot_hold(tmp_path):
    given = database(
        "mini", process("Coal/raw", "1 kg", emits={"CO2": "0.1 kg"}), process("P", takes={"Coal/raw": "2 kg"})
    )
    found, written = again(given, tmp_path)
    assert codes(written)["id-replaced"] >= 2
    before, after = compile_database(given).footprints, compile_database(found).footprints
    assert sorted(after[:, 0]) == pytest.approx(sorted(before[:, 0]))


def test_names_in_several_languages(tmp_path):
    flow = replace(STEEL, names={"en": "Steel", "zh": "钢"})
    given = one(REFERENCE, flows={"steel": flow})
    given = replace(given, processes={"p": replace(given.processes["p"], names={"en": "P", "zh": "过程"}, comment="C")})
    found, written = again(given, tmp_path)
    assert found.flows["steel"].synonyms == ("Billet", "Slab", "钢")
    assert found.processes["p"].comment == "C\n\nName (zh): 过程"
    assert codes(written)["flow-names"] == codes(written)["process-names"] == 1


def test_separators_inside_names(tmp_path):
    flow = replace(STEEL, category=("a/b", "c"), synonyms=("x;y",))
    found, written = again(one(REFERENCE, flows={"steel": flow}), tmp_path)
    assert found.flows["steel"].category == ("a∕b", "c")
    assert found.flows["steel"].synonyms == ("x,y",)
    assert {"category-slash", "synonym-semicolon"} <= set(codes(written))


def test_exchange_ids_that_are_no_numbers_and_their_causal_factors(tmp_path):
    given = one(
        replace(REFERENCE, id="x"),
        Exchange("1", "heat", 1.0, "MJ", is_input=False),
        Exchange("y", "co2", 1.0, "kg", is_input=False),
        allocations=(Allocation(AllocationMethod.CAUSAL, by_exchange={"y": {"steel": 0.4, "heat": 0.6}}),),
    )
    found, written = again(given, tmp_path)
    made = found.processes["p"]
    assert [e.id for e in made.exchanges] == ["2", "1", "3"]
    assert made.allocations[0].by_exchange == {"3": {"steel": 0.4, "heat": 0.6}}
    assert codes(written)["exchange-id-replaced"] == 2


def test_physical_factors_by_exchange_become_causal(tmp_path):
    given = one(
        REFERENCE,
        Exchange("2", "heat", 1.0, "MJ", is_input=False),
        Exchange("3", "co2", 1.0, "kg", is_input=False),
        Exchange("4", "power", 1.0, "kWh", is_input=True),
        allocations=(
            Allocation(AllocationMethod.PHYSICAL, {"steel": 0.7, "heat": 0.3}, {"3": {"steel": 1.0, "heat": 0.0}}),
        ),
        default_allocation=AllocationMethod.PHYSICAL,
    )
    found, written = again(given, tmp_path)
    made = found.processes["p"]
    assert made.default_allocation is AllocationMethod.CAUSAL
    assert made.allocations[0].by_exchange == {"3": {"steel": 1.0, "heat": 0.0}, "4": {"steel": 0.7, "heat": 0.3}}
    assert codes(written)["allocation-as-causal"] == 1


def test_wrong_sums_of_factors_are_not_mended(tmp_path):
    given = one(
        REFERENCE,
        Exchange("2", "heat", 1.0, "MJ", is_input=False),
        allocations=(Allocation(AllocationMethod.PHYSICAL, {"heat": 0.3}),),
    )
    found, _ = again(given, tmp_path)
    assert found.processes["p"].allocations[0].shares == {"heat": 0.3, "steel": 0.0}


def test_a_formula_that_gives_another_value_is_left_out(tmp_path):
    given = one(
        REFERENCE,
        Exchange("2", "co2", 3.0, "kg", is_input=False, formula="a"),
        Exchange("3", "co2", 4.0, "kg", is_input=False, formula="2*b"),
        Exchange("4", "co2", math.nan, "kg", is_input=False, formula="a"),
        Exchange("5", "co2", 6.0, "kg", is_input=False, formula="nobody(1)"),
        parameters=(Parameter("a", 5.0, "4"), Parameter("b", 2.0)),
    )
    found, written = again(given, tmp_path)
    made = found.processes["p"]
    assert [e.formula for e in made.exchanges] == ["", "", "2*b", "", "nobody(1)"]
    assert [e.amount for e in made.exchanges[:3]] == [1.0, 3.0, 4.0]
    assert math.isnan(made.exchanges[3].amount)
    assert made.exchanges[4].amount == 6.0
    assert [(p.value, p.formula) for p in made.parameters] == [(5.0, ""), (2.0, "")]
    assert codes(written)["formula-differs"] == 3


def test_a_converted_formula_still_gives_the_amount(olca, zipped, tmp_path):
    olca.flow("fuel", properties={"mass": 1.0, "energy": 40.0, "gross": 44.0})
    olca.process(
        "p",
        [
            olca.exchange("fuel", reference=True),
            olca.exchange("fuel", 88.0, unit="energy:MJ", property="gross", input=True, amountFormula="2*44"),
        ],
    )
    first = read_database(zipped(olca.files), name="x")
    exchange = first.processes["p"].exchanges[1]
    assert (exchange.amount, exchange.unit) == (pytest.approx(2.0), "kg")
    found, written = again(first, tmp_path)
    assert found.processes["p"].exchanges[1].amount == pytest.approx(2.0)
    assert "formula-differs" not in codes(written)


def test_units_of_the_database_are_read_as_themselves(tmp_path):
    flows = {
        "log": Flow("log", FlowKind.PRODUCT, {"en": "Log"}, "cord of old"),
        "chip": Flow("chip", FlowKind.PRODUCT, {"en": "Chip"}, "l"),
    }
    local = {
        "cord of old": LocalUnit("cord of old", "m3", 4.0),
        "ton": LocalUnit("ton", "kg", 907.18),
    }
    given = Database(
        "units",
        "x",
        flows | {"steel": STEEL},
        {
            "p": Process(
                "p",
                {"en": "P"},
                (
                    Exchange("1", "log", 1.0, "cord of old", is_input=False, is_reference=True),
                    Exchange("2", "log", 2.0, "m3", is_input=True),
                    Exchange("3", "chip", 0.5, "cord of old", is_input=True),
                    Exchange("4", "steel", 2.0, "ton", is_input=True),
                ),
            )
        },
        local_units=local,
    )
    found, written = again(given, tmp_path)
    made = found.processes["p"].exchanges
    assert found.local_units["cord of old"] == local["cord of old"]
    assert (made[0].unit, made[1].unit, found.flows["log"].unit) == ("cord of old", "m3", "cord of old")
    assert (made[2].amount, made[2].unit) == (2000.0, "l")
    assert found.local_units[made[3].unit].factor == 907.18
    assert {"exchange-converted", "local-unit-renamed"} <= set(codes(written))


def test_an_amount_in_a_unit_that_the_flow_does_not_convert(tmp_path):
    given = one(
        REFERENCE, Exchange("2", "power", 1.0, "kg", is_input=True), Exchange("3", "co2", 1.0, "smoot", is_input=False)
    )
    found, written = again(given, tmp_path)
    assert [e.unit for e in found.processes["p"].exchanges] == ["kg", "kg", "smoot"]
    assert codes(written)["exchange-unit-foreign"] == 2
    assert compile_database(found).footprints.shape == compile_database(given).footprints.shape


def test_dates_of_a_month_or_a_year(tmp_path):
    found, written = again(one(REFERENCE, valid_from="2003", valid_until="2004-02"), tmp_path)
    assert (found.processes["p"].valid_from, found.processes["p"].valid_until) == ("2003-01-01", "2004-02-29")
    assert codes(written)["date-completed"] == 2


def test_texts_without_a_field_go_into_the_description(tmp_path):
    found, written = again(one(REFERENCE, texts={"extrapolations": "none"}, comment="C"), tmp_path)
    assert found.processes["p"].comment == "C\n\nExtrapolations: none"
    assert codes(written)["text-moved"] == 1


def test_the_licence_of_the_database_goes_with_its_processes(tmp_path):
    given = replace(one(REFERENCE), licence="CC0", description="About")
    found, written = again(given, tmp_path)
    assert found.processes["p"].licence == "CC0"
    assert {"licence-given", "description-lost"} <= set(codes(written))


def test_faults_of_the_database_are_listed(tmp_path):
    given = one(
        REFERENCE,
        replace(REFERENCE, id="2"),
        Exchange("3", "nothing", 1.0, "kg", is_input=True),
        Exchange("4", "heat", 1.0, "MJ", is_input=False, is_avoided=True),
        Exchange("5", "heat", 1.0, "", is_input=True),
        Exchange("6", "co2", math.inf, "kg", is_input=False, uncertainty=replace(LOGNORMAL, loc=math.inf)),
        Exchange("7", "co2", 1.0, "kg", is_input=False, uncertainty=replace(LOGNORMAL, minimum=0.1)),
        parameters=(Parameter("a", math.nan), Parameter("b", 1.0, uncertainty=LOGNORMAL)),
        texts={"restrictions": "R"},
        licence="L",
    )
    found, written = again(given, tmp_path)
    assert {
        "several-references",
        "exchange-without-flow",
        "avoided-direction",
        "exchange-without-unit",
        "amount-missing",
        "uncertainty-unusable",
        "uncertainty-bounds",
        "parameter-value-missing",
        "parameter-scores",
        "licence-joined",
        "local-unit-unused",
    } <= set(codes(written))
    assert found.processes["p"].licence == "L\n\nR"
    assert len(written.lines("zh")) == len(written.losses)


def test_every_loss_has_its_sentence_in_both_languages():
    sources = Path(write_database.__code__.co_filename).parent
    used = {
        code
        for path in sources.rglob("*.py")
        for code in re.findall(r'(?:losses\.count|_tell)\(\s*"([a-z-]+)"', path.read_text(encoding="utf-8"))
    }
    used |= set(comparing.FLOW_FIELDS.values()) | set(comparing.PROCESS_FIELDS.values())
    assert used == set(texts.catalogue("losses"))
    for entry in texts.catalogue("losses").values():
        assert set(entry) == {"en", "zh"}
        for text in entry.values():
            assert {"{count}", "{example}"} >= set(re.findall(r"{\w+}", text))
            assert "{example}" in text


# Random databases

_NUMBERS = (
    st.floats(-1e6, 1e6, allow_subnormal=False).filter(lambda x: x == 0 or abs(x) > 1e-9).map(lambda x: x + 0.0)
)  # no -0.0
_POSITIVE = st.floats(1e-6, 1e6)
_NAMES = st.text("abcdefgh 钢电;/(),", min_size=1, max_size=12).map(str.strip).filter(bool)
_UNITS = {"mass": ["kg", "g", "t"], "energy": ["MJ", "kWh"], "own": ["helen", "millihelen"]}
_UNCERTAINTIES = st.one_of(
    st.none(),
    st.builds(
        Uncertainty,
        st.just(Distribution.LOGNORMAL),
        _POSITIVE,
        st.floats(1.01, 5.0),
        pedigree=st.sampled_from(["", "(1;2;3;4;5)"]),
    ),
    st.builds(Uncertainty, st.just(Distribution.NORMAL), _NUMBERS, _POSITIVE),
    st.builds(Uncertainty, st.just(Distribution.UNIFORM), minimum=_NUMBERS, maximum=_NUMBERS),
)


@st.composite
def databases(draw) -> Database:
    flows = {}
    dimensions = {}
    for i in range(draw(st.integers(1, 5))):
        dimension = draw(st.sampled_from(sorted(_UNITS)))
        dimensions[f"f{i}"] = dimension
        unit = "helen" if dimension == "own" else draw(st.sampled_from(_UNITS[dimension]))
        name = draw(_NAMES)
        language = "zh" if re.search(r"[\u3400-\u9fff]", name) else "en"
        kind = draw(st.sampled_from(FlowKind))
        flows[f"f{i}"] = Flow(f"f{i}", kind, {language: name}, unit, location=draw(st.sampled_from(["", "CN", "US"])))
    processes = {}
    for i in range(draw(st.integers(1, 3))):
        exchanges = []
        for j in range(1, draw(st.integers(1, 5)) + 1):
            flow = draw(st.sampled_from(sorted(flows)))
            exchanges.append(
                Exchange(
                    str(j),
                    flow,
                    draw(st.one_of(st.just(math.nan), _NUMBERS)),
                    draw(st.sampled_from(_UNITS[dimensions[flow]])),
                    is_input=draw(st.booleans()),
                    is_reference=j == 1,
                    uncertainty=draw(_UNCERTAINTIES),
                    comment=draw(st.one_of(st.just(""), _NAMES)),
                )
            )
        processes[f"p{i}"] = Process(
            f"p{i}",
            {"en": f"P{i}"},
            tuple(exchanges),
            parameters=tuple(Parameter(f"x{k}", draw(_NUMBERS)) for k in range(draw(st.integers(0, 2)))),
            is_aggregated=draw(st.booleans()),
        )
    local = {key: unit for key, unit in LOCAL.items() if key != "stone of old"}
    return Database("random", "x", flows, processes, local_units=local)


@pytest.mark.fuzz
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(databases())
def test_random_databases_come_back(tmp_path, given):
    found, written = again(given, tmp_path)
    given = linked(given, Losses(), DECIDED)
    used = {f.unit for f in given.flows.values()}
    used |= {e.unit for p in given.processes.values() for e in p.exchanges}
    kept = {
        key: unit for key, unit in given.local_units.items() if key in used or (key == "helen" and "millihelen" in used)
    }
    assert plain(found) == plain(replace(given, local_units=kept))
    assert set(codes(written)) <= {
        "amount-missing",
        "local-unit-unused",
        "provider-added",
        "provider-assumed",
        "provider-replaced",
    }
    np.testing.assert_array_equal(footprints(found), footprints(given))


def footprints(given: Database) -> np.ndarray:
    """Footprints of all products; none where the random database cannot be calculated."""
    try:
        return compile_database(given).footprints
    except InventoryError:
        return np.zeros((0, 0))
