"""The client in certification: everybody with their own, from an application to a certificate that is given back."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date

import pytest
from msgspec.structs import replace

from certification_calls import PASSWORD, enrolled
from certification_samples import SCHEME, House
from clients import served
from tanheng.client import Client
from tanheng.errors import AccessError, CertificationError, StoreError
from worker_process import worker


@pytest.fixture
def house(platform):
    return House(platform)


@pytest.fixture
def everybody(house):
    """Clients with sessions, by name; ``anybody`` has none."""
    with ExitStack() as stack:
        url = stack.enter_context(served(house.platform))

        def signed_in(actor):
            email, code = enrolled(house.platform, actor.id)
            return stack.enter_context(Client.sign_in(url, email=email, password=PASSWORD, code=code))

        names = ("engineer", "stranger", "head", "ann", "bo", "official")
        made = {name: signed_in(getattr(house, name)) for name in names}
        made["anybody"] = stack.enter_context(Client(url))
        yield made


def test_a_session_has_what_no_token_has_and_ends_with_the_client(house):
    with served(house.platform) as url:
        email, code = enrolled(house.platform, house.ann.id)
        with pytest.raises(AccessError, match="TH-ACC-011"):
            Client.sign_in(url, email=email, password="wrong", code=code)
        client = Client.sign_in(url, email=email, password=PASSWORD, code=code)
        assert (client.who().id, client.who().memberships[0].roles) == (house.ann.id, ("certifier",))
        cookies = dict(client._connection._http.cookies)
        client.close()
        with Client(url) as other:
            other._connection._http.cookies.update(cookies)
            assert other.who().kind == "anonymous"


def test_from_an_application_to_a_certificate_that_is_given_back(house, everybody, tmp_path):
    engineer, head, ann, bo, official, anybody = (
        everybody[name] for name in ("engineer", "head", "ann", "bo", "official", "anybody")
    )
    granted = official.certification.accredit(house.regulator, house.body, "test-label")
    assert list(anybody.certification.accreditations(body=house.body)) == [granted]
    for person, functions in house.team.items():
        head.certification.attest(house.body, person, functions)
    assert len(list(ann.certification.qualifications(house.body))) == 2
    scheme = next(anybody.certification.schemes(scheme="test-label", current=True))
    assert anybody.certification.scheme(scheme).rules["signatures"] == 2
    study, assessment = house.assessed()
    case = engineer.cases.open(study, scheme, house.body)
    with pytest.raises(CertificationError, match="TH-CER-010"):
        engineer.cases.take(case, "submit")
    case = engineer.cases.take(case, "submit", assessment=assessment)
    with pytest.raises(StoreError, match="TH-STO-002"):
        engineer.cases.take(replace(case, version=1), "abandon")
    case = head.cases.take(next(head.cases.all(state="submitted", body=house.body)), "accept")
    (plan,) = head.cases.get(case).steps
    assert {one.code for one in plan.lacking} == {"TH-CER-020"}
    case = head.cases.propose(case, house.team)
    for one in (ann, bo):
        one.cases.declare(case)
    case = head.cases.plan(head.cases.get(case), house.team, visit=date(2030, 1, 2))
    assert all(one.declared_at for one in engineer.cases.team(case))
    case = ann.cases.take(case, "begin-review")
    comment = ann.cases.comment(case, "where is the meter?", path="lines[0].amount", weight="major")
    case = ann.cases.take(case, "request-correction")
    answered = engineer.cases.answer(comment, "see the file")
    path = tmp_path / "meter.csv"
    path.write_text("1")
    kept = engineer.cases.add_file(case, path, "meter-readings")
    engineer.studies.add_evidence(study.id, path)
    assessment = engineer.studies.assess(study.id)
    case = engineer.cases.take(case, "answer", assessment=assessment)
    ann.cases.reply(answered, "found")
    assert [one.state for one in engineer.cases.replies(comment)] == ["closed", "answered", "open"]
    assert [one.id for one in engineer.cases.comments(case, state="closed")] == [comment.id]
    assert list(ann.cases.files(case, kind="meter-readings")) == [kept]
    assert ann.cases.download_file(kept, tmp_path / "kept.csv").read_text() == "1"
    (beside,) = ann.cases.evidence(case)
    assert ann.cases.download_evidence(case, beside, tmp_path / "beside.csv").read_text() == "1"
    case = ann.cases.take(case, "end-review-without-site")
    assert ann.cases.download_dossier(case, tmp_path / "dossier.json").stat().st_size > 1000
    assert [one.place for one in ann.cases.sampling_plan(case, assurance="limited")] == ["lines[0]"]
    with worker(house.platform):
        assert ann.cases.recompute(case, timeout=120).same
    assert [one.same for one in engineer.cases.recomputations(case)] == [True]
    with pytest.raises(StoreError, match="TH-STO-001"):
        ann.cases.statement(case)
    ann.cases.state(case, assurance="reasonable", misstatement=0.01, text="fair")
    case = ann.cases.take(case, "end-verification")
    case = bo.cases.sign(ann.cases.sign(case))
    assert engineer.cases.statement(case).signed == tuple(sorted([house.ann.id, house.bo.id]))
    certificate = bo.cases.certify(case)
    assert engineer.cases.get(case).state == "certified"
    assert next(engineer.cases.steps(case)).step == "certify"
    watched(house, everybody, certificate)


def watched(house, everybody, certificate):
    engineer, ann, bo, anybody = (everybody[name] for name in ("engineer", "ann", "bo", "anybody"))
    areas = anybody.certification
    assert areas.certificate(certificate.number) == certificate
    assert list(areas.certificates(state="valid", holder=house.maker)) == [certificate]
    assert list(areas.surveillance(body=house.body)) == [certificate]
    assert engineer.certification.change(certificate).is_material is False
    seen = bo.certification.take(certificate, "suspend", reason="meter broken")
    seen = bo.certification.take(seen, "reinstate", reason="meter replaced")
    with pytest.raises(CertificationError, match="TH-CER-002"):
        ann.certification.take(seen, "withdraw", reason="r")
    seen = engineer.certification.take(seen, "cancel")
    told = [one.step for one in areas.certificate_steps(seen)]
    assert (seen.state, told) == ("cancelled", ["cancel", "reinstate", "suspend"])


def test_schemes_bodies_and_complaints(house, everybody, tmp_path):
    stranger, head, ann, official, anybody = (
        everybody[name] for name in ("stranger", "head", "ann", "official", "anybody")
    )
    path = tmp_path / "label.yaml"
    path.write_text(SCHEME.replace("1.0.0", "1.1.0"), encoding="utf-8")
    made = official.certification.publish_scheme(house.regulator, path)
    assert anybody.certification.download_scheme(made, tmp_path / "kept.yaml").read_bytes() == path.read_bytes()
    assert official.certification.withdraw_scheme(made).withdrawn
    granted = official.certification.accredit(house.regulator, house.body, "test-label", rule_packs=["general@1"])
    assert anybody.certification.body(house.body).scope[0].rule_packs == ("general@1",)
    complaint = stranger.certification.complain(house.body, "nobody came")
    answered = head.certification.answer_complaint(head.certification.complaint(complaint.id), "we were there")
    closed = official.certification.close_complaint(answered, house.regulator, upheld=True, finding="they were not")
    assert list(stranger.certification.complaints(state="upheld")) == [closed]
    (body,) = anybody.certification.bodies()
    assert (body.complaints.open, body.complaints.upheld) == (0, 1)
    assert official.certification.end_accreditation(granted, "no longer").reason == "no longer"
    held = head.certification.attest(house.body, house.ann.id, ["verifier"], valid_until=date(2030, 1, 1))
    assert head.certification.end_qualification(held).ended_at
    declared = ann.certification.declare_interest(house.body, house.maker, person=house.ann.id, note="worked there")
    assert list(head.certification.interests(house.body)) == [declared]
