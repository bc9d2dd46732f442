"""An organisation exchanges by PACT in a real browser: a partner, credentials, a result that is published, requests answered."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import httpx
import pytest

from browsing import DESKTOP, PHONE
from pact_desk import desk
from pact_samples import supplement
from pages import PASSWORD
from serving import free_port, served
from tanheng.accounts import system
from tanheng.accounts.model import Role
from tanheng.services.accounts import people
from tanheng.services.exchange import supplements
from tanheng.services.pact import inbox, questions
from tanheng.services.paging import Paging
from tanheng.services.studies import assessments
from tanheng.web.app import create_app

EMAIL, SECRET, GTIN = "both@example.org", "what they gave us", "urn:gtin:6901234567892"
TYPE = "org.wbcsd.pact.ProductFootprint.RequestCreatedEvent.3"


@dataclass(frozen=True)
class Partner:
    """A partner's system, with what it was told."""

    base_url: str
    token_url: str
    client_id: str
    client_secret: str

    def ask(self, id, **data):  # noqa: A002 - as CloudEvents calls it
        """A request, by a token."""
        auth = (self.client_id, self.client_secret)
        given = httpx.post(self.token_url, data={"grant_type": "client_credentials"}, auth=auth)
        head = {"Content-Type": "application/cloudevents+json"}
        head["Authorization"] = f"Bearer {given.json()['access_token']}"
        event = {"type": TYPE, "specversion": "1.0", "id": id, "source": "//buyer.example", "data": data}
        event["time"] = "2026-01-01T00:00:00Z"
        answer = httpx.post(f"{self.base_url}/3/events", content=json.dumps(event), headers=head)
        assert answer.status_code == 200, answer.text


@pytest.fixture
def world(sqlite_platform):
    port = free_port()  # what partners are told names it
    own = desk(sqlite_platform, pact_loopback=True, public_url=f"http://127.0.0.1:{port}", requests_per_minute=10**6)
    roles = (Role.OWNER, Role.PUBLISHER, Role.ENGINEER)
    told = {"email": EMAIL, "name": "Li Ming", "password": PASSWORD, "roles": roles}
    own.platform.do(system("init"), people.create, organisation=own.organisation, **told)
    made = own.assessment()
    study = own.platform.look(own.actor, assessments.of, made).study
    sections = {name: dict(one) for name, one in supplement().sections.items()}
    own.platform.do(own.actor, supplements.keep_for_study, study, sections, expected=0)
    with served(create_app(own.platform), port) as url:
        yield own, url, made


def look(walker):
    """The page holds on a desk and on a phone."""
    for size in (DESKTOP, PHONE):
        walker.page.set_viewport_size(size)
        walker.check()


def go_on(page, button):
    """Press what asks whether one is sure, and say so."""
    page.click(button)
    with page.expect_navigation():
        page.click("dialog[open] [value=yes]")
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_partner_is_registered_published_to_and_answered(world, walk, lang):
    own, url, made = world
    walker = walk(url, lang=lang).sign_in(EMAIL, PASSWORD)
    page = walker.go("/exchange/pact")
    look(walker)
    page.locator("[data-open='#register']").first.click()
    page.fill("#p-name", "Beispiel GmbH")
    page.fill("#p-ids", "urn:lei:529900T8BM49AURSDO55\nurn:vat:DE123456789")
    page.fill("#p-base", "http://buyer.example")
    page.fill("#p-secret", SECRET)
    look(walker)
    walker.expected += 1
    page.click("#register form button:not([type=button])")
    page.wait_for_selector("#register [data-complaint]")  # plain HTTP
    assert page.get_attribute("#p-base", "aria-invalid") == "true"
    page.fill("#p-base", "https://buyer.example/pact")
    page.click("#register form button:not([type=button])")
    page.wait_for_url("**/exchange/pact/partners/*")
    page.wait_for_load_state("networkidle")
    look(walker)
    partner = given(walker)
    published(walker, made)
    partner.ask("e-1", productId=[GTIN], comment="请提供 please")
    partner.ask("e-2", productId=["urn:gtin:1"], geography=["DE"])
    page = walker.go("/exchange/pact/requests")
    look(walker)
    page.click("tr:has-text('6901234567892') a")
    page.wait_for_load_state("networkidle")
    look(walker)
    assert page.locator("[name=footprints]:checked").count() == 1
    go_on(page, "form[data-api$=fulfilment] button")
    look(walker)
    page = walker.go("/exchange/pact/requests?state=open")
    page.click("tbody a")
    page.wait_for_load_state("networkidle")
    assert page.locator("[name=footprints]:checked").count() == 0
    page.click("[data-open='#reject']")
    page.fill("#reject-reason", "Not ours")
    look(walker)
    with page.expect_navigation():
        page.click("#reject form button.bad")
    page.wait_for_load_state("networkidle")
    assert "Not ours" in page.inner_text("main")
    found = own.platform.look(own.actor, inbox.listed, Paging()).items
    assert [(one.state, one.reason) for one in found] == [("rejected", "Not ours"), ("fulfilled", "")]
    asked(walker, own, partner.client_id)


def given(walker):
    """Credentials are handed out: shown once, then never again."""
    page = walker.page
    page.click("form[data-issues] button")
    page.wait_for_selector("#issued[open]")
    look(walker)
    names = ("base_url", "token_url", "client_id", "client_secret")
    partner = Partner(*(page.input_value(f"#issued-{name}") for name in names))
    page.keyboard.press("Escape")
    assert page.is_visible("#issued-client_secret")
    assert partner.client_secret in page.get_attribute("[data-copies]", "data-copy")
    with page.expect_navigation():
        page.click("[data-issued-over]")
    page.wait_for_load_state("networkidle")
    text = page.content()
    assert partner.client_secret not in text
    assert SECRET not in text
    return partner


def published(walker, made):
    """A result goes out to the partner, from its page."""
    page = walker.go(f"/assessments/{made}/exchange/pact3")
    look(walker)
    page.check("[name=partners]")
    go_on(page, "form[data-api='POST /v1/pact/footprints'] button")
    assert re.search(r"/exchange/pact/footprints/[0-9a-f-]{36}$", page.url)
    assert page.is_checked("[name=partners]")
    page.uncheck("[name=partners]")
    with page.expect_navigation():
        page.click("form[data-api^=PUT] button")
    page.wait_for_load_state("networkidle")
    look(walker)
    assert not page.is_checked("[name=partners]")
    walker.go("/exchange/pact/footprints")
    look(walker)


def asked(walker, own, partner):
    """The partner is asked for something, and what is on its way is told."""
    page = walker.go(f"/exchange/pact/partners/{partner}")
    page.click("[data-open='#ask']")
    page.fill("#q-product", "urn:gtin:5\nurn:gtin:6")
    page.fill("#q-place", "DE, FR")
    look(walker)
    with page.expect_navigation():
        page.click("#ask form button:not([type=button])")
    page.wait_for_load_state("networkidle")
    look(walker)
    (one,) = own.platform.look(own.actor, questions.listed, Paging()).items
    assert one.criteria == {"productId": ["urn:gtin:5", "urn:gtin:6"], "geography": ["DE", "FR"]}
    kinds = page.locator("table[data-list=outbox] tbody tr").count()
    assert kinds == 4  # news, a footprint, a reason, a question
    walker.go("/exchange/pact")
    look(walker)
