"""Jobs over HTTP."""

from __future__ import annotations

import pytest

from tanheng.accounts import Actor, Membership, system
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.model import OrganisationKind, Role
from tanheng.api import authentication
from tanheng.errors import Fault, HomeError
from tanheng.formats import write_database
from tanheng.jobs.context import JobContext
from tanheng.jobs.kinds.databases import import_database
from tanheng.jobs.kinds.sampling import sample
from tanheng.services.accounts import organisations
from tanheng.services.databases.importing import import_into
from tanheng.services.jobs import jobs, working
from tanheng.testing import database, process

INIT = system("init")


@pytest.fixture
def firm(platform):
    return platform.do(INIT, organisations.create, kind=OrganisationKind.ENTERPRISE, names={"zh": "某铝业"})


@pytest.fixture
def app(app, firm):
    """Requests are those of an engineer of the firm."""
    own = Membership(firm.id, firm.kind, frozenset({Role.ENGINEER}))
    engineer = Actor(ActorKind.PERSON, "p", memberships={firm.id: own})

    app.dependency_overrides[authentication.actor] = lambda: engineer
    return app


def sampling(firm, **more):
    payload = {"database": "mini", "products": ["Steel"], "samples": 100, **more}
    return {"kind": "monte-carlo", "organisation": firm.id, "payload": payload}


def test_a_job_is_started_read_listed_and_cancelled(api, firm):
    answer = api.post("/v1/jobs", json=sampling(firm))
    assert answer.status_code == 202
    job = answer.json()
    assert (job["state"], job["starter"], job["payload"]["seed"]) == ("queued", "person:p", 1)
    assert api.get(answer.headers["Location"]).json() == job
    assert api.get("/v1/jobs?state=queued&kind=monte-carlo").json() == {"items": [job], "next": ""}
    assert api.get("/v1/jobs?kind=import-database").json()["items"] == []
    assert api.post(f"/v1/jobs/{job['id']}/cancel").json()["state"] == "cancelled"
    again = api.post(f"/v1/jobs/{job['id']}/cancel")
    assert (again.status_code, again.json()["title"]) == (409, "TH-JOB-005")


def test_a_payload_is_looked_at_before_the_job_is_taken(api, firm):
    for wrong in (
        sampling(firm, samples=99),
        sampling(firm, strange=1),
        {**sampling(firm), "kind": "import-database"},
        {**sampling(firm), "kind": "tanheng"},
    ):
        assert api.post("/v1/jobs", json=wrong).status_code == 422
    assert api.get("/v1/jobs").json()["items"] == []


def test_why_a_job_failed_is_told_in_the_reader_s_language(api, platform, firm):
    made = platform.do(INIT, jobs.start, kind="k", payload={}, organisation=firm.id)
    platform.do(INIT, working.begin, made.id, attempts=lambda _: 1)
    platform.do(INIT, working.fail, made.id, (Fault("TH-JOB-001", "", {"kind": "k"}),))
    for lang in ("zh", "en"):
        told = api.get(f"/v1/jobs/{made.id}", headers={"Accept-Language": lang}).json()
        assert told["faults"] == [Fault("TH-JOB-001", "", {"kind": "k"}).as_dict(lang)]


def test_jobs_of_others_are_not_there(api, platform):
    other = platform.do(INIT, organisations.create, kind=OrganisationKind.BANK, names={"en": "Bank"})
    hidden = platform.do(INIT, jobs.start, kind="k", payload={}, organisation=other.id)
    assert api.get(f"/v1/jobs/{hidden.id}").status_code == 404
    assert api.post("/v1/jobs", json=sampling(other)).status_code == 404


def test_a_database_of_any_size_is_imported_by_a_job_of_its_organisation(api, platform, firm, tmp_path):
    write_database(database("mini", process("Steel", "1 kg", emits={"CO2": "1 kg"})), tmp_path / "mini.zip")
    asked = {"organisation": firm.id, "name": "mini", "file": "mini.zip"}
    answer = api.post("/v1/databases/imports", params=asked, content=(tmp_path / "mini.zip").read_bytes())
    assert answer.status_code == 202
    job = answer.json()
    platform.do(INIT, working.begin, job["id"], attempts=lambda _: 1)
    done = import_database(JobContext(platform, platform.look(INIT, jobs.of, job["id"])), job["payload"])
    assert api.get(f"/v1/databases/{done['id']}").json()["name"] == "mini"
    assert platform.home.names() == ()
    payload = {"database": "mini", "products": ["Steel"], "samples": 100}
    made = platform.do(INIT, jobs.start, kind="monte-carlo", payload=payload, organisation=firm.id)
    platform.do(INIT, working.begin, made.id, attempts=lambda _: 1)
    assert sample(JobContext(platform, made), payload)["samples"] == 100


def test_nobody_samples_or_imports_for_others(api, platform, firm, tmp_path):
    other = platform.do(INIT, organisations.create, kind=OrganisationKind.BANK, names={"en": "Bank"})
    asked = {"organisation": other.id, "name": "mini"}
    assert api.post("/v1/databases/imports", params=asked, content=b"x").status_code in {403, 404}
    assert list(platform.blobs.all()) == []
    write_database(database("mini", process("Steel", "1 kg", emits={"CO2": "1 kg"})), tmp_path / "mini.zip")
    import_into(platform, INIT, tmp_path / "mini.zip", name="secret", organisation=other.id)
    payload = {"database": "secret", "products": ["Steel"], "samples": 100}
    made = platform.do(INIT, jobs.start, kind="monte-carlo", payload=payload, organisation=firm.id)
    with pytest.raises(HomeError, match="TH-HOM-001"):
        sample(JobContext(platform, made), payload)
