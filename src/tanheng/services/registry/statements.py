"""Statements: what a holder says of its products to everybody, dated and signed, and never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.audit.chain import canonical
from tanheng.audit.signing import is_signed
from tanheng.errors import RegisterError
from tanheng.services.certification import certificates
from tanheng.services.paging import Page, Paging, page
from tanheng.services.registry.events import StatementPublished
from tanheng.services.registry.products import counts_on
from tanheng.storage.sql import Work, history
from tanheng.storage.sql.tables import accounts
from tanheng.storage.sql.tables import register as tables
from tanheng.storage.sql.types import new_id
from tanheng.storage.sql.work import is_id, not_found

KIND = "statement"
MOST = 1_000
"""Certificates of a statement."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A signed statement.

    Attributes:
        document: canonical JSON (RFC 8785), whose bytes are signed. digest: SHA-256 of it. signature: Ed25519 by ``key``, in hex.
        supersedes: id of the statement before. superseded_by: of the one after; empty where it counts.
    """

    id: str
    holder: str
    begins: date
    ends: date
    document: str
    digest: str
    key: str
    signature: str
    supersedes: str
    superseded_by: str
    at: datetime


def publish(
    work: Work,
    *,
    holder: str,
    period: tuple[date, date],
    numbers: Sequence[str],
    texts: Mapping[str, str],
    supersedes: str = "",
) -> Statement:
    """Publish a statement on certificates that count today; for owners of the holder.

    Args:
        texts: in both languages.

    Raises:
        RegisterError: TH-REG-025 a certificate of somebody else, or that does not count, TH-REG-026 a language is missing, or the
            period ends before it begins, TH-REG-027 the statement to be superseded is none of theirs, or is so already.
            AccessError: TH-ACC-002.
    """
    work.require("disclosure.state", Thing(KIND, organisation=holder))
    row = work.get(accounts.organisations, holder, kind="organisation")
    if period[1] < period[0] or not all(texts.get(lang, "").strip() for lang in ("zh", "en")):
        raise RegisterError("TH-REG-026", place="texts")
    if supersedes:
        _check(work, holder, supersedes)
    made = new_id()
    document = canonical(
        {
            "tanheng": "disclosure/1",
            "id": made,
            "at": work.now.isoformat(),
            "holder": {"id": holder, "code": row["code"], "names": dict(row["names"])},
            "period": [day.isoformat() for day in period],
            "certificates": [_certificate(work, holder, number) for number in dict.fromkeys(numbers)],
            "texts": {lang: texts[lang].strip() for lang in ("zh", "en")},
            "supersedes": supersedes,
        }
    )
    digest, signer = hashlib.sha256(document.encode()).hexdigest(), history.signer(work)
    work.keep(
        tables.statements,
        id=made,
        holder=holder,
        begins=period[0],
        ends=period[1],
        document=document,
        digest=digest,
        key=signer.key,
        signature=signer.sign(document.encode()),
        supersedes=supersedes or None,
        person=work.actor.id,
        at=work.now,
    )
    work.record(StatementPublished(id=made, organisation=holder, digest=digest, supersedes=supersedes))
    return of(work, made)


def of(work: Work, id: str) -> Statement:  # noqa: A002 - as the column is called
    """A statement; everybody reads it (TH-STO-001)."""
    table = tables.statements
    row = work.sql.execute(select(table).where(table.c.id == id)).mappings().first() if is_id(id) else None
    if row is None:
        raise not_found(KIND, id)
    return _made(work, row)


def listed(work: Work, paging: Paging, *, holder: str = "") -> Page[Statement]:
    """Statements, the newest first; everybody reads them."""
    table = tables.statements
    query = select(table)
    if holder:
        query = query.where(table.c.holder == holder) if is_id(holder) else query.where(table.c.id.is_(None))
    return page(work, query, paging, by=(table.c.id,), make=lambda row: _made(work, row))


def is_genuine(work: Work, one: Statement) -> bool:
    """Whether its digest is that of the document, and a key of this installation signed it."""
    public, content = work.platform.keys.public(one.key), one.document.encode()
    is_same = hashlib.sha256(content).hexdigest() == one.digest
    return is_same and public is not None and is_signed(public, content, one.signature)


def _certificate(work: Work, holder: str, number: str) -> dict[str, Any]:
    row = certificates.row_of(work, number)
    counts = counts_on(row["state"], row["valid_from"], row["valid_until"], work.today)
    if row["holder"] != holder or not counts:
        raise RegisterError("TH-REG-025", place="certificates", number=number[:40])
    told = {name: row[name] for name in ("number", "printed", "unit", "per", "grade")}
    return {**told, "credential": row["credential_digest"], "valid_until": row["valid_until"].isoformat()}


def _check(work: Work, holder: str, supersedes: str) -> None:
    found = of(work, supersedes)
    if found.holder != holder or found.superseded_by:
        raise RegisterError("TH-REG-027", place="supersedes")


def _made(work: Work, row: RowMapping) -> Statement:
    table = tables.statements
    after = work.sql.execute(select(table.c.id).where(table.c.supersedes == row["id"])).scalar()
    told = {name: row[name] for name in Statement.__slots__ if name not in ("supersedes", "superseded_by")}
    return Statement(**told, supersedes=row["supersedes"] or "", superseded_by=after or "")
