"""Requests as the buyer has them: sent, read, returned with comments, withdrawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing, credentials
from tanheng.accounts.actors import ActorKind
from tanheng.errors import SupplierError
from tanheng.quantities import find_unit
from tanheng.services.counting import next_count
from tanheng.services.paging import Page, Paging, page
from tanheng.services.studies import studies as own_studies
from tanheng.services.suppliers.events import DataLinkRenewed, DataRequested, DataRequestStepped
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import studies
from tanheng.storage.sql.tables import suppliers as tables
from tanheng.storage.sql.types import new_id
from tanheng.suppliers import Answer, Basis, RequestParty, RequestState, Step, step_of
from tanheng.texts import LANGUAGES, text

KIND = "data-request"


@dataclass(frozen=True, slots=True)
class Request:
    """A request.

    Attributes:
        names, per: of what is bought. study, line: that the answer is for; empty where for none.
        round: of answers. author: who asked. factor: what studies link to, once the answer is accepted.
    """

    id: str
    version: int
    organisation: str
    number: str
    study: str
    line: str
    names: Mapping[str, str]
    per: str
    supplier: str
    message: str
    due: date
    state: RequestState
    round: int
    author: str
    factor: str
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """A request and the link to it, which is shown this once.

    Attributes:
        letter: what to write to the supplier, by language.
    """

    request: Request
    link: str = field(repr=False)
    letter: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on a field of an answer."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken. ``person``: empty for whoever had the link."""

    id: str
    step: str
    before: RequestState
    after: RequestState
    party: RequestParty
    person: str
    reason: str
    comments: tuple[Comment, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as it came."""

    id: str
    round: int
    answer: Answer
    at: datetime


def send(
    work: Work,
    *,
    organisation: str,
    names: Mapping[str, str],
    per: str,
    supplier: str,
    due: date,
    message: str = "",
    study: str = "",
    line: str = "",
) -> Sent:
    """Ask a supplier for the footprint of a product.

    Args:
        per: unit that it is told by, ``kg``. study, line: that it is for; the line by its number or id.

    Raises:
        AccessError: not an engineer of the organisation. StoreError: TH-STO-001 no study of it. SupplierError: TH-SUP-003 no
            name, TH-SUP-008 a day that is past, TH-SUP-009 no line of the study, TH-SUP-010 no unit.
    """
    work.require("data-request.send", Thing(KIND, organisation=organisation))
    unit = find_unit(per)
    if unit is None:
        raise SupplierError("TH-SUP-010", place="per", unit=per[:40])
    if not any(one.strip() for one in names.values()):
        raise SupplierError("TH-SUP-003", place="names", wanted="…")
    if due < work.today:
        raise SupplierError("TH-SUP-008", place="due", day=due.isoformat())
    _check_line(work, organisation, study, line)
    made, number = (
        new_id(),
        f"DR-{work.today.year}-{next_count(work, f'data-request/{organisation}/{work.today.year}'):06d}",
    )
    secret = credentials.new(made)
    work.insert(
        tables.requests,
        id=made,
        organisation=organisation,
        number=number,
        study=study or None,
        line=line,
        names=dict(names),
        per=unit.symbol,
        supplier=supplier.strip(),
        message=message.strip(),
        due=due,
        state=RequestState.OPEN.value,
        round=0,
        secret=secret.digest,
        author=work.actor.id,
        reminded="",
        factor="",
    )
    told = {"number": number, "study": study, "due": due.isoformat()}
    work.record(DataRequested(id=made, organisation=organisation, **told))
    return _sent(work, made, secret)


def renew(work: Work, id: str) -> Sent:  # noqa: A002 - as the column is called
    """A new link in place of the one before, as for a reminder.

    Raises:
        AccessError, StoreError: TH-STO-001. SupplierError: TH-SUP-001 the request is over.
    """
    row = seen(work, id)
    work.require("data-request.send", thing(row))
    step_of(RequestState(row["state"]), "withdraw")  # whatever can be withdrawn is not over
    secret = credentials.new(id)
    work.change(tables.requests, id, kind=KIND, expected=None, secret=secret.digest)
    work.record(DataLinkRenewed(id=id, organisation=row["organisation"]))
    return _sent(work, id, secret)


def of(work: Work, id: str) -> Request:  # noqa: A002
    """A request of an organisation of the actor (TH-STO-001 for any other)."""
    return _made(seen(work, id))


def listed(work: Work, paging: Paging, *, state: RequestState | None = None, study: str = "") -> Page[Request]:
    """Requests of the organisations of the actor, the newest first."""
    work.require("data-request.list", Thing(KIND))
    table = tables.requests
    query = select(table)
    if work.actor.kind is not ActorKind.SYSTEM:
        query = query.where(table.c.organisation.in_(work.actor.organisations))
    if state is not None:
        query = query.where(table.c.state == state.value)
    if study:
        query = query.where(table.c.study == study)
    return page(work, query, paging, by=(table.c.id,), make=_made)


def answers(work: Work, id: str, paging: Paging) -> Page[Answered]:  # noqa: A002
    """What the supplier answered, the newest first."""
    seen(work, id)
    table = tables.answers
    return page(work, select(table).where(table.c.request == id), paging, by=(table.c.id,), make=answered)


def steps(work: Work, id: str, paging: Paging) -> Page[Taken]:  # noqa: A002
    """The steps that were taken, the newest first."""
    seen(work, id)
    table = tables.steps
    return page(work, select(table).where(table.c.request == id), paging, by=(table.c.id,), make=taken)


def send_back(
    work: Work,
    id: str,  # noqa: A002
    *,
    expected: int,
    comments: Sequence[Comment] = (),
    reason: str = "",
) -> Request:
    """Return an answer with comments on its fields, a reason, or both.

    Raises:
        SupplierError: TH-SUP-001, TH-SUP-007 nothing is said. AccessError, StoreError: TH-STO-001, TH-STO-002.
    """
    row = decided(work, id)
    step = step_of(RequestState(row["state"]), "return")
    said = [{"field": one.field, "text": one.text} for one in comments if one.text.strip()]
    if not said and not reason.strip():
        raise SupplierError("TH-SUP-007", place="reason")
    move(work, row, step, expected=expected, reason=reason, comments=said)
    return of(work, id)


def withdraw(work: Work, id: str, *, expected: int, reason: str = "") -> Request:  # noqa: A002
    """Ask no more; the link leads nowhere from now on.

    Raises:
        SupplierError: TH-SUP-001. AccessError, StoreError: TH-STO-001, TH-STO-002.
    """
    row = decided(work, id)
    move(work, row, step_of(RequestState(row["state"]), "withdraw"), expected=expected, reason=reason)
    return of(work, id)


def decided(work: Work, id: str) -> RowMapping:  # noqa: A002
    """The row of a request that the actor decides on."""
    row = seen(work, id)
    work.require("data-request.decide", thing(row))
    return row


def move(
    work: Work,
    row: RowMapping,
    step: Step,
    *,
    expected: int | None,
    reason: str = "",
    comments: Sequence[Mapping[str, str]] = (),
    **values: Any,
) -> None:
    """Write that a step was taken, for those who have decided that it may be."""
    work.change(tables.requests, row["id"], kind=KIND, expected=expected, state=step.to.value, **values)
    told = {"step": step.name, "before": row["state"], "after": step.to.value}
    said: dict[str, Any] = {"reason": reason.strip(), "comments": [dict(one) for one in comments], "at": work.now}
    person = "" if step.by is RequestParty.SUPPLIER else work.actor.id
    work.keep(tables.steps, id=new_id(), request=row["id"], party=step.by.value, person=person, **told, **said)
    work.record(DataRequestStepped(id=row["id"], organisation=row["organisation"], **told))


def seen(work: Work, id: str) -> RowMapping:  # noqa: A002
    """The row of a request that the actor may read (TH-STO-001 for any other)."""
    row = work.get(tables.requests, id, kind=KIND)
    work.see("data-request.read", thing(row))
    return row


def thing(row: RowMapping) -> Thing:
    """What deciding needs to know."""
    return Thing(KIND, row["id"], organisation=row["organisation"], state=row["state"])


def latest(work: Work, id: str) -> Answered | None:  # noqa: A002
    """The answer that counts."""
    table = tables.answers
    query = select(table).where(table.c.request == id).order_by(table.c.id.desc()).limit(1)
    row = work.sql.execute(query).mappings().one_or_none()
    return answered(row) if row is not None else None


def answered(row: RowMapping) -> Answered:
    """A row of answers."""
    told = {name: row[name] for name in Answer.__slots__}
    amounts = tuple((str(gas), str(origin), float(mass)) for gas, origin, mass in row["amounts"])
    return Answered(
        row["id"], row["round"], Answer(**{**told, "basis": Basis(row["basis"]), "amounts": amounts}), row["at"]
    )


def taken(row: RowMapping) -> Taken:
    """A row of steps."""
    told = {name: row[name] for name in Taken.__slots__}
    typed = {
        "before": RequestState(row["before"]),
        "after": RequestState(row["after"]),
        "party": RequestParty(row["party"]),
    }
    return Taken(**{**told, **typed, "comments": tuple(Comment(**one) for one in row["comments"])})


def _check_line(work: Work, organisation: str, study: str, line: str) -> None:
    if not study:
        return
    row = own_studies.seen(work, study)
    if row["organisation"] != organisation:
        raise work.missing("study", study)
    if not line:
        return
    versions = studies.versions
    query = select(versions.c.document).where(versions.c.study == study).order_by(versions.c.number.desc()).limit(1)
    lines = orjson.loads(work.sql.execute(query).scalar_one()).get("lines", [])
    if line not in {str(number) for number in range(len(lines))} | {str(one.get("id")) for one in lines}:
        raise SupplierError("TH-SUP-009", place="line", line=line[:40])


def _sent(work: Work, id: str, secret: credentials.Credential) -> Sent:  # noqa: A002
    request = of(work, id)
    base = work.platform.configuration.public_url.rstrip("/")
    link = f"{base}/answers/{secret.as_token()}"
    told = {"supplier": request.supplier, "number": request.number, "due": request.due.isoformat(), "link": link}
    other = next(one for one in request.names.values() if one.strip())
    names = {lang: request.names.get(lang) or other for lang in LANGUAGES}
    letter = {
        lang: text("suppliers", "letter", lang, product=names[lang], per=request.per, **told) for lang in LANGUAGES
    }
    return Sent(request, link, letter)


def _made(row: RowMapping) -> Request:
    kept = {name: row[name] for name in Request.__slots__}
    return Request(**{**kept, "state": RequestState(row["state"]), "study": row["study"] or ""})
