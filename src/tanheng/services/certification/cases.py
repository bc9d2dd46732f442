"""Cases: opened by an organisation, taken through the steps of the procedure by both sides."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.model import OrganisationKind
from tanheng.certification.needs import lacking, require
from tanheng.certification.procedure import LIVING, Machine, Party, Step, states, step_of, steps_from
from tanheng.errors import CertificationError, Fault
from tanheng.services.certification import schemes, telling
from tanheng.services.certification.casefacts import facts, others
from tanheng.services.certification.events import CaseOpened, CaseStepped
from tanheng.services.certification.standing import KIND, authorise, held, may_take, seen, thing
from tanheng.services.counting import next_count
from tanheng.services.paging import Page, Paging, page
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts, studies
from tanheng.storage.sql.tables import certification as tables
from tanheng.storage.sql.types import new_id


class CaseKind(StrEnum):
    """What is applied for."""

    INITIAL = "initial"
    RENEWAL = "renewal"
    CHANGE = "change"  # the footprint moved by more than the scheme allows


_REPLACED = {CaseKind.RENEWAL: (*LIVING, "expired"), CaseKind.CHANGE: LIVING}
"""States in which a certificate may be when another is applied for in its place."""
_ENDS = tuple(state for state in states(Machine.CASE) if not steps_from(Machine.CASE, state))
_UNTOLD = ("statement", "seed")
"""Columns that no case tells."""
_DRAWING = frozenset({"begin-review", "send-back"})
"""Steps with which a sample is drawn: before it is looked at, and once the applicant knows the one before."""
_ANEW = frozenset({"replan", "send-back"})
"""Steps after which the verifier states anew, and what was signed counts no more."""


@dataclass(frozen=True, slots=True)
class Case:
    """A case at a glance.

    Attributes:
        number: by which people name it. scheme: id of the release. before: what a correction leads back to.
        round: of corrections. assessment: frozen result that is certified. replaces: number of a certificate.
        deadline: last day of the state. visit: day of the inspection. certificate: once it is issued.
    """

    id: str
    version: int
    number: str
    kind: CaseKind
    scheme: str
    applicant: str
    body: str
    state: str
    before: str
    round: int
    study: str
    assessment: str | None
    replaces: str
    names: Mapping[str, str]
    deadline: date | None
    visit: date | None
    certificate: str | None
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken."""

    id: str
    case: str
    step: str
    before: str
    after: str
    person: str
    reason: str
    assessment: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A step that is the actor's to take. ``lacking``: what it needs and does not have yet."""

    step: Step
    lacking: tuple[Fault, ...]


def open_case(
    work: Work, *, study: str, scheme: str, body: str, kind: CaseKind = CaseKind.INITIAL, replaces: str = ""
) -> Case:
    """Begin an application for a study, as a draft; the body sees it once it is submitted.

    Args:
        scheme: id of a release. replaces: number of the certificate that is renewed or changed.

    Raises:
        AccessError: no engineer of the study's organisation. StoreError: TH-STO-001. CertificationError: TH-CER-062 no
            certification body, TH-CER-068 the scheme takes no applications, TH-CER-069 the kind needs a certificate, or has none,
            TH-CER-072 the organisation has no such certificate, TH-CER-084 it is over, TH-CER-136 another case replaces it,
            TH-CER-137 it is of another study, TH-CER-138 another body suspended it, TH-CER-132 another stands for
            the product.
    """
    row = work.get(studies.studies, study, kind="study")
    own = Thing(KIND, organisation=row["organisation"])
    work.see("study.read", Thing("study", study, organisation=row["organisation"]))
    work.require("case.apply", own)
    release = work.get(tables.schemes, scheme, kind=schemes.KIND)
    rules = schemes.read(release)
    today = work.today
    over = rules.valid_until is not None and today > rules.valid_until
    if release["withdrawn"] or over or (rules.valid_from is not None and today < rules.valid_from):
        raise CertificationError("TH-CER-068", place="scheme", scheme=rules.reference)
    if work.get(accounts.organisations, body, kind="organisation")["kind"] != OrganisationKind.CERTIFICATION_BODY:
        raise CertificationError("TH-CER-062", place="body")
    about = {"study": study, "body": body, "replaces": replaces}
    _check_replaced(work, kind, about, row["organisation"])
    if stands := others(work, about, rules.id):
        raise CertificationError("TH-CER-132", place="study", number=stands[0])
    number = f"{work.today.year}-{next_count(work, f'case/{work.today.year}'):06d}"
    made = work.insert(
        tables.cases,
        number=number,
        kind=kind.value,
        scheme=scheme,
        applicant=row["organisation"],
        body=body,
        state="draft",
        before="",
        round=0,
        study=study,
        assessment=None,
        statement=None,
        seed="",
        replaces=replaces,
        names=row["names"],
        deadline=None,
        visit=None,
        certificate=None,
    )
    told = {"number": number, "body": body, "scheme": rules.reference, "case_kind": kind.value}
    work.record(CaseOpened(id=made, organisation=row["organisation"], **told))
    return of(work, made)


def of(work: Work, id: str) -> Case:  # noqa: A002 - as the column is called
    """A case that the actor may read: members of the applicant; those of the body once it is submitted."""
    return _made(seen(work, id))


def listed(work: Work, paging: Paging, *, state: str = "", body: str = "", applicant: str = "") -> Page[Case]:
    """Cases that the actor may read, the newest first."""
    work.require("case.list", Thing(KIND))
    table = tables.cases
    query = select(table)
    if work.actor.kind is not ActorKind.SYSTEM:
        own = work.actor.organisations
        query = query.where(or_(table.c.applicant.in_(own), table.c.body.in_(own) & (table.c.state != "draft")))
    if state:
        query = query.where(table.c.state == state)
    for column, wanted in ((table.c.body, body), (table.c.applicant, applicant)):
        if wanted:
            query = query.where(column == wanted)
    return page(work, query, paging, by=(table.c.id,), make=_made)


def take(
    work: Work,
    id: str,  # noqa: A002
    name: str,
    *,
    expected: int,
    reason: str = "",
    assessment: str = "",
) -> Case:
    """Take a step that changes nothing but the state; planning, signing and certifying are functions of their own.

    Args:
        assessment: for handing in and answering, the frozen result that is certified from now on; the one before by default.

    Raises:
        CertificationError: TH-CER-001 it does not lead on from here, TH-CER-002 it is not the actor's to take, TH-CER-070 it is a
            function of its own; everything that it needs and lacks. AccessError, StoreError: TH-STO-001, TH-STO-002.
    """
    row = held(work, id)
    step = step_of(Machine.CASE, row["state"], name)
    if step.name in ("plan", "sign", "certify"):
        raise CertificationError("TH-CER-070", place="step", step=name)
    authorise(work, row, step)
    chosen = row["assessment"]
    if step.by is Party.APPLICANT and assessment:
        chosen = _own_assessment(work, row, assessment)
    require(step, facts(work, {**row, "assessment": chosen}, reason=reason))
    return moved(work, row, step, expected=expected, reason=reason, assessment=chosen)


def steps(work: Work, id: str, paging: Paging) -> Page[Taken]:  # noqa: A002
    """The steps that were taken in a case, the newest first."""
    seen(work, id)
    table = tables.steps
    return page(work, select(table).where(table.c.case == id), paging, by=(table.c.id,), make=lambda row: Taken(**row))


def open_steps(work: Work, id: str, *, assessment: str = "") -> tuple[OpenStep, ...]:  # noqa: A002
    """The steps that are the actor's to take now, each with everything that it lacks but a reason, which is given with it.

    Args:
        assessment: the one that would be given with the step; that of the case by default.
    """
    row = seen(work, id)
    own = [step for step in steps_from(Machine.CASE, row["state"]) if may_take(work, row, step)]
    if not own:
        return ()
    chosen = _own_assessment(work, row, assessment) if assessment and may_apply(work, row) else row["assessment"]
    known = facts(work, {**row, "assessment": chosen}, reason="given with the step")
    return tuple(OpenStep(step, lacking(step, known)) for step in own)


def may_apply(work: Work, row: RowMapping) -> bool:
    """Whether the actor acts for the applicant of a case."""
    return work.may("case.apply", thing(row))


def of_certificate(work: Work, number: str) -> Case:
    """The case in which a certificate was issued, as :func:`of` (TH-STO-001 where the actor may not read it)."""
    table, own = tables.certificates, tables.cases
    query = select(own.c.id).join(table, table.c.case == own.c.id).where(table.c.number == number[:40])
    return of(work, work.sql.execute(query).scalar_one_or_none() or "")


def moved(work: Work, row: RowMapping, step: Step, *, expected: int, reason: str = "", **values: Any) -> Case:
    """Write that a step was taken; for those who have decided that it may be."""
    state = step.target(row["before"])
    rules = schemes.read(work.get(tables.schemes, row["scheme"], kind=schemes.KIND))
    days = rules.days.get(state)
    changed: dict[str, Any] = {
        "state": state,
        "before": row["state"] if state == "correction" else "",
        "round": row["round"] + (state == "correction"),
        "deadline": work.today + timedelta(days=days) if days is not None else None,
        **{name: value for name, value in values.items() if value is not None},
    }
    if step.name in _DRAWING:
        changed["seed"] = secrets.token_hex(16)
    if step.name in _ANEW or changed.get("assessment", row["assessment"]) != row["assessment"]:
        changed["statement"] = None
    work.change(tables.cases, row["id"], kind=KIND, expected=expected, **changed)
    told = {"step": step.name, "before": row["state"], "after": state}
    work.keep(
        tables.steps,
        id=new_id(),
        case=row["id"],
        person=work.actor.id,
        reason=reason.strip(),
        assessment=values.get("assessment") or row["assessment"],
        at=work.now,
        **told,
    )
    work.record(CaseStepped(id=row["id"], organisation=row["applicant"], **told))
    after = work.get(tables.cases, row["id"], kind=KIND)
    telling.case_moved(work, after, step)
    return _made(after)


def _own_assessment(work: Work, row: RowMapping, assessment: str) -> str:
    """The id of an assessment of the study of a case (TH-CER-071 where it is of another)."""
    found = work.get(studies.assessments, assessment, kind="assessment")
    if found["study"] != row["study"]:
        raise CertificationError("TH-CER-071", place="assessment")
    return str(found["id"])


def _check_replaced(work: Work, kind: CaseKind, about: Mapping[str, str], organisation: str) -> None:
    replaces = about["replaces"]
    if (kind is CaseKind.INITIAL) != (not replaces):
        raise CertificationError("TH-CER-069", place="replaces", kind=kind.value)
    if not replaces:
        return
    table, case = tables.certificates, tables.cases
    own = select(table.c.id, table.c.state, table.c.body, case.c.study).join(case, case.c.id == table.c.case)
    own = own.where(table.c.number == replaces, table.c.holder == organisation)
    found = work.sql.execute(own).mappings().one_or_none()
    told = {"place": "replaces", "number": replaces[:40]}
    if found is None:
        raise CertificationError("TH-CER-072", **told)
    if found["state"] not in _REPLACED[kind]:
        raise CertificationError("TH-CER-084", **told, state=found["state"])
    if found["study"] != about["study"]:
        raise CertificationError("TH-CER-137", **told)
    if found["state"] == "suspended" and found["body"] != about["body"]:
        raise CertificationError("TH-CER-138", **told)
    work.hold(table, found["id"])  # two who apply at once see each other
    under_way = select(case.c.number).where(case.c.replaces == replaces, case.c.state.not_in(_ENDS))
    other = work.sql.execute(under_way.limit(1)).scalar_one_or_none()
    if other is not None:
        raise CertificationError("TH-CER-136", **told, case=other)


def _made(row: RowMapping) -> Case:
    return Case(**{name: value for name, value in row.items() if name not in _UNTOLD} | {"kind": CaseKind(row["kind"])})
