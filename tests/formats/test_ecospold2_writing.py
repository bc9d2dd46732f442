"""A database written as EcoSpold 2 and read again is the same, or the difference is in the list of losses."""

from __future__ import annotations

import io
import math
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st
from lxml import etree

from tanheng.errors import InventoryError
from tanheng.formats import Written, read_database, write_database
from tanheng.formats.ecospold2.signs import turned
from tanheng.formats.ecospold2.writing.identity import made_id
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

SPREAD = Uncertainty(Distribution.LOGNORMAL, 1.5, 1.2, pedigree="(3;3;4;3;1)")


def uuid(number: int) -> str:
    return f"00000000-0000-0000-0000-{number:012d}"


STEEL, POWER, HEAT, SLAG, CO2, WATER = (uuid(n) for n in range(1, 7))
MILL, PLANT, DUMP, MINE = (uuid(n) for n in range(11, 15))
FLOWS = {
    f.id: f
    for f in (
        Flow(
            STEEL,
            FlowKind.PRODUCT,
            {"en": "Steel", "zh": "钢"},
            "kg",
            ("Metals", "Steel"),
            cas="7439-89-6",
            synonyms=("Billet", "Slab"),
            properties=(FlowProperty("Net calorific value", "MJ", 2.5), FlowProperty("volume", "m3", 0.00127)),
        ),
        Flow(POWER, FlowKind.PRODUCT, {"zh": "电力"}, "kWh"),
        Flow(HEAT, FlowKind.PRODUCT, {"en": "Heat"}, "MJ"),
        Flow(SLAG, FlowKind.WASTE, {"en": "Slag"}, "kg"),
        Flow(CO2, FlowKind.ELEMENTARY, {"en": "Carbon dioxide"}, "kg", ("air", "urban"), cas="124-38-9", formula="CO2"),
        Flow(WATER, FlowKind.ELEMENTARY, {"en": "Water"}, "m3", ("resource",)),
    )
}


def x(number: int, flow: str, amount: float, unit: str, *, is_input: bool, **more: object) -> Exchange:
    return Exchange(uuid(100 + number), flow, amount, unit, is_input, **more)  # type: ignore[arg-type]


WHOLE = Process(
    MILL,
    {"en": "Steel, at mill", "zh": "炼钢"},
    (
        x(1, STEEL, 2.0, "kg", is_input=False, is_reference=True, comment="counted\ntwice", production_volume=1e6),
        x(2, POWER, 1.5, "kWh", is_input=True, provider=PLANT, formula="use*2", uncertainty=SPREAD),
        x(3, SLAG, 0.1, "kg", is_input=False, provider=DUMP, formula="share*0.4"),
        x(4, HEAT, 3.0, "MJ", is_input=True, is_avoided=True),
        x(5, CO2, math.nan, "kg", is_input=False),
        x(6, CO2, 0.0, "kg", is_input=False, uncertainty=Uncertainty(Distribution.NORMAL, 1e6, 1e5)),
        x(7, WATER, 1e-5, "m3", is_input=True, formula="nobody(1)"),
    ),
    location="CN-HE",
    category=("Metals",),
    parameters=(
        Parameter("use", 0.75, "share*3", comment="of the mill"),
        Parameter("share", 0.25, uncertainty=Uncertainty(Distribution.UNIFORM, minimum=0.2, maximum=0.3)),
    ),
    valid_from="2019-01-01",
    valid_until="2023-12-31",
    comment="From a plant.\nIn Hebei.",
    texts={
        "technology": "Blast furnace",
        "technology level": "modern",
        "geography": "Hebei",
        "time": "2019",
        "included activities, start": "From the gate.\nOf the mine.",
        "included activities, end": "To the gate.",
        "allocation": "None",
        "synonyms": "smelting; melting",
        "tags": "metal; hot",
        "classification": "ISIC rev.4 ecoinvent: 2410:Iron",
        "activity type": "market activity",
        "system model": "Undefined",
        "scenario": "Business as usual",
        "sampling": "All",
        "extrapolations": "Some",
        "representativeness": "80.5",
        "review": "Found sound",
        "data generator": "Li",
        "data documentor": "Zhao",
        "version": "3.1.0.2",
        "last change": "2024-01-01T00:00:00Z",
        "generator": "ecoEditor",
        "parent activity": uuid(99),
    },
    sources=("Handbook of steel. 2019", "Another book"),
    licence="access: licensees, copyright",
)
OTHERS = (
    Process(PLANT, {"zh": "发电"}, (
        x(1, POWER, 1.0, "kWh", is_input=False, is_reference=True),
        x(2, CO2, 0.8, "kg", is_input=False,
          uncertainty=Uncertainty(Distribution.TRIANGULAR, 0.8, minimum=0.7, maximum=0.95)),
    ), location="CN", valid_from="2020-01-01", valid_until="2020-12-31", texts={"system model": "Undefined"}),
    Process(DUMP, {"en": "Slag, to dump"}, (
        x(1, SLAG, 2.0, "kg", is_input=True, is_reference=True, uncertainty=replace(SPREAD, loc=2.0)),
        x(2, STEEL, 0.1, "kg", is_input=True, provider=MILL),
        x(3, CO2, 0.5, "kg", is_input=False),
    ), location="CN", is_aggregated=True, texts={"system model": "Undefined"},
        valid_from="2020-01-01", valid_until="2020-12-31"),
)  # fmt: skip


def base(*processes: Process, **more: object) -> Database:
    used = {e.flow for p in processes for e in p.exchanges}
    flows = {i: f for i, f in FLOWS.items() if i in used}
    return Database("d", "ecospold2", flows, {p.id: p for p in processes}, **more)  # type: ignore[arg-type]


FULL = base(WHOLE, *OTHERS)


def again(given: Database, folder: Path) -> tuple[Database, Written]:
    target = folder / "out.zip"
    written = write_database(given, target, format="ecospold2")
    return read_database(target, name="d"), written


def codes(written: Written) -> dict[str, float | str]:
    return {note.code: note.params["count"] for note in written.losses}


def rounded(value: object) -> object:
    """Comparable: NaN equal to itself, the logarithms of scales rounded."""
    match value:
        case float():
            return "nan" if math.isnan(value) else float(f"{value:.12g}")
        case dict():
            return {key: rounded(v) for key, v in value.items()}
        case tuple():
            return tuple(rounded(v) for v in value)
        case Process() | Exchange() | Flow() | Parameter() | Uncertainty() | FlowProperty():
            return {name: rounded(getattr(value, name)) for name in type(value).__dataclass_fields__}
        case _:
            return value


def test_a_database_comes_back_equal(tmp_path):
    found, written = again(FULL, tmp_path)
    assert rounded(dict(found.processes)) == rounded(dict(FULL.processes))
    assert rounded(dict(found.flows)) == rounded(dict(FULL.flows))
    assert codes(written) == {}
    assert written.counts == {"flows": 6, "processes": 3, "exchanges": 12}
    np.testing.assert_allclose(compile_database(found).footprints, compile_database(FULL).footprints, rtol=1e-12)


def test_the_same_database_gives_the_same_bytes_and_steps_are_told(tmp_path):
    steps: list[tuple[int, int]] = []
    for name in ("a.zip", "b.zip"):
        target = tmp_path / name
        write_database(FULL, target, format="ecospold2", progress=lambda done, total: steps.append((done, total)))
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert steps[-1] == (3, 3)


SHARED = Process(
    MINE,
    {"en": "Steel and heat"},
    (
        x(1, STEEL, 2.0, "kg", is_input=False, is_reference=True),
        x(2, HEAT, 4.0, "MJ", is_input=False),
        x(3, POWER, 5.0, "kWh", is_input=True, provider=PLANT, formula="2.5*2"),
        x(4, CO2, 1.0, "kg", is_input=False, uncertainty=replace(SPREAD, loc=1.0)),
        x(5, WATER, 1.0, "m3", is_input=True),
    ),
    location="CN",
    allocations=(
        Allocation(AllocationMethod.PHYSICAL, {STEEL: 0.5, HEAT: 0.5}),
        Allocation(
            AllocationMethod.CAUSAL,
            by_exchange={uuid(103): {STEEL: 0.75, HEAT: 0.25}, uuid(104): {STEEL: 0.6, HEAT: 0.4},
                         uuid(105): {STEEL: 1.0, HEAT: 0.0}},
        ),
    ),
    default_allocation=AllocationMethod.CAUSAL,
)  # fmt: skip


def test_products_that_share_burdens_become_a_file_each(tmp_path):
    given = base(SHARED, *OTHERS)
    found, written = again(given, tmp_path)
    steel, heat = found.processes[f"{MINE}_{STEEL}"], found.processes[f"{MINE}_{HEAT}"]
    assert {e.flow: e.amount for e in steel.exchanges} == {STEEL: 2.0, POWER: 3.75, CO2: 0.6, WATER: 1.0}
    assert {e.flow: e.amount for e in heat.exchanges} == {HEAT: 4.0, POWER: 1.25, CO2: 0.4}
    assert heat.texts["system model"] == "Allocation: causal"
    assert [e.formula for e in heat.exchanges if e.formula] == ["(2.5*2)*0.25"]
    spread = next(e.uncertainty for e in heat.exchanges if e.flow == CO2)
    assert spread is not None
    assert (spread.loc, spread.scale) == (0.4, pytest.approx(1.2))
    assert {"allocation-applied", "exchange-id-made", "provider-replaced"} <= set(codes(written))
    before, after = compile_database(given), compile_database(found)
    assert len(before.columns) == len(after.columns) == 4
    order = {(c.process.id.partition("_")[0], c.flow.id): c.index for c in after.columns}
    rows = [order[c.process.id, c.flow.id] for c in before.columns]
    np.testing.assert_allclose(after.footprints[rows], before.footprints, rtol=1e-12)


def test_what_the_format_cannot_hold_is_listed(tmp_path):
    local = {"stone": LocalUnit("stone", "kg", 6.35), "t": LocalUnit("t", "kg", 907.18)}
    odd = Process(
        "mill of old",
        {"en": "Mill  of\nold " + "x" * 130},
        (
            Exchange("1", STEEL, 1.0, "kg", is_input=False, is_reference=True, uncertainty=SPREAD),
            Exchange("2", STEEL, 1.0, "kg", is_input=False, is_reference=True),
            Exchange("3", POWER, 3.6, "MJ", is_input=True, formula="k*3.6"),
            Exchange("4", POWER, -1.0, "kWh", is_input=True, uncertainty=replace(SPREAD, pedigree="(1;2;n.a.;4;5)")),
            Exchange("5", "dust", -1.0, "kg", is_input=False),
            Exchange("6", "dust", 0.0, "kg", is_input=False),
            Exchange("7", HEAT, 1.0, "", is_input=True),
            Exchange("8", HEAT, 1.0, "kg", is_input=True),
            Exchange("9", SLAG, -1.0, "kg", is_input=False),
            Exchange("10", "nothing", 1.0, "kg", is_input=True),
            Exchange("11", "log", 1.0, "stone", is_input=True, provider="gone"),
            Exchange("12", "log", 1.0, "t", is_input=True),
            Exchange("13", CO2, math.inf, "kg", is_input=False, production_volume=1.0),
            Exchange("14", CO2, 1.0, "kg", is_input=False, uncertainty=Uncertainty(Distribution.UNIFORM)),
            Exchange("15", CO2, 1.0, "kg", is_input=False, formula="3", uncertainty=replace(SPREAD, loc=None, minimum=0.1)),
            Exchange("16", "smoke", 1.0, "kg", is_input=False),
            Exchange("17", HEAT, 0.0, "MJ", is_input=False, is_avoided=True),
        ),
        parameters=(Parameter("a b", math.nan), Parameter("c", 1.0), Parameter("c", 2.0), Parameter("d", 3.0, "7")),
        valid_from="2003",
        valid_until="soon",
        comment="bell \x07",
        texts={"project": "P", "reviewer": "Wang", "review": "Fine", "copyright": "yes", "version": "1.0"},
        licence="CC BY 4.0",
    )  # fmt: skip
    flows = FLOWS | {
        "log": Flow("log", FlowKind.PRODUCT, {"en": "Log"}, "t", ("a/b",), location="CN", formula="C",
                    cas="wood", properties=(FlowProperty("v", "m3", 2.0),)),
        "smoke": Flow("smoke", FlowKind.ELEMENTARY, {"en": "Smoke"}, "kg", ("Elementary flows", "emission", "air")),
        "dust": Flow("dust", FlowKind.PRODUCT, {"en": "Dust"}, "kg"),
        "unused": Flow("unused", FlowKind.PRODUCT, {"en": "Unused"}, "kg"),
    }  # fmt: skip
    lone = Process("lone", {"en": "Lone"}, (Exchange("1", CO2, 1.0, "kg", is_input=False),))
    aimless = Process("aimless", {"en": "Aimless"}, (Exchange("1", CO2, 1.0, "kg", is_input=False, is_reference=True),
                                                     Exchange("2", HEAT, 1.0, "MJ", is_input=True)),
                      allocations=(Allocation(AllocationMethod.PHYSICAL, {HEAT: 1.0}),))  # fmt: skip
    given = Database(
        "d", "x", flows, {p.id: p for p in (odd, lone, aimless, *OTHERS)}, parameters=(Parameter("k", 1.0),),
        local_units=local, description="About", licence="L",
    )  # fmt: skip
    found, written = again(given, tmp_path)
    expected = {
        "allocation-unused", "amount-infinite", "avoided-direction", "cas-unfit", "category-slash", "character-dropped",
        "compartment-joined", "copyright-flag", "date-completed", "date-unusable", "description-lost",
        "exchange-id-made", "exchange-in-flow-unit", "exchange-unit-other", "exchange-without-flow",
        "exchange-without-unit", "field-empty", "flow-location", "flow-property-lost", "flow-unused",
        "formula-differs", "id-replaced", "licence-in-comment", "local-unit-renamed", "local-unit-size",
        "output-taken-back", "output-zero", "parameter-copied", "parameter-unnamed", "parameter-value-missing",
        "process-left-out", "product-formula", "provider-added", "reference-missing", "reference-unusable",
        "reviewer-joined", "scores-unfit", "several-references", "sign-read-otherwise", "spaces-joined",
        "system-model-given", "text-cut", "text-moved", "uncertainty-bounds", "uncertainty-centred",
        "uncertainty-unusable", "version-completed", "volume-of-nature", "waste-credit",
    }  # fmt: skip
    assert expected <= set(codes(written))
    assert not [line for line in (*written.lines("en"), *written.lines("zh")) if "{" in line]
    made = next(p for p in found.processes.values() if p.name.startswith("Mill of old"))
    power = [e for e in made.exchanges if e.flow == POWER]
    assert (power[0].amount, power[0].unit, power[0].formula) == (1.0, "kWh", f"(k*3.6)*{1 / 3.6!r}")
    assert (power[1].amount, power[1].is_avoided) == (1.0, True)
    assert [p.name for p in made.parameters] == ["k", "a b", "c", "c", "d"]
    assert (made.valid_from, made.valid_until, made.licence) == ("2003-01-01", "", "copyright")
    assert made.comment == "bell \n\nLicence: CC BY 4.0\n\nProject: P"
    assert {f.category for f in found.flows.values() if f.name == "Smoke"} == {("Elementary flows", "emission/air")}


def test_products_and_wastes_that_nobody_makes_or_treats_keep_their_kind(tmp_path):
    only = Process(
        MILL,
        {"en": "Mill"},
        (
            x(1, STEEL, 1.0, "kg", is_input=False, is_reference=True),
            x(2, HEAT, 1.0, "MJ", is_input=True, is_avoided=True),
            x(3, SLAG, 1.0, "kg", is_input=True),
        ),
    )
    found, _ = again(base(only), tmp_path)
    assert {i: f.kind for i, f in found.flows.items()} == {i: FLOWS[i].kind for i in (STEEL, HEAT, SLAG)}
    given = replace(only, exchanges=(only.exchanges[0], x(3, SLAG, math.nan, "kg", is_input=False)))
    found, _ = again(base(given), tmp_path)
    waste = found.processes[MILL].exchanges[1]
    assert (found.flows[SLAG].kind, waste.is_input, math.isnan(waste.amount)) == (FlowKind.WASTE, False, True)


def test_long_texts_go_on_in_the_next_field(tmp_path):
    comment = "\n".join("line of words " * 20 for _ in range(200)).strip()
    assert len(comment) > 32000
    found, written = again(base(replace(OTHERS[0], comment=comment)), tmp_path)
    lines = [line.strip() for line in found.processes[PLANT].comment.split("\n")]
    assert lines == [line.strip() for line in comment.split("\n")]
    assert not {"text-cut", "text-divided"} & set(codes(written))
    assert codes(again(base(replace(OTHERS[0], comment="x" * 40000)), tmp_path)[1])["text-divided"] == 1


def test_turned_formulas():
    assert turned("") == ""
    assert turned(turned("(a)+(b)")) == "(a)+(b)"
    assert turned("-(a)+(b)") == "-(-(a)+(b))"


# Random databases that can be calculated

_SMALL = st.floats(0.001, 0.1)
_SIZE = st.floats(0.1, 10.0)


@st.composite
def economies(draw: st.DrawFn) -> Database:
    """Products and wastes with makers and treatments, by-products with and without allocation, credits, all units."""
    products = [f"p{i}" for i in range(draw(st.integers(2, 4)))]
    wastes = [f"w{i}" for i in range(draw(st.integers(1, 2)))]
    flows = {
        i: Flow(i, FlowKind.PRODUCT if i in products else FlowKind.WASTE, {"en": i}, "kg") for i in products + wastes
    }
    flows["co2"] = replace(FLOWS[CO2], id="co2")
    processes = {}
    treated = wastes if draw(st.booleans()) else wastes[:1]
    for reference in (*products, *treated, *draw(st.lists(st.sampled_from(products), max_size=2))):
        identifier = f"of {reference} {len(processes)}"
        is_treatment = reference in wastes
        exchanges = [Exchange("r", reference, draw(_SIZE), "kg", is_input=is_treatment, is_reference=True)]
        unit = st.sampled_from(["kg", "g", "t"])
        for k, flow in enumerate(draw(st.lists(st.sampled_from([*products, *wastes]), max_size=4))):
            is_waste = flow in wastes
            way = draw(st.sampled_from(["taken", "taken", "avoided", "made"]))
            is_avoided = way == "avoided" and not is_waste
            is_input = not is_waste if way != "made" or is_waste else False
            chosen = draw(unit)
            amount = draw(_SMALL) * {"kg": 1.0, "g": 1e3, "t": 1e-3}[chosen]
            exchanges.append(Exchange(str(k), flow, amount, chosen, is_input=is_input, is_avoided=is_avoided))
        exchanges.append(Exchange("c", "co2", draw(_SIZE), "kg", is_input=False))
        made = list(
            dict.fromkeys(e.flow for e in exchanges if e.is_reference or (e.flow in products and not e.is_input))
        )
        weights = [draw(st.integers(1, 8)) for _ in made]
        shares = {flow: weight / sum(weights) for flow, weight in zip(made, weights, strict=True)}
        kind = draw(st.sampled_from(["none", "general", "causal"]))
        chosen_set = (
            () if kind == "none"
            else (Allocation(AllocationMethod.ECONOMIC, shares),) if kind == "general"
            else (Allocation(AllocationMethod.CAUSAL, by_exchange={"c": shares}),)
        )  # fmt: skip
        processes[identifier] = Process(
            identifier, {"en": identifier}, tuple(exchanges), location=draw(st.sampled_from(["CN", "US", ""])),
            allocations=chosen_set,
        )  # fmt: skip
    return Database("random", "x", flows, processes)


@pytest.mark.fuzz
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(economies())
def test_random_economies_have_the_same_footprints(tmp_path, given):
    found, written = again(given, tmp_path)
    # A process that takes more of a by-product than it makes is an error of its data, left open only while it is whole.
    assume("input-of-itself" not in codes(written))
    try:
        before = compile_database(given)
    except InventoryError:
        reject()
    after = compile_database(found)
    assert len(before.columns) == len(after.columns) == written.counts["processes"]
    ours = {
        (made_id("Process", c.process.id), made_id("Flow", c.flow.id)): before.footprints[c.index]
        for c in before.columns
    }
    theirs = {(c.process.id.partition("_")[0], c.flow.id): after.footprints[c.index] for c in after.columns}
    assert ours.keys() == theirs.keys()
    for key, footprint in ours.items():
        np.testing.assert_allclose(theirs[key], footprint, rtol=1e-9, atol=1e-12)


# Against the official schema and another program


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    path = Path(__file__).resolve().parents[3] / "shared" / "standards" / "ecospold" / "v2" / "EcoSpold02.xsd"
    if not path.is_file():
        pytest.skip("the official schema (../shared/standards) is not here")
    return etree.XMLSchema(etree.parse(path))


def faults(path: Path, schema: etree.XMLSchema) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if not schema.validate(etree.parse(io.BytesIO(archive.read(name)))):
                return [f"{name}: {e.message}" for e in schema.error_log]
    return []


@pytest.mark.crosscheck
def test_files_are_valid(tmp_path, schema):
    for number, made in enumerate((FULL, base(SHARED, *OTHERS))):
        target = tmp_path / f"{number}.zip"
        write_database(made, target, format="ecospold2")
        assert faults(target, schema) == []


REAL = {
    "jsonld": ("uslci/uslci-olca-jsonld.zip", 863),
    "ecospold1": ("uslci/uslci-fy21q3-ecospold1.zip", 701),
    "edge": ("formats/volca/SAMPLE.edge", 7),
    "min3": ("formats/volca/SAMPLE.min3", 3),
    "multiproduct": ("formats/volca/SAMPLE.multiproduct", 6),
    "units": ("formats/volca/SAMPLE.units", 6),
}


@pytest.mark.crosscheck
@pytest.mark.parametrize("name", REAL)
def test_real_databases_have_the_same_footprints(name, shared_data, tmp_path, schema):
    path, count = REAL[name]
    given = read_database(shared_data / path, name="d")
    found, written = again(given, tmp_path)
    assert faults(written.path, schema) == []
    exchanges = sum(len(p.exchanges) for p in found.processes.values())
    assert (len(found.processes), exchanges) == (written.counts["processes"], written.counts["exchanges"])
    before, after = compile_database(given), compile_database(found)
    assert len(before.columns) == len(after.columns) == count
    # Data sets are written in order of the ids of processes, their products in the order of the columns.
    order = sorted(before.columns, key=lambda c: (c.process.id, c.index))
    files = zipfile.ZipFile(written.path).namelist()
    by_file = {_file_of(c.process.id, c.flow.id): c.index for c in after.columns}
    rows = [by_file[file] for file in files]
    assert [after.columns[i].flow.name[:100] for i in rows] == [" ".join(c.flow.name.split())[:100] for c in order]
    ours = before.footprints[[c.index for c in order]]
    np.testing.assert_allclose(after.footprints[rows], ours, rtol=1e-9, atol=1e-300)


def _file_of(process: str, flow: str) -> str:
    return f"{process.partition('_')[0]}_{flow}.spold"


_BW2IO = """
import sys
from pathlib import Path
from bw2io.extractors.ecospold2 import Ecospold2DataExtractor as Extractor
folder = Path(sys.argv[1])
found = [Extractor.extract_activity(folder, f.name, "d") for f in sorted(folder.glob("*.spold"))]
print("FOUND", len(found), sum(len(a["exchanges"]) for a in found))
"""


@pytest.mark.crosscheck
@pytest.mark.parametrize("name", [*REAL, "full"])
def test_brightway_reads_as_many_activities_and_exchanges(name, request, tmp_path):
    given = FULL if name == "full" else read_database(request.getfixturevalue("shared_data") / REAL[name][0], name="d")
    written = write_database(given, tmp_path / "out.zip", format="ecospold2")
    with zipfile.ZipFile(written.path) as archive:
        archive.extractall(tmp_path / "files")
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _BW2IO, str(tmp_path / "files")],
        env=os.environ | {"BRIGHTWAY2_DIR": str(tmp_path)}, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr[-2000:]
    line = next(line for line in told.stdout.splitlines() if line.startswith("FOUND"))
    assert line.split()[1:] == [str(written.counts["processes"]), str(written.counts["exchanges"])]
