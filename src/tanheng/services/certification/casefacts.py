"""What the conditions of steps look at in a case: its dossier, its team, what was found, who signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.engine import RowMapping

from tanheng.certification.model import Assurance, Case, Comment, CommentState, Member, Statement, Weight
from tanheng.certification.procedure import LIVING
from tanheng.services.certification import bodies, interests, schemes
from tanheng.services.certification.standing import team_of
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import certification as tables
from tanheng.storage.sql.tables import studies

INSPECTION_REPORT = "inspection-report"
SURVEILLANCE_REPORT = "surveillance-report"


def facts(work: Work, row: RowMapping | Mapping[str, Any], *, reason: str = "") -> Case:
    """What the conditions of steps look at."""
    scheme = schemes.read(work.get(tables.schemes, row["scheme"], kind=schemes.KIND))
    today = work.today
    ties = interests.ties_of(work, row["body"], today)
    kinds = _kinds(work, row["id"])
    made = Case(
        scheme=scheme,
        applicant=row["applicant"],
        body=row["body"],
        today=today,
        study=row["study"],
        scope=bodies.scope_of(work, row["body"], scheme.id, today),
        ties=ties.get("", frozenset()) | interests.lenders_to(work, [row["body"]]),
        team=tuple(
            Member(
                person=one.person,
                functions=frozenset(one.functions),
                qualifications=bodies.held_by(work, one.person, row["body"]),
                declared=one.declared_at is not None,
                ties=ties.get(one.person, frozenset()) | interests.employers_of(work, one.person),
            )
            for one in team_of(work, row["id"])
        ),
        comments=_comments(work, row["id"]),
        evidence=kinds,
        has_inspection_report=INSPECTION_REPORT in kinds,
        others=tuple(others(work, row, scheme.id)),
        is_ordered=_replaces_ordered(work, row),
        deadline=row["deadline"],
        reason=reason,
    )
    return _with_assessment(work, row, made) if row["assessment"] else made


def is_ordered(work: Work, certificate: str) -> bool:
    """Whether a regulator ordered the last suspension of a certificate, by its id."""
    table = tables.certificate_steps
    last = select(table.c.step).where(table.c.certificate == certificate, table.c.after == "suspended")
    return work.sql.execute(last.order_by(table.c.id.desc()).limit(1)).scalar() == "order-suspension"


def others(work: Work, row: RowMapping | Mapping[str, Any], scheme: str) -> list[str]:
    """Numbers of certificates that stand for the study of a case under a scheme, but for that which the case may replace.

    Another body's is not replaced while it is suspended.
    """
    table, own = tables.certificates, tables.cases
    releases = select(tables.schemes.c.id).where(tables.schemes.c.scheme == scheme)
    study = own.c.study == row["study"]
    living = select(table.c.number, table.c.state, table.c.body).join(own, own.c.id == table.c.case)
    living = living.where(
        table.c.state.in_(LIVING), or_(study & table.c.scheme.in_(releases), table.c.number == row["replaces"])
    )
    return [
        number
        for number, state, body in work.sql.execute(living.order_by(table.c.number))
        if number != row["replaces"] or (state == "suspended" and body != row["body"])
    ]


def _replaces_ordered(work: Work, row: RowMapping | Mapping[str, Any]) -> bool:
    """Whether the certificate that a case is to replace is suspended, and a regulator ordered that."""
    table = tables.certificates
    query = select(table.c.id).where(table.c.number == row["replaces"], table.c.state == "suspended")
    found = work.sql.execute(query).scalar() if row["replaces"] else None
    return found is not None and is_ordered(work, found)


def _with_assessment(work: Work, row: RowMapping | Mapping[str, Any], made: Case) -> Case:
    found = work.get(studies.assessments, row["assessment"], kind="assessment")
    again, told = tables.recomputations, tables.statements
    digests = select(again.c.digest).where(again.c.case == row["id"], again.c.assessment == found["id"])
    recomputed = work.sql.execute(digests.order_by(again.c.id.desc()).limit(1)).scalar_one_or_none()
    stated = select(told).where(told.c.id == row["statement"], told.c.assessment == found["id"])
    statement = work.sql.execute(stated).mappings().one_or_none()
    signed: frozenset[str] = frozenset()
    if statement is not None:
        names = select(tables.signatures.c.person).where(tables.signatures.c.statement == statement["id"])
        signed = frozenset(work.sql.execute(names).scalars())
    return replace(
        made,
        rule_pack=found["rule_pack"],
        boundary=found["boundary"],
        digest=found["digest"],
        recomputed=recomputed or "",
        superseded=found["superseded_by"] is not None,
        findings=found["errors"],
        statement=Statement(Assurance(statement["assurance"]), statement["misstatement"]) if statement else None,
        signed=signed,
    )


def _comments(work: Work, id: str) -> tuple[Comment, ...]:  # noqa: A002
    table = tables.comments
    query = select(table.c.id, table.c.path, table.c.weight, table.c.state).where(table.c.case == id)
    return tuple(
        Comment(made, path, Weight(weight), CommentState(state))
        for made, path, weight, state in work.sql.execute(query)
    )


def _kinds(work: Work, id: str) -> frozenset[str]:  # noqa: A002
    return frozenset(work.sql.execute(select(tables.files.c.kind).where(tables.files.c.case == id)).scalars())
