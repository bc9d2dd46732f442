"""A database written as ILCD or TIDAS and read again: valid data sets, and every difference in the list of losses."""

from __future__ import annotations

import json
import math
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.formats.ilcd_compared import by_product, differences, renamed
from tests.formats.ilcd_schemas import STANDARDS, faults
from tests.formats.test_openlca_writing import (
    CO2,
    FLOWS,
    LOCAL,
    LOGNORMAL,
    PLANT,
    REFERENCE,
    STEEL,
    WHOLE,
    codes,
    databases,
    one,
    plain,
)

from tanheng.formats import Written, detect, read_database, write_database
from tanheng.formats.ilcdmodel.writing.tree import percentage
from tanheng.formats.tidas.writing.completing import _places
from tanheng.inventory.model import (
    Allocation,
    AllocationMethod,
    Database,
    Distribution,
    Exchange,
    Flow,
    FlowKind,
    LocalUnit,
    Parameter,
    Process,
    Uncertainty,
)
from tanheng.testing import database, process

UUIDS = {key: f"{i:08d}-0000-4000-8000-00000000000a" for i, key in enumerate(("p", "q", *FLOWS))}


@pytest.fixture(params=["ilcd", "tidas"])
def form(request) -> str:
    return request.param


def again(given: Database, folder: Path, form: str, *, is_valid: bool = True) -> tuple[Database, Written]:
    written = write_database(given, folder / "written.zip", format=form)
    if is_valid and STANDARDS.is_dir():
        assert faults(written.path) == []
    found = read_database(written.path, name=given.name)
    assert found.format == form
    assert differences(given, found) <= set(codes(written))
    return found, written


def assert_same_footprints(given: Database, found: Database) -> None:
    before, after = by_product(renamed(given)), by_product(found)
    assert before
    assert before.keys() == after.keys()
    for key, footprint in before.items():
        np.testing.assert_allclose(after[key], footprint, rtol=1e-12)


def only(found: Database) -> Process:
    (made,) = found.processes.values()
    return made


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# What the formats hold as it is

HELD = Process(
    "00000000-0000-4000-8000-0000000000ff",
    {"en": "Steel, at mill", "zh": "钢"},
    (
        Exchange("0", UUIDS["steel"], 2.0, "kg", is_input=False, is_reference=True, comment="counted\n\n计数"),
        Exchange(
            "1", UUIDS["power"], 1.5, "kWh", is_input=True, provider="00000000-0000-4000-8000-0000000000fe",
            uncertainty=Uncertainty(Distribution.LOGNORMAL, 1.5, 1.2345678901, pedigree="(3;3;4;3;1)"),
            formula="2.0 * use", comment="(3;3;4;3;1) guessed",
        ),
        Exchange("2", UUIDS["slag"], 0.1, "kg", is_input=False, provider="00000000-0000-4000-8000-0000000000fe"),
        Exchange("3", UUIDS["co2"], math.nan, "kg", is_input=False),
        Exchange("4", UUIDS["heat"], 0.25, "MJ", is_input=False, uncertainty=Uncertainty(Distribution.NORMAL, 0.25, 1e-7)),
        Exchange("5", UUIDS["heat"], 3.0, "MJ", is_input=True, is_avoided=True),
        Exchange(
            "6", UUIDS["co2"], 1.0, "kg", is_input=False, comment="long " * 200 + "end",
            uncertainty=Uncertainty(Distribution.TRIANGULAR, 1.1, minimum=0.5, maximum=2.0),
        ),
        Exchange(
            "7", UUIDS["co2"], 1.0, "kg", is_input=True,
            uncertainty=Uncertainty(Distribution.UNIFORM, minimum=0.5, maximum=2.0),
        ),
        Exchange(
            "8", UUIDS["beauty"], 1.0, "helen", is_input=True, comment="(1;1;1;1;2)",
            uncertainty=Uncertainty(Distribution.LOGNORMAL, None, None, pedigree="(1;1;1;1;2)"),
        ),
    ),
    location="CN-HE",
    category=("Metals", "Steel"),
    parameters=(
        Parameter("use", 0.75, "share*3", comment="of the mill"),
        Parameter("share", 0.25, uncertainty=Uncertainty(Distribution.UNIFORM, minimum=0.2, maximum=0.3)),
    ),
    allocations=(
        Allocation(
            AllocationMethod.ECONOMIC,
            by_exchange={"1": {UUIDS["steel"]: 2 / 3, UUIDS["heat"]: 1 / 3}, "6": {UUIDS["steel"]: 0.9, UUIDS["heat"]: 0.1}},
        ),
    ),
    default_allocation=AllocationMethod.ECONOMIC,
    valid_from="2019-02-01",
    valid_until="2023-12",
    comment="From a plant.\nIn Hebei.\n\n来自工厂",
    texts={
        "functional unit": "1 kg of steel",
        "technology": "Blast furnace\n\n高炉",
        "applicability": "Wide",
        "geography": "Hebei",
        "time": "2019",
        "model": "m",
        "inventory method": "Unit process, black box\n\nAttributional\n\nAllocation - market value",
        "modelling constants": "Steady",
        "completeness": "All of it",
        "data selection": "Meters",
        "data treatment": "Averaged",
        "data collection": "2019",
        "sampling": "All",
        "uncertainty": "Small",
        "production volume": "1200 t",
        "use advice": "With care",
        "project": "P",
        "intended application": "Labels",
        "restrictions": "Ask first",
        "created": "2020-01-01T00:00:00Z",
        "last change": "2024-01-01T00:00:00Z",
        "version": "01.02.003",
        "copyright": "true",
        "review": "Found sound\n\n无误",
        "compliance": "ISO 14040: Not defined\nEF 3.1: Fully compliant",
        "data generator": "Li",
        "data documentor": "Zhao",
        "data set owner": "钢厂",
    },
    sources=("Handbook of steel. 2019", "另一本书", "long " * 120 + "title"),
    licence="Other, Ask first, copyright",
)  # fmt: skip
DISPOSAL = Process(
    "00000000-0000-4000-8000-0000000000fe",
    {"en": "Slag, treated"},
    (
        Exchange("1", UUIDS["slag"], 1.0, "kg", is_input=True, is_reference=True),
        Exchange("2", UUIDS["co2"], 0.9, "kg", is_input=False),
    ),
    texts={"inventory method": "LCI result", "version": "00.00.001", "created": "2020-01-01T00:00:00Z"},
    is_aggregated=True,
)
_AIR = ("Emissions", "Emissions to air", "Emissions to air, unspecified")
CLEAN = {
    UUIDS[key]: replace(f, id=UUIDS[key], **({"category": _AIR, "synonyms": ("CO2", "碳酸气")} if key == "co2" else {}))
    for key, f in FLOWS.items()
}
EVERY = Database(
    "every", "ilcd", CLEAN, {p.id: p for p in (HELD, DISPOSAL)}, local_units={"helen": LocalUnit("helen", "helen", 1.0)}
)


def test_ilcd_gives_every_field_back(tmp_path):
    found, written = again(EVERY, tmp_path, "ilcd")
    assert plain(found) == plain(EVERY)
    assert set(codes(written)) == {"amount-marked-missing", "avoided-as-extension"}
    assert written.counts == {"flows": 6, "processes": 2, "exchanges": 11}


def test_tidas_gives_every_field_back_but_for_what_it_demands(tmp_path):
    found, written = again(EVERY, tmp_path, "tidas")
    demanded = {"copyright", "review"}
    for key, wanted in EVERY.processes.items():
        made = found.processes[key]
        changed = {
            heading for heading in made.texts | wanted.texts if made.texts.get(heading) != wanted.texts.get(heading)
        }
        assert changed <= demanded
        assert repr(replace(made, texts={}, licence="")) == repr(replace(wanted, texts={}, licence=""))
    assert found.processes[HELD.id].texts["review"] == "Not reviewed\nFound sound\n\n无误"
    assert found.processes[DISPOSAL.id].licence == "Other"
    assert dict(found.flows) == dict(EVERY.flows)
    assert set(codes(written)) == {"amount-marked-missing", "avoided-as-extension", "licence-differs", "texts-differ"}


def test_a_database_of_another_format_comes_back_with_its_losses(tmp_path, form):
    found, written = again(WHOLE, tmp_path, form)
    assert {"exchange-in-flow-unit", "allocation-set-dropped", "formula-as-variable", "uncertainty-differs"} <= set(
        codes(written)
    )
    mill = next(p for p in found.processes.values() if p.name == "Steel, at mill")
    assert [e.amount for e in mill.exchanges[:3]] == [2.0, 1.5, pytest.approx(0.635)]
    assert math.isnan(mill.exchanges[3].amount)
    assert mill.exchanges[1].formula == "1.0 * exchange_2"
    assert_same_footprints(WHOLE, found)
    assert [len(written.lines(lang)) for lang in ("en", "zh")] == [len(written.losses)] * 2


def test_it_is_a_package_of_its_format_and_the_same_bytes_every_time(tmp_path, form):
    first = write_database(EVERY, tmp_path / "a.zip", format=form)
    turned = replace(
        EVERY, flows=dict(reversed(EVERY.flows.items())), processes=dict(reversed(EVERY.processes.items()))
    )
    second = write_database(turned, tmp_path / "b.zip", format=form)
    assert first.path.read_bytes() == second.path.read_bytes()
    assert detect(first.path) == form == first.format
    folders = {name.split("/")[-2] for name in members(first.path)}
    assert folders == {"processes", "flows", "flowproperties", "unitgroups", "sources", "contacts"}


def test_every_reference_leads_somewhere(tmp_path):
    files = members(write_database(EVERY, tmp_path / "a.zip", format="tidas").path)
    there = set(files)

    def walk(value):
        if isinstance(value, dict):
            if "@refObjectId" in value and value["common:shortDescription"][0]["#text"] != "ILCD format":
                assert value["@uri"].removeprefix("../").replace(".xml", ".json") in there
            for below in value.values():
                walk(below)
        elif isinstance(value, list):
            for below in value:
                walk(below)

    for raw in files.values():
        walk(json.loads(raw))


def test_progress_ends_and_a_failed_write_leaves_what_was_there(tmp_path, form):
    seen = []
    target = tmp_path / "kept.zip"
    write_database(EVERY, target, format=form, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (8, 8)
    before = target.read_bytes()
    broken = replace(EVERY, processes={HELD.id: replace(HELD, comment="\ud800")})
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever it is, the file stays
        write_database(broken, target, format=form)
    assert target.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["kept.zip"]


def test_common_quantities_have_the_ids_of_the_ilcd_system(tmp_path):
    names = set(members(write_database(EVERY, tmp_path / "a.zip", format="ilcd").path))
    assert "ILCD/flowproperties/93a60a56-a3c8-11da-a746-0800200b9a66.xml" in names  # mass
    assert "ILCD/flowproperties/93a60a56-a3c8-11da-a746-0800200c9a66.xml" in names  # net calorific value
    assert "ILCD/unitgroups/93a60a57-a4c8-11da-a746-0800200c9a66.xml" in names  # units of mass


def test_compartments_are_those_of_ilcd_or_the_database_s_own(tmp_path):
    flows = {"a": replace(CO2, id="a", category=_AIR), "b": replace(CO2, id="b", category=("air", "urban"))}
    given = Database("c", "x", flows, {"p": Process("p", {"en": "P"}, ())})
    for form in ("ilcd", "tidas"):
        found, _ = again(given, tmp_path, form)
        assert sorted(f.category for f in found.flows.values()) == [_AIR, ("air", "urban")]
    texts = [raw.decode() for name, raw in members(tmp_path / "written.zip").items() if name.startswith("flows/")]
    assert sum('"@catId": "1.3.4"' in text for text in texts) == 1
    assert sum("elementaryFlowCategorization" in text for text in texts) == 1


# Amounts and formulas


def test_formulas_of_exchanges(tmp_path, form):
    exchanges = (
        REFERENCE,
        Exchange("2", "steel", 6.0, "g", is_input=True, formula="3 * b"),
        Exchange("3", "co2", -4.0, "kg", is_input=False, formula="-2*b", uncertainty=replace(LOGNORMAL, loc=-4.0)),
        Exchange("4", "co2", 2.0, "kg", is_input=False, formula="B"),
        Exchange("5", "co2", 6.0, "kg", is_input=False, formula="nobody(1)"),
        Exchange("6", "co2", 9.0, "kg", is_input=False, formula="2*b"),
        Exchange("7", "co2", -1.0, "kg", is_input=False, formula="1-b", uncertainty=replace(LOGNORMAL, loc=-1.0)),
        Exchange("8", "co2", 5.0, "kg", is_input=False, formula="outer+shadowed"),
    )
    given = replace(
        one(*exchanges, parameters=(Parameter("b", 2.0), Parameter("shadow", 7.0), Parameter("Exchange_5", 1.0))),
        parameters=(Parameter("outer", 3.0, "1+2"), Parameter("shadowed", 2.0, "shadow*2"), Parameter("shadow", 1.0)),
    )
    found, written = again(given, tmp_path, form)
    made = only(found)
    amounts = [1.0, 0.006, -4.0, 2.0, 6.0, 9.0, -1.0, 5.0]
    assert [e.amount for e in made.exchanges] == pytest.approx(amounts)
    assert [e.formula for e in made.exchanges] == [
        "", "0.003 * b", "-2.0 * b", "1.0 * b", "1.0 * exchange_5_", "", "-1.0 * exchange_7", "1.0 * exchange_8",
    ]  # fmt: skip
    assert made.exchanges[2].uncertainty == replace(LOGNORMAL, loc=-4.0)
    assert made.exchanges[6].uncertainty == replace(LOGNORMAL, loc=-1.0)
    assert codes(written)["formula-differs"] == codes(written)["formula-lost"] == 1
    assert codes(written)["global-parameter-copied"] == 2
    assert {p.name: p.value for p in made.parameters}["shadowed"] == 2.0


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1.2, "1.2"), (99.9996, "100"), (123.456, "123.46"), (1234567.0, ""), (1e-9, "0"), (-1e-9, "0"), (100 / 3, "33.333"),
        (math.inf, ""), (12345.4, "12345"),
    ],
)  # fmt: skip
def test_percentages_have_five_digits(value, written):
    assert percentage(value) == written


def test_spreads_and_shares_are_exact_for_us_and_rounded_for_others(tmp_path):
    found, written = again(EVERY, tmp_path, "ilcd")
    assert found.processes[HELD.id].exchanges[1].uncertainty.scale == 1.2345678901
    text = next(raw.decode() for n, raw in members(written.path).items() if n.endswith(f"{HELD.id}.xml"))
    assert "<relativeStandardDeviation95In>1.524<" in text
    assert 'allocatedFraction="33.333"' in text
    plain_text = re.sub(r' tanheng:\w+="[^"]*"', "", text)
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as archive:
        for name, raw in members(written.path).items():
            archive.writestr(name, plain_text if raw.decode() == text else raw)
    made = read_database(other, name="x").processes[HELD.id]
    assert made.exchanges[1].uncertainty.scale == pytest.approx(1.2345678901, rel=1e-3)
    assert made.allocations[0].by_exchange["1"][UUIDS["heat"]] == pytest.approx(1 / 3, rel=1e-4)


def test_amounts_in_units_that_the_flow_does_not_convert_are_missing(tmp_path, form):
    found, written = again(one(REFERENCE, Exchange("2", "power", 1.0, "kg", is_input=True)), tmp_path, form)
    made = only(found)
    assert math.isnan(made.exchanges[1].amount)
    assert codes(written)["exchange-unit-lost"] == 1
    assert {"amount-missing"} <= {note.code for note in found.notes}


def test_units_of_the_database(tmp_path, form):
    flows = {
        "log": Flow("log", FlowKind.PRODUCT, {"en": "Log"}, "cord of old"),
        "coal": Flow("coal", FlowKind.PRODUCT, {"en": "Coal"}, "ton"),
        "look": Flow("look", FlowKind.PRODUCT, {"en": "Look"}, "millihelen"),
        "dark": Flow("dark", FlowKind.PRODUCT, {"en": "Dark"}, "?"),
    }
    local = LOCAL | {"cord of old": LocalUnit("cord of old", "m3", 4.0), "ton": LocalUnit("ton", "kg", 907.18)}
    exchanges = (
        Exchange("1", "log", 1.0, "m3", is_input=False, is_reference=True),
        Exchange("2", "coal", 907.18, "kg", is_input=True),
        Exchange("3", "look", 1.0, "helen", is_input=True),
        Exchange("4", "dark", 1.0, "?", is_input=True),
    )
    given = replace(one(*exchanges, flows=flows), local_units=local)
    found, written = again(given, tmp_path, form)
    amounts = {found.flows[e.flow].name: (e.amount, e.unit) for e in only(found).exchanges}
    assert amounts["Log"] == (0.25, "cord of old")
    assert amounts["Coal"][0] == pytest.approx(1.0)
    assert amounts["Look"] == (1000.0, "millihelen")
    assert amounts["Dark"] == (1.0, "?")
    assert found.local_units["cord of old"] == local["cord of old"]
    assert found.local_units[amounts["Coal"][1]].factor == pytest.approx(907.18)
    assert {"local-unit-renamed", "local-unit-alone", "local-unit-unwritten", "flow-unit-differs"} <= set(
        codes(written)
    )


def test_allocation_of_all_methods(tmp_path, form):
    exchanges = (
        REFERENCE,
        Exchange("2", "heat", 1.0, "MJ", is_input=False),
        Exchange("3", "co2", 1.0, "kg", is_input=False),
        Exchange("4", "power", 1.0, "kWh", is_input=True),
    )
    for method in AllocationMethod:
        shares = {"steel": 1 / 7, "heat": 6 / 7}
        given = one(
            *exchanges, allocations=(Allocation(method, shares),), texts={"inventory method": "Allocation - mass"}
        )
        found, written = again(given, tmp_path, form)
        made = only(found)
        assert made.default_allocation is method
        assert set(made.allocations[0].by_exchange) == {"3", "4"}
        assert codes(written)["allocation-differs"] == 1
        assert_same_footprints(given, found)


def test_wrong_sums_of_factors_are_not_mended(tmp_path, form):
    shares = {"steel": 0.333333, "heat": 0.666666}
    given = one(
        REFERENCE,
        Exchange("2", "heat", 1.0, "MJ", is_input=False),
        Exchange("3", "co2", 1.0, "kg", is_input=False),
        allocations=(Allocation(AllocationMethod.CAUSAL, by_exchange={"3": shares}),),
    )
    found, _ = again(given, tmp_path, form)
    assert sorted(only(found).allocations[0].by_exchange["3"].values()) == sorted(shares.values())


# Faults and oddities of a database


def test_faults_of_the_database_are_listed(tmp_path, form):
    given = one(
        REFERENCE,
        replace(REFERENCE, id="2"),
        Exchange("3", "nothing", 1.0, "kg", is_input=True),
        Exchange("x", "heat", 1.0, "MJ", is_input=False, is_avoided=True),
        Exchange("1", "heat", 1.0, "", is_input=True, production_volume=3.0),
        Exchange(
            "6", "co2", math.inf, "kg", is_input=False, uncertainty=replace(LOGNORMAL, loc=math.inf), provider="p"
        ),
        Exchange(
            "7", "co2", 1.0, "kg", is_input=False, uncertainty=replace(LOGNORMAL, minimum=0.1), comment=" x\x01\n"
        ),
        Exchange("8", "co2", 1.0, "kg", is_input=False, uncertainty=Uncertainty(Distribution.TRIANGULAR, 1.0)),
        Exchange("9", "co2", 1.0, "kg", is_input=False, uncertainty=Uncertainty(Distribution.LOGNORMAL, 1.0, -1.0)),
        parameters=(Parameter("a", math.nan), Parameter("b", 1.0, uncertainty=LOGNORMAL), Parameter("n" * 60, 1.0)),
        texts={"version": "1", "created": "then", "reviewer": "R", "review": "none", "project": "x" * 501, "own": "O"},
        licence="L",
        valid_from="soon",
        category=tuple("abcdefghijkl"),
        default_allocation=AllocationMethod.CAUSAL,
        sources=("Ends with a point.", "y" * 1200),
    )
    given = replace(given, description="About", licence="all")
    _, written = again(given, tmp_path, form)
    assert {
        "several-references", "exchange-without-flow", "exchange-id-replaced", "direction-differs", "provider-differs",
        "exchange-comment-differs", "uncertainty-differs", "parameters-differ", "text-moved", "texts-differ",
        "comment-differs", "category-differs", "sources-differ", "allocation-differs", "description-lost",
        "production-volume-lost", "local-unit-unwritten",
    } <= set(codes(written))  # fmt: skip
    assert written.counts["exchanges"] == 8


def test_names_in_odd_languages(tmp_path, form):
    names = {"en": "钢", "zh-Hans": "Steel", "deu": "Stahl", "fr": "Acier"}
    flow = replace(STEEL, names=names, synonyms=("a;b", "Acier", "a"), location="Hebei " * 100)
    given = one(REFERENCE, flows={"steel": flow})
    given = replace(given, processes={"p": replace(given.processes["p"], names={"en": "  P  x " * 90})})
    found, written = again(given, tmp_path, form)
    assert {"names-differ", "synonyms-differ", "location-differs"} <= set(codes(written)) | {"location-differs"}
    assert next(iter(found.flows.values())).names["fr"] == "Acier"


def test_a_process_without_a_reference_and_one_without_anything(tmp_path, form):
    given = Database("n", "x", {"co2": CO2}, {
        "a": Process("a", {"en": "A"}, (Exchange("1", "co2", 1.0, "kg", is_input=False),)),
        "b": Process("b", {"zh": "无"}, ()),
    })  # fmt: skip
    found, _ = again(given, tmp_path, form)
    assert not any(e.is_reference for p in found.processes.values() for e in p.exchanges)


def test_the_licence_of_the_database_goes_with_its_processes(tmp_path, form):
    found, written = again(replace(one(REFERENCE), licence="CC0"), tmp_path, form)
    assert "CC0" in only(found).licence
    assert {"licence-given", "licence-differs"} <= set(codes(written))


def test_a_footprint_stays(tmp_path, form):
    given = database(
        "mini",
        process("Coal/raw", "1 kg", emits={"CO2": "0.1 kg"}),
        process("P", takes={"Coal/raw": "2 lb"}, avoids={"Coal/raw": "1 g"}),
    )
    found, _ = again(given, tmp_path, form)
    assert_same_footprints(given, found)


# What the readers learned for it


def test_readers_take_placeholders_for_nothing(tmp_path):
    found, _ = again(one(Exchange("1", "steel", 1.0, "kg", is_input=False, is_reference=True)), tmp_path, "tidas")
    made = only(found)
    assert (made.location, made.comment, made.category, made.sources, made.valid_from) == ("", "", (), (), "")
    assert set(made.texts) == {"inventory method", "created", "version", "copyright", "review"}


def test_locations_are_codes_of_the_format():
    schemas = STANDARDS / "tidas" / "schemas" / "tidas_locations_category.json"
    if not schemas.exists():
        pytest.skip("shared standards are not beside the project")
    known = {entry["const"] for entry in json.loads(schemas.read_text("utf-8"))["oneOf"]}
    assert _places() <= known


@pytest.mark.fuzz
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(databases(), st.sampled_from(["ilcd", "tidas"]))
def test_random_databases_come_back_with_their_losses(tmp_path, given, form):
    found, _ = again(given, tmp_path, form, is_valid=False)
    before, after = by_product(renamed(given)), by_product(found)
    assert before.keys() == after.keys()
    for key, footprint in before.items():
        np.testing.assert_allclose(after[key], footprint, rtol=1e-9, atol=1e-12)


def test_plant_and_its_scores(tmp_path, form):
    given = Database("plant", "x", FLOWS, {"plant": PLANT}, local_units={"helen": LOCAL["helen"]})
    found, _ = again(given, tmp_path, form)
    spreads = [e.uncertainty for e in only(found).exchanges]
    assert spreads[1] == PLANT.exchanges[1].uncertainty
    assert (spreads[2].scale, spreads[2].pedigree) == (None, "(1;1;1;1;2)")
