"""The table of steps, as a graph; and every condition of a step, met and not met."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tanheng import texts
from tanheng.certification.model import (
    Assurance,
    Case,
    Certificate,
    Comment,
    CommentState,
    Member,
    Qualification,
    Scheme,
    SiteInspection,
    Statement,
    Weight,
)
from tanheng.certification.needs import lacking, require, series, words
from tanheng.certification.procedure import BEFORE, Machine, Party, states, step_of, steps_from, table
from tanheng.errors import CertificationError

DAY = date(2026, 6, 1)
SCHEME = Scheme(
    id="label",
    version="1",
    names={"en": "Label", "zh": "标识"},
    rule_packs=("cn-cement@1",),
    boundaries=("cradle-to-gate",),
    evidence=("meter-readings",),
)
ALL = frozenset({Party.REVIEWER, Party.INSPECTOR, Party.VERIFIER})


def member(person, *functions, **more):
    own = frozenset(functions)
    made = Member(person=person, functions=own, qualifications=(Qualification(own),), declared=True)
    return replace(made, **more)


CASE = Case(
    scheme=SCHEME,
    applicant="maker",
    body="body",
    today=DAY,
    rule_pack="cn-cement@1.2.0",
    boundary="cradle-to-gate",
    digest="sha256:1",
    recomputed="sha256:1",
    evidence=frozenset({"meter-readings"}),
    team=(member("ann", *ALL), member("bo", Party.DECIDER)),
    comments=(
        Comment("1", "lines[0].amount", Weight.MAJOR, CommentState.CLOSED),
        Comment("2", "lines[1].amount", Weight.MINOR, CommentState.OPEN),
    ),
    has_inspection_report=True,
    statement=Statement(Assurance.LIMITED, 0.05),
    signed=frozenset({"ann", "bo"}),
    deadline=date(2026, 5, 31),
    reason="because",
)
OVER = date(2026, 5, 31)
CERTIFICATE = Certificate(
    today=DAY,
    valid_until=OVER,
    deadline=date(2026, 5, 31),
    successor="T-2",
    has_surveillance_report=True,
    reason="because",
)


# --- the table


@pytest.mark.parametrize("machine", Machine)
def test_every_state_is_reached_and_leads_to_an_end(machine):
    first = states(machine)[0]
    reached, ends = {first}, set()
    while True:
        more = {step.target(first) for state in reached for step in steps_from(machine, state)}
        more |= {step.state for step in table() if step.machine is machine and step.to == BEFORE}
        if more <= reached:
            break
        reached |= more
    assert reached == set(states(machine))
    ends = {state for state in reached if not steps_from(machine, state)}
    leading = set(ends)
    while more := {s.state for s in table() if s.machine is machine and s.target("") in leading} - leading:
        leading |= more
    assert leading == reached
    expected = {
        Machine.CASE: {"certified", "refused", "abandoned"},
        Machine.CERTIFICATE: {"withdrawn", "cancelled", "expired", "replaced"},
    }
    assert ends == expected[machine]


def test_steps_are_told_apart_and_every_word_has_its_function():
    keys = [(step.machine, step.state, step.name) for step in table()]
    assert len(keys) == len({*keys})
    for machine in Machine:
        assert {name for step in table() if step.machine is machine for name in step.needs} == words(machine)
    assert all(step.texts["en"] and step.texts["zh"] for step in table())


def test_nobody_but_the_decider_ends_well_and_the_applicant_never_goes_on_alone():
    well = [step for step in table() if step.to == "certified"]
    assert [(step.state, step.by) for step in well] == [("decision", Party.DECIDER)]
    own = {step.to for step in table() if step.by is Party.APPLICANT}
    assert own == {"submitted", "abandoned", BEFORE}
    assert {step.to for step in table() if step.by is Party.CLOCK} == {"refused", "expired", "withdrawn"}


@pytest.mark.parametrize("machine", Machine)
def test_what_does_not_lead_on_is_refused_with_what_does(machine):
    names = {step.name for step in table()}
    for state in states(machine):
        allowed = [step.name for step in steps_from(machine, state)]
        for name in names - {*allowed}:
            with pytest.raises(CertificationError, match="TH-CER-001") as caught:
                step_of(machine, state, name)
            assert caught.value.faults[0].params["allowed"] == (", ".join(allowed) or "–")


def test_a_correction_leads_back_to_where_it_was_asked_for():
    answer = step_of(Machine.CASE, "correction", "answer")
    assert answer.target("site-inspection") == "site-inspection"
    assert step_of(Machine.CASE, "submitted", "accept").target("x") == "accepted"


# --- conditions


def codes(step, thing):
    return [fault.code for fault in lacking(step, thing)]


@pytest.mark.parametrize(
    "step", [step for step in table() if step.machine is Machine.CASE], ids=lambda s: f"{s.state}-{s.name}"
)
def test_a_case_that_has_everything_may_go_on(step):
    whole = CASE
    if step.name == "answer":
        whole = replace(CASE, comments=CASE.comments[:1])
    if step.name == "end-review-without-site":
        whole = replace(CASE, scheme=replace(SCHEME, site=SiteInspection.CHOSEN))
    require(step, whole)


def fitting(step):
    """A certificate that has everything: some steps are for the time of its validity, others for the time behind."""
    changed = {"valid_until": DAY} if "within-validity" in step.needs else {}
    return replace(CERTIFICATE, is_ordered="ordered" in step.needs, **changed)


@pytest.mark.parametrize(
    "step", [s for s in table() if s.machine is Machine.CERTIFICATE], ids=lambda s: f"{s.state}-{s.name}"
)
def test_a_certificate_that_has_everything_may_go_on(step):
    require(step, fitting(step))


@pytest.mark.parametrize(
    ("state", "name", "changed", "code"),
    [
        ("draft", "submit", {"digest": ""}, "TH-CER-010"),
        ("draft", "submit", {"findings": 2}, "TH-CER-011"),
        ("decision", "certify", {"superseded": True}, "TH-CER-130"),
        ("decision", "certify", {"boundary": "cradle-to-grave"}, "TH-CER-013"),
        ("decision", "certify", {"scope": None}, "TH-CER-015"),
        ("decision", "certify", {"others": ("T-1",)}, "TH-CER-132"),
        ("decision", "sign", {"scope": None}, "TH-CER-015"),
        ("verification", "end-verification", {"scope": None}, "TH-CER-015"),
        ("planned", "begin-review", {"team": (CASE.team[0],)}, "TH-CER-020"),
        ("planned", "begin-review", {"team": (member("ann", *ALL, declared=False), CASE.team[1])}, "TH-CER-023"),
        ("draft", "submit", {"rule_pack": "cn-cement@2.0.0"}, "TH-CER-012"),
        ("returned", "submit", {"boundary": "cradle-to-grave"}, "TH-CER-013"),
        ("draft", "submit", {"evidence": frozenset()}, "TH-CER-014"),
        ("submitted", "accept", {"scope": frozenset({"cn-steel@1"})}, "TH-CER-015"),
        ("submitted", "accept", {"scope": None}, "TH-CER-015"),
        ("submitted", "accept", {"body": "maker"}, "TH-CER-016"),
        ("submitted", "accept", {"ties": frozenset({"maker"})}, "TH-CER-016"),
        ("submitted", "reject", {"reason": " "}, "TH-CER-017"),
        ("correction", "lapse", {"deadline": DAY}, "TH-CER-018"),
        ("correction", "lapse", {"deadline": None}, "TH-CER-018"),
        ("accepted", "plan", {"team": (member("ann", *ALL),)}, "TH-CER-020"),
        ("planned", "plan", {"team": (member("ann", *ALL, ties=frozenset({"maker"})), CASE.team[1])}, "TH-CER-022"),
        ("accepted", "plan", {"team": (member("ann", *ALL, declared=False), CASE.team[1])}, "TH-CER-023"),
        ("accepted", "plan", {"team": (member("ann", *ALL, Party.DECIDER),)}, "TH-CER-024"),
        (
            "document-review",
            "end-review",
            {"comments": (Comment("1", "x", Weight.MAJOR, CommentState.ANSWERED),)},
            "TH-CER-030",
        ),
        ("verification", "request-correction", {"comments": CASE.comments[:1]}, "TH-CER-031"),
        ("correction", "answer", {}, "TH-CER-032"),
        ("document-review", "end-review", {"scheme": replace(SCHEME, site=SiteInspection.NONE)}, "TH-CER-033"),
        ("document-review", "end-review-without-site", {}, "TH-CER-034"),
        ("site-inspection", "end-inspection", {"has_inspection_report": False}, "TH-CER-035"),
        ("verification", "end-verification", {"recomputed": ""}, "TH-CER-036"),
        ("decision", "certify", {"recomputed": "sha256:2"}, "TH-CER-037"),
        ("verification", "end-verification", {"statement": None}, "TH-CER-038"),
        (
            "verification",
            "end-verification",
            {"scheme": replace(SCHEME, assurance=(Assurance.REASONABLE,))},
            "TH-CER-039",
        ),
        ("decision", "certify", {"statement": Statement(Assurance.LIMITED, 0.0501)}, "TH-CER-040"),
        ("decision", "certify", {"statement": Statement(Assurance.LIMITED, float("nan"))}, "TH-CER-040"),
    ],
)
def test_what_a_case_lacks_is_told(state, name, changed, code):
    assert codes(step_of(Machine.CASE, state, name), replace(CASE, **changed)) == [code]


@pytest.mark.parametrize(
    ("signed", "lacking"),
    [
        ({"ann", "bo"}, []),
        ({"ann", "cy"}, ["TH-CER-042"]),
        ({"bo", "di"}, ["TH-CER-131"]),
        ({"bo"}, ["TH-CER-041", "TH-CER-131"]),
        ({"bo", "somebody"}, ["TH-CER-041", "TH-CER-131"]),
    ],
)
def test_a_verifier_and_a_decider_sign_a_certificate(signed, lacking):
    team = (*CASE.team, member("cy", Party.VERIFIER), member("di", Party.DECIDER))
    certify = step_of(Machine.CASE, "decision", "certify")
    assert codes(certify, replace(CASE, team=team, signed=frozenset(signed))) == lacking


@pytest.mark.parametrize(
    ("qualification", "is_enough"),
    [
        (Qualification(ALL), True),
        (Qualification(ALL, frozenset({"cn-cement@1"}), DAY), True),
        (Qualification(ALL, until=date(2026, 5, 31)), False),
        (Qualification(ALL, frozenset({"cn-steel@1"})), False),
        (Qualification(frozenset({Party.REVIEWER})), False),
    ],
)
def test_people_are_qualified_for_function_and_rule_pack_on_the_day(qualification, is_enough):
    team = (member("ann", *ALL, qualifications=(qualification,)), CASE.team[1])
    found = codes(step_of(Machine.CASE, "accepted", "plan"), replace(CASE, team=team))
    assert ({*found} == set()) == is_enough
    assert {*found} <= {"TH-CER-021"}


@pytest.mark.parametrize(
    ("state", "name", "changed", "code"),
    [
        ("valid", "withdraw", {"reason": ""}, "TH-CER-017"),
        ("suspended", "lapse", {"deadline": DAY}, "TH-CER-018"),
        ("valid", "expire", {"valid_until": DAY}, "TH-CER-050"),
        ("valid", "suspend", {"valid_until": OVER}, "TH-CER-133"),
        ("valid", "confirm", {"valid_until": OVER}, "TH-CER-133"),
        ("suspended", "reinstate", {"valid_until": OVER}, "TH-CER-133"),
        ("suspended", "replace", {"successor": ""}, "TH-CER-051"),
        ("suspended", "replace", {"is_ordered": True}, "TH-CER-160"),
        ("suspended", "reinstate", {"is_ordered": True}, "TH-CER-160"),
        ("suspended", "lift-suspension", {"is_ordered": False}, "TH-CER-161"),
        ("valid", "confirm", {"valid_until": DAY, "has_surveillance_report": False}, "TH-CER-052"),
    ],
)
def test_what_a_certificate_lacks_is_told(state, name, changed, code):
    step = step_of(Machine.CERTIFICATE, state, name)
    assert codes(step, replace(fitting(step), **changed)) == [code]


def test_everything_is_told_at_once_in_both_languages():
    bare = Case(scheme=SCHEME, applicant="maker", body="body", today=DAY)
    with pytest.raises(CertificationError) as caught:
        require(step_of(Machine.CASE, "draft", "submit"), bare)
    assert [fault.code for fault in caught.value.faults] == ["TH-CER-010", "TH-CER-014"]
    for fault in caught.value.faults:
        for lang in texts.LANGUAGES:
            assert fault.message(lang)
            assert "{" not in fault.message(lang) + fault.hint(lang)


def test_the_series_of_a_rule_pack():
    assert [series(one) for one in ("cn-cement@1.2.0", "cn-cement@1", "x")] == ["cn-cement@1", "cn-cement@1", "x@"]
