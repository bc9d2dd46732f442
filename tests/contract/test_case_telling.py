"""What pages ask of cases and certificates: whose turn it is, who is named, what is due, what a step would lack."""

from __future__ import annotations

from datetime import timedelta

import pytest

from certification_samples import ALL, House
from tanheng.certification.model import CommentState, Weight
from tanheng.certification.procedure import Party
from tanheng.errors import AccessError, StoreError
from tanheng.services.certification import (
    agenda,
    cases,
    certificates,
    correcting,
    files,
    naming,
    reviewing,
    showing,
    turns,
)
from tanheng.services.certification.agenda import Due


@pytest.fixture
def house(platform):
    return House(platform)


def codes(faults):
    return {fault.code for fault in faults}


def test_whose_turn_it_is(house):
    case, _ = house.submitted()
    look = house.platform.look
    found = {name: look(getattr(house, name), turns.of, [case])[case.id] for name in ("head", "ann", "engineer")}
    assert {one.by for one in found.values()} == {Party.OFFICER}
    assert [name for name, one in found.items() if one.mine] == ["head", "ann"]
    case = house.reviewed(case)
    assert look(house.ann, turns.of, [case])[case.id].mine
    assert not look(house.head, turns.of, [case])[case.id].mine


def test_what_an_application_would_lack(house):
    _, assessment = house.assessed()
    asked = {"scheme": house.scheme.id, "body": house.body.id, "assessment": assessment.id}
    look = house.platform.look
    assert codes(look(house.engineer, turns.would_lack, **asked)) == {"TH-CER-015"}
    house.accredit()
    assert look(house.engineer, turns.would_lack, **asked) == ()
    with pytest.raises(StoreError, match="TH-STO-001"):
        look(house.stranger, turns.would_lack, **asked)


def test_a_product_with_a_certificate_needs_no_second(house):
    made = house.certified()
    case = house.platform.look(house.engineer, cases.of_certificate, made.number)
    asked = {"scheme": house.scheme.id, "body": house.body.id, "assessment": case.assessment}
    look = house.platform.look
    assert "TH-CER-132" in codes(look(house.engineer, turns.would_lack, **asked))
    assert look(house.engineer, turns.would_lack, **asked, replaces=made.number) == ()


def test_steps_tell_what_they_would_lack_with_an_assessment(house):
    house.accredit()
    study, assessment = house.assessed()
    given = {"study": study.id, "scheme": house.scheme.id, "body": house.body.id}
    case = house.platform.do(house.engineer, cases.open_case, **given)
    look = house.platform.look
    lacking = {one.step.name: codes(one.lacking) for one in look(house.engineer, cases.open_steps, case.id)}
    assert lacking == {"submit": {"TH-CER-010"}, "abandon": set()}
    told = look(house.engineer, cases.open_steps, case.id, assessment=assessment.id)
    assert {one.step.name: codes(one.lacking) for one in told} == {"submit": set(), "abandon": set()}


def test_both_sides_read_who_had_a_part_in_a_case(house):
    case = house.decided()
    look = house.platform.look
    expected = {"engineer", "head", "ann", "bo"}
    for actor in (house.engineer, house.bo):
        assert set(look(actor, naming.people, case.id).values()) == expected
        told = look(actor, naming.organisations, [case])
        assert {names["en"] for names in told.values()} == {"Maker", "Body"}
    with pytest.raises(StoreError, match="TH-STO-001"):
        look(house.stranger, naming.people, case.id)


def test_threads_and_what_each_may_say(house):
    case = house.verified()
    do, look = house.platform.do, house.platform.look
    first = do(house.ann, reviewing.comment, case.id, text="why?", weight=Weight.MINOR)
    do(house.ann, reviewing.comment, case.id, text="and this?", weight=Weight.QUESTION)
    do(house.engineer, reviewing.answer, case.id, first.id, text="so", expected=first.version)
    told = look(house.engineer, reviewing.threads, case.id)
    assert [[reply.text for reply in said] for _, said in told] == [["why?", "so"], ["and this?"]]
    assert told[0][0].state is CommentState.ANSWERED
    rights = {name: look(getattr(house, name), reviewing.rights, case.id) for name in ("ann", "bo", "head", "engineer")}
    assert (rights["ann"].comment, rights["ann"].answer, rights["ann"].close) == (True, False, True)
    assert (rights["bo"].comment, rights["bo"].close) == (True, False)  # whoever decides closes none
    assert not rights["head"].comment
    assert (rights["engineer"].comment, rights["engineer"].answer) == (False, True)


def test_which_files_somebody_may_add(house):
    case, _ = house.submitted()
    look = house.platform.look
    assert look(house.engineer, files.addable, case.id) == ()
    case = house.take(house.head, case, "return", reason="the readings are missing")
    assert look(house.engineer, files.addable, case.id) == (files.SUPPLEMENT,)
    case = house.reviewed(house.take(house.engineer, case, "submit"))
    # the site was not inspected, so that there is no report to be amended
    assert set(look(house.ann, files.addable, case.id)) == {"review-record", "meeting-record"}
    assert look(house.bo, files.addable, case.id) == ("meeting-record",)


def test_steps_of_a_certificate_are_told_to_those_who_take_them(house):
    made = house.certified()
    look = house.platform.look

    def own(actor):
        return {step.name: codes(lacks) for step, lacks in look(actor, certificates.open_steps, made.number)}

    assert own(house.bo) == {"suspend": set(), "withdraw": set()}
    assert own(house.ann) == {"confirm": {"TH-CER-052"}}
    assert own(house.engineer) == {"cancel": set()}
    assert own(house.official) == {"order-suspension": set(), "order-withdrawal": set()}
    assert own(house.stranger) == {}
    assert [look(one, correcting.may_correct, made.number) for one in (house.ann, house.bo, house.head)] == [
        True,
        True,
        False,
    ]


def test_the_case_of_a_certificate_is_for_both_sides(house):
    made = house.certified()
    look = house.platform.look
    case = look(house.engineer, cases.of_certificate, made.number)
    assert look(house.stranger, certificates.of_case, case.id).number == made.number
    for number in (made.number, "CFP-0"):
        with pytest.raises(StoreError, match="TH-STO-001"):
            look(house.stranger, cases.of_certificate, number)


def test_certificates_of_organisations_are_those_they_hold_or_issued(house):
    made = house.certified()
    for own, expected in (([house.maker.id], 1), ([house.body.id], 1), ([house.other.id], 0), ([], 0)):
        found = house.platform.look(house.stranger, certificates.of_organisations, ALL, own)
        assert len(found.items) == expected
    asked = {"state": "expired"}
    assert not house.platform.look(house.stranger, certificates.of_organisations, ALL, [made.body], **asked).items


def test_the_studio_tells_whether_a_label_may_be_used(house):
    made = house.certified()
    look = house.platform.look
    told = look(house.engineer, showing.studio, made.number)
    assert (told.holds, told.is_own) == (True, False)
    assert told.modules >= 21
    house.platform.do(house.bo, certificates.take, made.number, "suspend", expected=made.version, reason="r")
    assert not look(house.engineer, showing.studio, made.number).holds


def test_what_is_due_is_told_to_those_whom_it_concerns(house):
    made = house.certified()
    today = house.platform.clock().date()
    far, look = today + timedelta(days=1000), house.platform.look

    def due(actor, organisation, until=far):
        return [(one.what, one.day) for one in look(actor, agenda.upcoming, [organisation], until)]

    expected = [(Due.SURVEILLANCE, made.surveillance), (Due.EXPIRY, made.valid_until)]
    assert due(house.engineer, house.maker.id) == expected
    assert due(house.ann, house.body.id) == expected
    assert due(house.engineer, house.maker.id, today) == []
    assert due(house.stranger, house.maker.id) == []  # only those of one's own count
    made = house.platform.do(house.bo, certificates.take, made.number, "suspend", expected=made.version, reason="r")
    assert (Due.SUSPENSION, made.deadline) in due(house.engineer, house.maker.id)


def test_days_of_cases_are_due_as_well(house):
    case, _ = house.submitted()
    case = house.take(house.head, case, "return", reason="the readings are missing")
    far = house.platform.clock().date() + timedelta(days=1000)
    (told,) = house.platform.look(house.engineer, agenda.upcoming, [house.maker.id], far)
    assert (told.what, told.day, told.thing, told.is_case) == (Due.DEADLINE, case.deadline, case.id, True)


def test_strangers_have_no_calendar(house):
    from tanheng.accounts import ANONYMOUS

    with pytest.raises(AccessError, match="TH-ACC-001"):
        house.platform.look(ANONYMOUS, agenda.upcoming, [], house.platform.clock().date())
