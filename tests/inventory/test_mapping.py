"""The cascade: each step, and each trap that it must not fall into."""

from __future__ import annotations

import pytest
from tests.inventory.methods_by_hand import factor, flow, method

from tanheng.files import shipped_rows
from tanheng.inventory.mapping.cascade import Assumption, Status, Step
from tanheng.inventory.mapping.compartments import Compartment, compartment_of
from tanheng.inventory.mapping.describing import describe
from tanheng.inventory.mapping.mapping import map_flows, map_list
from tanheng.inventory.mapping.naming import keys_of, origin_of, substances_of
from tanheng.inventory.model import LocalUnit
from tanheng.inventory.words import fold


def match(one, *factors, **more):
    """What becomes of one flow in a category of these factors."""
    return map_flows([describe(one)], method(*factors, **more)).matches[0][0]


@pytest.mark.parametrize(
    ("one", "target", "step"),
    [
        (flow("Whatever", id="u1"), factor("Nitrous oxide", 273, id="u1"), Step.UUID),
        (flow("Whatever", cas="010024-97-2"), factor("Nitrous oxide", 273, cas="10024-97-2"), Step.CAS),
        (flow("NITROUS  oxide"), factor("nitrous oxide", 273), Step.NAME),
        (flow("Methane, tetrafluoro-, CFC-14"), factor("tetrafluoromethane", 7380), Step.NAME),
        (flow("Carbon-14", unit="kBq"), factor("14C", 1, unit="kBq"), Step.NAME),
        (flow("C-14", unit="kBq"), factor("carbon 14", 1, unit="kBq"), Step.NAME),
        (flow("Sulphur dioxide"), factor("sulfur dioxide", 1), Step.NAME),
        (flow("α-Pinene"), factor("alpha-pinene", 1), Step.NAME),
        (flow("Coal, hard", "resource/in ground"), factor("hard coal", 1, "Resources from ground"), Step.NAME),
        (flow("Methane [Organic emissions to air]"), factor("methane", 29.8), Step.NAME),
        (flow("甲烷"), factor("Methane", 29.8, zh="甲烷"), Step.NAME),
        (flow("Dinitrogen monoxide"), factor("nitrous oxide", 273), Step.SYNONYM),
        (flow("一氧化二氮"), factor("nitrous oxide", 273), Step.SYNONYM),
        (flow("R-22"), factor("Methane, chlorodifluoro-, HCFC-22", 1960), Step.SYNONYM),
        (flow("Oddity", synonyms=["Strange stuff"]), factor("strange-stuff", 2), Step.SYNONYM),
        (flow("Strange stuff"), factor("Oddity", 2, synonyms=["strange stuff"]), Step.SYNONYM),
    ],
)
def test_each_step_finds_its_factor(one, target, step):
    found = match(one, target, factor("Something else", 99))
    assert (found.status, found.step) == (Status.MAPPED, step)
    assert abs(found.value) == target.value


def test_an_earlier_step_wins():
    by_id, by_name = factor("Other", 1, id="u1"), factor("Methane", 2)
    assert match(flow("Methane", id="u1"), by_name, by_id).value == 1


@pytest.mark.parametrize("step", ["id", "cas", "name", "synonym"])
def test_no_step_crosses_media(step):
    ours = flow(
        "Dinitrogen monoxide" if step == "synonym" else "Nitrous oxide" if step == "name" else "X",
        "air",
        id="u" if step == "id" else "",
        cas="10024-97-2" if step == "cas" else "",
    )
    theirs = factor("Nitrous oxide", 273, "water", id="u", cas="10024-97-2")
    found = match(ours, theirs)
    assert found.status is Status.NEAR
    assert found.value is None
    assert found.factors[0].value == 273


@pytest.mark.parametrize(
    ("name", "target", "status", "assumed"),
    [
        ("Carbon dioxide, fossil", "carbon dioxide (fossil)", Status.MAPPED, ()),
        ("Carbon dioxide, fossil", "carbon dioxide (biogenic)", Status.NEAR, ()),
        ("Carbon dioxide, fossil", "carbon dioxide (land use change)", Status.NEAR, ()),
        ("Carbon dioxide, biogenic", "carbon dioxide (fossil)", Status.NEAR, ()),
        ("Carbon dioxide, biogenic", "carbon dioxide", Status.NEAR, ()),
        ("Carbon dioxide, land transformation", "carbon dioxide", Status.NEAR, ()),
        ("Carbon dioxide, biogenic", "carbon dioxide (biogenic-100yr)", Status.NEAR, ()),
        ("Carbon dioxide, non-fossil", "carbon dioxide (biogenic)", Status.MAPPED, ()),
        ("Carbon dioxide, land transformation", "carbon dioxide (land use change)", Status.MAPPED, ()),
        ("Carbon dioxide", "carbon dioxide", Status.MAPPED, ()),
        ("Carbon dioxide", "carbon dioxide (fossil)", Status.MAPPED, (Assumption.ORIGIN,)),
        ("Carbon dioxide", "carbon dioxide (biogenic)", Status.NEAR, ()),
        ("Carbon dioxide, fossil", "carbon dioxide", Status.MAPPED, (Assumption.ORIGIN,)),
        ("Methane, biogenic", "methane", Status.MAPPED, (Assumption.ORIGIN,)),
        ("二氧化碳（生物成因）", "carbon dioxide (fossil)", Status.NEAR, ()),
    ],
)
def test_origins_of_carbon_are_told_apart(name, target, status, assumed):
    # The CAS number is the same for all of them: it must not help.
    cas = "74-82-8" if "ethane" in target else "124-38-9"
    found = match(flow(name, cas=cas), factor(target, 1.0, cas=cas))
    assert (found.status, found.assumed) == (status, assumed)


def test_an_unqualified_flow_prefers_the_unqualified_then_the_fossil():
    targets = [
        factor(f"Methane{origin}", value) for origin, value in ((", biogenic", 27), (", fossil", 29.8), ("", 28))
    ]
    assert match(flow("Methane"), *targets).value == 28
    assert match(flow("Methane"), *targets[:2]).value == 29.8


def test_what_is_taken_out_of_the_air_without_a_word_is_biogenic():
    place = "Renewable material resources from air"
    targets = [
        factor(f"Carbon dioxide ({o})", v, place) for o, v in (("fossil", 5), ("biogenic", -1), ("land use change", 7))
    ]
    found = match(flow("Carbon dioxide, in air", "resource/biotic"), *targets)
    assert (found.value, found.assumed) == (1.0, (Assumption.ORIGIN,))


def test_a_sub_compartment_falls_back_within_its_medium_only():
    targets = [
        factor("X", 1, "water"),
        factor("X", 2, "water/ocean"),
        factor("X", 3, "water/surface water"),
        factor("X", 9),
    ]
    assert match(flow("X", "water/ocean"), *targets).value == 2
    river = match(flow("X", "water/river"), *targets)
    assert (river.value, river.assumed) == (3, (Assumption.SUB_COMPARTMENT,))
    assert match(flow("X", "water/ground-"), *targets).value == 1
    assert match(flow("X", "water/a mere"), *targets).value == 1
    assert match(flow("X", "soil/forestry"), *targets).status is Status.NEAR


def test_an_unspecified_flow_takes_a_narrower_factor_only_where_all_are_the_same():
    same = [factor("X", 4, "water/ocean"), factor("X", 4, "water/river")]
    assert match(flow("X", "water"), *same).value == 4
    assert Assumption.EQUAL in match(flow("X", "water"), *same).assumed
    found = match(flow("X", "water"), *same, factor("X", 5, "water/lake"))
    assert (found.status, found.value, len(found.factors)) == (Status.AMBIGUOUS, None, 3)


def test_several_substances_of_one_cas_number_are_told_apart_by_name_else_not_at_all():
    targets = [
        factor(f"{w} water", n, "resource/in water", cas="7732-18-5", unit="m3")
        for n, w in enumerate(("lake", "river"))
    ]
    named = match(flow("Water, river", "resource/in water", cas="7732-18-5", unit="m3"), *targets)
    assert (named.step, named.value) == (Step.CAS, -1)
    other = match(flow("Water, rain", "resource/in water", cas="7732-18-5", unit="m3"), *targets)
    assert other.status is Status.AMBIGUOUS


def test_sizes_of_particles_are_not_the_same_name():
    found = match(flow("Particulates, > 10 um"), factor("Particulates, < 10 um", 3))
    assert found.status is Status.ABSENT


def test_two_cas_numbers_are_two_substances_whatever_a_list_of_synonyms_says():
    found = match(flow("A", cas="71-43-2", synonyms=["B"]), factor("B", 1, cas="108-88-3"))
    assert found.status is Status.ABSENT


@pytest.mark.parametrize(
    ("unit", "per", "value", "expected"),
    [("kg", "g", 2, 2000), ("g", "kg", 2, 0.002), ("kWh", "MJ", 1, 3.6), ("Bq", "kBq", 1, 0.001), ("l", "m3", 1000, 1)],
)
def test_units_are_converted_within_a_dimension(unit, per, value, expected):
    found = match(flow("X", unit=unit), factor("X", value, unit=per))
    assert found.value == pytest.approx(expected, rel=1e-15)


def test_units_of_another_dimension_are_listed_not_converted():
    found = match(flow("Gas, natural", "resource", unit="m3"), factor("natural gas", 38, "resource", unit="MJ"))
    assert (found.status, found.value) == (Status.UNIT, None)


def test_a_unit_of_the_method_alone_is_resolved():
    local = {"bag": LocalUnit("bag", "kg", 50.0)}
    assert match(flow("X"), factor("X", 100, unit="bag"), local_units=local).value == 2
    circle = {"bag": LocalUnit("bag", "sack", 2.0), "sack": LocalUnit("sack", "bag", 0.5)}
    assert match(flow("X"), factor("X", 100, unit="bag"), local_units=circle).status is Status.UNIT


def test_a_flow_without_a_compartment_takes_a_factor_only_of_one_medium():
    air = [factor("Methane", 29.8), factor("Methane", 29.8, "air/urban")]
    found = match(flow("Methane", ""), *air)
    assert (found.value, found.assumed[0]) == (29.8, Assumption.COMPARTMENT)
    assert match(flow("Methane", ""), *air, factor("Methane", 29.8, "water")).status is Status.AMBIGUOUS
    assert match(flow("Copper", ""), factor("Copper", 1, "resource/in ground")).status is not Status.MAPPED


def test_taking_a_metal_is_no_emission_of_it():
    assert match(flow("Copper", "resource/in ground"), factor("Copper", 7, "water")).status is Status.ABSENT
    assert match(flow("Copper", "resource/in ground"), factor("Copper", 7, "")).status is not Status.MAPPED


def test_factors_of_places_give_way_to_those_of_everywhere():
    world = factor("X", 3)
    places = [factor("X", 1, location="CN"), factor("X", 2, location="DE")]
    assert match(flow("X"), *places, world).value == 3
    assert match(flow("X"), *places).status is Status.AMBIGUOUS


def test_what_another_category_characterises_is_no_fault_of_this_one():
    found = map_list(
        [flow("Methane, fossil"), flow("Argon"), flow("HFCs, unspecified")],
        method(
            Fossil=[factor("methane (fossil)", 29.8), factor("SF6", 25200)], Biogenic=[factor("methane (biogenic)", 27)]
        ),
    )
    assert [[m.status for m in column] for column in found.matches] == [
        [Status.MAPPED, Status.ABSENT, Status.UNNAMED],
        [Status.ELSEWHERE, Status.ABSENT, Status.ABSENT],
    ]


@pytest.mark.parametrize(
    ("path", "medium", "sub"),
    [
        ("Elementary flows/Emission to air/high population density", "air", "urban"),
        ("Emissions/Emissions to air/Emissions to urban air close to ground", "air", "urban"),
        ("air/low. pop., long-term", "air", "long-term"),
        ("air/lower stratosphere + upper troposphere", "air", "stratosphere"),
        ("Emissions to water/groundwater, long-term", "water", "ground-long-term"),
        ("Emissions to sea water", "water", "ocean"),
        ("soil/agricultural", "soil", "agricultural"),
        ("Emissions to non-agricultural soil", "soil", "non-agricultural"),
        ("natural resource/in ground", "resource", "in-ground"),
        ("Raw materials/in water", "resource", "in-water"),
        ("Resources/Resources from air/Renewable material resources from air", "resource", "in-air"),
        ("Land use/Land occupation", "resource", "land"),
        ("排放/排放到空气", "air", "unspecified"),
        ("水体/地下水", "water", "ground"),
        ("资源/地下", "resource", "in-ground"),
        ("Final waste flows", "waste", "unspecified"),
        ("Some company flows/Emission output to fresh water", "water", "fresh"),
        ("troposphere/urban", "air", "urban"),
        ("saline water body/ocean", "water", "ocean"),
        ("Crop Production/Farming", "", "unspecified"),
    ],
)
def test_compartments_of_all_formats(path, medium, sub):
    assert compartment_of(path.split("/")) == Compartment(medium, sub)


def test_names():
    assert keys_of("Chromium VI") == keys_of("chromium(VI)")
    assert keys_of("Copper(2+)") != keys_of("Copper")
    assert origin_of("Water, unspecified natural origin") == ""
    assert origin_of("生物需氧量") == ""
    assert substances_of("Propane, 1,1,1,2,3,3,3-heptafluoro-, HFC-227ea") == {"HFC-227ea"}


def test_the_shipped_tables_are_sound():
    terms = shipped_rows("compartments")
    assert len({(fold(row["term"]), row["within"]) for row in terms}) == len(terms)
    media = {"air", "water", "soil", "resource", "waste", "other"}
    assert {row["medium"] or row["within"] or "any" for row in terms} == media | {"any"}
    substances = shipped_rows("flow_synonyms")
    assert len({row["substance"] for row in substances}) == len(substances)
    for row in substances:
        if row["cas"]:  # the last digit checks the others
            digits = row["cas"].replace("-", "")
            assert sum(int(d) * n for n, d in enumerate(reversed(digits[:-1]), 1)) % 10 == int(digits[-1]), row
    owners = {}
    for row in substances:
        for name in (row["substance"], *row["names"].split("|")):
            assert owners.setdefault(keys_of(name)[0], row["substance"]) == row["substance"], name


def test_what_is_near_is_of_the_same_origin_where_there_is_one():
    targets = [
        factor("methane (fossil)", 29.8),
        factor("methane (biogenic)", 27),
        factor("methane (land use change)", 29.8),
    ]
    assert [f.value for f in match(flow("Methane, biogenic", "water"), *targets).factors] == [27]
    assert [f.value for f in match(flow("Methane, biogenic", "water"), *targets[:1]).factors] == [29.8]


def test_a_factor_without_a_number_is_listed_not_counted_as_zero():
    assert match(flow("X"), factor("X", float("nan"))).status is Status.UNIT
    assert (
        match(flow("X"), factor("X", 1.0, unit="bag"), local_units={"bag": LocalUnit("bag", "kg", 0.0)}).value is None
    )
