"""Many results sampled together by a job, started over HTTP."""

from __future__ import annotations

import io
import uuid
from itertools import pairwise

import orjson
import polars as pl
import pytest

import result_samples as samples
from study_samples import member, organisation
from tanheng.accounts import system
from tanheng.accounts.model import Role
from tanheng.errors import AssessmentError, StoreError
from tanheng.footprint.portfolio import portfolio
from tanheng.jobs.context import Cancelled, JobContext
from tanheng.jobs.kinds.portfolios import sample_together
from tanheng.services.jobs import jobs, working

INIT = system("init")


@pytest.fixture(scope="module")
def world(request, tmp_path_factory):
    with samples.opened(request, tmp_path_factory.mktemp("portfolios")) as made:
        yield made


@pytest.fixture(scope="module")
def beams(world):
    """Ids of an assessment and of two studies of more and more steel."""
    texts = [
        samples.BEAM.replace("1100 kg", f"{mass} kg").replace("factor:nowhere", "mini:Coal")
        for mass in (1000, 1100, 1200)
    ]
    places = [world.study(text) for text in texts]
    return [world.assess(places[0]).rpartition("/")[2], *(place.rpartition("/")[2] for place in places[1:])]


def asked(world, beams, **more):
    payload = {"assessments": beams[:1], "studies": beams[1:], "samples": 300, **more}
    return {"kind": "portfolio", "organisation": world.own.id, "payload": payload}


def started(world, sent):
    answer = world.http.post("/v1/jobs", json=sent)
    assert answer.status_code == 202, answer.text
    return answer.json()


def run(world, job):
    """Do a job as the worker does."""
    world.platform.do(INIT, working.begin, job["id"], attempts=lambda _: 1)
    context = JobContext(world.platform, world.platform.look(INIT, jobs.of, job["id"]))
    found = sample_together(context, job["payload"])
    world.platform.do(INIT, working.succeed, job["id"], found, file_needs="")
    return world.get(f"/v1/jobs/{job['id']}")


def test_studies_and_assessments_by_common_samples(world, beams, tmp_path):
    wanted = asked(world, beams, pairs=[beams[:2]], reference=beams[2], rank=True, seed=4)
    done = run(world, started(world, wanted))
    assert (done["state"], done["note"], done["done"]) == ("done", "sampling", 300)
    told = done["result"]
    assert [one["label"] for one in told["results"]] == [*beams[1:], beams[0]]
    assert told["counts"] == {"results": 3, "pairs": 3, "refused": 0, "rankings": 1, "ranked": 3}
    assert [one["label"] for one in told["rankings"][0]["ranked"]] == beams
    whole = orjson.loads(world.http.get(f"/v1/jobs/{done['id']}/file").content)
    assert whole["pairs"] == told["pairs"]
    first, second = (world.frozen(world.assess(f"/v1/studies/{one}"), tmp_path) for one in beams[1:])
    frozen = world.frozen(f"/v1/assessments/{beams[0]}", tmp_path)
    again = portfolio(
        [(beams[1], first), (beams[2], second), (beams[0], frozen)],
        backgrounds=world.platform.home,
        samples=300,
        seed=4,
        pairs=[(beams[0], beams[1])],
        reference=beams[2],
    )
    wanted = again.document("zh")
    assert whole["results"] == orjson.loads(orjson.dumps(wanted["results"]))
    assert whole["pairs"] == orjson.loads(orjson.dumps(wanted["pairs"]))
    assert whole["databases"][0]["name"] == "mini"


def test_the_figures_as_a_table(world, beams):
    done = run(world, started(world, asked(world, beams, format="csv")))
    answer = world.http.get(f"/v1/jobs/{done['id']}/file")
    assert 'filename="portfolio.csv"' in answer.headers["content-disposition"]
    table = pl.read_csv(io.BytesIO(answer.content))
    assert table["label"].to_list() == [*beams[1:], beams[0]]
    assert table["median"].to_list() == pytest.approx([one["median"] for one in done["result"]["results"]])


def test_what_cannot_be_sampled_is_refused_before_a_job_is_taken(world, beams):
    other = organisation(world.platform, "别家")
    world.actor.append(member(other))
    theirs = world.http.post("/v1/studies", params={"organisation": other.id}, content=samples.BEAM.encode()).json()[
        "id"
    ]
    world.actor.pop()
    before = world.get("/v1/jobs")["items"]
    for more, status, code in (
        ({"studies": [], "assessments": []}, 422, "TH-ASM-132"),
        ({"studies": [theirs]}, 404, "TH-STO-001"),
        ({"studies": [str(uuid.uuid4())]}, 404, "TH-STO-001"),
        ({"studies": beams[:1]}, 404, "TH-STO-001"),
        ({"assessments": ["x"]}, 404, "TH-STO-001"),
        ({"pairs": [[beams[0], "x"]]}, 422, "TH-ASM-134"),
        ({"reference": theirs}, 422, "TH-ASM-134"),
        ({"pairs": [[beams[0]]]}, 422, "TH-API-001"),
        ({"samples": 99}, 422, "TH-API-001"),
        ({"samples": 100_001}, 422, "TH-API-001"),
        ({"format": "pdf"}, 422, "TH-API-001"),
    ):
        answer = world.http.post("/v1/jobs", json=asked(world, beams, **more))
        assert (answer.status_code, answer.json()["title"]) == (status, code), more
    world.actor.append(member(world.own, Role.VIEWER))
    assert world.http.post("/v1/jobs", json=asked(world, beams)).status_code == 403
    world.actor.pop()
    assert world.get("/v1/jobs")["items"] == before


def test_a_job_takes_nothing_of_others_whatever_its_payload_says(world, beams):
    other = organisation(world.platform, "别家")
    sent = asked(world, beams)
    made = world.platform.do(INIT, jobs.start, kind="portfolio", payload=sent["payload"], organisation=other.id)
    world.platform.do(INIT, working.begin, made.id, attempts=lambda _: 1)
    with pytest.raises(StoreError, match="TH-STO-001"):
        sample_together(JobContext(world.platform, made), sent["payload"])


def test_a_study_that_cannot_be_assessed_is_named(world, beams):
    job = started(world, asked(world, beams, rules="nothing"))
    world.platform.do(INIT, working.begin, job["id"], attempts=lambda _: 1)
    with pytest.raises(Exception, match="TH-RUL") as refused:
        sample_together(JobContext(world.platform, world.platform.look(INIT, jobs.of, job["id"])), job["payload"])
    assert refused.value.faults[0].place.startswith(beams[1])


def test_a_pair_that_is_not_comparable_is_refused_and_a_reference_tells_why(world, beams):
    other = world.study(samples.BEAM.replace("unit: 1 t", "unit: 2 t")).rpartition("/")[2]
    done = run(world, started(world, asked(world, [beams[0], other], reference=beams[0], lang="en")))
    (refused,) = done["result"]["refused"]
    assert (refused["a"], refused["b"], refused["reasons"][0]["code"]) == (other, beams[0], "TH-ASM-090")
    job = started(world, asked(world, [beams[0], other], pairs=[[beams[0], other]]))
    world.platform.do(INIT, working.begin, job["id"], attempts=lambda _: 1)
    with pytest.raises(AssessmentError, match="TH-ASM-090"):
        sample_together(JobContext(world.platform, world.platform.look(INIT, jobs.of, job["id"])), job["payload"])


def test_it_stops_where_somebody_asks(world, beams):
    job = started(world, asked(world, beams))
    world.platform.do(INIT, working.begin, job["id"], attempts=lambda _: 1)
    assert world.http.post(f"/v1/jobs/{job['id']}/cancel").json()["state"] == "cancelling"
    with pytest.raises(Cancelled):
        sample_together(JobContext(world.platform, world.platform.look(INIT, jobs.of, job["id"])), job["payload"])


def test_places_need_samples_that_are_kept(world, beams, monkeypatch):
    from tanheng.services.studies import portfolios

    monkeypatch.setattr(portfolios, "KEPT", 800)
    answer = world.http.post("/v1/jobs", json=asked(world, beams, rank=True))
    assert (answer.status_code, answer.json()["title"]) == (422, "TH-ASM-135")
    done = run(world, started(world, asked(world, beams)))
    medians = [one["median"] for one in done["result"]["results"]]
    assert any(a != b for a, b in pairwise(medians))
