"""Scores by imported methods: signs of uptakes and resources, what is missing, coverage, mapping files."""

from __future__ import annotations

import numpy as np
import orjson
import polars as pl
import pytest
from tests.inventory.methods_by_hand import emitting, factor, flow, method

from tanheng.errors import MappingError
from tanheng.inventory import compile_database, freeze
from tanheng.inventory.mapping.cascade import Status, Step
from tanheng.inventory.mapping.coverage import coverage
from tanheng.inventory.mapping.mapfile import mapping_table, read_mapping, write_mapping
from tanheng.inventory.methods.scoring import method_scores
from tanheng.testing import database, process


@pytest.fixture
def frozen(tmp_path):
    def make(*flows, **more):
        return freeze(compile_database(emitting(*flows, **more)), tmp_path / "snapshots")

    return make


def score(snapshot, *factors, **more):
    return method_scores(snapshot, method(*factors), **more).values[0, 0]


@pytest.mark.parametrize("is_input", [True, None])
def test_taking_up_a_kilogram_scores_its_factor(frozen, is_input):
    snapshot = frozen(flow("Carbon dioxide, in air", "resource/in air"))
    assert snapshot.B.toarray().tolist() == [[-1.0]]
    assert score(snapshot, factor("Carbon dioxide", -1.0, "resource/in air", is_input=is_input)) == -1.0


def test_an_uptake_written_as_a_negative_emission(frozen):
    assert score(frozen(flow("Carbon dioxide"), amounts=[-1.0]), factor("Carbon dioxide", 1.0)) == -1.0
    assert score(frozen(flow("Carbon dioxide"), is_input=True), factor("Carbon dioxide", 1.0)) == -1.0


@pytest.mark.parametrize(
    ("name", "place", "unit", "per", "expected"),
    [
        ("Occupation, arable", "resource/land", "m2*a", "m2*a", 3.0),
        ("Water, river", "resource/in water", "l", "m3", 0.003),
        ("Energy, from coal", "resource/in ground", "kWh", "MJ", 10.8),
        ("Copper", "resource/in ground", "g", "kg", 0.003),
    ],
)
def test_resources_score_positive_when_taken(frozen, name, place, unit, per, expected):
    found = score(frozen(flow(name, place, unit=unit)), factor(name, 3.0, place, unit=per))
    assert found == pytest.approx(expected, rel=1e-14)


def test_a_factor_without_direction_found_by_id_takes_that_of_the_flow(frozen):
    assert score(frozen(flow("Copper", "resource", id="u")), factor("Kupfer", 3.0, "", id="u")) == 3.0


def test_synonyms_and_formula_are_kept_in_the_snapshot(frozen):
    snapshot = frozen(flow("Oddity", synonyms=["Strange stuff"]))
    assert snapshot.table("flows")["synonyms"].to_list() == [["Strange stuff"]]
    assert score(snapshot, factor("strange stuff", 2.0)) == 2.0


@pytest.fixture
def gases(tmp_path):
    steel = process("Steel", takes={"Power": "2 kWh"}, emits={"CO2 fossil": "1 kg", "CH4 biogenic": "0.1 kg"})
    power = process("Power", "1 kWh", emits={"CO2 fossil": "0.5 kg", "N2O": "0.01 kg"})
    lamp = process("Lamp", takes={"Power": "1 kWh", "Ghost": "1 kg"}, absorbs={"CO2": "3 kg"})
    return freeze(compile_database(database("mini", steel, power, lamp)), tmp_path)


GASES = (factor("Carbon dioxide, fossil", 1.0), factor("Nitrous oxide", 273.0), factor("Methane, fossil", 29.8))


def test_scores_and_what_is_likely_missing(gases):
    found = method_scores(gases, method(*GASES))
    np.testing.assert_allclose(found.values[:, 0], [1 + 2 * 3.23, 3.23, 3.23], rtol=1e-13)
    np.testing.assert_allclose(found.likely_missing[:, 0], [2.98, 0, -3], rtol=1e-13)
    assert found.complete[:, 0].tolist() == [False, True, False]
    assert found.at_least[:, 0].tolist() == [True, False, False]  # the lamp's uptake would lower its score
    assert [row["flow"] for row in found.missing(0)] == ["Methane, biogenic"]
    document = found.document(2)
    assert document["open_inputs"] == 1
    assert document["categories"][0]["complete"] is False
    assert found.table().height == 3


def test_open_flows_are_sorted_by_their_likely_effect(gases):
    found = method_scores(gases, method(*GASES))
    first, second = found.open_flows()
    total = 7.46 + 3.23 + 3.23
    assert (first.flow.name, first.effect) == ("Carbon dioxide", 3.0)
    assert first.share == pytest.approx(3 / total)
    assert (second.flow.name, second.estimate) == ("Methane, biogenic", 29.8)
    assert second.share == pytest.approx(2.98 / total)


def test_an_unknown_effect_is_unknown_not_zero(frozen):
    snapshot = frozen(flow("Gas, natural", "resource", unit="m3"), flow("HFCs, unspecified"))
    found = method_scores(snapshot, method(factor("natural gas", 38, "resource", unit="MJ"), factor("SF6", 25200)))
    assert [(o.flow.name, o.effect, o.share) for o in found.open_flows()] == [
        ("Gas, natural", None, None),
        ("HFCs, unspecified", None, None),
    ]
    assert not found.complete[0, 0]
    assert [row["effect"] for row in found.missing(0)] == [None, None]


def test_coverage_counts_flows_exchanges_and_amounts(gases):
    whole, climate = coverage(gases, method_scores(gases, method(*GASES)).mapping)
    counts = {step.key: (step.flows, step.exchanges) for step in climate.steps if step.flows}
    assert counts == {"name": (1, 2), "synonym": (1, 1), "near": (2, 2)}
    assert sum(step.shares.get("kg", 0) for step in climate.steps) == pytest.approx(1)
    amounts = 1 + 0.5 + 0.01 + 0.1 + 3
    assert next(s for s in climate.steps if s.key == "name").shares["kg"] == pytest.approx(1.5 / amounts)
    assert whole.steps == climate.steps


def test_a_method_without_factors_is_refused(gases):
    with pytest.raises(MappingError, match="TH-MAP-009"):
        method_scores(gases, method())


def test_a_mapping_file_round_trips(gases, tmp_path):
    given = method(
        Climate=GASES,
        Other=[factor("Carbon dioxide", 5.0), factor("Nitrous oxide", 7.0), factor("Nitrous oxide", 8.0, "air/urban")],
    )
    first = method_scores(gases, given)
    write_mapping(first.mapping, tmp_path / "m.csv")
    file = read_mapping(tmp_path / "m.csv")
    again = method_scores(gases, given, file=file)
    assert np.array_equal(again.mapping.values, first.mapping.values)
    assert {m.step for c in again.mapping.matches for m in c if m.status is Status.MAPPED} == {Step.FILE}
    write_mapping(again.mapping, tmp_path / "n.csv")
    assert read_mapping(tmp_path / "n.csv").rows[0].target == file.rows[0].target
    assert mapping_table(first.mapping)["flow"].to_list().count("Carbon dioxide, fossil") == 2  # one row a category


def mapping_file(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "own.csv"
    path.write_bytes(text.encode(encoding))
    return read_mapping(path)


def test_a_mapping_file_overrides_the_cascade(gases, tmp_path):
    text = "\n".join(
        [
            "flow;compartment;target;target_compartment;conversion",
            'Methane, biogenic;air;"Methane, fossil";Emissions to air;',
            "Dinitrogen monoxide;air;ignore;;",
            "Carbon dioxide, fossil;air;Carbon dioxide, fossil;air;2",
            "Carbon dioxide;resource/in air;;;",
        ]
    )
    found = method_scores(gases, method(*GASES), file=mapping_file(tmp_path, text))
    assert found.values[:, 0].tolist() == pytest.approx([2 * 1 + 2 * 2 * 0.5 + 2.98, 1.0, 1.0])
    counts = {step.key: step.flows for step in coverage(gases, found.mapping)[1].steps if step.flows}
    assert counts == {"file": 2, "ignored": 1, "near": 1}
    assert found.complete[:, 0].tolist() == [True, True, False]
    kept = {row["flow"]: row["conversion"] for row in mapping_table(found.mapping).to_dicts()}
    assert kept["Carbon dioxide, fossil"] == 2


def test_a_file_of_a_chinese_spreadsheet_is_read(gases, tmp_path):
    text = 'flow,target,备注\n"Methane, biogenic","Methane, fossil",甲烷\n'
    found = method_scores(gases, method(*GASES), file=mapping_file(tmp_path, text, "gb18030"))
    assert found.complete[0, 0]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("nothing,,air,,Nitrous oxide,,", "TH-MAP-002"),
        (",Nothing,air,,Nitrous oxide,,", "TH-MAP-002"),
        (",Dinitrogen monoxide,air,,Nothing,,", "TH-MAP-004"),
        (",Dinitrogen monoxide,air,Weather,Nitrous oxide,,", "TH-MAP-005"),
        (",Dinitrogen monoxide,air,,Water,,", "TH-MAP-006"),
        (",Dinitrogen monoxide,air,,Twice,,", "TH-MAP-003"),
        (",Dinitrogen monoxide,air,,Nitrous oxide,,\n,Dinitrogen monoxide,air,,ignore,,", "TH-MAP-007"),
        (",Dinitrogen monoxide,air,,Nitrous oxide,,-1", "TH-MAP-008"),
        (",Dinitrogen monoxide,air,,Nitrous oxide,,nan", "TH-MAP-008"),
    ],
)
def test_rows_at_fault_are_named(gases, tmp_path, row, code):
    head = "flow_id,flow,compartment,category,target,target_compartment,conversion\n"
    more = (factor("Water", 1, unit="m3"), factor("Twice", 1), factor("Twice", 2, "water"))
    with pytest.raises(MappingError, match=r"own\.csv: ") as caught:
        method_scores(gases, method(*GASES, *more), file=mapping_file(tmp_path, head + row))
    assert caught.value.code == code
    assert caught.value.faults[0].hint("zh")


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "flow,target\x00\n"])
def test_what_is_no_mapping_file_is_refused(tmp_path, content):
    with pytest.raises(MappingError, match="TH-MAP-001"):
        mapping_file(tmp_path, content)
    with pytest.raises(MappingError, match="TH-MAP-001"):
        read_mapping(tmp_path / "nowhere.csv")


def test_a_snapshot_of_the_format_before_is_still_scored(frozen):
    snapshot = frozen(flow("Methane"))
    table = snapshot.path / "flows.arrow"
    older = pl.read_ipc(table.read_bytes()).drop("synonyms", "formula")
    older.write_ipc(table)
    manifest = orjson.loads((snapshot.path / "manifest.json").read_bytes()) | {"format": "tanheng-snapshot/2"}
    (snapshot.path / "manifest.json").write_bytes(orjson.dumps(manifest))
    assert score(type(snapshot).open(snapshot.path), factor("Methane", 29.8)) == 29.8
