"""Events as partners send them (CloudEvents 1.0, structured), in versions 3.0 and 2.3 of the protocol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from tanheng.errors import ExchangeError
from tanheng.exchange.pact.former import FormerProduct
from tanheng.exchange.pact.model import Product
from tanheng.services.pact.outbox import TYPES

Text = Annotated[str, Meta(min_length=1, max_length=500)]
Id = Annotated[str, Meta(min_length=1, max_length=300)]


class _Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """What all events have."""

    type: str
    specversion: str
    id: Id
    source: Text
    time: Annotated[datetime, Meta(tz=True)]
    data: dict[str, Any]


class _Published(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    pf_ids: tuple[UUID, ...] = ()


class _Fault(msgspec.Struct, frozen=True):
    code: str
    message: str


class _Rejected(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    request_event_id: str
    error: _Fault


class _Fulfilled(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    request_event_id: str
    pfs: Annotated[tuple[dict[str, Any], ...], Meta(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event that holds.

    Attributes:
        kind: created, fulfilled, rejected or published. speaks: version of the protocol.
        answers: id of the request that it answers. footprints: as they were sent; their shape is the standard's.
        ids: of footprints that were published. reason: why not. criteria, comment: of what is asked for.
    """

    kind: str
    speaks: int
    id: str
    source: str
    answers: str = ""
    footprints: tuple[dict[str, Any], ...] = ()
    ids: tuple[str, ...] = ()
    reason: str = ""
    criteria: Mapping[str, Any]
    comment: str = ""


def read(content: bytes, speaks: int) -> Event:
    """An event of a version of the protocol.

    Raises:
        ExchangeError: TH-EXC-154 it does not hold.
    """
    try:
        told = msgspec.json.decode(content, type=_Envelope)
        kind = next((name for (version, name), type_ in TYPES.items() if version == speaks and type_ == told.type), "")
        if not kind:
            raise ExchangeError("TH-EXC-154", place="type", reason=told.type[:120])
        if told.specversion != "1.0":
            raise ExchangeError("TH-EXC-154", place="specversion", reason=told.specversion[:20])
        if "\\u0000" in msgspec.json.encode(told.data).decode() or "\0" in f"{told.id}{told.source}":
            raise ExchangeError("TH-EXC-154", place="data", reason="NUL")
        return Event(kind=kind, speaks=speaks, id=told.id, source=told.source, **_data(kind, told.data, speaks))
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ExchangeError("TH-EXC-154", reason=str(error)[:300]) from error


def _data(kind: str, data: dict[str, Any], speaks: int) -> dict[str, Any]:
    if kind == "published":
        return {"ids": tuple(str(one) for one in msgspec.convert(data, _Published).pf_ids), "criteria": {}}
    if kind == "rejected":
        told = msgspec.convert(data, _Rejected)
        reason = f"{told.error.code}: {told.error.message}"
        return {"answers": told.request_event_id, "reason": reason[:2000], "criteria": {}}
    if kind == "fulfilled":
        sent = msgspec.convert(data, _Fulfilled)
        for one in sent.pfs:
            msgspec.convert(one, Product if speaks == 3 else FormerProduct)
        return {"answers": sent.request_event_id, "footprints": sent.pfs, "criteria": {}}
    comment = data.get("comment", "")
    if not isinstance(comment, str):
        raise ExchangeError("TH-EXC-154", place="data.comment", reason="string")
    if speaks == 3:
        return {"criteria": {key: value for key, value in data.items() if key != "comment"}, "comment": comment[:4000]}
    if not isinstance(data.get("pf"), dict):
        raise ExchangeError("TH-EXC-154", place="data.pf", reason="object")
    return {"criteria": _fragment(data["pf"]), "comment": comment[:4000]}


def _fragment(pf: dict[str, Any]) -> dict[str, Any]:
    """Criteria of a ``ProductFootprintFragment``, by which version 2 asks."""
    pcf = pf.get("pcf") if isinstance(pf.get("pcf"), dict) else {}
    assert isinstance(pcf, dict)  # noqa: S101 - as it was just looked at
    places = [pcf.get(f"geography{kind}") for kind in ("RegionOrSubregion", "Country", "CountrySubdivision")]
    found = {
        "productId": pf.get("productIds"),
        "companyId": pf.get("companyIds"),
        "classification": pf.get("productClassifications"),
        "geography": [place for place in places if place is not None] or None,
    }
    return {key: value for key, value in found.items() if value is not None}
