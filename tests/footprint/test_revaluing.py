"""A frozen assessment with other numbers behind its links equals the study assessed with them."""

from __future__ import annotations

import dataclasses

import pytest

from tanheng.factors import Factor, FactorKind, Release, Source, embedded
from tanheng.footprint import assess, read_study
from tanheng.footprint.revaluing import database_effect, factor_effect, products_of
from tanheng.inventory.releases.difference import ReleaseDifference
from tanheng.quantities import Origin
from tanheng.storage import Home
from tanheng.testing import database, process


def factor(name, mass, per="kg", **more):
    return Factor(
        id=name,
        kind=FactorKind.FOOTPRINT,
        names={"en": name},
        per=per,
        amounts={("CO2", Origin.FOSSIL): mass},
        year=2024,
        geography="CN",
        source=Source("test"),
        **more,
    )


def release(name, *factors):
    return Release(name, "1", {f.id: f for f in factors}, f"sha256:{name}")


LINES = """
lines:
  - {stage: raw-materials, name: Steel, amount: 3 t, from: "factor:steel"}
  - {stage: raw-materials, name: Glue, amount: 10 kg, from: "factor:glue"}
  - {stage: production, name: Gas, amount: 5 kg, from: "factor:gas"}
"""
OLD = release("old", factor("steel", 2.0), factor("glue", 5.0), factor("gas", 1.0))


def test_amount_times_the_difference_of_the_factor_line_by_line(assess_text):
    new = release("new", factor("steel", 1500.0, "t"), factor("glue", 5.0), factor("gas", 2.0))
    result = assess_text(LINES, options={"release": OLD})
    found = factor_effect(result, OLD, new)
    assert [(line.place, line.difference, line.sources) for line in found.lines] == [
        ("lines[0]", pytest.approx(-1500.0), ("steel",)),
        ("lines[2]", pytest.approx(5.0), ("gas",)),
    ]
    assert (found.before, found.after) == (result.total, pytest.approx(4500 + 50 + 10))
    assert (found.moved, found.gone, found.elsewhere) == (("gas", "steel"), (), ())
    again = assess_text(LINES, options={"release": release("n", *new.factors.values())})
    assert found.after == pytest.approx(again.total, rel=1e-12)


def test_what_is_gone_or_measures_something_else_stays(assess_text):
    found = factor_effect(assess_text(LINES, options={"release": OLD}), OLD, release("new", factor("steel", 1.0, "m3")))
    assert found.gone == ("gas", "glue", "steel")
    assert (found.after, found.lines) == (found.before, ())


def test_a_factor_that_is_not_of_the_old_release_stays(assess_text):
    result = assess_text(LINES, options={"release": OLD})
    other = release("other", factor("steel", 1.9), factor("glue", 5.0))
    found = factor_effect(result, other, release("new", factor("steel", 1.0), factor("glue", 6.0)))
    assert found.elsewhere == ("gas", "steel")
    assert [line.difference for line in found.lines] == [pytest.approx(10.0)]


def test_plant_and_network_of_contracted_electricity_both_count(assess_text):
    lines = """
lines:
  - stage: production
    name: Power
    amount: 100 kWh
    electricity: [{contract: hydro, share: 100 %}]
"""
    result = assess_text(lines)
    (part,) = result.lines[0].parts
    plant, network = part.provenance.id.split(" + ")
    old = embedded()
    twice = {
        key: dataclasses.replace(old.factors[key], amounts={r: 2 * m for r, m in old.factors[key].amounts.items()})
        for key in (plant, network)
    }
    new = Release("new", "1", {**old.factors, **twice}, "sha256:new")
    assert factor_effect(result, old, new).after == pytest.approx(2 * result.total)
    only_plant = Release("new", "1", {**old.factors, plant: twice[plant]}, "sha256:new")
    difference = factor_effect(result, old, only_plant).after - result.total
    assert difference == pytest.approx(100 * sum(old.factors[plant].amounts.values()))


@pytest.fixture
def homes(tmp_path):
    """The database ``mini`` in two releases: power is cleaner, steel is sold by the tonne, glue is gone, paint is open."""

    def add(name, *recipes):
        home = Home.at(tmp_path / name)
        home.add(database("mini", *recipes), source="test")
        return home

    paint = process("Paint", emits={"CO2": "1 kg"})
    old = add(
        "old",
        process("Power", "1 kWh", emits={"CO2": "0.9 kg"}),
        process("Steel", "1 kg", takes={"Power": "2 kWh"}, emits={"CO2": "1 kg"}),
        process("Glue", emits={"CO2": "5 kg"}),
        paint,
    )
    new = add(
        "new",
        process("Power", "1 kWh", emits={"CO2": "0.4 kg"}),
        process("Steel", "1 t", takes={"Power": "2000 kWh"}, emits={"CO2": "1000 kg"}),
        dataclasses.replace(paint, takes={"Pigment": "1 kg"}),
    )
    return old, new


def test_products_of_a_database_and_what_another_release_makes_of_them(homes, study_file):
    old, new = homes
    text = """
lines:
  - {stage: raw-materials, name: Steel, amount: 3 t, from: "mini:Steel"}
  - {stage: raw-materials, name: Glue, amount: 10 kg, from: "mini:Glue"}
  - {stage: raw-materials, name: Paint, amount: 1 kg, from: "mini:Paint"}
"""
    study = read_study(study_file(text))
    result = assess(study, backgrounds=old)
    found = ReleaseDifference(old.snapshot("mini"), new.snapshot("mini"))
    names = found.old.products["name"]
    assert sorted(names[i] for i in products_of(result, found.old).values()) == ["Glue", "Paint", "Steel"]
    effect = database_effect(result, found)
    assert [(line.place, line.difference) for line in effect.lines] == [("lines[0]", pytest.approx(-3000.0))]
    assert effect.gone == ("Glue",)
    assert effect.complete == (True, False)  # paint lacks its pigment now
    without = text.replace("""  - {stage: raw-materials, name: Glue, amount: 10 kg, from: "mini:Glue"}\n""", "")
    again = assess(read_study(study_file(without, name="other.yaml")), backgrounds=new)
    assert effect.after - 50 == pytest.approx(again.total, rel=1e-12)


def test_an_assessment_of_another_release_is_told_and_stays(homes, study_file):
    old, new = homes
    study = read_study(study_file("""lines: [{stage: raw-materials, name: Steel, amount: 3 t, from: "mini:Steel"}]"""))
    result = assess(study, backgrounds=new)
    found = ReleaseDifference(old.snapshot("mini"), new.snapshot("mini"))
    effect = database_effect(result, found)
    assert (effect.elsewhere, effect.after) == (("Steel",), effect.before)
    assert products_of(result, found.old) == {}
