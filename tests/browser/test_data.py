"""Databases, factors and previews in a real browser: with progress, with two persons, on desktops and phones."""

from __future__ import annotations

import pytest

import database_samples as samples
from browsing import DESKTOP, PHONE
from certification_samples import House
from impact_samples import desk, factors, with_steel
from pages import PASSWORD
from serving import served
from tanheng.accounts import system
from tanheng.accounts.model import Role
from tanheng.services.accounts import people
from tanheng.services.factors import records
from tanheng.web.app import create_app
from worker_process import worker

INIT = system("init")
PATIENCE = 120_000  # ms until a test gives up; nothing is measured


@pytest.fixture
def house(sqlite_platform):
    return House(sqlite_platform)


@pytest.fixture
def url(house):
    with served(create_app(house.platform)) as address:
        yield address


def join(house, name, organisation, *roles):
    email = f"{name}@walk.example"
    told = {"email": email, "name": name, "password": PASSWORD}
    house.platform.do(INIT, people.create, organisation=organisation.id, roles=roles, **told)
    return email


@pytest.mark.parametrize(("lang", "size"), [("zh", DESKTOP), ("en", PHONE)])
def test_a_database_from_a_file_to_a_data_set(house, url, walk, tmp_path, lang, size):
    walker = walk(url, lang=lang, size=size).sign_in(join(house, "ann", house.maker, Role.ENGINEER), PASSWORD)
    page = walker.go("/databases")
    walker.check()
    page.click("a[href$='/databases/import']")
    page.set_input_files("#file", samples.archive(tmp_path / "数据 库.zip"))
    page.fill("[name=name]", "plant")
    walker.check()
    page.click("main form button:not(.quiet)")
    page.wait_for_url("**/databases/imports/*")
    assert page.is_visible("[data-job] progress")
    with worker(house.platform):
        page.wait_for_url("**/notes?new=true", timeout=PATIENCE)
    walker.check()
    page.click(".note.good a")
    page.click("tbody a:has-text('Steel')")
    page.wait_for_selector(".branches a")
    walker.check()
    assert page.inner_text(".figure.main b").startswith("≥")
    page.click("tbody a:has-text('Power')")
    page.wait_for_load_state("networkidle")
    assert "Power" in page.inner_text("h1")


@pytest.mark.parametrize(("lang", "size"), [("en", DESKTOP), ("zh", PHONE)])
def test_a_factor_from_draft_to_release_by_two_and_one_who_publishes(house, url, walk, lang, size):
    own = desk(house)
    base = f"/factors/my/{own.collection}"
    editor = walk(url, lang=lang, size=size).sign_in(join(house, "ed", house.maker, Role.FACTOR_EDITOR), PASSWORD)
    page = editor.go(f"{base}/new")
    editor.check()
    for key, value in {
        "id": "cn-glass-2026",
        "name_en": "Glass",
        "name_zh": "玻璃",
        "per": "kg",
        "year": "2026",
    }.items():
        page.fill(f"#f-{key}", value)
    for key, value in {"geography": "CN", "boundary": "cradle-to-gate", "source_title": "A report"}.items():
        page.fill(f"#f-{key}", value)
    page.fill("#f-licence", "CC BY 4.0")
    page.fill("[data-triple] [data-part]", "CO2")
    page.fill("[data-triple] input[type=number]", "1.25")
    page.click("main form button:not(.quiet)")
    page.wait_for_url("**/records/*")
    editor.check()
    record = page.url.removeprefix(url)
    page.click("form[data-api*=submission] button")
    page.wait_for_selector("form[data-api^=DELETE]")

    reviewer = walk(url, lang=lang, size=size)
    page = reviewer.sign_in(join(house, "re", house.maker, Role.FACTOR_REVIEWER), PASSWORD).go(record)
    reviewer.check()
    page.select_option("#comment-field", "boundary")
    page.fill("#comment-text", "which gate?")
    page.click("form[data-api$=comments] button")
    page.wait_for_selector("form[data-api$=settlement]")
    assert page.is_disabled("button[value=accept]")
    page.click("form[data-api$=settlement] button")
    page.wait_for_selector("button[value=accept]:not([disabled])")
    page.click("button[value=accept]")
    page.wait_for_selector("form[data-api$=reviews]", state="detached")

    publisher = walk(url, lang=lang, size=size)
    page = publisher.sign_in(join(house, "pu", house.maker, Role.PUBLISHER), PASSWORD).go(f"{base}/release")
    publisher.check()
    page.fill("#version", "2")
    page.click("form[data-api$=releases] button")
    page.click("dialog button[value=yes]")
    page.wait_for_url("**/factors/house-factors")
    page.wait_for_load_state("networkidle")
    publisher.check()
    publisher.go("/factors/house-factors/cn-glass-2026")
    publisher.check()
    assert page.inner_text(".figure.main b") == "1.250"


def test_a_regulator_previews_a_release_on_the_whole_register(house, url, walk):
    own = desk(house)
    certificate, _ = with_steel(house)
    entry = house.platform.look(own.editor, records.of, own.entries["steel"].id)
    told = factors(steel_amounts=[["CO2", "fossil", 3000.0]])["steel"]
    own.accepted(own.step(own.editor, records.revise, entry, written=told))
    walker = walk(url, lang="zh").sign_in(join(house, "pub", house.maker, Role.PUBLISHER), PASSWORD)
    page = walker.go(f"/previews?collection={own.collection}")
    walker.check()
    page.click("form:has(#collection) button")
    page.wait_for_url("**/previews/*")
    with worker(house.platform):
        page.wait_for_selector(".histogram", timeout=PATIENCE)
    page.wait_for_load_state("networkidle")
    walker.check()
    assert certificate.number in page.inner_text("main")
    page.set_viewport_size(PHONE)
    walker.check()


def test_hits_come_while_one_writes_and_are_chosen_by_keys(house, url, walk):
    desk(house)
    walker = walk(url).sign_in(join(house, "se", house.maker, Role.ENGINEER), PASSWORD)
    page = walker.go("/search")
    page.fill("[data-seek]", "A ste")
    page.keyboard.type("el")
    page.wait_for_selector("a.hit:has-text('A steel')")
    page.wait_for_load_state("networkidle")
    walker.check()
    page.keyboard.press("ArrowDown")
    assert "A steel" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    page.wait_for_url("**/factors/house-factors/steel")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_link_to_a_supplier_is_shown_once(house, url, walk, lang):
    walker = walk(url, lang=lang, size=PHONE).sign_in(join(house, "su", house.maker, Role.ENGINEER), PASSWORD)
    page = walker.go("/suppliers/new")
    walker.check()
    page.fill("[name=supplier]", "Foundry")
    page.fill("[name='names.en']", "Casting")
    page.click("main form button")
    page.wait_for_selector("dialog[open]")
    assert page.input_value("#sent-link").startswith("http")
    walker.check()
    page.click("#sent-on")
    page.wait_for_load_state("networkidle")
    walker.check()
    assert "Casting" in page.inner_text("h1")
