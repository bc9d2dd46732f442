"""The reviewer's room: comments on fields in rounds, answered and closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import RowMapping

from tanheng.certification.model import CommentState, Weight
from tanheng.certification.procedure import Party
from tanheng.errors import CertificationError
from tanheng.services.certification import standing
from tanheng.services.certification.events import CaseCommented
from tanheng.services.paging import Page, Paging, page
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import certification as tables
from tanheng.storage.sql.types import new_id
from tanheng.storage.sql.work import not_found

KIND = "comment"
_REVIEWED = frozenset({"document-review", "site-inspection", "verification", "correction", "decision"})


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on a field of the dossier.

    Attributes:
        path: of the field, ``lines[3].amount``; empty for the whole. clause: of the rules that it refers to.
        round: of corrections in which it was made.
    """

    id: str
    version: int
    case: str
    path: str
    clause: str
    weight: Weight
    state: CommentState
    round: int
    author: str
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Reply:
    """What was said to a comment; the first is the comment itself. ``state``: of the comment from then on."""

    id: str
    comment: str
    text: str
    state: CommentState
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Rights:
    """What the actor may do with the comments of a case now."""

    comment: bool
    answer: bool
    close: bool


def rights(work: Work, case: str) -> Rights:
    """What the actor may do with the comments of a case now; for both sides."""
    row = standing.seen(work, case)
    is_reviewed = row["state"] in _REVIEWED
    works = is_reviewed and work.may("case.work", standing.thing(row))
    own = standing.functions_of(work, case) if works else frozenset()
    applies = is_reviewed and work.may("case.apply", standing.thing(row))
    return Rights(bool(own), applies, bool(own - {Party.DECIDER}))


def comment(work: Work, case: str, *, text: str, path: str = "", clause: str = "", weight: Weight) -> Comment:
    """Comment on a field; for people of the team, while the case is looked into.

    Raises:
        CertificationError: TH-CER-002 not of the team, TH-CER-073 the case is not looked into. AccessError, StoreError:
            TH-STO-001.
    """
    row = _worked_on(work, case)
    _check_reviewed(row)
    values: dict[str, Any] = {"path": path, "clause": clause, "weight": weight.value, "round": row["round"]}
    made = work.insert(tables.comments, case=case, state=CommentState.OPEN.value, author=work.actor.id, **values)
    _say(work, row, made, path, text, CommentState.OPEN)
    return _made(work.get(tables.comments, made, kind=KIND))


def answer(work: Work, case: str, id: str, *, text: str, expected: int) -> Comment:  # noqa: A002
    """Answer a comment; for engineers of the applicant.

    Raises:
        CertificationError: TH-CER-073 the case is not looked into, TH-CER-074 it is closed. AccessError, StoreError:
            TH-STO-001, TH-STO-002.
    """
    row = standing.held(work, case)
    work.require("case.apply", standing.thing(row))
    return _reply(work, row, id, text, CommentState.ANSWERED, expected)


def reply(work: Work, case: str, id: str, *, text: str, state: CommentState, expected: int) -> Comment:  # noqa: A002
    """Say more to a comment, close it or ask again; for people of the team. The decision maker closes none.

    Raises:
        CertificationError: TH-CER-002 not of the team, or closing is another's; TH-CER-073 the case is not looked into,
            TH-CER-074 it is closed. AccessError, StoreError: TH-STO-001, TH-STO-002.
    """
    row = _worked_on(work, case)
    if state is CommentState.CLOSED and not standing.functions_of(work, case) - {Party.DECIDER}:
        raise CertificationError("TH-CER-002", step="close", by=Party.VERIFIER.value)
    return _reply(work, row, id, text, state, expected)


def comments(work: Work, case: str, paging: Paging, *, state: CommentState | None = None) -> Page[Comment]:
    """The comments of a case, the newest first; for both sides."""
    standing.seen(work, case)
    table = tables.comments
    query = select(table).where(table.c.case == case)
    if state is not None:
        query = query.where(table.c.state == state.value)
    return page(work, query, paging, by=(table.c.id,), make=_made)


def of(work: Work, case: str, id: str) -> Comment:  # noqa: A002
    """A comment of a case; for both sides."""
    standing.seen(work, case)
    return _made(_of(work, case, id))


def replies(work: Work, case: str, id: str, paging: Paging) -> Page[Reply]:  # noqa: A002
    """What was said to a comment, the newest first; for both sides."""
    standing.seen(work, case)
    _of(work, case, id)
    table = tables.replies
    query = select(table).where(table.c.comment == id)
    make = lambda row: Reply(**{**row, "state": CommentState(row["state"])})  # noqa: E731
    return page(work, query, paging, by=(table.c.id,), make=make)


def threads(work: Work, case: str) -> tuple[tuple[Comment, tuple[Reply, ...]], ...]:
    """All comments of a case with all that was said to each, the oldest first; for both sides."""
    standing.seen(work, case)
    table, said = tables.comments, tables.replies
    found = work.sql.execute(select(table).where(table.c.case == case).order_by(table.c.id)).mappings().all()
    own = select(said).join(table, table.c.id == said.c.comment).where(table.c.case == case).order_by(said.c.id)
    replies: dict[str, list[Reply]] = {}
    for row in work.sql.execute(own).mappings():
        replies.setdefault(row["comment"], []).append(Reply(**{**row, "state": CommentState(row["state"])}))
    return tuple((_made(row), tuple(replies.get(row["id"], ()))) for row in found)


def _worked_on(work: Work, case: str) -> RowMapping:
    """A case that the actor is in the team of."""
    row = standing.held(work, case)
    work.require("case.work", standing.thing(row))
    if not standing.functions_of(work, case):
        raise CertificationError("TH-CER-002", step="comment", by="team")
    return row


def _check_reviewed(row: RowMapping) -> None:
    if row["state"] not in _REVIEWED:
        raise CertificationError("TH-CER-073", state=row["state"])


def _reply(work: Work, row: RowMapping, id: str, text: str, state: CommentState, expected: int) -> Comment:  # noqa: A002
    found = _of(work, row["id"], id)
    _check_reviewed(row)
    if found["state"] == CommentState.CLOSED.value:
        raise CertificationError("TH-CER-074")
    work.change(tables.comments, id, kind=KIND, expected=expected, state=state.value)
    _say(work, row, id, found["path"], text, state)
    return _made(work.get(tables.comments, id, kind=KIND))


def _say(work: Work, row: RowMapping, id: str, path: str, text: str, state: CommentState) -> None:  # noqa: A002
    said = {"text": text, "state": state.value, "author": work.actor.id, "at": work.now}
    work.keep(tables.replies, id=new_id(), comment=id, **said)
    work.record(CaseCommented(id=row["id"], organisation=row["applicant"], comment=id, path=path, state=state.value))


def _of(work: Work, case: str, id: str) -> RowMapping:  # noqa: A002
    found = work.get(tables.comments, id, kind=KIND)
    if found["case"] != case:
        raise not_found(KIND, id)
    return found


def _made(row: RowMapping) -> Comment:
    return Comment(**{**row, "weight": Weight(row["weight"]), "state": CommentState(row["state"])})
