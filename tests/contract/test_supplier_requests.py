"""Requests to suppliers, the same on both engines: asked by a link, answered without an account, used in a study."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import orjson
import pytest

from study_samples import member, organisation, study
from tanheng.accounts import ANONYMOUS, Actor, Membership, system
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.model import Role
from tanheng.errors import AccessError, StoreError, SupplierError
from tanheng.footprint import assess, write_assessment
from tanheng.footprint.documents import digest
from tanheng.services import notices
from tanheng.services.accounts import people
from tanheng.services.paging import Paging
from tanheng.services.studies import assessing, intake, studies
from tanheng.services.suppliers import accepting, answering, reminding, requests
from tanheng.services.suppliers.requests import Comment
from tanheng.suppliers import Answer, Basis, RequestState
from tanheng.suppliers.procedure import STEPS, RequestParty

ALL = Paging(limit=100)
INIT = system("init")
FORM = Answer(
    basis=Basis.FORM,
    names={"en": "Ingot", "zh": "铝锭"},
    maker="Smelter",
    value=9.0,
    per="kg",
    gwp="AR6 GWP100",
    boundary="cradle-to-gate",
    geography="CN-53",
    year=2025,
    quality={"te": 1.0, "ge": 1.0, "ti": 2.0, "pr": 2.0},
    primary_share=0.75,
)


@pytest.fixture
def own(platform):
    return organisation(platform)


@pytest.fixture
def buyer(platform, own):
    given = {"email": "buyer@example.org", "name": "B", "password": "a sentence of my own"}
    made = platform.do(INIT, people.create, organisation=own.id, roles=(Role.ENGINEER,), **given)
    role = Membership(own.id, own.kind, frozenset({Role.ENGINEER}))
    return Actor(ActorKind.PERSON, made.id, memberships={own.id: role})


@pytest.fixture
def send(platform, own, buyer):
    """``send()`` asks for an ingot: ``(request, secret)``."""

    def sending(**changed):
        told = {"names": {"en": "Ingot"}, "per": "kg", "supplier": "Smelter", "due": platform.today()}
        made = platform.do(buyer, requests.send, organisation=own.id, **{**told, **changed})
        return made.request, made.link.rpartition("/")[2]

    return sending


def refusal(code):
    return pytest.raises((SupplierError, StoreError, AccessError), match=code)


def test_a_supplier_without_an_account_answers_and_the_buyer_uses_it(platform, own, buyer, send):
    """The whole way: asked for a line, answered, returned, answered better, accepted, linked: more of it is primary data."""
    made = platform.do(buyer, studies.create, organisation=own.id, model=intake.read(study()))
    before = assessing.assess(platform, buyer, made.id, assessing.Order())
    request, secret = send(study=made.id, line="0", per="kWh")
    power = replace(FORM, names={"en": "Power"}, per="kWh", value=0.5)
    seen = platform.look(ANONYMOUS, answering.asked, secret)
    assert (seen.names, seen.per, seen.state, seen.answer) == ({"en": "Ingot"}, "kWh", RequestState.OPEN, None)
    platform.do(ANONYMOUS, answering.answer, secret, replace(power, primary_share=None))
    back = [Comment("primary_share", "how much of it was measured?")]
    request = platform.do(buyer, requests.send_back, request.id, expected=2, comments=back)
    assert platform.look(ANONYMOUS, answering.asked, secret).returned.comments == tuple(back)
    platform.do(ANONYMOUS, answering.answer, secret, power)
    request = platform.do(buyer, accepting.accept, request.id, expected=4)
    assert (request.state, request.round) == (RequestState.ACCEPTED, 2)
    steps = platform.look(buyer, requests.steps, request.id, ALL).items
    assert [one.step for one in steps] == ["accept", "answer", "return", "answer"]
    assert [one.person == buyer.id for one in steps] == [True, False, True, False]
    kept = platform.look(buyer, requests.answers, request.id, ALL).items
    assert [one.answer.primary_share for one in kept] == [0.75, None]
    document = platform.look(buyer, studies.version, made.id).document
    document["lines"][0]["from"] = request.factor
    platform.do(buyer, studies.revise, made.id, model=intake.read(orjson.dumps(document)), expected=made.version)
    after = assessing.assess(platform, buyer, made.id, assessing.Order())
    assert after.primary_share == pytest.approx(0.75)
    assert before.primary_share == 0.0
    assert after.total == pytest.approx(0.5 * 100)


def test_only_footprint_and_quality_are_kept_of_a_file(platform, buyer, send, tmp_path):
    """The recipe of the supplier is nowhere afterwards: neither in rows, nor among the blobs."""
    secret_name = "Zerzura alloy"
    path = tmp_path / "own.yaml"
    path.write_bytes(study(Power=secret_name))
    result = assess(intake.read(path.read_bytes()))
    frozen = tmp_path / "own.json"
    write_assessment(result, frozen)
    assert secret_name.encode() in frozen.read_bytes()
    more = {"review": "external", "reviewer": "V", "valid_until": date(2100, 1, 1), "note": ""}
    for basis, file in ((Basis.ASSESSMENT, frozen), (Basis.STUDY, path)):
        request, secret = send(per="t")
        answering.answer_with_file(platform, ANONYMOUS, secret, file, basis=basis, more=more)
        told = platform.look(buyer, requests.answers, request.id, ALL).items[0].answer
        assert (told.basis, told.digest, told.reviewer) == (basis, result.digest, "V")
        assert told.value == pytest.approx(result.total)
        assert told.primary_share == result.quality.primary_share
        assert sum(mass for _, _, mass in told.amounts) > 0
        assert secret_name not in repr(told)
    blobs = [one for one in (platform.home.path / "blobs").rglob("*") if one.is_file()]
    assert not any(secret_name.encode() in one.read_bytes() for one in blobs)


def test_a_file_that_was_changed_or_is_at_least_is_no_answer(platform, send, tmp_path):
    _, secret = send(per="t")
    path = tmp_path / "own.json"
    result = assess(intake.read(study()))
    write_assessment(replace(result, total=result.total / 2), path)
    more = {"review": "none", "reviewer": "", "valid_until": None, "note": ""}
    with pytest.raises(Exception, match="TH-ASM-004"):
        answering.answer_with_file(platform, ANONYMOUS, secret, path, basis=Basis.ASSESSMENT, more=more)
    forged = replace(result, total=result.total / 2)
    write_assessment(replace(forged, digest=digest(forged)), path)
    with refusal("TH-SUP-006"):
        answering.answer_with_file(platform, ANONYMOUS, secret, path, basis=Basis.ASSESSMENT, more=more)
    path.write_bytes(study().replace(b"factor:", b"factor:none-such-"))
    with refusal("TH-SUP-005"):
        answering.answer_with_file(platform, ANONYMOUS, secret, path, basis=Basis.STUDY, more=more)
    assert platform.look(ANONYMOUS, answering.asked, secret).answer is None


def test_a_link_is_a_secret(platform, buyer, send):
    """Only its digest is kept; a wrong one, the one before a renewal, and that of a withdrawn request are all the same."""
    request, secret = send()
    wrong = secret[:-1] + ("A" if secret[-1] != "A" else "B")
    new = platform.do(buyer, requests.renew, request.id).link.rpartition("/")[2]
    for one in (wrong, secret, "th_nothing", ""):
        with refusal("TH-SUP-002"):
            platform.look(ANONYMOUS, answering.asked, one)
    assert platform.look(ANONYMOUS, answering.asked, new).number == request.number
    platform.do(buyer, requests.withdraw, request.id, expected=2)
    with refusal("TH-SUP-002"):
        platform.look(ANONYMOUS, answering.asked, new)


def test_others_do_not_learn_of_a_request(platform, send):
    request, _ = send()
    stranger = member(organisation(platform, name="乙"))
    for use, given in ((requests.of, ()), (requests.answers, (ALL,)), (answering.files, ())):
        with refusal("TH-STO-001"):
            platform.look(stranger, use, request.id, *given)
    for use, more in ((requests.withdraw, {}), (accepting.accept, {}), (requests.send_back, {"reason": "r"})):
        with refusal("TH-STO-001"):
            platform.do(stranger, use, request.id, expected=1, **more)
    assert platform.look(stranger, requests.listed, ALL).items == ()


def test_a_viewer_reads_and_decides_nothing(platform, own, send):
    request, _ = send()
    viewer = member(own, Role.VIEWER)
    assert platform.look(viewer, requests.of, request.id).number == request.number
    with refusal("TH-ACC-002"):
        platform.do(viewer, requests.withdraw, request.id, expected=1)
    with refusal("TH-ACC-002"):
        platform.do(viewer, requests.renew, request.id)


@pytest.mark.parametrize("state", RequestState)
def test_every_step_leads_on_only_from_its_states(platform, buyer, send, state):
    """Each step from each state, by the side that takes it: what the table does not have is TH-SUP-001, or a dead link."""
    calls = {
        "answer": lambda r, s, v: platform.do(ANONYMOUS, answering.answer, s, FORM),
        "refuse": lambda r, s, v: platform.do(ANONYMOUS, answering.refuse, s, reason="r"),
        "return": lambda r, s, v: platform.do(buyer, requests.send_back, r, expected=v, reason="r"),
        "accept": lambda r, s, v: platform.do(buyer, accepting.accept, r, expected=v),
        "withdraw": lambda r, s, v: platform.do(buyer, requests.withdraw, r, expected=v),
    }
    allowed = {step.name for step in STEPS.get(state, ()) if step.by is not RequestParty.CLOCK}
    for name, call in calls.items():
        request, secret = _brought_to(platform, buyer, send, state)
        if name in allowed:
            call(request.id, secret, request.version)
        else:
            with refusal("TH-SUP-00[12]"):
                call(request.id, secret, request.version)
            assert platform.look(buyer, requests.of, request.id) == request


def _brought_to(platform, buyer, send, state):
    request, secret = send()
    if state in (RequestState.ANSWERED, RequestState.RETURNED, RequestState.ACCEPTED):
        platform.do(ANONYMOUS, answering.answer, secret, FORM)
    if state is RequestState.RETURNED:
        platform.do(buyer, requests.send_back, request.id, expected=2, reason="r")
    if state is RequestState.ACCEPTED:
        platform.do(buyer, accepting.accept, request.id, expected=2)
    if state is RequestState.REFUSED:
        platform.do(ANONYMOUS, answering.refuse, secret, reason="no data")
    if state is RequestState.WITHDRAWN:
        platform.do(buyer, requests.withdraw, request.id, expected=1)
    if state is RequestState.LAPSED:
        later = replace(platform, clock=lambda: platform.clock() + reminding.LAPSES + timedelta(days=1))
        later.do(INIT, reminding.remind)
    return platform.look(buyer, requests.of, request.id), secret


@pytest.mark.parametrize(
    ("changed", "code", "place"),
    [
        ({"per": "kWh"}, "TH-SUP-004", "per"),
        ({"per": "no unit"}, "TH-SUP-004", "per"),
        ({"primary_share": 1.2}, "TH-SUP-003", "primary_share"),
        ({"value": float("nan")}, "TH-SUP-003", "value"),
        ({"boundary": "gate-to-gate"}, "TH-SUP-003", "boundary"),
        ({"quality": {"te": 6.0}}, "TH-SUP-003", "quality.te"),
        ({"review": "external"}, "TH-SUP-003", "reviewer"),
        ({"valid_until": date(2001, 1, 1)}, "TH-SUP-003", "valid_until"),
        ({"year": 2999}, "TH-SUP-003", "year"),
    ],
)
def test_what_cannot_be_used_is_said_with_its_field(platform, send, changed, code, place):
    _, secret = send()
    with refusal(code) as found:
        platform.do(ANONYMOUS, answering.answer, secret, replace(FORM, **changed))
    assert [fault.place for fault in found.value.faults] == [place]
    assert platform.look(ANONYMOUS, answering.asked, secret).answer is None


def test_the_clock_reminds_once_and_ends_what_nobody_answers(platform, buyer, send, clock):
    began = clock.now
    request, secret = send(due=platform.today() + timedelta(days=20))
    told = lambda: [one.kind for one in platform.look(buyer, notices.listed, ALL).items]  # noqa: E731
    assert platform.do(INIT, reminding.remind) == 0
    for days, kinds in ((14, ["supplier-near"]), (15, ["supplier-near"]), (22, ["supplier-overdue", "supplier-near"])):
        clock.now = began + timedelta(days=days)
        platform.do(INIT, reminding.remind)
        platform.do(INIT, reminding.remind)
        assert told() == kinds
    clock.now = began + timedelta(days=120)
    platform.do(INIT, reminding.remind)
    assert platform.look(buyer, requests.of, request.id).state is RequestState.LAPSED
    with refusal("TH-SUP-002"):
        platform.do(ANONYMOUS, answering.answer, secret, FORM)


def test_a_request_names_a_day_a_unit_and_a_line_that_there_are(platform, own, buyer, send):
    made = platform.do(buyer, studies.create, organisation=own.id, model=intake.read(study()))
    for changed, code in (
        ({"due": date(2001, 1, 1)}, "TH-SUP-008"),
        ({"per": "no unit"}, "TH-SUP-010"),
        ({"study": made.id, "line": "99"}, "TH-SUP-009"),
        ({"study": "0" * 36}, "TH-STO-001"),
    ):
        with refusal(code):
            send(**changed)
    assert platform.look(buyer, requests.listed, ALL).items == ()


def test_too_many_files_are_refused(platform, buyer, send, tmp_path):
    request, secret = send()
    path = tmp_path / "f"
    path.write_text("x")
    for number in range(answering.MOST_FILES):
        answering.add_file(platform, ANONYMOUS, secret, path, name=f"{number}.txt", media_type="text/plain")
    with refusal("TH-SUP-011"):
        answering.add_file(platform, ANONYMOUS, secret, path, name="more.txt", media_type="text/plain")
    assert len(platform.look(buyer, answering.files, request.id)) == answering.MOST_FILES
