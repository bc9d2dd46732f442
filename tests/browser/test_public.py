"""Strangers in a real browser: a telephone that scans a label, a search, a picture, a supplier; and a regulator who tells."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from browsing import DESKTOP, PHONE
from pages import PASSWORD
from strangers import registered
from tanheng.accounts import system
from tanheng.accounts.model import Role
from tanheng.services.accounts import people
from tanheng.services.suppliers import requests
from tanheng.services.suppliers.requests import Comment

pytestmark = pytest.mark.platform
WORDS = {
    "zh": {"valid": "有效", "search": "铝锭", "passed": "全部检查通过", "thanks": "谢谢", "back": "已退回"},
    "en": {
        "valid": "valid",
        "search": "Ingot",
        "passed": "every check passed",
        "thanks": "Thank you",
        "back": "sent back",
    },
}
OF_ALL = ("/register", "/register/check", "/verify", "/statistics", "/tasks", "/tasks/A2", "/disclosures", "/open-data")
BOTH = pytest.mark.parametrize(("lang", "size"), [("zh", PHONE), ("en", DESKTOP)])


@pytest.fixture
def register(sqlite_platform):
    with registered(sqlite_platform) as made:
        yield made


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_telephone_scans_a_label_without_a_script(register, walk, lang):
    walker = walk(register.url, lang=lang, size=PHONE, script=False)
    fetched = []
    walker.page.on("response", lambda answer: fetched.append((answer.request.resource_type, answer)))
    walker.page.goto(register.certificate.code)
    text = walker.page.inner_text("main")
    assert register.certificate.number in text
    assert WORDS[lang]["passed"] in text
    kinds = {kind for kind, _ in fetched}
    assert "script" not in kinds
    assert sum(len(answer.body()) for _, answer in fetched) < 100_000
    walker.check(axe=False)  # which is a script
    register.step("suspend", "meter broken")
    walker.page.reload()
    assert walker.page.is_visible(".notice")
    walker.check(axe=False)
    other = walk(register.url, lang=lang, size=PHONE)
    other.go(f"/c/{register.certificate.number}")
    other.check()


@BOTH
def test_somebody_searches_the_register(register, walk, lang, size):
    walker = walk(register.url, lang=lang, size=size)
    walker.go("/register")
    walker.page.fill("main [name=q]", WORDS[lang]["search"])
    walker.page.press("main [name=q]", "Enter")
    walker.page.wait_for_selector(".results")
    walker.check()
    walker.page.click(".results a")
    walker.page.wait_for_url(f"**/c/{register.certificate.number}")
    assert WORDS[lang]["valid"] in walker.page.inner_text(".seal")


@BOTH
def test_a_label_is_verified_by_its_picture(register, walk, tmp_path, lang, size):
    pytest.importorskip("zxingcpp", reason="zxing-cpp is not installed")
    picture = tmp_path / "label.png"
    picture.write_bytes(httpx.get(register.address("label"), params={"format": "png"}).content)
    walker = walk(register.url, lang=lang, size=size, script=False)
    walker.page.goto("/verify")
    walker.page.set_input_files("[name=file]", picture)
    walker.page.click("form[method=post] button")
    walker.page.wait_for_selector(".verdict.good")
    assert WORDS[lang]["passed"] in walker.page.inner_text(".verdict")
    walker.check(axe=False)


@BOTH
def test_a_supplier_answers_and_answers_again(register, walk, lang, size):
    house, platform = register.house, register.platform
    due = platform.clock().date() + timedelta(days=30)
    asked = {"names": {"zh": "铸件", "en": "Casting"}, "per": "kg", "supplier": "Foundry", "due": due}
    sent = platform.do(house.engineer, requests.send, organisation=house.maker.id, **asked)
    walker = walk(register.url, lang=lang, size=size)
    page = walker.page
    walker.go(sent.link)
    walker.check()
    page.fill("[name=value]", "2.4")
    walker.go(sent.link)  # as after a break: the draft is back
    assert page.input_value("[name=value]") == "2.4"
    assert page.is_visible("[data-draft-note]")
    page.fill("[name=year]", "2025")
    page.click("form[data-draft] button:not([type])")
    page.wait_for_selector(".note.good")
    assert WORDS[lang]["thanks"] in page.inner_text("main")
    walker.check()
    assert page.evaluate("localStorage.length") == 0
    version = platform.look(house.engineer, requests.of, sent.request.id).version
    comments = [Comment("year", "2026?")]
    platform.do(house.engineer, requests.send_back, sent.request.id, expected=version, comments=comments)
    walker.go(sent.link)
    assert WORDS[lang]["back"] in page.inner_text("main")
    assert "2026?" in page.inner_text("main")
    walker.check()
    page.click("form[data-draft] button:not([type])")
    page.wait_for_selector(".note.good")


@BOTH
def test_every_public_page_is_sound(register, walk, lang, size):
    walker = walk(register.url, lang=lang, size=size)
    number = register.certificate.number
    for path in (*OF_ALL, f"/transparency?number={number}&first=1", "/api", "/api?q=register"):
        walker.go(path)
        walker.check()


def test_a_regulator_tells_how_far_a_task_is(register, walk):
    house, platform = register.house, register.platform
    told = {"email": "official@example.org", "name": "O", "password": PASSWORD}
    platform.do(system("init"), people.create, organisation=house.regulator.id, roles=[Role.OWNER], **told)
    walker = walk(register.url)
    walker.sign_in(told["email"], PASSWORD)
    walker.go("/tasks/A2")
    page = walker.page
    walker.check()
    page.fill("[name='lead.en']", "Ministry")
    page.fill("[name=progress]", "40")
    page.click("[data-add]")
    page.fill("[data-part=day]", "2027-06-30")
    page.fill("[data-part=en]", "60 rules")
    with page.expect_navigation():
        page.click("form[data-tasks] button:not([type])")
    assert "60 rules" in page.inner_text("main")
    assert "Ministry" in page.inner_text("main")
    walker.go("/tasks/A2")
    with page.expect_navigation():  # what was told stands in the form
        page.click("form[data-tasks] button:not([type])")
    assert "60 rules" in page.inner_text("main")
    walker.check()
