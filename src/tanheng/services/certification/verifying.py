"""The verifier's work: a sampling plan, the assessment computed again, a statement, and who signs it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Actor
from tanheng.accounts.actors import ActorKind
from tanheng.audit.chain import canonical
from tanheng.certification.model import Assurance
from tanheng.certification.needs import require
from tanheng.certification.procedure import Machine, Party, step_of
from tanheng.certification.sampling import Item, Sampled
from tanheng.certification.sampling import plan as sampled
from tanheng.errors import CertificationError
from tanheng.footprint import read_assessment
from tanheng.footprint import recompute as compute_again
from tanheng.footprint.assessment import Assessment
from tanheng.footprint.study import DataKind
from tanheng.services.certification import cases, schemes, standing
from tanheng.services.certification.casefacts import facts
from tanheng.services.certification.cases import Case
from tanheng.services.certification.events import CaseRecomputed, CaseSigned, CaseStated
from tanheng.services.jobs import jobs
from tanheng.services.jobs.jobs import Job
from tanheng.services.paging import Page, Paging, page
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import certification as tables
from tanheng.storage.sql.tables import studies
from tanheng.storage.sql.types import new_id
from tanheng.storage.sql.work import not_found

JOB = "case-recomputation"
_TOLD = frozenset({"decision", "certified", "refused"})
"""States in which the applicant may know what was looked at."""


@dataclass(frozen=True, slots=True)
class Recomputation:
    """The assessment of a case, computed again by somebody. ``same``: whether it has the digest that it should."""

    id: str
    case: str
    assessment: str
    digest: str
    same: bool
    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Statement:
    """What the verifier states of an assessment.

    Attributes:
        misstatement: sum of the absolute misstatements that stay, as a share of the total. digest: of what is signed.
        signed: people who signed it.
    """

    id: str
    case: str
    assessment: str
    assurance: Assurance
    misstatement: float
    text: str
    digest: str
    person: str
    at: datetime
    signed: tuple[str, ...]


def dossier(platform: Platform, actor: Actor, case: str) -> Assessment:
    """The frozen assessment of a case, with study and findings; for both sides (TH-CER-010 where there is none yet)."""
    return read_assessment(platform.blobs.file(platform.look(actor, frozen, case)[1]))


def frozen(work: Work, case: str) -> tuple[str, str]:
    """The id and the blob of the assessment of a case; for both sides (TH-CER-010 where there is none yet)."""
    assessment = _assessment(standing.seen(work, case))
    return assessment, str(work.get(studies.assessments, assessment, kind="assessment")["blob"])


def sampling_plan(
    platform: Platform, actor: Actor, case: str, *, assurance: Assurance, materiality: float | None = None
) -> tuple[Sampled, ...]:
    """The lines whose evidence is to be looked at; for the body once the review begins, for the applicant once it is verified.

    Args:
        materiality: above 0 and below 1; as the scheme has it by default.

    Raises:
        CertificationError: TH-CER-010 no assessment, TH-CER-134 it is not to be told yet, TH-CER-135 no materiality.
            StoreError: TH-STO-001.
    """
    if materiality is not None and not 0 < materiality < 1:
        raise CertificationError("TH-CER-135", place="materiality")
    result = dossier(platform, actor, case)
    seed, usual = platform.look(actor, _drawn, case)
    limit = usual if materiality is None else materiality
    items = [
        Item(line.place, line.total or 0.0, line.data is DataKind.PRIMARY, bool(line.evidence)) for line in result.lines
    ]
    return sampled(items, materiality=limit, assurance=assurance, seed=result.digest + seed)


def start_recomputing(work: Work, case: str) -> Job:
    """Have the assessment computed again by a job, whose result is the :class:`Recomputation`; for the verifier.

    Raises:
        CertificationError: TH-CER-002 not the verifier, TH-CER-010. StoreError: TH-STO-001. AccessError.
    """
    row = _check(work, case)
    _assessment(row)
    return jobs.begin(work, kind=JOB, payload={"case": case}, organisation=row["body"])


def recompute(platform: Platform, actor: Actor, case: str, *, person: str = "") -> Recomputation:
    """Compute the assessment again, and write down what came of it; for the verifier.

    Args:
        person: in whose name a job does it, which was let to start it; the actor by default.

    Raises:
        CertificationError: TH-CER-002 not the verifier, TH-CER-010. AssessmentError: as of :func:`tanheng.footprint.recompute`.
    """
    platform.look(actor, _check, case)
    assessment, blob = platform.look(actor, frozen, case)
    result = read_assessment(platform.blobs.file(blob))
    again = compute_again(result, backgrounds=platform.home)
    return platform.do(actor, _keep, case, assessment, result.digest, again.digest, person=person)


def recomputations(work: Work, case: str, paging: Paging) -> Page[Recomputation]:
    """When the assessment was computed again, the newest first; for both sides."""
    row = standing.seen(work, case)
    table = tables.recomputations
    digests = dict(_digests(work, row["id"]))
    make = lambda one: Recomputation(**one, same=one["digest"] == digests[one["assessment"]])  # noqa: E731
    return page(work, select(table).where(table.c.case == case), paging, by=(table.c.id,), make=make)


def state(work: Work, case: str, *, assurance: Assurance, misstatement: float, text: str) -> Statement:
    """State what was found; for the verifier. A new statement takes the place of the one before, which nobody's name is on then.

    Args:
        misstatement: share of the total, 0 or more.

    Raises:
        CertificationError: TH-CER-002 not the verifier, TH-CER-010, TH-CER-077 the case is not being verified, TH-CER-078 no
            share. AccessError, StoreError: TH-STO-001.
    """
    row = standing.held(work, case)
    standing.authorise(work, row, step_of(Machine.CASE, "verification", "end-verification"))
    if row["state"] != "verification":
        raise CertificationError("TH-CER-077", state=row["state"])
    if not 0 <= misstatement < float("inf"):
        raise CertificationError("TH-CER-078", place="misstatement")
    assessment = _assessment(row)
    found = work.get(studies.assessments, assessment, kind="assessment")
    told = {
        "assessment": found["digest"],
        "assurance": assurance.value,
        "case": row["number"],
        "misstatement": misstatement,
        "tanheng": "statement/1",
        "text": text,
    }
    digest = "sha256:" + hashlib.sha256(canonical(told).encode()).hexdigest()
    made = new_id()
    values: dict[str, Any] = {"assurance": assurance.value, "misstatement": misstatement, "digest": digest}
    about = {"case": case, "assessment": assessment, "person": work.actor.id, "at": work.now}
    work.keep(tables.statements, id=made, text=text, **values, **about)
    work.sql.execute(update(tables.cases).where(tables.cases.c.id == case).values(statement=made))
    work.record(CaseStated(id=case, organisation=row["applicant"], assessment=assessment, **values))
    kept = statement_of(work, case)
    assert kept is not None  # noqa: S101 - it was written just now
    return kept


def statement_of(work: Work, case: str) -> Statement | None:
    """The statement that counts, with those who signed it; for both sides."""
    row = standing.seen(work, case)
    return statement_by_id(work, row["statement"]) if row["statement"] else None


def statement_by_id(work: Work, id: str) -> Statement:  # noqa: A002 - as the column is called
    """A statement, with those who signed it; for whoever has read the case or certificate that names it."""
    row = work.get(tables.statements, id, kind="statement")
    names = select(tables.signatures.c.person).where(tables.signatures.c.statement == row["id"])
    signed = tuple(sorted(work.sql.execute(names).scalars()))
    return Statement(**{**row, "assurance": Assurance(row["assurance"])}, signed=signed)


def known_statement(work: Work, case: str) -> Statement:
    """As :func:`statement_of` (TH-STO-001 where there is none yet)."""
    found = statement_of(work, case)
    if found is None:
        raise not_found("statement", case)
    return found


def sign(work: Work, case: str, *, expected: int) -> Case:
    """Put one's name to the statement; for verifiers and the decision maker.

    Raises:
        CertificationError: TH-CER-002 neither of them, TH-CER-038 there is none, TH-CER-079 signed already; what the step needs
            and lacks. AccessError, StoreError: TH-STO-001, TH-STO-002.
    """
    row = standing.held(work, case)
    step = step_of(Machine.CASE, row["state"], "sign")
    standing.authorise(work, row, step)
    require(step, facts(work, row))
    found = statement_of(work, case)
    if found is None:
        raise CertificationError("TH-CER-038", place="statement")
    if work.actor.id in found.signed:
        raise CertificationError("TH-CER-079")
    work.keep(tables.signatures, statement=found.id, person=work.actor.id, at=work.now)
    work.record(CaseSigned(id=case, organisation=row["applicant"], statement=found.id, digest=found.digest))
    return cases.moved(work, row, step, expected=expected)


def _check(work: Work, case: str) -> RowMapping:
    """A case that the actor may compute again: the verifier, or a job that such a one has started."""
    row = standing.seen(work, case)
    work.require("case.work", standing.thing(row))
    if work.actor.kind is not ActorKind.SYSTEM and Party.VERIFIER not in standing.functions_of(work, case):
        raise CertificationError("TH-CER-002", step="recompute", by=Party.VERIFIER.value)
    return row


def _keep(work: Work, case: str, assessment: str, stated: str, digest: str, *, person: str) -> Recomputation:
    work.hold(tables.cases, case)
    row = _check(work, case)
    made, by = new_id(), person or work.actor.id
    values = {"assessment": assessment, "digest": digest}
    work.keep(tables.recomputations, id=made, case=case, person=by, at=work.now, **values)
    same = digest == stated
    work.record(CaseRecomputed(id=case, organisation=row["applicant"], same=same, **values))
    return Recomputation(made, case, assessment, digest, same, by, work.now)


def _drawn(work: Work, case: str) -> tuple[str, float]:
    """What the sample is drawn by, and the materiality of the scheme: not for an applicant that could still choose by it."""
    row = standing.seen(work, case)
    if not row["seed"] or (row["applicant"] in work.actor.organisations and row["state"] not in _TOLD):
        raise CertificationError("TH-CER-134", state=row["state"])
    scheme = schemes.read(work.get(tables.schemes, row["scheme"], kind=schemes.KIND))
    return str(row["seed"]), scheme.materiality


def _assessment(row: RowMapping) -> str:
    if row["assessment"] is None:
        raise CertificationError("TH-CER-010", place="assessment")
    return str(row["assessment"])


def _digests(work: Work, case: str) -> list[tuple[str, str]]:
    table, again = studies.assessments, tables.recomputations
    named = select(again.c.assessment).where(again.c.case == case)
    return [
        (one, digest)
        for one, digest in work.sql.execute(select(table.c.id, table.c.digest).where(table.c.id.in_(named)))
    ]
