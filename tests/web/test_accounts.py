"""Pages of accounts, organisations, jobs and the history: who sees what, in both languages."""

from __future__ import annotations

import re

import pytest

from pages import PASSWORD, shown, visited
from tanheng.accounts import system
from tanheng.accounts.model import OrganisationKind
from tanheng.services.accounts import organisations, people
from tanheng.services.jobs import jobs

pytestmark = pytest.mark.platform
INIT = system("init")
OWN = ("/me", "/me/second-factor", "/me/tokens", "/me/notices", "/me/history", "/organisations", "/jobs", "/audit",
       "/audit/decisions")  # fmt: skip


@pytest.fixture
def guest(sqlite_platform):
    with visited(sqlite_platform) as one:
        yield one


@pytest.fixture
def own(guest):
    given = {"kind": OrganisationKind.ENTERPRISE, "names": {"zh": "甲公司", "en": "Firm A"}, "code": "91530000"}
    return guest.platform.do(INIT, organisations.create, **given).id


@pytest.fixture
def other(guest):
    return guest.platform.do(INIT, organisations.create, kind=OrganisationKind.BANK, names={"zh": "乙银行"}).id


@pytest.mark.parametrize("path", OWN)
def test_strangers_sign_in_first(guest, path):
    assert guest.get(path).headers["location"] == f"/sign-in?next={path.replace('/', '%2F')}"


@pytest.mark.parametrize("path", OWN)
def test_every_page_is_there_in_both_languages_for_somebody_without_anything(guest, path):
    guest.sign_in("one@example.org")
    assert 'lang="en"' in guest.see(path)
    assert 'lang="zh-CN"' in guest.see(f"{path}?lang=zh")


def test_an_owner_sees_people_sites_and_machines_and_may_change_them(guest, own):
    guest.sign_in("owner@example.org", organisation=own, roles=["owner", "engineer"])
    text = shown(guest.see(f"/organisations/{own}"))
    for word in ("Firm A", "91530000", "owner@example.org", "Engineer", "Add a person", "Add a site", "Close it"):
        assert word in text
    assert "工程师" in shown(guest.see(f"/organisations/{own}?lang=zh"))
    assert "Firm A" in shown(guest.see("/organisations"))


def test_a_viewer_sees_and_changes_nothing(guest, own):
    guest.sign_in("viewer@example.org", organisation=own, roles=["viewer"])
    text = shown(guest.see(f"/organisations/{own}"))
    assert "viewer@example.org" in text
    for word in ("Add a person", "Add a site", "Close it"):
        assert word not in text


def test_others_are_not_found(guest, own, other):
    guest.sign_in("one@example.org", organisation=own, roles=["owner"])
    guest.see(f"/organisations/{other}", 404)
    guest.see("/organisations/nothing", 404)
    made = guest.platform.do(INIT, jobs.start, kind="report", payload={}, organisation=other)
    guest.see(f"/jobs/{made.id}", 404)
    assert made.id not in guest.see("/jobs")


def test_a_job_is_told_with_what_it_was_asked(guest, own):
    guest.sign_in("one@example.org", organisation=own, roles=["engineer"])
    made = guest.platform.do(INIT, jobs.start, kind="report", payload={"assessment": "a1"}, organisation=own)
    text = guest.see(f"/jobs/{made.id}")
    assert "Waiting" in shown(text)
    assert f'data-job="{made.id}"' in text
    assert "Stop" in shown(text)
    assert made.id in guest.see("/jobs?state=queued")
    assert made.id not in guest.see("/jobs?state=done")
    assert "报告" in shown(guest.see(f"/jobs/{made.id}?lang=zh"))


def test_a_viewer_does_not_stop_jobs(guest, own):
    guest.sign_in("viewer@example.org", organisation=own, roles=["viewer"])
    made = guest.platform.do(INIT, jobs.start, kind="report", payload={}, organisation=own)
    assert "data-cancel" not in guest.see(f"/jobs/{made.id}")


def test_the_code_that_an_authenticator_scans_is_drawn_and_changes_nothing(guest):
    guest.sign_in("one@example.org")
    secret = re.search(r'name="csrf" content="([^"]+)"', guest.see("/me/second-factor"))[1]
    headers = {"X-CSRF-Token": secret}

    def drawn(address, **more):
        return guest.post("/me/second-factor/picture", data={"address": address}, headers={**headers, **more})

    address = "otpauth://totp/x?secret=ABCDEFGH"
    assert 'src="data:image/svg+xml' in drawn(address).text
    assert "ABCDEFGH" not in drawn(address).text
    assert "<img" not in drawn("javascript:x").text
    assert drawn(address, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert guest.post("/me/second-factor/picture", data={"address": address}).status_code == 403


def test_the_history_is_of_owners_and_auditors(guest, own, other):
    guest.sign_in("owner@example.org", organisation=own, roles=["owner"])
    text = guest.see("/audit")
    assert "Organisation made" in shown(text)
    assert own[-12:] in text
    assert other[-12:] not in text
    assert "No event" in shown(guest.see("/audit?type=study.created"))
    assert "You may" not in text
    assert "Verify all of it" not in shown(text)


def test_auditors_verify_and_see_keys(guest, own):
    guest.platform.do(INIT, people.first_administrator, email="root@example.org", name="root", password=PASSWORD)
    guest.sign_in("auditor@example.org", system_roles=["auditor"])
    text = shown(guest.see("/audit"))
    for word in ("Verify all of it", "Signing keys", "signs now", "Organisation made"):
        assert word in text


def test_why_is_told_of_a_thing(guest, own):
    guest.sign_in("viewer@example.org", organisation=own, roles=["viewer"])
    text = shown(guest.see(f"/audit/decisions?kind=organisation&id={own}"))
    assert "you have no such role" in text
    assert "study.create" in text
    assert "没有该角色" in shown(guest.see(f"/audit/decisions?kind=organisation&id={own}&lang=zh"))
    guest.see("/audit/decisions?kind=nonsense&id=x", 422)


def test_every_event_has_a_word():
    from importlib import import_module
    from pkgutil import walk_packages

    import tanheng
    from tanheng.audit import Event
    from tanheng.texts import catalogue

    for module in walk_packages(tanheng.__path__, "tanheng."):
        if module.name.endswith("events") or module.name.startswith("tanheng.services"):
            import_module(module.name)
    known = catalogue("web/audit")

    def kinds(of):
        for one in of.__subclasses__():
            yield one
            yield from kinds(one)

    types = {one.type for one in kinds(Event) if one.__module__.startswith("tanheng.") and getattr(one, "type", "")}
    assert len(types) > 90
    assert not {f"event.{one}" for one in types} - known.keys()


def test_people_are_told_where_the_second_factor_lacks(guest):
    guest.sign_in("root@example.org", system_roles=["administrator"])
    text = shown(guest.see("/organisations"))
    assert "without a second factor" in text
