"""Sizes, rates, keys, health and figures: what holds for every request."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from fastapi import APIRouter

from tanheng.accounts import system
from tanheng.accounts.model import OrganisationKind
from tanheng.api.app import create_app
from tanheng.api.needs import PlatformNeed
from tanheng.services.accounts import organisations
from tanheng.services.paging import Paging
from tanheng.storage.sql.tables import once

router = APIRouter()


@router.post("/founded", status_code=201)
def found(platform: PlatformNeed, name: str) -> dict[str, str]:
    """Does as the system what no stranger may."""
    names = {"en": name}
    made = platform.do(system("test"), organisations.create, kind=OrganisationKind.BANK, names=names)
    return {"id": made.id}


@router.post("/echo")
def echo(sent: dict[str, str]) -> dict[str, str]:
    return sent


@pytest.fixture
def app(platform):
    settings = replace(platform.configuration, body_limit=1000, requests_per_minute=100)
    made = create_app(replace(platform, configuration=settings))
    made.include_router(router)
    return made


def count(platform):
    return len(platform.look(system("test"), organisations.listed, Paging(limit=500)).items)


def test_the_same_key_does_it_once_and_answers_the_same(api, platform):
    first = api.post("/founded?name=A", headers={"Idempotency-Key": "k1"})
    again = api.post("/founded?name=A", headers={"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert count(platform) == 1


def test_a_key_of_another_request_is_refused(api):
    api.post("/founded?name=A", headers={"Idempotency-Key": "k1"})
    other = api.post("/founded?name=B", headers={"Idempotency-Key": "k1"})
    assert (other.status_code, other.json()["title"]) == (422, "TH-API-011")


def test_many_at_once_with_one_key_do_it_once(api, platform):
    def send(_):
        return api.post("/founded?name=A", headers={"Idempotency-Key": "k"}).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(send, range(8)))
    assert set(answers) <= {201, 409}
    assert 201 in answers
    assert count(platform) == 1


def test_a_lost_answer_is_told_as_lost_and_nothing_is_done_twice(api, platform):
    api.post("/founded?name=A", headers={"Idempotency-Key": "k"})
    with platform.engine.begin() as sql:
        sql.execute(once.once.update().values(status=None, body=None))
    again = api.post("/founded?name=A", headers={"Idempotency-Key": "k"})
    assert (again.status_code, again.json()["title"]) == (409, "TH-API-010")
    assert count(platform) == 1


def test_too_much_is_refused_whether_it_says_so_or_not(api):
    large = b'{"a":"' + b"x" * 2000 + b'"}'
    kind = {"content-type": "application/json"}
    said = api.post("/echo", content=large, headers=kind)
    unsaid = api.post("/echo", content=iter([large[:500], large[500:]]), headers=kind)
    keyed = api.post("/echo", content=iter([large]), headers={**kind, "Idempotency-Key": "k"})
    binary = {"content-type": "application/octet-stream", "Idempotency-Key": "b"}  # held in memory for its key
    held = api.post("/echo", content=iter([large]), headers=binary)
    assert [answer.json()["title"] for answer in (said, unsaid, keyed, held)] == ["TH-API-007"] * 4
    assert {said.status_code, unsaid.status_code, keyed.status_code, held.status_code} == {413}
    assert api.post("/echo", json={"a": "b"}).json() == {"a": "b"}


def test_too_often_is_refused_with_the_time_to_wait(api):
    answers = [api.get("/v1/organisations") for _ in range(101)]
    assert {answer.status_code for answer in answers[:100]} == {401}
    assert answers[100].status_code == 429
    assert 1 <= int(answers[100].headers["retry-after"]) <= 61
    assert api.get("/health/live").status_code == 200


def test_health_says_whether_it_can_work(api, platform):
    assert api.get("/health/ready").json()["status"] == "ok"
    with platform.engine.begin() as sql:
        sql.exec_driver_sql("UPDATE alembic_version SET version_num='0000'")
    behind = api.get("/health/ready")
    assert (behind.status_code, behind.json()["title"]) == (503, "TH-STO-009")


def test_figures_tell_routes_and_no_identifiers(api):
    api.get("/v1/organisations/0190-secret")
    told = api.get("/metrics").text
    assert 'route="/v1/organisations/{id}"' in told
    assert "0190-secret" not in told
