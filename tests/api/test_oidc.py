"""Signing in with an account of another provider, from the button to the session, against a real one on loopback."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import httpx
import pyotp
import pytest
from joserfc import jwk
from sqlalchemy import select, update

import oidc_issuer
from tanheng.accounts import system
from tanheng.accounts.oidc import Issuer
from tanheng.api.app import create_app
from tanheng.errors import StoreError
from tanheng.services.accounts import people, providers
from tanheng.storage.configuration import Configuration
from tanheng.storage.sql import METADATA
from tanheng.storage.sql.tables import accounts as tables

INIT = system("init")
PASSWORD = "a sentence of my own"


@pytest.fixture
def issuer(clock, monkeypatch):
    monkeypatch.setattr(providers, "_PROVIDERS", {})  # a port may have been another's before
    with oidc_issuer.running(clock) as made:
        yield made


@pytest.fixture
def options():
    """What the configuration says of the provider; tests change it before the application is asked."""
    return {"trust_email": True}


@pytest.fixture
def app(platform, issuer, options):
    known = {"client_id": oidc_issuer.CLIENT, "client_secret": oidc_issuer.SECRET, **options}
    one = Issuer(name="corp", title="公司账户", issuer=issuer.url, **known)
    return create_app(replace(platform, configuration=replace(platform.configuration, oidc=(one,))))


@pytest.fixture
def person(platform):
    made = platform.do(INIT, people.create, email="li@example.org", name="李", password=PASSWORD)
    return made.id


class Browser:
    """Goes where it is sent, one step at a time, as a browser would."""

    def __init__(self, api):
        self.http = httpx.Client(base_url=api.base_url, timeout=60)

    def leave(self, target="/studies"):
        """To the provider: the address that it sends back to."""
        answer = self.http.get("/v1/oidc/corp/login", params={"target": target})
        return answer if answer.status_code != 303 else self.at_provider(answer.headers["location"])

    def at_provider(self, address):
        return httpx.get(address).headers["location"]

    def come_back(self, address, **changed):
        parts = urlsplit(address)
        return self.http.get(parts.path, params={**dict(parse_qsl(parts.query)), **changed})

    def sign_in(self):
        return self.come_back(self.leave())

    def who(self):
        return self.http.get("/v1/session").json()

    def sign_in_by_password(self):
        answer = self.http.post("/v1/session", json={"email": "li@example.org", "password": PASSWORD})
        self.http.headers["X-CSRF-Token"] = answer.json()["csrf"]


@pytest.fixture
def browser(api):
    made = Browser(api)
    yield made
    made.http.close()


@pytest.fixture
def other(api):
    made = Browser(api)
    yield made
    made.http.close()


def test_somebody_who_is_known_signs_in_and_goes_on(browser, person):
    assert browser.http.get("/v1/oidc").json() == [{"name": "corp", "title": "公司账户"}]
    answer = browser.sign_in()
    assert (answer.status_code, answer.headers["location"]) == (303, "/studies")
    assert (browser.who()["id"], browser.who()["second_factor"]) == (person, False)


def test_an_account_stays_who_it_was_when_its_address_changes(browser, other, issuer, person, platform):
    browser.sign_in()
    issuer.claims["email"] = "another@example.org"
    other.sign_in()
    assert other.who()["id"] == person
    issuer.claims.update(sub="u2", email="li@example.org")  # the address was given to somebody else
    assert other.sign_in().json()["title"] == "TH-ACC-045"


@pytest.mark.parametrize("claims", [{"email_verified": False}, {"email_verified": "true"}, {"email": "no@example.org"}])
def test_an_address_that_is_not_verified_or_not_known_signs_nobody_in(browser, issuer, person, claims):
    issuer.claims.update(claims)
    answer = browser.sign_in()
    assert (answer.status_code, answer.json()["title"]) == (403, "TH-ACC-045")
    assert browser.who()["kind"] == "anonymous"


def test_whom_the_installation_suspended_the_provider_does_not_let_in(browser, person, platform):
    browser.sign_in()
    platform.do(INIT, people.suspend, person, suspended=True)
    assert browser.sign_in().json()["title"] == "TH-ACC-045"


class TestWithoutTrust:
    @pytest.fixture
    def options(self):
        return {}

    def test_an_address_alone_is_not_enough(self, browser, person):
        assert browser.sign_in().json()["title"] == "TH-ACC-045"

    def test_one_links_an_account_to_oneself_and_unlinks_it(self, browser, other, person, issuer):
        browser.sign_in_by_password()
        begun = browser.http.post("/v1/me/identities", json={"name": "corp", "target": "/me"})
        answer = browser.come_back(browser.at_provider(begun.json()["address"]))
        assert answer.headers["location"] == "/me"
        listed = browser.http.get("/v1/me/identities").json()
        assert [(one["issuer"], one["subject"]) for one in listed] == [(issuer.url, "u1")]
        other.sign_in()
        assert other.who()["id"] == person
        assert browser.http.delete(f"/v1/me/identities/{listed[0]['id']}").status_code == 204
        assert other.sign_in().json()["title"] == "TH-ACC-045"

    def test_an_account_of_somebody_else_is_not_linked(self, browser, other, person, platform):
        platform.do(INIT, people.create, email="wang@example.org", name="王", password=PASSWORD)
        for one, email, code in ((browser, "li@example.org", 303), (other, "wang@example.org", 409)):
            csrf = one.http.post("/v1/session", json={"email": email, "password": PASSWORD}).json()["csrf"]
            one.http.headers["X-CSRF-Token"] = csrf
            begun = one.http.post("/v1/me/identities", json={"name": "corp"})
            assert one.come_back(one.at_provider(begun.json()["address"])).status_code == code

    def test_what_one_began_another_does_not_end(self, browser, person):
        browser.sign_in_by_password()
        begun = browser.http.post("/v1/me/identities", json={"name": "corp"})
        browser.http.delete("/v1/session")
        assert browser.come_back(browser.at_provider(begun.json()["address"])).json()["title"] == "TH-ACC-041"

    def test_who_has_a_second_factor_links_with_it_only(self, browser, person, platform):
        browser.sign_in_by_password()
        confirmed = update(tables.people).where(tables.people.c.id == person)
        with platform.engine.begin() as sql:
            sql.execute(confirmed.values(totp_secret=pyotp.random_base32(), totp_confirmed=True))
        assert browser.http.post("/v1/me/identities", json={"name": "corp"}).json()["title"] == "TH-ACC-023"


class TestWithNewAccounts:
    @pytest.fixture
    def options(self):
        return {"create_accounts": True, "second_factor": ("mfa",)}

    def test_who_is_new_gets_an_account_without_roles(self, browser, issuer, platform):
        browser.sign_in()
        found = browser.who()
        assert (found["memberships"], found["system_roles"]) == ([], [])
        assert platform.look(INIT, people.of, found["id"]).email == "li@example.org"
        issuer.claims["email"] = ""
        assert browser.sign_in().status_code == 303

    def test_who_has_no_password_erases_themselves_just_after_signing_in(self, browser, clock, platform):
        browser.sign_in()
        found = browser.who()
        headers = {"X-CSRF-Token": found["csrf"]}
        clock.move(minutes=11)
        late = browser.http.post("/v1/me/erasure", json={}, headers=headers)
        assert (late.status_code, late.json()["title"]) == (403, "TH-ACC-048")
        assert platform.look(INIT, people.of, found["id"]).email == "li@example.org"
        browser.sign_in()
        headers["X-CSRF-Token"] = browser.who()["csrf"]
        assert browser.http.post("/v1/me/erasure", json={}, headers=headers).status_code == 204
        assert platform.look(INIT, people.of, found["id"]).email == ""

    def test_who_comes_in_twice_at_once_gets_one_account(self, api):
        browsers = [Browser(api) for _ in range(4)]
        backs = [one.leave() for one in browsers]
        with ThreadPoolExecutor() as at_once:
            answers = list(at_once.map(Browser.come_back, browsers, backs))
        assert [answer.status_code for answer in answers] == [303] * 4
        assert len({one.who()["id"] for one in browsers}) == 1
        for one in browsers:
            one.http.close()

    def test_an_address_that_is_taken_makes_no_account(self, browser, person):
        assert browser.sign_in().json()["title"] == "TH-ACC-045"

    def test_a_second_factor_counts_where_it_was_shown(self, browser, issuer):
        issuer.claims["amr"] = ["pwd", "mfa"]
        browser.sign_in()
        assert browser.who()["second_factor"] is True


def test_an_answer_belongs_to_the_browser_that_asked_and_counts_once(browser, other, person):
    back = browser.leave()
    assert other.come_back(back).json()["title"] == "TH-ACC-041"
    other.leave()
    assert other.come_back(back).json()["title"] == "TH-ACC-041"
    assert browser.come_back(back, state="forged").json()["title"] == "TH-ACC-041"
    assert browser.come_back(back, iss="https://evil.example").json()["title"] == "TH-ACC-041"
    kept = browser.http.cookies["tanheng_oidc"]
    assert browser.come_back(back).status_code == 303
    again = browser.http.get(
        urlsplit(back).path, params=urlsplit(back).query, headers={"Cookie": f"tanheng_oidc={kept}"}
    )
    assert again.json()["title"] == "TH-ACC-041"


def test_an_attempt_ends_after_ten_minutes(browser, person, clock):
    back = browser.leave()
    clock.move(minutes=10)
    assert browser.come_back(back).json()["title"] == "TH-ACC-041"


def test_a_code_of_another_attempt_is_refused_by_its_verifier(browser, other, person):
    stolen = dict(parse_qsl(urlsplit(other.leave()).query))["code"]
    answer = browser.come_back(browser.leave(), code=stolen)
    assert (answer.status_code, answer.json()["title"]) == (401, "TH-ACC-042")


def test_what_the_provider_refuses_is_told(browser, person):
    answer = browser.come_back(browser.leave(), error="access_denied", code="")
    assert (answer.status_code, answer.json()["title"]) == (401, "TH-ACC-042")
    assert "access_denied" in answer.json()["detail"]


def test_a_token_that_does_not_hold_signs_nobody_in(browser, issuer, person):
    issuer.claims["nonce"] = "of another request"
    answer = browser.sign_in()
    assert (answer.status_code, answer.json()["title"]) == (401, "TH-ACC-044")
    assert browser.who()["kind"] == "anonymous"
    del issuer.claims["nonce"]
    issuer.signing = jwk.ECKey.generate_key("P-256", {"kid": issuer.key.kid})
    assert browser.sign_in().json()["title"] == "TH-ACC-044"


def test_new_keys_of_the_provider_are_found_but_not_asked_for_all_the_time(browser, issuer, person, clock):
    browser.sign_in()
    assert issuer.asked == 1
    clock.move(minutes=1)
    issuer.rotate()
    assert browser.sign_in().status_code == 303
    assert issuer.asked == 2
    issuer.rotate()
    assert browser.sign_in().json()["title"] == "TH-ACC-044"  # within half a minute
    assert issuer.asked == 2
    clock.move(seconds=31)
    assert browser.sign_in().status_code == 303


@pytest.mark.parametrize(
    "says",
    [{"issuer": "https://evil.example"}, {"token_endpoint": "http://evil.example/token"}, {"jwks_uri": None}],
)
def test_a_provider_that_calls_itself_otherwise_is_not_used(browser, issuer, person, says):
    issuer.says = says
    answer = browser.http.get("/v1/oidc/corp/login")
    assert (answer.status_code, answer.json()["title"]) == (502, "TH-ACC-043")


def test_nobody_is_sent_elsewhere(browser):
    assert browser.leave("//evil.example").json()["title"] == "TH-ACC-047"


def test_nothing_secret_is_kept_or_shown(browser, app, issuer, person, platform):
    browser.leave()
    cookie = browser.http.cookies["tanheng_oidc"]
    with platform.engine.connect() as sql:
        kept = "\n".join(str(tuple(row)) for table in METADATA.sorted_tables for row in sql.execute(select(table)))
    assert cookie not in kept
    assert oidc_issuer.SECRET not in repr(app.state.platform.configuration)


def test_the_provider_is_configured_in_the_file(tmp_path):
    file = tmp_path / "tanheng.toml"
    good = '[[oidc]]\nname = "corp"\nissuer = "https://id.example.org"\nclient_id = "t"\nsecond_factor = ["mfa"]\n'
    file.write_text(good)
    (read,) = Configuration.read(tmp_path).oidc
    assert (read.issuer, read.second_factor, read.trust_email) == ("https://id.example.org", ("mfa",), False)
    for wrong in (
        good.replace("https", "http"),
        good.replace('"corp"', '"a b"'),
        good + "trust_emial = true\n",
        good.replace('client_id = "t"\n', ""),
        good + good,
    ):
        file.write_text(wrong)
        with pytest.raises(StoreError, match="TH-STO-008"):
            Configuration.read(tmp_path)
