"""Who is told of what happens in certification: those whose turn it is, and those whom its end concerns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.engine import RowMapping

from tanheng.accounts.model import Role
from tanheng.certification.model import FUNCTIONS, SIGNING
from tanheng.certification.procedure import BEFORE, Machine, Party, Step, steps_from
from tanheng.services import notices
from tanheng.services.certification.standing import signatories, team_of
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts

Row = RowMapping | Mapping[str, Any]


def people_as(work: Work, organisation: str, *roles: Role) -> set[str]:
    """People who have one of the roles in an organisation."""
    table = accounts.memberships
    rows = work.sql.execute(select(table.c.person, table.c.roles).where(table.c.organisation == organisation))
    return {str(person) for person, own in rows if {*roles} & {*own}}


def team(work: Work, case: str) -> set[str]:
    """Everybody who works on a case."""
    return {one.person for one in team_of(work, case)}


def on_turn(work: Work, row: Row) -> set[str]:
    """Those whose steps lead on from where a case is: the end of it is nobody's turn."""
    parties = {step.by for step in steps_from(Machine.CASE, row["state"]) if _leads_on(step)}
    found: set[str] = set()
    if Party.APPLICANT in parties:
        found |= people_as(work, row["applicant"], Role.ENGINEER)
    if Party.OFFICER in parties:
        found |= people_as(work, row["body"], Role.CERTIFIER)
    wanted = parties & {*FUNCTIONS} | (SIGNING if Party.SIGNATORY in parties else set())
    return found | {one.person for one in team_of(work, row["id"]) if wanted & {*one.functions}}


def case_moved(work: Work, row: Row, step: Step) -> None:
    """Tell of a step that led to another state; ``row`` is the case as it is now."""
    if row["state"] == step.state:
        return
    people = on_turn(work, row)
    if not steps_from(Machine.CASE, row["state"]):
        people = people_as(work, row["applicant"], Role.ENGINEER) | team(work, row["id"])
        if step.state == "submitted":  # nobody is in its team yet
            people |= people_as(work, row["body"], Role.CERTIFIER)
    kind = "case-lapsed" if step.by is Party.CLOCK else f"case-{row['state']}"
    _tell(work, people, kind, f"/v1/cases/{row['id']}", number=row["number"])


def correction_asked(work: Work, row: Row, changed: Mapping[str, Any], reason: str) -> None:
    """Tell the others who may sign of a correction that one of them asked for; ``row`` is the certificate."""
    people = {*signatories(work, row["body"], row["category"])} - {work.actor.id}
    told = orjson.dumps(dict(changed)).decode()[:500]
    place = f"/v1/register/{row['number']}"
    _tell(work, people, "correction-asked", place, number=row["number"], changes=told, reason=reason[:500])


def team_named(work: Work, row: Row, new: Iterable[str]) -> None:
    """Tell people that they are named for a case, and are to declare to be impartial."""
    _tell(work, new, "case-team", f"/v1/cases/{row['id']}", number=row["number"])


def certificate_moved(work: Work, row: Row, step: Step) -> None:
    """Tell the owners of the holder, and whoever decided on it, that a certificate is in another state."""
    state = step.target()
    if state == step.state and step.by is not Party.REGULATOR:
        return
    people = people_as(work, row["holder"], Role.OWNER) | team(work, row["case"])
    _tell(work, people, f"certificate-{state}", f"/v1/certificates/{row['number']}", number=row["number"])


def complained(work: Work, row: Row, kind: str, people: Iterable[str], *, regulators: Iterable[str]) -> None:
    """Tell people, and the owners of the body and of its regulators, of a complaint."""
    owners = {one for own in (row["body"], *regulators) for one in people_as(work, own, Role.OWNER)}
    _tell(work, owners | {*people}, kind, f"/v1/complaints/{row['id']}")


def _tell(work: Work, people: Iterable[str], kind: str, place: str, **params: Any) -> None:
    """Nobody is told what they did themselves."""
    notices.tell(work, {*people} - {work.actor.id}, kind, place, params)


def _leads_on(step: Step) -> bool:
    if step.name == "replan":  # it begins anew, and is nobody's turn
        return False
    return step.to == "certified" or step.to == BEFORE or bool(steps_from(step.machine, step.to))
