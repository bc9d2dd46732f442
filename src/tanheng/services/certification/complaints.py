"""Complaints about bodies and certificates: made by anybody, answered by the body, closed by its regulator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.model import OrganisationKind
from tanheng.errors import CertificationError
from tanheng.services.certification import bodies, telling
from tanheng.services.certification.events import ComplaintAnswered, ComplaintClosed, ComplaintMade
from tanheng.services.paging import Page, Paging, page
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts
from tanheng.storage.sql.tables import certification as certified
from tanheng.storage.sql.tables import complaints as tables
from tanheng.storage.sql.work import not_found

KIND = "complaint"


class ComplaintState(StrEnum):
    """Where a complaint stands."""

    OPEN = "open"
    ANSWERED = "answered"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


_CLOSED = (ComplaintState.UPHELD, ComplaintState.DISMISSED)


@dataclass(frozen=True, slots=True)
class Complaint:
    """A complaint.

    Attributes:
        certificate: its number; empty for the body as a whole. author: id of the person, told to the person and to regulators;
            empty for the body. answer: of the body. finding: of the regulator, ``closed_by``.
    """

    id: str
    version: int
    body: str
    certificate: str
    text: str
    author: str
    state: ComplaintState
    answer: str
    finding: str
    closed_by: str
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Counts:
    """Complaints about a body: those that are not closed, and those that were upheld."""

    open: int
    upheld: int


def complain(work: Work, *, body: str, text: str, certificate: str = "") -> Complaint:
    """Complain about a body, or about a certificate of it.

    Raises:
        AccessError: a stranger, or a machine. StoreError: TH-STO-001. CertificationError: TH-CER-062 no certification body,
            TH-CER-082 no words, TH-CER-083 the certificate is another body's.
    """
    work.require("complaint.make", Thing(KIND, person=work.actor.person))
    row = work.get(accounts.organisations, body, kind="organisation")
    if row["kind"] != OrganisationKind.CERTIFICATION_BODY:
        raise CertificationError("TH-CER-062", place="body")
    _check_words(text, "text")
    if certificate:
        table = certified.certificates
        own = select(table.c.id).where(table.c.number == certificate, table.c.body == body)
        if work.sql.execute(own).first() is None:
            raise CertificationError("TH-CER-083", place="certificate", number=certificate[:40])
    values = {"body": body, "certificate": certificate, "text": text.strip(), "author": work.actor.id}
    made = work.insert(tables.complaints, state=ComplaintState.OPEN.value, answer="", finding="", **values)
    work.record(ComplaintMade(id=made, body=body, certificate=certificate))
    _tell(work, made, "complaint-made")
    return of(work, made)


def of(work: Work, id: str) -> Complaint:  # noqa: A002 - as the column is called
    """A complaint that the actor may read: one's own, of one's body, of a body that one's regulator let certify."""
    return _made(work, _seen(work, id))


def listed(work: Work, paging: Paging, *, body: str = "", state: ComplaintState | None = None) -> Page[Complaint]:
    """Complaints that the actor may read, the newest first."""
    work.require("complaint.list", Thing(KIND))
    table, granted = tables.complaints, certified.accreditations
    query = select(table)
    if work.actor.kind is not ActorKind.SYSTEM:
        own = work.actor.organisations
        overseen = select(granted.c.body).where(granted.c.granted_by.in_(own))
        mine = [table.c.author == work.actor.person] if work.actor.person else []
        query = query.where(or_(table.c.body.in_(own), table.c.body.in_(overseen), *mine))
    if body:
        query = query.where(table.c.body == body)
    if state is not None:
        query = query.where(table.c.state == state.value)
    return page(work, query, paging, by=(table.c.id,), make=lambda row: _made(work, row))


def answer(work: Work, id: str, *, text: str, expected: int) -> Complaint:  # noqa: A002
    """Answer a complaint, for owners of the body; a later answer takes the place of the one before.

    Raises:
        CertificationError: TH-CER-081 it is closed, TH-CER-082. AccessError, StoreError: TH-STO-001, TH-STO-002.
    """
    row = _open(work, id)
    work.require("complaint.answer", _thing(work, row))
    _check_words(text, "text")
    values = {"state": ComplaintState.ANSWERED.value, "answer": text.strip()}
    work.change(tables.complaints, id, kind=KIND, expected=expected, **values)
    work.record(ComplaintAnswered(id=id, organisation=row["body"]))
    _tell(work, id, "complaint-answered", author=True)
    return of(work, id)


def close(work: Work, id: str, *, regulator: str, upheld: bool, finding: str, expected: int) -> Complaint:  # noqa: A002
    """Close a complaint, for owners of a regulator that let the body certify.

    Raises:
        CertificationError: TH-CER-081 it is closed, TH-CER-082. AccessError, StoreError: TH-STO-001, TH-STO-002.
    """
    row = _open(work, id)
    if regulator not in bodies.regulators_of(work, row["body"]):
        raise not_found("organisation", regulator)
    work.require("complaint.close", Thing(KIND, id, organisation=row["body"], shared=frozenset({regulator})))
    _check_words(finding, "finding")
    state = ComplaintState.UPHELD if upheld else ComplaintState.DISMISSED
    values = {"state": state.value, "finding": finding.strip(), "closed_by": regulator}
    work.change(tables.complaints, id, kind=KIND, expected=expected, **values)
    work.record(ComplaintClosed(id=id, organisation=row["body"], outcome=state.value))
    _tell(work, id, "complaint-closed", author=True)
    return of(work, id)


def counts(work: Work, bodies: Iterable[str]) -> dict[str, Counts]:
    """How many complaints there are, by body; everybody reads it."""
    table = tables.complaints
    query = select(table.c.body, table.c.state, func.count()).where(table.c.body.in_(list(bodies)))
    found: dict[str, dict[str, int]] = {}
    for body, state, count in work.sql.execute(query.group_by(table.c.body, table.c.state)):
        found.setdefault(body, {})[state] = count
    return {
        body: Counts(
            sum(by_state.get(state.value, 0) for state in ComplaintState if state not in _CLOSED),
            by_state.get(ComplaintState.UPHELD.value, 0),
        )
        for body, by_state in found.items()
    }


def _seen(work: Work, id: str) -> RowMapping:  # noqa: A002
    row = work.get(tables.complaints, id, kind=KIND)
    work.see("complaint.read", _thing(work, row))
    return row


def _open(work: Work, id: str) -> RowMapping:  # noqa: A002
    row = _seen(work, id)
    if row["state"] in _CLOSED:
        raise CertificationError("TH-CER-081")
    return row


def _thing(work: Work, row: RowMapping) -> Thing:
    return Thing(
        KIND, row["id"], organisation=row["body"], person=row["author"], shared=bodies.regulators_of(work, row["body"])
    )


def _tell(work: Work, id: str, kind: str, *, author: bool = False) -> None:  # noqa: A002
    row = work.get(tables.complaints, id, kind=KIND)
    people = {row["author"]} if author else set()
    telling.complained(work, row, kind, people, regulators=bodies.regulators_of(work, row["body"]))


def _check_words(text: str, place: str) -> None:
    if not text.strip():
        raise CertificationError("TH-CER-082", place=place)


def _made(work: Work, row: RowMapping) -> Complaint:
    told: dict[str, Any] = {**row, "state": ComplaintState(row["state"]), "closed_by": row["closed_by"] or ""}
    oversees = bool(work.actor.organisations & bodies.regulators_of(work, row["body"]))
    if not (oversees or work.actor.kind is ActorKind.SYSTEM or row["author"] == work.actor.person):
        told["author"] = ""
    return Complaint(**told)
