"""Writing events: numbered without gaps, each sealed with the hash of the one before, the last one signed."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from tanheng.audit import chain
from tanheng.storage.sql import publiclog
from tanheng.storage.sql.tables import history as tables
from tanheng.storage.sql.types import new_id

if TYPE_CHECKING:
    from tanheng.audit.signing import Signer
    from tanheng.storage.sql.work import Recorded, Work

ROWS = "rows"
"""The fact that holds digests of rows; no event has a field of that name."""


def append(work: Work) -> None:
    """Write the events of a unit of work; its transaction holds the head of the chain from here to its end."""
    head = work.sql.execute(select(tables.head).where(tables.head.c.id == 1).with_for_update()).mappings().one()
    number, previous, signer = head["number"], head["hash"], work.platform.signer(head["signer"])
    rows: list[dict[str, Any]] = []
    apart: list[dict[str, Any]] = []
    for recorded in work.events:
        event, number = recorded.event, number + 1
        private = event.personal()
        salt = secrets.token_hex(32)
        told = chain.canonical(private) if private else ""
        rows.append(_row(work, recorded, number, previous, chain.commitment(salt, told) if private else ""))
        previous = rows[-1]["hash"]
        if private:
            apart.append({"number": number, "salt": salt, "facts": told})
    work.sql.execute(insert(tables.events), rows)
    if apart:
        work.sql.execute(insert(tables.personal), apart)
    if public := [row for row in rows if row["public"]]:
        publiclog.append(work, public, signer)
    signed = {"signature": signer.sign(chain.head_text(number, previous)), "key": signer.key}
    work.sql.execute(update(tables.head).where(tables.head.c.id == 1).values(number=number, hash=previous, **signed))


def signer(work: Work) -> Signer:
    """The key that signs now; one that is rotated meanwhile stays good for what it signed."""
    named = work.sql.execute(select(tables.head.c.signer).where(tables.head.c.id == 1)).scalar_one()
    return work.platform.signer(named)


def _row(work: Work, recorded: Recorded, number: int, previous: str, sealed: str) -> dict[str, Any]:
    event = recorded.event
    facts = event.facts() | ({ROWS: recorded.rows} if recorded.rows else {})
    row: dict[str, Any] = {
        "number": number,
        "id": new_id(),
        "at": work.now,
        "type": event.type,
        "thing": event.id,
        "organisation": event.organisation,
        "actor": f"{work.actor.kind}:{work.actor.id}",
        "public": event.public,
        "facts": chain.canonical(facts),
        "sealed": sealed,
        "previous": previous,
    }
    return {**row, "hash": chain.hash_of(row)}
