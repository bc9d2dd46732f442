"""What footprints somebody asks for: the filters of ``GET /3/footprints``, which requests by events use, too.

Values of one criterion are alternatives; all criteria have to be met. Texts are compared without regard to case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, exists

from tanheng.errors import ExchangeError
from tanheng.exchange.pact.checking import three_years_after
from tanheng.exchange.pact.model import Product
from tanheng.storage.sql.tables import pact as tables

LISTS = ("productId", "companyId", "geography", "classification")
MOMENTS = ("validOn", "validAfter", "validBefore")
URNS = frozenset(("productId", "companyId", "classification"))
STATES = {"active": "Active", "deprecated": "Deprecated"}
_MOST = 100


@dataclass(frozen=True, slots=True)
class Criteria:
    """What is asked for; empty asks for all."""

    lists: Mapping[str, tuple[str, ...]]
    moments: Mapping[str, datetime]
    states: tuple[str, ...] = ()

    def told(self) -> dict[str, Any]:
        """As an event says it."""
        said: dict[str, Any] = {key: list(values) for key, values in self.lists.items()}
        said |= {key: value.isoformat().replace("+00:00", "Z") for key, value in self.moments.items()}
        return said | ({"status": list(self.states)} if self.states else {})

    def conditions(self) -> list[ColumnElement[bool]]:
        """Of the table of footprints."""
        table, terms = tables.footprints, tables.terms
        found: list[ColumnElement[bool]] = []
        for kind, values in self.lists.items():
            folded = [value.casefold()[:500] for value in values]
            named = exists().where(terms.c.footprint == table.c.id, terms.c.kind == kind, terms.c.value.in_(folded))
            found.append(named)
        if (on := self.moments.get("validOn")) is not None:
            found += [table.c.valid_from <= on, table.c.valid_until >= on]
        if (after := self.moments.get("validAfter")) is not None:
            found.append(table.c.valid_from > after)
        if (before := self.moments.get("validBefore")) is not None:
            found.append(table.c.valid_until < before)
        if self.states:
            found.append(table.c.status.in_(self.states))
        return found


def read(said: Mapping[str, Any]) -> Criteria:
    """Criteria as a query or an event has them.

    Raises:
        ExchangeError: TH-EXC-151 one that cannot be understood.
    """
    lists: dict[str, tuple[str, ...]] = {}
    for key in LISTS:
        values = _several(said.get(key), key)
        for value in values:
            if key in URNS and not value.casefold().startswith("urn:"):
                raise _strange(key, value)
        if values:
            lists[key] = values
    moments = {key: moment(said[key], key) for key in MOMENTS if said.get(key) is not None}
    states = _several(said.get("status"), "status")
    for state in states:
        if state.casefold() not in STATES:
            raise _strange("status", state)
    return Criteria(lists, moments, tuple(STATES[state.casefold()] for state in states))


def moment(text: Any, key: str) -> datetime:
    """A moment (RFC 3339), in UTC; a ``+`` that a query turned into a blank is mended."""
    try:
        told = datetime.fromisoformat(str(text).strip().replace(" ", "+"))
        return told.astimezone(UTC) if told.tzinfo is not None else told.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise _strange(key, text) from error


def terms_of(product: Product) -> list[tuple[str, str]]:
    """What a footprint is found by: kind and value. A part of a country lies in that country."""
    pcf = product.pcf
    places: list[Any] = [pcf.geography_region_or_subregion, pcf.geography_country, pcf.geography_country_subdivision]
    told: list[str] = [one for one in places if isinstance(one, str)]
    if isinstance(pcf.geography_country_subdivision, str):
        told.append(pcf.geography_country_subdivision[:2])
    classes = product.product_classifications
    found: dict[str, Iterable[str]] = {
        "productId": product.product_ids,
        "companyId": product.company_ids,
        "geography": told,
        "classification": classes if isinstance(classes, tuple) else (),
    }
    return sorted({(kind, value.casefold()[:500]) for kind, values in found.items() for value in values})


def validity_of(product: Product) -> tuple[datetime, datetime]:
    """From when to when a footprint is valid: as it says, or three years from the end of its reference period."""
    end = product.pcf.reference_period_end
    start, until = product.validity_period_start, product.validity_period_end
    begins = start if isinstance(start, datetime) else end
    ends = until if isinstance(until, datetime) else three_years_after(end)
    return begins.astimezone(UTC), ends.astimezone(UTC)


def _several(value: Any, key: str) -> tuple[str, ...]:
    if value is None:
        return ()
    values: Sequence[Any] = [value] if isinstance(value, str) else value
    if not isinstance(values, list | tuple) or len(values) > _MOST or not all(isinstance(one, str) for one in values):
        raise _strange(key, value)
    if any("\0" in one for one in values):
        raise _strange(key, "\\0")
    return tuple(dict.fromkeys(values))


def _strange(key: str, value: Any) -> ExchangeError:
    return ExchangeError("TH-EXC-151", place=key, found=str(value)[:80])
