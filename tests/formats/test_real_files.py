"""The real databases: counts, spot values against the files, agreement between formats."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from tanheng import engine
from tanheng.errors import FormatError
from tanheng.formats import Format, detect, read_database
from tanheng.inventory.importing.compiling import compile_database
from tanheng.inventory.model import Database, Distribution, FlowKind
from tanheng.quantities import find_unit

pytestmark = pytest.mark.crosscheck


@pytest.fixture(scope="module")
def jsonld(shared_data: Path) -> Database:
    return read_database(shared_data / "uslci" / "uslci-olca-jsonld.zip", name="uslci")


@pytest.fixture(scope="module")
def spold(shared_data: Path) -> Database:
    return read_database(shared_data / "uslci" / "uslci-fy21q3-ecospold1.zip", name="uslci")


def exchanges(database: Database) -> int:
    return sum(len(process.exchanges) for process in database.processes.values())


def test_uslci_jsonld_is_complete(jsonld):
    assert (len(jsonld.processes), len(jsonld.flows), exchanges(jsonld)) == (766, 4601, 32526)
    assert Counter(flow.kind for flow in jsonld.flows.values())[FlowKind.WASTE] == 24
    assert all(sum(e.is_reference for e in p.exchanges) == 1 for p in jsonld.processes.values())
    assert all(len({e.id for e in p.exchanges}) == len(p.exchanges) for p in jsonld.processes.values())


def test_uslci_jsonld_says_what_it_tolerated(jsonld):
    assert Counter(note.code for note in jsonld.notes) == {
        "allocation-factor-unusable": 40,
        "duplicate-exchange": 10,
        "allocation-completed": 3,
        "unit-factor": 2,
    }
    assert {n.params["unit"] for n in jsonld.notes if n.code == "unit-factor"} == {"btu", "cu ft"}


def test_uslci_formulas_all_agree_with_the_stored_amounts(jsonld):
    """461 formulas by other people: a check of the evaluator that we did not write."""
    with_formula = [e for p in jsonld.processes.values() for e in p.exchanges if e.formula]
    parameters = [q for p in jsonld.processes.values() for q in p.parameters]
    assert (len(with_formula), len(parameters), sum(bool(q.formula) for q in parameters)) == (259, 537, 202)
    assert not [n for n in jsonld.notes if n.code.startswith(("formula", "parameter"))]


def test_uslci_jsonld_spot_values(jsonld):
    process = jsonld.processes["01d6d9c6-6e07-3461-8336-3e88c070975b"]
    assert (process.name, process.location) == ("Electricity, anthracite coal, at power plant", "RNA")
    assert process.category == ("Utilities", "Fossil Fuel Electric Power Generation")
    first = process.exchanges[0]
    assert (first.amount, first.unit, first.is_reference, first.is_input) == (1.0, "kWh", True, False)
    assert jsonld.flows[first.flow].unit == "MJ"
    radioactive = next(e for e in process.exchanges if jsonld.flows[e.flow].name == "Radioactive species, unspecified")
    assert (radioactive.amount, radioactive.unit) == (10.07, "kBq")
    assert process.sources[0].startswith("Franklin Associates")


@pytest.mark.parametrize("name", ["jsonld", "spold"])
def test_every_unit_is_known(name, request):
    database: Database = request.getfixturevalue(name)
    units = {e.unit for p in database.processes.values() for e in p.exchanges} | {
        f.unit for f in database.flows.values()
    }
    assert not database.local_units
    assert [unit for unit in units if find_unit(unit) is None or find_unit(unit).symbol != unit] == []


def test_uslci_ecospold1_is_complete(spold):
    assert (len(spold.processes), exchanges(spold)) == (639, 45656)
    assert all(sum(e.is_reference for e in p.exchanges) == 1 for p in spold.processes.values())
    assert {e.flow for p in spold.processes.values() for e in p.exchanges} == set(spold.flows)
    assert Counter(note.code for note in spold.notes) == {
        "location-assumed": 32,
        "file-ignored": 1,
    }


def test_uslci_ecospold1_joins_units_and_locations(spold):
    power = spold.flows["Electricity, at grid {RNA}"]
    used = [e for p in spold.processes.values() for e in p.exchanges if e.flow == power.id and e.is_input]
    makers = [p for p in spold.processes.values() for e in p.exchanges if e.flow == power.id and e.is_reference]
    assert (power.unit, {e.unit for e in used}, len(makers)) == ("kWh", {"kWh", "MJ", "MWh", "kJ"}, 78)
    # Numbers are flow numbers of openLCA: they lead from the consumer's location to the maker's.
    assert "Transport, ocean freighter, average fuel mix {RNA}" not in spold.flows
    ship = "Transport, ocean freighter, average fuel mix {US}"
    assert sum(e.flow == ship for p in spold.processes.values() for e in p.exchanges if e.is_input) == 170


def test_both_releases_tell_the_same_of_a_process_that_did_not_change(jsonld, spold):
    """Steel billets: the inputs of the 2018 and of the 2021 release, in kg, MJ …"""

    def inputs(database: Database) -> dict[str, float]:
        process = next(p for p in database.processes.values() if p.name == "Steel, billets, at plant")
        found: dict[str, float] = {}
        for exchange in process.exchanges:
            unit = find_unit(exchange.unit)
            if exchange.is_input and database.flows[exchange.flow].kind is not FlowKind.ELEMENTARY:
                name = database.flows[exchange.flow].name.removeprefix("CUTOFF ").casefold()
                found[name] = found.get(name, 0.0) + exchange.amount * float(unit.factor)
        return found

    old, new = inputs(jsonld), inputs(spold)
    common = old.keys() & new.keys()
    assert len(common) == 5
    assert {name: new[name] for name in common} == pytest.approx({name: old[name] for name in common}, rel=1e-6)


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("uslci/uslci-fy18q3-ecospold2.zip", Format.ECOSPOLD2),
        ("tiangong/tiangong-2024-ilcd.zip", Format.ILCD),
        ("formats/volca/SAMPLE.ilcd", Format.ILCD),
        ("formats/volca/SAMPLE.min3", Format.ECOSPOLD2),
        ("formats/tidas-sdk/tidas-example-process.json", Format.TIDAS),
        ("formats/bw_simapro_csv/process.csv", Format.SIMAPRO_CSV),
        ("formats/olca-modules/sample_ecospold2.xml", Format.ECOSPOLD2),
    ],
)
def test_other_formats_are_recognised(shared_data, file, expected):
    assert detect(shared_data / file) is expected


@pytest.mark.parametrize(
    ("file", "processes", "flows"),
    [
        ("unit_sync-all.zip", 1, 1),
        ("flow_property_factor_sync-all.zip", 1, 1),
        ("exchange_sync-all.zip", 2, 2),
        ("ecospold1-example.xml", 1, 2),
    ],
)
def test_samples_of_openlca(shared_data, file, processes, flows):
    database = read_database(shared_data / "formats" / "olca-modules" / file, name="sample")
    assert (len(database.processes), len(database.flows)) == (processes, flows)


def test_the_ecospold1_sample(shared_data):
    database = read_database(shared_data / "formats" / "olca-modules" / "ecospold1-example.xml", name="sample")
    process = database.processes["42"]
    assert (process.location, process.valid_from, process.valid_until) == ("DE", "2024", "2025")
    assert process.exchanges[1].uncertainty.gsd2 == pytest.approx(1.10)
    assert database.flows["wood chips, bulking agent {DE}"].cas == "8010-00-0"
    assert process.texts["data generator"] == "Alex Example"


@pytest.fixture(scope="module")
def tiangong(shared_data: Path) -> Database:
    return read_database(shared_data / "tiangong" / "tiangong-2024-ilcd.zip", name="tiangong")


def test_tiangong_is_complete(tiangong):
    """10,022 data sets; 194 flows are named by exchanges and not in the package."""
    assert (len(tiangong.processes), len(tiangong.flows), exchanges(tiangong)) == (4133, 3021 + 194, 72719)
    kinds = Counter(flow.kind for flow in tiangong.flows.values() if flow.unit != "?")
    assert kinds == {FlowKind.PRODUCT: 2432, FlowKind.ELEMENTARY: 524, FlowKind.WASTE: 65}
    assert sum("zh" in p.names for p in tiangong.processes.values()) == 4132
    assert sum(p.is_aggregated for p in tiangong.processes.values()) == 270
    assert not tiangong.local_units


def test_tiangong_says_what_it_tolerated(tiangong):
    assert Counter(note.code for note in tiangong.notes) == {
        "dangling-flows": 1640,
        "reference-unusable": 923,
        "several-references": 65,
        "uncertainty-unusable": 44,
        "amount-missing": 47,
        "no-reference": 17,
        "flow-unit-unknown": 1,
    }
    counts = Counter[str]()
    for note in tiangong.notes:
        counts[note.code] += int(note.params.get("count", 1))
    # 376 of 596 distributions are named without any number; 133 exchanges have no amount.
    assert (counts["dangling-flows"], counts["uncertainty-unusable"], counts["amount-missing"]) == (4545, 376, 163)


def test_tiangong_spot_values(tiangong):
    process = tiangong.processes["000333f8-f13a-4805-9515-2f1e870e8cfb"]
    assert process.names["zh"] == "石灰 ; 固体类燃料（煤） ; 土窑 ; 所有规模 ; 全国第二次污染普查数据"
    assert (process.location, process.valid_from, process.is_aggregated) == ("CN", "2019", False)
    assert process.licence == "Free of charge for all users and uses"
    assert process.sources[0].startswith("第二次全国污染源普查产排污核算系数手册")
    assert "天工" not in process.comment
    assert process.texts["review"].startswith("Dependent internal review. Tiangong LCI Data Working Group")
    made, dust = process.exchanges[:2]
    assert (made.amount, made.is_reference, tiangong.flows[made.flow].name, made.unit) == (1000.0, True, "Lime", "?")
    assert (dust.amount, dust.unit, dust.is_input) == (1.023, "kg", False)
    flow = tiangong.flows[dust.flow]
    assert flow.category == ("Emissions", "Emissions to air", "Emissions to air, unspecified")


def test_tiangong_is_linked_with_its_loops_named_and_opened(tiangong):
    """The input-output part (CEEIO) consumes more of itself than it makes, in the data, and so do some pairs of processes."""
    compiled = compile_database(tiangong)
    loops = {note.params["size"]: note for note in compiled.notes if note.code == "unproductive-loop"}
    assert max(loops) == 145
    assert loops[145].params["processes"].count("CEEIO") == 12  # the first twelve names
    # One exchange is at fault for a loop of 39 processes, electricity and steel among them: 2,271 MJ for a used capacitor.
    assert (loops[39].params["opened"], loops[39].params["links"]) == (
        1,
        "Liquid Aluminum Electrolytic Capacitors (LAEC) Scrap ; Aluminum Powder ; Used Capacitors ← used capacitor",
    )
    assert len(compiled.columns) > 3_400
    assert compiled.solved.residual < 1e-12
    assert all(loop.productive for loop in engine.loops(compiled.A))


def test_gabi_ilcd_without_its_flows(shared_data):
    database = read_database(shared_data / "formats" / "msrocka-ilcd", name="elcd")
    (process,) = database.processes.values()
    assert process.name == "Electricity grid mix 1kV-60kV; AC; consumption mix, at consumer; 1kV - 60kV"
    assert (process.location, process.valid_from, process.valid_until, process.is_aggregated) == (
        "BE",
        "2008",
        "2015",
        True,
    )
    (reference,) = (e for e in process.exchanges if e.is_reference)
    assert (len(process.exchanges), database.flows[reference.flow].name, reference.amount) == (514, "Electricity", 3.6)
    assert [(p.name, p.value, p.formula) for p in process.parameters] == [("distance", 1000.0, "1000")]
    assert {n.code: n.params.get("count") for n in database.notes} == {
        "dangling-flows": 513,
        "flow-unit-unknown": 513,
        "methods-ignored": 1,
        "standard-unit": None,
    }


def test_the_tiny_ilcd_set(shared_data):
    database = read_database(shared_data / "formats" / "volca" / "SAMPLE.ilcd", name="tiny")
    compiled = compile_database(database)
    coal = database.processes["aaaaaaaa-0000-0000-0000-000000000005"]
    assert (database.notes, coal.location, coal.category) == ((), "GLO", ("Energy", "Hard coal"))
    assert [(e.amount, e.unit, e.is_reference) for e in coal.exchanges] == [(1.0, "kg", True), (2.5, "kg", False)]
    assert compiled.B.toarray().tolist() == [[2.5, 0.0, 0.0]]


def test_the_tidas_samples(shared_data):
    database = read_database(shared_data / "formats" / "tidas-sdk", name="tidas")
    (process,) = database.processes.values()
    assert process.names["zh"] == "市政污泥处理与处置; 干污泥, 好氧堆肥; 在工厂"
    assert [(e.amount, e.is_input, e.is_reference) for e in process.exchanges] == [
        (432.0, True, False),
        (pytest.approx(0.02975), True, False),
        (1000.0, True, True),
    ]
    flow = database.flows["4d8a3345-51fd-44ac-87e0-59bc8d3b0fdc"]
    assert (flow.cas, flow.unit, len(flow.synonyms)) == ("106904-09-0", "kg", 4)
    assert {n.code for n in database.notes} == {
        "reference-unusable",
        "standard-unit",
        "dangling-flows",
        "flow-unit-unknown",
    }


def test_impact_assessment_methods_are_refused_by_name(shared_data):
    with pytest.raises(FormatError) as caught:
        read_database(shared_data / "lcia" / "ef31", name="ef")
    assert caught.value.code == "TH-FMT-030"
    assert "Climate change" in caught.value.text("zh")


@pytest.mark.parametrize(
    ("folder", "processes", "exchanges_", "notes"),
    [
        ("SAMPLE.min3", 3, 7, {}),
        (
            "SAMPLE.edge",
            7,
            41,
            {
                "dangling-provider": 6,
                "reference-assumed": 1,
                "waste-as-service": 1,
                "unit-missing": 1,
                "zero-output": 1,
                "waste-sign": 1,
            },
        ),
        (
            "SAMPLE.multiproduct",
            3,
            28,
            {"output-group-odd": 3, "dangling-provider": 3, "zero-output": 1, "stock-addition": 1},
        ),
        ("SAMPLE.units", 6, 39, {"unit-local": 8, "dangling-provider": 6, "unit-missing": 1}),
    ],
)
def test_ecospold2_samples_of_volca(shared_data, folder, processes, exchanges_, notes):
    database = read_database(shared_data / "formats" / "volca" / folder, name="sample")
    assert (len(database.processes), exchanges(database)) == (processes, exchanges_)
    assert Counter(note.code for note in database.notes) == notes
    assert all(sum(e.is_reference for e in p.exchanges) == 1 for p in database.processes.values())


def test_each_ecospold2_file_of_volca_is_read_alone(shared_data):
    files = sorted((shared_data / "formats" / "volca").rglob("*.spold"))
    assert len(files) == 19
    for path in files:
        (process,) = read_database(path, name="sample").processes.values()
        assert process.exchanges


def test_volcas_chain_and_loop_by_hand(shared_data):
    """min3: X = 0.6 Y, Y = 0.4 Z, Z = 4 kg CO2. edge: A = 1.5 + 0.3 B + 0.5 C, B = 0.8 + 0.4 C, C = 1.2 + 0.2 A."""

    def scores(folder: str) -> dict[str, float]:
        compiled = compile_database(read_database(shared_data / "formats" / "volca" / folder, name="sample"))
        supply = np.linalg.solve(compiled.A.toarray(), np.eye(len(compiled.columns)))
        masses = supply.T @ compiled.direct.sum(axis=1)
        return {c.process.id: masses[c.index] for c in compiled.columns}

    chain = scores("SAMPLE.min3")
    assert [chain[letter * 8 + f"-{letter * 4}" * 3 + f"-{letter * 12}"] for letter in "abd"] == pytest.approx(
        [0.96, 1.6, 4.0]
    )
    loop = scores("SAMPLE.edge")
    a = (1.74 + 0.62 * 1.2) / (1 - 0.62 * 0.2)
    c = 1.2 + 0.2 * a
    assert [loop[f"loop-{letter}-uuid"] for letter in "abc"] == pytest.approx([a, 0.8 + 0.4 * c, c])


def test_the_ecospold2_sample_of_openlca(shared_data):
    database = read_database(shared_data / "formats" / "olca-modules" / "sample_ecospold2.xml", name="sample")
    (process,) = database.processes.values()
    assert (process.name, process.location, process.category) == (
        "Sample",
        "AX",
        ("agricultural means of production", "mineral fertiliser"),
    )
    assert (process.valid_from, process.valid_until) == ("2013-01-01", "2014-12-31")
    assert (process.licence, process.comment) == ("access: licensees, copyright", "sample comment 1\nsample commen 2")
    assert (process.texts["allocation"], process.texts["version"]) == (
        "allocation comment allocation comment",
        "3.0.0.8",
    )
    made, taken, volume, chloride, peat = process.exchanges
    assert (made.amount, made.formula, made.is_reference) == (33.0, "23 + SUM(8;2)", True)
    assert made.uncertainty.loc == 33.0
    assert made.uncertainty.scale == pytest.approx(math.exp(math.sqrt(2.21)))
    assert made.uncertainty.pedigree == "(5;5;5;5;5)"
    assert (taken.uncertainty.kind, volume.uncertainty.scale) == (Distribution.TRIANGULAR, math.sqrt(2))
    assert (chloride.uncertainty.minimum, chloride.uncertainty.maximum) == (1.0, 5.0)
    assert peat.uncertainty.scale is None
    assert [p.name for p in process.parameters] == ["vehicle_life", "allard_mine_area_yearly_growth"]
    assert Counter(note.code for note in database.notes) == {"unit-local": 1, "uncertainty-unusable": 1}
