"""Writing events: numbered without gaps, each sealed with the hash of the one before."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

import rfc8785
from sqlalchemy import insert, select, update

from tanheng.storage.sql.tables import history as tables
from tanheng.storage.sql.types import new_id

if TYPE_CHECKING:
    from tanheng.storage.sql.work import Work

START = "0" * 64
"""What the first event is chained to."""


def append(work: Work) -> None:
    """Write the events of a unit of work; its transaction holds the head of the chain from here to its end."""
    head = work.sql.execute(select(tables.head).where(tables.head.c.id == 1).with_for_update()).mappings().one()
    number, previous = head["number"], head["hash"]
    for event in work.events:
        number += 1
        private = event.personal()
        salt = secrets.token_hex(16) if private else ""
        told = rfc8785.dumps(private).decode() if private else ""
        row = {
            "number": number,
            "id": new_id(),
            "at": work.now,
            "type": event.type,
            "thing": event.id,
            "organisation": event.organisation,
            "actor": f"{work.actor.kind}:{work.actor.id}",
            "public": event.public,
            "facts": rfc8785.dumps(event.facts()).decode(),
            "sealed": hashlib.sha256((salt + told).encode()).hexdigest() if private else "",
            "previous": previous,
        }
        sealed = {**row, "at": work.now.isoformat()}
        previous = row["hash"] = hashlib.sha256(rfc8785.dumps(sealed)).hexdigest()
        work.sql.execute(insert(tables.events).values(row))
        if private:
            work.sql.execute(insert(tables.personal).values(number=number, salt=salt, facts=told))
    work.sql.execute(update(tables.head).where(tables.head.c.id == 1).values(number=number, hash=previous))
