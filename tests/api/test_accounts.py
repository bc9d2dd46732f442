"""From the first administrator to a machine's token, over HTTP."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pyotp
import pytest

from tanheng.accounts import system
from tanheng.services.accounts import people

PASSWORD = "a sentence of my own"


class Browser:
    """A client with cookies that sends the secret of its session, as the web will."""

    def __init__(self, api, email, secret="", step=0):
        self.http = httpx.Client(base_url=api.base_url, timeout=60)
        self.email, self.secret = email, secret

    def sign_in(self, clock, password=PASSWORD, code=None):
        if code is None:
            code = pyotp.TOTP(self.secret).at(clock()) if self.secret else ""
        answer = self.http.post("/v1/session", json={"email": self.email, "password": password, "code": code})
        if answer.status_code == 201:
            self.http.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return answer

    def __getattr__(self, name):
        return getattr(self.http, name)


@pytest.fixture
def administrator(api, platform, clock):
    """Signed in with a second factor."""
    platform.do(system("init"), people.first_administrator, email="Root@Example.org", name="Root", password=PASSWORD)
    root = Browser(api, "root@example.org")
    assert root.sign_in(clock).status_code == 201
    secret = root.post("/v1/me/second-factor").json()["secret"]
    code = pyotp.TOTP(secret).at(clock())
    root.recovery = root.post("/v1/me/second-factor/confirmation", json={"code": code}).json()["codes"]
    root.secret = secret
    clock.move(seconds=60)
    yield root
    root.close()


@pytest.fixture
def firm(administrator):
    sent = {"kind": "enterprise", "names": {"zh": "某铝业"}}
    return administrator.post("/v1/organisations", json=sent).json()["id"]


@pytest.fixture
def owner(api, administrator, firm, clock):
    sent = {"email": "owner@example.org", "name": "王", "password": PASSWORD, "roles": ["owner", "engineer"]}
    assert administrator.post(f"/v1/organisations/{firm}/members", json=sent).status_code == 201
    one = Browser(api, "owner@example.org")
    one.sign_in(clock)
    yield one
    one.close()


def test_administrators_act_with_a_second_factor_only(api, platform, clock):
    platform.do(system("init"), people.first_administrator, email="a@b.c", name="A", password=PASSWORD)
    root = Browser(api, "a@b.c")
    root.sign_in(clock)
    assert root.get("/v1/session").json()["system_roles"] == []
    refused = root.post("/v1/organisations", json={"kind": "bank", "names": {"en": "B"}})
    assert refused.json()["title"] == "TH-ACC-002"
    root.close()


def test_there_is_one_first_administrator(platform):
    first = {"email": "a@b.c", "name": "A", "password": PASSWORD}
    platform.do(system("init"), people.first_administrator, **first)
    with pytest.raises(Exception, match="TH-ACC-015"):
        platform.do(system("init"), people.first_administrator, **{**first, "email": "b@b.c"})


def test_a_code_counts_once_and_a_recovery_code_too(administrator, clock):
    used = pyotp.TOTP(administrator.secret).at(clock())
    assert administrator.sign_in(clock, code=used).status_code == 201
    assert administrator.sign_in(clock, code=used).json()["title"] == "TH-ACC-011"
    assert administrator.sign_in(clock, code="").json()["title"] == "TH-ACC-019"
    recovery = administrator.recovery[0]
    assert administrator.sign_in(clock, code=recovery).status_code == 201
    assert administrator.sign_in(clock, code=recovery).json()["title"] == "TH-ACC-011"


def test_changes_carry_the_secret_of_their_session(owner):
    del owner.http.headers["X-CSRF-Token"]
    answer = owner.delete("/v1/session")
    assert (answer.status_code, answer.json()["title"]) == (403, "TH-ACC-020")
    assert owner.get("/v1/session").json()["id"]


def test_the_cookie_is_out_of_reach_of_scripts(owner, clock):
    said = owner.sign_in(clock).headers["set-cookie"].lower()
    assert "httponly" in said
    assert "samesite=lax" in said


def test_wrong_passwords_cost_more_and_more_time(api, owner, clock):
    stranger = Browser(api, "owner@example.org")
    for _ in range(5):
        assert stranger.sign_in(clock, password="wrong wrong wrong").json()["title"] == "TH-ACC-011"
    refused = stranger.sign_in(clock)
    assert (refused.status_code, refused.json()["title"]) == (429, "TH-ACC-012")
    clock.move(seconds=2)
    assert stranger.sign_in(clock).status_code == 201
    stranger.close()


def test_who_is_unknown_is_told_the_same_as_who_is_wrong(api, clock):
    nobody = Browser(api, "nobody@example.org")
    assert nobody.sign_in(clock).json()["title"] == "TH-ACC-011"
    nobody.close()


def test_sessions_end_by_themselves(owner, clock, platform):
    clock.move(minutes=platform.configuration.session_idle_minutes - 1)
    assert owner.get("/v1/session").json()["id"]
    clock.move(minutes=platform.configuration.session_idle_minutes - 1)
    assert owner.get("/v1/session").json()["id"]
    clock.move(minutes=platform.configuration.session_idle_minutes + 1)
    assert owner.get("/v1/session").json()["kind"] == "anonymous"


def test_who_is_suspended_is_out_at_once(owner, administrator):
    person = owner.get("/v1/session").json()["id"]
    administrator.put(f"/v1/people/{person}/suspension", json={"suspended": True})
    assert owner.get("/v1/session").json()["kind"] == "anonymous"


def test_an_organisation_keeps_an_owner(owner, firm):
    person = owner.get("/v1/session").json()["id"]
    answer = owner.put(f"/v1/organisations/{firm}/members/{person}", json={"roles": ["viewer"]})
    assert (answer.status_code, answer.json()["title"]) == (409, "TH-ACC-016")
    assert owner.get(f"/v1/organisations/{firm}/members").json()["items"][0]["roles"] == ["engineer", "owner"]


def test_a_new_password_ends_other_sessions(api, owner, clock):
    other = Browser(api, "owner@example.org")
    other.sign_in(clock)
    assert owner.put("/v1/me/password", json={"old": PASSWORD, "new": "short"}).json()["title"] == "TH-ACC-010"
    assert owner.put("/v1/me/password", json={"old": PASSWORD, "new": "another sentence"}).status_code == 204
    assert other.get("/v1/session").json()["kind"] == "anonymous"
    assert owner.get("/v1/session").json()["kind"] == "person"
    other.close()


def test_a_machine_does_what_its_roles_and_scopes_allow(api, owner, firm, clock):
    until = (clock() + timedelta(days=30)).isoformat()
    sent = {"name": "ERP", "scopes": ["accounts:read"], "expires_at": until, "organisation": firm, "roles": ["owner"]}
    made = owner.post("/v1/tokens", json=sent)
    assert made.headers["cache-control"] == "no-store"
    bearer = {"Authorization": f"Bearer {made.json()['text']}"}
    assert api.get(f"/v1/organisations/{firm}", headers=bearer).status_code == 200
    change = api.patch(f"/v1/organisations/{firm}", json={"code": "1"}, headers={**bearer, "If-Match": '"1"'})
    assert change.json()["title"] == "TH-ACC-002"
    assert "scope" in change.json()["detail"]
    clock.move(days=31)
    assert api.get("/v1/organisations", headers=bearer).json()["title"] == "TH-ACC-021"


def test_a_revoked_token_counts_no_more(api, owner, clock):
    sent = {"name": "mine", "scopes": ["accounts:read"], "expires_at": (clock() + timedelta(days=1)).isoformat()}
    made = owner.post("/v1/tokens", json=sent).json()
    bearer = {"Authorization": f"Bearer {made['text']}"}
    assert api.get("/v1/session", headers=bearer).json()["kind"] == "person"
    assert [entry["id"] for entry in owner.get("/v1/tokens").json()["items"]] == [made["token"]["id"]]
    assert owner.delete(f"/v1/tokens/{made['token']['id']}").status_code == 204
    assert api.get("/v1/session", headers=bearer).status_code == 401


def test_secrets_are_kept_as_digests_only(owner, platform, clock):
    sent = {"name": "mine", "scopes": ["accounts:read"], "expires_at": (clock() + timedelta(days=1)).isoformat()}
    text = owner.post("/v1/tokens", json=sent, headers={"Idempotency-Key": "k"}).json()["text"]
    secret, cookie = text.rsplit("_", 1)[1], owner.http.cookies["tanheng_session"].split(".")[1]
    with platform.engine.connect() as sql:
        from tanheng.storage.sql import METADATA

        kept = "\n".join(str(tuple(row)) for table in METADATA.sorted_tables for row in sql.execute(table.select()))
    assert secret not in kept
    assert cookie not in kept
    assert PASSWORD not in kept
