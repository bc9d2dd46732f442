"""What is held about a person, over HTTP."""

from __future__ import annotations

import httpx
import pytest

from tanheng.accounts import system
from tanheng.services.accounts import people

PASSWORD = "a sentence of my own"


@pytest.fixture
def me(api, platform):
    """A client that somebody signed in with."""
    platform.do(system("init"), people.create, email="lian@example.org", name="廉", password=PASSWORD)
    with httpx.Client(base_url=api.base_url, timeout=60) as client:
        answer = client.post("/v1/session", json={"email": "lian@example.org", "password": PASSWORD})
        client.headers["X-CSRF-Token"] = answer.json()["csrf"]
        yield client


def test_people_read_and_erase_what_is_held_about_them(me, platform):
    found = me.get("/v1/me/data")
    assert found.headers["cache-control"] == "no-store"
    assert found.json()["account"]["name"] == "廉"
    told = me.get("/v1/me/events").json()["items"]
    assert [event["type"] for event in told] == ["person.signed-in", "person.created"]
    assert told[-1]["personal"] == {"email": "lian@example.org", "name": "廉"}
    wrong = me.post("/v1/me/erasure", json={"password": "wrong wrong wrong"})
    assert (wrong.status_code, wrong.json()["title"]) == (401, "TH-ACC-011")
    assert me.post("/v1/me/erasure", json={"password": PASSWORD}).status_code == 204
    assert me.get("/v1/session").json()["kind"] == "anonymous"
    assert me.get("/v1/me/data").json()["title"] == "TH-ACC-001"


def test_people_call_themselves_otherwise(me):
    changed = me.put("/v1/me/name", json={"name": " 廉 Lian "})
    assert changed.json()["name"] == "廉 Lian"
    event = me.get("/v1/me/events").json()["items"][0]
    assert (event["type"], event["facts"]) == ("person.renamed", {})
    assert event["personal"] == {"before": "廉", "name": "廉 Lian"}
    assert me.put("/v1/me/name", json={"name": "  "}).status_code == 422


def test_others_erase_nobody(me, platform):
    other = platform.do(system("init"), people.create, email="other@example.org", name="另")
    assert me.post(f"/v1/people/{other.id}/erasure").json()["title"] == "TH-STO-001"
    assert platform.look(system("init"), people.of, other.id) == other
