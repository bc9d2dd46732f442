"""What is to be sent to partners: written with the deed that it tells of, and sent by a job until it has arrived.

An event may arrive twice where an answer is lost; its id stays the same, so that the partner can tell. Attempts are made at
growing intervals, for 72 hours, as the standard has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import false, select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.accounts.actors import ActorKind
from tanheng.services.jobs import jobs
from tanheng.services.pact.partners import base_of
from tanheng.services.paging import Page, Paging, page
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import pact as tables
from tanheng.storage.sql.types import new_id
from tanheng.storage.sql.work import is_id

JOB = "pact-delivery"
PUBLISHED, CREATED, FULFILLED, REJECTED, FETCH = "published", "created", "fulfilled", "rejected", "fetch"
TYPES = {
    (3, PUBLISHED): "org.wbcsd.pact.ProductFootprint.PublishedEvent.3",
    (3, CREATED): "org.wbcsd.pact.ProductFootprint.RequestCreatedEvent.3",
    (3, FULFILLED): "org.wbcsd.pact.ProductFootprint.RequestFulfilledEvent.3",
    (3, REJECTED): "org.wbcsd.pact.ProductFootprint.RequestRejectedEvent.3",
    (2, PUBLISHED): "org.wbcsd.pathfinder.ProductFootprint.Published.v1",
    (2, CREATED): "org.wbcsd.pathfinder.ProductFootprintRequest.Created.v1",
    (2, FULFILLED): "org.wbcsd.pathfinder.ProductFootprintRequest.Fulfilled.v1",
    (2, REJECTED): "org.wbcsd.pathfinder.ProductFootprintRequest.Rejected.v1",
}
"""Types of events by version of the protocol."""
FIRST = timedelta(seconds=30)
LONGEST = timedelta(hours=8)
ABANDONED = timedelta(hours=72)


def announce(
    work: Work,
    partner: RowMapping,
    kind: str,
    data: Mapping[str, Any],
    *,
    speaks: int = 3,
    id: str = "",  # noqa: A002 - as CloudEvents calls it
) -> None:
    """Have a partner told of something; nothing where the partner has no server.

    Args:
        speaks: version of the protocol. id: of the event; a new one by default.
    """
    if not partner["base_url"] or not partner["active"]:
        return
    made = id or new_id()
    event = {
        "type": TYPES[speaks, kind],
        "specversion": "1.0",
        "id": made,
        "source": f"{base_of(work, partner['organisation'])}/{speaks}/events",
        "time": work.now.isoformat().replace("+00:00", "Z"),
        "data": dict(data),
    }
    _put(work, partner, kind, f"/{speaks}/events", orjson.dumps(event).decode())


def fetch(work: Work, partner: RowMapping, uuid: str, *, speaks: int) -> None:
    """Have a footprint of a partner fetched."""
    if partner["base_url"]:
        _put(work, partner, FETCH, f"/{speaks}/footprints/{uuid}", "")


@dataclass(frozen=True, slots=True)
class Sending:
    """Something that is sent, or was.

    Attributes:
        kind: created, fulfilled, rejected, published, fetch. state: waiting, delivered, abandoned. problem: of the last attempt.
    """

    id: str
    organisation: str
    partner: str
    kind: str
    path: str
    state: str
    attempts: int
    due_at: datetime
    problem: str
    created_at: datetime
    changed_at: datetime


def listed(work: Work, paging: Paging, *, state: str = "", partner: str = "") -> Page[Sending]:
    """What is sent for the organisations of the actor, the newest first."""
    work.require("pact.list", Thing("pact-sending"))
    table = tables.outbox
    query = select(table)
    if work.actor.kind is not ActorKind.SYSTEM:
        query = query.where(table.c.organisation.in_(work.actor.organisations))
    if state:
        query = query.where(table.c.state == state)
    if partner:
        query = query.where(table.c.partner == partner if is_id(partner) else false())
    return page(work, query, paging, by=(table.c.id,), make=_made)


def start_where_needed(work: Work) -> bool:
    """Have what is due sent, where something is and nobody is about it; whether it was started."""
    if not due(work, 1) or jobs.is_under_way(work, JOB):
        return False
    jobs.begin(work, kind=JOB, payload={})
    return True


def due(work: Work, limit: int = 50) -> list[RowMapping]:
    """What is to be sent now, the oldest first."""
    table = tables.outbox
    query = select(table).where(table.c.state == "waiting", table.c.due_at <= work.now)
    return list(work.sql.execute(query.order_by(table.c.due_at, table.c.id).limit(limit)).mappings())


def arrived(work: Work, id: str) -> None:  # noqa: A002 - as the column is called
    """Note that something was sent."""
    work.sql.execute(
        tables.outbox.update()
        .where(tables.outbox.c.id == id)
        .values(state="delivered", attempts=tables.outbox.c.attempts + 1, problem="", changed_at=work.now)
    )


def failed(work: Work, row: RowMapping, problem: str) -> None:
    """Note that an attempt came to nothing, and when the next one is due."""
    attempts = int(row["attempts"]) + 1
    wait = min(FIRST * 2 ** min(attempts - 1, 20), LONGEST)
    is_over = work.now + wait > row["created_at"] + ABANDONED
    told = {"attempts": attempts, "problem": problem[:300], "changed_at": work.now}
    told |= {"state": "abandoned"} if is_over else {"due_at": work.now + wait}
    work.sql.execute(tables.outbox.update().where(tables.outbox.c.id == row["id"]).values(**told))


def _put(work: Work, partner: RowMapping, kind: str, path: str, content: str) -> None:
    work.insert(
        tables.outbox,
        organisation=partner["organisation"],
        partner=partner["id"],
        kind=kind,
        path=path,
        content=content,
        state="waiting",
        attempts=0,
        due_at=work.now,
        problem="",
    )


def _made(row: RowMapping) -> Sending:
    return Sending(**{name: row[name] for name in Sending.__slots__})
