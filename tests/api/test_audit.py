"""The history over HTTP: verified by a job for auditors, its keys listed and rotated."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from sqlalchemy import text

from platforms import unguarded
from tanheng.accounts import Actor, system
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.model import OrganisationKind, SystemRole
from tanheng.api import authentication
from tanheng.jobs.context import JobContext
from tanheng.jobs.kinds.history import verify_history
from tanheng.services.accounts import organisations
from tanheng.services.audit.verifying import verify
from tanheng.services.jobs import jobs, working

INIT = system("init")


@pytest.fixture
def actors(app):
    """Who asks; tests change it."""
    asking = {"id": "a", "system_roles": frozenset({SystemRole.AUDITOR}), "second_factor": True}
    app.dependency_overrides[authentication.actor] = lambda: Actor(ActorKind.PERSON, **asking)
    return asking


def verified(platform, api, **sent):
    """What a worker finds for a request."""
    answer = api.post("/v1/audit/verifications", json=sent)
    assert answer.status_code == 202
    job = api.get(answer.headers["Location"]).json()
    assert (job["organisation"], job["starter"], job["state"]) == ("", "person:a", "queued")
    platform.do(INIT, working.begin, job["id"], attempts=lambda _: 1)
    return verify_history(JobContext(platform, platform.look(INIT, jobs.of, job["id"])), job["payload"])


def test_an_auditor_has_the_history_verified_and_reads_what_was_found(api, platform, actors):
    platform.do(INIT, organisations.create, kind=OrganisationKind.BANK, names={"en": "Bank"})
    found = verified(platform, api)
    assert (found["findings"], found["wrong"]) == ([], 0)
    assert found["events"] == found["head"]["number"] > 1
    saved = {name: found["head"][name] for name in ("number", "hash")}
    assert verified(platform, api, witness=saved)["wrong"] == 0
    lost = verified(platform, api, witness={**saved, "hash": "0" * 64})
    assert [one["what"] for one in lost["findings"]] == ["witness"]
    with unguarded(platform) as sql:
        sql.execute(text("UPDATE events SET facts = '{}' WHERE number = 1"))
    found = verified(platform, api)
    assert found["findings"] == [asdict(one) for one in platform.look(INIT, verify).findings] != []


def test_only_the_auditor_who_asked_reads_and_cancels_the_job(api, actors):
    place = api.post("/v1/audit/verifications", json={}).headers["Location"]
    assert [job["kind"] for job in api.get("/v1/jobs").json()["items"]] == ["verify-history"]
    actors["id"] = "b"
    assert api.get(place).json()["title"] == "TH-STO-001"
    assert api.post(f"{place}/cancel").json()["title"] == "TH-STO-001"
    assert api.get("/v1/jobs").json()["items"] == []
    actors["id"] = "a"
    assert api.post(f"{place}/cancel").json()["state"] == "cancelled"
    actors["system_roles"] = frozenset()
    assert api.post("/v1/audit/verifications", json={}).json()["title"] == "TH-ACC-002"


def test_administrators_rotate_the_key_that_signs_and_auditors_see_it(api, platform, actors):
    (first,) = api.get("/v1/audit/keys").json()
    assert (first["signs"], first["since"]) == (True, None)
    assert api.post("/v1/audit/keys").status_code == 403
    actors["system_roles"] = frozenset({SystemRole.ADMINISTRATOR})
    assert api.get("/v1/audit/keys").status_code == 403
    made = api.post("/v1/audit/keys")
    assert (made.status_code, made.json()["signs"]) == (201, True)
    actors["second_factor"] = False
    assert api.post("/v1/audit/keys").status_code == 403
    actors["system_roles"] = frozenset({SystemRole.AUDITOR})
    assert [(one["key"], one["signs"]) for one in api.get("/v1/audit/keys").json()] == [
        (first["key"], False),
        (made.json()["key"], True),
    ]
    assert api.get("/v1/log").json()["key"] == made.json()["key"]
    platform.do(INIT, organisations.create, kind=OrganisationKind.BANK, names={"en": "Bank"})
    assert verified(platform, api)["wrong"] == 0
