"""What stands in the way of whoever certifies: interests that were declared, and those whom they work or worked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.errors import CertificationError
from tanheng.services.certification.events import InterestDeclared
from tanheng.services.paging import Page, Paging, page
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts
from tanheng.storage.sql.tables import certification as tables
from tanheng.storage.sql.types import new_id

FORMER = timedelta(days=730)
"""How long it counts after somebody left an organisation; two years, as usual for auditors."""
INTEREST = "interest"


@dataclass(frozen=True, slots=True)
class Interest:
    """An interest of somebody of a body, or of the body itself where no person is named, in an organisation."""

    id: str
    person: str
    body: str
    organisation: str
    note: str
    until: date | None
    author: str
    created_at: datetime


def declare(
    work: Work, body: str, *, towards: str, person: str = "", until: date | None = None, note: str = ""
) -> Interest:
    """Declare an interest in an organisation: of oneself, or, for owners, of one of the people or of the body itself.

    Raises:
        AccessError: somebody else's, and no owner. StoreError: TH-STO-001. CertificationError: TH-CER-066.
    """
    work.require("interest.declare", Thing(INTEREST, organisation=body, person=person))
    work.get(accounts.organisations, towards, kind="organisation")
    if person and not is_member(work, person, body):
        raise CertificationError("TH-CER-066", place="person", person=person[:40])
    values = {"body": body, "organisation": towards, "note": note.strip(), "until": until}
    made = new_id()
    work.keep(tables.interests, id=made, person=person or None, author=work.actor.id, created_at=work.now, **values)
    day = until.isoformat() if until else ""
    work.record(InterestDeclared(id=made, organisation=body, person=person, towards=towards, until=day))
    return _interest(work.get(tables.interests, made, kind=INTEREST))


def listed(work: Work, body: str, paging: Paging) -> Page[Interest]:
    """Interests that were declared in a body, the newest first; for its members."""
    work.see("qualification.read", Thing(INTEREST, organisation=body))
    table = tables.interests
    return page(work, select(table).where(table.c.body == body), paging, by=(table.c.id,), make=_interest)


def ties_of(work: Work, body: str, day: date) -> dict[str, frozenset[str]]:
    """Organisations in which somebody of a body has an interest on a day, by person; of the body itself under ``""``."""
    table = tables.interests
    query = select(table.c.person, table.c.organisation).where(
        table.c.body == body, or_(table.c.until.is_(None), table.c.until >= day)
    )
    found: dict[str, set[str]] = {}
    for person, organisation in work.sql.execute(query):
        found.setdefault(person or "", set()).add(organisation)
    return {person: frozenset(several) for person, several in found.items()}


def is_member(work: Work, person: str, organisation: str) -> bool:
    """Whether somebody has a role in an organisation."""
    table = accounts.memberships
    query = select(table.c.roles).where(table.c.person == person, table.c.organisation == organisation)
    return bool(work.sql.execute(query).scalar_one_or_none())


def employers_of(work: Work, person: str) -> frozenset[str]:
    """Organisations in which somebody has a role, or had one within :data:`FORMER`, and those that lend roles to such of now."""
    table, former = accounts.memberships, accounts.former_memberships
    rows = work.sql.execute(select(table.c.organisation, table.c.roles).where(table.c.person == person))
    own = frozenset(organisation for organisation, roles in rows if roles)
    left = select(former.c.organisation).where(former.c.person == person, former.c.ended_at > work.now - FORMER)
    return own | frozenset(work.sql.execute(left).scalars()) | lenders_to(work, own)


def lenders_to(work: Work, receivers: Iterable[str]) -> frozenset[str]:
    """Organisations for which others act now, by a delegation."""
    table = accounts.delegations
    query = select(table.c.organisation).where(
        table.c.receiver.in_(sorted(receivers)), table.c.revoked_at.is_(None), table.c.until > work.now
    )
    return frozenset(work.sql.execute(query).scalars())


def of_person(work: Work, body: str, person: str) -> frozenset[str]:
    """Organisations towards which somebody of a body is not impartial today."""
    return ties_of(work, body, work.today).get(person, frozenset()) | employers_of(work, person)


def _interest(row: RowMapping) -> Interest:
    return Interest(**{**row, "person": row["person"] or ""})
