"""How partners sign in here: OAuth 2.0 client credentials (RFC 6749, section 4.4), tokens that say nothing by themselves."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from sqlalchemy import delete, select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Actor, credentials
from tanheng.accounts.oidc import ALGORITHMS, LEEWAY, Issuer, key_of
from tanheng.errors import AccessError
from tanheng.services.accounts.providers import provider_of
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import pact as tables
from tanheng.storage.sql.types import new_id
from tanheng.storage.sql.work import is_id

LASTS = timedelta(hours=1)


class Refused(StrEnum):
    """Why a token does not let in."""

    UNKNOWN = "unknown"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Granted:
    """A token; shown this once."""

    token: str = field(repr=False)
    seconds: int


def grant(work: Work, organisation: str, client: str, secret: str) -> Granted | None:
    """A token for a partner; ``None`` where the credentials are none of the organisation's."""
    row = _partner(work, organisation, client)
    if row is None or not row["secret"] or not credentials.Credential(client, secret).fits(row["secret"]):
        return None
    table = tables.tokens
    # Ones that ended stay for a while, so that who shows them learns that they ended.
    work.sql.execute(delete(table).where(table.c.partner == client, table.c.expires_at < work.now - 24 * LASTS))
    made = credentials.new(new_id())
    work.keep(table, id=made.id, partner=client, secret=made.digest, expires_at=work.now + LASTS)
    return Granted(made.as_token(), int(LASTS.total_seconds()))


def partner_of(work: Work, organisation: str, token: str) -> RowMapping | Refused:
    """The partner that a token is of."""
    said = credentials.read_token(token)
    if said is None:
        return Refused.UNKNOWN
    kept = work.sql.execute(select(tables.tokens).where(tables.tokens.c.id == said.id)).mappings().one_or_none()
    if kept is None or not said.fits(kept["secret"]):
        return Refused.UNKNOWN
    row = _partner(work, organisation, kept["partner"])
    if row is None:
        return Refused.UNKNOWN
    return Refused.EXPIRED if kept["expires_at"] <= work.now else row


def known(platform: Platform, actor: Actor, organisation: str, token: str) -> RowMapping | Refused:
    """As :func:`partner_of`, also for tokens of other issuers that the operator trusts (JWT, as RFC 9068 has them).

    They must be meant for this endpoint (``aud``), and name a partner that is registered with that issuer.
    """
    if credentials.read_token(token) is not None or token.count(".") != 2:
        return platform.look(actor, partner_of, organisation, token)
    trusted, now = platform.configuration.pact_issuers, platform.clock()
    try:
        named = _claims(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
        if (issuer := named.get("iss")) not in trusted:
            return Refused.UNKNOWN
        provider = provider_of(Issuer(name="pact", issuer=str(issuer), client_id="pact"))
        key = provider.key(key_of(token), now)
        if key is None:
            return Refused.UNKNOWN
        told = jwt.decode(token, key, algorithms=list(ALGORITHMS)).claims
    except (JoseError, AccessError, ValueError, TypeError):
        return Refused.UNKNOWN
    audience, expires, begins = told.get("aud"), told.get("exp"), told.get("nbf", 0)
    audiences = audience if isinstance(audience, list) else [audience]
    if f"{platform.configuration.public_url.rstrip('/')}/pact/{organisation}" not in audiences:
        return Refused.UNKNOWN
    if not isinstance(expires, int | float) or not isinstance(begins, int | float):
        return Refused.UNKNOWN
    if begins > (now + LEEWAY).timestamp():
        return Refused.UNKNOWN
    subject = next((told[name] for name in ("client_id", "azp", "sub") if isinstance(told.get(name), str)), "")
    row = platform.look(actor, _vouched, organisation, str(issuer), subject)
    if row is not None and expires <= now.timestamp():
        return Refused.EXPIRED
    return Refused.UNKNOWN if row is None else row


def _claims(raw: bytes) -> dict[str, Any]:
    """What a token says before it is known to hold: only to know whom to ask."""
    told = orjson.loads(raw)
    return told if isinstance(told, dict) else {}


def _vouched(work: Work, organisation: str, issuer: str, subject: str) -> RowMapping | None:
    table = tables.partners
    if not is_id(organisation) or not subject:
        return None
    mine = select(table).where(table.c.organisation == organisation, table.c.active)
    named = mine.where(table.c.issuer == issuer, table.c.subject == subject)
    return work.sql.execute(named.order_by(table.c.id).limit(1)).mappings().one_or_none()


def _partner(work: Work, organisation: str, id: str) -> RowMapping | None:  # noqa: A002 - as the column is called
    if not is_id(id) or not is_id(organisation):
        return None
    table = tables.partners
    query = select(table).where(table.c.id == id, table.c.organisation == organisation, table.c.active)
    return work.sql.execute(query).mappings().one_or_none()
