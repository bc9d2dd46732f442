"""Studies in a real browser: from a workbook to an assessment; the editor; every page at every size, in both languages."""

from __future__ import annotations

import io

import openpyxl
import orjson
import pytest
from playwright.sync_api import expect

from browsing import DESKTOP, PHONE
from pages import PASSWORD
from serving import served
from study_samples import organisation
from tanheng.accounts import system
from tanheng.footprint.reading import new_study, study_document
from tanheng.services.accounts import people
from tanheng.services.furnishing import furnish
from tanheng.services.studies import intake, studies
from tanheng.web.app import create_app
from worker_process import worker

INIT = system("init")
EMAIL = "engineer@example.org"
STUDY = """
tanheng: study/1
product: {name: {zh: 铝锭, en: Ingot}, maker: Maker, codes: {hs: "7601.10"}}
unit: 1 t
boundary: cradle-to-gate
period: 2024-01-01/2024-12-31
site: CN-53
co_products: [{name: {en: Slag}, amount: 20 kg}]
allocation: {basis: mass, reason: {en: both are sold by mass}}
parameters: [{id: hours, value: 8 h}]
limits: [{en: A sample}]
lines:
  - stage: raw-materials
    name: {zh: 氧化铝, en: Alumina}
    amount: 1.925 t
    quality: {te: 2, pr: 1}
    transport: [{mode: rail, distance: 1450 km, empty_return: 50 %}]
  - stage: production
    name: {zh: 电力, en: Power}
    amount: 13350 kWh
    electricity: [{own: hydro, share: 35 %}, {grid: CN, share: 65 %}]
    uncertainty: {gsd2: 1.1}
  - stage: production
    name: {zh: 阳极效应, en: Anode effects}
    emits: [{gas: CF4, amount: 22 g}, {gas: CH4, amount: 0.1 kg, origin: biogenic}]
    evidence: [a-1.pdf, b-1.pdf]
  - stage: production
    name: {zh: 焦炭, en: Coke}
    carbon_balance: {inputs: [{name: {en: Coke}, mass: 380 kg, carbon: 85 %}]}
    codes: {cas: 64743-05-1}
"""


@pytest.fixture
def platform(sqlite_platform):
    furnish(sqlite_platform)
    return sqlite_platform


@pytest.fixture
def own(platform):
    made = organisation(platform)
    told = {"email": EMAIL, "name": "Li", "password": PASSWORD, "organisation": made.id, "roles": ["engineer"]}
    platform.do(INIT, people.create, **told)
    return made


@pytest.fixture
def url(platform, own):
    with served(create_app(platform)) as address:
        yield address


@pytest.fixture
def made(platform, own):
    return platform.do(INIT, studies.create, organisation=own.id, model=intake.read(STUDY.encode()))


def workbook(tmp_path, **changed):
    """The file to fill in, with some cells of its lines changed."""
    path = new_study("Steel part", "workbook", tmp_path / "part.xlsx", overwrite=True)
    book = openpyxl.load_workbook(path)
    sheet = book["Lines 清单"]
    letters = {cell.value: cell.column_letter for cell in sheet[1]}
    for key, value in changed.items():
        sheet[f"{letters[key.replace('__', '.')]}3"] = value
    into = io.BytesIO()
    book.save(into)
    return into.getvalue(), letters


def file(content):
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "part-1.xlsx", "mimeType": kind, "buffer": content}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_from_a_workbook_to_an_assessment(walk, url, platform, own, tmp_path, lang):
    walker = walk(url, lang=lang).sign_in(EMAIL, PASSWORD)
    page = walker.go("/studies/new")
    bad, letters = workbook(tmp_path, amount__unit="tt", **{"from": ""})
    page.set_input_files("#file", file(bad))
    cell = page.locator("td.fault")
    expect(cell).to_contain_text("tt")
    expect(cell).to_contain_text("未知单位" if lang == "zh" else "unknown unit")
    expect(page.locator("#preview")).to_contain_text(f"{letters['amount.unit']}3")
    expect(page.locator("#create")).to_have_count(0)
    walker.check()
    good, _ = workbook(tmp_path, **{"from": ""})
    page.set_input_files("#file", file(good))
    page.click("#create")
    page.wait_for_url("**/studies/*-*")
    study = page.url.rsplit("/", 1)[1]
    page.wait_for_load_state("networkidle")
    walker.check()

    walker.go(f"/studies/{study}/matching")
    walker.check()
    page.locator(".match input[type=radio]").first.check()
    page.click(".bar-below button")
    expect(page.locator(".empty")).to_be_visible()
    assert platform.look(INIT, studies.of, study).latest == 2

    walker.go(f"/studies/{study}")
    page.click("[data-open='#assess']")
    walker.check()
    page.click("#assess-form button")
    with worker(platform):
        page.wait_for_url("**/assessments/*", timeout=180_000)


def opened(walker, study):
    page = walker.go(f"/studies/{study.id}/edit")
    page.wait_for_selector("#grid[data-ready]")
    expect(page.locator("#checked")).to_have_class("badge good")
    return page


def document(platform, study):
    return platform.look(INIT, studies.version, study.id)


def paste(walker, page, text):
    walker.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+V")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_cells_are_edited_pasted_undone_and_saved(walk, url, platform, made, lang):
    walker = walk(url, lang=lang).sign_in(EMAIL, PASSWORD)
    page = opened(walker, made)
    before = document(platform, made).document
    page.evaluate("window.tanheng.editor.goTo(window.tanheng.editor.order().at(-1), 'stage')")
    page.keyboard.press("Insert")
    expect(page.locator("#count")).to_contain_text("5")
    page.keyboard.press("ArrowLeft")
    walker.expected += 9  # what the check refuses
    paste(walker, page, "生产\t切削液\t12 kg\nuse\tPacking\t3 kgg\n")
    expect(page.locator("#count")).to_contain_text("6")
    fault = page.locator(".tabulator-cell.fault", has_text="3 kgg")
    expect(fault).to_contain_text("未知单位" if lang == "zh" else "unknown unit")
    expect(page.locator("#faults")).to_contain_text("kgg")
    walker.check()
    page.click("#undo")
    expect(page.locator("#count")).to_contain_text("5")
    page.click("#redo")
    expect(page.locator("#count")).to_contain_text("6")
    page.locator("#faults button").first.click()
    expect(page.locator(".tabulator-tableholder")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+a")
    page.keyboard.type("3 kg")
    page.keyboard.press("Enter")
    expect(page.locator("#checked")).not_to_have_class("badge bad", timeout=30_000)
    page.fill("#note", "Two lines")
    page.click("#save")
    expect(page.locator("#version")).to_contain_text("2")
    kept = document(platform, made)
    assert kept.note == "Two lines"
    assert kept.document["lines"][:4] == before["lines"]
    assert [one["stage"] for one in kept.document["lines"][4:]] == ["production", "use"]
    assert kept.document["lines"][5]["amount"] == {"value": 3.0, "unit": "kg"}
    assert {k: v for k, v in kept.document.items() if k != "lines"} == {k: v for k, v in before.items() if k != "lines"}


def test_what_is_not_touched_is_sent_back_as_it_came(walk, url, platform, made):
    walker = walk(url).sign_in(EMAIL, PASSWORD)
    page = opened(walker, made)
    kept = document(platform, made)
    assert orjson.loads(page.evaluate("JSON.stringify(window.tanheng.editor.whole())")) == kept.document
    page.evaluate("window.tanheng.editor.goTo(0, 'note')")
    page.keyboard.type("seen")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+s")
    expect(page.locator("#version")).to_contain_text("2")
    now = document(platform, made).document
    assert now["lines"][0].pop("note") == "seen"
    assert now == kept.document


def test_the_panel_changes_what_the_grid_has_no_cell_for(walk, url, platform, made):
    walker = walk(url).sign_in(EMAIL, PASSWORD)
    page = opened(walker, made)
    page.evaluate("window.tanheng.editor.goTo(0, 'stage')")
    distance = page.locator("#panel [data-path='transport[0].distance']")
    expect(distance).to_have_value("1450 km")
    distance.fill("900 km")
    distance.press("Tab")
    expect(page.locator(".tabulator-row").first).to_contain_text("rail 900 km empty return 50 %")
    page.evaluate("window.tanheng.editor.goTo(1, 'stage')")
    share = page.locator("#panel [data-path='electricity[0].share']")
    expect(share).to_have_value("35 %")
    page.click("[data-side=head]")
    page.locator("#panel [data-path='co_products[0].amount']").fill("25 kg")
    page.locator("#panel [data-path='co_products[0].amount']").press("Tab")
    page.click("[data-side=document]")
    walker.check()
    assert '"25 kg"' in page.locator("#whole").input_value()
    page.click("#save")
    expect(page.locator("#version")).to_contain_text("2")
    now = document(platform, made).document
    assert now["co_products"][0]["amount"] == {"value": 25.0, "unit": "kg"}
    assert now["lines"][0]["transport"][0]["distance"] == {"value": 900.0, "unit": "km"}
    assert now["lines"][0]["transport"][0]["empty_return"] == 0.5


def test_unsaved_work_comes_back_and_of_two_who_save_nothing_is_lost(walk, url, platform, made):
    walker = walk(url).sign_in(EMAIL, PASSWORD)
    page = opened(walker, made)
    page.on("dialog", lambda dialog: dialog.accept())
    page.evaluate("window.tanheng.editor.goTo(0, 'note')")
    page.keyboard.type("mine")
    page.keyboard.press("Enter")
    page.wait_for_timeout(600)
    page.reload()
    page.wait_for_selector("#grid[data-ready]")
    expect(page.locator("#restored")).to_be_visible()
    theirs = intake.read(STUDY.replace("1.925 t", "2 t").encode())
    platform.do(INIT, studies.revise, made.id, expected=made.version, model=theirs, note="theirs")
    walker.expected += 1
    page.click("#save")
    expect(page.locator("#conflict")).to_contain_text("theirs")
    walker.check()
    page.click("#conflict button[value=mine]")
    expect(page.locator("#version")).to_contain_text("3")
    assert document(platform, made).document["lines"][0]["note"] == "mine"
    kept = platform.look(INIT, studies.version, made.id, 2)
    assert kept.document["lines"][0]["amount"]["value"] == 2.0


def test_a_link_is_found_as_one_types(walk, url, platform, made):
    walker = walk(url).sign_in(EMAIL, PASSWORD)
    page = opened(walker, made)
    page.evaluate("window.tanheng.editor.goTo(0, 'from')")
    page.keyboard.press("Enter")
    page.keyboard.type("alumina")
    expect(page.locator(".picker li").first).to_contain_text("factor:")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#state")).to_contain_text("Unsaved")
    page.keyboard.press("Control+s")
    expect(page.locator("#version")).to_contain_text("2")
    assert document(platform, made).document["lines"][0]["from"].startswith("factor:")


def test_five_thousand_lines_open_and_an_edit_is_saved(walk, url, platform, own):
    lines = [{"stage": "raw-materials", "name": f"Part {index}", "amount": f"{index + 1} kg"} for index in range(5_000)]
    text = {**study_document(intake.read(STUDY.encode())), "lines": lines}
    big = platform.do(INIT, studies.create, organisation=own.id, model=intake.read(orjson.dumps(text)))
    walker = walk(url).sign_in(EMAIL, PASSWORD)
    page = walker.go(f"/studies/{big.id}/edit?line=4000")
    page.wait_for_selector("#grid[data-ready]", timeout=120_000)
    expect(page.locator(".tabulator-row", has_text="Part 3999")).to_be_visible()
    assert page.locator(".tabulator-row").count() < 200
    page.evaluate("window.tanheng.editor.goTo(3999, 'amount')")
    page.keyboard.type("7 t")
    page.keyboard.press("Enter")
    page.click("#save")
    expect(page.locator("#version")).to_contain_text("2", timeout=180_000)
    assert document(platform, big).document["lines"][3999]["amount"] == {"value": 7.0, "unit": "t"}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_of_studies_holds_at_every_size(walk, url, platform, made, lang, size):
    theirs = intake.read(STUDY.replace("1.925 t", "2 t").encode())
    platform.do(INIT, studies.revise, made.id, expected=made.version, model=theirs, note="theirs")
    walker = walk(url, lang=lang, size=size).sign_in(EMAIL, PASSWORD)
    for path in ("/studies", "/studies?q=none", "/studies/new", "/studies/new?way=industry", "/studies/new?way=blank"):
        walker.go(path)
        walker.check()
    for part in ("", "/edit", "/matching", "/versions"):
        walker.go(f"/studies/{made.id}{part}")
        walker.check()


def test_a_study_is_begun_from_a_form_and_goes_on_in_the_editor(walk, url, platform, own):
    walker = walk(url).sign_in(EMAIL, PASSWORD)
    page = walker.go("/studies/new?rules=cn-electrolytic-aluminium")
    page.fill("[name='product.name.en']", "My ingot")
    page.click("main form button")
    page.wait_for_url("**/edit")
    page.wait_for_selector("#grid[data-ready]")
    expect(page.locator("h1")).to_contain_text("My ingot")
    expect(page.locator("#count")).to_contain_text("5")


def test_one_goes_back_to_a_version(walk, url, platform, made):
    theirs = intake.read(STUDY.replace("1.925 t", "2 t").encode())
    platform.do(INIT, studies.revise, made.id, expected=made.version, model=theirs, note="theirs")
    walker = walk(url).sign_in(EMAIL, PASSWORD)
    page = walker.go(f"/studies/{made.id}/versions")
    page.click("[data-back='1']")
    page.click("dialog[open] [value=yes]")
    expect(page.locator("#history tbody tr")).to_have_count(3)
    first = platform.look(INIT, studies.version, made.id, 1)
    assert document(platform, made).digest == first.digest
