"""How partners sign in here: OAuth 2.0 client credentials (RFC 6749, section 4.4), tokens that say nothing by themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import credentials
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


def _partner(work: Work, organisation: str, id: str) -> RowMapping | None:  # noqa: A002 - as the column is called
    if not is_id(id) or not is_id(organisation):
        return None
    table = tables.partners
    query = select(table).where(table.c.id == id, table.c.organisation == organisation, table.c.active)
    return work.sql.execute(query).mappings().one_or_none()
