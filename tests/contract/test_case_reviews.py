"""The reviewer's room, the verifier's work and signatures, the same on both engines."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from certification_samples import ALL, INIT, House
from tanheng.accounts import ANONYMOUS
from tanheng.certification.model import Assurance, CommentState, Weight
from tanheng.certification.sampling import Why
from tanheng.errors import AccessError, CertificationError, StoreError
from tanheng.services.audit.verifying import verify
from tanheng.services.certification import files, reviewing, verifying
from tanheng.storage.sql.tables import certification as tables


@pytest.fixture
def house(platform):
    return House(platform)


@pytest.fixture
def case(house):
    return house.verified()


def commented(house, case, weight=Weight.MAJOR, **more):
    given = {
        "text": "where is the meter?",
        "path": "lines[0].amount",
        "clause": "GB/T 24067 6.3",
        "weight": weight,
        **more,
    }
    return house.platform.do(house.ann, reviewing.comment, case.id, **given)


def stated(house, case, **more):
    given = {"assurance": Assurance.REASONABLE, "misstatement": 0.01, "text": "fair", **more}
    return house.platform.do(house.ann, verifying.state, case.id, **given)


def codes(caught):
    return [fault.code for fault in caught.value.faults]


def test_a_correction_goes_round(house, case):
    made = commented(house, case)
    case = house.take(house.ann, case, "request-correction")
    assert (case.state, case.before, case.round) == ("correction", "verification", 1)
    assert case.deadline is not None
    with pytest.raises(CertificationError) as caught:
        house.take(house.engineer, case, "answer")
    assert codes(caught) == ["TH-CER-032"]
    answered = house.platform.do(
        house.engineer, reviewing.answer, case.id, made.id, text="meter-2.pdf", expected=made.version
    )
    assert answered.state is CommentState.ANSWERED
    case = house.take(house.engineer, case, "answer")
    assert (case.state, case.before, case.deadline, case.round) == ("verification", "", None, 1)
    verifying.recompute(house.platform, house.ann, case.id)
    stated(house, case)
    with pytest.raises(CertificationError, match="TH-CER-030"):
        house.take(house.ann, case, "end-verification")
    closing = {"text": "seen", "state": CommentState.CLOSED, "expected": answered.version}
    closed = house.platform.do(house.ann, reviewing.reply, case.id, made.id, **closing)
    said = house.platform.look(house.engineer, reviewing.replies, case.id, made.id, ALL).items
    assert [(one.text, one.state) for one in reversed(said)] == [
        ("where is the meter?", CommentState.OPEN),
        ("meter-2.pdf", CommentState.ANSWERED),
        ("seen", CommentState.CLOSED),
    ]
    with pytest.raises(CertificationError, match="TH-CER-074"):
        house.platform.do(house.engineer, reviewing.answer, case.id, made.id, text="more", expected=closed.version)
    assert house.take(house.ann, case, "end-verification").state == "decision"


def test_both_sides_read_comments_and_nobody_else(house, case):
    made = commented(house, case)
    for actor in (house.engineer, house.bo):
        assert house.platform.look(actor, reviewing.comments, case.id, ALL).items == (made,)
    assert house.platform.look(house.bo, reviewing.comments, case.id, ALL, state=CommentState.CLOSED).items == ()
    for actor in (house.stranger, house.official):
        with pytest.raises(StoreError, match="TH-STO-001"):
            house.platform.look(actor, reviewing.comments, case.id, ALL)
    with pytest.raises(AccessError, match="TH-ACC-001"):
        house.platform.look(ANONYMOUS, reviewing.comments, case.id, ALL)
    with pytest.raises(AccessError, match="TH-ACC-002"):
        house.platform.do(house.engineer, reviewing.comment, case.id, text="x", weight=Weight.MINOR)
    with pytest.raises(CertificationError, match="TH-CER-002"):
        house.platform.do(house.head, reviewing.comment, case.id, text="x", weight=Weight.MINOR)
    other, _ = house.submitted()
    with pytest.raises(StoreError, match="TH-STO-001"):
        house.platform.do(house.engineer, reviewing.answer, other.id, made.id, text="x", expected=made.version)


def test_a_draft_is_not_commented_on(house):
    case, _ = house.submitted()
    with pytest.raises(CertificationError, match="TH-CER-002"):
        commented(house, case)


def test_files_come_from_the_side_that_they_are_of(house, tmp_path):
    path = tmp_path / "meter.csv"
    path.write_text("1,2")
    about = {"name": "meter.csv", "media_type": "text/csv"}
    case, _ = house.submitted()
    with pytest.raises(CertificationError, match="TH-CER-075"):
        files.add(house.platform, house.engineer, case.id, path, kind="meter-readings", **about)
    case = house.take(house.head, case, "return", reason="the readings are missing")
    made = files.add(house.platform, house.engineer, case.id, path, kind="meter-readings", **about)
    assert house.platform.look(house.ann, files.listed, case.id, ALL, kind="meter-readings").items == (made,)
    assert house.platform.blobs.file(made.digest).read_bytes() == b"1,2"
    with pytest.raises(AccessError):
        files.add(house.platform, house.engineer, case.id, path, kind="inspection-report", **about)
    with pytest.raises(CertificationError, match="TH-CER-002"):
        files.add(house.platform, house.ann, case.id, path, kind="inspection-report", **about)
    with pytest.raises(CertificationError, match="TH-CER-076"):
        files.add(house.platform, house.engineer, case.id, path, kind="Meter Readings", **about)
    with pytest.raises(StoreError, match="TH-STO-056"):
        files.add(house.platform, house.engineer, case.id, path, kind="x", name="\n", media_type="text/csv")
    for actor in (house.stranger, house.official):
        with pytest.raises(StoreError, match="TH-STO-001"):
            house.platform.look(actor, files.of, case.id, made.id)


def test_the_verifier_recomputes_samples_and_states(house, case):
    found = verifying.recompute(house.platform, house.ann, case.id)
    assert found.same
    assert house.platform.look(house.engineer, verifying.recomputations, case.id, ALL).items == (found,)
    told = verifying.sampling_plan(house.platform, house.ann, case.id, assurance=Assurance.LIMITED)
    assert [(one.place, one.why) for one in told] == [("lines[0]", Why.KEY)]
    assert verifying.dossier(house.platform, house.engineer, case.id).digest == found.digest
    with pytest.raises(CertificationError) as caught:
        house.take(house.ann, case, "end-verification")
    assert codes(caught) == ["TH-CER-038"]
    stated(house, case, misstatement=0.06)
    with pytest.raises(CertificationError) as caught:
        house.take(house.ann, case, "end-verification")
    assert codes(caught) == ["TH-CER-040"]
    stated(house, case)
    assert house.take(house.ann, case, "end-verification").state == "decision"
    for wrong in (-0.1, float("nan"), float("inf")):
        with pytest.raises(CertificationError, match=r"TH-CER-07[78]"):
            stated(house, case, misstatement=wrong)


def test_others_neither_recompute_nor_state(house, case):
    for actor, error in ((house.stranger, StoreError), (house.engineer, AccessError), (house.head, CertificationError)):
        with pytest.raises(error):
            verifying.recompute(house.platform, actor, case.id)
    with pytest.raises(CertificationError, match="TH-CER-002"):
        house.platform.do(house.bo, verifying.state, case.id, assurance=Assurance.LIMITED, misstatement=0, text="")


def test_verifier_and_decider_sign_the_statement_as_it_is(house, case):
    verifying.recompute(house.platform, house.ann, case.id)
    first = stated(house, case)
    case = house.take(house.ann, case, "end-verification")
    with pytest.raises(CertificationError, match="TH-CER-002"):
        house.platform.do(house.head, verifying.sign, case.id, expected=case.version)
    case = house.platform.do(house.ann, verifying.sign, case.id, expected=case.version)
    with pytest.raises(CertificationError, match="TH-CER-079"):
        house.platform.do(house.ann, verifying.sign, case.id, expected=case.version)
    case = house.platform.do(house.bo, verifying.sign, case.id, expected=case.version)
    found = house.platform.look(house.engineer, verifying.statement_of, case.id)
    assert (found.digest, {*found.signed}) == (first.digest, {house.ann.id, house.bo.id})
    case = house.take(house.bo, case, "send-back", reason="look at line 0 again")
    second = stated(house, case, text="fair, looked at again")
    assert second.digest != first.digest
    assert second.signed == ()


def test_history_tells_of_all_of_it(house, case):
    commented(house, case)
    verifying.recompute(house.platform, house.ann, case.id)
    stated(house, case)
    assert house.platform.look(INIT, verify).findings == ()
    with house.platform.engine.connect() as sql:
        assert len(sql.execute(select(tables.steps.c.id)).all()) == 5
