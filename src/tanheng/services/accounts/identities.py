"""Accounts of other providers that people sign in with: begun, answered, linked and given up.

An account is known by issuer and subject, never by an e-mail address, which providers give to another person later; an
address counts only once, when the operator trusts the issuer with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import RowMapping
from sqlalchemy.exc import IntegrityError

from tanheng.accounts import ANONYMOUS, Actor
from tanheng.accounts.oidc import Attempt, Claims, Issuer, authorization, claims_of, is_target, key_of, new_attempt
from tanheng.errors import AccessError
from tanheng.services.accounts import events, people
from tanheng.services.accounts.providers import provider_of
from tanheng.services.accounts.signing_in import Session, open_session
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts as tables

KIND = "identity"
LASTS = timedelta(minutes=10)
"""How long somebody may take at the provider."""


@dataclass(frozen=True, slots=True)
class Identity:
    """An account of a provider that a person signs in with."""

    id: str
    issuer: str
    subject: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the browser goes next, and what its cookie holds meanwhile."""

    address: str
    attempt: Attempt


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of it.

    Attributes:
        session: that was opened; ``None`` where an account was linked to the person who is signed in.
        target: where the browser goes now.
    """

    session: Session | None
    target: str


def issuer_of(platform: Platform, name: str) -> Issuer:
    """A provider of the configuration by its name (TH-ACC-040)."""
    for issuer in platform.configuration.oidc:
        if issuer.name == name:
            return issuer
    raise AccessError("TH-ACC-040", name=name[:32])


def begin(platform: Platform, name: str, *, target: str = "/") -> Begun:
    """Send a browser to a provider, to sign in.

    Args:
        target: address on this installation where it goes afterwards.

    Raises:
        AccessError: TH-ACC-040 no such provider, TH-ACC-043 it cannot be reached, TH-ACC-047 the target is elsewhere.
    """
    return _begin(platform, ANONYMOUS, issuer_of(platform, name), target, person="")


def begin_linking(platform: Platform, actor: Actor, name: str, *, target: str = "/") -> Begun:
    """Send the browser of somebody who is signed in to a provider, to link the account there to theirs.

    Raises:
        AccessError: as of :func:`begin`; TH-ACC-023 the session was opened without the second factor that they have.
    """
    person = platform.look(actor, _may_link)
    return _begin(platform, actor, issuer_of(platform, name), target, person=person)


def answer(
    platform: Platform, actor: Actor, name: str, *, cookie: str, state: str, code: str, error: str, said_by: str = ""
) -> Answered:
    """Take the answer of a provider: open a session, or link the account.

    The provider is asked outside of any transaction. The attempt counts once, whatever comes of it.

    Args:
        actor: who is signed in in this browser, if anybody is. cookie: that :func:`begin` gave it.
        code, error: what the provider says. said_by: who it says it is, if it does (RFC 9207).

    Raises:
        AccessError: TH-ACC-041 the browser did not ask for this, or too long ago; TH-ACC-042 the provider refused; TH-ACC-043 it
            cannot be reached; TH-ACC-044 its token does not hold; TH-ACC-045 nobody here has the account; TH-ACC-046 it is
            linked to somebody else.
    """
    issuer, attempt = issuer_of(platform, name), Attempt(cookie)
    if not cookie or state != attempt.state or said_by not in ("", issuer.issuer):
        raise AccessError("TH-ACC-041")
    begun = platform.do(ANONYMOUS, _take, attempt.digest)
    if begun is None or begun["issuer"] != issuer.name:
        raise AccessError("TH-ACC-041")
    if begun["person"] and begun["person"] != actor.id:  # somebody else signed in meanwhile
        raise AccessError("TH-ACC-041")
    if error or not code:
        raise AccessError("TH-ACC-042", name=issuer.name, reason=error[:80] or "no code")
    now = platform.clock()
    provider = provider_of(issuer)
    token = provider.exchange(code, verifier=attempt.verifier, redirect=redirect_of(platform, issuer), now=now)
    key = provider.key(key_of(token), now)
    if key is None:
        raise AccessError("TH-ACC-044", reason="nobody knows the key that signed it")
    claims = claims_of(token, key, issuer, nonce=attempt.nonce, now=now)
    if begun["person"]:
        platform.do(actor, _link_self, claims)
        return Answered(None, begun["target"])
    try:
        session = platform.do(ANONYMOUS, _sign_in, issuer, claims)
    except IntegrityError:  # the account came in by another browser at the same moment, and is known now
        session = platform.do(ANONYMOUS, _sign_in, issuer, claims)
    return Answered(session, begun["target"])


def listed(work: Work) -> tuple[Identity, ...]:
    """One's own accounts of other providers, the oldest first."""
    person = people.oneself(work)["id"]
    table = tables.identities
    rows = work.sql.execute(select(table).where(table.c.person == person).order_by(table.c.id)).mappings()
    return tuple(Identity(row["id"], row["issuer"], row["subject"], row["created_at"]) for row in rows)


def unlink(work: Work, id: str) -> None:  # noqa: A002 - as the column is called
    """Sign in with an account no more (TH-STO-001 where it is not one's own)."""
    person = people.oneself(work)["id"]
    row = work.get(tables.identities, id, kind=KIND)
    if row["person"] != person:
        raise work.missing(KIND, id)
    work.sql.execute(delete(tables.identities).where(tables.identities.c.id == id))
    work.record(events.IdentityUnlinked(id=person, issuer=row["issuer"], subject=row["subject"]))


def redirect_of(platform: Platform, issuer: Issuer) -> str:
    """The address that the provider sends browsers back to; as it is registered there."""
    return f"{platform.configuration.public_url.rstrip('/')}/v1/oidc/{issuer.name}/callback"


def _begin(platform: Platform, actor: Actor, issuer: Issuer, target: str, *, person: str) -> Begun:
    if not is_target(target):
        raise AccessError("TH-ACC-047")
    endpoint = provider_of(issuer).metadata(platform.clock())["authorization_endpoint"]
    attempt = new_attempt()
    platform.do(actor, _remember, attempt.digest, issuer.name, target, person)
    return Begun(authorization(endpoint, issuer, attempt, redirect_of(platform, issuer)), attempt)


def _may_link(work: Work) -> str:
    row = people.oneself(work)
    if row["totp_confirmed"] and not work.actor.second_factor:
        raise AccessError("TH-ACC-023")
    return str(row["id"])


def _remember(work: Work, digest: str, issuer: str, target: str, person: str) -> None:
    table = tables.oidc_attempts
    work.sql.execute(delete(table).where(table.c.expires_at <= work.now))
    values = {"id": digest, "issuer": issuer, "target": target, "person": person or None}
    work.sql.execute(insert(table).values(**values, expires_at=work.now + LASTS))


def _take(work: Work, digest: str) -> Mapping[str, str] | None:
    """The attempt, which is gone now; ``None`` where there is none, or it is too old."""
    table = tables.oidc_attempts
    row = work.sql.execute(delete(table).where(table.c.id == digest).returning(table)).mappings().one_or_none()
    if row is None or row["expires_at"] <= work.now:
        return None
    return {"issuer": row["issuer"], "target": row["target"], "person": row["person"] or ""}


def _sign_in(work: Work, issuer: Issuer, claims: Claims) -> Session:
    person = _person_of(work, claims) or _by_email(work, issuer, claims)
    row = None if person is None else work.get(tables.people, person, kind=people.KIND)
    if row is None or row["suspended"]:
        raise AccessError("TH-ACC-045")
    second_factor = bool(claims.methods & set(issuer.second_factor))
    return open_session(work, str(row["id"]), second_factor=second_factor, issuer=issuer.name)


def _person_of(work: Work, claims: Claims) -> str | None:
    table = tables.identities
    same = (table.c.issuer == claims.issuer, table.c.subject == claims.subject)
    found = work.sql.execute(select(table.c.person).where(*same)).scalar_one_or_none()
    return None if found is None else str(found)


def _by_email(work: Work, issuer: Issuer, claims: Claims) -> str | None:
    """Who a new account is of: a person with its address, where the issuer is trusted with that; or a new one."""
    if not claims.email:
        return None
    known = people.by_email(work, claims.email)
    if known is None:
        if not issuer.create_accounts or not people.is_email(claims.email):
            return None
        person = people.enter(work, email=claims.email, name=claims.name)
    elif issuer.trust_email and not _is_linked(work, known, claims.issuer):
        person = str(known["id"])
    else:
        return None
    _link(work, person, claims)
    return person


def _is_linked(work: Work, person: RowMapping, issuer: str) -> bool:
    """Whether the person has an account of the issuer already: the address moved on to somebody else there."""
    table = tables.identities
    query = select(table.c.id).where(table.c.person == person["id"], table.c.issuer == issuer)
    return work.sql.execute(query).first() is not None


def _link_self(work: Work, claims: Claims) -> None:
    person, known = _may_link(work), _person_of(work, claims)
    if known is not None and known != person:
        raise AccessError("TH-ACC-046")
    if known is None:
        _link(work, person, claims)


def _link(work: Work, person: str, claims: Claims) -> None:
    told = {"issuer": claims.issuer, "subject": claims.subject}
    work.insert(tables.identities, person=person, **told)
    work.record(events.IdentityLinked(id=person, **told))
