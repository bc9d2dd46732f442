"""Cases of certification, the same on both engines: both sides, one step after the other, and whatever is not allowed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from certification_samples import ALL, INIT, SCHEME, House, person
from tanheng.accounts import ANONYMOUS, Actor
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.model import OrganisationKind, Role
from tanheng.certification.procedure import Party
from tanheng.errors import AccessError, CertificationError, StoreError
from tanheng.services.accounts import organisations
from tanheng.services.audit import reading
from tanheng.services.certification import bodies, cases, complaints, interests, schemes, standing, teams
from tanheng.services.certification.cases import CaseKind


@pytest.fixture
def house(platform):
    return House(platform)


@pytest.fixture
def opened(house):
    """A case with everything that handing it in needs, and its assessment."""
    house.accredit()
    study, assessment = house.assessed()
    given = {"study": study.id, "scheme": house.scheme.id, "body": house.body.id}
    return house.platform.do(house.engineer, cases.open_case, **given), assessment


def take(house, actor, case, name, **more):
    return house.platform.do(actor, cases.take, case.id, name, expected=case.version, **more)


def codes(caught):
    return [fault.code for fault in caught.value.faults]


@pytest.fixture
def accepted(house, opened):
    case, assessment = opened
    case = take(house, house.engineer, case, "submit", assessment=assessment.id)
    return take(house, house.head, case, "accept")


def proposed(house, case, team=None):
    return house.platform.do(house.head, teams.propose, case.id, expected=case.version, team=team or house.team)


@pytest.fixture
def planned(house, accepted):
    case = proposed(house, accepted)
    for member in (house.ann, house.bo):
        case = house.platform.do(member, teams.declare, case.id)
    return house.platform.do(house.head, teams.plan, case.id, expected=case.version, team=house.team)


def test_a_case_goes_on_by_both_sides(house, planned):
    case = take(house, house.ann, planned, "begin-review")
    case = take(house, house.ann, case, "end-review-without-site")
    assert case.state == "verification"
    history = house.platform.look(house.engineer, cases.steps, case.id, ALL).items
    told = [(one.step, one.before, one.after, one.person) for one in reversed(history)]
    ann, head = house.ann.id, house.head.id
    assert told == [
        ("submit", "draft", "submitted", house.engineer.id),
        ("accept", "submitted", "accepted", head),
        ("plan", "accepted", "planned", head),
        ("begin-review", "planned", "document-review", ann),
        ("end-review-without-site", "document-review", "verification", ann),
    ]
    assert {one.assessment for one in history} == {case.assessment}
    end, correct, anew = house.platform.look(house.ann, cases.open_steps, case.id)
    assert (end.step.name, correct.step.name, anew.step.name) == ("end-verification", "request-correction", "replan")
    assert [fault.code for fault in end.lacking] == ["TH-CER-036", "TH-CER-038"]
    (own,) = house.platform.look(house.engineer, cases.open_steps, case.id)
    assert (own.step.name, own.lacking) == ("abandon", ())


def test_the_body_sees_a_case_once_it_is_submitted_and_others_never(house, opened):
    case, assessment = opened
    for actor in (house.head, house.stranger, house.official):
        with pytest.raises(StoreError, match="TH-STO-001"):
            house.platform.look(actor, cases.of, case.id)
    with pytest.raises(AccessError, match="TH-ACC-001"):
        house.platform.look(ANONYMOUS, cases.of, case.id)
    assert house.platform.look(house.head, cases.listed, ALL).items == ()
    case = take(house, house.engineer, case, "submit", assessment=assessment.id)
    assert house.platform.look(house.head, cases.of, case.id) == case
    assert house.platform.look(house.ann, cases.listed, ALL, state="submitted").items == (case,)
    for actor in (house.stranger, house.official):
        with pytest.raises(StoreError, match="TH-STO-001"):
            house.platform.look(actor, cases.of, case.id)
        assert house.platform.look(actor, cases.listed, ALL).items == ()


def test_what_is_lacking_is_told_and_nothing_is_written(house, opened):
    case, _ = opened
    with pytest.raises(CertificationError) as caught:
        take(house, house.engineer, case, "submit")
    assert codes(caught) == ["TH-CER-010"]
    assert house.platform.look(house.engineer, cases.of, case.id) == case
    assert house.platform.look(house.engineer, cases.steps, case.id, ALL).items == ()


def test_each_side_takes_its_own_steps(house, opened, accepted):
    case = house.platform.look(house.engineer, cases.of, accepted.id)
    with pytest.raises(AccessError, match="TH-ACC-002"):
        house.platform.do(house.engineer, teams.plan, case.id, expected=case.version, team=house.team)
    with pytest.raises(AccessError, match="TH-ACC-002"):
        take(house, house.head, case, "abandon")
    with pytest.raises(CertificationError, match="TH-CER-001"):
        take(house, house.head, case, "accept")
    with pytest.raises(CertificationError, match="TH-CER-070"):
        take(house, house.head, case, "plan")
    with pytest.raises(StoreError, match="TH-STO-002"):
        house.platform.do(house.engineer, cases.take, case.id, "abandon", expected=case.version - 1)
    assert take(house, house.engineer, case, "abandon").state == "abandoned"


def test_only_who_has_the_function_takes_the_step(house, planned):
    with pytest.raises(CertificationError, match="TH-CER-002"):
        take(house, house.bo, planned, "begin-review")
    with pytest.raises(CertificationError, match="TH-CER-002"):
        take(house, house.head, planned, "begin-review")
    once = Actor(ActorKind.PERSON, house.ann.id, memberships=house.ann.memberships)  # signed in without a second factor
    with pytest.raises(AccessError, match="TH-ACC-002"):
        take(house, once, planned, "begin-review")


def test_a_team_is_complete_qualified_impartial_and_apart(house, accepted):
    def planning(team):
        with pytest.raises(CertificationError) as caught:
            house.platform.do(house.head, teams.plan, accepted.id, expected=accepted.version, team=team)
        return codes(caught)

    everything = [Party.REVIEWER, Party.INSPECTOR, Party.VERIFIER, Party.DECIDER]
    assert planning({house.head.id: everything}) == ["TH-CER-021"] * 4 + ["TH-CER-023", "TH-CER-024"]
    assert planning({house.bo.id: [Party.DECIDER]}) == ["TH-CER-020"] * 3 + ["TH-CER-023"]
    assert planning({house.engineer.id: [Party.DECIDER]}) == ["TH-CER-066"]
    assert planning({house.bo.id: [Party.OFFICER]}) == ["TH-CER-067"]
    assert house.platform.look(house.head, standing.team_of, accepted.id) == ()


def test_whoever_has_an_interest_does_not_declare_to_be_impartial(house, accepted):
    house.platform.do(house.ann, interests.declare, house.body.id, towards=house.maker.id, person=house.ann.id)
    case = proposed(house, accepted)
    with pytest.raises(CertificationError, match="TH-CER-022"):
        house.platform.do(house.ann, teams.declare, case.id)
    case = house.platform.do(house.bo, teams.declare, case.id)
    with pytest.raises(CertificationError) as caught:
        house.platform.do(house.head, teams.plan, case.id, expected=case.version, team=house.team)
    assert codes(caught) == ["TH-CER-022"]
    with pytest.raises(CertificationError, match="TH-CER-002"):
        house.platform.do(house.head, teams.declare, case.id)


def test_a_body_that_is_not_accredited_or_has_an_interest_accepts_nothing(house):
    study, assessment = house.assessed()
    given = {"study": study.id, "scheme": house.scheme.id, "body": house.body.id}
    case = house.platform.do(house.engineer, cases.open_case, **given)
    case = take(house, house.engineer, case, "submit", assessment=assessment.id)
    with pytest.raises(CertificationError) as caught:
        take(house, house.head, case, "accept")
    assert codes(caught) == ["TH-CER-015"]
    made = house.accredit(rule_packs=["cn-cement@1"])
    with pytest.raises(CertificationError) as caught:
        take(house, house.head, case, "accept")
    assert codes(caught) == ["TH-CER-015"]
    house.platform.do(house.official, bodies.end_accreditation, made.id, expected=made.version, reason="wrong scope")
    house.accredit()
    house.platform.do(house.head, interests.declare, house.body.id, towards=house.maker.id)
    with pytest.raises(CertificationError) as caught:
        take(house, house.head, case, "accept")
    assert codes(caught) == ["TH-CER-016"]


def test_deadlines_lapse_by_the_clock_alone(house, opened):
    case, assessment = opened
    case = take(house, house.engineer, case, "submit", assessment=assessment.id)
    case = take(house, house.head, case, "return", reason="a page is missing")
    assert case.deadline == house.platform.today() + timedelta(days=30)
    with pytest.raises(CertificationError) as caught:
        take(house, INIT, case, "lapse")
    assert codes(caught) == ["TH-CER-018"]
    later = replace(house.platform, clock=lambda: house.platform.clock() + timedelta(days=31))
    with pytest.raises(CertificationError, match="TH-CER-002"):
        later.do(house.head, cases.take, case.id, "lapse", expected=case.version)
    assert later.do(INIT, cases.take, case.id, "lapse", expected=case.version).state == "refused"


def test_an_assessment_of_another_study_is_refused(house, opened):
    case, _ = opened
    _, other = house.assessed()
    with pytest.raises(CertificationError, match="TH-CER-071"):
        take(house, house.engineer, case, "submit", assessment=other.id)


def test_what_an_application_needs(house):
    study, _ = house.assessed()

    given = {"study": study.id, "scheme": house.scheme.id, "body": house.body.id}

    def opening(**more):
        return house.platform.do(house.engineer, cases.open_case, **given | more)

    for more, code in (
        ({"body": house.other.id}, "TH-CER-062"),
        ({"kind": CaseKind.RENEWAL}, "TH-CER-069"),
        ({"replaces": "X-1"}, "TH-CER-069"),
        ({"kind": CaseKind.CHANGE, "replaces": "X-1"}, "TH-CER-072"),
    ):
        with pytest.raises(CertificationError, match=code):
            opening(**more)
    with pytest.raises(StoreError, match="TH-STO-001"):
        house.platform.do(house.stranger, cases.open_case, **given)
    first, second = opening(), opening()
    assert first.number[:5] == f"{house.platform.today().year}-"
    assert int(second.number[5:]) == int(first.number[5:]) + 1
    gone = house.platform.do(house.official, schemes.withdraw, house.scheme.id, expected=house.scheme.version)
    assert gone.withdrawn
    with pytest.raises(CertificationError, match="TH-CER-068"):
        opening()


def test_schemes_are_published_once_by_regulators(house):
    platform = house.platform
    again = platform.do(house.official, schemes.publish, SCHEME.encode(), organisation=house.regulator.id)
    assert again == house.scheme
    changed = SCHEME.replace("chosen", "required").encode()
    with pytest.raises(CertificationError, match="TH-CER-060"):
        platform.do(house.official, schemes.publish, changed, organisation=house.regulator.id)
    newer = SCHEME.replace("1.0.0", "1.1.0").encode()
    platform.do(house.official, schemes.publish, newer, organisation=house.regulator.id)
    assert [one.release for one in platform.look(ANONYMOUS, schemes.listed, ALL, scheme="test-label").items] == [
        "1.1.0",
        "1.0.0",
    ]
    with pytest.raises(AccessError):
        platform.do(house.head, schemes.publish, newer, organisation=house.body.id)
    platform.do(INIT, schemes.furnish)
    platform.do(INIT, schemes.furnish)
    shipped = platform.look(ANONYMOUS, schemes.listed, ALL, scheme="cn-cfp-label").items
    assert [one.organisation for one in shipped] == [""]
    taken = SCHEME.replace("test-label", "cn-cfp-label").encode()
    with pytest.raises(CertificationError, match="TH-CER-061"):
        platform.do(house.official, schemes.publish, taken, organisation=house.regulator.id)


def test_what_bodies_attest_is_theirs(house):
    platform = house.platform
    house.accredit()
    told = platform.look(house.bo, bodies.qualifications, house.body.id, ALL).items
    assert {one.person for one in told} == {house.ann.id, house.bo.id}
    for actor in (house.stranger, house.engineer, house.official):
        with pytest.raises(StoreError, match="TH-STO-001"):
            platform.look(actor, bodies.qualifications, house.body.id, ALL)
    with pytest.raises(AccessError):
        platform.do(house.ann, bodies.attest, house.body.id, person=house.ann.id, functions=[Party.DECIDER])
    ended = platform.do(house.head, bodies.end_qualification, told[0].id, expected=told[0].version)
    assert ended.ended_at is not None
    with pytest.raises(CertificationError, match="TH-CER-065"):
        platform.do(house.head, bodies.end_qualification, ended.id, expected=ended.version)
    assert platform.look(ANONYMOUS, bodies.accreditations, ALL, body=house.body.id).items
    with pytest.raises(AccessError):
        platform.do(house.head, bodies.accredit, house.body.id, regulator=house.regulator.id, scheme="test-label")


def test_only_the_regulator_that_keeps_a_scheme_accredits_for_it(house):
    platform = house.platform
    two = platform.do(
        INIT, organisations.create, kind=OrganisationKind.REGULATOR, names={"zh": "另一家", "en": "Second"}
    )
    other = person(platform, "official2", two, Role.OWNER)
    with pytest.raises(CertificationError, match="TH-CER-150"):
        platform.do(other, bodies.accredit, house.body.id, regulator=two.id, scheme="test-label")
    own = platform.do(house.official, bodies.accredit, house.body.id, regulator=house.regulator.id, scheme="test-label")
    assert own.granted_by == house.regulator.id
    platform.do(INIT, schemes.furnish)
    shipped = platform.do(other, bodies.accredit, house.body.id, regulator=two.id, scheme="cn-cfp-label")
    assert shipped.granted_by == two.id, "what ships is nobody's"


def test_a_body_does_not_learn_who_complained(house):
    made = house.platform.do(house.stranger, complaints.complain, body=house.body.id, text="they sell certificates")
    assert house.platform.look(house.head, complaints.of, made.id).author == ""
    told = house.platform.look(house.head, reading.listed, ALL).items
    assert told
    assert house.stranger.id not in repr(told)
