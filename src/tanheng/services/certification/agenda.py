"""What is due and when: visits, deadlines of cases, surveillance, the end of certificates and of suspensions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, or_, select

from tanheng.accounts import Thing
from tanheng.certification.procedure import LIVING, Machine, states, steps_from
from tanheng.services.certification import standing
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import certification as tables

MOST = 500
"""Days of each kind that are told."""
_OPEN = tuple(one for one in states(Machine.CASE) if steps_from(Machine.CASE, one))
_VISITED = ("planned", "document-review", "site-inspection")


class Due(StrEnum):
    """What a day is for."""

    VISIT = "visit"
    DEADLINE = "deadline"
    SURVEILLANCE = "surveillance"
    SUSPENSION = "suspension"
    EXPIRY = "expiry"


@dataclass(frozen=True, slots=True)
class Entry:
    """A day in the calendar. ``thing``: id of the case, or number of the certificate; ``number``: by which people name it."""

    day: date
    what: Due
    thing: str
    number: str
    names: Mapping[str, str]
    state: str

    @property
    def is_case(self) -> bool:
        """Whether it is a day of a case, not of a certificate."""
        return self.what in (Due.VISIT, Due.DEADLINE)


def upcoming(work: Work, organisations: Collection[str], until: date) -> tuple[Entry, ...]:
    """What is due for organisations of the actor, as applicants, holders and bodies, up to a day; what is overdue first.

    Args:
        organisations: those that the actor belongs to count, no others.
    """
    work.require("case.list", Thing(standing.KIND))
    own = sorted(set(organisations) & work.actor.organisations)
    case, certificate = tables.cases.c, tables.certificates.c
    seen = or_(case.applicant.in_(own), case.body.in_(own) & (case.state != "draft"))
    held = or_(certificate.holder.in_(own), certificate.body.in_(own))
    suspended = certificate.state == "suspended"
    found = [
        *_days(work, tables.cases, Due.VISIT, case.visit, until, seen, case.state.in_(_VISITED)),
        *_days(work, tables.cases, Due.DEADLINE, case.deadline, until, seen, case.state.in_(_OPEN)),
        *_days(work, tables.certificates, Due.SUSPENSION, certificate.deadline, until, held, suspended),
    ]
    for what, column in ((Due.SURVEILLANCE, certificate.surveillance), (Due.EXPIRY, certificate.valid_until)):
        found += _days(work, tables.certificates, what, column, until, held, certificate.state.in_(LIVING))
    return tuple(sorted(found, key=lambda one: (one.day, one.what, one.number)))


def _days(
    work: Work, table: Table, what: Due, column: Column[Any], until: date, *asked: ColumnElement[bool]
) -> list[Entry]:
    thing = table.c.id if table is tables.cases else table.c.number
    columns = (column, thing.label("thing"), table.c.number, table.c.names, table.c.state)
    query = select(*columns).where(column.is_not(None), column <= until, *asked).order_by(column, table.c.id)
    return [Entry(day, what, *rest) for day, *rest in work.sql.execute(query.limit(MOST))]
