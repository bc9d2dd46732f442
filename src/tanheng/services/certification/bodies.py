"""Who may certify what: accreditations of bodies, qualifications of their people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.accounts.model import OrganisationKind
from tanheng.certification.model import FUNCTIONS, Qualification
from tanheng.certification.procedure import Party
from tanheng.errors import CertificationError
from tanheng.services.certification.events import (
    AccreditationEnded,
    AccreditationGranted,
    QualificationAttested,
    QualificationEnded,
)
from tanheng.services.certification.interests import is_member
from tanheng.services.paging import Page, Paging, page
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts
from tanheng.storage.sql.tables import certification as tables

ACCREDITATION, QUALIFICATION = "accreditation", "qualification"


@dataclass(frozen=True, slots=True)
class Accreditation:
    """What a body may certify; everybody reads it.

    Attributes:
        scheme: id of the scheme. rule_packs: series, all where empty. granted_by: the regulator.
        ended_at: when it was taken back, before its end.
    """

    id: str
    version: int
    body: str
    scheme: str
    rule_packs: tuple[str, ...]
    granted_by: str
    valid_from: date
    valid_until: date | None
    ended_at: datetime | None
    reason: str
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Attested:
    """What a body attests of one of its people."""

    id: str
    version: int
    person: str
    body: str
    functions: tuple[Party, ...]
    rule_packs: tuple[str, ...]
    valid_until: date | None
    note: str
    ended_at: datetime | None
    created_at: datetime
    changed_at: datetime


def accredit(
    work: Work,
    body: str,
    *,
    regulator: str,
    scheme: str,
    rule_packs: Sequence[str] = (),
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> Accreditation:
    """Let a body certify under a scheme.

    Args:
        regulator: organisation that grants it.

    Raises:
        AccessError: no owner of a regulator. StoreError: TH-STO-001. CertificationError: TH-CER-062 no certification body,
            TH-CER-063 no such scheme, TH-CER-064 it ends before it begins, TH-CER-150 another regulator keeps the scheme.
    """
    work.require("accreditation.grant", Thing(ACCREDITATION, organisation=regulator))
    row = work.get(accounts.organisations, body, kind="organisation")
    if row["kind"] != OrganisationKind.CERTIFICATION_BODY:
        raise CertificationError("TH-CER-062", place="body")
    known = select(tables.schemes.c.organisation).where(tables.schemes.c.scheme == scheme).limit(1)
    kept = work.sql.execute(known).one_or_none()
    if kept is None:
        raise CertificationError("TH-CER-063", place="scheme", scheme=scheme[:64])
    if kept.organisation not in (None, regulator):
        raise CertificationError("TH-CER-150", place="scheme", scheme=scheme)
    begins = valid_from or work.today
    if valid_until is not None and valid_until < begins:
        raise CertificationError("TH-CER-064", place="valid_until")
    made = work.insert(
        tables.accreditations,
        body=body,
        scheme=scheme,
        rule_packs=list(rule_packs),
        granted_by=regulator,
        valid_from=begins,
        valid_until=valid_until,
        ended_at=None,
        reason="",
    )
    work.record(
        AccreditationGranted(
            id=made,
            organisation=regulator,
            body=body,
            scheme=scheme,
            rule_packs=tuple(rule_packs),
            valid_from=begins.isoformat(),
            valid_until=valid_until.isoformat() if valid_until else "",
        )
    )
    return _accreditation(work.get(tables.accreditations, made, kind=ACCREDITATION))


def end_accreditation(work: Work, id: str, *, expected: int, reason: str) -> Accreditation:  # noqa: A002
    """Take an accreditation back; certificates that were issued stay.

    Raises:
        AccessError: no owner of the regulator that granted it. CertificationError: TH-CER-017 no reason, TH-CER-065 it is over.
            StoreError: TH-STO-001, TH-STO-002.
    """
    row = work.get(tables.accreditations, id, kind=ACCREDITATION)
    work.require("accreditation.grant", Thing(ACCREDITATION, id, organisation=row["granted_by"]))
    if not reason.strip():
        raise CertificationError("TH-CER-017", place="reason")
    if row["ended_at"] is not None:
        raise CertificationError("TH-CER-065")
    work.change(
        tables.accreditations, id, kind=ACCREDITATION, expected=expected, ended_at=work.now, reason=reason.strip()
    )
    work.record(AccreditationEnded(id=id, organisation=row["granted_by"], body=row["body"], scheme=row["scheme"]))
    return _accreditation(work.get(tables.accreditations, id, kind=ACCREDITATION))


def accreditations(work: Work, paging: Paging, *, body: str = "", scheme: str = "") -> Page[Accreditation]:
    """Accreditations, the newest first; everybody reads them."""
    table = tables.accreditations
    query = select(table)
    for column, wanted in ((table.c.body, body), (table.c.scheme, scheme)):
        if wanted:
            query = query.where(column == wanted)
    return page(work, query, paging, by=(table.c.id,), make=_accreditation)


def accreditation(work: Work, id: str) -> Accreditation:  # noqa: A002
    """An accreditation; everybody reads it."""
    return _accreditation(work.get(tables.accreditations, id, kind=ACCREDITATION))


def scope_of(work: Work, body: str, scheme: str, day: date) -> frozenset[str] | None:
    """The series of rule packs that a body may certify by on a day; empty for all, ``None`` for none."""
    table = tables.accreditations
    held = select(table.c.rule_packs).where(
        table.c.body == body,
        table.c.scheme == scheme,
        table.c.ended_at.is_(None),
        table.c.valid_from <= day,
        or_(table.c.valid_until.is_(None), table.c.valid_until >= day),
    )
    several = list(work.sql.execute(held).scalars())
    if not several:
        return None
    return frozenset() if not all(several) else frozenset(one for packs in several for one in packs)


def attest(
    work: Work,
    body: str,
    *,
    person: str,
    functions: Sequence[Party],
    rule_packs: Sequence[str] = (),
    valid_until: date | None = None,
    note: str = "",
) -> Attested:
    """Attest what one of the body's people may do in its cases.

    Raises:
        AccessError: no owner of the body. StoreError: TH-STO-001. CertificationError: TH-CER-066 not one of its people,
            TH-CER-067 no function, or one that nobody is named for.
    """
    work.require("qualification.attest", Thing(QUALIFICATION, organisation=body))
    if not is_member(work, person, body):
        raise CertificationError("TH-CER-066", place="person", person=person[:40])
    if not functions or not {*functions} <= {*FUNCTIONS}:
        raise CertificationError("TH-CER-067", place="functions", known=", ".join(FUNCTIONS))
    made = work.insert(
        tables.qualifications,
        person=person,
        body=body,
        functions=sorted(functions),
        rule_packs=list(rule_packs),
        valid_until=valid_until,
        note=note.strip(),
        ended_at=None,
    )
    told = {"functions": tuple(sorted(functions)), "rule_packs": tuple(rule_packs)}
    until = valid_until.isoformat() if valid_until else ""
    work.record(QualificationAttested(id=made, organisation=body, person=person, valid_until=until, **told))
    return _attested(work.get(tables.qualifications, made, kind=QUALIFICATION))


def end_qualification(work: Work, id: str, *, expected: int) -> Attested:  # noqa: A002
    """Take a qualification back.

    Raises:
        AccessError: no owner of the body. CertificationError: TH-CER-065 it is over. StoreError: TH-STO-001, TH-STO-002.
    """
    row = work.get(tables.qualifications, id, kind=QUALIFICATION)
    work.see("qualification.read", Thing(QUALIFICATION, id, organisation=row["body"]))
    work.require("qualification.attest", Thing(QUALIFICATION, id, organisation=row["body"]))
    if row["ended_at"] is not None:
        raise CertificationError("TH-CER-065")
    work.change(tables.qualifications, id, kind=QUALIFICATION, expected=expected, ended_at=work.now)
    work.record(QualificationEnded(id=id, organisation=row["body"], person=row["person"]))
    return _attested(work.get(tables.qualifications, id, kind=QUALIFICATION))


def qualifications(work: Work, body: str, paging: Paging, *, person: str = "") -> Page[Attested]:
    """What a body attests of its people, the newest first; for its members."""
    work.see("qualification.read", Thing(QUALIFICATION, organisation=body))
    table = tables.qualifications
    query = select(table).where(table.c.body == body)
    if person:
        query = query.where(table.c.person == person)
    return page(work, query, paging, by=(table.c.id,), make=_attested)


def qualification(work: Work, id: str) -> Attested:  # noqa: A002
    """What a body attests of somebody; for its members (TH-STO-001 for others)."""
    row = work.get(tables.qualifications, id, kind=QUALIFICATION)
    work.see("qualification.read", Thing(QUALIFICATION, id, organisation=row["body"]))
    return _attested(row)


def held_by(work: Work, person: str, body: str) -> tuple[Qualification, ...]:
    """What somebody may do in a body's cases."""
    table = tables.qualifications
    query = select(table).where(table.c.person == person, table.c.body == body, table.c.ended_at.is_(None))
    return tuple(
        Qualification(
            frozenset(Party(one) for one in row["functions"]), frozenset(row["rule_packs"]), row["valid_until"]
        )
        for row in work.sql.execute(query).mappings()
    )


def regulators_of(work: Work, body: str, scheme: str = "") -> frozenset[str]:
    """Who let a body certify under a scheme, by its id, or any, now or before."""
    table = tables.accreditations
    query = select(table.c.granted_by).where(table.c.body == body)
    if scheme:
        query = query.where(table.c.scheme == scheme)
    return frozenset(work.sql.execute(query).scalars())


def _accreditation(row: RowMapping) -> Accreditation:
    return Accreditation(**{**row, "rule_packs": tuple(row["rule_packs"])})


def _attested(row: RowMapping) -> Attested:
    told = {"functions": tuple(Party(one) for one in row["functions"]), "rule_packs": tuple(row["rule_packs"])}
    return Attested(**{**row, **told})
