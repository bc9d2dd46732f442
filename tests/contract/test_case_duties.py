"""Who may do what in a case and with a certificate: duties stay apart, and what was true when it was planned is asked again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from certification_samples import ALL, INIT, House, person
from platforms import Clock
from tanheng.accounts.model import OrganisationKind, Role
from tanheng.certification.model import Assurance, CommentState, Weight
from tanheng.certification.procedure import Machine, Party, steps_from
from tanheng.errors import AccessError, CertificationError
from tanheng.services.accounts import delegations, organisations, people, signing_in
from tanheng.services.certification import bodies, cases, certificates, interests, issuing, reviewing, teams, verifying
from tanheng.services.certification.interests import FORMER


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def house(platform, clock):
    return House(replace(platform, clock=clock))


def do(house, actor, what, *args, **more):
    return house.platform.do(actor, what, *args, **more)


def certify(house, case, actor=None):
    return issuing.certify(house.platform, actor or house.bo, case.id, expected=case.version)


def stated(house, case):
    told = {"assurance": Assurance.REASONABLE, "misstatement": 0.01, "text": "fair"}
    return do(house, house.ann, verifying.state, case.id, **told)


def decided_by(house, *deciders):
    """A case for the decision, which other people than usual may decide; nobody has signed it."""
    house.accredit()
    for one in deciders:
        do(house, house.head, bodies.attest, house.body.id, person=one.id, functions=[Party.DECIDER])
    made, assessment = house.assessed()
    given = {"study": made.id, "scheme": house.scheme.id, "body": house.body.id}
    case = do(house, house.engineer, cases.open_case, **given)
    case = house.take(house.engineer, case, "submit", assessment=assessment.id)
    case = house.take(house.head, case, "accept")
    team = {**house.team, **{one.id: [Party.DECIDER] for one in deciders}}
    case = do(house, house.head, teams.propose, case.id, expected=case.version, team=team)
    for one in (house.ann, house.bo, *deciders):
        do(house, one, teams.declare, case.id)
    case = do(house, house.head, teams.plan, case.id, expected=case.version, team=team)
    case = house.take(house.ann, case, "begin-review")
    case = house.take(house.ann, case, "end-review-without-site")
    verifying.recompute(house.platform, house.ann, case.id)
    stated(house, case)
    return house.take(house.ann, case, "end-verification")


# --- what was true when it was planned


def test_a_review_begins_with_a_team_that_may_do_it(house):
    """Whoever is proposed after the plan is looked at as who was planned."""
    case = house.take(house.head, house.submitted()[0], "accept")
    case = do(house, house.head, teams.propose, case.id, expected=case.version, team=house.team)
    for one in (house.ann, house.bo):
        do(house, one, teams.declare, case.id)
    case = do(house, house.head, teams.plan, case.id, expected=case.version, team=house.team)
    xu = person(house.platform, "xu", house.body, Role.CERTIFIER)
    team = {xu.id: [Party.REVIEWER, Party.INSPECTOR, Party.VERIFIER], house.bo.id: [Party.DECIDER]}
    changed = do(house, house.head, teams.propose, case.id, expected=case.version, team=team)
    with pytest.raises(CertificationError) as caught:
        house.take(xu, changed, "begin-review")
    assert {fault.code for fault in caught.value.faults} == {"TH-CER-021", "TH-CER-023"}
    back = do(house, house.head, teams.propose, case.id, expected=changed.version, team=house.team)
    with pytest.raises(CertificationError, match="TH-CER-023"):  # who was left out declares anew
        house.take(house.ann, back, "begin-review")
    do(house, house.ann, teams.declare, case.id)
    assert house.take(house.ann, back, "begin-review").state == "document-review"


def test_no_certificate_after_the_accreditation_ended(house):
    case = house.decided()
    (one,) = house.platform.look(INIT, bodies.accreditations, ALL, body=house.body.id).items
    do(house, house.official, bodies.end_accreditation, one.id, expected=one.version, reason="fraud")
    with pytest.raises(CertificationError, match="TH-CER-015"):
        certify(house, case)


def test_no_signature_and_no_certificate_by_people_whose_qualification_was_taken_back(house):
    case = house.decided()
    for one in house.platform.look(house.head, bodies.qualifications, house.body.id, ALL).items:
        do(house, house.head, bodies.end_qualification, one.id, expected=one.version)
    with pytest.raises(CertificationError, match="TH-CER-021"):
        do(house, house.bo, verifying.sign, case.id, expected=case.version)
    with pytest.raises(CertificationError, match="TH-CER-021"):
        certify(house, case)


def test_no_certificate_by_somebody_or_a_body_with_an_interest(house):
    case, other = house.decided(), house.decided()
    do(house, house.ann, interests.declare, house.body.id, towards=house.maker.id, person=house.ann.id)
    with pytest.raises(CertificationError, match="TH-CER-022"):  # the verifier, not whoever decides
        certify(house, case)
    do(house, house.head, interests.declare, house.body.id, towards=house.maker.id)
    with pytest.raises(CertificationError, match="TH-CER-016"):
        certify(house, other)


def test_who_is_hired_by_the_applicant_takes_no_step(house):
    case = house.decided()
    do(house, INIT, people.give, house.maker.id, house.bo.id, [Role.ENGINEER])
    assert house.platform.look(house.bo, cases.open_steps, case.id) == ()
    with pytest.raises(CertificationError, match="TH-CER-022"):
        certify(house, case)
    with pytest.raises(CertificationError, match="TH-CER-022"):
        house.take(house.bo, case, "refuse", reason="r")


# --- duties that stay apart


def test_the_verifier_signs_what_the_verifier_states(house):
    """Two who decide are not enough: the name of whoever verified stands under the statement."""
    cy = person(house.platform, "cy", house.body, Role.CERTIFIER)
    case = decided_by(house, cy)
    for one in (house.bo, cy):
        case = do(house, one, verifying.sign, case.id, expected=case.version)
    with pytest.raises(CertificationError, match="TH-CER-131"):
        certify(house, case)
    case = do(house, house.ann, verifying.sign, case.id, expected=case.version)
    assert certify(house, case).state == "valid"


def test_the_decision_maker_neither_computes_nor_settles_what_is_decided(house):
    case = house.verified()
    note = do(house, house.ann, reviewing.comment, case.id, text="the meter is broken", weight=Weight.MAJOR)
    with pytest.raises(CertificationError, match="TH-CER-002"):
        verifying.recompute(house.platform, house.bo, case.id)
    with pytest.raises(CertificationError, match="TH-CER-002"):
        house.platform.do(house.bo, verifying.start_recomputing, case.id)
    given = {"expected": note.version, "text": "never mind"}
    with pytest.raises(CertificationError, match="TH-CER-002"):
        do(house, house.bo, reviewing.reply, case.id, note.id, state=CommentState.CLOSED, **given)
    said = do(house, house.bo, reviewing.reply, case.id, note.id, state=CommentState.OPEN, **given)
    given = {"expected": said.version, "text": "it was mended"}
    assert do(house, house.ann, reviewing.reply, case.id, note.id, state=CommentState.CLOSED, **given).state == "closed"


# --- interests


def test_an_officer_with_a_role_at_the_applicant_does_not_accept(house):
    case, _ = house.submitted()
    do(house, INIT, people.give, house.maker.id, house.head.id, [Role.ENGINEER])
    for name in ("accept", "reject", "return"):
        with pytest.raises(CertificationError, match="TH-CER-022"):
            house.take(house.head, case, name, reason="r")
    assert house.take(house.ann, case, "accept").state == "accepted"


def test_who_left_the_applicant_counts_as_one_of_it_for_two_years(house, clock):
    do(house, INIT, people.give, house.maker.id, house.ann.id, [Role.ENGINEER])
    do(house, INIT, people.give, house.maker.id, house.ann.id, [])
    case = house.take(house.head, house.submitted()[0], "accept")
    case = do(house, house.head, teams.propose, case.id, expected=case.version, team=house.team)
    with pytest.raises(CertificationError, match="TH-CER-022"):
        do(house, house.ann, teams.declare, case.id)
    clock.move(days=FORMER.days + 1)
    do(house, house.ann, teams.declare, case.id)


def test_who_acts_for_the_applicant_by_delegation_certifies_nothing_of_it(house):
    """The applicant lends its engineer's role to the body: one of the body would apply and verify."""
    do(house, INIT, people.give, house.body.id, house.ann.id, [Role.CERTIFIER, Role.ENGINEER])
    lent = {"receiver": house.body.id, "roles": [Role.ENGINEER], "until": house.platform.clock() + timedelta(days=300)}
    made = do(house, house.engineer, delegations.give, house.maker.id, **lent)
    roles = frozenset({Role.CERTIFIER, Role.ENGINEER})
    own = {house.body.id: replace(house.ann.memberships[house.body.id], roles=roles)}
    ann = replace(house.ann, memberships=house.platform.look(INIT, signing_in._with_lent, own))
    house.accredit()
    study, assessment = house.assessed()
    case = do(house, ann, cases.open_case, study=study.id, scheme=house.scheme.id, body=house.body.id)
    case = house.take(ann, case, "submit", assessment=assessment.id)
    with pytest.raises(CertificationError, match="TH-CER-022"):
        house.take(house.head, case, "accept")
    do(house, house.engineer, delegations.revoke, made.id)
    assert house.take(house.head, case, "accept").state == "accepted"


# --- when people leave


def test_whoever_is_competent_today_watches_over_a_certificate(house):
    """It needs nobody of the team of then, and no team makes up for a competence that is gone."""
    one = house.certified()
    do(house, INIT, people.give, house.body.id, house.bo.id, [])
    cy = person(house.platform, "cy", house.body, Role.CERTIFIER)
    given = {"expected": one.version, "reason": "fraud"}
    with pytest.raises(CertificationError, match="TH-CER-002"):
        do(house, cy, certificates.take, one.number, "suspend", **given)
    attested = do(house, house.head, bodies.attest, house.body.id, person=cy.id, functions=[Party.DECIDER])
    one = do(house, cy, certificates.take, one.number, "suspend", **given)
    assert one.state == "suspended"
    do(house, house.head, bodies.end_qualification, attested.id, expected=attested.version)
    with pytest.raises(CertificationError, match="TH-CER-002"):
        do(house, cy, certificates.take, one.number, "withdraw", expected=one.version, reason="r")


def test_nobody_with_an_interest_in_the_holder_watches_over_its_certificate(house):
    one = house.certified()
    do(house, house.bo, interests.declare, house.body.id, towards=house.maker.id, person=house.bo.id)
    with pytest.raises(CertificationError, match="TH-CER-022"):
        do(house, house.bo, certificates.take, one.number, "suspend", expected=one.version, reason="r")


def test_the_regulator_that_let_the_body_certify_orders_what_the_body_does_not_do(house):
    one = house.certified()
    names = {"zh": "R2", "en": "R2"}
    two = do(house, INIT, organisations.create, kind=OrganisationKind.REGULATOR, names=names)
    other = person(house.platform, "other", two, Role.OWNER)
    for actor in (other, house.bo, house.engineer, replace(house.official, second_factor=False)):
        with pytest.raises(AccessError):
            do(house, actor, certificates.take, one.number, "order-suspension", expected=one.version, reason="fraud")
    with pytest.raises(CertificationError, match="TH-CER-017"):
        do(house, house.official, certificates.take, one.number, "order-suspension", expected=one.version)
    given = {"reason": "fraud"}
    one = do(house, house.official, certificates.take, one.number, "order-suspension", expected=one.version, **given)
    assert (one.state, one.deadline is not None) == ("suspended", True)
    with pytest.raises(CertificationError, match="TH-CER-160"):
        do(house, house.bo, certificates.take, one.number, "reinstate", expected=one.version, **given)
    one = do(house, house.official, certificates.take, one.number, "lift-suspension", expected=one.version, **given)
    assert (one.state, one.deadline) == ("valid", None)
    one = do(house, house.bo, certificates.take, one.number, "suspend", expected=one.version, **given)
    one = do(house, house.bo, certificates.take, one.number, "reinstate", expected=one.version, **given)
    one = do(house, house.official, certificates.take, one.number, "order-withdrawal", expected=one.version, **given)
    assert one.state == "withdrawn"


def test_a_case_whose_people_left_is_planned_anew(house):
    """The review begins again; nothing of what was stated and signed counts for the new team."""
    case = house.decided()
    do(house, INIT, people.give, house.body.id, house.ann.id, [])
    for state in ("document-review", "site-inspection", "verification", "decision"):
        assert {step.name for step in steps_from(Machine.CASE, state) if step.by is Party.OFFICER} == {"replan"}
    with pytest.raises(CertificationError, match="TH-CER-017"):
        house.take(house.head, case, "replan")
    case = house.take(house.head, case, "replan", reason="ann left")
    assert case.state == "planned"
    assert house.platform.look(house.bo, verifying.statement_of, case.id) is None
    house.ann = person(house.platform, "new", house.body, Role.CERTIFIER)
    given = {"person": house.ann.id, "functions": house.team[house.ann.id]}
    do(house, house.head, bodies.attest, house.body.id, **given)
    case = do(house, house.head, teams.propose, case.id, expected=case.version, team=house.team)
    do(house, house.ann, teams.declare, case.id)
    case = do(house, house.head, teams.plan, case.id, expected=case.version, team=house.team)
    case = house.take(house.ann, case, "begin-review")
    case = house.take(house.ann, case, "end-review-without-site")
    with pytest.raises(CertificationError, match="TH-CER-038"):
        house.take(house.ann, case, "end-verification")
    assert certify(house, house.signed(case)).state == "valid"
