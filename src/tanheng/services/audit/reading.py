"""Reading the history: auditors all of it, owners that of their organisation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.accounts.model import Role
from tanheng.services.paging import Page, Paging, page
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import history as tables


@dataclass(frozen=True, slots=True)
class Told:
    """An event, without what is personal of it.

    Attributes:
        thing: id of what it happened to; its kind is the first part of ``type``.
    """

    number: int
    at: datetime
    type: str
    thing: str
    organisation: str
    actor: str
    facts: Mapping[str, Any]
    hash: str


def listed(
    work: Work,
    paging: Paging,
    *,
    type: str = "",  # noqa: A002 - as the column is called
    thing: str = "",
    organisation: str = "",
    actor: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> Page[Told]:
    """Events that the actor may read, the newest first; all of them, or those of a type, a thing and so on."""
    work.require("audit.list", Thing("audit"))
    events = tables.events
    query = select(events)
    if not work.may("audit.verify", Thing("audit")):  # whoever may not read all
        query = query.where(events.c.organisation.in_(work.actor.organisations_as(Role.OWNER)))
    for column, wanted in (("type", type), ("thing", thing), ("organisation", organisation), ("actor", actor)):
        if wanted:
            query = query.where(events.c[column] == wanted)
    if since is not None:
        query = query.where(events.c.at >= since)
    if until is not None:
        query = query.where(events.c.at < until)
    return page(work, query, paging, by=(events.c.number,), make=_told)


def _told(row: RowMapping) -> Told:
    kept = ("number", "at", "type", "thing", "organisation", "actor", "hash")
    return Told(**{name: row[name] for name in kept}, facts=orjson.loads(row["facts"]))
