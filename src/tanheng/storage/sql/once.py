"""Doing a request once: its key is written in the transaction that does it, so that no crash can part the two."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from tanheng.errors import RequestError
from tanheng.storage.sql.tables.once import once

if TYPE_CHECKING:
    from tanheng.storage.sql.work import Work

KEPT = timedelta(hours=24)


@dataclass(slots=True)
class Asked:
    """A request with a key; the first transaction that it commits writes the key.

    Attributes:
        key, request: digests of who asks with which key, and of what is asked.
    """

    key: str
    request: str
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered; ``status`` 0 where it is not known."""

    request: str
    status: int
    headers: Mapping[str, str]
    body: bytes


ASKED: ContextVar[Asked | None] = ContextVar("asked", default=None)


def claim(work: Work) -> None:
    """Write the key of the request that this work belongs to, if it has one.

    Raises:
        RequestError: TH-API-010 the same request came twice at once, and the other was first.
    """
    asked = ASKED.get()
    if asked is not None and not asked.is_done:
        try:
            work.sql.execute(insert(once).values(key=asked.key, request=asked.request, at=work.now))
        except IntegrityError as error:
            raise RequestError("TH-API-010") from error


def settled() -> None:
    """The transaction that wrote the key was committed: further ones of the same request write none."""
    asked = ASKED.get()
    if asked is not None:
        asked.is_done = True


def find(sql: Connection, key: str) -> Answer | None:
    """What was answered to a key; ``None`` where it is new."""
    row = sql.execute(select(once).where(once.c.key == key)).mappings().one_or_none()
    if row is None:
        return None
    return Answer(row["request"], row["status"] or 0, row["headers"] or {}, row["body"] or b"")


def keep(sql: Connection, key: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
    """Keep the answer to a key that was claimed."""
    sql.execute(update(once).where(once.c.key == key).values(status=status, headers=dict(headers), body=body))


def forget(sql: Connection, now: datetime) -> None:
    """Forget keys that are older than a day."""
    sql.execute(delete(once).where(once.c.at < now - KEPT))
