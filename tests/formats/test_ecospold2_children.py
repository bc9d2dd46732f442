"""Child data sets hold what differs from their parents; the rest is taken over."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.formats.spold2 import activity, nature, product, spold

from tanheng.formats import parallel, read_database
from tanheng.inventory.model import Database, Distribution, Exchange

SPREAD = (
    '<uncertainty><lognormal meanValue="2" mu="0.7" varianceWithPedigreeUncertainty="0.04"/>'
    '<pedigreeMatrix reliability="1" completeness="2" temporalCorrelation="3" geographicalCorrelation="4"'
    ' furtherTechnologyCorrelation="5"/></uncertainty>'
)
PARENT = activity(
    "parent",
    product("steel", "o0", 1.0, productionVolumeAmount="10")
    + product("power", "i5", 2.0, inside=f"<comment>of the grid</comment>{SPREAD}", activityLinkId="plant")
    + product("ore", "i5", 3.0, mathematicalRelation="k*3", isCalculatedAmount="true")
    + nature("co2", "o4", 0.5)
    + '<parameter parameterId="k" variableName="k" amount="1"><name>factor</name></parameter>',
    location="GLO",
    inside='<generalComment><text index="1">All of it.</text></generalComment>',
    description='<technology><comment><text index="1">furnace</text></comment></technology>'
    '<timePeriod startDate="2010-01-01" endDate="2020-12-31" isDataValidForEntirePeriod="true"/>',
)
NAMESPACE = ' xmlns="http://www.EcoInvent.org/EcoSpold02Child"'


def child(identifier: str, flow_data: str = "", *, of: str = "parent", location: str = "CN", inside: str = "") -> str:
    """A child that says nothing but what differs."""
    place = f"<geography><shortname>{location}</shortname></geography>" if location else ""
    data = f"<flowData>{flow_data}</flowData>" if flow_data else ""
    return (
        f'<childActivityDataset{NAMESPACE}><activityDescription><activity id="{identifier}" parentActivityId="{of}"'
        f' inheritanceDepth="1">{inside}</activity>{place}</activityDescription>{data}</childActivityDataset>'
    )


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Database]:
    def read(*datasets: str) -> Database:
        path = tmp_path / "d.spold"
        path.write_text(spold(*datasets), encoding="utf-8")
        return read_database(path, name="d")

    return read


def by_flow(database: Database, process: str) -> dict[str, Exchange]:
    return {e.flow: e for e in database.processes[process].exchanges}


def counts(database: Database) -> dict[str, object]:
    return {n.code: n.params["count"] for n in database.notes if n.code in ("child-completed", "parent-missing")}


def test_a_child_takes_over_what_it_omits(load):
    database = load(child("c"), PARENT)
    found, parent = database.processes["c"], database.processes["parent"]
    assert found.exchanges == parent.exchanges
    assert (found.names, found.location) == ({"en": "parent name"}, "CN")
    assert (found.valid_from, found.valid_until, found.comment) == ("2010-01-01", "2020-12-31", "All of it.")
    assert (found.texts["technology"], found.texts["parent activity"]) == ("furnace", "parent")
    assert found.parameters == parent.parameters
    assert counts(database) == {"child-completed": 1}


def test_what_a_child_fills_in_counts(load):
    changed = (
        '<intermediateExchange id="x-power-i5" amount="4"/><intermediateExchange id="x-steel-o0">'
        "<comment>hot</comment></intermediateExchange>"
        + nature("ch4", "o4", 0.1)
        + '<elementaryExchange id="x-co2"><comment>measured</comment></elementaryExchange>'
    )
    database = load(PARENT, child("c", changed, inside='<activityName xml:lang="zh">子</activityName>'))
    found = by_flow(database, "c")
    assert [e.flow for e in database.processes["c"].exchanges] == ["steel", "power", "ore", "co2", "ch4"]
    assert database.processes["c"].names == {"en": "parent name", "zh": "子"}
    power = found["power"]
    assert (power.amount, power.unit, power.is_input, power.comment) == (4.0, "kg", True, "of the grid")
    # The inherited spread is about the new amount.
    assert power.uncertainty is not None
    assert (power.uncertainty.kind, power.uncertainty.loc) == (Distribution.LOGNORMAL, 4.0)
    assert power.uncertainty.scale == pytest.approx(math.exp(0.2))
    assert power.uncertainty.pedigree == "(1;2;3;4;5)"
    assert (found["steel"].amount, found["steel"].comment, found["steel"].production_volume) == (1.0, "hot", 10.0)
    assert (found["co2"].amount, found["co2"].comment) == (0.5, "measured")
    assert by_flow(database, "parent")["power"].amount == 2.0


def test_formulas_with_the_parents_value_and_parameters(load):
    relation = '<intermediateExchange id="x-{}-i5" mathematicalRelation="{}"/>'
    changed = (
        relation.format("power", "PARENTVALUE*0.5")
        + relation.format("ore", "PARENTVALUE+1")
        + '<parameter parameterId="k" amount="5"/>'
    )
    database = load(PARENT, child("c", changed))
    found = by_flow(database, "c")
    assert (found["power"].amount, found["power"].formula) == (1.0, "(2.0)*0.5")
    assert (found["ore"].amount, found["ore"].formula) == (16.0, "(k*3)+1")
    assert [(p.name, p.value) for p in database.processes["c"].parameters] == [("k", 5.0)]
    assert by_flow(database, "parent")["ore"].amount == 3.0


def test_an_amount_alone_replaces_the_formula_of_the_parent(load):
    database = load(PARENT, child("c", '<intermediateExchange id="x-ore-i5" amount="7"/>'))
    assert (by_flow(database, "c")["ore"].amount, by_flow(database, "c")["ore"].formula) == (7.0, "")


def test_texts_of_the_parent_within_those_of_the_child(load):
    inside = '<generalComment><text index="1">First. {{PARENTTEXT}} Last.</text></generalComment>'
    assert load(PARENT, child("c", inside=inside)).processes["c"].comment == "First. All of it. Last."


def test_a_link_is_kept_unless_it_is_removed(load):
    plant = activity("plant", product("power", "o0"))
    removed = '<intermediateExchange id="x-power-i5" activityLinkIdOverwrittenByChild="true"/>'
    database = load(PARENT, plant, child("kept"), child("removed", removed))
    assert by_flow(database, "kept")["power"].provider == "plant"
    assert by_flow(database, "removed")["power"].provider is None


def test_children_of_children_in_any_order(load):
    first = '<intermediateExchange id="x-power-i5" amount="4"/>'
    database = load(child("b", of="a", location="CN-HE"), child("a", first), PARENT)
    assert (by_flow(database, "b")["power"].amount, by_flow(database, "b")["steel"].amount) == (4.0, 1.0)
    assert database.processes["b"].location == "CN-HE"
    assert counts(database) == {"child-completed": 2}


def test_an_exchange_with_an_id_of_its_own_stands_for_the_parents_of_its_flow(load):
    own = product("power", "i5", 9.0).replace('id="x-power-i5"', 'id="mine"')
    found = load(PARENT, child("c", own)).processes["c"].exchanges
    assert [(e.flow, e.amount) for e in found] == [("steel", 1.0), ("power", 9.0), ("ore", 3.0), ("co2", 0.5)]


def test_children_without_their_parents_and_in_circles_are_told(load):
    database = load(
        PARENT, child("lost", product("iron", "o0"), of="gone"), child("a", of="b"), child("b", of="a"), child("s", of="s")
    )  # fmt: skip
    assert counts(database) == {"parent-missing": 4}
    assert [e.flow for e in database.processes["lost"].exchanges] == ["iron"]
    assert Counter(n.place for n in database.notes if n.code == "child-inherits") == {"a": 1, "b": 1, "s": 1}


def test_whole_children_and_those_of_system_models_are_read_as_they_are(load):
    described = '<technology/><timePeriod startDate="2010-01-01" endDate="2020-12-31"/><macroEconomicScenario/>'
    administration = "<dataEntryBy/><dataGeneratorAndPublication/><fileAttributes/>"
    whole = activity(
        "whole", product("steel", "o0", 1.0), child=True, description=described, administration=administration,
        parentActivityId="parent",
    )  # fmt: skip
    model = activity("cut", product("steel", "o0", 1.0), child=True, model="Cut-off", parentActivityId="parent")
    database = load(PARENT, whole, model)
    assert len(database.processes["whole"].exchanges) == len(database.processes["cut"].exchanges) == 1
    assert counts(database) == {}


def test_families_that_lie_in_many_files_are_read_as_if_they_lay_in_one(tmp_path, monkeypatch):
    monkeypatch.setattr(parallel, "_CHUNK_FILES", 2)
    own = product("power", "i5", 5.0)
    members = [
        activity("before", product("bolt", "o0") + product("steel", "i5", 0.5)),
        child("grandchild", own, of="child", location="DE"),
        activity("between", product("nut", "o0") + product("scrap", "i5", -0.5)),
        child("child", product("scrap", "o2", 0.1), location="CN"),
        child("orphan", product("gold", "o0"), of="nobody"),
        activity("after", product("screw", "o0") + product("gold", "i5", 0.5)),
        PARENT,
        child("circle", product("ring", "o0"), of="circle"),
    ]
    tmp_path.joinpath("one.spold").write_text(spold(*members), encoding="utf-8")
    folder = tmp_path / "one"
    folder.mkdir()
    for number, member in enumerate(members):
        folder.joinpath(f"{number}.spold").write_text(spold(member), encoding="utf-8")
    whole = read_database(tmp_path / "one.spold", name="d")
    assert counts(whole) == {"child-completed": 2, "parent-missing": 2}
    assert {e.flow for e in whole.processes["grandchild"].exchanges} == {"steel", "power", "ore", "co2", "scrap"}
    for workers in (1, 2):
        split = read_database(folder, name="d", workers=workers)
        assert (split.processes, split.flows, counts(split)) == (whole.processes, whole.flows, counts(whole))
