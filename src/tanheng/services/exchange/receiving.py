"""Footprints that came in: kept as they were told, and accepted as factors that studies link to, or rejected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Actor, Thing
from tanheng.accounts.actors import ActorKind
from tanheng.errors import ExchangeError, StoreError
from tanheng.exchange import shelf
from tanheng.exchange.protocols import Loss, Objection
from tanheng.factors.record import Record, read_record
from tanheng.services.counting import next_count
from tanheng.services.exchange import reading
from tanheng.services.exchange.events import FootprintDecided, FootprintReceived
from tanheng.services.exchange.reading import Told
from tanheng.services.factors.taking import take
from tanheng.services.paging import Page, Paging, page
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts
from tanheng.storage.sql.tables import exchange as tables

KIND = "received-footprint"
STANDS = "Active"
LONGEST = 200
"""Characters of the name of a file."""


class ReceivedState(StrEnum):
    """What became of a footprint that came in."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class ReceivedFootprint:
    """A footprint that came in.

    Attributes:
        partner: that sent it; ``None`` where it came in a file. question: that it answers. standing: for whom it is from,
            ``Active`` or ``Deprecated``.
        value: kg CO2e for one ``per``. facts: what else the file tells. faults: fields that keep it from being a factor.
        factor: what studies link to, once it is accepted. author: who received it; the partner where it sent it.
    """

    id: str
    version: int
    organisation: str
    number: str
    protocol: str
    foreign_id: str
    partner: str | None
    question: str | None
    standing: str
    file_name: str
    names: Mapping[str, str]
    maker: Mapping[str, str]
    value: float
    per: str
    facts: Mapping[str, Any]
    losses: tuple[Loss, ...]
    objections: tuple[Objection, ...]
    faults: tuple[str, ...]
    state: ReceivedState
    factor: str
    author: str
    reason: str
    created_at: datetime
    changed_at: datetime


def receive(
    platform: Platform, actor: Actor, organisation: str, path: Path, *, protocol: str, name: str
) -> tuple[ReceivedFootprint, ...]:
    """Take in the footprints of a file.

    Args:
        protocol: id of the protocol that the file follows. name: of the file.

    Raises:
        ExchangeError: TH-EXC-012, TH-EXC-015, TH-EXC-020 and what the protocol finds. StoreError: TH-STO-056 a name that
            cannot be told. AccessError: no engineer of the organisation. ComputeError: TH-CMP-020, TH-CMP-021.
    """
    if not name.strip() or not name.isprintable() or len(name) > LONGEST:
        raise StoreError("TH-STO-056", longest=LONGEST)
    platform.look(actor, check, organisation)
    if shelf.protocol(protocol).read is None:
        raise ExchangeError("TH-EXC-015", protocol=protocol)
    found = reading.read(path, protocol, day=platform.today())
    digest = platform.blobs.put_file(path)
    return platform.do(actor, _receive, organisation, found, protocol=protocol, file=digest, name=name)


def check(work: Work, organisation: str) -> None:
    """Go on only where the actor may take in files for an organisation (AccessError)."""
    work.require("received-footprint.receive", Thing(KIND, organisation=organisation))


def of(work: Work, id: str) -> ReceivedFootprint:  # noqa: A002 - as the column is called
    """A footprint that an organisation of the actor received (TH-STO-001 for any other)."""
    return _made(_seen(work, id))


def listed(
    work: Work, paging: Paging, *, state: ReceivedState | None = None, partner: str = ""
) -> Page[ReceivedFootprint]:
    """What the organisations of the actor received, the newest first; of one partner where it is named."""
    work.require("received-footprint.list", Thing(KIND))
    table = tables.received
    query = select(table)
    if work.actor.kind is not ActorKind.SYSTEM:
        query = query.where(table.c.organisation.in_(work.actor.organisations))
    if state is not None:
        query = query.where(table.c.state == state.value)
    if partner:
        query = query.where(table.c.partner == partner)
    return page(work, query, paging, by=(table.c.id,), make=_made)


def content_of(platform: Platform, actor: Actor, id: str) -> tuple[bytes, str]:  # noqa: A002
    """What it came in, as it was sent, and its name."""
    row = platform.look(actor, _seen, id)
    return platform.blobs.file(row["file"]).read_bytes() if row["file"] else row["document"].encode(), row["file_name"]


def accept(work: Work, id: str, *, expected: int) -> ReceivedFootprint:  # noqa: A002
    """Accept a footprint: a factor of the organisation's own, released at once; ``factor`` is what studies link to.

    What the file says of a verification is passed on only where somebody else accepts than who received it: one alone could
    have written the file.

    Raises:
        ExchangeError: TH-EXC-018 fields are missing, or its validity is over; TH-EXC-019 it was decided on, or whom it is from
            has taken it back. StoreError: TH-STO-001, TH-STO-002. AccessError: no engineer of the organisation.
    """
    row = _open(work, id)
    if row["standing"] != STANDS:
        raise ExchangeError("TH-EXC-019", place=row["number"], state=row["standing"])
    if not row["record"]:
        raise ExchangeError("TH-EXC-018", place=row["number"], reason=", ".join(row["faults"]))
    told = read_record({**orjson.loads(row["record"]), "id": row["number"].lower()})
    until = told.factor.valid_until
    if until and date.fromisoformat(until) < work.today:
        raise ExchangeError("TH-EXC-018", place=row["number"], reason=f"valid_until {until}")
    record = _unreviewed(told) if work.actor.id == row["author"] else told
    link = take(work, row["organisation"], record, number=row["number"])
    return _decide(work, row, ReceivedState.ACCEPTED, expected=expected, factor=link)


def reject(work: Work, id: str, *, expected: int, reason: str = "") -> ReceivedFootprint:  # noqa: A002
    """Reject a footprint (TH-EXC-019, TH-STO-001, TH-STO-002, AccessError)."""
    return _decide(work, _open(work, id), ReceivedState.REJECTED, expected=expected, reason=reason.strip())


def _receive(
    work: Work, organisation: str, found: Sequence[Told], *, protocol: str, file: str, name: str
) -> tuple[ReceivedFootprint, ...]:
    check(work, organisation)
    work.get(accounts.organisations, organisation, kind="organisation")
    came = {"protocol": protocol, "file": file, "file_name": name, "author": work.actor.id}
    return tuple(of(work, insert(work, organisation, one, **came)) for one in found)


def insert(work: Work, organisation: str, one: Told, *, protocol: str, author: str, **came: Any) -> str:
    """Keep a footprint, for callers who have decided that it may be; returns its id.

    Args:
        author: who received it. came: how, as columns of the table.
    """
    year = work.today.year
    number = f"FP-{year}-{next_count(work, f'received-footprint/{organisation}/{year}'):06d}"
    made = work.insert(
        tables.received,
        organisation=organisation,
        number=number,
        protocol=protocol,
        foreign_id=one.id,
        **came,
        names=one.names,
        maker=one.maker,
        value=one.value,
        per=one.per,
        facts=one.facts,
        losses=one.losses,
        objections=one.objections,
        record=one.record,
        faults=one.faults,
        state=ReceivedState.OPEN.value,
        factor="",
        author=author,
        reason="",
    )
    work.record(FootprintReceived(id=made, organisation=organisation, number=number, protocol=protocol))
    return made


def _unreviewed(told: Record) -> Record:
    kept = {key: value for key, value in told.documentation.items() if key != "reviewer"}
    return replace(told, documentation={**kept, "review_kind": "none"})


def _decide(work: Work, row: RowMapping, state: ReceivedState, *, expected: int, **values: Any) -> ReceivedFootprint:
    work.change(tables.received, row["id"], kind=KIND, expected=expected, state=state.value, **values)
    told = {"number": row["number"], "state": state.value}
    work.record(FootprintDecided(id=row["id"], organisation=row["organisation"], **told))
    return of(work, row["id"])


def _open(work: Work, id: str) -> RowMapping:  # noqa: A002
    """The row of a footprint that the actor may decide on, and that nobody has."""
    row = _seen(work, id)
    work.require("received-footprint.decide", _thing(row))
    if row["state"] != ReceivedState.OPEN.value:
        raise ExchangeError("TH-EXC-019", place=row["number"], state=row["state"])
    return row


def _seen(work: Work, id: str) -> RowMapping:  # noqa: A002
    row = work.get(tables.received, id, kind=KIND)
    work.see("received-footprint.read", _thing(row))
    return row


def _thing(row: RowMapping) -> Thing:
    return Thing(KIND, row["id"], organisation=row["organisation"], state=row["state"])


def _made(row: RowMapping) -> ReceivedFootprint:
    kept = {name: row[name] for name in ReceivedFootprint.__slots__}
    typed = {
        "losses": tuple(Loss(**one) for one in row["losses"]),
        "objections": tuple(Objection(**one) for one in row["objections"]),
        "faults": tuple(row["faults"]),
        "state": ReceivedState(row["state"]),
    }
    return ReceivedFootprint(**{**kept, **typed})
