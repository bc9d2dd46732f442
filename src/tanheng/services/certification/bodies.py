"""Who may certify what: accreditations of bodies, qualifications of their people, interests that stand in the way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

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
    InterestDeclared,
    QualificationAttested,
    QualificationEnded,
)
from tanheng.services.paging import Page, Paging, page
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts
from tanheng.storage.sql.tables import certification as tables
from tanheng.storage.sql.types import new_id

FORMER = timedelta(days=730)
"""How long it counts after somebody left an organisation; two years, as usual for auditors."""
ACCREDITATION, QUALIFICATION, INTEREST = "accreditation", "qualification", "interest"


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


@dataclass(frozen=True, slots=True)
class Interest:
    """An interest of somebody of a body, or of the body itself where no person is named, in an organisation."""

    id: str
    person: str
    body: str
    organisation: str
    note: str
    until: date | None
    author: str
    created_at: datetime


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


def declare(
    work: Work, body: str, *, towards: str, person: str = "", until: date | None = None, note: str = ""
) -> Interest:
    """Declare an interest in an organisation: of oneself, or, for owners, of one of the people or of the body itself.

    Raises:
        AccessError: somebody else's, and no owner. StoreError: TH-STO-001. CertificationError: TH-CER-066.
    """
    work.require("interest.declare", Thing(INTEREST, organisation=body, person=person))
    work.get(accounts.organisations, towards, kind="organisation")
    if person and not is_member(work, person, body):
        raise CertificationError("TH-CER-066", place="person", person=person[:40])
    values = {"body": body, "organisation": towards, "note": note.strip(), "until": until}
    made = new_id()
    work.keep(tables.interests, id=made, person=person or None, author=work.actor.id, created_at=work.now, **values)
    day = until.isoformat() if until else ""
    work.record(InterestDeclared(id=made, organisation=body, person=person, towards=towards, until=day))
    return _interest(work.get(tables.interests, made, kind=INTEREST))


def interests(work: Work, body: str, paging: Paging) -> Page[Interest]:
    """Interests that were declared in a body, the newest first; for its members."""
    work.see("qualification.read", Thing(INTEREST, organisation=body))
    table = tables.interests
    return page(work, select(table).where(table.c.body == body), paging, by=(table.c.id,), make=_interest)


def ties_of(work: Work, body: str, day: date) -> dict[str, frozenset[str]]:
    """Organisations in which somebody of a body has an interest on a day, by person; of the body itself under ``""``."""
    table = tables.interests
    query = select(table.c.person, table.c.organisation).where(
        table.c.body == body, or_(table.c.until.is_(None), table.c.until >= day)
    )
    found: dict[str, set[str]] = {}
    for person, organisation in work.sql.execute(query):
        found.setdefault(person or "", set()).add(organisation)
    return {person: frozenset(several) for person, several in found.items()}


def is_member(work: Work, person: str, organisation: str) -> bool:
    """Whether somebody has a role in an organisation."""
    table = accounts.memberships
    query = select(table.c.roles).where(table.c.person == person, table.c.organisation == organisation)
    return bool(work.sql.execute(query).scalar_one_or_none())


def employers_of(work: Work, person: str) -> frozenset[str]:
    """Organisations in which somebody has a role, or had one within :data:`FORMER`, and those that lend roles to such of now."""
    table, former = accounts.memberships, accounts.former_memberships
    rows = work.sql.execute(select(table.c.organisation, table.c.roles).where(table.c.person == person))
    own = frozenset(organisation for organisation, roles in rows if roles)
    left = select(former.c.organisation).where(former.c.person == person, former.c.ended_at > work.now - FORMER)
    return own | frozenset(work.sql.execute(left).scalars()) | lenders_to(work, own)


def lenders_to(work: Work, receivers: Iterable[str]) -> frozenset[str]:
    """Organisations for which others act now, by a delegation."""
    table = accounts.delegations
    query = select(table.c.organisation).where(
        table.c.receiver.in_(sorted(receivers)), table.c.revoked_at.is_(None), table.c.until > work.now
    )
    return frozenset(work.sql.execute(query).scalars())


def interests_of(work: Work, body: str, person: str) -> frozenset[str]:
    """Organisations towards which somebody of a body is not impartial today."""
    return ties_of(work, body, work.today).get(person, frozenset()) | employers_of(work, person)


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


def _interest(row: RowMapping) -> Interest:
    return Interest(**{**row, "person": row["person"] or ""})
