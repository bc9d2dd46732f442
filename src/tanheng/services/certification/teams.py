"""The team of a case: named by the body, each of it declares to be impartial, and then it is planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy.engine import RowMapping

from tanheng.certification.model import FUNCTIONS
from tanheng.certification.needs import require
from tanheng.certification.procedure import Machine, Party, step_of
from tanheng.errors import CertificationError
from tanheng.services.certification import cases, interests, standing, telling
from tanheng.services.certification.casefacts import facts
from tanheng.services.certification.cases import Case
from tanheng.services.certification.events import CasePlanned, ImpartialityDeclared
from tanheng.services.certification.standing import team_of
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import certification as tables
from tanheng.storage.sql.work import is_id


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
    row = standing.held(work, id)
    step = step_of(Machine.CASE, row["state"], "plan")
    standing.authorise(work, row, step)
    _name(work, row, team)
    require(step, facts(work, row))
    made = cases.moved(work, row, step, expected=expected, visit=visit)
    named = {one.person: tuple(function.value for function in one.functions) for one in team_of(work, id)}
    work.record(CasePlanned(id=id, organisation=row["body"], team=named, visit=visit.isoformat() if visit else ""))
    return made


def propose(work: Work, id: str, *, expected: int, team: Mapping[str, Sequence[Party]]) -> Case:  # noqa: A002
    """Name people who may work on a case, so that they can declare to be impartial; :func:`plan` decides.

    Raises:
        CertificationError: TH-CER-001 it is not to be planned now, TH-CER-066, TH-CER-067. AccessError, StoreError.
    """
    row = standing.held(work, id)
    standing.authorise(work, row, step_of(Machine.CASE, row["state"], "plan"))
    _name(work, row, team)
    work.change(tables.cases, id, kind=standing.KIND, expected=expected)
    named = {one.person: tuple(function.value for function in one.functions) for one in team_of(work, id)}
    work.record(CasePlanned(id=id, organisation=row["body"], team=named, visit=""))
    return cases.of(work, id)


def declare(work: Work, id: str) -> Case:  # noqa: A002
    """Declare to be impartial in a case; for people of its team, each for oneself.

    Raises:
        CertificationError: TH-CER-002 not of the team, TH-CER-022 the actor has an interest in the applicant. StoreError:
            TH-STO-001.
    """
    row = standing.held(work, id)
    work.require("case.work", standing.thing(row))
    member = next((one for one in team_of(work, id) if one.person == work.actor.person), None)
    if member is None:
        raise CertificationError("TH-CER-002", step="declare", by="team")
    standing.check_impartial(work, row["body"], row["applicant"])
    if member.declared_at is None:
        table = tables.members
        named = (table.c.case == id, table.c.person == member.person)
        work.sql.execute(table.update().where(*named).values(declared_at=work.now))
        work.record(ImpartialityDeclared(id=id, organisation=row["body"], person=member.person))
    return cases.of(work, id)


def _name(work: Work, row: RowMapping, team: Mapping[str, Sequence[Party]]) -> None:
    """Write the team in place of the one before; who stays has declared already.

    Raises:
        CertificationError: TH-CER-066 not one of the body's people, TH-CER-067 no function.
    """
    declared = {one.person: one.declared_at for one in team_of(work, row["id"])}
    table = tables.members
    work.sql.execute(table.delete().where(table.c.case == row["id"]))
    for person, functions in team.items():
        if not is_id(person) or not interests.is_member(work, person, row["body"]):
            raise CertificationError("TH-CER-066", place="team", person=person[:40])
        if not functions or not {*functions} <= {*FUNCTIONS}:
            raise CertificationError("TH-CER-067", place="team", known=", ".join(FUNCTIONS))
        named = {"functions": sorted({*functions}), "declared_at": declared.get(person)}
        work.keep(table, case=row["id"], person=person, **named)
    telling.team_named(work, row, team.keys() - declared.keys())
