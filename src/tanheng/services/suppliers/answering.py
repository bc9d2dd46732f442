"""What whoever has the link may do: read what is asked, answer, refuse; without an account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Actor, credentials
from tanheng.errors import StoreError, SupplierError
from tanheng.services import notices
from tanheng.services.suppliers import requests
from tanheng.services.suppliers.computing import answer_of
from tanheng.services.suppliers.events import DataFileAdded
from tanheng.services.suppliers.requests import Answered, Taken
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts
from tanheng.storage.sql.tables import suppliers as tables
from tanheng.storage.sql.types import new_id
from tanheng.suppliers import Answer, Basis, RequestState, Step, check, step_of
from tanheng.suppliers.procedure import STEPS

MOST_FILES = 10
LONGEST = 200
_OVER = frozenset({RequestState.WITHDRAWN.value, RequestState.LAPSED.value})


@dataclass(frozen=True, slots=True)
class Asked:
    """What a supplier sees of a request.

    Attributes:
        buyer: names of the organisation that asks. returned: the step that returned the latest answer, with its comments.
    """

    number: str
    buyer: Mapping[str, str]
    names: Mapping[str, str]
    per: str
    supplier: str
    message: str
    due: date
    state: RequestState
    answer: Answered | None
    returned: Taken | None
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class File:
    """A file beside an answer: a report, a statement of verification."""

    id: str
    request: str
    name: str
    digest: str
    size: int
    media_type: str
    at: datetime


def asked(work: Work, secret: str) -> Asked:
    """What is asked behind a link (TH-SUP-002 where nothing is)."""
    row = _row(work, secret)
    buyer = work.get(accounts.organisations, row["organisation"], kind="organisation")
    table, kept = tables.steps, tables.files
    query = select(table).where(table.c.request == row["id"]).order_by(table.c.id.desc()).limit(1)
    last = work.sql.execute(query).mappings().one_or_none()
    names = select(kept.c.name).where(kept.c.request == row["id"]).order_by(kept.c.id)
    return Asked(
        number=row["number"],
        buyer=buyer["names"],
        names=row["names"],
        per=row["per"],
        supplier=row["supplier"],
        message=row["message"],
        due=row["due"],
        state=RequestState(row["state"]),
        answer=requests.latest(work, row["id"]),
        returned=_unnamed(requests.taken(last)) if last is not None and last["step"] == "return" else None,
        files=tuple(work.sql.execute(names).scalars()),
    )


def answer(work: Work, secret: str, told: Answer) -> Asked:
    """Answer with a footprint.

    Raises:
        SupplierError: TH-SUP-001 it is not to be answered now, TH-SUP-002; TH-SUP-003, TH-SUP-004 fields that cannot be used,
            TH-SUP-013 somebody was first.
    """
    row = _row(work, secret)
    step = step_of(RequestState(row["state"]), "answer")
    check(told, per=row["per"], today=work.today)
    values: dict[str, Any] = {name: getattr(told, name) for name in Answer.__slots__}
    values |= {"names": dict(told.names), "quality": dict(told.quality), "amounts": [list(a) for a in told.amounts]}
    made, turn = new_id(), row["round"] + 1
    work.keep(tables.answers, id=made, request=row["id"], round=turn, at=work.now, **values)
    _move(work, row, step, round=turn, reminded="")
    _tell(work, row, "supplier-answered")
    return asked(work, secret)


def refuse(work: Work, secret: str, *, reason: str) -> Asked:
    """Give no footprint; the buyer goes on with a default.

    Raises:
        SupplierError: TH-SUP-001, TH-SUP-002, TH-SUP-007 no reason.
    """
    row = _row(work, secret)
    step = step_of(RequestState(row["state"]), "refuse")
    if not reason.strip():
        raise SupplierError("TH-SUP-007", place="reason")
    _move(work, row, step, reason=reason)
    _tell(work, row, "supplier-refused")
    return asked(work, secret)


def answer_with_file(
    platform: Platform, actor: Actor, secret: str, path: Path, *, basis: Basis, more: Mapping[str, Any]
) -> Asked:
    """Answer with an assessment or a study; the footprint is kept, the file is not.

    Args:
        basis: what the file is. more: fields that no file tells: ``review``, ``reviewer``, ``valid_until``, ``note``.

    Raises:
        SupplierError: as of :func:`answer`; TH-SUP-005, TH-SUP-006 and others as of
            :func:`~tanheng.services.suppliers.computing.answer_of`.
    """
    row = platform.look(actor, _row, secret)  # before anything is computed
    step_of(RequestState(row["state"]), "answer")
    return platform.do(actor, answer, secret, replace(answer_of(path, basis), **more))


def add_file(platform: Platform, actor: Actor, secret: str, path: Path, *, name: str, media_type: str) -> Asked:
    """Put a file beside the answer, such as a statement of verification; the buyer reads it.

    Raises:
        StoreError: TH-STO-056 a name that cannot be told. SupplierError: TH-SUP-001, TH-SUP-002, TH-SUP-011 too many.
    """
    if not name.strip() or not name.isprintable() or len(name) > LONGEST:
        raise StoreError("TH-STO-056", longest=LONGEST)
    platform.look(actor, open_to_files, secret)
    digest = platform.blobs.put_file(path)
    return platform.do(actor, _add_file, secret, name, digest, path.stat().st_size, media_type)


def files(work: Work, request: str) -> tuple[File, ...]:
    """The files beside the answers of a request of one's organisation."""
    requests.seen(work, request)
    table = tables.files
    rows = work.sql.execute(select(table).where(table.c.request == request).order_by(table.c.id)).mappings()
    return tuple(File(**row) for row in rows)


def open_to_files(work: Work, secret: str) -> RowMapping:
    """The row of a request that takes files now."""
    row = _row(work, secret)
    if RequestState(row["state"]) not in STEPS:
        step_of(RequestState(row["state"]), "answer")  # nothing leads on from here
    count = select(func.count()).select_from(tables.files).where(tables.files.c.request == row["id"])
    if (found := work.sql.execute(count).scalar_one()) >= MOST_FILES:
        raise SupplierError("TH-SUP-011", count=found)
    return row


def _add_file(work: Work, secret: str, name: str, digest: str, size: int, media_type: str) -> Asked:
    row = open_to_files(work, secret)
    made = new_id()
    values = {"name": name, "digest": digest, "size": size, "media_type": media_type}
    work.keep(tables.files, id=made, request=row["id"], at=work.now, **values)
    work.record(DataFileAdded(id=row["id"], organisation=row["organisation"], file=made, digest=digest))
    return asked(work, secret)


def _unnamed(step: Taken) -> Taken:
    """A step without who took it: that is the buyer's own."""
    return replace(step, person="")


def _move(work: Work, row: RowMapping, step: Step, **values: Any) -> None:
    """Take a step of a request that nobody has changed since it was read (TH-SUP-013)."""
    try:
        requests.move(work, row, step, expected=row["version"], **values)
    except StoreError as error:
        if error.code != "TH-STO-002":
            raise
        raise SupplierError("TH-SUP-013") from error


def _row(work: Work, secret: str) -> RowMapping:
    """The request behind a link; the same refusal for every link that leads nowhere."""
    told = credentials.read_token(secret)
    query = select(tables.requests).where(tables.requests.c.id == (told.id if told else ""))
    row = work.sql.execute(query).mappings().one_or_none() if told else None
    if told is None or row is None or not told.fits(row["secret"]) or row["state"] in _OVER:
        raise SupplierError("TH-SUP-002")
    return row


def _tell(work: Work, row: RowMapping, kind: str) -> None:
    told = {"number": row["number"], "supplier": row["supplier"]}
    notices.tell(work, [row["author"]], kind, f"/v1/data-requests/{row['id']}", told)
