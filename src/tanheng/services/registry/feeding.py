"""What changed in the register, for shops and mirrors: products as linked data, in the order of their changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from tanheng.errors import RequestError
from tanheng.registry.jsonld import product
from tanheng.services.paging import MOST
from tanheng.services.registry import records
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts
from tanheng.storage.sql.tables.search import certificates
from tanheng.storage.sql.work import is_id, not_found


@dataclass(frozen=True, slots=True)
class Feed:
    """Products that changed.

    Attributes:
        since: cursor behind the last of them; kept, and given the next time.
    """

    items: tuple[Mapping[str, Any], ...]
    since: str


def feed(work: Work, *, maker: str = "", since: str = "", limit: int = 100) -> Feed:
    """Products that were entered or changed behind a cursor, as they are now, each once; for everybody.

    Args:
        maker: id or code of an organisation; of all where it is empty.

    Raises:
        StoreError: TH-STO-001 no such organisation. RequestError: TH-API-006 a cursor that is none.
    """
    if since and not (since.isascii() and since.isdecimal() and len(since) < 19):
        raise RequestError("TH-API-006", cursor=since[:80])
    table = certificates
    query = select(table.c.certificate, table.c.changed).where(table.c.changed > int(since or 0))
    if maker:
        query = query.where(table.c.holder.in_(_holders(work, maker)))
    rows = work.sql.execute(query.order_by(table.c.changed).limit(max(1, min(limit, MOST)))).all()
    found = records.by_id(work, [row.certificate for row in rows])
    base = work.platform.configuration.public_url.rstrip("/")
    items = tuple(product(found[row.certificate], base) for row in rows)
    return Feed(items, str(rows[-1].changed) if rows else since or "0")


def _holders(work: Work, maker: str) -> list[str]:
    table = accounts.organisations
    ways = [table.c.code == maker, *([table.c.id == maker] if is_id(maker) else [])]
    found = list(work.sql.execute(select(table.c.id).where(or_(*ways))).scalars())
    if not found:
        raise not_found("organisation", maker)
    return found
