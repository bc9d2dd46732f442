"""Declarations of batteries: four stages per kWh delivered over life, classes only by limits, and the same file again."""

from __future__ import annotations

import io
import json
import math
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from tanheng.errors import ExchangeError
from tanheng.exchange.battery import classify, declared, document, fields, read, values, write
from tanheng.exchange.battery.model import json_schema
from tanheng.exchange.battery.section import BatteryDeclaration, Threshold
from tanheng.exchange.declaration import Declaration
from tanheng.exchange.declaring import of_assessment
from tanheng.exchange.lifetime import per_delivered
from tanheng.exchange.shelf import protocol
from tanheng.exchange.supplement import Supplement
from tanheng.exchange.supplement import read as read_supplement
from tanheng.footprint import assess, read_study
from tanheng.footprint.study import Stage

EXAMPLES = Path(str(files("tanheng"))) / "data" / "exchange" / "examples"


@cache
def example() -> Supplement:
    path = EXAMPLES / "lfp-pack.yaml"
    return read_supplement(path.read_bytes(), file=path.name)


@cache
def pack() -> Declaration:
    return of_assessment(assess(read_study(EXAMPLES / "lfp-pack.study.yaml"), regime_id="eu-battery"), example())


def with_section(name: str, **more: object) -> Supplement:
    """The example with other fields of a section; ``None`` takes a field out."""
    section = {**example().sections.get(name, {}), **more}
    kept = {key: value for key, value in section.items() if value is not None}
    return Supplement({**example().sections, name: kept}, "lfp-pack.yaml")


def test_the_example_by_hand():
    """60.48 kWh × 60 × 8 = 29 030.4 kWh; per kWh of capacity ÷ 480."""
    made = document(pack(), example(), "eu")
    assert made.functional_unit.delivered == pytest.approx(29030.4)
    assert made.footprint.total == pytest.approx(pack().total / 480, rel=1e-8)
    assert [one.stage for one in made.footprint.stages] == [
        "raw-materials",
        "production",
        "distribution",
        "end-of-life",
    ]
    assert math.fsum(one.value for one in made.footprint.stages) == pytest.approx(made.footprint.total, rel=1e-8)
    assert math.fsum(one.share for one in made.footprint.stages) == pytest.approx(1, abs=1e-6)
    assert made.grade is None
    assert made.follows.endswith("not adopted")


@pytest.mark.parametrize("form", ["eu", "cn"])
def test_what_is_written_validates_by_its_schema(form):
    path = Path(__file__).resolve().parents[2] / "docs" / "schema" / "battery-declaration-1.schema.json"
    published = json.loads(path.read_text(encoding="utf-8"))
    assert published == json_schema(), "run: make docs"
    validator = jsonschema.Draft202012Validator(published)
    made = json.loads(write(pack(), example(), form=form).content)
    validator.validate(made)
    del made["footprint"]["total"]
    assert not validator.is_valid(made)


@pytest.mark.parametrize("form", ["eu", "cn"])
def test_what_was_written_is_read_and_written_the_same(form):
    written = write(
        pack(), with_section("battery-declaration", classes=[{"name": "A", "upper": 0.1}, {"name": "B"}]), form=form
    )
    found = declared(written.content)
    again = write(found.received.declaration, found.supplement, form=form)
    first, second = json.loads(written.content), json.loads(again.content)
    del first["functional_unit"]["formula"], second["functional_unit"]["formula"]  # the study's own unit is not carried
    assert first == second
    assert again.content.count(b"\n") == written.content.count(b"\n")
    assert found.received.declaration.stage(Stage.DISTRIBUTION) == pytest.approx(pack().stage(Stage.DISTRIBUTION) / 480)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(cycles=st.floats(1, 400), years=st.floats(1, 25), capacity=st.floats(2.1, 900))
def test_a_declaration_keeps_its_rules_for_any_battery(cycles, years, capacity):
    more = with_section("battery", cycles=cycles, years=years, capacity=f"{capacity!r} kWh")
    written = write(pack(), more, form="cn")
    assert written.objections == ()
    (found,) = read(written.content)
    assert found.objections == ()
    assert found.declaration.total == pytest.approx(per_delivered(pack(), more).total, rel=1e-8)


def test_a_class_needs_limits_and_says_where_they_are_from():
    limits = [{"name": "A", "upper": 0.1}, {"name": "B", "upper": 0.2}, {"name": "C"}]
    written = write(pack(), with_section("battery-declaration", classes=limits, classes_source="trial"), form="eu")
    grade = json.loads(written.content)["grade"]
    assert (grade["name"], grade["adopted"], grade["source"]) == ("B", False, "trial")
    assert [one.code for one in written.objections] == ["TH-EXC-313"]


@pytest.mark.parametrize(("value", "name"), [(0.05, "A"), (0.1, "A"), (0.1000001, "B"), (9.0, "C")])
def test_a_value_that_is_a_limit_is_in_the_better_class(value, name):
    limits = (Threshold(name="A", upper=0.1), Threshold(name="B", upper=0.2), Threshold(name="C"))
    given_ = BatteryDeclaration(classes=limits)
    found = classify(value, given_, "electric-vehicle", pack().last)
    assert found is not None
    assert found.name == name
    assert not found.adopted


def test_without_limits_the_class_is_not_known():
    assert classify(0.1, BatteryDeclaration(), "electric-vehicle", pack().last) is None


@pytest.mark.parametrize(
    "limits",
    [
        [{"name": "A", "upper": 0.2}, {"name": "B", "upper": 0.1}],
        [{"name": "A", "upper": 0.2}, {"name": "B", "upper": 0.2}],
        [{"name": "A"}, {"name": "B", "upper": 0.2}],
    ],
)
def test_limits_rise(limits):
    with pytest.raises(ExchangeError, match="TH-EXC-305"):
        document(pack(), with_section("battery-declaration", classes=limits), "eu")


def test_stages_that_the_study_does_not_reach_are_no_zero():
    gate = of_assessment(
        assess(read_study(EXAMPLES.parents[1] / "examples" / "battery" / "lfp-pack.yaml"), regime_id="eu-battery"),
        example(),
    )
    with pytest.raises(ExchangeError) as caught:
        document(gate, example(), "eu")
    assert caught.value.code == "TH-EXC-303"
    assert "distribution, end-of-life" in caught.value.text("en")


def test_the_use_stage_is_refused():
    use = replace(pack().flows[0], stage=Stage.USE)
    with pytest.raises(ExchangeError, match="TH-EXC-304"):
        document(replace(pack(), flows=(*pack().flows, use)), example(), "cn")


@pytest.mark.parametrize("form", ["eu", "cn"])
def test_every_field_that_a_form_needs_is_asked_for(form):
    bare = Supplement({"battery": {"basis": "capacity", "capacity": "60 kWh", "cycles": 60, "years": 8}}, "bare.yaml")
    told = replace(pack(), maker=replace(pack().maker, city=""))
    with pytest.raises(ExchangeError) as caught:
        document(told, bare, form)
    asked = {fault.params["field"] for fault in caught.value.faults}
    known = values(document(pack(), example(), form))
    wanted = {one.field for one in fields(form) if one.needed and one.field.startswith(("battery", "company"))}
    assert asked == wanted - {"battery.capacity"}
    assert all(known[one.key] for one in fields(form) if one.needed)


def test_forms_are_data_with_both_languages_and_clauses():
    for form in ("eu", "cn"):
        every = fields(form)
        assert len({one.key for one in every}) == len(every)
        for one in every:
            assert one.names["zh"] != one.names["en"]
            assert one.clause
            assert one.key in values(document(pack(), example(), form))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda made: made["footprint"].__setitem__("total", 0.2), "TH-EXC-311"),
        (lambda made: made["footprint"].__setitem__("battery", 1.0), "TH-EXC-311"),
        (lambda made: made["functional_unit"].__setitem__("delivered", 1.0), "TH-EXC-311"),
        (lambda made: made["footprint"]["stages"].pop(), "TH-EXC-312"),
        (lambda made: made.pop("verification"), "TH-EXC-314"),
        (lambda made: made["battery"].__setitem__("capacity", 1.5), "TH-EXC-315"),
    ],
)
def test_rules_that_the_form_lets_pass(change, code):
    made = json.loads(write(pack(), example(), form="cn").content)
    change(made)
    (found,) = read(json.dumps(made).encode())
    assert code in {one.code for one in found.objections}
    for one in found.objections:
        assert one.line("zh") != one.line("en")


@pytest.mark.parametrize(
    "content",
    [b"not json", b"{}", b'{"tanheng": "battery-declaration/1"}'],
)
def test_what_is_no_declaration_is_refused(content):
    with pytest.raises(ExchangeError, match="TH-EXC-020"):
        read(content)


@pytest.mark.parametrize(
    ("key", "value"), [("tanheng", "battery-declaration/9"), ("stage", "use and more"), ("more", 1)]
)
def test_another_form_is_refused(key, value):
    made = json.loads(write(pack(), example(), form="eu").content)
    if key == "stage":
        made["footprint"]["stages"][0]["stage"] = value
    else:
        made[key] = value
    with pytest.raises(ExchangeError, match="TH-EXC-020"):
        read(json.dumps(made).encode())


@pytest.mark.parametrize(
    ("id_", "told"),
    [
        ("battery-eu-pdf", ("EXAMPLE-LFP-60", "0.1723", "Main product production", "Not known")),
        ("battery-cn-pdf", ("动力电池", "0.1723", "电池制造")),
    ],
)
def test_documents_to_print(id_, told):
    written = protocol(id_).write(pack(), example())
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(written.content)).pages)
    for one in told:
        assert one in text
    word = protocol(id_.replace("pdf", "word")).write(pack(), example())
    assert word.content[:2] == b"PK"


def test_a_document_needs_its_day():
    with pytest.raises(ExchangeError) as caught:
        protocol("battery-eu-pdf").write(pack(), with_section("battery-declaration", day=None))
    assert caught.value.faults[0].params["field"] == "battery-declaration.day"
