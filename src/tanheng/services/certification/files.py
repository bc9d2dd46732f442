"""Files of a case: what the applicant adds to the dossier, what the body reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select, tuple_
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Actor
from tanheng.certification.needs import series
from tanheng.certification.procedure import reports
from tanheng.errors import AccessError, CertificationError, StoreError
from tanheng.footprint import read_assessment
from tanheng.rules.values import ID
from tanheng.services.certification import schemes, standing
from tanheng.services.certification.casefacts import SURVEILLANCE_REPORT
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
LONGEST = 200
SUPPLEMENT = "supplement"
"""Whatever the applicant adds beyond what the scheme asks for."""
_GIVEN_UP = frozenset({"abandoned", "refused"})
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
    """Add a file: reports by those of the team whose they are, everything else by the applicant while the dossier is open to it.

    Reports of surveillance are added by whoever the body attests to be competent then, since the team may have left.

    Raises:
        StoreError: TH-STO-001; TH-STO-056 a name that cannot be told. CertificationError: TH-CER-002 another function's,
            TH-CER-022 an interest in the applicant, TH-CER-075 the dossier is closed, TH-CER-076 no kind, TH-CER-139 not the time
            of such a report, TH-CER-162 there is none that would be amended. AccessError.
    """
    if not name.strip() or not name.isprintable() or len(name) > LONGEST:
        raise StoreError("TH-STO-056", longest=LONGEST)
    platform.look(actor, check, case, kind)  # before anything is kept
    digest = platform.blobs.put_file(path)
    return platform.do(actor, _add, case, kind, name, digest, path.stat().st_size, media_type)


def check(work: Work, case: str, kind: str) -> None:
    """Go on only where the actor may add a file of a kind; arguments and errors as of :func:`add`."""
    _check(work, case, kind)


def addable(work: Work, case: str) -> tuple[str, ...]:
    """Kinds of files that the actor may add now: reports, or what the scheme asks the applicant for and a supplement."""
    row = standing.seen(work, case)
    scheme = schemes.read(work.get(tables.schemes, row["scheme"], kind=schemes.KIND))
    return tuple(kind for kind in (*reports(), *scheme.evidence, SUPPLEMENT) if _may_add(work, case, kind))


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
    """The files beside the study of a case, as its assessment has frozen them, the newest first; for both sides.

    One that was put there later, or is another than the assessment computed with, is none of the case.
    """
    row, table = standing.seen(work, case), studies.evidence
    query = select(table).where(table.c.study == row["study"])
    frozen = _frozen(work, row)
    if frozen is not None:
        query = query.where(tuple_(table.c.name, table.c.digest).in_(sorted(frozen)))
    return page(work, query, paging, by=(table.c.id,), make=lambda one: Evidence(**one))


def evidence_of(work: Work, case: str, id: str) -> Evidence:  # noqa: A002
    """A file of :func:`evidence` (TH-STO-001 for any other)."""
    row = standing.seen(work, case)
    found = work.get(studies.evidence, id, kind="evidence")
    frozen = _frozen(work, row)
    is_frozen = frozen is None or (found["name"], found["digest"]) in frozen
    if found["study"] != row["study"] or not is_frozen:
        raise not_found("evidence", id)
    return Evidence(**found)


def _frozen(work: Work, row: RowMapping) -> set[tuple[str, str]] | None:
    """Names and digests of the evidence that a case is about; ``None`` for all, in a draft that has no assessment yet.

    Nothing for the body once the case ended without a certificate.
    """
    if row["assessment"] is None:
        return None
    if row["state"] in _GIVEN_UP and row["applicant"] not in work.actor.organisations:
        return set()
    blob = work.get(studies.assessments, row["assessment"], kind="assessment")["blob"]
    digests = read_assessment(work.platform.blobs.file(blob)).inputs["evidence"]
    return {(name, digest.removeprefix("sha256:")) for name, digest in digests.items() if digest}


def _may_add(work: Work, case: str, kind: str) -> bool:
    try:
        _check(work, case, kind)
    except (AccessError, CertificationError):
        return False
    return True


def _check(work: Work, case: str, kind: str) -> RowMapping:
    row = standing.seen(work, case)
    if not ID.fullmatch(kind) or len(kind) > 32:
        raise CertificationError("TH-CER-076", place="kind")
    if kind in reports():
        work.require("case.work", standing.thing(row))
        _check_report(work, row, kind)
        return row
    work.require("case.apply", standing.thing(row))
    if row["state"] not in _OPEN_TO_APPLICANT:
        raise CertificationError("TH-CER-075", state=row["state"])
    return row


def _check_report(work: Work, row: RowMapping, kind: str) -> None:
    report = reports()[kind]
    if kind == SURVEILLANCE_REPORT:
        is_theirs = standing.is_competent(work, row["body"], *report.by, category=_category(work, row))
    else:
        is_theirs = bool(standing.functions_of(work, row["id"]) & {*report.by})
    if not is_theirs:
        raise CertificationError("TH-CER-002", step="file", by=", ".join(report.by))
    if row["state"] in report.amended:
        if not _has(work, row["id"], kind):
            raise CertificationError("TH-CER-162", place="kind", kind=kind, state=row["state"])
    elif row["state"] not in report.states:
        raise CertificationError("TH-CER-139", place="kind", kind=kind, state=row["state"])
    standing.check_impartial(work, row["body"], row["applicant"])


def _has(work: Work, case: str, kind: str) -> bool:
    table = tables.files
    found = select(table.c.id).where(table.c.case == case, table.c.kind == kind).limit(1)
    return work.sql.execute(found).first() is not None


def _category(work: Work, row: RowMapping) -> str:
    """The series of rule packs of the assessment of a case; empty where there is none yet."""
    if row["assessment"] is None:
        return ""
    return series(work.get(studies.assessments, row["assessment"], kind="assessment")["rule_pack"])


def _add(work: Work, case: str, kind: str, name: str, digest: str, size: int, media_type: str) -> File:
    work.hold(tables.cases, case)
    row = _check(work, case, kind)
    made = new_id()
    values = {"kind": kind, "name": name, "digest": digest, "size": size, "media_type": media_type}
    work.keep(tables.files, id=made, case=case, author=work.actor.id, at=work.now, **values)
    work.record(CaseFileAdded(id=case, organisation=row["applicant"], file=made, file_kind=kind, digest=digest))
    return of(work, case, made)


def _made(row: RowMapping) -> File:
    return File(**row)
