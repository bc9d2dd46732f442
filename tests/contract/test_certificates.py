"""Certificates from the decision to their end, the same on both engines, as a stranger verifies them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from certification_samples import ALL, INIT, SCHEME, House
from tanheng.accounts import ANONYMOUS
from tanheng.certification.model import Assurance
from tanheng.certification.procedure import Machine, steps_from
from tanheng.certification.terms import months_after
from tanheng.errors import AccessError, CertificationError, StoreError, VerifyingError
from tanheng.exchange.credentials.checks import Anchors, Outcome
from tanheng.exchange.credentials.labels import read_code
from tanheng.exchange.credentials.logged import LogProof, verify_log
from tanheng.exchange.credentials.statuslist import Purpose
from tanheng.exchange.credentials.verifying import digest_of, verify_code, verify_credential
from tanheng.services.audit import log
from tanheng.services.audit.verifying import verify
from tanheng.services.certification import (
    cases,
    certificates,
    correcting,
    files,
    issuing,
    schemes,
    showing,
    statuses,
    verifying,
)
from tanheng.services.certification.cases import CaseKind


@pytest.fixture
def house(platform):
    return House(platform)


@pytest.fixture
def certificate(house):
    return house.certified()


def take(platform, actor, one, name, **more):
    return platform.do(actor, certificates.take, one.number, name, expected=one.version, **more)


def later(platform, days):
    return replace(platform, clock=lambda: platform.clock() + timedelta(days=days))


def seen_by_a_stranger(platform, one):
    """Outcomes of every check of the credential, with what the installation publishes."""
    document = json.loads(platform.look(ANONYMOUS, certificates.credential_of, one.number))
    issuer = platform.look(ANONYMOUS, certificates.issuer_document, one.body)
    rows = [platform.look(ANONYMOUS, statuses.status_row, one.body, purpose, 0) for purpose in Purpose]
    anchors = Anchors({issuer["id"]: issuer})
    checks = verify_credential(document, anchors, platform.clock(), {row["id"]: row for row in rows})
    return [check.reason or check.name for check in checks if check.outcome is not Outcome.PASSED]


def test_a_certificate_is_issued_by_two_and_verified_by_strangers(house, certificate):
    platform = house.platform
    assert certificate.state == "valid"
    assert certificate.number == f"test-label-{platform.today().year}-000001"
    assert platform.look(ANONYMOUS, certificates.of, certificate.number) == certificate
    assert platform.look(ANONYMOUS, certificates.listed, ALL, state="valid").items == (certificate,)
    assert seen_by_a_stranger(platform, certificate) == []
    days = (certificate.valid_until - certificate.valid_from).days
    assert 729 <= days <= 730
    issuer = platform.look(ANONYMOUS, certificates.issuer_document, house.body.id)
    label, checks = verify_code(certificate.code, Anchors({issuer["id"]: issuer}), platform.clock())
    assert {check.outcome for check in checks} == {Outcome.PASSED}
    assert (label.number, label.value) == (certificate.number, certificate.printed)
    assert label.credential == certificate.credential[:32]
    assert platform.look(INIT, verify).findings == ()


def test_a_certificate_stands_in_the_public_log(house, certificate):
    platform = house.platform
    known = platform.look(ANONYMOUS, log.of)
    entries = platform.look(ANONYMOUS, log.entries, first=0, limit=100)
    document = json.loads(platform.look(ANONYMOUS, certificates.credential_of, certificate.number))
    assert digest_of(document) == certificate.credential
    (entry,) = [one for one in entries if json.loads(one.entry)["type"] == "certificate.issued"]
    assert house.bo.id not in entry.entry
    proved = platform.look(ANONYMOUS, log.inclusion, number=entry.number)
    proof = LogProof(
        entry.entry, proved.number, proved.size, proved.path, proved.root, known.id, known.head.at, known.head.signature
    )
    anchors = Anchors(logs={known.id: tuple(known.keys.values())})
    assert verify_log(proof, certificate.credential, anchors).outcome is Outcome.PASSED
    assert verify_log(proof, "0" * 64, anchors).outcome is Outcome.FAILED


def test_only_the_decision_maker_certifies_and_only_what_is_signed(house):
    case = house.decided()
    for actor in (house.ann, house.head):
        with pytest.raises(CertificationError, match="TH-CER-002"):
            issuing.certify(house.platform, actor, case.id, expected=case.version)
    with pytest.raises(AccessError):
        issuing.certify(house.platform, house.engineer, case.id, expected=case.version)
    with pytest.raises(StoreError, match="TH-STO-002"):
        issuing.certify(house.platform, house.bo, case.id, expected=case.version - 1)
    assert house.platform.look(ANONYMOUS, certificates.listed, ALL).items == ()
    made = issuing.certify(house.platform, house.bo, case.id, expected=case.version)
    assert house.platform.look(house.engineer, cases.of, case.id).certificate == made.id
    with pytest.raises(CertificationError, match="TH-CER-001"):
        issuing.certify(house.platform, house.bo, case.id, expected=case.version + 1)


def test_without_signatures_there_is_none(house):
    case = house.verified()
    verifying.recompute(house.platform, house.ann, case.id)
    told = {"assurance": Assurance.LIMITED, "misstatement": 0.0, "text": ""}
    house.platform.do(house.ann, verifying.state, case.id, **told)
    case = house.take(house.ann, case, "end-verification")
    case = house.platform.do(house.ann, verifying.sign, case.id, expected=case.version)
    with pytest.raises(CertificationError) as caught:
        issuing.certify(house.platform, house.bo, case.id, expected=case.version)
    assert [fault.code for fault in caught.value.faults] == ["TH-CER-041", "TH-CER-042"]


def test_a_suspension_is_seen_by_strangers_and_lifted(house, certificate):
    platform = house.platform
    with pytest.raises(CertificationError, match="TH-CER-017"):
        take(platform, house.bo, certificate, "suspend")
    one = take(platform, house.bo, certificate, "suspend", reason="meter broken")
    assert one.deadline == platform.today() + timedelta(days=180)
    assert seen_by_a_stranger(platform, one) == ["suspension"]
    one = take(platform, house.bo, one, "reinstate", reason="meter replaced")
    assert seen_by_a_stranger(platform, one) == []
    told = platform.look(ANONYMOUS, certificates.steps, one.number, ALL).items
    assert [(step.step, step.reason) for step in reversed(told)] == [
        ("suspend", "meter broken"),
        ("reinstate", "meter replaced"),
    ]
    one = take(platform, house.bo, one, "withdraw", reason="it was not the product")
    assert (one.state, seen_by_a_stranger(platform, one)) == ("withdrawn", ["revocation"])
    assert platform.look(ANONYMOUS, certificates.of, one.number).state == "withdrawn"
    assert platform.look(INIT, verify).findings == ()


def test_each_side_ends_a_certificate_in_its_own_way(house, certificate):
    platform = house.platform
    for actor, name, error in (
        (house.engineer, "suspend", AccessError),
        (house.stranger, "cancel", AccessError),
        (house.ann, "suspend", CertificationError),
        (house.head, "withdraw", CertificationError),
        (house.bo, "cancel", AccessError),
        (house.bo, "expire", CertificationError),
        (house.engineer, "expire", CertificationError),
        (INIT, "expire", CertificationError),
        (ANONYMOUS, "cancel", AccessError),
    ):
        with pytest.raises(error):
            take(platform, actor, certificate, name, reason="r")
    one = take(platform, house.engineer, certificate, "cancel")
    assert one.state == "cancelled"
    assert steps_from(Machine.CERTIFICATE, one.state) == ()


def test_the_clock_ends_what_is_over(house, certificate):
    platform = house.platform
    assert platform.look(INIT, certificates.overdue) == []
    suspended = take(platform, house.bo, certificate, "suspend", reason="r")
    after = later(platform, 181)
    assert after.look(INIT, certificates.overdue) == [(certificate.number, "lapse")]
    ended = later(platform, 731)
    assert ended.look(INIT, certificates.overdue) == [(certificate.number, "expire")]
    one = take(ended, INIT, suspended, "expire")
    assert one.state == "expired"
    assert "expired" in seen_by_a_stranger(ended, one)


def test_a_surveillance_confirms_with_a_new_report(house, certificate, tmp_path):
    platform = house.platform
    with pytest.raises(CertificationError) as caught:
        take(platform, house.ann, certificate, "confirm")
    assert [fault.code for fault in caught.value.faults] == ["TH-CER-052"]
    path = tmp_path / "report.pdf"
    path.write_bytes(b"%PDF")
    (case,) = platform.look(house.ann, cases.listed, ALL).items
    given = {"kind": "surveillance-report", "name": "report.pdf", "media_type": "application/pdf"}
    files.add(platform, house.ann, case.id, path, **given)
    after = later(platform, 300)
    one = take(after, house.ann, certificate, "confirm")
    assert one.surveillance == months_after(after.today(), 12) > certificate.surveillance
    with pytest.raises(CertificationError, match="TH-CER-052"):
        take(after, house.ann, one, "confirm")


def test_a_renewal_replaces_the_certificate(house, certificate):
    platform = house.platform
    old = platform.look(house.engineer, cases.listed, ALL).items[0]
    given = {"study": old.study, "scheme": house.scheme.id, "body": house.body.id}
    renewal = {"kind": CaseKind.RENEWAL, "replaces": certificate.number}
    case = platform.do(house.engineer, cases.open_case, **given, **renewal)
    made = house.go_on(case, old.assessment)
    was = platform.look(ANONYMOUS, certificates.of, certificate.number)
    assert (was.state, was.successor, made.state) == ("replaced", made.number, "valid")
    assert seen_by_a_stranger(platform, was) == ["revocation"]
    assert seen_by_a_stranger(platform, made) == []
    assert made.number.endswith("-000002")


def test_a_certificate_that_ends_before_its_renewal_stays_as_it_ended(house, certificate, clock):
    platform = house.platform
    old = platform.look(house.engineer, cases.listed, ALL).items[0]
    given = {"study": old.study, "scheme": house.scheme.id, "body": house.body.id, "replaces": certificate.number}
    case = platform.do(house.engineer, cases.open_case, **given, kind=CaseKind.RENEWAL)
    clock.move(days=800)
    take(platform, INIT, certificate, "expire")
    with pytest.raises(CertificationError, match="TH-CER-084"):
        platform.do(house.engineer, cases.open_case, **given, kind=CaseKind.CHANGE)
    made = house.go_on(case, old.assessment)
    assert made.state == "valid"
    was = platform.look(ANONYMOUS, certificates.of, certificate.number)
    assert (was.state, was.successor) == ("expired", "")
    with pytest.raises(CertificationError, match="TH-CER-132"):  # the renewal stands
        platform.do(house.engineer, cases.open_case, **given, kind=CaseKind.RENEWAL)
    clock.move(days=800)
    take(platform, INIT, made, "expire")
    late = platform.do(house.engineer, cases.open_case, **{**given, "replaces": made.number}, kind=CaseKind.RENEWAL)
    assert house.go_on(late, old.assessment).state == "valid"


def test_past_its_last_day_no_label_is_drawn_and_nothing_revives_it(house, certificate, clock):
    """The clock of the installation may be late: the day decides."""
    platform = house.platform
    suspended = take(platform, house.bo, certificate, "suspend", reason="r")
    clock.move(days=800)
    with pytest.raises(CertificationError, match="TH-CER-133"):
        take(platform, house.bo, suspended, "reinstate", reason="r")
    with pytest.raises(VerifyingError, match="TH-VER-010"):
        platform.look(ANONYMOUS, showing.label, certificate.number, "svg")
    assert platform.look(ANONYMOUS, showing.sheet, certificate.number).state == "expired"


def test_the_code_of_a_label_names_the_release_of_its_scheme(certificate):
    assert read_code(certificate.code).scheme == "test-label@1.0.0"


def test_what_is_not_there_is_told(house):
    platform = house.platform
    with pytest.raises(StoreError, match="TH-STO-001"):
        platform.look(ANONYMOUS, certificates.of, "X-1")
    for body in (house.body.id, house.maker.id, "x"):
        with pytest.raises(StoreError, match="TH-STO-001"):
            platform.look(ANONYMOUS, statuses.status_row, body, Purpose.REVOCATION, 0)
    with pytest.raises(StoreError, match="TH-STO-001"):
        platform.look(ANONYMOUS, certificates.issuer_document, house.maker.id)


def scheme_like(house, id_, number=""):
    """The scheme of the house under another id, with the body accredited for it."""
    text = SCHEME.replace("test-label", id_) + (f'number: "{number}"\n' if number else "")
    given = {"organisation": house.regulator.id}
    house.scheme = house.platform.do(house.official, schemes.publish, text.encode(), **given)
    house.accredit(scheme=id_)
    made, assessment = house.assessed()
    given = {"study": made.id, "scheme": house.scheme.id, "body": house.body.id}
    return house.go_on(house.platform.do(house.engineer, cases.open_case, **given), assessment.id)


def test_schemes_whose_numbers_begin_alike_count_together(house):
    first = scheme_like(house, "one-label", "CFP-{year}-{count:06d}")
    second = scheme_like(house, "two-label", "CFP-{year}-{count}")
    assert (first.number[:4], first.number[9:], second.number[9:]) == ("CFP-", "000001", "2")


def test_schemes_of_the_longest_ids_issue(house):
    assert scheme_like(house, "l" * 64).number.startswith("l" * 24 + "-")


def test_reasons_do_not_enter_the_public_log_and_stand_with_the_certificate(house, certificate):
    platform, reason = house.platform, "Zhang San forged readings"
    suspended = take(platform, house.bo, certificate, "suspend", reason=reason)
    back = take(platform, house.bo, suspended, "reinstate", reason="Zhang San was right")
    house.corrected(back, reason="Zhang San mixed it up", names={"zh": "铝锭", "en": "Other"})
    leaves = platform.look(ANONYMOUS, log.entries, first=0, limit=100)
    assert not any("Zhang San" in leaf.entry for leaf in leaves)
    assert {"certificate.stepped", "certificate.corrected"} <= {json.loads(leaf.entry)["type"] for leaf in leaves}
    told = platform.look(ANONYMOUS, certificates.steps, certificate.number, ALL).items
    assert [one.reason for one in told] == ["Zhang San was right", reason]
    (corrected,) = platform.look(ANONYMOUS, correcting.corrections, certificate.id)
    assert corrected.reason == "Zhang San mixed it up"
    assert platform.look(INIT, verify).findings == ()
