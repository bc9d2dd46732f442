"""From nothing to looking around: ``tanheng serve`` on a new machine, the first visit, the demonstration, the second factor."""

from __future__ import annotations

import re

import pyotp
import pytest

from browsing import DESKTOP, PHONE
from serving import PATIENCE, serving

PASSWORD = "a sentence of my own"
WORDS = {
    "zh": {"begin": "开始使用", "welcome": "欢迎使用碳衡", "ready": "示例数据已就绪", "factor": "第二因素"},
    "en": {"begin": "Begin", "welcome": "Welcome", "ready": "The sample data are there", "factor": "Second factor"},
}


@pytest.mark.parametrize(("lang", "size"), [("zh", PHONE), ("en", DESKTOP)])
def test_from_nothing_to_looking_around(tmp_path, walk, lang, size):
    said_by = WORDS[lang]
    with serving(tmp_path / "home") as (_, said):
        address = said.find(r"(http://\S+/first-visit\S+)").replace("lang=en", f"lang={lang}")
        walker = walk(address.partition("/first-visit")[0], lang=lang, size=size)
        page = walker.go(address)
        walker.check()
        page.fill("[name=name]", "示例管理员" if lang == "zh" else "Example Administrator")
        page.fill("[name=email]", "root@tanheng.example")
        page.fill("[name=password]", PASSWORD)
        assert page.is_checked("[name=demo]")
        page.check(f"[name=language][value={lang}]")
        page.click(f"main button:has-text('{said_by['begin']}')")
        page.wait_for_url("**/welcome")
        assert said_by["welcome"] in page.inner_text("h1")
        page.wait_for_selector(f"text={said_by['ready']}", timeout=PATIENCE * 2000)
        walker.check()

        _enrol(walker, said_by)
        _look_around(walker)


def _enrol(walker, words):
    """The second factor by the page, and the code of an authenticator; then in again with it."""
    page = walker.go("/me/second-factor")
    assert words["factor"] in page.inner_text("h1")
    page.click("[data-enrols] button")
    page.wait_for_selector("[data-scan] img.qr")
    walker.check()
    totp = pyotp.TOTP(page.inner_text("[data-secret]"))
    page.fill("[name=code]", totp.now())
    page.click("[data-confirms] button")
    page.wait_for_selector("[data-recovery]:visible")
    codes = page.locator("[data-codes] li").all_inner_texts()
    assert len(codes) >= 8
    walker.check()
    page.click("header form button")
    page.wait_for_url("**/sign-in")
    walker.sign_in("root@tanheng.example", PASSWORD, codes[0])  # the code of this half minute counts once
    assert "/sign-in" not in page.url


def _look_around(walker):
    """Organisations with their people, jobs, the history, one's account."""
    page = walker.go("/organisations")
    walker.check()
    page.click("main table a >> nth=0")
    page.wait_for_url(re.compile(r"/organisations/[0-9a-f-]{36}$"))
    walker.page.wait_for_load_state("networkidle")
    walker.check()
    page = walker.go("/jobs")
    page.click("main table a >> nth=0")
    page.wait_for_url(re.compile(r"/jobs/[0-9a-f-]{36}$"))
    walker.check()
    for path in ("/me", "/me/tokens", "/audit", "/welcome", "/"):
        walker.go(path)
        walker.check()


def test_an_organisation_is_made_and_a_person_added_by_hand(tmp_path, walk):
    """What an administrator does next, through the dialogs; errors are told beside their fields."""
    from tour import tour

    with tour(tmp_path / "home") as shown:
        walker = walk(shown.url, lang="en")
        shown.enter(walker, "visitor")
        page = walker.go("/organisations")
        page.click("main .head button")
        page.fill("#new [name='names.en']", "Firm of Mine")
        page.select_option("#new [name=kind]", "supplier")
        page.click("#new button:has-text('Make it')")
        page.wait_for_url(re.compile(r"/organisations/[0-9a-f-]{36}$"))
        assert page.inner_text("h1") == "Firm of Mine"
        page.wait_for_load_state("networkidle")
        page.click("button:has-text('Add a person')")
        page.fill("#person-name", "Somebody")
        page.fill("#person-email", "somebody@house.example")
        page.fill("#person-password", "short")
        walker.expected += 1
        page.click("#add-person form button:not([type=button])")
        page.wait_for_selector("#add-person [data-complaint]")
        page.fill("#person-password", PASSWORD)
        page.check("#add-person [value=engineer]")
        page.click("#add-person form button:not([type=button])")
        page.wait_for_selector("table >> text=somebody@house.example")
        page.wait_for_load_state("networkidle")
        walker.check()
