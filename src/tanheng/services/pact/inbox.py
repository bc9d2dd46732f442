"""What partners send: requests wait for a person or are answered by policy, answers and news are taken in. Each counts once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import false, select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.accounts.actors import ActorKind
from tanheng.errors import ExchangeError
from tanheng.services.pact import criteria, outbox, publishing, questions, serving
from tanheng.services.pact.cloudevents import Event
from tanheng.services.pact.events import RequestAnswered, RequestTaken
from tanheng.services.pact.partners import Policy
from tanheng.services.paging import Page, Paging, page
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import pact as tables
from tanheng.storage.sql.types import new_id
from tanheng.storage.sql.work import is_id

KIND = "pact-request"
MOST = 200
"""Footprints that are offered for an answer."""


@dataclass(frozen=True, slots=True)
class Request:
    """A partner's request.

    Attributes:
        speaks: version of the protocol. state: open, fulfilled or rejected. person: who answered; empty for the policy.
    """

    id: str
    version: int
    organisation: str
    partner: str
    speaks: int
    criteria: Mapping[str, Any]
    comment: str
    state: str
    person: str
    reason: str
    created_at: datetime
    changed_at: datetime


def take(work: Work, partner: RowMapping, event: Event) -> None:
    """Take an event in.

    Raises:
        ExchangeError: TH-EXC-151 criteria that cannot be understood, TH-EXC-154 an answer to nothing that was asked.
    """
    if event.kind == "created":
        _ask(work, partner, event)
        return
    first = work.add_first(tables.seen, partner=partner["id"], source=event.source, event=event.id, at=work.now)
    if not first:
        return
    if event.kind == "published":
        for uuid in event.ids:
            outbox.fetch(work, partner, uuid, speaks=event.speaks)
    else:
        questions.answered(work, partner, event)


def fulfil(work: Work, id: str, footprints: Sequence[str], *, expected: int) -> Request:  # noqa: A002 - as the column
    """Send footprints in answer to a request; its partner may read them from now on.

    Args:
        footprints: ids of footprints of the organisation.

    Raises:
        AccessError, StoreError: TH-STO-001, TH-STO-002. ExchangeError: TH-EXC-155 it was answered, TH-EXC-156 nothing is sent, or
            version 2 cannot tell it.
    """
    row = _answered(work, id)
    rows = [publishing.seen(work, one) for one in dict.fromkeys(footprints)]
    for one in rows:
        if one["organisation"] != row["organisation"]:
            raise work.missing(publishing.KIND, one["id"])
    if not rows or (row["speaks"] == 2 and not all(one["former"] for one in rows)):
        raise ExchangeError("TH-EXC-156", place="footprints")
    _fulfil(work, row, rows, person=work.actor.id, expected=expected)
    return of(work, id)


def reject(work: Work, id: str, reason: str, *, expected: int) -> Request:  # noqa: A002
    """Say that there will be no footprint, and why.

    Raises:
        AccessError, StoreError: TH-STO-001, TH-STO-002. ExchangeError: TH-EXC-155 it was answered.
    """
    row = _answered(work, id)
    values = {"state": "rejected", "person": work.actor.id, "reason": reason.strip()}
    work.change(tables.requests, id, kind=KIND, expected=expected, **values)
    error = {"code": "NotFound", "message": reason.strip() or "The request was rejected."}
    _answer(work, row, outbox.REJECTED, {"requestEventId": row["event"], "error": error})
    work.record(RequestAnswered(id=id, organisation=row["organisation"], state="rejected", footprints=[]))
    return of(work, id)


def of(work: Work, id: str) -> Request:  # noqa: A002
    """A request to an organisation of the actor."""
    return _made(_seen(work, id))


def listed(work: Work, paging: Paging, *, state: str = "", partner: str = "") -> Page[Request]:
    """Requests to the organisations of the actor, the newest first."""
    work.require("pact.list", Thing(KIND))
    table = tables.requests
    query = select(table)
    if work.actor.kind is not ActorKind.SYSTEM:
        query = query.where(table.c.organisation.in_(work.actor.organisations))
    if partner:
        query = query.where(table.c.partner == partner if is_id(partner) else false())
    if state:
        query = query.where(table.c.state == state)
    return page(work, query, paging, by=(table.c.id,), make=_made)


def candidates(work: Work, id: str) -> tuple[tuple[publishing.Footprint, bool], ...]:  # noqa: A002
    """Active footprints that could answer a request, each with whether it is what was asked for; those that are come first."""
    row = _seen(work, id)
    table = tables.footprints
    asked = criteria.read(row["criteria"])
    query = select(table.c.id).where(table.c.organisation == row["organisation"], table.c.status == "Active")
    if row["speaks"] == 2:
        query = query.where(table.c.former != "")
    fit = work.sql.execute(query.where(*asked.conditions()).order_by(table.c.id.desc()).limit(MOST)).scalars().all()
    every = work.sql.execute(query.order_by(table.c.id.desc()).limit(MOST)).scalars().all()
    ids = list(dict.fromkeys([*fit, *every]))[:MOST]
    return tuple((publishing.of(work, one), one in fit) for one in ids)


def _ask(work: Work, partner: RowMapping, event: Event) -> None:
    asked = criteria.read(event.criteria)
    id_ = new_id()
    first = work.add_first(
        tables.requests,
        id=id_,
        version=1,
        created_at=work.now,
        changed_at=work.now,
        organisation=partner["organisation"],
        partner=partner["id"],
        source=event.source,
        event=event.id,
        speaks=event.speaks,
        criteria=asked.told(),
        comment=event.comment,
        state="open",
        person="",
        reason="",
    )
    if not first:
        return
    work.record(RequestTaken(id=id_, organisation=partner["organisation"], partner=partner["id"]))
    if partner["policy"] == Policy.FULFIL and (rows := serving.matching(work, partner, asked, speaks=event.speaks)):
        _fulfil(work, work.get(tables.requests, id_, kind=KIND), rows, person="", expected=1)


def _fulfil(work: Work, row: RowMapping, rows: Sequence[RowMapping], *, person: str, expected: int) -> None:
    work.change(tables.requests, row["id"], kind=KIND, expected=expected, state="fulfilled", person=person)
    publishing.allow(work, rows, row["partner"])
    documents = [publishing.document(one, row["speaks"]) for one in rows]
    _answer(work, row, outbox.FULFILLED, {"requestEventId": row["event"], "pfs": documents})
    told = [one["uuid"] for one in rows]
    work.record(RequestAnswered(id=row["id"], organisation=row["organisation"], state="fulfilled", footprints=told))


def _answer(work: Work, row: RowMapping, kind: str, data: Mapping[str, Any]) -> None:
    partner = work.get(tables.partners, row["partner"], kind="pact-partner")
    outbox.announce(work, partner, kind, data, speaks=row["speaks"])


def _answered(work: Work, id: str) -> RowMapping:  # noqa: A002
    """The row of an open request that the actor answers."""
    row = _seen(work, id)
    work.require("pact.publish", Thing(KIND, id, organisation=row["organisation"]))
    if row["state"] != "open":
        raise ExchangeError("TH-EXC-155", state=row["state"])
    return row


def _seen(work: Work, id: str) -> RowMapping:  # noqa: A002
    row = work.get(tables.requests, id, kind=KIND)
    work.see("pact.read", Thing(KIND, id, organisation=row["organisation"]))
    return row


def _made(row: RowMapping) -> Request:
    return Request(**{name: row[name] for name in Request.__slots__})
