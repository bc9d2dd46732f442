"""Desks that other journeys pass by: tables of factors, links, methods, recognition, evidence, limits tried on the register."""

from __future__ import annotations

import csv

import pytest

import class_samples
import database_samples as samples
from browsing import DESKTOP, PHONE
from casting import PATIENCE, Cast, hands
from certification_samples import House, person
from impact_samples import desk
from serving import served
from tanheng.accounts.model import Role
from tanheng.services.grading import thresholds
from tanheng.web.app import create_app


@pytest.fixture
def cast(sqlite_platform, walk):
    with served(create_app(sqlite_platform)) as url, hands(sqlite_platform):
        yield Cast(House(sqlite_platform), url, walk)


@pytest.mark.parametrize(("lang", "size"), [("zh", DESKTOP), ("en", PHONE)])
def test_a_table_of_factors_with_faults_in_its_cells(cast, tmp_path, lang, size):
    own = desk(cast.house)
    cast.house.editor = person(cast.house.platform, "editor", cast.house.maker, Role.FACTOR_EDITOR)
    head = ("id", "kind", "name_en", "value", "unit", "per", "year", "geography")
    right = ("ours", "footprint", "Ours", "1.5", "kg CO2e", "kg", "2025", "CN")
    wrong = ("odd", "footprint", "Odd", "x", "kg CO2e", "kgg", "2025", "CN")
    file = tmp_path / "factors.csv"
    with file.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([head, right, wrong])
    walker = cast("editor", lang, size)
    page = walker.go(f"/factors/my/{own.collection}/import")
    page.set_input_files("#file", file)
    page.click("button[name=dry_run][value=true]")
    page.wait_for_selector("#outcome table")
    walker.check()
    assert "factors.csv:3" in page.inner_text("#outcome")
    assert "kgg" in page.inner_text("#outcome")
    with file.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([head, right])
    page.set_input_files("#file", file)
    page.click("button[name=dry_run][value=false]")
    page.wait_for_selector("#outcome a")
    walker.check()
    page.click("#outcome a")
    page.wait_for_load_state("networkidle")
    assert "ours" in page.inner_text("main")


def test_an_open_link_is_decided_and_a_method_is_looked_at(cast, tmp_path):
    walker = cast("engineer")
    page = walker.go("/databases/import")
    page.set_input_files("#file", samples.archive(tmp_path / "plant.zip"))
    page.fill("[name=name]", "plant")
    page.click("main form button:not(.quiet)")
    page.wait_for_url("**/notes?new=true", timeout=PATIENCE)
    database = page.url.partition("/databases/")[2].partition("/")[0]
    page = walker.go(f"/databases/{database}/links/decide")
    walker.check()
    page.fill("tr:has-text('Ore') [data-cell=other]", "Coal")
    page.click("form[data-rows] button")
    page.wait_for_url("**/jobs/*")
    page.wait_for_selector(".badge.good", timeout=PATIENCE)
    walker.check()
    page = walker.go(f"/databases/{database}/links/decide")
    walker.check()


def test_an_issuer_is_recognised_and_its_certificate_counts(cast, tmp_path):
    official = cast("official", "zh")
    page = official.go("/recognition")
    page.click("[data-open='#recognise']")
    official.check()
    page.fill("#r-en", "Elsewhere")
    page.fill("#r-party", "did:web:elsewhere.example")
    page.fill("#r-country", "DE")
    page.fill("#r-basis", "an agreement of 2025")
    page.fill("#r-from", "2020-01-01")
    page.click("#recognise form button:not(.quiet)")
    page.wait_for_url("**/recognition/*")
    page.wait_for_load_state("networkidle")
    official.check()
    assert "did:web:elsewhere.example" in page.inner_text("main")
    engineer = cast("engineer", "en", PHONE)
    page = engineer.go("/recognition")
    page.click(".actions [data-open='#register']")
    engineer.check()
    told = {"number": "E-1", "issuer": "did:web:elsewhere.example", "category": "steel", "en": "Bar", "value": "1.9"}
    told |= {"geography": "DE", "from": "2025-01-01", "until": "2035-01-01"}
    for name, value in told.items():
        page.fill(f"#c-{name}", value)
    page.click("#register form button:not(.quiet)")
    page.wait_for_url("**/recognition/certificates/*")
    page.wait_for_load_state("networkidle")
    engineer.check()
    assert page.is_visible(".note.warn")  # a word is no evidence
    file = tmp_path / "certificate.pdf"
    file.write_bytes(b"%PDF-1.4 a certificate")
    page.set_input_files("main input[type=file]", file)
    with page.expect_navigation():
        page.click("main form:has(input[type=file]) button")
    page.wait_for_load_state("networkidle")
    engineer.check()
    assert page.is_visible(".note.good")


@pytest.mark.parametrize(("lang", "size"), [("zh", PHONE), ("en", DESKTOP)])
def test_evidence_is_put_beside_a_study_and_a_study_is_put_away(cast, tmp_path, lang, size):
    study, _ = cast.house.assessed()
    file = tmp_path / "电表 meter.csv"
    file.write_text("month,kWh\n1,20\n", encoding="utf-8")
    walker = cast("engineer", lang, size)
    page = walker.go(f"/studies/{study.id}")
    page.set_input_files("#evidence-file", file)
    with page.expect_navigation():
        page.click("form[data-api$=evidence] button")
    page.wait_for_load_state("networkidle")
    walker.check()
    with page.expect_download() as kept:
        page.click("#evidence ~ ul a")
    assert kept.value.path().read_bytes() == file.read_bytes()
    assert kept.value.suggested_filename == file.name
    page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    with page.expect_navigation():
        page.click("form:has(input[name=archived]) button")
    page.wait_for_load_state("networkidle")
    walker.check()
    assert page.is_visible("h1 .badge")
    assert page.locator("form[data-api$=assessments]").count() == 0


def test_limits_are_previewed_on_the_register(cast):
    house = cast.house
    made = house.certified()
    values = [900.0 + 20 * at for at in range(60)]
    class_samples.fill(house.platform, made, values, class_samples.makers(house.platform, 12), grade="B")
    scheme = class_samples.published(house, class_samples.scheme(made))
    draft = thresholds.derive(house.platform, house.official, scheme.id)
    walker = cast("official", "en")
    page = walker.go(f"/classes/drafts/{draft.id}")
    walker.check()
    page = walker.go(f"/previews?draft={draft.id}")
    assert page.input_value("#draft") == draft.id
    page.click("form:has(#draft) button")
    page.wait_for_url("**/previews/*")
    page.wait_for_selector(".figure", timeout=PATIENCE)
    page.wait_for_load_state("networkidle")
    walker.check()
    page.set_viewport_size(PHONE)
    walker.check()
