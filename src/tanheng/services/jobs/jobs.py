"""Jobs as people meet them: started, looked at, cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.accounts.actors import ActorKind
from tanheng.errors import Fault, JobError
from tanheng.services.jobs.events import JobCancelRequested, JobEnded, JobStarted
from tanheng.services.paging import Page, Paging, page
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts
from tanheng.storage.sql.tables import jobs as tables
from tanheng.storage.sql.work import is_id

KIND = "job"


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    CANCELLING = "cancelling"  # somebody asked for it to stop; it does at its next sign of progress
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether nothing more happens to the job."""
        return self in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Job:
    """A job.

    Attributes:
        organisation: empty where it is of the installation itself.
        starter: who started it, as in the history: ``person:ID``.
        done, total: how far it has come, in steps of its own; ``total`` is 0 where it is not known.
        result: what it found, once it is done.
        faults: why it failed.
        attempts: how often a process took it up.
    """

    id: str
    organisation: str
    starter: str
    kind: str
    payload: Mapping[str, Any]
    state: JobState
    done: int
    total: int
    note: str
    result: Any
    faults: tuple[Fault, ...]
    attempts: int
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


def start(work: Work, *, kind: str, payload: Mapping[str, Any], organisation: str = "") -> Job:
    """Ask for a job; once the caller's transaction is written it is never lost.

    Args:
        kind: as it is registered in :mod:`tanheng.jobs`. payload: what it needs to know, as JSON.
        organisation: whose job it is; empty for the installation's own, which only the system starts in this way.

    Raises:
        StoreError: TH-STO-001 no such organisation, or none of the actor's. AccessError: TH-ACC-002 no engineer there.
    """
    if organisation:
        work.get(accounts.organisations, organisation, kind="organisation")
        work.see("job.read", Thing("organisation", organisation, organisation=organisation))
    work.require("job.start", Thing(KIND, organisation=organisation))
    return begin(work, kind=kind, payload=payload, organisation=organisation)


def begin(work: Work, *, kind: str, payload: Mapping[str, Any], organisation: str = "") -> Job:
    """Ask for a job, as :func:`start`, for callers who have decided that it may be.

    A job of the installation itself is read and cancelled by whoever started it.
    """
    values = {"kind": kind, "payload": dict(payload), "state": JobState.QUEUED.value, "faults": []}
    starter = f"{work.actor.kind}:{work.actor.id}"
    made = work.insert(tables.jobs, **values, organisation=organisation or None, starter=starter)
    work.record(JobStarted(id=made, organisation=organisation, job_kind=kind))
    return of(work, made)


def is_under_way(work: Work, kind: str) -> bool:
    """Whether a job of a kind waits or runs; for jobs that nobody asks for, of which one is enough."""
    table = tables.jobs
    final = [state.value for state in JobState if state.is_final]
    about = select(table.c.id).where(table.c.kind == kind, table.c.state.not_in(final)).limit(1)
    return work.sql.execute(about).first() is not None


def of(work: Work, id: str) -> Job:  # noqa: A002 - as the column is called
    """A job that the actor may read (TH-STO-001 for any other)."""
    row = work.get(tables.jobs, id, kind=KIND)
    work.see("job.read", thing(row))
    return made_of(row)


def file_of(work: Work, id: str) -> tuple[str, str]:  # noqa: A002 - as the column is called
    """The name and the blob of the file that a job has made.

    Raises:
        StoreError: TH-STO-001. JobError: TH-JOB-008 it has made none. AccessError: TH-ACC-002 it holds more than whoever reads
            jobs may have.
    """
    row = work.get(tables.jobs, id, kind=KIND)
    work.see("job.read", thing(row))
    if action := row["file_needs"]:
        work.require_noted(action, Thing(action.partition(".")[0], organisation=row["organisation"] or ""))
    found = row["result"]
    if not isinstance(found, Mapping) or "blob" not in found or "file" not in found:
        raise JobError("TH-JOB-008")
    return str(found["file"]), str(found["blob"])


def listed(work: Work, paging: Paging, *, state: JobState | None = None, kind: str = "") -> Page[Job]:
    """Jobs of the actor's organisations, and those that the actor started for the installation, the newest first."""
    work.require("job.list", Thing(KIND))
    table = tables.jobs
    query = select(table)
    if work.actor.kind is not ActorKind.SYSTEM:
        own = table.c.organisation.is_(None) & (table.c.starter == f"{work.actor.kind}:{work.actor.id}")
        query = query.where(table.c.organisation.in_(work.actor.organisations) | own)
    if state is not None:
        query = query.where(table.c.state == state.value)
    if kind:
        query = query.where(table.c.kind == kind)
    return page(work, query, paging, by=(table.c.id,), make=made_of)


def cancel(work: Work, id: str) -> Job:  # noqa: A002 - as the column is called
    """Stop a job: at once where it waits, at its next sign of progress where it runs. Asked for twice, it is one wish.

    Raises:
        StoreError: TH-STO-001. AccessError: TH-ACC-002 no engineer. JobError: TH-JOB-005 it came to its end before.
    """
    row = held(work, id)
    work.see("job.read", thing(row))
    work.require("job.cancel", thing(row))
    state = JobState(row["state"])
    if state.is_final:
        raise JobError("TH-JOB-005", state=state.value)
    organisation = row["organisation"] or ""
    if state is JobState.QUEUED:
        values = {"state": JobState.CANCELLED.value, "ended_at": work.now}
        work.change(tables.jobs, id, kind=KIND, expected=None, **values)
        work.record(JobEnded(id=id, organisation=organisation, state=JobState.CANCELLED.value))
    elif state is JobState.RUNNING:
        work.change(tables.jobs, id, kind=KIND, expected=None, state=JobState.CANCELLING.value)
        work.record(JobCancelRequested(id=id, organisation=organisation))
    return of(work, id)


def may_cancel(work: Work, id: str) -> bool:  # noqa: A002 - as the column is called
    """Whether the actor may stop a job that they may read, and it is not over (TH-STO-001)."""
    row = work.get(tables.jobs, id, kind=KIND)
    work.see("job.read", thing(row))
    return not JobState(row["state"]).is_final and work.may("job.cancel", thing(row))


def held(work: Work, id: str) -> RowMapping:  # noqa: A002 - as the column is called
    """The row of a job, which nobody else changes until the end of this work (TH-STO-001)."""
    query = select(tables.jobs).where(tables.jobs.c.id == id).with_for_update()
    row = work.sql.execute(query).mappings().one_or_none() if is_id(id) else None
    if row is None:
        raise work.missing(KIND, id)
    return row


def thing(row: RowMapping) -> Thing:
    """What deciding needs to know of a job."""
    kind, _, starter = row["starter"].partition(":")
    person = starter if row["organisation"] is None and kind == ActorKind.PERSON else ""
    return Thing(KIND, str(row["id"]), organisation=row["organisation"] or "", person=person, state=row["state"])


def made_of(row: RowMapping) -> Job:
    """The job in a row."""
    kept = {name: row[name] for name in Job.__slots__}
    faults = tuple(Fault(fault["code"], fault["place"], fault["params"]) for fault in row["faults"])
    return Job(**{**kept, "organisation": row["organisation"] or "", "state": JobState(row["state"]), "faults": faults})
