"""The review of a record: submitted by one, accepted or returned by another, with comments on its fields."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import func, select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.errors import FactorError, Fault
from tanheng.factors.fields import record_fields
from tanheng.factors.lifecycle import State, Step, after
from tanheng.factors.record import read_record
from tanheng.services.factors import collections, records
from tanheng.services.factors.events import FactorCommented, FactorCommentSettled, FactorMoved
from tanheng.services.factors.records import KIND, Entry
from tanheng.services.paging import Page, Paging, page
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import factors as tables
from tanheng.storage.sql.types import new_id

COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Review:
    """A step that somebody took with a version of a record."""

    id: str
    record: str
    number: int
    step: Step
    person: str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on a field of a record.

    Attributes:
        number: of the version that it was made on. field: empty where it is of the whole.
        settled_by: ``None`` while it stands in the way of acceptance.
    """

    id: str
    version: int
    record: str
    number: int
    field: str
    text: str
    author: str
    settled_by: str | None
    settled_at: datetime | None
    created_at: datetime
    changed_at: datetime


def submit(work: Work, id: str, *, expected: int, note: str = "") -> Entry:  # noqa: A002 - as the column is called
    """Hand the latest version to the reviewers.

    Raises:
        FactorError: TH-FAC-047 every field that is needed and empty, TH-FAC-045. AccessError: not an editor.
            StoreError: TH-STO-001, TH-STO-002.
    """
    row, owner = records.seen(work, id)
    work.require("factor.edit", collections.thing(work, owner))
    after(Step.SUBMIT, State(row["state"]))
    missing = read_record(orjson.loads(_document(work, row))).missing
    if missing:
        raise FactorError.of(Fault("TH-FAC-047", key, {"field": key}) for key in missing)
    return _step(work, row, owner, Step.SUBMIT, expected=expected, note=note)


def take_back(work: Work, id: str, *, expected: int, note: str = "") -> Entry:  # noqa: A002
    """Take back what was submitted or accepted, to work on it further.

    Raises:
        FactorError: TH-FAC-045. AccessError: not an editor. StoreError: TH-STO-001, TH-STO-002.
    """
    row, owner = records.seen(work, id)
    work.require("factor.edit", collections.thing(work, owner))
    return _step(work, row, owner, Step.TAKE_BACK, expected=expected, note=note)


def send_back(work: Work, id: str, *, expected: int, note: str) -> Entry:  # noqa: A002
    """Return what was submitted to its editors, with a note what is to be done.

    Raises:
        FactorError: TH-FAC-045. AccessError: not a reviewer, or an author. StoreError: TH-STO-001, TH-STO-002.
    """
    row, owner = records.seen(work, id)
    work.require("factor.review", _reviewed(work, row, owner))
    return _step(work, row, owner, Step.RETURN, expected=expected, note=note)


def accept(work: Work, id: str, *, expected: int, note: str = "") -> Entry:  # noqa: A002
    """Accept what was submitted; the next release has it.

    Raises:
        FactorError: TH-FAC-045, TH-FAC-046 comments are not settled. AccessError: not a reviewer, or an author (two persons).
            StoreError: TH-STO-001, TH-STO-002.
    """
    row, owner = records.seen(work, id)
    work.require("factor.review", _reviewed(work, row, owner))
    after(Step.ACCEPT, State(row["state"]))
    table = tables.comments
    open_ = select(func.count()).where(table.c.record == id, table.c.settled_by.is_(None))
    if count := work.sql.execute(open_).scalar_one():
        raise FactorError("TH-FAC-046", count=count)
    return _step(work, row, owner, Step.ACCEPT, expected=expected, note=note)


def reviews(work: Work, id: str, paging: Paging) -> Page[Review]:  # noqa: A002
    """The steps that were taken with a record, the newest first."""
    records.seen(work, id)
    table = tables.reviews
    query = select(table).where(table.c.record == id)
    return page(work, query, paging, by=(table.c.id,), make=lambda row: Review(**{**row, "step": Step(row["step"])}))


def comment(work: Work, id: str, *, field: str, text: str) -> Comment:  # noqa: A002
    """Comment on a field of the latest version, or on the whole where none is named.

    Raises:
        FactorError: TH-FAC-055 no such field. AccessError: neither editor nor reviewer. StoreError: TH-STO-001.
    """
    row, owner = records.seen(work, id)
    work.require("factor.comment", collections.thing(work, owner))
    if field and field not in record_fields():
        raise FactorError("TH-FAC-055", place="field", field=field[:64])
    values = {"number": row["latest"], "field": field, "text": text, "author": work.actor.id}
    made = work.insert(tables.comments, record=id, settled_by=None, settled_at=None, **values)
    told = {"number": row["latest"], "field": field, "comment": made}
    work.record(FactorCommented(id=id, organisation=owner["organisation"] or "", **told))
    return _comment(work.get(tables.comments, made, kind=COMMENT))


def settle(work: Work, comment: str) -> Comment:
    """Say that a comment is dealt with.

    Raises:
        FactorError: TH-FAC-056 it is settled already. AccessError: neither editor nor reviewer. StoreError: TH-STO-001.
    """
    row = work.get(tables.comments, comment, kind=COMMENT)
    record = work.get(tables.records, row["record"], kind=KIND)
    _, owner = records.seen_for(work, record, COMMENT, comment)
    work.require("factor.comment", collections.thing(work, owner))
    if row["settled_by"] is not None:
        raise FactorError("TH-FAC-056")
    settled = {"settled_by": work.actor.id, "settled_at": work.now}
    work.change(tables.comments, comment, kind=COMMENT, expected=row["version"], **settled)
    work.record(FactorCommentSettled(id=row["record"], organisation=owner["organisation"] or "", comment=comment))
    return _comment(work.get(tables.comments, comment, kind=COMMENT))


def comments(work: Work, id: str, paging: Paging) -> Page[Comment]:  # noqa: A002
    """The comments on a record, the newest first."""
    records.seen(work, id)
    table = tables.comments
    return page(work, select(table).where(table.c.record == id), paging, by=(table.c.id,), make=_comment)


def keep_steps(work: Work, versions: Iterable[tuple[str, int]], step: Step, note: str = "") -> None:
    """The rows of a step with versions, each a record and its number."""
    about = {"step": step.value, "person": work.actor.id, "note": note, "at": work.now}
    rows = [{"id": new_id(), "record": record, "number": number, **about} for record, number in versions]
    work.keep_all(tables.reviews, rows)


def _step(work: Work, row: RowMapping, owner: RowMapping, step: Step, *, expected: int, note: str) -> Entry:
    state = after(step, State(row["state"]))
    work.change(tables.records, row["id"], kind=KIND, expected=expected, state=state.value)
    keep_steps(work, [(row["id"], row["latest"])], step, note)
    told = {"factor": row["factor"], "number": row["latest"], "step": step.value, "state": state.value}
    work.record(FactorMoved(id=row["id"], organisation=owner["organisation"] or "", **told))
    return records.of(work, row["id"])


def _reviewed(work: Work, row: RowMapping, owner: RowMapping) -> Thing:
    """What deciding needs to know: everybody who wrote or submitted what is not published yet is an author."""
    table, steps = tables.versions, tables.reviews
    since = row["published"] or 0
    wrote = select(table.c.author).where(table.c.record == row["id"], table.c.number > since)
    handed = select(steps.c.person).where(steps.c.record == row["id"], steps.c.number > since)
    submitted = handed.where(steps.c.step == Step.SUBMIT.value)
    authors = {*work.sql.execute(wrote).scalars(), *work.sql.execute(submitted).scalars()}
    return collections.thing(work, owner, authors=frozenset(authors), state=row["state"])


def _document(work: Work, row: RowMapping) -> str:
    table = tables.versions
    query = select(table.c.document).where(table.c.record == row["id"], table.c.number == row["latest"])
    return str(work.sql.execute(query).scalar_one())


def _comment(row: RowMapping) -> Comment:
    return Comment(**row)
