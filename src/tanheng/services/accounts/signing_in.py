"""Signing in and out, and who is behind a session or a token."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.engine import RowMapping

from tanheng.accounts import ANONYMOUS, Actor, Membership, credentials, passwords, secondfactor
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.model import DELEGABLE_ROLES, SECOND_FACTOR_ROLES, OrganisationKind, Role, SystemRole
from tanheng.errors import AccessError
from tanheng.services.accounts import events
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts as tables
from tanheng.storage.sql.types import new_id

FREE = 5
"""Wrong attempts that cost nothing; each further one doubles the wait."""
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN = timedelta(hours=24)


# What every request asks, in as few statements as can be, and made once: making one takes as long as running it.
_ORGANISATIONS, _PEOPLE = tables.organisations.c, tables.people.c
_SESSION = (
    select(tables.sessions, _PEOPLE.suspended)
    .join(tables.people, _PEOPLE.id == tables.sessions.c.person)
    .where(tables.sessions.c.id == bindparam("id"))
)
_TOKEN = (
    select(tables.tokens, _PEOPLE.suspended, _ORGANISATIONS.kind, _ORGANISATIONS.closed)
    .join(tables.people, _PEOPLE.id == tables.tokens.c.person)
    .outerjoin(tables.organisations, _ORGANISATIONS.id == tables.tokens.c.organisation)
    .where(tables.tokens.c.id == bindparam("id"))
)
_MEMBERSHIPS = (
    select(tables.memberships.c.organisation, tables.memberships.c.roles, _ORGANISATIONS.kind)
    .join(tables.organisations, _ORGANISATIONS.id == tables.memberships.c.organisation)
    .where(tables.memberships.c.person == bindparam("person"), _ORGANISATIONS.closed.is_(False))
)
_SYSTEM_ROLES = select(tables.system_roles.c.role).where(tables.system_roles.c.person == bindparam("person"))
_DELEGATIONS = tables.delegations.c
_LENT = (
    select(_DELEGATIONS.organisation, _DELEGATIONS.receiver, _DELEGATIONS.roles, _ORGANISATIONS.kind)
    .join(tables.organisations, _ORGANISATIONS.id == _DELEGATIONS.organisation)
    .where(_DELEGATIONS.receiver.in_(bindparam("receivers", expanding=True)))
    .where(_DELEGATIONS.revoked_at.is_(None), _DELEGATIONS.until > bindparam("now"))
    .where(_ORGANISATIONS.closed.is_(False))
    .order_by(_DELEGATIONS.id)
)


@dataclass(frozen=True, slots=True)
class Session:
    """A session that was opened.

    Attributes:
        cookie: value of its cookie; secret. csrf: what its requests that change something carry.
    """

    id: str
    person: str
    cookie: str
    csrf: str
    second_factor: bool


@dataclass(frozen=True, slots=True)
class Known:
    """Who is behind a credential; ``csrf`` of a session, empty for a token."""

    actor: Actor
    csrf: str = ""


STRANGER = Known(ANONYMOUS)


def sign_in(
    platform: Platform, actor: Actor, *, email: str, password: str, code: str = "", address: str = ""
) -> Session:
    """Open a session.

    The password is compared outside of any transaction, since that takes long on purpose; the failure is counted in one of
    its own, so that refusing does not undo it.

    Args:
        code: of the second factor, or a recovery code; needed where the person has one.
        address: from where, for throttling.

    Raises:
        AccessError: TH-ACC-011 wrong (whatever is), TH-ACC-012 too often wrong, TH-ACC-019 the code is needed.
    """
    keys = [_key("account", email.strip().casefold()), *([_key("address", address)] if address else [])]
    wait = platform.look(actor, _wait, keys)
    if wait > 0:
        raise AccessError("TH-ACC-012", seconds=wait)
    row = platform.look(actor, _person, email)
    is_right = passwords.matches(row["password"] if row else "", password)
    if row is None or not is_right or row["suspended"]:
        platform.do(actor, _failed, keys)
        raise AccessError("TH-ACC-011")
    if row["totp_confirmed"] and not code:
        raise AccessError("TH-ACC-019")
    renewed = passwords.hashed(password) if passwords.is_outdated(row["password"]) else ""
    opened = platform.do(actor, _open, row["id"], row["version"], code, keys, renewed)
    if opened is None:
        platform.do(actor, _failed, keys)
        raise AccessError("TH-ACC-011")
    return opened


def sign_out(work: Work) -> None:
    """End the session that is used; strangers have none."""
    if work.actor.credential:
        work.sql.execute(delete(tables.sessions).where(tables.sessions.c.id == work.actor.credential))


def by_session(platform: Platform, cookie: str) -> Known | None:
    """Who is behind the cookie of a session; ``None`` where it has ended."""
    credential = credentials.read_session(cookie)
    if credential is None:
        return None
    now, settings = platform.clock(), platform.configuration
    with platform.connection(reading=True) as sql, sql.begin():
        work = Work(platform, sql, Actor(ActorKind.SYSTEM, "session"), now)
        row = sql.execute(_SESSION, {"id": credential.id}).mappings().one_or_none()
        if row is None or not credential.fits(row["secret"]):
            return None
        idle = timedelta(minutes=settings.session_idle_minutes)
        if row["expires_at"] <= now or row["seen_at"] + idle <= now:
            return None
        actor = _actor(work, row, second_factor=row["second_factor"], scopes=None)
    if actor is not None and now - row["seen_at"] > idle / 10:
        platform.do(actor, _seen, credential.id)
    return None if actor is None else Known(actor, row["csrf"])


def by_token(platform: Platform, text: str) -> Known | None:
    """Who is behind a bearer token; ``None`` where it counts no more."""
    credential = credentials.read_token(text)
    if credential is None:
        return None
    now = platform.clock()
    with platform.connection(reading=True) as sql, sql.begin():
        work = Work(platform, sql, Actor(ActorKind.SYSTEM, "token"), now)
        row = sql.execute(_TOKEN, {"id": credential.id}).mappings().one_or_none()
        if (
            row is None
            or not credential.fits(row["secret"])
            or row["revoked_at"] is not None
            or row["expires_at"] <= now
        ):
            return None
        scopes = frozenset(row["scopes"])
        # a personal one was made in a session; whether with a second factor was decided then, by who may make which token
        is_personal = row["organisation"] is None
        actor = _actor(work, row, second_factor=False, scopes=scopes) if is_personal else _machine(row, scopes)
    if actor is not None and (row["used_at"] is None or now - row["used_at"] > timedelta(minutes=10)):
        platform.do(actor, _used, credential.id)
    return None if actor is None else Known(actor)


def forget(work: Work, email: str) -> None:
    """Forget the wrong attempts at an account, which are kept under a digest of its address."""
    key = _key("account", email.strip().casefold())
    work.sql.execute(delete(tables.attempts).where(tables.attempts.c.key == key))


def _wait(work: Work, keys: list[str]) -> int:
    """Seconds to wait before the next attempt."""
    rows = work.sql.execute(select(tables.attempts).where(tables.attempts.c.key.in_(keys))).mappings()
    left = timedelta(0)
    for row in rows:
        beyond = row["failures"] - FREE
        if beyond >= 0:
            left = max(left, row["last_at"] + min(timedelta(seconds=2 ** min(beyond, 20)), LONGEST_WAIT) - work.now)
    return max(0, -(-left // timedelta(seconds=1)))


def _failed(work: Work, keys: list[str]) -> None:
    rows = tables.attempts
    work.sql.execute(delete(rows).where(rows.c.last_at < work.now - FORGOTTEN))
    for key in sorted(keys):
        counted = update(rows).where(rows.c.key == key).values(failures=rows.c.failures + 1, last_at=work.now)
        if not work.sql.execute(counted).rowcount:
            work.sql.execute(insert(rows).values(key=key, failures=1, last_at=work.now))


def _person(work: Work, email: str) -> RowMapping | None:
    query = select(tables.people).where(tables.people.c.email == email.strip().casefold())
    return work.sql.execute(query).mappings().one_or_none()


def _open(work: Work, person: str, version: int, code: str, keys: list[str], renewed: str) -> Session | None:
    """Open the session; ``None`` where the code of the second factor is wrong."""
    row = work.get(tables.people, person, kind="person")
    if row["suspended"] or row["version"] != version:
        return None  # suspended, or another password, since it was compared
    values: dict[str, object] = {"password": renewed} if renewed else {}
    if row["totp_confirmed"]:
        step = secondfactor.step_of(row["totp_secret"], code.strip(), work.now, after=row["totp_step"])
        digest = secondfactor.digest(code)
        if step is not None:
            values["totp_step"] = step
        elif digest in row["recovery"]:
            values["recovery"] = [kept for kept in row["recovery"] if kept != digest]
        else:
            return None
    if values:
        work.change(tables.people, person, kind="person", expected=version, **values)
    work.sql.execute(delete(tables.attempts).where(tables.attempts.c.key == keys[0]))
    return open_session(work, person, second_factor=row["totp_confirmed"])


def open_session(work: Work, person: str, *, second_factor: bool, issuer: str = "") -> Session:
    """A session of a person who has shown who they are; for use cases that have seen it.

    Args:
        issuer: name of the provider that said so; empty for a password.
    """
    work.sql.execute(delete(tables.sessions).where(tables.sessions.c.expires_at < work.now))
    made = credentials.new(new_id())
    csrf = credentials.new(made.id).secret
    work.sql.execute(
        insert(tables.sessions).values(
            id=made.id,
            secret=made.digest,
            csrf=csrf,
            person=person,
            second_factor=second_factor,
            created_at=work.now,
            seen_at=work.now,
            expires_at=work.now + timedelta(hours=work.platform.configuration.session_hours),
        )
    )
    work.record(events.SignedIn(id=person, session=made.id, second_factor=second_factor, issuer=issuer))
    return Session(made.id, person, made.as_session(), csrf, second_factor)


def _seen(work: Work, session: str) -> None:
    work.sql.execute(update(tables.sessions).where(tables.sessions.c.id == session).values(seen_at=work.now))


def _used(work: Work, token: str) -> None:
    work.sql.execute(update(tables.tokens).where(tables.tokens.c.id == token).values(used_at=work.now))


def _actor(work: Work, row: RowMapping, *, second_factor: bool, scopes: frozenset[str] | None) -> Actor | None:
    """The person with all roles, without those that need a second factor where none was shown.

    Args:
        row: of the session or token, with whether the person is suspended.
    """
    if row["suspended"]:
        return None
    person = {"person": row["person"]}
    lacking = frozenset() if second_factor else SECOND_FACTOR_ROLES
    memberships = {
        organisation: Membership(organisation, OrganisationKind(kind), frozenset(map(Role, roles)) - lacking)
        for organisation, roles, kind in work.sql.execute(_MEMBERSHIPS, person)
    }
    memberships = _with_lent(work, memberships)
    roles = frozenset(SystemRole(role) for (role,) in work.sql.execute(_SYSTEM_ROLES, person)) - lacking
    return Actor(ActorKind.PERSON, row["person"], roles, memberships, scopes, second_factor, row["id"])


def _with_lent(work: Work, own: Mapping[str, Membership]) -> dict[str, Membership]:
    """Memberships with what other organisations lent to these, now and not again: a person has of it what they are at home."""
    found = dict(own)
    lent = work.sql.execute(_LENT, {"receivers": sorted(own), "now": work.now}) if own else ()
    for organisation, receiver, words, kind in lent:
        at_home = own[receiver].roles | ({Role.VIEWER} if own[receiver].roles else set())
        roles = frozenset(map(Role, words)) & DELEGABLE_ROLES & at_home
        there = found.get(organisation, Membership(organisation, OrganisationKind(kind), frozenset()))
        if new := roles - there.roles:
            found[organisation] = replace(there, roles=there.roles | new, through=there.through | {receiver})
    return found


def _machine(row: RowMapping, scopes: frozenset[str]) -> Actor | None:
    if row["closed"]:
        return None
    roles = frozenset(map(Role, row["roles"])) - SECOND_FACTOR_ROLES
    own = Membership(row["organisation"], OrganisationKind(row["kind"]), roles)
    return Actor(ActorKind.MACHINE, row["id"], frozenset(), {own.organisation: own}, scopes, False, row["id"])


def _key(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}\n{value}".encode()).hexdigest()
