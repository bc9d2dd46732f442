"""What an organisation asks its partners for, and the footprints that come in: kept as they came, until somebody accepts them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import orjson
from sqlalchemy import false, select, update
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.accounts.actors import ActorKind
from tanheng.errors import ExchangeError
from tanheng.exchange.pact import received as read_three
from tanheng.exchange.pact import received_former as read_two
from tanheng.exchange.pact.former import FormerProduct
from tanheng.exchange.pact.model import Product
from tanheng.exchange.protocols import Received
from tanheng.exchange.shelf import protocol
from tanheng.services.exchange import receiving
from tanheng.services.exchange.reading import told_of
from tanheng.services.pact import criteria, outbox, partners
from tanheng.services.pact.cloudevents import Event
from tanheng.services.pact.events import QuestionAnswered, QuestionSent
from tanheng.services.paging import Page, Paging, page
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import exchange
from tanheng.storage.sql.tables import pact as tables
from tanheng.storage.sql.types import new_id
from tanheng.storage.sql.work import is_id

KIND = "pact-question"
RECEIVED = exchange.received


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
    """Keep a partner's footprint as it came; of one that is here, the standing alone may change."""
    product: Product | FormerProduct = (
        msgspec.convert(document, Product) if speaks == 3 else msgspec.convert(document, FormerProduct)
    )
    own = tables.partners.c.id == partner["id"]
    # One at a time: the same footprint may be sent twice at once.
    work.sql.execute(select(tables.partners.c.id).where(own).with_for_update())
    mine = RECEIVED.c.partner == partner["id"]
    for id_, standing in _standings(product).items():
        work.sql.execute(update(RECEIVED).where(mine, RECEIVED.c.foreign_id == id_).values(standing=standing))
    here = select(RECEIVED.c.id).where(mine, RECEIVED.c.foreign_id == str(product.id))
    if work.sql.execute(here).first() is not None:
        return
    by = f"pact{speaks}"
    told = told_of(read(product, document), protocol(by), work.today)
    name = f"{by}-{product.id}.json"
    whole = orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()
    came = {"partner": partner["id"], "question": question or None, "document": whole, "file_name": name}
    receiving.insert(
        work, partner["organisation"], told, protocol=by, author=partner["id"], standing=product.status, **came
    )


def read(product: Product | FormerProduct, document: dict[str, Any]) -> Received:
    """What a footprint of a partner tells."""
    if isinstance(product, FormerProduct):
        return read_two(product, document)
    return read_three(product, document)


def _standings(product: Product | FormerProduct) -> dict[str, str]:
    """What a footprint says of itself, and of those whose place it takes."""
    former = product.preceding_pf_ids if isinstance(product.preceding_pf_ids, tuple) else ()
    return {str(product.id): product.status, **{str(one): "Deprecated" for one in former}}


def of(work: Work, id: str) -> Question:  # noqa: A002
    """A question of an organisation of the actor."""
    row = work.get(tables.questions, id, kind=KIND)
    work.see("pact.read", Thing(KIND, id, organisation=row["organisation"]))
    return _made(row)


def listed(work: Work, paging: Paging, *, partner: str = "") -> Page[Question]:
    """Questions of the organisations of the actor, the newest first."""
    work.require("pact.list", Thing(KIND))
    table = tables.questions
    query = select(table)
    if work.actor.kind is not ActorKind.SYSTEM:
        query = query.where(table.c.organisation.in_(work.actor.organisations))
    if partner:
        query = query.where(table.c.partner == partner if is_id(partner) else false())
    return page(work, query, paging, by=(table.c.id,), make=_made)


def _made(row: RowMapping) -> Question:
    return Question(**{name: row[name] for name in Question.__slots__})
