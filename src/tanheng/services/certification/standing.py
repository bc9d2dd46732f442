"""Whom somebody is in a case, and what follows from it: who reads it, whose a step is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.model import Role
from tanheng.certification.model import SIGNING
from tanheng.certification.needs import is_qualified
from tanheng.certification.procedure import Party, Step
from tanheng.errors import CertificationError
from tanheng.services.certification import bodies, interests
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts
from tanheng.storage.sql.tables import certification as tables

KIND = "case"


@dataclass(frozen=True, slots=True)
class TeamMember:
    """Somebody who works on a case."""

    person: str
    functions: tuple[Party, ...]
    declared_at: datetime | None


def seen(work: Work, id: str) -> RowMapping:  # noqa: A002
    """The row of a case that the actor may read (TH-STO-001 for any other)."""
    row = work.get(tables.cases, id, kind=KIND)
    work.see("case.read", thing(row))
    return row


def held(work: Work, id: str) -> RowMapping:  # noqa: A002
    """As :func:`seen`, for whoever writes what steps look at: until this work is over, nobody else does."""
    seen(work, id)
    work.hold(tables.cases, id)
    return seen(work, id)


def thing(row: RowMapping | Mapping[str, Any]) -> Thing:
    """What deciding needs to know: it belongs to the applicant, and is shared with the body once it is submitted."""
    shared = frozenset() if row["state"] == "draft" else frozenset({row["body"]})
    return Thing(KIND, row["id"], organisation=row["applicant"], shared=shared, state=row["state"])


def authorise(work: Work, row: RowMapping, step: Step) -> None:
    """Go on only where the step is the actor's to take.

    Raises:
        AccessError: neither of the side that takes it. CertificationError: TH-CER-002 another function's, TH-CER-022 the actor
            has an interest in the applicant.
    """
    if step.by in (Party.APPLICANT, Party.HOLDER):
        work.require("case.apply", thing(row))
    else:
        work.require("case.work", thing(row))
        if not _has_function(work, row, step.by):
            raise CertificationError("TH-CER-002", step=step.name, by=step.by.value)
        check_impartial(work, row["body"], row["applicant"])


def check_impartial(work: Work, body: str, towards: str) -> None:
    """Go on only where the actor, one of a body, has no interest in an organisation (TH-CER-022)."""
    if _has_interest(work, body, towards):
        raise CertificationError("TH-CER-022", place="person", person=work.actor.person)


def is_competent(work: Work, body: str, *functions: Party, category: str) -> bool:
    """Whether a body attests today that the actor may have one of the functions, for a series of rule packs."""
    own = bodies.held_by(work, work.actor.person, body)
    return any(is_qualified(own, function, category, work.today) for function in functions)


def signatories(work: Work, body: str, category: str) -> dict[str, frozenset[Party]]:
    """Certifiers of a body whom it attests today for a function that signs, in a series of rule packs; by person."""
    table = accounts.memberships
    people = work.sql.execute(select(table.c.person, table.c.roles).where(table.c.organisation == body)).all()
    held = {person: bodies.held_by(work, person, body) for person, roles in people if Role.CERTIFIER in roles}
    found = {
        person: frozenset(one for one in SIGNING if is_qualified(own, one, category, work.today))
        for person, own in held.items()
    }
    return {person: functions for person, functions in found.items() if functions}


def team_of(work: Work, id: str) -> tuple[TeamMember, ...]:  # noqa: A002
    """Who works on a case; for whoever has read it."""
    table = tables.members
    rows = work.sql.execute(select(table).where(table.c.case == id).order_by(table.c.person)).mappings()
    return tuple(
        TeamMember(row["person"], tuple(Party(one) for one in row["functions"]), row["declared_at"]) for row in rows
    )


def functions_of(work: Work, id: str) -> frozenset[Party]:  # noqa: A002
    """What the actor is named for in a case; empty where not of its team."""
    return frozenset(party for one in team_of(work, id) if one.person == work.actor.person for party in one.functions)


def _has_function(work: Work, row: RowMapping | Mapping[str, Any], party: Party) -> bool:
    """Whether the actor has a function in a case; every certifier of the body is an officer, the system is the clock."""
    if party is Party.OFFICER or work.actor.kind is ActorKind.SYSTEM:
        return True
    return bool(functions_of(work, row["id"]) & (SIGNING if party is Party.SIGNATORY else {party}))


def may_take(work: Work, row: RowMapping | Mapping[str, Any], step: Step) -> bool:
    """Whether a step is the actor's to take, whatever it lacks."""
    if step.by in (Party.APPLICANT, Party.HOLDER):
        return work.may("case.apply", thing(row))
    able = work.may("case.work", thing(row)) and _has_function(work, row, step.by)
    return able and not _has_interest(work, row["body"], row["applicant"])


def _has_interest(work: Work, body: str, towards: str) -> bool:
    return bool(work.actor.person) and towards in interests.of_person(work, body, work.actor.person)
