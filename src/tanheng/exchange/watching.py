"""The regime watch as screens tell it: codes as people write them, markets at once, what comes soon, and a duty as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from tanheng import texts
from tanheng.errors import ExchangeError
from tanheng.exchange.declaration import Declaration
from tanheng.exchange.duties import Duty, Missing, Standing, duties, markets
from tanheng.exchange.supplement import Supplement

SYSTEMS = ("cn", "hs")
"""Systems of customs codes that duties are looked up by."""


def codes_of(written: Iterable[str]) -> dict[str, str]:
    """Customs codes as they are written in one word: ``hs=7601.10`` or ``cn:76011000``.

    Raises:
        ExchangeError: TH-EXC-903 no system, or one that duties are not looked up by.

    >>> codes_of(["hs=7601.10"])
    {'hs': '7601.10'}
    """
    found = {}
    for one in written:
        system, _, code = one.replace(":", "=", 1).partition("=")
        if system.strip().lower() not in SYSTEMS or not code.strip():
            raise ExchangeError("TH-EXC-903", found=one[:40], systems=", ".join(SYSTEMS))
        found[system.strip().lower()] = code.strip()
    return found


def in_markets(
    codes: Mapping[str, str],
    market: str,
    day: date,
    *,
    told: Declaration | None = None,
    supplement: Supplement | None = None,
) -> tuple[Duty, ...]:
    """As :func:`~tanheng.exchange.duties.duties`, of all markets that the table tells of where none is named."""
    asked = (market,) if market.strip() else markets()
    return tuple(duty for one in asked for duty in duties(codes, one, day, told=told, supplement=supplement))


def by_market(found: Iterable[Duty]) -> dict[str, tuple[Duty, ...]]:
    """Duties by their market, in their order."""
    several: dict[str, list[Duty]] = {}
    for duty in found:
        several.setdefault(duty.market, []).append(duty)
    return {market: tuple(those) for market, those in several.items()}


def soon(found: Iterable[Duty], day: date, years: int) -> Iterator[Duty]:
    """Duties that apply, could apply, or begin within so many years; plans have no day."""
    until = (day.year + years, day.month, day.day)
    for duty in found:
        first = duty.first
        if duty.standing is not Standing.PLANNED and first and (first.year, first.month, first.day) <= until:
            yield duty


def document(duty: Duty) -> dict[str, Any]:
    """A duty as plain data, in both languages."""
    law = {key: getattr(duty.law, key) for key in ("title", "number", "date", "url", "clause")}
    return {
        "id": duty.id,
        "regime": duty.regime,
        "market": duty.market,
        "names": dict(duty.names),
        "standing": str(duty.standing),
        "first": duty.first,
        "last": duty.last,
        "binding": duty.binding,
        "is_certain": duty.is_certain,
        "due": dict(duty.due),
        "awaits": dict(duty.awaits),
        "law": law,
        "needs": [_need(Missing(one)) for one in duty.needs],
        "missing": [_need(one) for one in duty.missing],
        "protocols": list(duty.protocols),
    }


def _need(one: Missing) -> dict[str, Any]:
    catalogue = texts.catalogue("duties")
    return {"id": one.id, "names": dict(catalogue[f"need.{one.id}"]), "remedy": dict(catalogue[f"remedy.{one.id}"])}
