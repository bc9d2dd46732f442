"""Every step of both machines from every state by everybody: those that are allowed, and each way of refusing the others.

The cases lack nothing; what a step does is taken back, so that each begins from the same rows. States are set directly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, update

from certification_samples import INIT, SCHEME, House, person
from platforms import Clock, fresh_platform
from tanheng.accounts import ANONYMOUS
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.model import Role
from tanheng.certification.model import Assurance, Weight
from tanheng.certification.needs import words
from tanheng.certification.procedure import Machine, Party, states, steps_from, table
from tanheng.errors import TanhengError
from tanheng.services.certification import (
    bodies,
    cases,
    certificates,
    files,
    issuing,
    reviewing,
    schemes,
    teams,
    verifying,
)
from tanheng.storage.platform import Platform
from tanheng.storage.sql.tables import certification as rows
from tanheng.storage.sql.types import new_id
from tanheng.storage.sql.work import Work

NAMES = {machine: tuple(dict.fromkeys(one.name for one in table() if one.machine is machine)) for machine in Machine}
BEFORE = "verification"
"""What corrections lead back to here."""
BODY_PARTIES = {
    Party.OFFICER,
    Party.REVIEWER,
    Party.INSPECTOR,
    Party.VERIFIER,
    Party.SIGNATORY,
    Party.DECIDER,
    Party.CLOCK,
}


@dataclass(frozen=True, slots=True)
class Rehearsal(Platform):
    """An installation that keeps nothing: what a use case did is taken back, and its result is given."""

    prepared: Callable[[Work], None] = lambda _: None

    def do(self, actor, use_case, /, *args, **kwargs):
        with self.connection() as connection, connection.begin() as transaction:
            work = Work(self, connection, actor, self.clock())
            self.prepared(work)
            result = use_case(work, *args, **kwargs)
            work.finish()
            transaction.rollback()
        return result


def rehearsal(platform, prepared=lambda _: None):
    return Rehearsal(**{field.name: getattr(platform, field.name) for field in fields(Platform)}, prepared=prepared)


class World:
    """A house with everybody, and cases: ``bare`` under verification, ``whole`` lacking no more than signatures, ``signed``."""

    def __init__(self, platform, folder):
        self.platform, self.folder = platform, folder
        self.house = house = House(platform)
        self.certificate = house.certified()
        self.bare, whole = house.verified(), house.verified()
        self.whole, self.signed = self._stated(whole), house.decided()
        self._report(self.whole)
        self.comments = {one.id: self._commented(one) for one in (self.bare, self.whole)}
        self.actors = self._people()
        for one in (self.bare, self.whole, self.signed, None):
            self._divide(one.id if one else self._case_of_certificate())
        given = {"kind": "surveillance-report", "name": "r.pdf", "media_type": "application/pdf"}
        verifier = self.actors["verifier"][0]
        files.add(platform, verifier, self._case_of_certificate(), folder / "r.pdf", **given)

    def _stated(self, case):
        house = self.house
        verifying.recompute(self.platform, house.ann, case.id)
        told = {"assurance": Assurance.REASONABLE, "misstatement": 0.01, "text": "fair"}
        self.platform.do(house.ann, verifying.state, case.id, **told)
        return case

    def _report(self, *several):
        (self.folder / "r.pdf").write_bytes(b"%PDF")
        given = {"kind": "inspection-report", "name": "r.pdf", "media_type": "application/pdf"}
        for case in several:
            self.put(case, "site-inspection")
            files.add(self.platform, self.house.ann, case.id, self.folder / "r.pdf", **given)

    def _commented(self, case):
        return self.platform.do(self.house.ann, reviewing.comment, case.id, text="t", weight=Weight.MINOR).id

    def _people(self):
        """Everybody, and as what they take steps."""
        house, maker, body = self.house, self.house.maker, self.house.body
        reviewer, inspector = (person(self.platform, name, body, Role.CERTIFIER) for name in ("rev", "ins"))
        for one, function in ((reviewer, Party.REVIEWER), (inspector, Party.INSPECTOR)):
            self.platform.do(house.head, bodies.attest, body.id, person=one.id, functions=[function])
        engineer = person(self.platform, "eng", maker, Role.ENGINEER)
        return {
            "engineer": (engineer, {Party.APPLICANT}),
            "machine": (replace(engineer, kind=ActorKind.MACHINE), {Party.APPLICANT}),
            "owner": (person(self.platform, "own", maker, Role.OWNER), {Party.HOLDER}),
            "viewer": (person(self.platform, "view", maker, Role.VIEWER), set()),
            "officer": (house.head, {Party.OFFICER}),
            "reviewer": (reviewer, {Party.OFFICER, Party.REVIEWER}),
            "inspector": (inspector, {Party.OFFICER, Party.INSPECTOR}),
            "verifier": (house.ann, {Party.OFFICER, Party.VERIFIER, Party.SIGNATORY}),
            "decider": (house.bo, {Party.OFFICER, Party.DECIDER, Party.SIGNATORY}),
            "without a second factor": (replace(house.bo, second_factor=False), set()),
            "clerk": (person(self.platform, "clerk", body, Role.VIEWER), set()),
            "stranger": (house.stranger, set()),
            "official": (house.official, {Party.REGULATOR}),
            "anybody": (ANONYMOUS, set()),
            "clock": (INIT, {*Party}),  # the installation itself, which the rules let do everything
        }

    def team(self):
        found = {
            Party.REVIEWER: "reviewer",
            Party.INSPECTOR: "inspector",
            Party.VERIFIER: "verifier",
            Party.DECIDER: "decider",
        }
        return {self.actors[name][0].id: [function] for function, name in found.items()}

    def _divide(self, case):
        """Let everybody have one function alone."""
        with self.platform.engine.begin() as sql:
            sql.execute(delete(rows.members).where(rows.members.c.case == case))
            for one, functions in self.team().items():
                named = {"functions": [function.value for function in functions], "declared_at": self.platform.clock()}
                sql.execute(insert(rows.members).values(case=case, person=one, **named))

    def _case_of_certificate(self):
        with self.platform.engine.begin() as sql:
            return sql.execute(rows.certificates.select()).mappings().first()["case"]

    def put(self, case, state):
        """Set the state of a case, with a deadline that is over."""
        values = {"state": state, "before": BEFORE if state == "correction" else ""}
        past = self.platform.today() - timedelta(days=1)
        with self.platform.engine.begin() as sql:
            sql.execute(update(rows.cases).where(rows.cases.c.id == case.id).values(deadline=past, **values))

    def version(self, case):
        return self.platform.look(INIT, cases.of, case.id).version

    def comment_is(self, state):
        """Let the comment of the whole case be open or answered."""

        def prepared(work):
            work.sql.execute(update(rows.comments).values(state=state))

        return prepared


@pytest.fixture(scope="module")
def world(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("transitions")
    with fresh_platform("sqlite", request, folder / "home", Clock()) as platform:
        yield World(platform, folder)


def outcome(deed, *args, **more):
    """The state that it led to, or the codes that it was refused with."""
    try:
        made = deed(*args, **more)
    except TanhengError as error:
        return tuple(sorted({fault.code for fault in error.faults}))
    return made.state


def taken(world, actor, case, name, *, prepared=None, reason="because", version=0, **more):
    """What comes of a step."""
    state = "open" if name == "request-correction" else "answered"
    platform = rehearsal(world.platform, prepared or world.comment_is(state))
    expected = version or world.version(case)
    if name == "plan":
        return outcome(platform.do, actor, teams.plan, case.id, expected=expected, team=more.get("team", world.team()))
    if name == "sign":
        return outcome(platform.do, actor, verifying.sign, case.id, expected=expected)
    if name == "certify":
        made = outcome(issuing.certify, platform, actor, case.id, expected=expected)
        return "certified" if made == "valid" else made
    return outcome(platform.do, actor, cases.take, case.id, name, expected=expected, reason=reason)


def refusal(name, actor, step, *, sees):
    """How somebody is refused a step that is another's."""
    if not sees:
        return ("TH-ACC-001",) if actor is ANONYMOUS else ("TH-STO-001",)
    of_body = name in ("officer", "reviewer", "inspector", "verifier", "decider")
    return ("TH-CER-002",) if of_body and step.by in BODY_PARTIES else ("TH-ACC-002",)


@pytest.mark.parametrize("state", states(Machine.CASE))
def test_every_step_of_a_case_is_taken_by_its_party_alone(world, state):
    on = {step.name: step for step in steps_from(Machine.CASE, state)}
    wrong = []
    for name in NAMES[Machine.CASE]:
        case = world.signed if name == "certify" else world.whole
        world.put(case, state)
        version = world.version(case)
        for who, (actor, parties) in world.actors.items():
            sees = who not in ("stranger", "official", "anybody") and (
                state != "draft" or who in ("engineer", "machine", "owner", "viewer", "clock")
            )
            if not sees or name not in on:
                wanted = refusal(who, actor, None, sees=sees) if not sees else ("TH-CER-001",)
            elif (on[name].by in parties and not (who == "clock" and name == "sign")) or who == "clock":
                wanted = on[name].target(BEFORE)
            else:
                wanted = refusal(who, actor, on[name], sees=True)
            found = taken(world, actor, case, name, version=version)
            if found != wanted:
                wrong.append((who, name, found, wanted))
    assert wrong == []


def certificate_step(world, actor, name, *, days=0, reason="because", prepared=lambda _: None):
    clock = world.platform.clock
    platform = rehearsal(replace(world.platform, clock=lambda: clock() + timedelta(days=days)), prepared)
    number = world.certificate.number
    version = world.platform.look(INIT, certificates.of, number).version
    return outcome(platform.do, actor, certificates.take, number, name, expected=version, reason=reason)


def ordered(world, step):
    """The last suspension was this step: of the body, or of the regulator."""
    known = {"id": new_id(), "certificate": world.certificate.id, "at": world.platform.clock(), "person": "x"}
    told = {"step": step, "before": "valid", "after": "suspended", "reason": "r"}
    return insert(rows.certificate_steps).values(**known, **told)


def suspended_by(world, step):
    return sql(ordered(world, step))


def put_certificate(world, state):
    past = world.platform.today() - timedelta(days=1)
    with world.platform.engine.begin() as sql:
        sql.execute(update(rows.certificates).values(state=state, deadline=past))


@pytest.mark.parametrize("state", states(Machine.CERTIFICATE))
def test_every_step_of_a_certificate_is_taken_by_its_party_alone(world, state):
    put_certificate(world, state)
    on = {step.name: step for step in steps_from(Machine.CERTIFICATE, state)}
    wrong = []
    for name in NAMES[Machine.CERTIFICATE]:
        days = 1000 if name == "expire" else 0
        for who, (actor, parties) in world.actors.items():
            last = "order-suspension" if name == "lift-suspension" else "suspend"
            found = certificate_step(world, actor, name, days=days, prepared=suspended_by(world, last))
            if name not in on:
                wanted = ("TH-CER-001",)
            elif on[name].by is Party.CLOCK:
                wanted = on[name].to if who == "clock" else ("TH-CER-002",)
            elif on[name].by in parties:
                wanted = (
                    on[name].to if name != "replace" else ("TH-CER-051",)
                )  # a certificate is replaced by issuing another
            elif actor is ANONYMOUS:
                wanted = ("TH-ACC-001",)
            else:
                wanted = refusal(who, actor, on[name], sees=True)
            if found != wanted:
                wrong.append((who, name, found, wanted))
        if name == "replace":
            made = outcome(rehearsal(world.platform).do, INIT, replaced, world.certificate.number)
            assert made == ("replaced" if name in on else state)  # what is over stays as it is
    assert wrong == []


def replaced(work, number):
    certificates.replace_with(work, number, "X-2")
    return certificates.of(work, number)


@pytest.mark.parametrize("name", ["plan", "sign", "certify"])
def test_what_is_a_deed_of_its_own_is_no_mere_step(world, name):
    world.put(world.signed, {"plan": "accepted"}.get(name, "decision"))
    actor = world.actors["decider"][0]
    given = {"expected": world.version(world.signed)}
    assert outcome(rehearsal(world.platform).do, actor, cases.take, world.signed.id, name, **given) == ("TH-CER-070",)


def test_a_step_is_based_on_what_was_seen(world):
    world.put(world.whole, "submitted")
    for name in ("accept", "return", "reject"):
        stale = world.version(world.whole) - 1
        assert taken(world, world.house.head, world.whole, name, version=stale) == ("TH-STO-002",)


def sql(*orders):
    """Something that is done to the rows before a step."""

    def prepared(work):
        for order in orders:
            work.sql.execute(order)

    return prepared


def case_is(case, **values):
    return update(rows.cases).where(rows.cases.c.id == case.id).values(**values)


def stated(world, misstatement):
    """A further statement of the whole case, of which that much is wrong."""

    def prepared(work):
        found = work.sql.execute(rows.statements.select().where(rows.statements.c.case == world.whole.id)).mappings()
        further = {**found.first(), "id": new_id(), "misstatement": misstatement}
        work.sql.execute(insert(rows.statements).values(further))
        work.sql.execute(case_is(world.whole, statement=further["id"]))

    return prepared


def scheme_with(world, site):
    text = SCHEME.replace("site: chosen", f"site: {site}").replace("test-label", f"label-{site}")
    made = world.platform.do(
        world.house.official, schemes.publish, text.encode(), organisation=world.house.regulator.id
    )
    world.platform.do(
        world.house.official,
        bodies.accredit,
        world.house.body.id,
        regulator=world.house.regulator.id,
        scheme=f"label-{site}",
    )
    return made.id


def interest_of_the_body(world):
    made = {
        "id": new_id(),
        "body": world.house.body.id,
        "organisation": world.house.maker.id,
        "note": "",
        "author": "x",
    }
    return insert(rows.interests).values(**made, created_at=world.platform.clock())


FAILING = {
    # the word: who takes which step of which case in which state, what is done to it before, and what is lacking then
    "dossier": lambda w: ("engineer", "submit", w.whole, "draft", sql(case_is(w.whole, assessment=None)), "TH-CER-010"),
    "in-scope": lambda w: (
        *("officer", "accept", w.whole, "submitted"),
        *(sql(update(rows.accreditations).values(ended_at=w.platform.clock())), "TH-CER-015"),
    ),
    "impartial-body": lambda w: ("officer", "accept", w.whole, "submitted", sql(interest_of_the_body(w)), "TH-CER-016"),
    "reason": lambda w: ("officer", "return", w.whole, "submitted", None, "TH-CER-017"),
    "overdue": lambda w: ("clock", "lapse", w.whole, "returned", sql(case_is(w.whole, deadline=None)), "TH-CER-018"),
    "team": lambda w: ("officer", "plan", w.whole, "accepted", None, "TH-CER-020"),
    "competent": lambda w: (
        *("officer", "plan", w.whole, "accepted"),
        *(sql(update(rows.qualifications).values(ended_at=w.platform.clock())), "TH-CER-021"),
    ),
    "impartial": lambda w: (
        *("officer", "plan", w.whole, "accepted", sql(update(rows.members).values(declared_at=None)), "TH-CER-023"),
    ),
    "separated": lambda w: (
        *("decider", "sign", w.whole, "decision"),
        *(
            sql(
                update(rows.members)
                .where(rows.members.c.person == w.house.bo.id)
                .values(functions=["decider", "verifier"])
            ),
            "TH-CER-024",
        ),
    ),
    "settled": lambda w: (
        *("verifier", "end-verification", w.whole, "verification"),
        *(sql(update(rows.comments).values(weight="major", state="answered")), "TH-CER-030"),
    ),
    "open-comment": lambda w: (
        *("reviewer", "request-correction", w.whole, "document-review", w.comment_is("closed"), "TH-CER-031"),
    ),
    "answered": lambda w: ("engineer", "answer", w.whole, "correction", w.comment_is("open"), "TH-CER-032"),
    "site": lambda w: (
        *("reviewer", "end-review", w.whole, "document-review"),
        *(sql(case_is(w.whole, scheme=scheme_with(w, "none"))), "TH-CER-033"),
    ),
    "no-site": lambda w: (
        *("reviewer", "end-review-without-site", w.whole, "document-review"),
        *(sql(case_is(w.whole, scheme=scheme_with(w, "required"))), "TH-CER-034"),
    ),
    "inspection-report": lambda w: ("inspector", "end-inspection", w.bare, "site-inspection", None, "TH-CER-035"),
    "recomputed": lambda w: ("verifier", "end-verification", w.bare, "verification", None, "TH-CER-036"),
    "statement": lambda w: ("verifier", "end-verification", w.bare, "verification", None, "TH-CER-038"),
    "within-materiality": lambda w: (
        *("verifier", "end-verification", w.whole, "verification", stated(w, 0.06), "TH-CER-040"),
    ),
    "alone": lambda w: (
        *("decider", "certify", w.signed, "decision"),
        *(
            sql(
                update(rows.certificates).values(state="valid"),
                update(rows.cases).where(rows.cases.c.certificate == w.certificate.id).values(study=w.signed.study),
            ),
            "TH-CER-132",
        ),
    ),
    "unordered": lambda w: (
        *("decider", "certify", w.signed, "decision"),
        *(
            sql(
                update(rows.certificates).values(state="suspended"),
                ordered(w, "order-suspension"),
                case_is(w.signed, replaces=w.certificate.number),
            ),
            "TH-CER-160",
        ),
    ),
    "signed": lambda w: ("decider", "certify", w.whole, "decision", None, "TH-CER-041"),
}


def test_every_condition_of_a_case_has_a_way_to_fail():
    assert set(FAILING) == words(Machine.CASE)


@pytest.mark.parametrize("word", FAILING)
def test_every_condition_of_a_case_keeps_a_step_back(world, word):
    who, name, case, state, prepared, code = FAILING[word](world)
    world.put(case, state)
    actor = world.actors[who][0]
    more = {"team": {}} if word == "team" else {}
    reason = " " if word == "reason" else "because"
    found = taken(world, actor, case, name, prepared=prepared, reason=reason, **more)
    assert isinstance(found, tuple), f"it led to {found}"
    assert code in found
    assert name in {step.name for step in steps_from(Machine.CASE, state) if word in step.needs}


@pytest.mark.parametrize(
    ("word", "who", "name", "state", "code"),
    [
        ("reason", "decider", "suspend", "valid", "TH-CER-017"),
        ("overdue", "clock", "lapse", "suspended", "TH-CER-018"),
        ("past-validity", "clock", "expire", "valid", "TH-CER-050"),
        ("within-validity", "decider", "suspend", "valid", "TH-CER-133"),
        ("within-validity", "decider", "reinstate", "suspended", "TH-CER-133"),
        ("successor", "decider", "replace", "valid", "TH-CER-051"),
        ("surveillance-report", "verifier", "confirm", "valid", "TH-CER-052"),
    ],
)
def test_every_condition_of_a_certificate_keeps_a_step_back(world, word, who, name, state, code):
    put_certificate(world, state)
    if word == "overdue":
        with world.platform.engine.begin() as connection:
            connection.execute(update(rows.certificates).values(deadline=world.platform.today()))
    reason = "" if word == "reason" else "because"
    if word == "surveillance-report":  # it was confirmed since the last report
        later = {"step": "confirm", "before": "valid", "after": "valid", "person": "x", "reason": ""}
        known = {"id": new_id(), "certificate": world.certificate.id, "at": world.platform.clock()}
        prepared = sql(insert(rows.certificate_steps).values(**later, **known))
        platform = rehearsal(world.platform, prepared)
        version = world.platform.look(INIT, certificates.of, world.certificate.number).version
        given = (world.actors[who][0], certificates.take, world.certificate.number, name)
        found = outcome(platform.do, *given, expected=version)
    else:
        days = 1000 if word == "within-validity" else 0
        found = certificate_step(world, world.actors[who][0], name, reason=reason, days=days)
    assert found == (code,)


def test_every_condition_of_a_certificate_was_seen_failing():
    seen = {"reason", "overdue", "past-validity", "within-validity", "successor", "surveillance-report"}
    assert words(Machine.CERTIFICATE) == seen | {"ordered", "unordered"}


@pytest.mark.parametrize(
    ("who", "name", "last", "found"),
    [
        ("decider", "reinstate", "suspend", "valid"),
        ("decider", "reinstate", "order-suspension", ("TH-CER-160",)),
        ("clock", "reinstate", "order-suspension", ("TH-CER-160",)),
        ("decider", "lift-suspension", "order-suspension", ("TH-ACC-002",)),
        ("official", "lift-suspension", "order-suspension", "valid"),
        ("official", "lift-suspension", "suspend", ("TH-CER-161",)),
        ("official", "order-suspension", "suspend", "suspended"),
        ("official", "order-suspension", "order-suspension", ("TH-CER-160",)),
        ("decider", "withdraw", "order-suspension", "withdrawn"),
        ("owner", "cancel", "order-suspension", "cancelled"),
        ("clock", "lapse", "order-suspension", "withdrawn"),
    ],
)
def test_what_a_regulator_ordered_the_body_does_not_lift(world, who, name, last, found):
    put_certificate(world, "suspended")
    actor = world.actors[who][0]
    assert certificate_step(world, actor, name, prepared=suspended_by(world, last)) == found


@pytest.mark.parametrize(("last", "found"), [("suspend", "replaced"), ("order-suspension", ("TH-CER-160",))])
def test_what_a_regulator_ordered_is_not_replaced(world, last, found):
    put_certificate(world, "suspended")
    platform = rehearsal(world.platform, suspended_by(world, last))
    assert outcome(platform.do, INIT, replaced, world.certificate.number) == found
