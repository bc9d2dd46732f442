"""What all pages have: the entrance, languages, headers, errors as pages, files for ever."""

from __future__ import annotations

import re

import pytest

from pages import PASSWORD, shown, visited
from tanheng.services import beginning

pytestmark = pytest.mark.platform


@pytest.fixture
def guest(sqlite_platform):
    with visited(sqlite_platform) as one:
        yield one


def test_the_first_visitor_with_the_key_becomes_administrator_once(guest):
    key = beginning.key(guest.platform)
    assert beginning.key(guest.platform) == key
    assert "does not open" in guest.see("/first-visit?key=guessed", 403)
    assert key in guest.see(f"/first-visit?key={key}")
    sent = {"key": key, "name": "Admin", "email": "admin@example.org", "password": "short", "language": "zh"}
    answer = guest.post("/first-visit", data=sent)
    assert answer.status_code == 422
    assert "12 to 256" in answer.text
    assert guest.post("/first-visit", data={**sent, "key": "guessed", "password": PASSWORD}).status_code == 403
    answer = guest.post("/first-visit", data={**sent, "password": PASSWORD})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/welcome"
    assert "欢迎" in guest.see("/welcome")
    assert guest.post("/first-visit", data={**sent, "password": PASSWORD}).status_code == 403
    assert guest.get(f"/first-visit?key={key}").headers["location"] == "/"
    assert not (guest.platform.home.path / beginning.FILE).exists()


def test_strangers_come_back_to_where_they_wanted_to_go(guest):
    answer = guest.get("/welcome?demo=yes")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fwelcome%3Fdemo%3Dyes"
    guest.sign_in("one@example.org")
    assert guest.get("/sign-in?next=/welcome").headers["location"] == "/welcome"


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/%0d%0aX: y\r\n"]
)
def test_nobody_is_sent_elsewhere(guest, elsewhere):
    guest.sign_in("one@example.org")
    assert guest.get("/sign-in", params={"next": elsewhere}).headers["location"] == "/"
    assert guest.get("/language", params={"choice": "zh", "back": elsewhere}).headers["location"] == "/"


def test_a_wrong_password_is_told_on_the_page_and_never_shown(guest):
    answer = guest.post("/sign-in", data={"email": "who@example.org", "password": "a secret of mine"})
    assert answer.status_code == 401
    assert "is wrong" in shown(answer)
    assert "who@example.org" in answer.text
    assert "a secret of mine" not in answer.text


def test_forms_from_other_sites_are_refused(guest):
    sent = {"email": "who@example.org", "password": PASSWORD}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert guest.post("/sign-in", data=sent, headers=headers).status_code == 403


def test_pages_run_no_script_of_their_own_and_ask_nobody_else(guest):
    answer = guest.get("/sign-in")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.search(r"<script(?![^>]*(src=|type=\"application/json\"))", answer.text)
    assert not re.search(r"\son\w+=", answer.text)
    assert not re.search(r"(src|href|action)=\"(https?:)?//", answer.text)


def test_the_language_is_asked_chosen_and_kept(guest):
    assert 'lang="en"' in guest.see("/sign-in")
    assert 'lang="zh-CN"' in guest.see("/sign-in?lang=zh")
    assert guest.get("/language?choice=zh&back=/sign-in").headers["location"] == "/sign-in"
    answer = guest.get("/sign-in")
    assert 'lang="zh-CN"' in answer.text
    assert answer.headers["content-language"] == "zh-CN"


def test_the_light_is_chosen_and_kept(guest):
    assert 'data-theme="auto"' in guest.see("/sign-in")
    guest.get("/theme?choice=dark&back=/sign-in")
    assert 'data-theme="dark"' in guest.see("/sign-in")


def test_what_is_not_there_is_a_page_for_people_and_a_problem_for_programs(guest):
    assert "This did not work" in shown(guest.see("/nothing-here", 404))
    assert (
        guest.get("/v1/nothing", headers={"Accept": "text/html"}).headers["content-type"] == "application/problem+json"
    )
    assert guest.get("/nothing-here", headers={"Accept": "*/*"}).headers["content-type"] == "application/problem+json"


def test_files_are_asked_for_once(guest):
    address = re.search(r'href="(/static/css/tanheng\.css\?v=\w+)"', guest.see("/sign-in"))[1]
    answer = guest.get(address)
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert guest.get(address, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    assert guest.get("/static/../app.py").status_code == 404
    assert guest.get("/static/none.css").status_code == 404
