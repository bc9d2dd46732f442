"""Looking into assessments over HTTP."""

from __future__ import annotations

from math import fsum

import pytest

import result_samples as samples
from study_samples import member, organisation
from tanheng.footprint.differences import differences
from tanheng.footprint.explaining import explain
from tanheng.footprint.sensitivity import sensitivities, tornado


@pytest.fixture(scope="module")
def world(request, tmp_path_factory):
    with samples.opened(request, tmp_path_factory.mktemp("results")) as made:
        yield made


@pytest.fixture(scope="module")
def aluminium(world):
    return world.study(samples.ALUMINIUM.read_bytes(), file="aluminium.yaml")


@pytest.fixture(scope="module")
def ingot(world, aluminium):
    return world.assess(aluminium, samples=200)


@pytest.fixture(scope="module")
def beam(world):
    return world.assess(world.study(samples.BEAM))


@pytest.fixture
def frozen(world, ingot, tmp_path):
    return world.frozen(ingot, tmp_path)


def test_the_figures_are_those_of_the_frozen_assessment(world, ingot, frozen):
    told = world.get(f"{ingot}/results")
    assert (told["total"], told["unit"], told["digest"]) == (frozen.total, frozen.unit, frozen.digest)
    assert [(s["stage"], s["total"], s["share"]) for s in told["stages"]] == [
        (s.stage, s.total, s.share) for s in frozen.stages
    ]
    assert told["line_count"] == len(frozen.lines) == len(told["lines"])
    totals = [abs(line["total"]) for line in told["lines"]]
    assert totals == sorted(totals, reverse=True)
    assert [line["index"] for line in told["hot_spots"]] == list(frozen.hot_spots)
    assert told["claim"]["text"] == frozen.claim.text
    assert told["monte_carlo"]["samples"] == 200
    assert told["monte_carlo"]["median"] == frozen.monte_carlo.median
    assert told["uncertainty"]["low"] == frozen.uncertainty.low
    assert {g["gas"]: g["co2e"] for g in told["gases"] if g["origin"] == "fossil"} == {
        g.gas: g.co2e for g in frozen.gases if g.origin == "fossil"
    }
    assert told["origins"] == frozen.origins
    assert told["quality"]["primary_share"] == frozen.quality.primary_share
    assert sum(told["findings"].values()) == len(frozen.findings) == len(told["finding_list"])
    finding = told["finding_list"][0]
    assert finding["clause"]
    assert finding["question"]
    assert finding["waiver"] is None


def test_what_is_missing_is_null_and_its_gap_says_why(world, beam):
    told = world.get(f"{beam}/results")
    assert told["complete"] is False
    assert told["claim"] is None
    assert told["monte_carlo"] is None
    paint = told["lines"][-1]
    assert (paint["names"]["en"], paint["total"], paint["share"]) == ("Paint", None, None)
    assert [gap["blocks"] for gap in paint["gaps"]] == [True]
    assert "nowhere" in paint["gaps"][0]["message"]["en"]
    assert "nowhere" in paint["gaps"][0]["message"]["zh"]


def test_long_lists_have_pages(world, ingot, frozen):
    told = world.get(f"{ingot}/results", limit=2)
    assert (len(told["lines"]), told["line_count"]) == (2, len(frozen.lines))
    seen, after = [], ""
    while True:
        page = world.get(f"{ingot}/lines", limit=4, after=after, order="study")
        seen += [line["index"] for line in page["items"]]
        after = page["next"]
        if not after:
            break
    assert seen == [line.index for line in frozen.lines]
    some = world.get(f"{ingot}/lines", stage="raw-materials")["items"]
    assert {line["stage"] for line in some} == {"raw-materials"}
    assert world.get(f"{ingot}/lines", limit=1)["items"] == told["lines"][:1]
    for wrong in ("x", "-1", "²"):
        answer = world.http.get(f"{ingot}/lines", params={"after": wrong})
        assert (answer.status_code, answer.json()["title"]) == (422, "TH-API-006")


def test_findings_that_wait_come_before_those_that_somebody_answers_for(world):
    waived = samples.BEAM + "waivers:\n"
    first = world.get(f"{world.assess(world.study(samples.BEAM))}/findings")["items"]
    errors = [finding for finding in first if finding["severity"] == "error"]
    assert errors
    waived += "".join(
        f"  - {{code: {f['code']}, path: '{f['path']}', reason: {{en: known}}, person: Li Lei, day: 2025-03-02}}\n"
        for f in errors
    )
    at = world.assess(world.study(waived))
    found = world.get(f"{at}/findings")["items"]
    answered = [finding["waiver"] is not None for finding in found]
    assert answered == sorted(answered)
    assert found[-1]["waiver"] == {"reason": {"en": "known"}, "person": "Li Lei", "day": "2025-03-02"}
    assert world.get(f"{at}/results")["findings"]["waived"] == len(errors)


def every(node):
    yield node
    for child in node["children"]:
        yield from every(child)


@pytest.mark.parametrize("cutoff", [0.0, 0.02, 0.3])
def test_nothing_is_lost_in_a_tree(world, ingot, beam, cutoff):
    for address in (ingot, beam):
        root = world.get(f"{address}/tree", cutoff=cutoff, depth=8)
        assert root["total"] == world.get(address)["total"]
        for node in every(root):
            if node["children"]:
                parts = [node["direct"], node["rest"], *(child["total"] for child in node["children"])]
                assert fsum(parts) == pytest.approx(node["total"], abs=1e-9 * abs(root["total"]))
                assert all(abs(child["share"]) >= cutoff for child in node["children"])


def test_a_tree_goes_on_into_the_supply_chain(world, beam):
    root = world.get(f"{beam}/tree", cutoff=0.0, depth=8)
    steel = next(node for node in every(root) if node["kind"] == "step" and node["source"]["names"]["en"] == "Steel")
    assert steel["direct"] == pytest.approx(1100)
    (power,) = steel["children"]
    assert (power["kind"], power["names"]["en"], power["amount"]) == ("supply", "Power", pytest.approx(2200))
    assert power["total"] == pytest.approx(2200 * 0.9)
    (coal,) = power["children"]
    assert coal["total"] == pytest.approx(2200 * 0.4 * 0.1)
    flat = world.get(f"{beam}/tree", cutoff=0.0, depth=8, supply=False)
    assert {node["kind"] for node in every(flat)} == {"product", "stage", "line", "step"}


def test_a_tree_is_bounded(world, beam):
    full = world.get(f"{beam}/tree", cutoff=0.0, depth=20)
    small = world.get(f"{beam}/tree", cutoff=0.0, depth=20, nodes=4)
    assert len(list(every(small))) == 4 < len(list(every(full)))
    shallow = world.get(f"{beam}/tree", cutoff=0.0, depth=1)
    assert [child["kind"] for child in shallow["children"]] == ["stage", "stage"]
    assert all(child["hidden"] and child["rest"] == pytest.approx(child["total"]) for child in shallow["children"])
    for wrong in ({"depth": 0}, {"depth": 21}, {"cutoff": -0.1}, {"nodes": 0}, {"nodes": 2001}, {"cutoff": "nan"}):
        assert world.http.get(f"{beam}/tree", params=wrong).status_code == 422


def test_the_arithmetic_of_a_number_down_to_its_gases(world, beam):
    told = world.get(f"{beam}/formula", depth=4)
    assert (told["of"], told["more"], told["rest"]) == ("total", 0, 0)
    assert fsum(term["value"] for term in told["terms"]) == pytest.approx(told["value"])
    line = told["terms"][0]["terms"][0]
    assert line["of"] == "lines[0]"
    step = line["terms"][0]
    assert step["formula"] == "1100 kg × 2.8 kg CO2e/kg = 3080 kg CO2e"
    amount, factor = step["terms"]
    assert (amount["of"], amount["value"]) == ("lines[0].amount", 1100)
    assert factor["value"] == pytest.approx(2.8)
    assert "kg CO2 × 1" in factor["formula"]
    welded = world.get(f"{beam}/formula", of="lines[1].amount")
    assert "200 kWh" in welded["formula"]
    assert world.get(f"{beam}/formula", of="lines[2]")["value"] is None
    assert world.get(f"{beam}/formula", of="claim")["value"] is None
    assert world.get(f"{beam}/formula", of="parameters.hours")["value"] == 100


def test_every_number_that_is_named_as_one_has_its_arithmetic(world, ingot, frozen):
    unknown = world.http.get(f"{ingot}/formula", params={"of": "lines[999]"})
    assert (unknown.status_code, unknown.json()["title"]) == (422, "TH-ASM-150")
    told = unknown.json()["faults"][0]["hint"]
    for of in ("total", "claim", "excluded", "stored_carbon", "added_back", "allocation", "stages.production"):
        assert of in told
        assert world.get(f"{ingot}/formula", of=of)["value"] == explain(frozen, of).value
    for wrong in ("", "lines[-1]", "lines[0].parts[99]", "stages.moon", "parameters.", "__class__"):
        answer = world.http.get(f"{ingot}/formula", params={"of": wrong})
        assert answer.status_code == 422, wrong


def test_terms_that_are_not_listed_are_summed(world, ingot):
    whole = world.get(f"{ingot}/formula", of="stages.raw-materials", depth=1)
    cut = world.get(f"{ingot}/formula", of="stages.raw-materials", depth=1, terms=1)
    assert cut["more"] == len(whole["terms"]) - 1
    assert cut["terms"][0]["value"] + cut["rest"] == pytest.approx(whole["value"])


def test_inputs_one_at_a_time(world, ingot, frozen):
    told = world.get(f"{ingot}/sensitivity", step=0.2, limit=3)
    wanted = sensitivities(frozen, step=0.2)[:3]
    assert [(row["label"], row["from"], row["low"], row["high"]) for row in told] == [
        (row.label, row.from_, row.low, row.high) for row in wanted
    ]
    told = world.get(f"{ingot}/sensitivity", view="tornado")
    assert [row["label"] for row in told] == [row.label for row in tornado(frozen)]


def test_two_regimes_of_one_study_differ_choice_by_choice(world, aluminium, ingot, frozen, tmp_path):
    other = world.assess(aluminium, regime="cbam")
    told = world.get(f"{ingot}/difference", to=other.rpartition("/")[2])
    wanted = differences(frozen, world.frozen(other, tmp_path))
    assert told["same_study"] is True
    assert told["lines"] is told["stages"] is None
    assert told["difference"] == pytest.approx(wanted.difference)
    assert [(s["key"], s["amount"]) for s in told["rules"]["steps"]] == [(s.key, s.amount) for s in wanted.steps]
    cut = world.get(f"{ingot}/difference", to=other.rpartition("/")[2], lines=1)["rules"]
    assert (len(cut["lines"]), cut["more"]) == (1, len(wanted.lines) - 1)


def test_two_versions_of_a_study_differ_by_amounts_and_by_what_a_unit_emits(world):
    place = world.study(samples.BEAM)
    first = world.assess(place)
    other = samples.BEAM.replace('1100 kg, from: "mini:Steel"', '1.2 t, from: "mini:Coal"')
    changed = other.replace("{id: paint", "{id: varnish")
    etag = world.http.get(place).headers["etag"]
    answer = world.http.post(f"{place}/versions", content=changed.encode(), headers={"If-Match": etag})
    assert answer.status_code == 201, answer.text
    second = world.assess(place)
    told = world.get(f"{first}/difference", to=second.rpartition("/")[2])
    assert (told["same_study"], told["rules"], told["same_rules"], told["beside"]) == (False, None, True, 0)
    (steel,) = told["lines"]
    assert (steel["key"], steel["first"], steel["second"]) == ("steel", pytest.approx(3080), pytest.approx(120))
    assert steel["amounts"] == [pytest.approx(1.1), pytest.approx(1.2)]
    assert steel["unit"] == "t"
    assert dict(steel["reasons"]) == {"amount": pytest.approx(280), "per-unit": pytest.approx(-3240)}
    assert told["difference"] == pytest.approx(fsum(line["difference"] for line in told["lines"]))
    assert next((s["stage"], s["difference"]) for s in told["stages"]) == ("raw-materials", pytest.approx(-2960))


def test_results_per_different_units_have_no_difference(world, ingot):
    other = world.assess(world.study(samples.BEAM.replace("unit: 1 t", "unit: 2 t")))
    answer = world.http.get(f"{ingot}/difference", params={"to": other.rpartition("/")[2]})
    assert (answer.status_code, answer.json()["title"]) == (422, "TH-ASM-151")


def test_members_read_and_others_learn_nothing(world, ingot, beam):
    other = organisation(world.platform, "别家")
    world.actor.append(member(other))
    try:
        for address in ("results", "lines", "findings", "tree", "formula", "sensitivity"):
            assert world.http.get(f"{ingot}/{address}").status_code == 404
        difference = world.http.get(f"{ingot}/difference", params={"to": beam.rpartition("/")[2]})
        assert (difference.status_code, difference.json()["title"]) == (404, "TH-STO-001")
    finally:
        world.actor.pop()
