"""Assessments that are sampled together with their background databases, by a job; and the scenarios of one."""

from __future__ import annotations

import time

import orjson
import pytest

import result_samples as samples
from study_samples import member, organisation
from tanheng.accounts import system
from tanheng.footprint import assess, read_study
from tanheng.footprint.whatif import scenarios
from tanheng.services.databases.backgrounds import shelf_of
from worker_process import worker

INIT = system("init")
PATIENCE = 120  # seconds after which a test gives up; nothing is measured
SCENARIOS = """
scenarios:
  - {id: fast, name: {zh: 快, en: Fast}, values: {hours: 50 h}}
  - {id: slow, name: {zh: 慢, en: Slow}, values: {hours: 200 h}}
"""


@pytest.fixture(scope="module")
def world(request, tmp_path_factory):
    with samples.opened(request, tmp_path_factory.mktemp("sampled")) as made, worker(made.platform):
        yield made


@pytest.fixture(scope="module")
def beam(world):
    return world.study(samples.BEAM + SCENARIOS)


def asked(world, study, **more):
    payload = {"study": study.rpartition("/")[2], "samples": 300, "seed": 3, **more}
    return {"kind": "assessment", "organisation": world.own.id, "payload": payload}


def done(world, sent):
    answer = world.http.post("/v1/jobs", json=sent)
    assert answer.status_code == 202, answer.text
    job = waited(world, answer.headers["Location"])
    assert job["state"] == "done", job["faults"]
    return job["result"]


def waited(world, address):
    """The job when it is over."""
    end = time.monotonic() + PATIENCE
    while (job := world.get(address))["ended_at"] is None:
        assert time.monotonic() < end, (world.platform.home.path / "log").read_text()
        time.sleep(0.05)
    return job


def test_a_job_keeps_what_the_library_computes(world, beam, tmp_path):
    found = done(world, asked(world, beam))
    address = f"/v1/assessments/{found['assessment']}"
    kept = world.frozen(address, tmp_path)
    text = tmp_path / "beam.yaml"
    text.write_text(samples.BEAM + SCENARIOS, encoding="utf-8")
    shelf = kept_databases(world)
    made = assess(read_study(text), backgrounds=shelf, samples=300, seed=3, background="sampled")
    assert (kept.monte_carlo, kept.total) == (made.monte_carlo, made.total)
    (drawn,) = kept.inputs["background_samples"]
    assert drawn["database"] == "mini"
    stated = assess(read_study(text), backgrounds=shelf, samples=300, seed=3)
    assert kept.monte_carlo.deviation > stated.monte_carlo.deviation
    assert found == {"assessment": found["assessment"], "digest": kept.digest, "total": kept.total, "complete": False}


def kept_databases(world):
    return world.platform.look(INIT, shelf_of, world.own.id)


def test_it_is_recomputed_by_a_job_and_not_while_somebody_waits(world, beam):
    found = done(world, asked(world, beam, seed=4))
    refused = world.http.post(f"/v1/assessments/{found['assessment']}/recompute")
    assert (refused.status_code, refused.json()["title"]) == (409, "TH-STO-072")
    job = {"kind": "recomputation", "organisation": world.own.id, "payload": {"assessment": found["assessment"]}}
    assert done(world, job) == {"same": True, "digest": found["digest"], "recomputed": found["digest"]}
    stated = done(world, asked(world, beam, background="stated"))
    assert world.http.post(f"/v1/assessments/{stated['assessment']}/recompute").json()["same"] is True


def test_changes_of_it_are_tried_without_its_samples(world, beam, monkeypatch):
    found = done(world, asked(world, beam, seed=5))
    monkeypatch.setattr("tanheng.footprint.freezing.on_background", None)  # what draws databases is not called
    sent = {"changes": [{"set": "lines[0].amount=1 t"}], "samples": 0}
    told = world.post(f"/v1/assessments/{found['assessment']}/what-if", sent)
    assert told["difference"] < 0


def test_whose_study_it_is(world, beam):
    other = organisation(world.platform, "别家")
    world.actor.append(member(other))
    for sent in (asked(world, beam), {**asked(world, beam), "organisation": other.id}):
        answer = world.http.post("/v1/jobs", json=sent)
        assert (answer.status_code, answer.json()["title"]) == (404, "TH-STO-001")
    world.actor.pop()
    answer = world.http.post("/v1/jobs", json={**asked(world, beam), "organisation": other.id})
    assert (answer.status_code, answer.json()["title"]) == (404, "TH-STO-001")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"samples": 99}, "TH-API-001"),
        ({"samples": 100_001}, "TH-API-001"),
        ({"background": "guessed"}, "TH-API-001"),
        ({"version": 9}, "TH-STO-001"),
        ({"database": "nowhere"}, "TH-HOM-001"),
    ],
)
def test_what_cannot_be_assessed_is_refused_before_a_job_is_taken(world, beam, more, code):
    before = world.get("/v1/jobs")["items"]
    assert world.http.post("/v1/jobs", json=asked(world, beam, **more)).json()["title"] == code
    assert world.get("/v1/jobs")["items"] == before


def test_the_scenarios_of_a_result(world, beam, tmp_path):
    kept = world.assess(beam)
    found = scenarios(world.frozen(kept, tmp_path))
    told = world.get(f"{kept}/scenarios")
    assert (told["total"], told["next"]) == (3, None)
    assert [one["scenario"] for one in told["items"]] == ["", "fast", "slow"]
    assert {one["scenario"]: one["total"] for one in told["items"]} == {k: one.total for k, one in found.items()}
    assert told["items"][1]["total"] < told["items"][0]["total"] < told["items"][2]["total"]
    page = world.get(f"{kept}/scenarios", first=1, limit=1)
    assert (page["items"], page["total"], page["next"]) == (told["items"][1:2], 3, 2)
    assert world.get(f"{kept}/scenarios", first=3) == {"items": [], "total": 3, "next": None}
    slow = world.get(world.assess(beam, scenario="slow"))
    assert orjson.dumps(slow["total"]) == orjson.dumps(told["items"][2]["total"])
