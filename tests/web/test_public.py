"""What anybody sees: the page of a label, the register, lists, verifying, figures, the log, statements; without a script."""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import timedelta

import pytest
from lxml import html

from pages import Guest, shown
from strangers import registered
from tanheng.accounts import system
from tanheng.services.registry import dumps, statements, tasks

pytestmark = pytest.mark.platform
INIT = system("init")
PAGES = ("/register", "/register/check", "/verify", "/statistics", "/tasks", "/tasks/A2", "/disclosures", "/open-data")
PAGES += ("/transparency", "/api")


@contextmanager
def guest_of(register, lang="en"):
    with Guest(register.url, register.platform, lang) as guest:
        yield guest


@pytest.fixture
def register(sqlite_platform):
    with registered(sqlite_platform) as made:
        yield made


@pytest.fixture
def guest(register):
    with guest_of(register) as one:
        yield one


def weight(guest, text, path):
    """Bytes of a page with all that a browser fetches for it."""
    tree = html.fromstring(text)
    parts = {*tree.xpath("//link/@href"), *tree.xpath("//img/@src"), *tree.xpath("//script/@src")}
    assert all(one.startswith("/static/") for one in parts)
    return len(text.encode()) + sum(len(guest.get(one).content) for one in parts)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_of_a_label_is_light_and_runs_nothing(register, lang):
    path = f"/c/{register.certificate.number}"
    with guest_of(register, lang) as guest:
        answer = guest.get(path)
        assert answer.status_code == 200
        assert weight(guest, answer.text, path) < 100_000
    assert "<script" not in answer.text
    assert "script-src" not in answer.headers["content-security-policy"]
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    text = shown(answer)
    wanted = {
        "en": ("What this number means", "Among its like", "What was not checked", "every check passed", "History"),
        "zh": ("这个数字的含义", "与同类产品相比", "未检查的内容", "全部检查通过", "历史"),
    }
    for word in (*wanted[lang], register.certificate.number, register.certificate.printed):
        assert word in text, word
    assert "&lt;img src=" in answer.text  # to be put on other pages


def test_one_that_does_not_hold_is_unmistakable(register, guest):
    path = f"/c/{register.certificate.number}"
    for step, word in (("suspend", "suspended"), ("withdraw", "withdrawn")):
        register.step(step, "meter broken")
        tree = html.fromstring(guest.see(path))
        (notice,) = tree.xpath("//p[@class='notice'][@role='alert']")
        assert word in notice.text_content()
        assert "void" in tree.xpath("//article/@class")[0]
        assert "✗" in tree.xpath("//p[contains(@class, 'seal bad')]")[0].text_content()
        assert "&lt;img" not in guest.see(path)
        assert "meter broken" in tree.text_content()


def test_one_that_begins_later_does_not_count_yet(register, guest):
    clock = register.platform.clock
    clock.now -= timedelta(days=2)
    assert "not valid yet" in shown(guest.see(f"/c/{register.certificate.number}"))


def test_corrections_are_shown_with_what_was_said_before(register, guest):
    before = register.certificate.names["en"]
    register.house.corrected(register.certificate, reason="a slip of the pen", names={"zh": "坯", "en": "Billet"})
    text = shown(guest.see(f"/c/{register.certificate.number}"))
    assert "Billet" in text
    assert before in text
    assert "a slip of the pen" in text


def test_numbers_that_are_none_are_told(guest):
    assert "There is no certificate of this number" in shown(guest.see("/c/none", 404))
    assert "There is no certificate of this number" in shown(guest.see("/verify?number=none", 404))


def test_strangers_read_every_page_in_both_languages(register):
    for lang, beginning in (("zh", 'lang="zh-CN"'), ("en", 'lang="en"')):
        with guest_of(register, lang) as guest:
            for path in PAGES:
                text = guest.see(path)
                assert beginning in text, path
                assert not re.search(r"(src|href|action)=\"(https?:)?//(?!127\.0\.0\.1)", text), path


def test_the_register_is_searched_by_a_form(register, guest):
    number = register.certificate.number
    text = guest.see("/register?q=Ingot&state=valid&category=&least=&most=&order=")
    assert f"/c/{number}" in text
    assert "1 certificate" in shown(text)
    assert "No certificate fits" in shown(guest.see("/register?q=Ingot&grade=Z"))
    assert "No entry holds: unheard" in shown(guest.see("/register?q=unheard+Ingot"))
    refused = guest.see("/register?q=Ingot&least=many", 422)
    assert "no number" in shown(refused)
    assert 'value="many"' in refused
    assert guest.get(f"/register/{number}").headers["location"] == f"/c/{number}"
    described = re.search(r'href="(/v1/register\?[^"]*)"', text)[1].replace("&amp;", "&")
    assert guest.get(described).json()["items"][0]["number"] == number


def test_lists_are_checked_as_text_and_as_a_file(register, guest):
    number = register.certificate.number
    told = guest.post("/register/check", data={"lines": f"{register.url}/c/{number}#1.x\nnothing, {number}"})
    assert told.status_code == 200
    assert "2 / 3" in shown(told)
    assert "no such certificate" in shown(told)
    table = f"number,max_value\n{number},1\n".encode()
    sent = {"unit": register.certificate.unit, "per": register.certificate.per}
    told = guest.post("/register/check", data=sent, files={"file": ("list.csv", table)})
    assert "above the limit" in shown(told)
    wrong = guest.post("/register/check", files={"file": ("list.csv", b"colour\nred\n")})
    assert wrong.status_code == 422
    assert "TH-REG-013" not in shown(wrong)
    assert guest.post("/register/check", data={"lines": ""}).status_code == 422
    elsewhere = guest.post("/register/check", data={"lines": number}, headers={"Sec-Fetch-Site": "cross-site"})
    assert elsewhere.status_code == 403


def test_a_label_is_verified_by_its_picture_and_what_is_forged_fails(register, guest):
    pytest.importorskip("zxingcpp", reason="zxing-cpp is not installed")
    picture = guest.get(register.address("label"), params={"format": "png"}).content
    told = guest.post("/verify", files={"file": ("label.png", picture, "image/png")})
    assert "every check passed" in shown(told), shown(told)
    assert "read from the picture" in shown(told)
    assert register.certificate.number in shown(told)
    credential = guest.get(register.address("credential")).text
    assert "every check passed" in shown(guest.post("/verify", files={"file": ("c.json", credential.encode())}))
    forged = credential.replace(register.certificate.number, "test-label-2026-000009")
    told = guest.post("/verify", files={"file": ("c.json", forged.encode())})
    assert "rely on nothing" in shown(told)
    assert "every check passed" in shown(guest.post("/verify", data={"text": register.certificate.code}))
    assert guest.post("/verify", files={"file": ("p.png", b"\x89PNG\r\n\x1a\n" + b"0" * 99)}).status_code == 422
    for nothing in ({"text": "hello"}, {"text": ""}):
        assert guest.post("/verify", data=nothing).status_code == 422


def test_what_is_too_large_is_refused_whatever_it_says_of_its_size(register, guest):
    def parts():
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
        for _ in range(13):
            yield b"0" * 1_000_000
        yield b"\r\n--b--\r\n"

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    assert guest.post("/verify", content=parts(), headers=headers).status_code == 413


def test_numbers_lead_to_their_page_however_they_are_written(register, guest):
    number = register.certificate.number
    for written in (number, f" {number} ", f"{register.url}/c/{number}", f"{register.url}/c/{number}#1.a.b"):
        answer = guest.get("/verify", params={"number": written})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/c/{number}"), written


def test_who_has_signed_in_sends_these_forms_too(register, guest):
    guest.sign_in("one@example.org")
    told = guest.post("/register/check", data={"lines": register.certificate.number})
    assert told.status_code == 200
    assert "one@example.org" in told.text or "Sign out" in told.text


def test_figures_and_the_plan(register, guest, tmp_path):
    text = shown(guest.see("/statistics"))
    assert "Valid now 1" in text
    house = register.house
    told = {"lead": {"zh": "部", "en": "Ministry"}, "milestones": [], "progress": 40, "notes": "on the way"}
    register.platform.do(house.official, tasks.tell, "A2", organisation=house.regulator.id, **told)
    assert "Ministry" in shown(guest.see("/tasks"))
    assert "on the way" in shown(guest.see("/tasks/A2"))
    assert "data-api" not in guest.see("/tasks/A2")  # only regulators tell
    year = register.platform.clock().year
    assert "on the way" in shown(guest.see(f"/tasks/report?year={year}"))
    guest.see(f"/tasks/report?year={year + 1}", 422)
    guest.see("/tasks/Z9", 404)


def test_open_data_are_taken_with_their_digests(register, guest, tmp_path):
    assert "No files were made yet" in shown(guest.see("/open-data"))
    made = dumps.make(register.platform, INIT, tmp_path, progress=lambda *_: None)
    text = guest.see("/open-data")
    assert all(digest in text for digest in made.files.values())
    address = re.search(r'href="([^"]+/register\.csv)"', text)[1]
    assert register.certificate.number in guest.get(address).text


def test_the_log_proves_a_certificate_and_its_own_past(register, guest):
    head = guest.get("/v1/log").json()["head"]
    text = guest.see(f"/transparency?number={register.certificate.number}")
    assert head["root"] in text
    assert "stands in the log" in shown(text)
    register.step("suspend")
    for asked, word in (
        ({"first": head["size"]}, "entries of then begin"),
        ({"first": head["size"], "root": head["root"]}, "entries of then begin"),
        ({"first": head["size"], "root": "00" * 32}, "Keep what you saw"),
        ({"first": head["size"], "root": "no root"}, "Keep what you saw"),
    ):
        assert word in shown(guest.get("/transparency", params=asked)), asked
    for asked in ({"first": "99999"}, {"first": "many"}, {"number": "none"}):
        assert guest.get("/transparency", params=asked).status_code in (404, 422), asked


def test_the_api_is_described_without_asking_anybody_else(guest):
    assert guest.get("/docs").headers["location"] == "/api"
    text = shown(guest.see("/api?q=register/checks"))
    assert "2 routes" in text
    assert "/v1/register/checks/table" in text
    assert "No route fits" in shown(guest.see("/api?q=nothing-of-that"))


def test_statements_are_read_with_their_signature(register, guest):
    today, house = register.platform.clock().date(), register.house
    told = {"holder": house.maker.id, "period": (today, today), "texts": {"zh": "甲", "en": "<b>ours</b>"}}
    numbers = [register.certificate.number]
    first = register.platform.do(house.engineer, statements.publish, numbers=numbers, **told)
    second = register.platform.do(house.engineer, statements.publish, numbers=numbers, supersedes=first.id, **told)
    text = guest.see("/disclosures")
    assert f"/disclosures/{first.id}" in text
    assert "superseded" in shown(text)
    assert f"/disclosures/{first.id}" in guest.see(f"/disclosures?holder={house.maker.id}")
    assert "There is no statement yet" in shown(guest.see("/disclosures?holder=nobody"))
    text = guest.see(f"/disclosures/{second.id}")
    assert "&lt;b&gt;ours" in text
    assert len(html.fromstring(text).xpath("//ul[contains(@class, 'checks')]/li[@class='passed']")) == 2
    assert f"/disclosures/{second.id}" in guest.see(f"/disclosures/{first.id}")
    guest.see("/disclosures/none", 404)
