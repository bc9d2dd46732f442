"""The pages of certification without a script: who sees what, in both languages, and what a case tells each side."""

from __future__ import annotations

import pytest

from certification_calls import PASSWORD
from certification_pages import at_pages
from pages import Guest, shown
from tanheng.certification.model import Weight
from tanheng.services.certification import cases, certificates, complaints, issuing, reviewing, teams

pytestmark = pytest.mark.platform


@pytest.fixture
def pages(sqlite_platform):
    with at_pages(sqlite_platform) as found:
        yield found


def test_strangers_are_sent_to_the_entrance(pages):
    for path in (
        "/cases",
        "/cases/new",
        "/cases/x",
        "/certificates/x",
        "/surveillance",
        "/bodies",
        "/classes",
        "/schemes",
    ):
        answer = pages.of("").get(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in?next=")


def test_a_case_is_there_for_both_sides_and_nobody_else(pages):
    case, _ = pages.house.submitted()
    for path in ("", "/dossier", "/review", "/decision"):
        at = f"/cases/{case.id}{path}"
        for name in ("engineer", "ann"):
            assert case.number in pages.see(name, at)
        pages.see("stranger", at, 404)
    assert case.number in pages.see("engineer", "/cases")
    assert case.number not in pages.see("stranger", "/cases")


def test_a_draft_is_not_shown_to_the_body(pages):
    house = pages.house
    house.accredit()
    study, _ = house.assessed()
    case = pages.platform.do(
        house.engineer, cases.open_case, study=study.id, scheme=house.scheme.id, body=house.body.id
    )
    assert "Hand in" in pages.see("engineer", f"/cases/{case.id}")
    pages.see("head", f"/cases/{case.id}", 404)


def test_what_an_application_would_lack_is_told_before_it_is_sent(pages):
    house = pages.house
    _, assessment = house.assessed()
    asked = f"/cases/new/check?assessment={assessment.id}&scheme={house.scheme.id}&body={house.body.id}"
    assert "is not accredited for the rule pack" in pages.see("engineer", asked)
    house.accredit()
    assert "Nothing is lacking" in pages.see("engineer", asked)
    assert "未发现缺项" in pages.see("engineer", asked, lang="zh")
    pages.see("stranger", asked, 404)
    assert "Choose assessment, scheme and body" in pages.see("engineer", "/cases/new/check")


def test_whose_turn_it_is_and_what_a_step_lacks(pages):
    house = pages.house
    case, _ = house.submitted()
    assert "Yours" in pages.see("head", "/cases?mine=1")
    assert case.number not in pages.see("engineer", "/cases?mine=1")
    assert "It waits for: Certification body" in pages.see("engineer", f"/cases/{case.id}")
    case = house.take(house.head, case, "accept")
    case = pages.platform.do(house.head, teams.propose, case.id, expected=case.version, team=house.team)
    told = pages.see("head", f"/cases/{case.id}")
    assert "ann has not declared to be impartial" in told
    assert house.ann.id not in told
    assert "Declaration of impartiality" in pages.see("ann", f"/cases/{case.id}")
    assert "公正性声明" in pages.see("ann", f"/cases/{case.id}", lang="zh")


def test_certifiers_without_a_second_factor_are_told_that_they_need_one(pages):
    case, _ = pages.house.submitted()
    told = "only in a session that was opened with a second factor"
    for name, path in (("head", f"/cases/{case.id}"), ("ann", "/cases")):
        with Guest(pages.url, pages.platform) as guest:
            answer = guest.post("/sign-in", data={"email": f"{name}@house.example", "password": PASSWORD})
            assert answer.status_code == 303
            assert told in shown(guest.see(path))
    assert told not in pages.see("ann", f"/cases/{case.id}")


def test_comments_stand_beside_their_fields(pages):
    house = pages.house
    case = house.verified()
    said = {"text": "Which meter?", "path": "lines[0].amount", "clause": "6.3.5", "weight": Weight.MAJOR}
    made = pages.platform.do(house.ann, reviewing.comment, case.id, **said)
    text = pages.of("engineer").see(f"/cases/{case.id}/review")
    assert "Which meter?" in text.partition('id="at-lines[0].amount"')[2].partition('id="at-lines[0].from"')[0]
    assert "Answer" in shown(text)
    assert "Reply or close" in pages.see("ann", f"/cases/{case.id}/review")
    assert "material by itself" in pages.see("ann", f"/cases/{case.id}/review")
    hidden = pages.see("engineer", f"/cases/{case.id}/review")
    assert "material by itself" not in hidden  # nobody chooses data by the sample
    assert "a major comment (lines[0].amount) is not closed" in pages.see("ann", f"/cases/{case.id}/decision")
    assert made.id not in pages.see("ann", f"/cases/{case.id}/decision")


def test_the_decision_tells_who_signed_and_what_separated_duties_ask(pages):
    house = pages.house
    case = house.decided()
    told = pages.see("bo", f"/cases/{case.id}/decision")
    assert "Issue the certificate" in told
    assert told.count("signed") >= 2
    assert "Issue the certificate" not in pages.see("ann", f"/cases/{case.id}/decision")
    made = issuing.certify(pages.platform, house.bo, case.id, expected=case.version)
    assert made.number in pages.see("bo", f"/cases/{case.id}/decision")


def test_a_certificate_offers_what_each_may_do(pages):
    made = pages.house.certified()
    at = f"/certificates/{made.number}"
    assert "Give it back" in pages.see("engineer", at)
    assert "Suspend" in pages.see("bo", at)
    assert "Ask for a correction" in pages.see("ann", at)
    assert "Order the suspension" in pages.see("official", at)
    told = pages.see("stranger", at)
    assert "Suspend" not in told
    assert "Give it back" not in told
    assert "有效期至" in pages.see("stranger", at, lang="zh")
    pages.see("stranger", "/certificates/CFP-0", 404)
    for name in ("engineer", "bo"):
        assert made.number in pages.see(name, "/certificates")
        assert made.number not in pages.see(name, "/certificates?state=expired")
    assert made.number not in pages.see("stranger", "/certificates")


def test_the_label_is_shown_while_the_certificate_holds(pages):
    house = pages.house
    made = house.certified()
    at = f"/certificates/{made.number}/label"
    text = pages.of("engineer").see(at)
    assert f"/v1/certificates/{made.number}/label" in text
    assert 'data-modules="' in text
    told = {"expected": made.version, "reason": "meter broken"}
    pages.platform.do(house.bo, certificates.take, made.number, "suspend", **told)
    assert "its label may not be used" in pages.see("engineer", at)
    calendar = pages.see("engineer", "/surveillance")
    assert "end of a suspension" in calendar
    assert made.number not in pages.see("stranger", "/surveillance")


def test_bodies_tell_their_people_to_members_only(pages):
    house = pages.house
    house.accredit()
    at = f"/bodies/{house.body.id}"
    assert "Attest a qualification" in pages.see("head", at)
    told = pages.see("ann", at)
    assert "People, qualification" in told
    assert "Attest a qualification" not in told
    assert "People, qualification" not in pages.see("engineer", at)
    assert "Accredit" in pages.see("official", at)
    pages.see("engineer", f"/bodies/{house.maker.id}", 404)


def test_complaints_are_answered_by_the_body_and_closed_by_its_regulator(pages):
    house = pages.house
    made = house.certified()
    said = {"body": house.body.id, "text": "Nobody came to the site.", "certificate": made.number}
    pages.platform.do(house.engineer, complaints.complain, **said)
    at = f"/bodies/{house.body.id}"
    assert "Nobody came to the site." in pages.see("official", "/complaints?state=open")
    assert "Nobody came to the site." not in pages.see("stranger", "/complaints")
    assert "Nobody came to the site." not in pages.see("official", "/complaints?state=upheld")
    assert "Uphold" in pages.see("official", at)
    told = pages.of("head").see(at)
    assert "/answer" in told
    assert house.engineer.id not in told


def test_schemes_tell_what_they_ask_for(pages):
    house = pages.house
    assert "Test label" in pages.see("engineer", "/schemes")
    told = pages.see("engineer", f"/schemes/{house.scheme.id}")
    assert "chosen by the reviewer" in told
    assert "Draw labels with it" not in told
    assert "Draw labels with it" in pages.see("official", f"/schemes/{house.scheme.id}")
    assert "认证方案" in pages.see("official", "/schemes", lang="zh")
