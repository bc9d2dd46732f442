"""What changed between two versions of a study."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanheng.footprint.reading import read_study
from tanheng.footprint.revisions import FieldChange, revision
from tanheng.footprint.study import Line, LineType, Stage
from tanheng.quantities import Quantity
from tanheng.rules.differing import Change

BODY = """
parameters:
  - {id: hours, value: 10 h}
  - {id: power, value: 2 kW}
lines:
  - {id: melt, stage: production, name: Power, amount: 100 kWh, type: electricity, electricity: [{grid: CN, share: 1}]}
  - {stage: raw-materials, name: Alumina, amount: 2 t, from: "factor:cn-alumina"}
  - {stage: raw-materials, name: {zh: 焦炭, en: Coke}, amount: 3 t}
  - {stage: raw-materials, name: Lime, amount: 1 t}
  - {stage: raw-materials, name: Lime, amount: 4 t}
"""


@pytest.fixture
def before(study_file):
    return read_study(study_file(BODY))


@pytest.fixture
def changed(before, study_file):
    """``changed({"old": "new"})`` → the revision to the study with words replaced."""

    def to(**head):
        words = head.pop("words", {})
        text = BODY
        for old, new in words.items():
            assert old in text
            text = text.replace(old, new)
        return revision(before, read_study(study_file(text, name="after.yaml", **head)))

    return to


def told(found):
    return [(line.change.value, line.before, line.after, [f.path for f in line.fields]) for line in found.lines]


def test_nothing_changed(before):
    found = revision(before, before)
    assert (found.fields, found.lines, found.same) == ((), (), 5)


def test_fields_of_the_study_with_old_and_new_value(changed):
    found = changed(site="CN-31", regime="iso14067", unit="2 t", words={"10 h": "12 h", "id: power": "id: watts"})
    hours = {"value": 10.0, "unit": "h"}, {"value": 12.0, "unit": "h"}
    power = {"value": {"value": 2.0, "unit": "kW"}}
    assert sorted(found.fields, key=lambda field: field.path) == [
        FieldChange(Change.CHANGED, "parameters[hours].value", *hours),
        FieldChange(Change.REMOVED, "parameters[power]", {"id": "power", **power}),
        FieldChange(Change.ADDED, "parameters[watts]", None, {"id": "watts", **power}),
        FieldChange(Change.ADDED, "regime", None, "iso14067"),
        FieldChange(Change.CHANGED, "site", "CN-53", "CN-31"),
        FieldChange(Change.CHANGED, "unit", {"value": 1.0, "unit": "t"}, {"value": 2.0, "unit": "t"}),
    ]
    assert found.same == 5


def test_a_line_with_an_id_is_the_same_whatever_it_is_called(changed):
    found = changed(words={"name: Power, amount: 100 kWh": "name: Melting, amount: 90 kWh"})
    (line,) = found.lines
    assert (line.id, line.names, line.change) == ("melt", {"en": "Melting"}, Change.CHANGED)
    assert line.fields == (
        FieldChange(Change.CHANGED, "name.en", "Power", "Melting"),
        FieldChange(Change.CHANGED, "amount", {"value": 100.0, "unit": "kWh"}, {"value": 90.0, "unit": "kWh"}),
    )


def test_two_ids_are_two_lines(changed):
    found = told(changed(words={"id: melt": "id: cast"}))
    assert [line[:3] for line in found] == [("removed", 0, None), ("added", None, 0)]


def test_an_id_may_be_given_or_taken_away(changed):
    given_ = changed(words={"{stage: raw-materials, name: Alumina": "{id: a, stage: raw-materials, name: Alumina"})
    assert told(given_) == [("changed", 1, 1, ["id"])]
    assert told(changed(words={"id: melt, ": ""})) == [("changed", 0, 0, ["id"])]


def test_lines_are_added_removed_and_moved(changed):
    coke = "  - {stage: raw-materials, name: {zh: 焦炭, en: Coke}, amount: 3 t}\n"
    alumina = '  - {stage: raw-materials, name: Alumina, amount: 2 t, from: "factor:cn-alumina"}\n'
    assert told(changed(words={alumina + coke: coke + alumina})) == []
    (gone,) = changed(words={coke: ""}).lines
    assert (gone.change, gone.before, gone.after, gone.names["zh"]) == (Change.REMOVED, 2, None, "焦炭")
    assert {field.path: field.before for field in gone.fields}["amount"] == {"value": 3.0, "unit": "t"}
    (come,) = changed(words={coke: coke + coke.replace("Coke", "Coal").replace("焦炭", "煤")}).lines
    assert (come.change, come.before, come.after) == (Change.ADDED, None, 3)
    assert all(field.change is Change.ADDED and field.before is None for field in come.fields)


def test_of_several_of_one_name_those_that_are_unchanged_go_together(changed):
    assert told(changed(words={"name: Lime, amount: 1 t": "name: Lime, amount: 5 t"})) == [
        ("changed", 3, 3, ["amount"])
    ]
    assert told(changed(words={"  - {stage: raw-materials, name: Lime, amount: 1 t}\n": ""})) == [
        ("removed", 3, None, ["stage", "type", "name", "amount"])
    ]


def test_a_line_that_goes_to_another_stage_is_the_same(changed):
    found = changed(words={"raw-materials, name: Alumina": "production, name: Alumina"})
    assert told(found) == [("changed", 1, 1, ["stage"])]


LINES = st.lists(
    st.builds(
        lambda name, id_, amount: Line(
            "", Stage.PRODUCTION, LineType.MATERIAL, {"en": name}, id=id_, amount=Quantity(amount, "kg")
        ),
        st.sampled_from("abc"),
        st.sampled_from(["", "", "x", "y"]),
        st.sampled_from([1.0, 2.0]),
    ),
    max_size=8,
)


@given(LINES, LINES)
def test_every_line_is_told_once_and_both_ways_tell_the_same(was, now):
    from tanheng.footprint.study import Boundary, Product, Study

    first = Study(
        Product({"en": "P"}),
        Quantity(1.0, "t"),
        Boundary.CRADLE_TO_GATE,
        ("2024-01-01", "2024-12-31"),
        "CN",
        tuple(was),
    )
    second = replace(first, lines=tuple(now))
    found = revision(first, second)
    count = {change: sum(line.change is change for line in found.lines) for change in Change}
    assert found.same + count[Change.CHANGED] + count[Change.REMOVED] == len(was)
    assert found.same + count[Change.CHANGED] + count[Change.ADDED] == len(now)
    for index, lines in ((0, was), (1, now)):
        named = [(line.before, line.after)[index] for line in found.lines]
        there = [one for one in named if one is not None]
        assert len(set(there)) == len(there)
        assert set(there) <= set(range(len(lines)))
    assert found.same == revision(second, first).same
