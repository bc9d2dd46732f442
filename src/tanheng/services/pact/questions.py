"""What an organisation asks its partners for, and the footprints that come in: kept as they came, until somebody accepts them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import orjson
from sqlalchemy import select, update
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.accounts.actors import ActorKind
from tanheng.errors import ExchangeError
from tanheng.exchange.pact import received as read_three
from tanheng.exchange.pact import received_former as read_two
from tanheng.exchange.pact.former import FormerProduct
from tanheng.exchange.pact.model import Product
from tanheng.exchange.protocols import Objection, Received
from tanheng.exchange.recording import record_of
from tanheng.exchange.shelf import protocol
from tanheng.factors.lifecycle import State as FactorState
from tanheng.factors.lifecycle import Step
from tanheng.services.factors import records
from tanheng.services.factors.publishing import candidate, write_release
from tanheng.services.factors.reviewing import keep_steps
from tanheng.services.pact import criteria, outbox, partners
from tanheng.services.pact.cloudevents import Event
from tanheng.services.pact.events import FootprintAccepted, FootprintReceived, QuestionAnswered, QuestionSent
from tanheng.services.paging import Page, Paging, page
from tanheng.services.suppliers.accepting import collection_of
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import factors
from tanheng.storage.sql.tables import pact as tables
from tanheng.storage.sql.types import new_id
from tanheng.storage.sql.work import is_id

KIND, CAME = "pact-question", "pact-received"


@dataclass(frozen=True, slots=True)
class Question:
    """What a partner was asked for. ``state``: open, fulfilled or rejected."""

    id: str
    version: int
    organisation: str
    partner: str
    criteria: Mapping[str, Any]
    comment: str
    author: str
    state: str
    reason: str
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Came:
    """A partner's footprint.

    Attributes:
        uuid: as the partner knows it. question: that it answers; empty for none. factor: what studies link to, once accepted.
    """

    id: str
    version: int
    organisation: str
    partner: str
    question: str
    uuid: str
    name: str
    speaks: int
    status: str
    factor: str
    created_at: datetime


def ask(work: Work, partner: str, said: Mapping[str, Any], *, comment: str = "") -> Question:
    """Ask a partner for footprints; the answer comes by an event, some time.

    Args:
        said: criteria, as ``productId``, as the standard names them.

    Raises:
        AccessError, StoreError: TH-STO-001. ExchangeError: TH-EXC-151 criteria, TH-EXC-157 the partner has no server.
    """
    row = partners.seen(work, partner)
    work.require("pact.ask", thing_of(row["organisation"]))
    if not row["base_url"] or not row["active"]:
        raise ExchangeError("TH-EXC-157", partner=row["name"])
    asked = criteria.read(said)
    made = new_id()
    work.insert(
        tables.questions,
        id=made,
        organisation=row["organisation"],
        partner=partner,
        criteria=asked.told(),
        comment=comment.strip(),
        author=work.actor.id,
        state="open",
        reason="",
    )
    data = asked.told() | ({"comment": comment.strip()} if comment.strip() else {})
    outbox.announce(work, row, outbox.CREATED, data, id=made)
    work.record(QuestionSent(id=made, organisation=row["organisation"], partner=partner))
    return of(work, made)


def thing_of(organisation: str) -> Thing:
    """What deciding needs to know of a question."""
    return Thing(KIND, organisation=organisation)


def answered(work: Work, partner: RowMapping, event: Event) -> None:
    """A partner's answer (TH-EXC-154 where nothing was asked of them)."""
    row = None
    if is_id(event.answers):
        table = tables.questions
        query = select(table).where(table.c.id == event.answers, table.c.partner == partner["id"])
        row = work.sql.execute(query).mappings().one_or_none()
    if row is None:
        raise ExchangeError("TH-EXC-154", place="data.requestEventId", reason=event.answers[:80])
    if row["state"] != "open":
        return
    work.change(tables.questions, row["id"], kind=KIND, expected=None, state=event.kind, reason=event.reason)
    work.record(QuestionAnswered(id=row["id"], organisation=row["organisation"], state=event.kind))
    for one in event.footprints:
        keep(work, partner, one, speaks=event.speaks, question=row["id"])


def keep(work: Work, partner: RowMapping, document: dict[str, Any], *, speaks: int, question: str = "") -> None:
    """Keep a partner's footprint as it came; of one that is here, the status alone may change."""
    product: Product | FormerProduct = (
        msgspec.convert(document, Product) if speaks == 3 else msgspec.convert(document, FormerProduct)
    )
    table, id_ = tables.received, new_id()
    first = work.add_first(
        table,
        id=id_,
        version=1,
        created_at=work.now,
        changed_at=work.now,
        organisation=partner["organisation"],
        partner=partner["id"],
        question=question or None,
        uuid=str(product.id),
        name=product.product_name_company[:500],
        speaks=speaks,
        document=orjson.dumps(document).decode(),
        status=product.status,
        factor="",
    )
    mine = table.c.partner == partner["id"]
    if first:
        told = {"uuid": str(product.id), "partner": partner["id"]}
        work.record(FootprintReceived(id=id_, organisation=partner["organisation"], **told))
    else:
        work.sql.execute(update(table).where(mine, table.c.uuid == str(product.id)).values(status=product.status))
    if isinstance(product.preceding_pf_ids, tuple):
        old = [str(one) for one in product.preceding_pf_ids]
        work.sql.execute(update(table).where(mine, table.c.uuid.in_(old)).values(status="Deprecated"))


def accept(work: Work, id: str, *, expected: int) -> Came:  # noqa: A002 - as the column is called
    """Take a partner's footprint as a factor of the organisation, released at once, that studies link to.

    Raises:
        AccessError, StoreError: TH-STO-001, TH-STO-002. ExchangeError: TH-EXC-155 it was accepted already, or is deprecated.
        FactorError: what it tells is no factor.
    """
    row = _came(work, id)
    work.require("pact.ask", Thing(CAME, id, organisation=row["organisation"]))
    if row["factor"] or row["status"] != "Active":
        raise ExchangeError("TH-EXC-155", state="accepted" if row["factor"] else row["status"])
    name = f"pact-{row['uuid']}"
    told = record_of(read(row), protocol(f"pact{row['speaks']}"), id=name, day=work.day_of(row["created_at"]))
    collection = collection_of(work, row["organisation"])
    made = records.insert_record(work, collection, told, state=FactorState.REVIEWED)
    keep_steps(work, [(made, 1)], Step.ACCEPT, row["uuid"])
    table = factors.collections
    latest = collection["latest"] + 1
    work.sql.execute(update(table).where(table.c.id == collection["id"]).values(latest=latest))
    version = f"{work.today:%Y.%m.%d}.{latest}"
    write_release(work, collection, candidate(work, collection["id"]), version=version, note=row["uuid"])
    link = f"factor:{collection['name']}/{name}"
    work.change(tables.received, id, kind=CAME, expected=expected, factor=link)
    work.record(FootprintAccepted(id=id, organisation=row["organisation"], factor=link))
    return came(work, id)


def of(work: Work, id: str) -> Question:  # noqa: A002
    """A question of an organisation of the actor."""
    row = work.get(tables.questions, id, kind=KIND)
    work.see("pact.read", Thing(KIND, id, organisation=row["organisation"]))
    return _made(row)


def listed(work: Work, paging: Paging) -> Page[Question]:
    """Questions of the organisations of the actor, the newest first."""
    work.require("pact.list", Thing(KIND))
    table = tables.questions
    query = select(table)
    if work.actor.kind is not ActorKind.SYSTEM:
        query = query.where(table.c.organisation.in_(work.actor.organisations))
    return page(work, query, paging, by=(table.c.id,), make=_made)


def came(work: Work, id: str) -> Came:  # noqa: A002
    """A footprint that came to an organisation of the actor."""
    return _kept(_came(work, id))


def all_that_came(work: Work, paging: Paging) -> Page[Came]:
    """Footprints that came to organisations of the actor, the newest first."""
    work.require("pact.list", Thing(CAME))
    table = tables.received
    query = select(table)
    if work.actor.kind is not ActorKind.SYSTEM:
        query = query.where(table.c.organisation.in_(work.actor.organisations))
    return page(work, query, paging, by=(table.c.id,), make=_kept)


def document(work: Work, id: str) -> dict[str, Any]:  # noqa: A002
    """A partner's footprint, as it came."""
    told: dict[str, Any] = orjson.loads(_came(work, id)["document"])
    return told


def objections(work: Work, id: str) -> tuple[Objection, ...]:  # noqa: A002
    """Rules of the standard that a partner's footprint does not keep, for whoever thinks of accepting it."""
    return read(_came(work, id)).objections


def read(row: RowMapping) -> Received:
    """What a row of footprints tells."""
    told = orjson.loads(row["document"])
    if row["speaks"] == 2:
        return read_two(msgspec.convert(told, FormerProduct), told)
    return read_three(msgspec.convert(told, Product), told)


def _came(work: Work, id: str) -> RowMapping:  # noqa: A002
    row = work.get(tables.received, id, kind=CAME)
    work.see("pact.read", Thing(CAME, id, organisation=row["organisation"]))
    return row


def _made(row: RowMapping) -> Question:
    return Question(**{name: row[name] for name in Question.__slots__})


def _kept(row: RowMapping) -> Came:
    return Came(**{**{name: row[name] for name in Came.__slots__}, "question": row["question"] or ""})
