"""Dumps of the public register: made by a job, kept for ever, for everybody to take."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from tanheng.accounts import Actor, Thing
from tanheng.registry import opendata
from tanheng.registry.jsonld import Record
from tanheng.registry.opendata import FILES, MANIFEST, Written
from tanheng.services.audit import log
from tanheng.services.jobs import jobs
from tanheng.services.jobs.jobs import Job
from tanheng.services.paging import Page, Paging, page
from tanheng.services.registry import records
from tanheng.services.registry.events import RegisterDumped
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import jobs as job_tables
from tanheng.storage.sql.tables import register as tables
from tanheng.storage.sql.tables.search import certificate_counts
from tanheng.storage.sql.types import new_id
from tanheng.storage.sql.work import is_id, not_found

JOB, KIND = "register-dump", "dump"
DAY = timedelta(days=1)
_TOLD = 500  # records between two signs of progress


@dataclass(frozen=True, slots=True)
class Dump:
    """A dump. ``files`` are SHA-256 digests by name; the manifest tells more of them."""

    id: str
    entries: int
    files: Mapping[str, str]
    at: datetime


def start(work: Work, *, organisation: str = "") -> Job:
    """Ask for a dump; for administrators, and for owners of a regulator in its name (TH-ACC-002)."""
    work.require("register.dump", Thing(KIND, organisation=organisation))
    return jobs.begin(work, kind=JOB, payload={})


def start_where_due(work: Work) -> Job | None:
    """Ask for a dump where the last one, and the last job that was to make one, are a day old; for the clock."""
    table, asked = tables.dumps, job_tables.jobs
    last = work.sql.execute(select(func.max(table.c.at))).scalar()
    since = select(asked.c.id).where(asked.c.kind == JOB, asked.c.created_at > work.now - DAY).limit(1)
    is_recent = (last is not None and last > work.now - DAY) or work.sql.execute(since).first() is not None
    if is_recent or jobs.is_under_way(work, JOB):
        return None
    return jobs.begin(work, kind=JOB, payload={})


def make(platform: Platform, actor: Actor, folder: Path, *, progress: Callable[[int, int], None]) -> Dump:
    """Write the register as it is now into files, and keep them; for the job."""
    count, files, head, at = platform.look(actor, _write, folder, progress)
    licence = platform.configuration.register_licence
    content = opendata.manifest(count, files, at=at.isoformat(), licence=licence, log=head)
    kept = {kind: platform.blobs.put_file(written.path) for kind, written in files.items()}
    return platform.do(actor, _keep, count, {**kept, "manifest": platform.blobs.put(content)})


def listed(work: Work, paging: Paging) -> Page[Dump]:
    """The dumps that there are, the newest first; for everybody."""
    return page(work, select(tables.dumps), paging, by=(tables.dumps.c.id,), make=_made)


def file_of(work: Work, id: str, name: str) -> str:  # noqa: A002 - as the column is called
    """The blob of a file of a dump; for everybody (TH-STO-001)."""
    row = (
        work.sql.execute(select(tables.dumps).where(tables.dumps.c.id == id)).mappings().first() if is_id(id) else None
    )
    if row is None or name not in _made(row).files:
        raise not_found(KIND, f"{id}/{name}")
    return _made(row).files[name]


def _write(
    work: Work, folder: Path, progress: Callable[[int, int], None]
) -> tuple[int, dict[str, Written], Any, datetime]:
    """The files, with the head of the log at that moment: all of one state of the database."""
    counted = select(func.sum(certificate_counts.c.count)).where(certificate_counts.c.kind == "state")
    total = int(work.sql.execute(counted).scalar() or 0)
    base = work.platform.configuration.public_url.rstrip("/")
    count, files = opendata.write(_telling(records.every(work), total, progress), folder, base)
    told = log.of(work)
    head = {"id": told.id, **({"root": told.head.root, "size": told.head.size} if told.head else {})}
    return count, files, head, work.now


def _telling(some: Iterator[Record], total: int, progress: Callable[[int, int], None]) -> Iterator[Record]:
    for number, record in enumerate(some, start=1):
        if number % _TOLD == 0:
            progress(number, max(total, number))
        yield record


def _keep(work: Work, count: int, blobs: Mapping[str, str]) -> Dump:
    made = new_id()
    work.keep(tables.dumps, id=made, entries=count, at=work.now, **blobs)
    work.record(RegisterDumped(id=made, entries=count, manifest=blobs["manifest"]))
    return _made(work.get(tables.dumps, made, kind=KIND))


def _made(row: Any) -> Dump:
    files = {name: row[kind] for kind, name in FILES.items()} | {MANIFEST: row["manifest"]}
    return Dump(row["id"], row["entries"], files, row["at"])
