"""Cases: opened by an organisation, taken through the steps of the procedure by both sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import or_, select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.model import OrganisationKind
from tanheng.certification.model import FUNCTIONS, Assurance, Comment, CommentState, Member, Statement, Weight
from tanheng.certification.model import Case as Facts
from tanheng.certification.needs import require
from tanheng.certification.procedure import Machine, Party, Step, step_of, steps_from
from tanheng.errors import CertificationError
from tanheng.services.certification import bodies, schemes
from tanheng.services.certification.counting import next_count
from tanheng.services.certification.events import CaseOpened, CasePlanned, CaseStepped, ImpartialityDeclared
from tanheng.services.paging import Page, Paging, page
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts, studies
from tanheng.storage.sql.tables import certification as tables
from tanheng.storage.sql.types import new_id
from tanheng.storage.sql.work import is_id

KIND = "case"
INSPECTION_REPORT = "inspection-report"


class CaseKind(StrEnum):
    """What is applied for."""

    INITIAL = "initial"
    RENEWAL = "renewal"
    CHANGE = "change"  # the footprint moved by more than the scheme allows


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
class TeamMember:
    """Somebody who works on a case."""

    person: str
    functions: tuple[Party, ...]
    declared_at: datetime | None


def open_case(
    work: Work, *, study: str, scheme: str, body: str, kind: CaseKind = CaseKind.INITIAL, replaces: str = ""
) -> Case:
    """Begin an application for a study, as a draft; the body sees it once it is submitted.

    Args:
        scheme: id of a release. replaces: number of the certificate that is renewed or changed.

    Raises:
        AccessError: no engineer of the study's organisation. StoreError: TH-STO-001. CertificationError: TH-CER-062 no
            certification body, TH-CER-068 the scheme takes no applications, TH-CER-069 the kind needs a certificate, or has none.
    """
    row = work.get(studies.studies, study, kind="study")
    own = Thing(KIND, organisation=row["organisation"])
    work.see("study.read", Thing("study", study, organisation=row["organisation"]))
    work.require("case.apply", own)
    release = work.get(tables.schemes, scheme, kind=schemes.KIND)
    rules = schemes.read(release)
    today = work.now.date()
    over = rules.valid_until is not None and today > rules.valid_until
    if release["withdrawn"] or over or (rules.valid_from is not None and today < rules.valid_from):
        raise CertificationError("TH-CER-068", place="scheme", scheme=rules.reference)
    if work.get(accounts.organisations, body, kind="organisation")["kind"] != OrganisationKind.CERTIFICATION_BODY:
        raise CertificationError("TH-CER-062", place="body")
    _check_replaced(work, kind, replaces, row["organisation"])
    number = f"{work.now.year}-{next_count(work, f'case/{work.now.year}'):06d}"
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
    row = seen(work, id)
    step = step_of(Machine.CASE, row["state"], name)
    if step.name in ("plan", "sign", "certify"):
        raise CertificationError("TH-CER-070", place="step", step=name)
    authorise(work, row, step)
    chosen = row["assessment"]
    if step.by is Party.APPLICANT and assessment:
        chosen = _own_assessment(work, row, assessment)
    require(step, facts(work, {**row, "assessment": chosen}, reason=reason))
    return moved(work, row, step, expected=expected, reason=reason, assessment=chosen)


def plan(
    work: Work,
    id: str,  # noqa: A002
    *,
    expected: int,
    team: Mapping[str, Sequence[Party]],
    visit: date | None = None,
) -> Case:
    """Name the team and the day of the visit; everybody of it has to declare to be impartial before.

    Args:
        team: functions by person.

    Raises:
        CertificationError: TH-CER-066 not one of the body's people, TH-CER-067; what the step needs and lacks. AccessError,
            StoreError: TH-STO-001, TH-STO-002.
    """
    row = seen(work, id)
    step = step_of(Machine.CASE, row["state"], "plan")
    authorise(work, row, step)
    name_team(work, row, team)
    require(step, facts(work, row))
    made = moved(work, row, step, expected=expected, visit=visit)
    named = {one.person: tuple(function.value for function in one.functions) for one in team_of(work, id)}
    work.record(CasePlanned(id=id, organisation=row["body"], team=named, visit=visit.isoformat() if visit else ""))
    return made


def propose_team(work: Work, id: str, *, expected: int, team: Mapping[str, Sequence[Party]]) -> Case:  # noqa: A002
    """Name people who may work on a case, so that they can declare to be impartial; :func:`plan` decides.

    Raises:
        CertificationError: TH-CER-001 it is not to be planned now, TH-CER-066, TH-CER-067. AccessError, StoreError.
    """
    row = seen(work, id)
    authorise(work, row, step_of(Machine.CASE, row["state"], "plan"))
    name_team(work, row, team)
    work.change(tables.cases, id, kind=KIND, expected=expected)
    named = {one.person: tuple(function.value for function in one.functions) for one in team_of(work, id)}
    work.record(CasePlanned(id=id, organisation=row["body"], team=named, visit=""))
    return of(work, id)


def declare_impartial(work: Work, id: str) -> Case:  # noqa: A002
    """Declare to be impartial in a case; for people of its team, each for oneself.

    Raises:
        CertificationError: TH-CER-002 not of the team, TH-CER-022 the actor has an interest in the applicant. StoreError:
            TH-STO-001.
    """
    row = seen(work, id)
    work.require("case.work", thing(row))
    member = next((one for one in team_of(work, id) if one.person == work.actor.person), None)
    if member is None:
        raise CertificationError("TH-CER-002", step="declare", by="team")
    ties = bodies.ties_of(work, row["body"], work.now.date()).get(member.person, frozenset())
    if row["applicant"] in ties | bodies.employers_of(work, member.person):
        raise CertificationError("TH-CER-022", place="team", person=member.person)
    if member.declared_at is None:
        table = tables.members
        named = (table.c.case == id, table.c.person == member.person)
        work.sql.execute(table.update().where(*named).values(declared_at=work.now))
        work.record(ImpartialityDeclared(id=id, organisation=row["body"], person=member.person))
    return of(work, id)


def team_of(work: Work, id: str) -> tuple[TeamMember, ...]:  # noqa: A002
    """Who works on a case; for whoever has read it."""
    table = tables.members
    rows = work.sql.execute(select(table).where(table.c.case == id).order_by(table.c.person)).mappings()
    return tuple(
        TeamMember(row["person"], tuple(Party(one) for one in row["functions"]), row["declared_at"]) for row in rows
    )


def steps(work: Work, id: str, paging: Paging) -> Page[Taken]:  # noqa: A002
    """The steps that were taken in a case, the newest first."""
    seen(work, id)
    table = tables.steps
    return page(work, select(table).where(table.c.case == id), paging, by=(table.c.id,), make=lambda row: Taken(**row))


def open_steps(work: Work, id: str) -> tuple[Step, ...]:  # noqa: A002
    """The steps that the actor could take now, whether or not something is lacking."""
    row = seen(work, id)
    return tuple(step for step in steps_from(Machine.CASE, row["state"]) if _may(work, row, step))


def seen(work: Work, id: str) -> RowMapping:  # noqa: A002
    """The row of a case that the actor may read (TH-STO-001 for any other)."""
    row = work.get(tables.cases, id, kind=KIND)
    work.see("case.read", thing(row))
    return row


def thing(row: RowMapping | Mapping[str, Any]) -> Thing:
    """What deciding needs to know: it belongs to the applicant, and is shared with the body once it is submitted."""
    shared = frozenset() if row["state"] == "draft" else frozenset({row["body"]})
    return Thing(KIND, row["id"], organisation=row["applicant"], shared=shared, state=row["state"])


def authorise(work: Work, row: RowMapping, step: Step) -> None:
    """Go on only where the step is the actor's to take.

    Raises:
        AccessError: neither of the side that takes it. CertificationError: TH-CER-002 another function's.
    """
    if step.by in (Party.APPLICANT, Party.HOLDER):
        work.require("case.apply", thing(row))
    else:
        work.require("case.work", thing(row))
        if not _has_function(work, row, step.by):
            raise CertificationError("TH-CER-002", step=step.name, by=step.by.value)


def moved(work: Work, row: RowMapping, step: Step, *, expected: int, reason: str = "", **values: Any) -> Case:
    """Write that a step was taken; for those who have decided that it may be."""
    state = step.target(row["before"])
    rules = schemes.read(work.get(tables.schemes, row["scheme"], kind=schemes.KIND))
    days = rules.days.get(state)
    changed: dict[str, Any] = {
        "state": state,
        "before": row["state"] if state == "correction" else "",
        "round": row["round"] + (state == "correction"),
        "deadline": work.now.date() + timedelta(days=days) if days is not None else None,
        **{name: value for name, value in values.items() if value is not None},
    }
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
    return _made(work.get(tables.cases, row["id"], kind=KIND))


def facts(work: Work, row: RowMapping | Mapping[str, Any], *, reason: str = "") -> Facts:
    """What the conditions of steps look at."""
    scheme = schemes.read(work.get(tables.schemes, row["scheme"], kind=schemes.KIND))
    today = work.now.date()
    ties = bodies.ties_of(work, row["body"], today)
    kinds = _kinds(work, row["id"])
    made = Facts(
        scheme=scheme,
        applicant=row["applicant"],
        body=row["body"],
        today=today,
        study=row["study"],
        scope=bodies.scope_of(work, row["body"], scheme.id, today),
        ties=ties.get("", frozenset()),
        team=tuple(
            Member(
                person=one.person,
                functions=frozenset(one.functions),
                qualifications=bodies.held_by(work, one.person, row["body"]),
                declared=one.declared_at is not None,
                ties=ties.get(one.person, frozenset()) | bodies.employers_of(work, one.person),
            )
            for one in team_of(work, row["id"])
        ),
        comments=_comments(work, row["id"]),
        evidence=kinds,
        has_inspection_report=INSPECTION_REPORT in kinds,
        deadline=row["deadline"],
        reason=reason,
    )
    return _with_assessment(work, row, made) if row["assessment"] else made


def _with_assessment(work: Work, row: RowMapping | Mapping[str, Any], made: Facts) -> Facts:
    found = work.get(studies.assessments, row["assessment"], kind="assessment")
    version = select(studies.versions.c.document).where(
        studies.versions.c.study == found["study"], studies.versions.c.number == found["number"]
    )
    document = orjson.loads(work.sql.execute(version).scalar_one())
    again, told = tables.recomputations, tables.statements
    digests = select(again.c.digest).where(again.c.case == row["id"], again.c.assessment == found["id"])
    recomputed = work.sql.execute(digests.order_by(again.c.id.desc()).limit(1)).scalar_one_or_none()
    stated = select(told).where(told.c.case == row["id"], told.c.assessment == found["id"])
    statement = work.sql.execute(stated.order_by(told.c.id.desc()).limit(1)).mappings().one_or_none()
    signed: frozenset[str] = frozenset()
    if statement is not None:
        names = select(tables.signatures.c.person).where(tables.signatures.c.statement == statement["id"])
        signed = frozenset(work.sql.execute(names).scalars())
    return replace(
        made,
        rule_pack=found["rule_pack"],
        boundary=str(document.get("boundary", "")),
        digest=found["digest"],
        recomputed=recomputed or "",
        findings=found["errors"],
        statement=Statement(Assurance(statement["assurance"]), statement["misstatement"]) if statement else None,
        signed=signed,
    )


def name_team(work: Work, row: RowMapping, team: Mapping[str, Sequence[Party]]) -> None:
    """Write the team in place of the one before; who stays has declared already.

    Raises:
        CertificationError: TH-CER-066 not one of the body's people, TH-CER-067 no function.
    """
    declared = {one.person: one.declared_at for one in team_of(work, row["id"])}
    table = tables.members
    work.sql.execute(table.delete().where(table.c.case == row["id"]))
    for person, functions in team.items():
        if not is_id(person) or not bodies.is_member(work, person, row["body"]):
            raise CertificationError("TH-CER-066", place="team", person=person[:40])
        if not functions or not {*functions} <= {*FUNCTIONS}:
            raise CertificationError("TH-CER-067", place="team", known=", ".join(FUNCTIONS))
        named = {"functions": sorted({*functions}), "declared_at": declared.get(person)}
        work.keep(table, case=row["id"], person=person, **named)


def _comments(work: Work, id: str) -> tuple[Comment, ...]:  # noqa: A002
    table = tables.comments
    query = select(table.c.id, table.c.path, table.c.weight, table.c.state).where(table.c.case == id)
    return tuple(
        Comment(made, path, Weight(weight), CommentState(state))
        for made, path, weight, state in work.sql.execute(query)
    )


def _kinds(work: Work, id: str) -> frozenset[str]:  # noqa: A002
    return frozenset(work.sql.execute(select(tables.files.c.kind).where(tables.files.c.case == id)).scalars())


def functions_of(work: Work, id: str) -> frozenset[Party]:  # noqa: A002
    """What the actor is named for in a case; empty where not of its team."""
    return frozenset(party for one in team_of(work, id) if one.person == work.actor.person for party in one.functions)


def _has_function(work: Work, row: RowMapping, party: Party) -> bool:
    """Whether the actor has a function in a case; every certifier of the body is an officer, the system is the clock."""
    if party is Party.OFFICER or work.actor.kind is ActorKind.SYSTEM:
        return True
    return bool(
        functions_of(work, row["id"]) & ({Party.VERIFIER, Party.DECIDER} if party is Party.SIGNATORY else {party})
    )


def _may(work: Work, row: RowMapping, step: Step) -> bool:
    if step.by in (Party.APPLICANT, Party.HOLDER):
        return work.may("case.apply", thing(row))
    return work.may("case.work", thing(row)) and _has_function(work, row, step.by)


def _own_assessment(work: Work, row: RowMapping, assessment: str) -> str:
    """The id of an assessment of the study of a case (TH-CER-071 where it is of another)."""
    found = work.get(studies.assessments, assessment, kind="assessment")
    if found["study"] != row["study"]:
        raise CertificationError("TH-CER-071", place="assessment")
    return str(found["id"])


def _check_replaced(work: Work, kind: CaseKind, replaces: str, organisation: str) -> None:
    if (kind is CaseKind.INITIAL) != (not replaces):
        raise CertificationError("TH-CER-069", place="replaces", kind=kind.value)
    if replaces:
        table = tables.certificates
        own = select(table.c.id).where(table.c.number == replaces, table.c.holder == organisation)
        if work.sql.execute(own).first() is None:
            raise CertificationError("TH-CER-072", place="replaces", number=replaces[:40])


def _made(row: RowMapping) -> Case:
    return Case(**{**row, "kind": CaseKind(row["kind"])})
