"""Jobs as the worker meets them: handed out, begun, told how far they are, ended. Each is ended once, whatever happens."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Collection
from typing import Any

import orjson
from sqlalchemy import func, select, update

from tanheng.errors import Fault
from tanheng.services.jobs.events import JobEnded
from tanheng.services.jobs.jobs import KIND, Job, JobState, held, made_of
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import jobs as tables

LOCK = "jobs.lock"
"""A file of the data directory that the worker holds a lock on as long as it lives."""
HANDED = 100
"""Jobs of a kind that are handed out at once, the oldest first; the others follow as these are done."""


def is_worked(platform: Platform) -> bool:
    """Whether there is a worker."""
    try:
        handle = os.open(platform.home.path / LOCK, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def waiting(work: Work) -> tuple[tuple[str, str], ...]:
    """The oldest jobs of each kind that are queued: ``(id, kind)``."""
    table = tables.jobs
    place = func.row_number().over(partition_by=table.c.kind, order_by=table.c.id).label("place")
    queued = select(table.c.id, table.c.kind, place).where(table.c.state == JobState.QUEUED.value).subquery()
    query = select(queued.c.id, queued.c.kind).where(queued.c.place <= HANDED).order_by(queued.c.id)
    return tuple((row.id, row.kind) for row in work.sql.execute(query))


def under_way(work: Work) -> tuple[tuple[str, str], ...]:
    """Jobs that a process had begun: ``(id, kind)``."""
    table = tables.jobs
    query = select(table.c.id, table.c.kind).where(
        table.c.state.in_((JobState.RUNNING.value, JobState.CANCELLING.value))
    )
    return tuple((row.id, row.kind) for row in work.sql.execute(query.order_by(table.c.id)))


def begin(work: Work, id: str, *, attempts: Callable[[str], int]) -> Job | None:  # noqa: A002
    """Take a job up, first or again; ``None`` where there is nothing to be done for it any more.

    Args:
        attempts: of a kind: how many that come to nothing are made in a row before a job is given up (TH-JOB-002).
    """
    row = held(work, id)
    state = JobState(row["state"])
    if state.is_final:
        return None
    if state is JobState.CANCELLING:
        _end(work, made_of(row), JobState.CANCELLED)
        return None
    if row["fruitless"] >= attempts(row["kind"]):
        _end(work, made_of(row), JobState.FAILED, faults=(Fault("TH-JOB-002", "", {"attempts": row["fruitless"]}),))
        return None
    counts = {"attempts": row["attempts"] + 1, "fruitless": row["fruitless"] + 1}
    first = {"started_at": row["started_at"] or work.now}
    work.change(tables.jobs, id, kind=KIND, expected=None, state=JobState.RUNNING.value, **counts, **first)
    return made_of(held(work, id))


def advance(work: Work, id: str, *, done: int, total: int, note: str) -> bool:  # noqa: A002 - as the column is called
    """Tell how far a job is; returns whether it is to go on."""
    row = held(work, id)
    values: dict[str, Any] = {"done": done, "total": total, "note": note[:500]}
    if done != row["done"] or note[:500] != row["note"]:
        values["fruitless"] = 0
    work.change(tables.jobs, id, kind=KIND, expected=None, **values)
    return JobState(row["state"]) is JobState.RUNNING


def further(work: Work, id: str) -> None:  # noqa: A002 - as the column is called
    """A step of the job is done and kept: the attempts before came to something."""
    work.sql.execute(update(tables.jobs).where(tables.jobs.c.id == id).values(fruitless=0))


def succeed(work: Work, id: str, result: Any, *, file_needs: str) -> None:  # noqa: A002 - as the column is called
    """The job is done, with what it found; numbers that are none become ``null``.

    Args:
        file_needs: the action that reading its file takes, besides reading the job; empty for none.
    """
    plain = orjson.loads(orjson.dumps(result, option=orjson.OPT_SERIALIZE_NUMPY))
    _end(work, made_of(held(work, id)), JobState.DONE, result=plain, file_needs=file_needs)


def fail(work: Work, id: str, faults: Collection[Fault]) -> None:  # noqa: A002 - as the column is called
    """The job failed."""
    _end(work, made_of(held(work, id)), JobState.FAILED, faults=faults)


def stop(work: Work, id: str) -> None:  # noqa: A002 - as the column is called
    """The job was stopped, as somebody asked."""
    _end(work, made_of(held(work, id)), JobState.CANCELLED)


def excuse(work: Work) -> None:
    """The worker stops in good order: what runs is no attempt that failed."""
    table = tables.jobs
    work.sql.execute(update(table).where(table.c.state == JobState.RUNNING.value).values(fruitless=0))


def _end(
    work: Work,
    job: Job,
    state: JobState,
    *,
    result: Any = None,
    file_needs: str = "",
    faults: Collection[Fault] = (),
) -> None:
    if job.state.is_final:
        return  # it was ended by the process before, which died before it could say so
    told = [{"code": f.code, "place": f.place, "params": _plain(f.params)} for f in faults]
    values: dict[str, Any] = {"state": state.value, "faults": told, "ended_at": work.now}
    if state is JobState.DONE:
        values |= {"result": result, "file_needs": file_needs, "done": job.total or job.done}
    work.change(tables.jobs, job.id, kind=KIND, expected=None, **values)
    code = told[0]["code"] if told else ""
    work.record(JobEnded(id=job.id, organisation=job.organisation, state=state.value, fault=code))


def _plain(params: Any) -> Any:
    """Parameters of a fault as JSON; what JSON has no word for is told as text."""
    return orjson.loads(orjson.dumps(dict(params), default=str, option=orjson.OPT_NON_STR_KEYS))
