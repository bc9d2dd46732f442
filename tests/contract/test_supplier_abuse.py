"""What must not happen with requests to suppliers: forged answers, two at once, names that are taken, what is told to whom."""

# ruff: noqa: SIM105

from __future__ import annotations

import resource
import threading
from dataclasses import replace
from datetime import date, timedelta

import orjson
import pytest
from sqlalchemy import select

from study_samples import organisation, study
from tanheng.accounts import ANONYMOUS, Actor, Membership, system
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.model import Role
from tanheng.errors import TanhengError
from tanheng.factors.model import Level
from tanheng.footprint import assess, write_assessment
from tanheng.footprint.documents import digest
from tanheng.footprint.recomputing import recompute
from tanheng.services.accounts import people
from tanheng.services.factors import collections
from tanheng.services.paging import Paging
from tanheng.services.studies import intake
from tanheng.services.suppliers import accepting, answering, requests
from tanheng.storage.sql.tables import factors
from tanheng.suppliers import Answer, Basis, RequestState

ALL = Paging(limit=100)
INIT = system("init")
MORE = {"review": "none", "reviewer": "", "valid_until": None, "note": ""}
FORM = Answer(
    basis=Basis.FORM,
    names={"en": "Ingot"},
    maker="Smelter",
    value=9.0,
    per="kg",
    gwp="AR6 GWP100",
    boundary="cradle-to-gate",
    geography="CN-53",
    year=2025,
    quality={"te": 1.0, "ge": 1.0, "ti": 2.0, "pr": 2.0},
)


@pytest.fixture
def own(platform):
    return organisation(platform)


def engineer(platform, own, name, *roles):
    given = {"email": f"{name}@example.org", "name": name, "password": "a sentence of my own"}
    made = platform.do(INIT, people.create, organisation=own.id, roles=roles or (Role.ENGINEER,), **given)
    role = Membership(own.id, own.kind, frozenset(roles or {Role.ENGINEER}))
    return Actor(ActorKind.PERSON, made.id, memberships={own.id: role})


@pytest.fixture
def buyer(platform, own):
    return engineer(platform, own, "buyer")


@pytest.fixture
def send(platform, own, buyer):
    def sending(**changed):
        told = {"names": {"en": "Ingot"}, "per": "kg", "supplier": "Smelter", "due": platform.today()}
        made = platform.do(buyer, requests.send, organisation=own.id, **{**told, **changed})
        return made.request, made.link.rpartition("/")[2]

    return sending


class Held(dict):
    """Scores that keep whoever reads them waiting: between reading the request and writing the answer."""

    def __init__(self, *given):
        super().__init__(*given)
        self.reached, self.go_on = threading.Event(), threading.Event()

    def items(self):
        self.reached.set()
        assert self.go_on.wait(30)
        return super().items()


def meanwhile(platform, secret, told, what):
    """Answer, and do something else while the answer is under way (where the engine lets two write at once)."""
    held = Held(told.quality)
    failed = []

    def answer():
        try:
            platform.do(ANONYMOUS, answering.answer, secret, replace(told, quality=held))
        except TanhengError as error:
            failed.append(error)

    thread = threading.Thread(target=answer)
    thread.start()
    assert held.reached.wait(30)
    releaser = threading.Timer(1.0, held.go_on.set)  # SQLite has one writer: the other waits until then
    releaser.start()
    try:
        what()
    finally:
        held.go_on.set()
        thread.join(30)
    return failed


def test_an_answer_does_not_revive_a_request_that_was_withdrawn_meanwhile(platform, buyer, send):
    """answer() writes with expected=None: on PostgreSQL the withdrawal is overwritten."""
    request, secret = send()

    def withdraw():
        try:
            platform.do(buyer, requests.withdraw, request.id, expected=1)
        except TanhengError:
            pass

    meanwhile(platform, secret, FORM, withdraw)
    steps = [one.step for one in platform.look(buyer, requests.steps, request.id, ALL).items]
    assert steps in (["withdraw"], ["answer"])


def test_of_two_answers_at_once_one_counts(platform, buyer, send):
    """Both are of round 1, and both steps lead from open to answered."""
    request, secret = send()

    def second():
        try:
            platform.do(ANONYMOUS, answering.answer, secret, replace(FORM, value=1.0))
        except TanhengError:
            pass

    meanwhile(platform, secret, FORM, second)
    assert len(platform.look(buyer, requests.answers, request.id, ALL).items) == 1


def test_an_accepted_answer_does_not_become_another_one(platform, buyer, send):
    """The second answer was begun before the acceptance and ends after it: accepted → answered, with the factor of the first."""
    request, secret = send()

    def answered_and_accepted():
        try:
            platform.do(ANONYMOUS, answering.answer, secret, replace(FORM, value=1.0))
            platform.do(buyer, accepting.accept, request.id, expected=2)
        except TanhengError:
            pass

    meanwhile(platform, secret, FORM, answered_and_accepted)
    now = platform.look(buyer, requests.of, request.id)
    assert (now.state is RequestState.ACCEPTED) == bool(now.factor)


def test_who_asks_has_the_link_too_and_so_makes_no_reviewed_factor_alone(platform, own, buyer, send):
    """What an answer says of reviews is passed on only where somebody else than who asked accepts it."""
    told = []
    for accepter in (buyer, engineer(platform, own, "colleague")):
        request, secret = send()
        forged = replace(FORM, value=0.001, primary_share=1.0, review="external", reviewer="TÜV")
        platform.do(ANONYMOUS, answering.answer, secret, forged)
        made = platform.do(accepter, accepting.accept, request.id, expected=2)
        name, _, factor = made.factor.removeprefix("factor:").partition("/")
        told.append(platform.look(buyer, _documentation, name, factor))
    assert [one.get("review_kind") for one in told] == ["none", "external"]
    assert [one.get("reviewer") for one in told] == [None, "TÜV"]


def _documentation(work, name, factor):
    rows, versions = factors.records, factors.versions
    query = select(versions.c.document).join(rows, versions.c.record == rows.c.id).where(rows.c.factor == factor)
    return orjson.loads(work.sql.execute(query).scalar_one())["documentation"]


def test_nobody_else_takes_the_name_of_the_collection(platform, own, buyer, send):
    """The name follows from the id of the organisation, which everybody sees; taken, nothing can be accepted any more."""
    rival = organisation(platform, "rival")
    owner = engineer(platform, rival, "rival", Role.OWNER, Role.ENGINEER)
    name = f"suppliers-{own.id.replace('-', '')[-12:]}"
    try:
        platform.do(
            owner, collections.create, organisation=rival.id, name=name, names={"en": "x"}, level=Level.ENTERPRISE
        )
    except TanhengError:
        pass
    request, secret = send()
    platform.do(ANONYMOUS, answering.answer, secret, FORM)
    assert platform.do(buyer, accepting.accept, request.id, expected=2).state is RequestState.ACCEPTED


def test_names_of_nothing_are_refused(platform, own, buyer):
    """Names {} pass the route's model: next() of nothing is a RuntimeError or StopIteration, an error 500."""
    told = {"names": {}, "per": "kg", "supplier": "S", "due": platform.today()}
    with pytest.raises(TanhengError):
        platform.do(buyer, requests.send, organisation=own.id, **told)


@pytest.mark.parametrize(
    "told", [{"geography": "Mars"}, {"names": {"en": " "}}, {"maker": "x" * 200}, {"geography": "  CN"}], ids=str
)
def test_what_cannot_be_accepted_is_refused_when_it_is_answered(platform, buyer, send, told):
    """check() lets pass what read_record() refuses: the supplier hears nothing, and the buyer can never accept."""
    request, secret = send()
    try:
        platform.do(ANONYMOUS, answering.answer, secret, replace(FORM, **told))
    except TanhengError:
        return
    assert platform.do(buyer, accepting.accept, request.id, expected=2).state is RequestState.ACCEPTED


def test_an_assessment_whose_factors_were_forged_is_no_answer(platform, buyer, send, tmp_path):
    """recompute() takes the factors from the file: zero them, freeze again, and it "recomputes"; compare_sources() would tell."""
    from copy import deepcopy

    result = assess(intake.read(study()))
    inputs = deepcopy(dict(result.inputs))

    for target in inputs["targets"].values():
        target["amounts"] = [[gas, origin, mass / 1000] for gas, origin, mass in target["amounts"]]
    forged = recompute(replace(result, inputs=inputs))
    assert forged.total < 0.1 * result.total
    path = tmp_path / "forged.json"
    write_assessment(replace(forged, digest=digest(forged)), path)
    _, secret = send(per="t")
    with pytest.raises(TanhengError):
        answering.answer_with_file(platform, ANONYMOUS, secret, path, basis=Basis.ASSESSMENT, more=MORE)


@pytest.mark.parametrize("basis", [Basis.ASSESSMENT, Basis.STUDY])
def test_what_a_stranger_sends_is_computed_apart(platform, send, tmp_path, basis):
    """ADR 0027: what strangers send runs in a process of its own; here somebody without an account computes in the server."""
    path = tmp_path / "sent"
    result = assess(intake.read(study()))
    path.write_bytes(study()) if basis is Basis.STUDY else write_assessment(result, path)
    _, secret = send(per="t")
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    answering.answer_with_file(platform, ANONYMOUS, secret, path, basis=basis, more=MORE)
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime > before


def test_the_supplier_does_not_learn_who_works_for_the_buyer(platform, buyer, send):
    request, secret = send()
    platform.do(ANONYMOUS, answering.answer, secret, FORM)
    platform.do(buyer, requests.send_back, request.id, expected=2, reason="why?")
    assert buyer.id not in repr(platform.look(ANONYMOUS, answering.asked, secret))


def test_numbers_do_not_tell_how_many_others_ask(platform, own, buyer, send):
    """One counter for the whole installation: two requests a month apart tell a supplier the business of everybody."""
    first, _ = send()
    rival = organisation(platform, "rival")
    other = engineer(platform, rival, "rival")
    told = {"names": {"en": "x"}, "per": "kg", "supplier": "S", "due": platform.today()}
    platform.do(other, requests.send, organisation=rival.id, **told)
    second, _ = send()
    assert int(second.number[-6:]) == int(first.number[-6:]) + 1


def test_an_answer_that_lapsed_before_it_was_accepted_is_not_accepted(platform, buyer, send):
    request, secret = send()
    platform.do(ANONYMOUS, answering.answer, secret, replace(FORM, valid_until=platform.today()))
    later = replace(platform, clock=lambda: platform.clock() + timedelta(days=30))
    with pytest.raises(TanhengError):
        later.do(buyer, accepting.accept, request.id, expected=2)


def test_a_footprint_of_next_to_no_day_is_refused(platform, send):
    _, secret = send()
    with pytest.raises(TanhengError):
        platform.do(ANONYMOUS, answering.answer, secret, replace(FORM, valid_until=date(1, 1, 1)))
