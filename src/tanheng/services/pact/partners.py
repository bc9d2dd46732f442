"""Partners of an organisation: where their servers are, how we sign in there, and how they sign in here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing, credentials
from tanheng.accounts.actors import ActorKind
from tanheng.errors import ExchangeError
from tanheng.services.pact.events import PartnerChanged, PartnerCredentialed, PartnerRegistered
from tanheng.services.paging import Page, Paging, page
from tanheng.storage import sealing
from tanheng.storage.keys import FOLDER
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import pact as tables
from tanheng.storage.sql.types import new_id

KIND = "pact-partner"
_LOOPBACK = frozenset(("127.0.0.1", "::1", "localhost"))


class Policy(StrEnum):
    """What becomes of a partner's requests: a person answers, or what the partner may read anyway is sent at once."""

    ASK = "ask"
    FULFIL = "fulfil"


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner, without secrets.

    Attributes:
        ids: URNs of the company. base_url: of its server; empty where it has none.
        auth_url: where its tokens come from; the server itself where it is empty.
        client_id: ours, there. can_sign_in: whether it has credentials here.
        issuer, subject: of the tokens of another issuer that it may show instead, and whom they are of there.
    """

    id: str
    version: int
    organisation: str
    name: str
    ids: tuple[str, ...]
    base_url: str
    auth_url: str
    client_id: str
    policy: Policy
    can_sign_in: bool
    issuer: str
    subject: str
    active: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a partner signs in with here; the secret is shown this once."""

    client_id: str
    client_secret: str = field(repr=False)
    base_url: str


def register(
    work: Work,
    *,
    organisation: str,
    name: str,
    ids: Sequence[str] = (),
    base_url: str = "",
    auth_url: str = "",
    client_id: str = "",
    client_secret: str = "",
    policy: Policy = Policy.ASK,
    issuer: str = "",
    subject: str = "",
) -> Partner:
    """A new partner.

    Raises:
        AccessError: not an owner of the organisation. ExchangeError: TH-EXC-150 an address that is not https, TH-EXC-159
            an issuer that the operator does not trust.
    """
    work.require("pact.partner", Thing(KIND, organisation=organisation))
    made = work.insert(
        tables.partners,
        organisation=organisation,
        name=name.strip(),
        ids=sorted(set(ids)),
        base_url=checked(work, base_url, "base_url"),
        auth_url=checked(work, auth_url, "auth_url"),
        client_id=client_id,
        client_secret=_sealed(work, client_secret),
        policy=policy.value,
        secret="",
        issuer=_trusted(work, issuer),
        subject=subject,
        active=True,
    )
    work.record(PartnerRegistered(id=made, organisation=organisation, name=name.strip(), base_url=base_url))
    return of(work, made)


def change(work: Work, id: str, values: Mapping[str, Any], *, expected: int | None) -> Partner:  # noqa: A002 - as the column
    """Change what is known of a partner; what is ``None`` stays.

    Raises:
        AccessError, StoreError: TH-STO-001, TH-STO-002. ExchangeError: TH-EXC-150.
    """
    row = managed(work, id)
    told = {key: value for key, value in values.items() if value is not None}
    for key in ("base_url", "auth_url"):
        if key in told:
            told[key] = checked(work, told[key], key)
    if "client_secret" in told:
        told["client_secret"] = _sealed(work, told["client_secret"])
    if "issuer" in told:
        _trusted(work, told["issuer"])
    if "ids" in told:
        told["ids"] = sorted(set(told["ids"]))
    work.change(tables.partners, id, kind=KIND, expected=expected, **told)
    made = of(work, id)
    work.record(PartnerChanged(id=id, organisation=row["organisation"], base_url=made.base_url, active=made.active))
    return made


def issue(work: Work, id: str) -> Credentials:  # noqa: A002
    """New credentials for a partner; those of before count no more."""
    row = managed(work, id)
    made = credentials.new(new_id())
    work.change(tables.partners, id, kind=KIND, expected=None, secret=made.digest)
    work.sql.execute(tables.tokens.delete().where(tables.tokens.c.partner == id))
    work.record(PartnerCredentialed(id=id, organisation=row["organisation"]))
    return Credentials(id, made.secret, base_of(work, row["organisation"]))


def of(work: Work, id: str) -> Partner:  # noqa: A002
    """A partner of an organisation of the actor (TH-STO-001 for any other)."""
    return _made(seen(work, id))


def listed(work: Work, paging: Paging) -> Page[Partner]:
    """Partners of the organisations of the actor, the newest first."""
    work.require("pact.list", Thing(KIND))
    table = tables.partners
    query = select(table)
    if work.actor.kind is not ActorKind.SYSTEM:
        query = query.where(table.c.organisation.in_(work.actor.organisations))
    return page(work, query, paging, by=(table.c.id,), make=_made)


def seen(work: Work, id: str) -> RowMapping:  # noqa: A002
    """The row of a partner that the actor may read."""
    row = work.get(tables.partners, id, kind=KIND)
    work.see("pact.read", Thing(KIND, id, organisation=row["organisation"]))
    return row


def managed(work: Work, id: str) -> RowMapping:  # noqa: A002
    """The row of a partner that the actor manages."""
    row = seen(work, id)
    work.require("pact.partner", Thing(KIND, id, organisation=row["organisation"]))
    return row


def all_of(work: Work, organisation: str, ids: Sequence[str]) -> list[RowMapping]:
    """Rows of partners of an organisation by their ids (TH-STO-001 for the first that is none of them)."""
    rows = [work.get(tables.partners, one, kind=KIND) for one in dict.fromkeys(ids)]
    for row in rows:
        if row["organisation"] != organisation:
            raise work.missing(KIND, row["id"])
    return rows


def base_of(work: Work, organisation: str) -> str:
    """Base URL of an organisation's endpoint."""
    return f"{work.platform.configuration.public_url.rstrip('/')}/pact/{organisation}"


def checked(work: Work, address: str, place: str) -> str:
    """An address that footprints may go to: over TLS, or within this machine where trials are allowed (TH-EXC-150)."""
    if not address:
        return ""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        parts, host = urlsplit(""), None
    trial = work.platform.configuration.pact_loopback and parts.scheme == "http" and host in _LOOPBACK
    if not host or parts.username or parts.query or parts.fragment or not (parts.scheme == "https" or trial):
        raise ExchangeError("TH-EXC-150", place=place, address=address[:200])
    return address.rstrip("/")


def _trusted(work: Work, issuer: str) -> str:
    if issuer and issuer not in work.platform.configuration.pact_issuers:
        raise ExchangeError("TH-EXC-159", place="issuer", issuer=issuer[:200])
    return issuer


def _sealed(work: Work, secret: str) -> str:
    return sealing.seal(work.platform.home.path / FOLDER, secret)


def _made(row: RowMapping) -> Partner:
    told = {name: row[name] for name in Partner.__slots__ if name != "can_sign_in"}
    return Partner(
        **{**told, "ids": tuple(row["ids"]), "policy": Policy(row["policy"]), "can_sign_in": bool(row["secret"])}
    )
