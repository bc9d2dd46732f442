"""Tokens: for programs of a person, or of an organisation (machines); their secret is shown once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import insert, or_, select, update
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing, credentials
from tanheng.accounts.deciding import covers
from tanheng.accounts.deciding import scopes as known_scopes
from tanheng.accounts.model import SECOND_FACTOR_ROLES, Role
from tanheng.errors import AccessError
from tanheng.services.accounts import events
from tanheng.services.accounts.people import roles_of
from tanheng.services.paging import Page, Paging, page
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts as tables
from tanheng.storage.sql.types import new_id

KIND = "token"
LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Token:
    """A token, without its secret.

    Attributes:
        organisation: of a machine; empty for a personal one. roles: of the machine there.
    """

    id: str
    name: str
    person: str
    organisation: str
    roles: tuple[str, ...]
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token and its text, which is shown this once."""

    token: Token
    text: str = field(repr=False)


def create(
    work: Work,
    *,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime,
    organisation: str = "",
    roles: Iterable[str] = (),
) -> NewToken:
    """Make a token.

    Args:
        scopes: what it may be used for, ``studies:read`` …; never more than its roles allow.
        organisation: whose machine it is for; a personal token where it is empty.
        roles: of the machine; none that needs a second factor.

    Raises:
        AccessError: not an owner of the organisation; TH-ACC-017 no such scope or role, TH-ACC-018 the expiry, TH-ACC-030 a
            scope that the token which asks does not have.
    """
    work.require("token.create", Thing(KIND, organisation=organisation, person="" if organisation else work.actor.id))
    wanted = sorted(set(scopes))
    if strange := [scope for scope in wanted if scope not in known_scopes()]:
        raise AccessError("TH-ACC-017", value=strange[0], what="scope", known=", ".join(sorted(known_scopes())))
    held = work.actor.scopes
    if held is not None and (beyond := [scope for scope in wanted if not covers(held, scope)]):
        raise AccessError("TH-ACC-030", scope=beyond[0])
    if not work.now < expires_at <= work.now + LONGEST:
        raise AccessError("TH-ACC-018", days=LONGEST.days)
    given = roles_of(Role, roles)
    if strange_roles := given & SECOND_FACTOR_ROLES or (given if not organisation else set()):
        known = ", ".join(sorted(set(Role) - SECOND_FACTOR_ROLES))
        raise AccessError("TH-ACC-017", value=min(strange_roles), what="role of a machine", known=known)
    secret = credentials.new(new_id())
    row = {
        "id": secret.id,
        "secret": secret.digest,
        "name": name,
        "person": work.actor.id,
        "organisation": organisation or None,
        "roles": sorted(given),
        "scopes": wanted,
        "created_at": work.now,
        "expires_at": expires_at,
    }
    work.sql.execute(insert(tables.tokens).values(row))
    told = events.TokenCreated(
        id=secret.id,
        organisation=organisation,
        person=work.actor.id,
        roles=sorted(role.value for role in given),
        scopes=wanted,
        expires=expires_at.isoformat(),
    )
    work.record(told)
    return NewToken(_made(work.get(tables.tokens, secret.id, kind=KIND)), secret.as_token())


def listed(work: Work, paging: Paging) -> Page[Token]:
    """One's own tokens, and those of organisations that one owns, the newest first."""
    work.require("token.list", Thing(KIND))
    rows = tables.tokens
    mine = (rows.c.person == work.actor.id) & rows.c.organisation.is_(None)
    query = select(rows).where(or_(mine, rows.c.organisation.in_(work.actor.organisations_as(Role.OWNER))))
    return page(work, query, paging, by=(rows.c.id,), make=_made)


def revoke(work: Work, id: str) -> None:  # noqa: A002 - as the column is called
    """Let a token count no more."""
    row = work.get(tables.tokens, id, kind=KIND)
    person = "" if row["organisation"] else row["person"]
    work.see("token.revoke", Thing(KIND, id, organisation=row["organisation"] or "", person=person))
    rows = tables.tokens
    work.sql.execute(update(rows).where(rows.c.id == id, rows.c.revoked_at.is_(None)).values(revoked_at=work.now))
    work.record(events.TokenRevoked(id=id, organisation=row["organisation"] or ""))


def _made(row: RowMapping) -> Token:
    kept = {name: value for name, value in row.items() if name != "secret"}
    texts = {"organisation": row["organisation"] or "", "roles": tuple(row["roles"]), "scopes": tuple(row["scopes"])}
    return Token(**{**kept, **texts})
