"""Files of a case: what the applicant adds to the dossier, what the body reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Actor
from tanheng.errors import CertificationError, StoreError
from tanheng.rules.values import ID
from tanheng.services.certification import standing
from tanheng.services.certification.casefacts import INSPECTION_REPORT
from tanheng.services.certification.events import CaseFileAdded
from tanheng.services.paging import Page, Paging, page
from tanheng.services.studies.evidence import Evidence
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import certification as tables
from tanheng.storage.sql.tables import studies
from tanheng.storage.sql.types import new_id
from tanheng.storage.sql.work import not_found

KIND = "file"
REPORTS = frozenset({INSPECTION_REPORT, "surveillance-report", "review-record", "meeting-record"})
"""Kinds of files that the body adds; all others are the applicant's."""
LONGEST = 200
_OPEN_TO_APPLICANT = frozenset({"draft", "returned", "correction"})


@dataclass(frozen=True, slots=True)
class File:
    """A file of a case. ``kind``: as the scheme names it; ``digest``: SHA-256, in hex; ``size``: bytes."""

    id: str
    case: str
    kind: str
    name: str
    digest: str
    size: int
    media_type: str
    author: str
    at: datetime


def add(platform: Platform, actor: Actor, case: str, path: Path, *, kind: str, name: str, media_type: str) -> File:
    """Add a file: reports by the team, everything else by the applicant while the dossier is open to it.

    Raises:
        StoreError: TH-STO-001; TH-STO-056 a name that cannot be told. CertificationError: TH-CER-002 not of the team, TH-CER-075
            the dossier is closed, TH-CER-076 no kind. AccessError.
    """
    if not name.strip() or not name.isprintable() or len(name) > LONGEST:
        raise StoreError("TH-STO-056", longest=LONGEST)
    platform.look(actor, check, case, kind)  # before anything is kept
    digest = platform.blobs.put_file(path)
    return platform.do(actor, _add, case, kind, name, digest, path.stat().st_size, media_type)


def check(work: Work, case: str, kind: str) -> None:
    """Go on only where the actor may add a file of a kind; arguments and errors as of :func:`add`."""
    _check(work, case, kind)


def listed(work: Work, case: str, paging: Paging, *, kind: str = "") -> Page[File]:
    """The files of a case, the newest first; for both sides."""
    standing.seen(work, case)
    table = tables.files
    query = select(table).where(table.c.case == case)
    if kind:
        query = query.where(table.c.kind == kind)
    return page(work, query, paging, by=(table.c.id,), make=_made)


def of(work: Work, case: str, id: str) -> File:  # noqa: A002 - as the column is called
    """A file of a case that the actor may read (TH-STO-001 for any other)."""
    standing.seen(work, case)
    row = work.get(tables.files, id, kind=KIND)
    if row["case"] != case:
        raise not_found(KIND, id)
    return _made(row)


def evidence(work: Work, case: str, paging: Paging) -> Page[Evidence]:
    """The files beside the study of a case, which lines of the assessment name, the newest first; for both sides."""
    row, table = standing.seen(work, case), studies.evidence
    query = select(table).where(table.c.study == row["study"])
    return page(work, query, paging, by=(table.c.id,), make=lambda one: Evidence(**one))


def evidence_of(work: Work, case: str, id: str) -> Evidence:  # noqa: A002
    """A file beside the study of a case that the actor may read (TH-STO-001 for any other)."""
    row = standing.seen(work, case)
    found = work.get(studies.evidence, id, kind="evidence")
    if found["study"] != row["study"]:
        raise not_found("evidence", id)
    return Evidence(**found)


def _check(work: Work, case: str, kind: str) -> RowMapping:
    row = standing.seen(work, case)
    if not ID.fullmatch(kind) or len(kind) > 32:
        raise CertificationError("TH-CER-076", place="kind")
    if kind in REPORTS:
        work.require("case.work", standing.thing(row))
        if not standing.functions_of(work, case):
            raise CertificationError("TH-CER-002", step="file", by="team")
        return row
    work.require("case.apply", standing.thing(row))
    if row["state"] not in _OPEN_TO_APPLICANT:
        raise CertificationError("TH-CER-075", state=row["state"])
    return row


def _add(work: Work, case: str, kind: str, name: str, digest: str, size: int, media_type: str) -> File:
    row = _check(work, case, kind)
    made = new_id()
    values = {"kind": kind, "name": name, "digest": digest, "size": size, "media_type": media_type}
    work.keep(tables.files, id=made, case=case, author=work.actor.id, at=work.now, **values)
    work.record(CaseFileAdded(id=case, organisation=row["applicant"], file=made, file_kind=kind, digest=digest))
    return of(work, case, made)


def _made(row: RowMapping) -> File:
    return File(**row)
