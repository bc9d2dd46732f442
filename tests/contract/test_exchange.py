"""Footprints that go out and come in, the same on both engines: supplements, certificates, received footprints as factors."""

from __future__ import annotations

import json

import orjson
import pytest

from certification_samples import House
from protocol_samples import SUPPLEMENT, put_on
from study_samples import member, organisation, study
from tanheng.accounts.model import Role
from tanheng.errors import AccessError, ExchangeError, StoreError
from tanheng.exchange import shelf
from tanheng.exchange.supplement import read
from tanheng.services.certification import certificates, issuing
from tanheng.services.exchange import offering, reading, receiving, supplements, verifications
from tanheng.services.exchange.offering import OfferState
from tanheng.services.exchange.receiving import ReceivedState
from tanheng.services.paging import Paging
from tanheng.services.studies import assessing, intake, studies

ALL = Paging(limit=100)
GIVEN = dict(read(SUPPLEMENT).sections)


@pytest.fixture(autouse=True)
def _protocols(monkeypatch):
    put_on(shelf, monkeypatch)
    # the process of its own knows the protocols that ship, and not those of tests
    monkeypatch.setattr(reading, "apart", lambda work, *given: work(*given))


@pytest.fixture
def own(platform):
    return organisation(platform)


@pytest.fixture
def engineer(platform, own):
    return member(own, Role.ENGINEER)


@pytest.fixture
def made(platform, own, engineer):
    return platform.do(engineer, studies.create, organisation=own.id, model=intake.read(study()))


@pytest.fixture
def assessed(platform, engineer, made):
    return assessing.assess(platform, engineer, made.id, assessing.Order())


def refusal(code, kind=ExchangeError):
    return pytest.raises(kind, match=code)


def states(platform, actor, assessment):
    return {one.protocol.id: one.state for one in offering.offered(platform, actor, assessment.id)}


def test_what_is_missing_is_named_until_it_is_kept_and_then_kept_for_the_next(platform, own, engineer, made, assessed):
    before = offering.offer(platform, engineer, assessed.id, "plain")
    assert before.state is OfferState.MISSING
    assert [fault.place for fault in before.faults] == ["plain.buyer", "plain.piece"]
    with refusal("TH-EXC-010"):
        offering.write(platform, engineer, assessed.id, "plain")
    shared = platform.do(
        engineer, supplements.keep_for_organisation, own.id, {"plain": {"piece": "80 kg", "buyer": "B"}}, expected=0
    )
    assert shared.version == 1
    assert states(platform, engineer, assessed) == {"plain": OfferState.READY, "strict": OfferState.REGIME}
    platform.do(engineer, supplements.keep_for_study, made.id, {"plain": {"buyer": "C"}}, expected=0)
    written = offering.write(platform, engineer, assessed.id, "plain")
    assert json.loads(written.content)["buyer"] == "C"
    again = assessing.assess(platform, engineer, made.id, assessing.Order(regime="iso14067"))
    assert states(platform, engineer, again)["strict"] is OfferState.READY


def test_a_supplement_is_checked_whole_and_kept_by_versions(platform, own, engineer):
    wrong = {"plain": {"piece": "80 furlongs", "more": 1}, "other": {}}
    with refusal("TH-EXC-002") as caught:
        platform.do(engineer, supplements.keep_for_organisation, own.id, wrong, expected=0)
    assert sorted(fault.code for fault in caught.value.faults) == ["TH-EXC-002", "TH-EXC-003", "TH-EXC-005"]
    little = {"plain": {"sites": [{}]}}  # a site needs a name
    with refusal("TH-EXC-002"):
        platform.do(engineer, supplements.keep_for_organisation, own.id, little, expected=0)
    platform.do(engineer, supplements.keep_for_organisation, own.id, GIVEN, expected=0)
    with refusal("TH-STO-002", StoreError):
        platform.do(engineer, supplements.keep_for_organisation, own.id, {}, expected=0)
    assert platform.do(engineer, supplements.keep_for_organisation, own.id, {}, expected=1).version == 2
    with refusal("TH-STO-002", StoreError):
        platform.do(engineer, supplements.keep_for_study, _study(platform, own, engineer), GIVEN, expected=3)


def test_only_engineers_keep_and_only_members_read(platform, own, made, assessed):
    viewer, stranger = member(own, Role.VIEWER), member(organisation(platform), Role.ENGINEER)
    assert platform.look(viewer, supplements.of_organisation, own.id).version == 0
    with refusal("TH-ACC-002", AccessError):
        platform.do(viewer, supplements.keep_for_study, made.id, GIVEN, expected=0)
    for ask, id_ in ((supplements.of_organisation, own.id), (supplements.of_study, made.id)):
        with refusal("TH-STO-001", StoreError):
            platform.look(stranger, ask, id_)
    with refusal("TH-STO-001", StoreError):
        offering.offered(platform, stranger, assessed.id)


def test_a_document_against_the_rules_goes_out_only_when_that_is_accepted(platform, own, engineer, assessed):
    told = {"plain": {"buyer": "nobody", "piece": "1 kg"}}
    platform.do(engineer, supplements.keep_for_organisation, own.id, told, expected=0)
    assert states(platform, engineer, assessed)["plain"] is OfferState.OBJECTED
    with refusal("TH-EXC-017"):
        offering.write(platform, engineer, assessed.id, "plain")
    assert offering.write(platform, engineer, assessed.id, "plain", accept=True).objections
    with refusal("TH-EXC-014"):
        offering.offer(platform, engineer, assessed.id, "listening")


def test_a_valid_certificate_is_told_and_an_ended_one_is_not(platform):
    house = House(platform)
    case, assessment = house.submitted()
    made = issuing.certify(platform, house.bo, house.signed(house.reviewed(case)).id, expected=None)
    told = {"plain": {"buyer": "B", "piece": "1 kg"}}
    platform.do(house.engineer, supplements.keep_for_organisation, house.maker.id, told, expected=0)
    verified = platform.look(house.engineer, verifications.verified, assessment.id)
    assert (verified.certificate, verified.level, verified.scheme) == (made.number, "reasonable", "test-label@1.0.0")
    assert verified.link.endswith(f"/c/{made.number}")
    written = json.loads(offering.write(platform, house.engineer, assessment.id, "plain").content)
    assert (written["certificate"], written["verifier"]) == (made.number, {"zh": "Body", "en": "Body"})
    platform.do(house.engineer, certificates.take, made.number, "cancel", expected=made.version)
    assert json.loads(offering.write(platform, house.engineer, assessment.id, "plain").content)["certificate"] is None


def file_of(tmp_path, **changed):
    told = {
        "plain": 1,
        "id": "urn:uuid:7",
        "name": {"en": "Casting"},
        "maker": {"en": "Smelter"},
        "country": "CN",
        "unit": "2 kg",
        "total": 5.0,
        "year": 2025,
        "where": "CN",
        "share": 0.4,
        "buyer": "B",
        **changed,
    }
    path = tmp_path / "sent.json"
    path.write_bytes(orjson.dumps(told))
    return path


def received(platform, actor, organisation, path):
    (one,) = receiving.receive(platform, actor, organisation.id, path, protocol="plain", name="sent.json")
    return one


def test_a_received_footprint_is_accepted_and_a_study_links_to_it(platform, own, engineer, tmp_path):
    one = received(platform, engineer, own, file_of(tmp_path, unit="2 kWh"))
    assert (one.value, one.per, one.state, one.number[:3]) == (2.5, "kWh", ReceivedState.OPEN, "FP-")
    assert (one.foreign_id, one.facts["primary_share"], one.losses[0].code) == ("urn:uuid:7", 0.4, "not-taken")
    assert platform.look(engineer, receiving.listed, ALL, state=ReceivedState.OPEN).items == (one,)
    assert receiving.content_of(platform, engineer, one.id) == ((tmp_path / "sent.json").read_bytes(), "sent.json")
    done = platform.do(engineer, receiving.accept, one.id, expected=one.version)
    assert done.state is ReceivedState.ACCEPTED
    document = platform.look(engineer, studies.version, _study(platform, own, engineer)).document
    document["lines"][0]["from"] = done.factor
    model = intake.read(orjson.dumps(document))
    linked = platform.do(engineer, studies.create, organisation=own.id, model=model)
    result = assessing.assess(platform, engineer, linked.id, assessing.Order())
    assert result.total == pytest.approx(2.5 * 100)
    assert result.primary_share == pytest.approx(0.4)
    with refusal("TH-EXC-019"):
        platform.do(engineer, receiving.reject, one.id, expected=done.version)
    second = received(platform, engineer, own, file_of(tmp_path))
    assert platform.do(engineer, receiving.accept, second.id, expected=1).factor != done.factor


def test_a_received_footprint_is_rejected_with_a_reason(platform, own, engineer, tmp_path):
    one = received(platform, engineer, own, file_of(tmp_path))
    with refusal("TH-STO-002", StoreError):
        platform.do(engineer, receiving.reject, one.id, expected=7)
    done = platform.do(engineer, receiving.reject, one.id, expected=one.version, reason=" another product ")
    assert (done.state, done.reason, done.factor) == (ReceivedState.REJECTED, "another product", "")


def test_what_cannot_be_a_factor_is_kept_and_told(platform, own, engineer, tmp_path):
    one = received(platform, engineer, own, file_of(tmp_path, where=""))
    assert one.faults == ("geography",)
    with refusal("TH-EXC-018"):
        platform.do(engineer, receiving.accept, one.id, expected=one.version)


def test_files_that_are_none_and_people_who_may_not_are_refused(platform, own, engineer, tmp_path):
    path = file_of(tmp_path)
    given = {"protocol": "plain", "name": "sent.json"}
    viewer, stranger = member(own, Role.VIEWER), member(organisation(platform), Role.ENGINEER)
    for actor in (viewer, stranger):
        with refusal("TH-ACC-002", AccessError):
            receiving.receive(platform, actor, own.id, path, **given)
    with refusal("TH-EXC-015"):
        receiving.receive(platform, engineer, own.id, path, protocol="strict", name="n")
    with refusal("TH-STO-056", StoreError):
        receiving.receive(platform, engineer, own.id, path, protocol="plain", name="a\nb")
    path.write_text("{}")
    with refusal("TH-EXC-020"):
        receiving.receive(platform, engineer, own.id, path, **given)
    one = received(platform, engineer, own, file_of(tmp_path))
    with refusal("TH-STO-001", StoreError):
        platform.look(stranger, receiving.of, one.id)
    assert platform.look(stranger, receiving.listed, ALL).items == ()
    with refusal("TH-ACC-002", AccessError):
        platform.do(viewer, receiving.accept, one.id, expected=1)


def _study(platform, own, engineer):
    return platform.do(engineer, studies.create, organisation=own.id, model=intake.read(study())).id
