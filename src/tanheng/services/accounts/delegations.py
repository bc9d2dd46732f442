"""Delegation: an organisation lets another one, a consultant or a parent firm, act for it in some roles until a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.accounts.model import DELEGABLE_ROLES, Role
from tanheng.errors import AccessError
from tanheng.services.accounts import organisations
from tanheng.services.accounts.events import DelegationGiven, DelegationRevoked
from tanheng.services.accounts.people import roles_of
from tanheng.services.paging import Page, Paging, page
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts as tables

KIND = "delegation"
LONGEST = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True)
class Delegation:
    """Roles that an organisation lent.

    Attributes:
        organisation: that lent them. receiver: id of the organisation whose people act in them.
        until: from when they count no more. giver: id of the person. revoked_at: when they were taken back, if they were.
    """

    id: str
    organisation: str
    receiver: str
    roles: tuple[Role, ...]
    until: datetime
    note: str
    giver: str
    created_at: datetime
    revoked_at: datetime | None


def give(
    work: Work, organisation: str, *, receiver: str, roles: Iterable[str], until: datetime, note: str = ""
) -> Delegation:
    """Let the people of another organisation act for one.

    Each of them acts in those of the roles that they have in their own organisation (everybody there as a viewer, where that
    is lent). Its machines do not; and none of the roles lends anything further.

    Args:
        until: from when it counts no more.

    Raises:
        AccessError: not an owner of the organisation; TH-ACC-017 a role that cannot be lent, or none; TH-ACC-034 to itself;
            TH-ACC-035 the day. StoreError: TH-STO-001 no such organisation.
    """
    row = work.get(tables.organisations, organisation, kind=organisations.KIND)
    work.see("organisation.read", organisations.thing(row))
    work.require("delegation.give", Thing(KIND, organisation=organisation))
    work.get(tables.organisations, receiver, kind=organisations.KIND)
    wanted = roles_of(Role, roles)
    if not wanted or wanted - DELEGABLE_ROLES:
        value = min(wanted - DELEGABLE_ROLES, default="")
        raise AccessError("TH-ACC-017", value=value, what="role to lend", known=", ".join(sorted(DELEGABLE_ROLES)))
    if receiver == organisation:
        raise AccessError("TH-ACC-034")
    if not work.now < until <= work.now + LONGEST:
        raise AccessError("TH-ACC-035", days=LONGEST.days)
    lent = sorted(role.value for role in wanted)
    values = {"receiver": receiver, "roles": lent, "until": until, "note": note, "giver": work.actor.id}
    made = work.insert(tables.delegations, organisation=organisation, **values)
    day = until.isoformat()
    work.record(
        DelegationGiven(id=made, organisation=organisation, receiver=receiver, roles=lent, until=day, note=note)
    )
    return _made(work.get(tables.delegations, made, kind=KIND))


def listed(work: Work, organisation: str, paging: Paging) -> Page[Delegation]:
    """What an organisation lent and was lent, the newest first; also what counts no more."""
    row = work.get(tables.organisations, organisation, kind=organisations.KIND)
    work.see("organisation.read", organisations.thing(row))
    work.require("delegation.read", Thing(KIND, organisation=organisation))
    table = tables.delegations
    query = select(table).where(or_(table.c.organisation == organisation, table.c.receiver == organisation))
    return page(work, query, paging, by=(table.c.id,), make=_made)


def revoke(work: Work, id: str) -> None:  # noqa: A002 - as the column is called
    """Take roles back, or give back those that one was lent; at once. Done twice, it is done once.

    Raises:
        StoreError: TH-STO-001. AccessError: an owner of neither organisation.
    """
    row = work.get(tables.delegations, id, kind=KIND)
    work.see("delegation.read", thing(row))
    work.require("delegation.revoke", thing(row))
    if row["revoked_at"] is None:
        work.change(tables.delegations, id, kind=KIND, expected=row["version"], revoked_at=work.now)
        work.record(DelegationRevoked(id=id, organisation=row["organisation"], receiver=row["receiver"]))


def thing(row: RowMapping) -> Thing:
    """What deciding needs to know of a delegation: it is its giver's, and shared with the receiver."""
    return Thing(KIND, str(row["id"]), organisation=str(row["organisation"]), shared=frozenset({str(row["receiver"])}))


def _made(row: RowMapping) -> Delegation:
    kept = {name: row[name] for name in Delegation.__slots__}
    return Delegation(**{**kept, "roles": tuple(map(Role, row["roles"]))})
