"""Certificates: read by everybody, suspended, reinstated and ended; what strangers verify them by."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.accounts.actors import ActorKind
from tanheng.certification.model import Certificate as Facts
from tanheng.certification.needs import lacking, require
from tanheng.certification.procedure import LIVING, Machine, Party, Step, step_of, steps_from
from tanheng.certification.terms import months_after
from tanheng.errors import AccessError, CertificationError, Fault
from tanheng.exchange.credentials import dids
from tanheng.services.audit.signingkeys import revoked
from tanheng.services.certification import bodies, schemes, standing, telling
from tanheng.services.certification.casefacts import SURVEILLANCE_REPORT, is_ordered
from tanheng.services.certification.events import CertificateStepped
from tanheng.services.paging import Page, Paging, page
from tanheng.services.registry import entries
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts
from tanheng.storage.sql.tables import certification as tables
from tanheng.storage.sql.types import new_id
from tanheng.storage.sql.work import is_id, not_found

KIND = "certificate"
EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate, as everybody reads it.

    Attributes:
        holder, body: organisations. scheme: id of the release. names, codes, maker, geography: of the product.
        category: series of the rule pack. grade: class, empty where there is none.
        value: footprint in ``unit``, as it is printed in ``printed``; per: declared or functional unit.
        state: valid, suspended, withdrawn, cancelled, expired, replaced. deadline: last day of a suspension.
        surveillance: day of the next look. successor: number of what replaced it. code: of its label.
        credential: SHA-256 of the signed credential.
    """

    id: str
    version: int
    number: str
    scheme: str
    holder: str
    body: str
    names: Mapping[str, str]
    codes: Mapping[str, str]
    maker: Mapping[str, str]
    geography: str
    rule_pack: str
    category: str
    boundary: str
    grade: str
    value: float
    printed: str
    unit: str
    per: str
    assurance: str
    valid_from: date
    valid_until: date
    state: str
    deadline: date | None
    surveillance: date | None
    successor: str
    code: str
    credential: str
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken; everybody reads it, but not who took it."""

    id: str
    step: str
    before: str
    after: str
    reason: str
    at: datetime


def of(work: Work, number: str) -> Certificate:
    """A certificate; everybody reads it (TH-STO-001 where there is none)."""
    return _made(row_of(work, number))


def of_case(work: Work, case: str) -> Certificate | None:
    """The certificate that was issued in a case; everybody reads it."""
    query = select(tables.certificates).where(tables.certificates.c.case == case)
    row = work.sql.execute(query).mappings().one_or_none()
    return _made(row) if row is not None else None


def listed(work: Work, paging: Paging, *, state: str = "", holder: str = "", body: str = "") -> Page[Certificate]:
    """Certificates, the newest first; everybody reads them."""
    table = tables.certificates
    query = select(table)
    for column, wanted in ((table.c.state, state), (table.c.holder, holder), (table.c.body, body)):
        if wanted:
            query = query.where(column == wanted)
    return page(work, query, paging, by=(table.c.id,), make=_made)


def of_organisations(
    work: Work, paging: Paging, organisations: Collection[str], *, state: str = ""
) -> Page[Certificate]:
    """Certificates that one of the organisations holds or has issued, the newest first; everybody reads them."""
    table, own = tables.certificates, sorted(organisations)
    query = select(table).where(or_(table.c.holder.in_(own), table.c.body.in_(own)))
    if state:
        query = query.where(table.c.state == state)
    return page(work, query, paging, by=(table.c.id,), make=_made)


def calendar(work: Work, paging: Paging, *, body: str = "", holder: str = "") -> Page[Certificate]:
    """Certificates that are watched over, those first whose next look is due first; everybody reads them."""
    table = tables.certificates
    query = select(table).where(table.c.state.in_(LIVING), table.c.surveillance.is_not(None))
    for column, wanted in ((table.c.holder, holder), (table.c.body, body)):
        if wanted:
            query = query.where(column == wanted)
    return page(work, query, paging, by=(table.c.surveillance, table.c.id), newest_first=False, make=_made)


def steps(work: Work, number: str, paging: Paging) -> Page[Taken]:
    """What became of a certificate, the newest first; everybody reads it."""
    row = row_of(work, number)
    table = tables.certificate_steps
    columns = (table.c.id, table.c.step, table.c.before, table.c.after, table.c.reason, table.c.at)
    query = select(*columns).where(table.c.certificate == row["id"])
    return page(work, query, paging, by=(table.c.id,), make=lambda one: Taken(**one))


def open_steps(work: Work, number: str) -> tuple[tuple[Step, tuple[Fault, ...]], ...]:
    """The steps that are the actor's to take now, each with what it lacks but a reason; replacing is issuing another."""
    row = row_of(work, number)
    own = [
        step
        for step in steps_from(Machine.CERTIFICATE, row["state"])
        if step.name != "replace" and _may(work, row, step)
    ]
    known = _facts(work, row, "given with the step")
    return tuple((step, lacking(step, known)) for step in own)


def take(work: Work, number: str, name: str, *, expected: int, reason: str = "") -> Certificate:
    """Suspend, reinstate, withdraw, confirm (the body), cancel (the holder); what ends by the day is the clock's.

    For the body acts whoever it attests to be competent today; a regulator that let it certify may order the worst, and it alone
    lifts a suspension that was ordered.

    Raises:
        CertificationError: TH-CER-001 it does not lead on from here, TH-CER-002 it is not the actor's to take, TH-CER-022 the
            actor has an interest in the holder; what it needs and lacks. AccessError, StoreError: TH-STO-001, TH-STO-002.
    """
    row = row_of(work, number)
    step = step_of(Machine.CERTIFICATE, row["state"], name)
    _authorise(work, row, step)
    require(step, _facts(work, row, reason))
    return _moved(work, row, step, expected=expected, reason=reason)


def replace_with(work: Work, number: str, successor: str) -> None:
    """Let a new certificate take the place of one; for the decision that issues the new one.

    One that ended before the new one was issued stays as it is (TH-CER-160 where a regulator has it suspended).
    """
    row = row_of(work, number)
    if row["state"] not in LIVING:
        return
    step = step_of(Machine.CERTIFICATE, row["state"], "replace")
    require(step, replace(_facts(work, row, ""), successor=successor))
    _moved(work, row, step, expected=row["version"], reason=f"→ {successor}", successor=successor)


def credential_of(work: Work, number: str) -> bytes:
    """The signed credential of a certificate, JSON."""
    return work.platform.blobs.file(row_of(work, number)["credential"]).read_bytes()


def issuer_document(work: Work, body: str) -> dict[str, Any]:
    """The document of a body that signs credentials: all keys that ever signed here (TH-STO-001 where it is no body)."""
    table = accounts.organisations
    known = select(table.c.id).where(table.c.id == body, table.c.kind == "certification-body")
    if not is_id(body) or work.sql.execute(known).first() is None:
        raise not_found("organisation", body)
    base = base_of(work)
    return dids.did_document(dids.did_of(base, "bodies", body), work.platform.keys.publics(), revoked(work))


def overdue(work: Work, limit: int = 500) -> list[tuple[str, str]]:
    """Certificates that end by the day, with the step that ends them."""
    table, today = tables.certificates, work.today
    living = table.c.state.in_(LIVING)
    past = select(table.c.number).where(living, table.c.valid_until < today).limit(limit)
    long = select(table.c.number).where(
        table.c.state == "suspended", table.c.deadline < today, table.c.valid_until >= today
    )
    found = [(number, "expire") for number in work.sql.execute(past).scalars()]
    return found + [(number, "lapse") for number in work.sql.execute(long.limit(limit)).scalars()]


def base_of(work: Work) -> str:
    """The address of the installation, without a slash at its end."""
    return work.platform.configuration.public_url.rstrip("/")


def address_of(base: str, number: str, part: str = "") -> str:
    """Where something of a certificate is: its short page without ``part``."""
    return f"{base}/v1/certificates/{number}/{part}" if part else f"{base}/c/{number}"


def thing(row: RowMapping) -> Thing:
    """What deciding needs to know: it belongs to the holder, and its body works on it."""
    return Thing(
        KIND, row["id"], organisation=row["holder"], shared=frozenset({row["body"]}), public=True, state=row["state"]
    )


def _authorise(work: Work, row: RowMapping, step: Step) -> None:
    if step.by is Party.HOLDER:
        work.require("certificate.cancel", thing(row))
    elif step.by is Party.CLOCK:
        if work.actor.kind is not ActorKind.SYSTEM:
            raise CertificationError("TH-CER-002", step=step.name, by=step.by.value)
    elif step.by is Party.REGULATOR:
        scheme = work.get(tables.schemes, row["scheme"], kind=schemes.KIND)["scheme"]
        overseers = bodies.regulators_of(work, row["body"], scheme)
        work.require("certificate.order", Thing(KIND, row["id"], organisation=row["holder"], shared=overseers))
    else:
        work.require("certificate.watch", thing(row))
        if work.actor.kind is ActorKind.SYSTEM:
            return
        if not standing.is_competent(work, row["body"], step.by, category=row["category"]):
            raise CertificationError("TH-CER-002", step=step.name, by=step.by.value)
        standing.check_impartial(work, row["body"], row["holder"])


def _may(work: Work, row: RowMapping, step: Step) -> bool:
    try:
        _authorise(work, row, step)
    except (AccessError, CertificationError):
        return False
    return True


def _facts(work: Work, row: RowMapping, reason: str) -> Facts:
    files, taken = tables.files, tables.certificate_steps
    reports = select(func.max(files.c.at)).where(files.c.case == row["case"], files.c.kind == SURVEILLANCE_REPORT)
    reports = reports.where(files.c.at >= row["created_at"])
    confirmed = select(func.max(taken.c.at)).where(taken.c.certificate == row["id"], taken.c.step == "confirm")
    latest, last = (work.sql.execute(query).scalar_one() for query in (reports, confirmed))
    return Facts(
        today=work.today,
        valid_until=row["valid_until"],
        deadline=row["deadline"],
        is_ordered=is_ordered(work, row["id"]),
        has_surveillance_report=latest is not None and (last is None or latest > last),
        reason=reason,
    )


def _moved(work: Work, row: RowMapping, step: Step, *, expected: int, reason: str, successor: str = "") -> Certificate:
    scheme = schemes.read(work.get(tables.schemes, row["scheme"], kind=schemes.KIND))
    state, today = step.target(), work.today
    values: dict[str, Any] = {
        "state": state,
        "deadline": today + timedelta(days=scheme.suspension_days) if state == "suspended" else None,
        "successor": successor or row["successor"],
    }
    if step.name == "confirm":
        values["surveillance"] = months_after(today, scheme.surveillance_months)
    work.change(tables.certificates, row["id"], kind=KIND, expected=expected, **values)
    told = {"step": step.name, "before": row["state"], "after": state, "reason": reason.strip()}
    work.keep(tables.certificate_steps, id=new_id(), certificate=row["id"], person=work.actor.id, at=work.now, **told)
    work.record(CertificateStepped(id=row["id"], organisation=row["body"], number=row["number"], **told))
    entries.write(work, [row["id"]])
    telling.certificate_moved(work, row, step)
    return of(work, row["number"])


def state_on(state: str, valid_until: date, day: date) -> str:
    """The state of a certificate on a day from now on: past its last day it is over before the clock has come to it, too."""
    return EXPIRED if state in LIVING and day > valid_until else state


def row_of(work: Work, number: str) -> RowMapping:
    """The row of a certificate (TH-STO-001 where there is none)."""
    query = select(tables.certificates).where(tables.certificates.c.number == number[:40])
    row = work.sql.execute(query).mappings().one_or_none()
    if row is None:
        raise not_found(KIND, number)
    return row


def _made(row: RowMapping) -> Certificate:
    left_out = ("case", "assessment", "statement", "position", "credential", "credential_digest")
    told = {name: value for name, value in row.items() if name not in left_out}
    return Certificate(**told, credential=row["credential_digest"])
