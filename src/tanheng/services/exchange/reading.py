"""Files of strangers with footprints, read in a process of their own, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from tanheng.errors import FactorError
from tanheng.exchange import shelf
from tanheng.exchange.exporting import imported
from tanheng.exchange.protocols import Loss, Objection, Protocol, Received
from tanheng.exchange.recording import record_of
from tanheng.factors.record import canonical_text
from tanheng.services.apart import apart


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A footprint of a file.

    Attributes:
        value: kg CO2e for one ``per``. facts: what else it tells, as it is shown.
        record: of the factor register, without its id; empty where it cannot be one. faults: fields that stand in the way.
    """

    id: str
    names: dict[str, str]
    maker: dict[str, str]
    value: float
    per: str
    facts: dict[str, Any]
    losses: list[dict[str, Any]]
    objections: list[dict[str, Any]]
    record: str
    faults: list[str]


def read(path: Path, protocol: str, *, day: date) -> list[Told]:
    """The footprints of a file.

    Args:
        day: on which it came in.

    Raises:
        ExchangeError: as of :func:`~tanheng.exchange.exporting.imported`. ComputeError: TH-CMP-020, TH-CMP-021.
    """
    return msgspec.json.decode(apart(told, str(path), protocol, day.isoformat()), type=list[Told])


def told(path: str, protocol: str, day: str) -> bytes:
    """The work itself, in a process of its own."""
    by = shelf.protocol(protocol)
    found = imported(Path(path).read_bytes(), by)
    return msgspec.json.encode([told_of(one, by, date.fromisoformat(day)) for one in found])


def told_of(one: Received, protocol: Protocol, day: date) -> Told:
    """What a footprint tells, and the record that it can be."""
    declaration, record, faults = one.declaration, "", list[str]()
    try:
        record = canonical_text(record_of(one, protocol, id="received", day=day))
    except FactorError as error:
        faults = [fault.place or fault.code for fault in error.faults]
    return Told(
        id=one.id,
        names=dict(declaration.names),
        maker=dict(declaration.maker.names),
        value=declaration.total / declaration.unit.value,
        per=declaration.unit.unit,
        facts=_facts(one),
        losses=[_loss(loss) for loss in one.losses],
        objections=[_objection(objection) for objection in one.objections],
        record=record,
        faults=faults,
    )


def _facts(one: Received) -> dict[str, Any]:
    told, verified = one.declaration, one.declaration.verified
    body = next(iter(verified.body.values()), "") if verified is not None else ""
    whole = {
        "boundary": told.boundary.value if told.boundary is not None else "",
        "first": _day(told.first),
        "last": _day(told.last),
        "geography": told.geography,
        "gwp": told.gwp,
        "standards": list(told.standards),
        "primary_share": told.primary_share,
        "quality": dict(told.quality),
        "valid_until": _day(told.valid_until),
        "verifier": body,
        "assurance": verified.level if verified is not None else "",
        "comment": told.comment,
    }
    return {key: value for key, value in whole.items() if value not in (None, "", [], {})}


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else ""


def _loss(one: Loss) -> dict[str, Any]:
    return {"code": one.code, "path": one.path, "params": _plain(one.params)}


def _objection(one: Objection) -> dict[str, Any]:
    keys = ("code", "severity", "clause", "path", "quote")
    return {**{key: getattr(one, key) for key in keys}, "params": _plain(one.params)}


def _plain(params: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value if isinstance(value, int | float) else str(value) for key, value in params.items()}
