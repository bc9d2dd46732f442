"""Rows of statuses of the certificates of a body: signed when they are asked for, and kept until the body's history goes on."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from sqlalchemy import func, select

from tanheng.exchange.credentials import dids, integrity, statuslist
from tanheng.exchange.credentials.statuslist import Purpose
from tanheng.services.certification.certificates import base_of
from tanheng.storage.sql import Work, history
from tanheng.storage.sql.tables import certification as tables
from tanheng.storage.sql.tables.history import events
from tanheng.storage.sql.work import is_id, not_found

RELIED_UPON = timedelta(days=1)
"""How long after it was signed a row may be relied upon."""
KEPT_FOR = timedelta(hours=1)
"""How long at most a signed row is told again, so that whoever keeps it may do so for most of a day."""
_REVOKED = frozenset({"withdrawn", "cancelled", "replaced", "expired"})


def row_address(base: str, body: str, purpose: Purpose, number: int) -> str:
    """Where a row of statuses of a body is."""
    return f"{base}/v1/statuses/{body}/{purpose.value}/{number}"


def status_row(work: Work, body: str, purpose: Purpose, number: int) -> dict[str, Any]:
    """A row of statuses of the certificates of a body; it may be relied upon for a day after it was signed.

    It is signed anew once anything was told of the body: each step and each correction of a certificate is.

    Raises:
        StoreError: TH-STO-001 there is no such row.
    """
    if not is_id(body):
        raise not_found("status", f"{body}/{number}")
    if work.events:  # what this work changes may still be taken back
        return _signed(work, body, purpose, number)
    signer = history.signer(work)
    last = work.sql.execute(select(func.max(events.c.number)).where(events.c.organisation == body)).scalar()
    key = str(work.platform.home.path), base_of(work), body, purpose.value, number
    state = last, signer.key
    found = _KEPT.get(key, state, work.now)
    return found if found is not None else _KEPT.keep(key, state, work.now, _signed(work, body, purpose, number))


def _signed(work: Work, body: str, purpose: Purpose, number: int) -> dict[str, Any]:
    first = number * statuslist.LENGTH
    positions = _positions(work, body, purpose, first)
    if positions is None:
        raise not_found("status", f"{body}/{number}")
    base = base_of(work)
    did = dids.did_of(base, "bodies", body)
    document = statuslist.credential(
        row_address(base, body, purpose, number),
        {"id": did},
        purpose,
        [position - first for position in positions],
        work.now,
        work.now + RELIED_UPON,
    )
    signer = history.signer(work)
    return integrity.with_proof(document, signer, f"{did}#{signer.key}", work.now)


def _positions(work: Work, body: str, purpose: Purpose, first: int) -> list[int] | None:
    """Bits of a row that are set, counted from the first row; ``None`` where no credential has one in it."""
    table, old = tables.certificates, tables.corrections
    last = first + statuslist.LENGTH - 1
    within = (table.c.body == body, table.c.position.between(first, last))
    # asked of each correction, of which there are few, and not of each certificate
    issuer = select(table.c.body).where(table.c.id == old.c.certificate).scalar_subquery()
    former = select(old.c.position).where(old.c.position.between(first, last), issuer == body)
    replaced = list(work.sql.execute(former).scalars())  # by a correction: they hold no more
    if not replaced and work.sql.execute(select(table.c.id).where(*within).limit(1)).first() is None:
        return None
    states = _REVOKED if purpose is Purpose.REVOCATION else {"suspended"}
    taken = list(work.sql.execute(select(table.c.position).where(*within, table.c.state.in_(sorted(states)))).scalars())
    return taken + replaced if purpose is Purpose.REVOCATION else taken


@dataclass(frozen=True, slots=True)
class _Row:
    """A signed row. ``state``: the last event of the body, and the key that signs."""

    state: tuple[Any, ...]
    at: datetime
    document: dict[str, Any]


class _Kept:
    """Rows that this process signed lately; some hundreds."""

    def __init__(self, most: int = 500) -> None:
        self.most = most
        self._held: OrderedDict[tuple[Any, ...], _Row] = OrderedDict()
        self._lock = Lock()

    def get(self, key: tuple[Any, ...], state: tuple[Any, ...], now: datetime) -> dict[str, Any] | None:
        """A row that was signed in this state, not long ago."""
        with self._lock:
            found = self._held.get(key)
        if found is None or found.state != state or not found.at <= now < found.at + KEPT_FOR:
            return None
        return dict(found.document)

    def keep(self, key: tuple[Any, ...], state: tuple[Any, ...], at: datetime, made: dict[str, Any]) -> dict[str, Any]:
        """Keep it, in the place of the oldest where there are many."""
        with self._lock:
            self._held[key] = _Row(state, at, made)
            self._held.move_to_end(key)
            while len(self._held) > self.most:
                self._held.popitem(last=False)
        return dict(made)


_KEPT = _Kept()
