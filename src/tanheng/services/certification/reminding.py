"""What is told before a day comes: deadlines, visits, surveillance, the end of certificates; once for each occasion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Column, Table, select

from tanheng.accounts.model import Role
from tanheng.certification.procedure import LIVING, Machine, states, steps_from
from tanheng.services import notices
from tanheng.services.certification.telling import Row, on_turn, people_as, team
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import certification as tables

PART = 200
"""Cases or certificates that are looked at in one transaction."""
_UNDER_WAY = tuple(one for one in states(Machine.CASE) if steps_from(Machine.CASE, one))


@dataclass(frozen=True, slots=True)
class Reminder:
    """What is told how many days before a day.

    Attributes:
        kind: of the notice. table, day: where the day stands. states: in which it matters. days: before it, told once each.
        people: who is told.
    """

    kind: str
    table: Table
    day: Column[object]
    states: tuple[str, ...]
    days: tuple[int, ...]
    people: Callable[[Work, Row], set[str]]

    def place(self, row: Row) -> str:
        """In the API, of what it speaks of."""
        return f"/v1/cases/{row['id']}" if self.table is tables.cases else f"/v1/certificates/{row['number']}"


def _both(work: Work, row: Row) -> set[str]:
    return people_as(work, row["applicant"], Role.ENGINEER) | team(work, row["id"])


def _holder(work: Work, row: Row) -> set[str]:
    return people_as(work, row["holder"], Role.OWNER, Role.ENGINEER)


def _holder_and_team(work: Work, row: Row) -> set[str]:
    return people_as(work, row["holder"], Role.OWNER) | team(work, row["case"])


_CASES, _CERTIFICATES = tables.cases, tables.certificates
_VISITED = ("planned", "document-review", "site-inspection")
REMINDERS = (
    Reminder("case-deadline", _CASES, _CASES.c.deadline, _UNDER_WAY, (7,), on_turn),
    Reminder("case-visit", _CASES, _CASES.c.visit, _VISITED, (1,), _both),
    Reminder(
        "certificate-surveillance", _CERTIFICATES, _CERTIFICATES.c.surveillance, LIVING, (60, 14), _holder_and_team
    ),
    Reminder("certificate-ending", _CERTIFICATES, _CERTIFICATES.c.valid_until, LIVING, (90, 30, 7), _holder),
    Reminder("certificate-suspension", _CERTIFICATES, _CERTIFICATES.c.deadline, ("suspended",), (7,), _holder_and_team),
)


def remind(work: Work, reminder: Reminder, after: str) -> tuple[str, int]:
    """Tell of the days that are near, of so many things behind an id.

    Returns:
        the id behind which to go on, empty at the end; how many occasions were told.
    """
    table, today = reminder.table, work.today
    query = select(table).where(
        reminder.day.between(today, today + timedelta(days=max(reminder.days))), table.c.state.in_(reminder.states)
    )
    if after:
        query = query.where(table.c.id > after)
    rows = work.sql.execute(query.order_by(table.c.id).limit(PART)).mappings().all()
    told = 0
    for row in rows:
        day = row[reminder.day.name]
        left = min(days for days in reminder.days if (day - today).days <= days)
        if notices.is_first(work, row["number"], f"{reminder.kind}/{day.isoformat()}/{left}"):
            params = {"number": row["number"], "day": day.isoformat()}
            notices.tell(work, reminder.people(work, row), reminder.kind, reminder.place(row), params)
            told += 1
    return (rows[-1]["id"] if len(rows) == PART else ""), told
