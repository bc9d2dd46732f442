"""The steps of the clock, and notices: to whose turn it is, and before days that are near, once for each occasion."""

from __future__ import annotations

import time
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from certification_calls import done
from certification_samples import ALL, INIT, House
from study_samples import study
from tanheng.errors import AccessError
from tanheng.services import notices
from tanheng.services.audit.verifying import verify
from tanheng.services.certification import cases, certificates, change, complaints, teams
from tanheng.services.certification import clock as clock_service
from tanheng.services.jobs import jobs
from tanheng.services.studies import assessing, intake, studies
from tanheng.storage.sql.tables import certification as tables
from tanheng.storage.sql.tables import jobs as job_tables
from tanheng.storage.sql.tables import notices as notice_tables
from worker_process import worker

PATIENCE = 120  # seconds after which a test gives up; nothing is measured


@pytest.fixture
def house(platform):
    return House(platform)


@pytest.fixture
def told(house):
    """Kinds of notices that somebody got since this was asked for them the last time."""
    seen = Counter()

    def asked(one):
        found = house.platform.look(one, notices.listed, ALL).items
        new = list(reversed(found))[seen[one.id] :]
        seen[one.id] = len(found)
        return [notice.kind for notice in new]

    return asked


def tick(house):
    return clock_service.tick(house.platform, INIT)


def test_those_whose_turn_it_is_are_told(house, told):
    case, assessment = house.submitted()
    assert (told(house.ann), told(house.head), told(house.engineer)) == (["case-submitted"], ["case-submitted"], [])
    case = house.take(house.head, case, "return", reason="the readings are missing")
    assert (told(house.engineer), told(house.ann)) == (["case-returned"], [])
    case = house.take(house.engineer, case, "submit", assessment=assessment.id)
    case = house.take(house.head, case, "accept")
    assert told(house.ann) == ["case-submitted", "case-accepted"]
    house.platform.do(house.head, teams.propose, case.id, expected=case.version, team=house.team)
    assert (told(house.ann), told(house.bo)[-1]) == (["case-team"], "case-team")
    case = house.platform.look(house.head, cases.of, case.id)
    case = house.platform.do(house.head, teams.propose, case.id, expected=case.version, team=house.team)
    assert told(house.ann) == []  # named already
    for one in (house.ann, house.bo):
        case = house.platform.do(one, teams.declare, case.id)
    case = house.platform.do(house.head, teams.plan, case.id, expected=case.version, team=house.team)
    assert told(house.ann) == ["case-planned"]
    case = house.take(house.ann, case, "begin-review")
    assert told(house.ann) == []  # by herself
    house.signed(house.take(house.ann, case, "end-review-without-site"))
    assert told(house.bo) == ["case-planned", "case-decision"]
    assert told(house.stranger) == told(house.official) == []


def test_each_language_says_what_a_notice_is_of(house):
    case, _ = house.submitted()
    (one,) = house.platform.look(house.ann, notices.listed, ALL).items
    assert one.thing == f"/v1/cases/{case.id}"
    assert one.text("en") == f"the application {case.number} was handed in: accept, return or reject it"
    assert one.text("zh") == f"申请 {case.number} 已提交，请受理、退回或不予受理"


def test_holder_and_team_are_told_what_becomes_of_a_certificate(house, told):
    made = house.certified()
    assert told(house.engineer)[-1] == "case-certified"
    told(house.ann)
    for name in ("suspend", "reinstate", "withdraw"):
        given = {"expected": made.version, "reason": "r"}
        made = house.platform.do(house.bo, certificates.take, made.number, name, **given)
    kinds = ["certificate-suspended", "certificate-valid", "certificate-withdrawn"]
    assert (told(house.engineer), told(house.ann)) == (kinds, kinds)


def test_complaints_are_told_to_body_regulator_and_author(house, told):
    house.accredit()
    made = house.platform.do(house.stranger, complaints.complain, body=house.body.id, text="t")
    assert (told(house.head), told(house.official)) == (["complaint-made"], ["complaint-made"])
    made = house.platform.do(house.head, complaints.answer, made.id, text="a", expected=made.version)
    assert (told(house.stranger), told(house.official)) == (["complaint-answered"], ["complaint-answered"])
    closing = {"regulator": house.regulator.id, "upheld": False, "finding": "f"}
    house.platform.do(house.official, complaints.close, made.id, expected=made.version, **closing)
    assert (told(house.stranger), told(house.head)) == (["complaint-closed"], ["complaint-closed"])


def test_a_deadline_is_told_a_week_before_and_ends_the_case_after(house, told, clock):
    case, _ = house.submitted()
    case = house.take(house.head, case, "return", reason="r")
    told(house.engineer)
    clock.move(days=22)
    assert (tick(house).told, told(house.engineer)) == (0, [])
    clock.move(days=1)
    assert (tick(house).told, told(house.engineer)) == (1, ["case-deadline"])
    assert (tick(house).told, told(house.engineer)) == (0, [])
    clock.move(days=7)
    assert (tick(house).lapsed, case.deadline) == (0, house.platform.today())
    clock.move(days=1)
    found = tick(house)
    assert (found.lapsed, found.failed, told(house.engineer)) == (1, {}, ["case-lapsed"])
    ended = house.platform.look(house.engineer, cases.of, case.id)
    assert (ended.state, ended.deadline) == ("refused", None)
    assert tick(house).lapsed == 0
    assert house.platform.look(INIT, verify).findings == ()


def test_a_visit_is_told_the_day_before(house, told, clock):
    case = house.reviewed(house.submitted()[0])
    tomorrow = house.platform.today() + timedelta(days=2)
    with house.platform.engine.begin() as sql:
        sql.execute(update(tables.cases).values(state="site-inspection", visit=tomorrow))
    assert tick(house).told == 0
    clock.move(days=1)
    for one in (house.engineer, house.ann):
        told(one)
    assert tick(house).told == 1
    assert (told(house.engineer), told(house.ann)) == (["case-visit"], ["case-visit"])
    assert house.platform.look(house.ann, cases.of, case.id).state == "site-inspection"


def test_surveillance_and_the_end_are_told_in_time_and_only_the_nearest_of_what_was_missed(house, told, clock):
    made = house.certified()
    kinds = []
    for _ in range(800):
        clock.move(days=1)
        tick(house)
        kinds += [
            (kind, (house.platform.today() - made.valid_from).days)
            for kind in told(house.engineer)
            if kind[:4] != "case"
        ]
    assert house.platform.look(INIT, certificates.of, made.number).state == "expired"
    days = (made.valid_until - made.valid_from).days
    due = (made.surveillance - made.valid_from).days
    assert kinds == [
        ("certificate-surveillance", due - 60),
        ("certificate-surveillance", due - 14),
        ("certificate-ending", days - 90),
        ("certificate-ending", days - 30),
        ("certificate-ending", days - 7),
        ("certificate-expired", days + 1),
    ]
    other = house.certified()
    clock.move(days=days - 5)
    told(house.engineer)
    assert (tick(house).told, told(house.engineer)) == (1, ["certificate-ending"])
    assert house.platform.look(INIT, certificates.of, other.number).state == "valid"


def test_a_suspension_that_lasts_too_long_withdraws_the_certificate(house, told, clock):
    made = house.certified()
    given = {"expected": made.version, "reason": "r"}
    made = house.platform.do(house.bo, certificates.take, made.number, "suspend", **given)
    told(house.engineer)
    clock.move(days=173)
    tick(house)
    assert told(house.engineer) == ["certificate-suspension"]
    clock.move(days=8)
    assert tick(house).ended == 1
    assert told(house.engineer) == ["certificate-withdrawn"]


def test_what_is_broken_off_is_gone_on_with_and_tells_nothing_twice(house, clock):
    for _ in range(3):
        house.certified()
    clock.move(days=730 - 60)

    class Broken(Exception):  # noqa: N818 - a process that dies
        pass

    def at(note):
        if note == "notices":
            raise Broken

    with pytest.raises(Broken):
        clock_service.tick(house.platform, INIT, at=at)
    before = count(house)
    assert tick(house).told == 3
    assert tick(house).told == 0
    assert count(house) > before


def count(house):
    with house.platform.engine.begin() as sql:
        return len(sql.execute(select(notice_tables.notices.c.id)).all())


def test_the_day_s_work_is_started_once_a_day_and_again_where_it_failed(house, clock):
    platform = house.platform
    start = lambda: platform.do(INIT, clock_service.start_where_needed)  # noqa: E731
    assert start() is False  # there is nothing to be watched
    house.submitted()
    assert (start(), start()) == (True, False)
    (job,) = platform.look(INIT, jobs.listed, ALL, kind=clock_service.JOB).items
    assert done(platform, job.id) == {"lapsed": 0, "ended": 0, "told": 0, "failed": {}}
    assert start() is False
    clock.move(days=1)
    assert start() is True
    with platform.engine.begin() as sql:
        failed = {"state": "failed", "ended_at": clock()}
        sql.execute(update(job_tables.jobs).where(job_tables.jobs.c.id != job.id).values(**failed))
    assert start() is False
    clock.move(hours=1.5)
    assert start() is True


def test_the_worker_starts_it_unasked(house):
    house.submitted()
    end = time.monotonic() + PATIENCE
    with worker(house.platform):
        while True:
            found = house.platform.look(INIT, jobs.listed, ALL, kind=clock_service.JOB).items
            if found and found[0].ended_at:
                break
            assert time.monotonic() < end, (house.platform.home.path / "log").read_text()
            time.sleep(0.1)
    assert (len(found), found[0].state) == (1, "done")


def test_a_newer_assessment_that_moved_too_far_is_told_once(house, told):
    platform, made = house.platform, house.certified()
    own = house.platform.look(house.engineer, studies.listed, ALL, organisation=house.maker.id).items[0]
    found = platform.look(house.engineer, change.of, made.number)
    assert (found.drift.share, found.drift.is_material, found.limit) == (0.0, False, 0.1)
    for reader in (house.stranger, house.official):
        with pytest.raises(AccessError):
            platform.look(reader, change.of, made.number)

    def assessed(amount):
        model = intake.read(study(**{"100 kWh": f"{amount} kWh"}))
        version = platform.look(house.engineer, studies.of, own.id).version
        platform.do(house.engineer, studies.revise, own.id, expected=version, model=model, note="n")
        return assessing.assess(platform, house.engineer, own.id, assessing.Order())

    assessed(105)
    told(house.engineer)
    assert (tick(house).told, told(house.engineer)) == (0, [])
    newest = assessed(120)
    found = platform.look(house.ann, change.of, made.number)
    assert (found.assessment, found.drift.share) == (newest.id, pytest.approx(0.2))
    assert found.drift.is_material
    assert (tick(house).told, told(house.engineer)) == (1, ["certificate-change"])
    assert (tick(house).told, told(house.engineer)) == (0, [])
    (notice,) = [one for one in platform.look(house.bo, notices.listed, ALL).items if one.kind == "certificate-change"]
    assert "+20.0%" in notice.text("en")
