"""Checks of the database: the engine, its schema, its clock, the history in it, and the jobs that wait."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import DateTime, cast, func, select, text

from tanheng.accounts import system
from tanheng.services.audit.verifying import verify
from tanheng.services.doctor.report import Finding
from tanheng.services.jobs import working
from tanheng.services.jobs.jobs import JobState
from tanheng.storage.platform import utc_now
from tanheng.storage.sql import Work, migrating
from tanheng.storage.sql.naming import named_blobs
from tanheng.storage.sql.tables import history as events
from tanheng.storage.sql.tables import jobs as tables

ACTOR = system("audit")
OLDEST = 14
"""Oldest version of PostgreSQL that its makers maintain."""
APART = timedelta(seconds=5)
"""That the clocks of the machine and of the database may be apart."""
AHEAD = timedelta(minutes=1)
"""That the last event may lie ahead of the clock."""
_SHOWN = 5


def engine(work: Work, *, deep: bool) -> list[Finding]:
    """SQLite is sound and writes ahead; PostgreSQL is of a version that is maintained, and keeps every script."""
    return _sqlite(work, deep=deep) if work.sql.dialect.name == "sqlite" else _postgresql(work)


def _sqlite(work: Work, *, deep: bool) -> list[Finding]:
    found = []
    check = "PRAGMA integrity_check" if deep else "PRAGMA quick_check"  # the quick one leaves indexes out
    faults = [str(row[0]) for row in work.sql.execute(text(check)) if row[0] != "ok"]
    if faults:
        found.append(Finding("engine", "damaged", {"reason": "; ".join(faults[:_SHOWN])}))
    loose = {str(row[0]) for row in work.sql.execute(text("PRAGMA foreign_key_check"))}
    if loose:
        found.append(Finding("engine", "loose", {"tables": ", ".join(sorted(loose))}))
    mode = work.sql.execute(text("PRAGMA journal_mode")).scalar_one()
    if mode != "wal":
        found.append(Finding("engine", "journal", {"found": mode}))
    return found


def _postgresql(work: Work) -> list[Finding]:
    found = []
    number = int(work.sql.execute(text("SHOW server_version_num")).scalar_one())
    if number // 10_000 < OLDEST:
        found.append(Finding("engine", "server_old", {"found": number // 10_000, "wanted": OLDEST}))
    encoding = work.sql.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        found.append(Finding("engine", "encoding", {"found": encoding}))
    return found


def schema(work: Work) -> list[Finding]:
    """The schema is that of this version."""
    found, wanted = migrating.revision(work.sql), migrating.newest()
    if found and not migrating.is_known(found):
        return [Finding("schema", "newer", {"found": found, "wanted": wanted})]
    if found != wanted:
        return [Finding("schema", "older", {"found": found or "–", "wanted": wanted})]
    if others := migrating.differences(work.sql):
        return [Finding("schema", "differs", {"count": len(others), "differences": "; ".join(others[:_SHOWN])})]
    return []


def clock(work: Work) -> list[Finding]:
    """The clocks of machine and database agree, and neither went back behind what was written."""
    found = []
    if work.sql.dialect.name == "postgresql":
        there = work.sql.execute(select(cast(func.clock_timestamp(), DateTime(timezone=True)))).scalar_one()
        apart = abs(utc_now() - there)
        if apart > APART:
            found.append(Finding("clock", "clocks", {"seconds": round(apart.total_seconds())}))
    last = work.sql.execute(select(func.max(events.events.c.at))).scalar_one()
    if last is not None and last - work.now > AHEAD:
        found.append(Finding("clock", "ahead", {"at": last.isoformat(timespec="seconds")}))
    return found


def history(work: Work) -> list[Finding]:
    """The history is as it was written, to its signed end."""
    faults = verify(work).findings
    return [Finding("history", "broken", {"count": len(faults), "number": faults[0].number})] if faults else []


def jobs(work: Work) -> list[Finding]:
    """Somebody does the jobs that wait."""
    if working.is_worked(work.platform):
        return []
    open_ = (JobState.QUEUED.value, JobState.RUNNING.value, JobState.CANCELLING.value)
    count = work.sql.execute(select(func.count()).where(tables.jobs.c.state.in_(open_))).scalar_one()
    if count:
        return [Finding("jobs", "unworked", {"count": count})]
    return [Finding("jobs", "no_worker", is_wrong=False)]


def named(work: Work) -> set[bytes]:
    """Digests of the blobs that rows name."""
    return set(map(bytes.fromhex, named_blobs(work.sql)))
