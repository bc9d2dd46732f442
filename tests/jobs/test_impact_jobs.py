"""Impact previews and re-grading as jobs, asked for over HTTP and by the clock."""

from __future__ import annotations

import io

import httpx
import polars as pl
import pytest

import clients
from certification_samples import INIT, House
from class_samples import fill, makers, published, scheme
from impact_samples import desk, factors, with_steel
from serving import served
from tanheng.accounts import system
from tanheng.accounts.model import Role
from tanheng.api.app import create_app
from tanheng.factors.lifecycle import State
from tanheng.jobs import kinds  # noqa: F401 - registers them
from tanheng.jobs.context import JobContext
from tanheng.jobs.registry import find_kind
from tanheng.services.factors import records
from tanheng.services.grading import regrading, thresholds
from tanheng.services.jobs import jobs, working
from tanheng.services.paging import Paging


@pytest.fixture
def house(platform):
    return House(platform)


def run(platform, id_):
    """Do a job as the worker does; its result."""
    job = platform.do(system("job"), working.begin, id_, attempts=lambda _: 3)
    kind = find_kind(job.kind)
    context = JobContext(platform, job)
    result = kind.function(context, job.payload)
    platform.do(context.actor, working.succeed, id_, result, file_needs=kind.file_needs)
    return platform.look(INIT, jobs.of, id_).result


@pytest.fixture
def api(house):
    with served(create_app(house.platform)) as url, httpx.Client(base_url=url, timeout=60) as client:
        yield client


def headers(house, organisation, *roles):
    return {"Authorization": f"Bearer {clients.person(house.platform, organisation, *roles)}"}


def test_the_next_release_on_the_whole_register(house, api):
    platform, own = house.platform, desk(house)
    certificate, _ = with_steel(house)
    entry = platform.look(own.editor, records.of, own.entries["steel"].id)
    told = factors(steel_amounts=[["CO2", "fossil", 3000.0]])["steel"]
    own.accepted(own.step(own.editor, records.revise, entry, written=told))
    assert platform.look(own.editor, records.of, entry.id).state == State.REVIEWED
    asking = headers(house, house.maker, Role.PUBLISHER)
    sent = {"collection": own.collection}
    assert api.post("/v1/impact-previews", json=sent).status_code == 401
    assert (
        api.post("/v1/impact-previews", json=sent, headers=headers(house, house.other, Role.OWNER)).status_code == 404
    )
    viewing = headers(house, house.maker, Role.VIEWER)
    assert api.post("/v1/impact-previews", json=sent, headers=viewing).status_code == 403
    for nothing in ({}, {**sent, "draft": own.collection}):
        assert api.post("/v1/impact-previews", json=nothing, headers=asking).json()["title"] == "TH-IMP-001"
    answer = api.post("/v1/impact-previews", json=sent, headers=asking)
    assert answer.status_code == 202, answer.text
    found = run(platform, answer.json()["id"])
    assert (found["certificates"], found["moved"], found["up"]) == (1, 1, 1)
    assert [one["certificate"] for one in found["largest"]] == [certificate.number]
    file = api.get(f"/v1/jobs/{answer.json()['id']}/file", headers=asking)
    assert pl.read_parquet(io.BytesIO(file.content))["certificate"].to_list() == [certificate.number]
    preview = api.get(f"/v1/factor-collections/{own.collection}/preview", headers=asking).json()
    assert preview["certificates"] == {"moved": 1, "reclassed": 0, "holders": 1, "hidden": False}


def test_a_draft_of_limits_on_the_whole_register(house, api):
    platform, certificate = house.platform, house.certified()
    fill(platform, certificate, [certificate.value + n - 20 for n in range(40)], makers(platform, 8))
    draft = thresholds.derive(platform, house.official, published(house, scheme(certificate)).id)
    sent = {"draft": draft.id}
    assert (
        api.post("/v1/impact-previews", json=sent, headers=headers(house, house.maker, Role.OWNER)).status_code == 404
    )
    asking = headers(house, house.regulator, Role.OWNER)
    answer = api.post("/v1/impact-previews", json=sent, headers=asking)
    found = run(platform, answer.json()["id"])
    assert (found["certificates"], found["moved"], found["whole"]) == (41, 41, True)
    file = api.get(f"/v1/jobs/{answer.json()['id']}/file", headers=asking)
    assert pl.read_parquet(io.BytesIO(file.content)).height == 41


def test_the_clock_starts_the_job_that_regrades(house):
    platform, certificate = house.platform, house.certified()
    fill(platform, certificate, [certificate.value + n - 20 for n in range(40)], makers(platform, 8))
    draft = thresholds.derive(platform, house.official, published(house, scheme(certificate)).id)
    one = platform.do(house.official, thresholds.publish, draft.id, effective=platform.today())
    assert platform.do(system("job"), regrading.start_where_needed)
    (job,) = platform.look(INIT, jobs.listed, Paging(), kind=regrading.JOB).items
    assert run(platform, job.id) == {"moved": {one.id: 41}}
