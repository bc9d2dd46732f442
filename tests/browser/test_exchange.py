"""The exchange in a real browser: what is missing is filled in once, the file is kept, taken in, accepted and copied."""

from __future__ import annotations

import json
import re

import pytest

from browsing import DESKTOP, PHONE
from declaration_samples import FILES
from pages import PASSWORD
from serving import served
from study_samples import member, organisation
from tanheng.accounts import system
from tanheng.accounts.model import Role
from tanheng.services.accounts import people
from tanheng.services.studies import assessing, intake, studies
from tanheng.web.app import create_app

EMAIL = "engineer@example.org"


@pytest.fixture
def shown(sqlite_platform):
    """An address, and the path of an assessment under the regime that the protocol takes."""
    own = organisation(sqlite_platform)
    told = {"email": EMAIL, "name": "Li Ming", "password": PASSWORD, "roles": (Role.ENGINEER,)}
    sqlite_platform.do(system("init"), people.create, organisation=own.id, **told)
    actor, path = member(own), FILES["aluminium"]
    model = intake.read(path.read_bytes(), path.name)
    study = sqlite_platform.do(actor, studies.create, organisation=own.id, model=model)
    made = assessing.assess(sqlite_platform, actor, study.id, assessing.Order(regime="pact3"))
    with served(create_app(sqlite_platform)) as url:
        yield url, f"/assessments/{made.id}/exchange"


def field(page, path):
    return page.locator(f'[name="sections.{path}"]')


def saved(page, heading):
    """Send the form below a heading, and wait for the page that follows."""
    with page.expect_navigation():
        page.locator("section", has=page.locator(heading)).locator("form button").last.click()
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_from_what_is_missing_to_a_factor(shown, walk, lang, size, tmp_path):
    url, tab = shown
    walker = walk(url, lang=lang, size=size).sign_in(EMAIL, PASSWORD)
    page = walker.page
    walker.go(tab)
    walker.check()
    walker.go(f"{tab}/catena-x")
    assert page.locator('a[href*="/exports/catena-x/file"]').count() == 0
    walker.check()
    field(page, "company.ids").fill("urn:BPNL000000000DWF")
    saved(page, "#company")
    field(page, "product.ids").fill("urn:example.com:part:7")
    field(page, "product.valid_from").fill("2026-01-01")
    field(page, "product.valid_until").fill("2099-12-31")
    for path in ("catena-x.ccs", "catena-x.mass_balancing"):
        field(page, path).select_option("false")
    field(page, "catena-x.packaging.included").select_option("true")
    field(page, "catena-x.waste_incineration").select_option("cut-off")
    saved(page, "#beside")
    assert field(page, "company.ids").input_value() == "urn:BPNL000000000DWF"
    assert field(page, "product.ids").input_value() == "urn:example.com:part:7"
    walker.check()
    with page.expect_download() as download:
        page.locator('a[href*="/exports/catena-x/file"]').click()
    file = tmp_path / "footprint.json"
    download.value.save_as(file)
    assert "urn:example.com:part:7" in json.dumps(json.loads(file.read_bytes()))
    walker.go("/received-footprints")
    page.locator('[data-open="#receive"]').click()
    page.set_input_files("#file", file)
    page.select_option("#protocol", "catena-x")
    with page.expect_navigation():
        page.locator("#receive form button").first.click()
    walker.check()
    page.locator("main table a").first.click()
    walker.check()
    page.locator('form[data-api$="/acceptance"] button').click()
    with page.expect_navigation():
        page.locator("dialog[open] button").first.click()
    assert re.search(r"suppliers-\w+/fp-\d{4}-000001", page.inner_text("main"))
    walker.check()


def test_a_wrong_value_is_told_beside_its_field(shown, walk):
    url, tab = shown
    walker = walk(url).sign_in(EMAIL, PASSWORD)
    walker.go(f"{tab}/catena-x")
    mass = field(walker.page, "product.mass")
    mass.fill("80 furlongs")
    walker.page.locator("section", has=walker.page.locator("#beside")).locator("form button").last.click()
    walker.page.locator('[name="sections.product.mass"][aria-invalid]').wait_for()
    assert "80 furlongs" in walker.page.locator(".field", has=mass).inner_text()
