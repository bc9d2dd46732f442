"""Erasing what is personal of somebody (PIPL art. 47, GDPR art. 17): the account stays as a number without a name.

What they did stays in the history, under that number; what is personal of it goes, and the chain still holds.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func, select, update

from tanheng.accounts import Thing, passwords
from tanheng.accounts.model import Role, SystemRole
from tanheng.errors import AccessError, AuditError
from tanheng.services.accounts import events, organisations, people, signing_in
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts as tables
from tanheng.storage.sql.tables import factors, history, notices

JUST_NOW = timedelta(minutes=10)


def erase_oneself(work: Work, *, password: str = "") -> None:
    """Erase what is personal of oneself, in a way that neither a token nor a screen that was left open can.

    Args:
        password: one's own; who has none, and signs in with another provider, must have done so just now.

    Raises:
        AccessError: TH-ACC-011 the password is wrong, TH-ACC-048 one without a password did not sign in just now. AuditError:
            TH-AUD-023.
    """
    work.require("person.erase", Thing(people.KIND, work.actor.id, person=work.actor.id))
    row = work.get(tables.people, work.actor.id, kind=people.KIND)
    if row["password"] and not passwords.matches(row["password"], password):
        raise AccessError("TH-ACC-011")
    if not row["password"] and not _signed_in_just_now(work):
        raise AccessError("TH-ACC-048", minutes=int(JUST_NOW.total_seconds() // 60))
    _erase(work, work.actor.id, row["email"] or "")


def erase(work: Work, id: str) -> people.Person:  # noqa: A002 - as the column is called
    """Erase what is personal of somebody, as they asked for.

    Raises:
        StoreError: TH-STO-001. AccessError: not an administrator. AuditError: TH-AUD-023 the last owner of an organisation,
            or the last administrator.
    """
    found = people.of(work, id)
    work.require("person.erase-other", Thing(people.KIND, id, person=id))
    _erase(work, id, found.email)
    return people.of(work, id)


def _signed_in_just_now(work: Work) -> bool:
    rows = tables.sessions
    opened = select(rows.c.created_at).where(rows.c.id == work.actor.credential)
    at = work.sql.execute(opened).scalar_one_or_none()
    return at is not None and work.now - at <= JUST_NOW


def _erase(work: Work, id: str, email: str) -> None:  # noqa: A002
    _leave(work, id)
    nothing = {"password": "", "totp_secret": "", "totp_confirmed": False, "totp_step": 0, "recovery": []}
    work.change(tables.people, id, kind=people.KIND, expected=None, email=None, name="", suspended=True, **nothing)
    work.sql.execute(delete(tables.sessions).where(tables.sessions.c.person == id))
    for table in (tables.identities, tables.oidc_attempts, notices.notices, factors.subscriptions):
        work.sql.execute(delete(table).where(table.c.person == id))
    mine = (tables.tokens.c.person == id, tables.tokens.c.organisation.is_(None))
    revoked = func.coalesce(tables.tokens.c.revoked_at, work.now)
    work.sql.execute(update(tables.tokens).where(*mine).values(name="", revoked_at=revoked))
    if email:
        signing_in.forget(work, email)
    of_them = select(history.events.c.number).where(history.events.c.thing == id)
    personal = history.personal
    apart = select(personal.c.number).where(personal.c.number.in_(of_them)).order_by(personal.c.number)
    numbers = list(work.sql.execute(apart).scalars())
    work.sql.execute(delete(personal).where(personal.c.number.in_(numbers)))
    work.record(events.PersonalDataErased(id=id, events=numbers))


def _leave(work: Work, id: str) -> None:  # noqa: A002
    """Give up every role; the last owner of an organisation and the last administrator are told TH-AUD-023."""
    roles, rows = tables.system_roles, tables.memberships
    administrator = roles.c.role == SystemRole.ADMINISTRATOR.value
    # administrators who go at once go one after the other, as do owners of one organisation below
    standing = work.sql.execute(select(roles.c.person).where(administrator).with_for_update()).scalars().all()
    if standing == [id]:
        raise AuditError("TH-AUD-023", what="installation")
    if work.sql.execute(delete(roles).where(roles.c.person == id)).rowcount:
        work.record(events.SystemRolesGiven(id=id, roles=[]))
    former = tables.former_memberships
    work.sql.execute(delete(former).where(former.c.person == id))
    given = select(rows.c.organisation, rows.c.roles).where(rows.c.person == id).order_by(rows.c.organisation)
    for organisation, had in work.sql.execute(given).all():
        work.change(tables.organisations, organisation, kind=organisations.KIND, expected=None)
        work.sql.execute(delete(rows).where(rows.c.person == id, rows.c.organisation == organisation))
        left = work.sql.execute(select(rows.c.roles).where(rows.c.organisation == organisation)).scalars()
        if Role.OWNER in had and not any(Role.OWNER in other for other in left):
            raise AuditError("TH-AUD-023", what=organisation)
        work.record(events.RolesGiven(id=id, organisation=organisation, roles=[]))
