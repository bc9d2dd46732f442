"""Studies computed over HTTP without being kept: compared, changed, under several regimes, with what would lower them."""

from __future__ import annotations

from contextlib import suppress

import orjson
import pytest

import result_samples as samples
from study_samples import member, organisation
from tanheng.accounts.model import Role
from tanheng.cli import main
from tanheng.footprint import assess, read_assessment, read_study
from tanheng.footprint.assessing import assess_all
from tanheng.footprint.changing import LineChange, ParameterChange
from tanheng.footprint.comparing import compare
from tanheng.footprint.differences import differences
from tanheng.footprint.levers import levers
from tanheng.footprint.rulebook import known_regimes
from tanheng.footprint.whatif import what_if
from tanheng.services.databases.backgrounds import shelf_of

GREENER = {"line": "交流电", "share": {"own:hydro": 1.0}}


@pytest.fixture(scope="module")
def world(request, tmp_path_factory):
    with samples.opened(request, tmp_path_factory.mktemp("trials")) as made:
        yield made


@pytest.fixture(scope="module")
def aluminium(world):
    return world.study(samples.ALUMINIUM.read_bytes(), file="aluminium.yaml")


@pytest.fixture(scope="module")
def beam(world):
    return world.study(samples.BEAM)


@pytest.fixture(scope="module")
def here():
    return assess(read_study(samples.ALUMINIUM))


def id_of(address):
    return address.rpartition("/")[2]


def test_changes_beside_the_original_as_in_the_library(world, aluminium, here):
    kept = world.get("/v1/assessments")["items"]
    told = world.post(f"{aluminium}/what-if", {"changes": [GREENER], "samples": 500, "seed": 3})
    after = what_if(here, LineChange("交流电", share={"own:hydro": 1.0}))
    wanted = compare(after, here, samples=500, seed=3)
    assert told["before"]["total"] == pytest.approx(here.total)
    assert told["after"]["total"] == pytest.approx(after.total)
    assert told["difference"] == pytest.approx(wanted.difference)
    assert told["reasons"] == []
    assert told["comparison"]["probability_lower"] == wanted.probability_lower == 1.0
    assert (told["comparison"]["low"], told["comparison"]["high"]) == (wanted.low, wanted.high)
    assert [row["names"]["zh"] for row in told["lines"]] == ["交流电"]
    assert world.get("/v1/assessments")["items"] == kept


def test_the_changed_study_is_told_where_it_is_asked_for_and_can_be_kept(world, aluminium):
    changes = [{"line": 0, "amount": "1000 kg"}]
    assert world.post(f"{aluminium}/what-if", {"changes": changes, "samples": 0})["study"] is None
    told = world.post(f"{aluminium}/what-if", {"changes": changes, "samples": 0, "document": True})
    assert told["study"]["lines"][0]["amount"] == {"value": 1000.0, "unit": "kg"}
    made = world.study(orjson.dumps(told["study"]), file="study.json")
    assert world.get(world.assess(made))["total"] == pytest.approx(told["after"]["total"])


def test_changes_as_the_command_line_writes_them(world, aluminium, monkeypatch, tmp_path):
    changes = [{"set": "交流电.amount=12 000 kWh"}, {"line": "氧化铝", "amount": 1800.0}]
    told = world.post(f"{aluminium}/what-if", {"changes": changes, "samples": 0})
    assert told["comparison"] is None
    words = [
        "--set",
        "交流电.amount=12 000 kWh",
        "--set",
        "氧化铝.amount=1800",
        "--out",
        str(tmp_path / "changed.json"),
    ]
    monkeypatch.setattr("sys.argv", ["tanheng", "what-if", str(samples.ALUMINIUM), *words])
    with suppress(SystemExit):
        main.run()
    assert told["after"]["total"] == pytest.approx(read_assessment(tmp_path / "changed.json").total)


def test_a_new_link_leads_to_the_databases_of_the_organisation(world, beam):
    change = {"line": "steel", "link": "mini:Coal", "amount": "1 t"}
    told = world.post(f"{beam}/what-if", {"changes": [change], "samples": 200})
    assert told["difference"] == pytest.approx(1000 * 0.1 - 3080)
    told = world.post(f"{beam}/what-if", {"changes": [{"parameter": "hours", "value": "200 h"}], "samples": 0})
    assert told["difference"] == pytest.approx(200 * 0.9)
    gone = world.post(f"{beam}/what-if", {"changes": [{"line": "steel", "factor": "nowhere"}], "samples": 100})
    assert gone["comparison"]["probability_lower"] is None
    assert [gap["code"] for gap in gone["comparison"]["missing"][0]] == ["unresolved-link"]


def test_an_assessment_is_changed_as_it_was_recorded(world, tmp_path):
    place = world.study(samples.BEAM)
    kept = world.assess(place, regime="gbt24067")
    frozen = world.frozen(kept, tmp_path)
    etag = world.http.get(place).headers["etag"]
    newer = samples.BEAM.replace("1100 kg", "1 kg").encode()
    assert world.http.post(f"{place}/versions", content=newer, headers={"If-Match": etag}).status_code == 201
    told = world.post(f"{kept}/what-if", {"changes": [{"set": "steel.link=Coal"}], "samples": 100, "database": "mini"})
    assert told["before"]["digest"] == frozen.digest
    shelf = world.platform.look(world.actor[-1], shelf_of, world.own.id)
    after = what_if(frozen, LineChange("steel", link="Coal"), backgrounds=shelf, database="mini")
    assert told["after"]["digest"] == after.digest
    assert told["difference"] == pytest.approx(1100 * (0.1 - 2.8))
    told = world.post(f"{kept}/what-if", {"changes": [{"set": "steel.amount=1 t"}], "samples": 0})
    assert told["after"]["digest"] == what_if(frozen, LineChange("steel", amount="1 t")).digest
    found = world.get(f"{kept}/levers")
    assert [x["effect"] for x in found["levers"]] == [x.effect for x in levers(frozen)]


@pytest.mark.parametrize(
    ("change", "code", "place"),
    [
        ({"line": "nowhere", "amount": 1}, "TH-ASM-080", ""),
        ({"line": 99, "amount": 1}, "TH-ASM-080", ""),
        ({"line": "steel", "mode": "rail"}, "TH-ASM-082", "lines[0]"),
        ({"parameter": "nothing", "value": 1}, "TH-ASM-084", ""),
        ({"set": "steel"}, "TH-ASM-088", "steel"),
        ({"line": "steel", "amount": "3 kWh"}, "TH-QTY-002", "lines[0]"),
        ({"scenario": "unknown"}, "TH-ASM-046", ""),
        ({"line": "steel", "link": "assessment:/etc/passwd"}, "TH-STO-050", "lines[0].from"),
        ({"line": "steel", "link": "study:../x.yaml"}, "TH-STO-050", "lines[0].from"),
        ({"set": "steel.supplier=x.json"}, "TH-STO-050", "lines[0].from"),
    ],
)
def test_a_change_that_cannot_be_made_is_told_with_its_place(world, beam, change, code, place):
    answer = world.http.post(f"{beam}/what-if", json={"changes": [change], "samples": 0})
    fault = answer.json()["faults"][0]
    assert (answer.status_code, fault["code"]) == (422, code), fault
    assert fault["place"].startswith(place)
    assert fault["hint"]


def test_requests_that_say_nothing_or_two_things_are_refused(world, beam):
    for wrong in (
        {"changes": []},
        {"changes": [{}]},
        {"changes": [{"line": "steel", "parameter": "hours"}]},
        {"changes": [{"line": "steel", "supplier": "x"}]},
        {"changes": [{"set": "x"}] * 101},
        {"changes": [{"set": "steel.amount=1 t"}], "samples": 20_001},
    ):
        answer = world.http.post(f"{beam}/what-if", json=wrong)
        assert (answer.status_code, answer.json()["title"]) == (422, "TH-API-001")


def test_an_assessment_and_a_study_with_common_samples(world, aluminium, here):
    frozen = world.assess(aluminium)
    asked = {"a": {"assessment": id_of(frozen)}, "b": {"study": id_of(aluminium)}, "samples": 300}
    told = world.post("/v1/comparisons", asked)
    assert (told["difference"], told["low"], told["high"]) == (0, 0, 0)
    assert told["probability_lower"] == 0.5  # every draw is the same: equal samples count half
    assert told["shared"] == pytest.approx(1.0)


def test_a_comparison_is_that_of_the_library(world, aluminium, here, tmp_path):
    text = samples.ALUMINIUM.read_text(encoding="utf-8").replace("{zh: 氧化铝", "{zh: 别的氧化铝")
    (tmp_path / "other.yaml").write_text(text, encoding="utf-8")
    other = world.study(text, file="other.yaml")
    asked = {"a": {"study": id_of(aluminium)}, "b": {"study": id_of(other)}, "samples": 400, "seed": 9, "lines": 1}
    told = world.post("/v1/comparisons", asked)
    wanted = compare(here, assess(read_study(tmp_path / "other.yaml")), samples=400, seed=9)
    for key in ("a", "b", "difference", "mean", "low", "high", "probability_lower", "shared"):
        assert told[key] == pytest.approx(getattr(wanted, key)), key
    assert [row["difference"] for row in told["stages"]] == [row.difference for row in wanted.stages]
    assert (len(told["lines"]), told["more"]) == (1, len(wanted.lines) - 1)


def test_what_is_not_comparable_is_refused_with_every_reason(world, aluminium, beam):
    asked = {"a": {"study": id_of(aluminium)}, "b": {"study": id_of(beam), "regime": "cbam"}}
    answer = world.http.post("/v1/comparisons", json=asked)
    codes = [fault["code"] for fault in answer.json()["faults"]]
    assert (answer.status_code, "TH-ASM-092" in codes, len(codes) > 1) == (422, True, True)


@pytest.mark.parametrize(
    "side", [{}, {"assessment": "x", "study": "y"}, {"assessment": "x", "regime": "cbam"}, {"file": "x"}]
)
def test_a_side_is_an_assessment_or_a_study(world, side):
    answer = world.http.post("/v1/comparisons", json={"a": side, "b": side})
    assert (answer.status_code, answer.json()["title"]) == (422, "TH-API-001")


def test_regimes_side_by_side_and_why_they_differ(world, aluminium, here):
    told = world.post(f"{aluminium}/regimes", {"regimes": ["iso14067", "cbam"]})
    found = assess_all(read_study(samples.ALUMINIUM), regimes=["iso14067", "cbam"])
    assert {name: result["total"] for name, result in told["results"].items()} == pytest.approx(
        {name: result.total for name, result in found.items()}
    )
    wanted = differences(*found.values())
    (difference,) = told["differences"]
    assert difference["difference"] == pytest.approx(wanted.difference)
    assert [step["key"] for step in difference["steps"]] == [step.key for step in wanted.steps]
    every = world.post(f"{aluminium}/regimes", {"lines": 0})
    assert set(every["results"]) == set(known_regimes())
    assert len(every["differences"]) == len(known_regimes()) - 1
    assert all(one["lines"] == [] for one in every["differences"])


def test_a_regime_is_no_file_of_the_server(world, aluminium):
    for wrong, code in (("/etc/passwd", "TH-STO-050"), ("x.yaml", "TH-STO-050"), ("moon", "TH-RUL-003")):
        answer = world.http.post(f"{aluminium}/regimes", json={"regimes": ["iso14067", wrong]})
        assert (answer.status_code, answer.json()["title"]) == (422, code)


def test_what_would_lower_a_result(world, aluminium, here):
    told = world.get(f"{aluminium}/levers", limit=4)
    wanted = levers(here)
    assert told["total"] == pytest.approx(here.total)
    assert [(x["kind"], x["label"], x["to"]) for x in told["levers"]] == [(x.kind, x.label, x.to) for x in wanted[:4]]
    assert [x["effect"] for x in told["levers"]] == pytest.approx([x.effect for x in wanted[:4]])
    assert told["more"] == len(wanted) - 4


def test_who_may_not_assess_tries_nothing(world, aluminium, beam):
    asked = ((f"{beam}/what-if", {"changes": [{"set": "steel.amount=1 t"}]}), (f"{beam}/regimes", {}))
    side = {"study": id_of(beam)}
    for actor, status in ((member(world.own, Role.VIEWER), 403), (member(organisation(world.platform, "别家")), 404)):
        world.actor.append(actor)
        try:
            assert [world.http.post(at, json=sent).status_code for at, sent in asked] == [status, status]
            assert world.http.get(f"{beam}/levers").status_code == status
            assert world.http.post("/v1/comparisons", json={"a": side, "b": side}).status_code == status
        finally:
            world.actor.pop()


def test_a_change_of_a_parameter_is_that_of_the_library(world, beam, tmp_path):
    frozen = world.frozen(world.assess(beam), tmp_path)
    after = what_if(frozen, ParameterChange("hours", 50.0))
    told = world.post(f"{beam}/what-if", {"changes": [{"set": "param.hours=50"}], "samples": 0})
    assert told["after"]["digest"] == after.digest
