"""Certification by four people, from the application to the label, wholly through the pages; and how they look in Chinese."""

from __future__ import annotations

import pytest

from browsing import PHONE
from casting import Cast, hands, press
from certification_samples import House
from serving import served
from tanheng.web.app import create_app


@pytest.fixture
def cast(sqlite_platform, walk):
    with served(create_app(sqlite_platform)) as url, hands(sqlite_platform):
        yield Cast(House(sqlite_platform), url, walk)


def unfold(walker, summary):
    walker.page.locator("main summary", has_text=summary).first.click()


def attest(walker, person, *functions):
    unfold(walker, "Attest a qualification")
    form = walker.page.locator("form[data-api$='/qualifications']")
    form.locator("[name=person]").select_option(label=person)
    for function in functions:
        form.get_by_label(function, exact=True).check()
    press(walker, "Attest a qualification", "form[data-api$='/qualifications']")


def prepared(cast):
    """The regulator lets the body certify, and the body attests what its people may do."""
    official, head, house = cast("official"), cast("head"), cast.house
    official.go(f"/bodies/{house.body.id}")
    unfold(official, "Accredit")
    official.page.select_option("#grant-scheme", "test-label")
    press(official, "Accredit")
    head.go(f"/bodies/{house.body.id}")
    attest(head, "ann", "Reviewer", "Verifier")
    attest(head, "head", "Inspector")
    attest(head, "bo", "Decision maker")
    assert "all rule packs" in head.page.inner_text("section[aria-labelledby=people]")
    head.check()


def applied(cast):
    """The applicant's draft, told before what it lacks, and handed in; gives the address of the case."""
    engineer, house = cast("engineer"), cast.house
    _, assessment = house.assessed()
    page = engineer.go(f"/cases/new?assessment={assessment.id}")
    page.locator("#check .note.good").wait_for()
    engineer.check()
    press(engineer, "Open the draft")
    press(engineer, "Hand in")
    assert "It waits for: Certification body" in page.inner_text("main")
    engineer.check()
    return page.url.removeprefix(cast.url).partition("?")[0]


def planned(cast, at):
    """Accepted, a team proposed, everybody declared, and planned."""
    head = cast("head")
    head.go("/cases?mine=1")
    head.check()
    head.page.locator("tbody a").first.click()
    head.page.wait_for_url(f"**{at}")
    press(head, "Accept")
    for person, function in (("ann", "Reviewer"), ("ann", "Verifier"), ("head", "Inspector"), ("bo", "Decision maker")):
        head.page.get_by_label(f"{person}: {function}").check()
    press(head, "Propose this team")
    assert head.page.get_by_role("button", name="Plan", exact=True).is_disabled()  # nobody declared yet
    assert "ann has not declared to be impartial" in head.page.inner_text("main")
    for name in ("ann", "bo"):
        cast(name).go(at)
        press(cast(name), "I am impartial")
    head.go(at)
    press(head, "I am impartial")
    head.page.fill("[name=visit]", cast.house.platform.clock().date().isoformat())
    press(head, "Plan")
    head.check()


def reviewed(cast, at):
    """A comment beside a field, answered and closed; the site is inspected and reported."""
    ann, engineer, head = cast("ann"), cast("engineer"), cast("head")
    ann.go(at)
    press(ann, "Begin the review")
    page = ann.go(f"{at}/review")
    page.locator("[data-comment='lines[0].amount']").click()
    page.select_option("#comment-weight", "major")
    page.fill("#comment-clause", "6.3.5")
    page.fill("#comment-text", "Which meter was it?")
    press(ann, "Comment", "dialog")
    ann.check()
    ann.go(at)
    press(ann, "Ask for corrections")
    page = engineer.go(f"{at}/review")
    assert "Which meter was it?" in page.inner_text("[id='at-lines[0].amount']")
    unfold(engineer, "Answer")
    page.fill("[id^=answer-]", "The one at the furnace.")
    press(engineer, "Answer", ".thread form")
    engineer.check()
    engineer.go(at)
    press(engineer, "Hand the corrections in")
    page = ann.go(f"{at}/review")
    unfold(ann, "Reply or close")
    page.fill("[id^=reply-]", "Settled.")
    press(ann, "Close it", ".thread form")
    ann.go(at)
    press(ann, "End the review")
    page = head.go(f"{at}/dossier")
    page.select_option("#kind", "inspection-report")
    page.set_input_files("#file", {"name": "visit.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 visit"})
    press(head, "Add a file")
    assert "visit.pdf" in page.inner_text("main")
    head.check()
    head.go(at)
    press(head, "End the inspection")


def decided(cast, at):
    """Computed again, stated, signed by two, and decided by one who has not worked on it; gives the number."""
    ann, bo = cast("ann"), cast("bo")
    page = ann.go(f"{at}/review")
    page.get_by_role("button", name="Compute it again").click()
    page.locator(".badge.good", has_text="same").wait_for(timeout=60_000)
    page.wait_for_load_state("networkidle")
    ann.check()
    page = ann.go(f"{at}/decision")
    recorded = float(page.get_attribute("[data-recorded]", "data-recorded"))
    page.fill("[data-recorded]", str(recorded * 1.2))
    assert "Above the materiality" in page.inner_text("form[data-statement]")
    page.fill("[data-recorded]", str(recorded * 1.01))
    assert "Within the materiality" in page.inner_text("form[data-statement]")
    page.fill("#field-text", "Fair in all that is material.")
    press(ann, "State it")
    assert "1.0" in page.inner_text("section[aria-labelledby=statement]")
    ann.check()
    press(ann, "End the verification")
    press(ann, "Sign the statement")
    page = bo.go(f"{at}/decision")
    assert page.get_by_role("button", name="Issue the certificate").is_disabled()  # one signature is not enough
    press(bo, "Sign the statement")
    bo.check()
    page.get_by_role("button", name="Issue the certificate").click()
    with page.expect_navigation(url="**/certificates/*"):
        page.get_by_role("button", name="Go on").click()
    page.wait_for_load_state("networkidle")
    bo.check()
    return page.url.rpartition("/")[2]


def test_four_people_certify_and_the_label_is_there(cast):
    prepared(cast)
    at = applied(cast)
    planned(cast, at)
    reviewed(cast, at)
    number = decided(cast, at)
    engineer = cast("engineer")
    page = engineer.go(f"/certificates/{number}/label")
    assert page.evaluate("document.querySelector('.preview img').naturalWidth") > 0
    assert f"/c/{number}" in page.input_value("#snippet")
    page.evaluate(
        "document.getElementById('width').value = 30; document.getElementById('width').dispatchEvent(new Event('input'))"
    )
    assert "too small" in page.inner_text("[data-verdict]")
    engineer.check()
    for who, path in (
        ("engineer", "/cases"),
        ("engineer", at),
        ("ann", f"{at}/review"),
        ("bo", f"{at}/decision"),
        ("engineer", f"/certificates/{number}"),
        ("engineer", f"/certificates/{number}/label"),
        ("engineer", "/surveillance"),
        ("ann", f"/bodies/{cast.house.body.id}"),
    ):
        walker = cast(who, "zh", PHONE)
        walker.go(path)
        walker.check()
