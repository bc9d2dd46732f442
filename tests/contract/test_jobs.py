"""Use cases of jobs, the same on both engines."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tanheng.accounts import Actor, Membership, system
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.model import OrganisationKind, Role
from tanheng.errors import AccessError, Fault, JobError, StoreError
from tanheng.jobs import registry
from tanheng.jobs.kinds import databases
from tanheng.jobs.registry import find_kind
from tanheng.services.accounts import organisations
from tanheng.services.jobs import jobs, working
from tanheng.services.jobs.jobs import JobState
from tanheng.services.paging import Paging
from tanheng.storage.sql.tables import history

INIT = system("init")


@pytest.fixture
def firm(platform):
    return platform.do(INIT, organisations.create, kind=OrganisationKind.ENTERPRISE, names={"zh": "某铝业"})


def member_of(organisation, *roles):
    own = Membership(organisation.id, organisation.kind, frozenset(roles))
    return Actor(ActorKind.PERSON, "p", memberships={organisation.id: own})


def begin(platform, job, attempts=3):
    return platform.do(INIT, working.begin, job.id, attempts=lambda _: attempts)


@pytest.fixture
def engineer(firm):
    return member_of(firm, Role.ENGINEER)


@pytest.fixture
def job(platform, firm, engineer):
    return platform.do(engineer, jobs.start, kind="k", payload={"a": [1]}, organisation=firm.id)


def look(platform, job):
    return platform.look(INIT, jobs.of, job.id)


def told(platform, job):
    with platform.engine.connect() as connection:
        events = history.events
        return connection.execute(select(events.c.type).where(events.c.thing == job.id)).scalars().all()


def test_what_was_started_waits_for_the_worker(platform, job, engineer):
    assert (job.state, job.starter, job.payload) == (JobState.QUEUED, "person:p", {"a": [1]})
    assert platform.look(INIT, working.waiting) == ((job.id, "k"),)
    assert platform.look(engineer, jobs.of, job.id) == job
    assert told(platform, job) == ["job.started"]


def test_a_job_of_a_transaction_that_fails_is_not_there(platform, firm, engineer):
    def start_and_fail(work):
        jobs.start(work, kind="k", payload={}, organisation=firm.id)
        raise JobError("TH-JOB-001", kind="k")

    with pytest.raises(JobError):
        platform.do(engineer, start_and_fail)
    assert platform.look(INIT, working.waiting) == ()


def test_only_engineers_of_the_organisation_start_and_cancel(platform, firm, job):
    viewer = member_of(firm, Role.VIEWER)
    with pytest.raises(AccessError, match="TH-ACC-002"):
        platform.do(viewer, jobs.start, kind="k", payload={}, organisation=firm.id)
    with pytest.raises(AccessError, match="TH-ACC-002"):
        platform.do(viewer, jobs.cancel, job.id)
    assert platform.look(viewer, jobs.of, job.id) == job


def test_others_are_told_that_there_is_none(platform, firm, job):
    other = platform.do(INIT, organisations.create, kind=OrganisationKind.BANK, names={"en": "Bank"})
    stranger = member_of(other, Role.ENGINEER)
    for deed in (jobs.of, jobs.cancel):
        with pytest.raises(StoreError, match="TH-STO-001"):
            platform.do(stranger, deed, job.id)
    with pytest.raises(StoreError, match="TH-STO-001"):
        platform.do(stranger, jobs.start, kind="k", payload={}, organisation=firm.id)
    assert platform.look(stranger, jobs.listed, Paging()).items == ()
    with pytest.raises(AccessError, match="TH-ACC-002"):
        platform.do(stranger, jobs.start, kind="k", payload={})


def test_an_organisation_that_is_none_has_no_jobs(platform):
    with pytest.raises(StoreError, match="TH-STO-001"):
        platform.do(INIT, jobs.start, kind="k", payload={}, organisation=INIT.id)


def test_lists_are_narrowed_by_state_and_kind(platform, firm, engineer, job):
    second = platform.do(engineer, jobs.start, kind="other", payload={}, organisation=firm.id)
    platform.do(INIT, jobs.start, kind="k", payload={})

    def ids(**narrowed):
        return [entry.id for entry in platform.look(engineer, jobs.listed, Paging(), **narrowed).items]

    assert ids() == [second.id, job.id]
    assert ids(kind="k") == [job.id]
    begin(platform, job)
    assert ids(state=JobState.QUEUED) == [second.id]


def test_a_job_is_done_once(platform, job, clock):
    begun = begin(platform, job)
    assert (begun.state, begun.attempts, begun.started_at) == (JobState.RUNNING, 1, clock.now)
    assert platform.do(INIT, working.advance, job.id, done=3, total=4, note="reading")
    assert look(platform, job).done == 3
    clock.move(minutes=1)
    platform.do(INIT, working.succeed, job.id, {"value": 1.5, "none": float("nan")}, file_needs="")
    platform.do(INIT, working.succeed, job.id, {"value": 2.5}, file_needs="")
    platform.do(INIT, working.fail, job.id, (Fault("TH-JOB-002"),))
    done = look(platform, job)
    assert (done.state, done.done, done.ended_at) == (JobState.DONE, 4, clock.now)
    assert done.result == {"value": 1.5, "none": None}
    assert begin(platform, job) is None
    assert told(platform, job) == ["job.started", "job.ended"]


def test_faults_are_kept_as_they_are(platform, job):
    begin(platform, job)
    fault = Fault("TH-FMT-001", "a.zip", {"count": 3, "path": "x"})
    platform.do(INIT, working.fail, job.id, (fault,))
    assert look(platform, job).faults == (fault,)


def test_what_waits_is_cancelled_at_once(platform, job, engineer):
    assert platform.do(engineer, jobs.cancel, job.id).state is JobState.CANCELLED
    assert begin(platform, job) is None
    with pytest.raises(JobError, match="TH-JOB-005"):
        platform.do(engineer, jobs.cancel, job.id)
    assert told(platform, job) == ["job.started", "job.ended"]


def test_what_runs_is_cancelled_when_it_shows_itself(platform, job, engineer):
    begin(platform, job)
    assert platform.do(engineer, jobs.cancel, job.id).state is JobState.CANCELLING
    assert platform.do(engineer, jobs.cancel, job.id).state is JobState.CANCELLING
    assert not platform.do(INIT, working.advance, job.id, done=1, total=2, note="")
    platform.do(INIT, working.stop, job.id)
    assert look(platform, job).state is JobState.CANCELLED
    assert told(platform, job) == ["job.started", "job.cancel-requested", "job.ended"]


def test_what_was_to_stop_when_its_process_died_is_not_begun_again(platform, job, engineer):
    begin(platform, job)
    platform.do(engineer, jobs.cancel, job.id)
    assert begin(platform, job) is None
    assert look(platform, job).state is JobState.CANCELLED


def test_attempts_that_come_to_nothing_end_and_those_that_get_further_do_not(platform, job):
    for done in (1, 2, 3, 4):
        assert begin(platform, job, 2) is not None
        platform.do(INIT, working.advance, job.id, done=done, total=9, note="")
    assert begin(platform, job, 2) is not None
    platform.do(INIT, working.advance, job.id, done=4, total=9, note="")
    assert begin(platform, job, 2) is not None
    assert begin(platform, job, 2) is None
    given_up = look(platform, job)
    assert (given_up.state, given_up.attempts) == (JobState.FAILED, 6)
    assert given_up.faults == (Fault("TH-JOB-002", "", {"attempts": 2}),)


def test_a_worker_that_stops_in_good_order_costs_no_attempt(platform, job):
    for _ in range(3):
        assert begin(platform, job, 1) is not None
        platform.do(INIT, working.excuse)
    assert look(platform, job).attempts == 3


def test_a_kind_says_what_reading_its_files_takes():
    assert databases.KIND == "import-database"
    assert find_kind("export-database").file_needs == "database.export"
    assert find_kind(databases.KIND).file_needs == ""
    with pytest.raises(ValueError, match="exprot"):
        registry.job("of no use", file_needs="database.exprot")


def test_a_file_that_takes_an_action_is_read_by_those_who_may(platform, firm, engineer, job):
    viewer = member_of(firm, Role.VIEWER)
    blob = platform.blobs.put(b"x")
    begin(platform, job)
    platform.do(INIT, working.succeed, job.id, {"blob": blob, "file": "f"}, file_needs="database.export")
    assert platform.look(engineer, jobs.file_of, job.id) == ("f", blob)
    with pytest.raises(AccessError, match="TH-ACC-002"):
        platform.look(viewer, jobs.file_of, job.id)
