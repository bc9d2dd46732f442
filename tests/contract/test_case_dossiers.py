"""What a case is about: the assessment, evidence, sample, statement, comments and reports that count."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from certification_samples import ALL, INIT, SCHEME, House
from study_samples import study
from tanheng.certification.model import Assurance, Weight
from tanheng.certification.procedure import Machine, Party, reports, states
from tanheng.errors import CertificationError, StoreError, TanhengError
from tanheng.services.certification import bodies, cases, certificates, files, issuing, reviewing, schemes, verifying
from tanheng.services.studies import assessing, evidence, intake, studies
from tanheng.storage.sql.tables import certification as tables
from tanheng.storage.sql.tables import studies as study_tables


@pytest.fixture
def house(platform):
    return House(platform)


def do(house, actor, what, *args, **more):
    return house.platform.do(actor, what, *args, **more)


def certify(house, case):
    return issuing.certify(house.platform, house.bo, case.id, expected=case.version)


def stated(house, case, **more):
    told = {"assurance": Assurance.REASONABLE, "misstatement": 0.01, "text": "fair", **more}
    return do(house, house.ann, verifying.state, case.id, **told)


def asked(house, case):
    """The case in correction, with its comment answered."""
    note = do(house, house.ann, reviewing.comment, case.id, text="?", weight=Weight.MINOR)
    case = house.take(house.ann, case, "request-correction")
    do(house, house.engineer, reviewing.answer, case.id, note.id, text="!", expected=note.version)
    return case


def assessed_anew(house, made, **changed):
    kept = house.platform.look(house.engineer, studies.of, made)
    do(house, house.engineer, studies.revise, made, model=intake.read(study(**changed)), expected=kept.version)
    return assessing.assess(house.platform, house.engineer, made, assessing.Order())


# --- the assessment


def test_an_answer_brings_an_assessment_that_the_scheme_takes(house):
    text = SCHEME.replace("test-label", "gate-label") + "boundaries: [cradle-to-gate]\n"
    house.scheme = do(house, house.official, schemes.publish, text.encode(), organisation=house.regulator.id)
    house.accredit(scheme="gate-label")
    made, good = house.assessed()
    given = {"study": made.id, "scheme": house.scheme.id, "body": house.body.id}
    case = do(house, house.engineer, cases.open_case, **given)
    case = house.reviewed(house.take(house.engineer, case, "submit", assessment=good.id))
    other = assessed_anew(house, made.id, **{"cradle-to-gate": "gate-to-gate"})
    case = asked(house, case)
    with pytest.raises(CertificationError, match="TH-CER-013"):
        house.take(house.engineer, case, "answer", assessment=other.id)
    (one,) = house.platform.look(INIT, bodies.accreditations, ALL, scheme="gate-label").items
    do(house, house.official, bodies.end_accreditation, one.id, expected=one.version, reason="r")
    with pytest.raises(CertificationError, match="TH-CER-015"):
        house.take(house.engineer, case, "answer", assessment=good.id)


def test_an_assessment_that_another_took_the_place_of_is_not_certified(house):
    case = house.decided()
    newer = assessing.assess(house.platform, house.engineer, case.study, assessing.Order(samples=0))
    table = study_tables.assessments
    corrected = update(table).where(table.c.id == case.assessment).values(superseded_by=newer.id, reason="wrong meter")
    do(house, INIT, lambda work: work.sql.execute(corrected))
    with pytest.raises(CertificationError, match="TH-CER-130"):
        certify(house, case)


# --- the statement


def test_the_statement_on_the_certificate_is_the_one_that_was_signed(house):
    """A statement counts for the assessment of which it was made, until the case turns to another or is sent back."""
    case = house.verified()
    verifying.recompute(house.platform, house.ann, case.id)
    first = stated(house, case, assurance=Assurance.LIMITED)
    case = house.take(house.ann, case, "end-verification")
    for one in (house.ann, house.bo):
        case = do(house, one, verifying.sign, case.id, expected=case.version)
    case = house.take(house.bo, case, "send-back", reason="one more look")
    with pytest.raises(CertificationError, match="TH-CER-038"):
        house.take(house.ann, case, "end-verification")
    second = assessed_anew(house, case.study, **{"100 kWh": "90 kWh"})
    was, case = case.assessment, house.take(house.engineer, asked(house, case), "answer", assessment=second.id)
    unsigned = stated(house, case)
    assert house.platform.look(house.bo, verifying.statement_of, case.id) == unsigned
    case = house.take(house.engineer, asked(house, case), "answer", assessment=was)
    with pytest.raises(CertificationError, match="TH-CER-038"):
        house.take(house.ann, case, "end-verification")
    last = stated(house, case, assurance=Assurance.LIMITED, text="looked at again")
    case = house.take(house.ann, case, "end-verification")
    for one in (house.ann, house.bo):
        case = do(house, one, verifying.sign, case.id, expected=case.version)
    made = certify(house, case)
    kept = house.platform.look(INIT, certificates.row_of, made.number)
    assert (kept["statement"], kept["assurance"]) == (last.id, "limited")
    assert len({first.id, unsigned.id, last.id}) == 3


def test_comments_end_with_the_case(house):
    case = house.verified()
    note = do(house, house.ann, reviewing.comment, case.id, text="a slip", weight=Weight.MINOR)
    certify(house, house.signed(case))
    with pytest.raises(CertificationError, match="TH-CER-073"):
        do(house, house.engineer, reviewing.answer, case.id, note.id, text="what else?", expected=note.version)
    given = {"text": "seen", "state": reviewing.CommentState.CLOSED, "expected": note.version}
    with pytest.raises(CertificationError, match="TH-CER-073"):
        do(house, house.ann, reviewing.reply, case.id, note.id, **given)


# --- evidence


def kept_evidence(house, folder, made, content, name="meter.csv"):
    path = folder / "content"
    path.write_bytes(content)
    return evidence.add(house.platform, house.engineer, made, path, name=name, media_type="text/csv")


def test_the_evidence_of_a_case_is_what_its_assessment_computed_with(house, tmp_path):
    house.accredit()
    made, _ = house.assessed()
    meter = kept_evidence(house, tmp_path, made.id, b"100")
    result = assessing.assess(house.platform, house.engineer, made.id, assessing.Order())
    given = {"study": made.id, "scheme": house.scheme.id, "body": house.body.id}
    case = do(house, house.engineer, cases.open_case, **given)
    case = house.take(house.engineer, case, "submit", assessment=result.id)
    later = kept_evidence(house, tmp_path, made.id, b"secret", name="later.csv")
    for actor in (house.ann, house.engineer):
        assert house.platform.look(actor, files.evidence, case.id, ALL).items == (meter,)
        assert house.platform.look(actor, files.evidence_of, case.id, meter.id) == meter
        with pytest.raises(StoreError, match="TH-STO-001"):
            house.platform.look(actor, files.evidence_of, case.id, later.id)
    case = house.take(house.engineer, case, "abandon")
    assert (
        house.platform.look(house.ann, files.evidence, case.id, ALL).items == ()
    )  # the body has no more to do with it
    with pytest.raises(StoreError, match="TH-STO-001"):
        house.platform.look(house.ann, files.evidence_of, case.id, meter.id)
    assert house.platform.look(house.engineer, files.evidence, case.id, ALL).items == (meter,)


def test_what_was_put_beside_the_study_later_is_no_evidence_of_the_case(house, tmp_path):
    case, _ = house.submitted()
    kept_evidence(house, tmp_path, case.study, b"made up when the assessment was frozen")
    assert house.platform.look(house.ann, files.evidence, case.id, ALL).items == ()


# --- the sample


def test_the_sample_is_told_to_the_applicant_once_it_cannot_choose_by_it(house):
    def seed(case):
        table = tables.cases
        query = select(table.c.seed).where(table.c.id == case.id)
        return house.platform.look(INIT, lambda work: work.sql.execute(query).scalar_one())

    def plan(actor, case, **more):
        return verifying.sampling_plan(house.platform, actor, case.id, assurance=Assurance.LIMITED, **more)

    case, _ = house.submitted()
    with pytest.raises(CertificationError, match="TH-CER-134"):
        plan(house.ann, case)
    assert seed(case) == ""
    case = house.reviewed(case)
    drawn = seed(case)
    assert len(drawn) == 32
    told = plan(house.ann, case)
    with pytest.raises(CertificationError, match="TH-CER-134"):
        plan(house.engineer, case)
    case = house.signed(case)
    assert plan(house.engineer, case) == told
    case = house.take(house.bo, case, "send-back", reason="more")
    assert seed(case) != drawn  # the applicant knows the first, and may correct again
    for wrong in (0.0, 1.0, -1.0, float("nan")):
        with pytest.raises(CertificationError, match="TH-CER-135"):
            plan(house.ann, case, materiality=wrong)


# --- reports


@pytest.fixture
def add(house, tmp_path):
    def put(actor, case, kind):
        path = tmp_path / "report.pdf"
        path.write_bytes(b"%PDF")
        given = {"kind": kind, "name": "report.pdf", "media_type": "application/pdf"}
        return files.add(house.platform, actor, case.id, path, **given)

    return put


def test_reports_are_of_those_who_do_the_work_while_they_do_it(house, add):
    submitted, _ = house.submitted()
    for kind in reports():
        with pytest.raises(CertificationError, match=r"TH-CER-(002|139)"):
            add(house.ann, submitted, kind)
    case = house.reviewed(submitted)
    for kind in ("inspection-report", "review-record"):
        with pytest.raises(CertificationError, match="TH-CER-002"):  # whoever decides has not been there
            add(house.bo, case, kind)
    add(house.ann, case, "review-record")
    add(house.bo, case, "meeting-record")
    case = house.signed(case)
    with pytest.raises(CertificationError, match="TH-CER-139"):
        add(house.ann, case, "inspection-report")
    certify(house, case)
    with pytest.raises(CertificationError, match="TH-CER-139"):
        add(house.ann, case, "review-record")


def test_a_report_of_surveillance_is_of_after_the_certificate(house, add):
    case = house.decided()
    with pytest.raises(CertificationError, match="TH-CER-139"):
        add(house.ann, case, "surveillance-report")
    one = certify(house, case)
    with pytest.raises(TanhengError, match="TH-CER-052"):
        do(house, house.ann, certificates.take, one.number, "confirm", expected=one.version)
    with pytest.raises(CertificationError, match="TH-CER-002"):
        add(house.bo, case, "surveillance-report")
    add(house.ann, case, "surveillance-report")
    assert do(house, house.ann, certificates.take, one.number, "confirm", expected=one.version).state == "valid"


def test_while_the_footprint_is_verified_a_report_of_the_inspection_is_amended_and_no_first_one(house, add):
    with pytest.raises(CertificationError, match="TH-CER-162"):  # nobody was on the site
        add(house.ann, house.verified(), "inspection-report")
    case = house.take(house.ann, house.begun(house.submitted()[0]), "end-review")
    with pytest.raises(TanhengError, match="TH-CER-035"):
        house.take(house.ann, case, "end-inspection")
    add(house.ann, case, "inspection-report")
    case = house.take(house.ann, case, "end-inspection")
    add(house.ann, case, "inspection-report")
    case = house.signed(case)
    with pytest.raises(CertificationError, match="TH-CER-139"):
        add(house.ann, case, "inspection-report")
    case = house.take(house.bo, case, "send-back", reason="the photographs")
    add(house.ann, case, "inspection-report")
    assert len(house.platform.look(house.ann, files.listed, case.id, ALL, kind="inspection-report").items) == 3


@pytest.mark.parametrize("kind", reports())
def test_a_report_is_added_in_the_states_of_the_table_by_those_of_the_table(house, add, kind):
    report = reports()[kind]
    case, _ = house.submitted()
    house.reviewed(case)
    people = {"ann": {Party.REVIEWER, Party.INSPECTOR, Party.VERIFIER}, "bo": {Party.DECIDER}}
    wrong = []
    for state in states(Machine.CASE)[1:]:  # a draft is not seen
        with house.platform.engine.begin() as sql:
            sql.execute(update(tables.cases).where(tables.cases.c.id == case.id).values(state=state))
        for who, functions in people.items():
            wanted = "added" if state in report.states and functions & {*report.by} else "refused"
            try:
                add(getattr(house, who), case, kind)
                found = "added"
            except CertificationError:
                found = "refused"
            if found != wanted and state not in report.amended:
                wrong.append((who, state, found))
    assert wrong == []
