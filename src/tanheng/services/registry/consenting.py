"""Consents: a holder lets a bank, a buyer or customs read more of a certificate, for a purpose, until a day.

A consent ends with its day, when it is taken back, and with its certificate. Every read under one is written down.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.certification.procedure import LIVING
from tanheng.errors import RegisterError
from tanheng.services.certification import certificates
from tanheng.services.paging import Page, Paging, page
from tanheng.services.registry.events import ConsentGiven, ConsentRevoked, ConsentUsed
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts
from tanheng.storage.sql.tables import certification as certified
from tanheng.storage.sql.tables import register as tables
from tanheng.storage.sql.types import new_id

KIND = "consent"
MOST = 100
"""Certificates of one consent that is asked for."""


@dataclass(frozen=True, slots=True)
class Consent:
    """That an organisation may read the partner view of a certificate.

    Attributes:
        counts: whether it does today. until: its last day.
    """

    id: str
    version: int
    number: str
    holder: str
    receiver: str
    purpose: str
    until: date
    revoked_at: datetime | None
    counts: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Use:
    """A read under a consent. ``reader`` is the id of who read."""

    id: str
    reader: str
    at: datetime


def give(work: Work, numbers: Sequence[str], *, receiver: str, purpose: str, until: date) -> tuple[Consent, ...]:
    """Let an organisation read certificates of the actor's organisation; for its owners.

    Raises:
        RegisterError: TH-REG-020 the day is over, TH-REG-021 a certificate that has ended, TH-REG-022 no purpose.
            AccessError, StoreError: TH-STO-001.
    """
    if until < work.today:
        raise RegisterError("TH-REG-020", place="until")
    if not purpose.strip():
        raise RegisterError("TH-REG-022", place="purpose")
    rows = [certificates.row_of(work, number) for number in dict.fromkeys(numbers)]
    for row in rows:
        work.require("consent.give", Thing(KIND, organisation=row["holder"]))
    work.get(accounts.organisations, receiver, kind="organisation")
    found = []
    for row in rows:
        if row["state"] not in LIVING:
            raise RegisterError("TH-REG-021", place="numbers", number=row["number"], state=row["state"])
        told = {"receiver": receiver, "purpose": purpose.strip()}
        made = work.insert(tables.consents, holder=row["holder"], certificate=row["id"], until=until, **told)
        event = {"number": row["number"], "until": until.isoformat(), **told}
        work.record(ConsentGiven(id=made, organisation=row["holder"], **event))
        found.append(of(work, made))
    return tuple(found)


def of(work: Work, id: str) -> Consent:  # noqa: A002 - as the column is called
    """A consent; for both sides (TH-STO-001)."""
    return _made(_row(work, id), work.today)


def listed(work: Work, paging: Paging, *, number: str = "") -> Page[Consent]:
    """Consents that the actor's organisations gave or were given, the newest first."""
    work.require("consent.list", Thing(KIND))
    own = work.actor.organisations
    table = tables.consents
    query = _query().where(or_(table.c.holder.in_(own), table.c.receiver.in_(own)))
    if number:
        query = query.where(certified.certificates.c.number == number)
    return page(work, query, paging, by=(table.c.id,), make=lambda row: _made(row, work.today))


def revoke(work: Work, id: str, *, expected: int) -> Consent:  # noqa: A002
    """Take a consent back; for owners of the holder.

    Raises:
        StoreError: TH-STO-001, TH-STO-002. RegisterError: TH-REG-023 it is taken back already.
    """
    row = _row(work, id)
    work.require("consent.revoke", _thing(row))
    if row["revoked_at"] is not None:
        raise RegisterError("TH-REG-023")
    work.change(tables.consents, id, kind=KIND, expected=expected, revoked_at=work.now)
    work.record(ConsentRevoked(id=id, organisation=row["holder"], number=row["number"], receiver=row["receiver"]))
    return of(work, id)


def uses(work: Work, id: str, paging: Paging) -> Page[Use]:  # noqa: A002
    """Who read under a consent, the newest first; for the holder."""
    row = _row(work, id)
    work.require("consent.uses", _thing(row))
    table = tables.uses
    query = select(table.c.id, table.c.reader, table.c.at).where(table.c.consent == id)
    return page(work, query, paging, by=(table.c.id,), make=lambda one: Use(**one))


def living(work: Work, ids: Collection[str], organisations: Collection[str]) -> dict[str, RowMapping]:
    """Consents that count today and let one of some organisations read, by the id of the certificate."""
    table, today = tables.consents, work.today
    query = _query().where(
        table.c.certificate.in_(ids),
        table.c.receiver.in_(organisations),
        table.c.revoked_at.is_(None),
        table.c.until >= today,
    )
    return {row["certificate"]: row for row in work.sql.execute(query).mappings() if _counts(row, today)}


def note(work: Work, consent: RowMapping) -> None:
    """Write down that the actor reads under a consent."""
    work.keep(tables.uses, id=new_id(), consent=consent["id"], reader=work.actor.id, at=work.now)
    told = {"number": consent["number"], "reader": work.actor.id}
    work.record(ConsentUsed(id=consent["id"], organisation=consent["holder"], **told))


def _query() -> Select[Any]:
    table, certificate = tables.consents, certified.certificates
    columns = (certificate.c.number, certificate.c.state, certificate.c.valid_until)
    return select(table, *columns).join(certificate, certificate.c.id == table.c.certificate)


def _row(work: Work, id: str) -> RowMapping:  # noqa: A002
    work.get(tables.consents, id, kind=KIND)
    row = work.sql.execute(_query().where(tables.consents.c.id == id)).mappings().one()
    work.see("consent.read", _thing(row))
    return row


def _thing(row: RowMapping) -> Thing:
    return Thing(KIND, row["id"], organisation=row["holder"], shared=frozenset({row["receiver"]}))


def _counts(row: RowMapping, today: date) -> bool:
    ends = min(row["until"], row["valid_until"])
    return row["revoked_at"] is None and bool(today <= ends) and row["state"] in LIVING


def _made(row: RowMapping, today: date) -> Consent:
    told = {name: row[name] for name in Consent.__slots__ if name != "counts"}
    return Consent(**told, counts=_counts(row, today))
