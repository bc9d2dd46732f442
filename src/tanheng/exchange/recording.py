"""A footprint that came in as a record of the factor register, so that studies link to it as to any other factor."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from tanheng import texts
from tanheng.exchange.protocols import Protocol, Received
from tanheng.factors.record import Record, read_record
from tanheng.footprint.study import Names

_OTHER, _LONGEST = re.compile(r"[^A-Za-z0-9._-]+"), 120


def id_of(received: Received, protocol: Protocol) -> str:
    """By what a footprint is kept among factors: the protocol, and its id there.

    Ids are those of others, so signs that links give a meaning to are left out.
    """
    return f"{protocol.id}-{_OTHER.sub('-', received.id).strip('-')}".rstrip("-")[:_LONGEST]


def record_of(received: Received, protocol: Protocol, *, id: str, day: date) -> Record:  # noqa: A002 - as the field
    """The record of a footprint, as CO2e per one unit of what it was declared for.

    Protocols tell sums by origin, but not gases; so their split has no place in a factor and stays in the file.

    Args:
        day: on which it came in.

    Raises:
        FactorError: as of :func:`~tanheng.factors.record.read_record`.
    """
    told = received.declaration
    maker = next(iter(told.maker.names.values()), "")
    verified = told.verified
    reviewer = next(iter(verified.body.values()), "") if verified is not None else ""
    whole: dict[str, Any] = {
        "id": id,
        "kind": "footprint",
        "names": _names(told.names),
        "per": told.unit.unit,
        "value": told.total / told.unit.value,
        "year": told.last.year if told.last is not None else day.year,
        "geography": told.geography,
        "boundary": told.boundary.value if told.boundary is not None else "",
        "category": "supplier",
        "level": "enterprise",
        "valid_until": told.valid_until.isoformat() if told.valid_until is not None else "",
        "note": told.comment,
        "source": {
            "title": f"{protocol.names['en']}: {maker}".rstrip(": "),
            "number": received.id,
            "date": day.isoformat(),
            "licence": "told in confidence 保密提供",
        },
        "quality": dict(told.quality),
        "gsd2": told.gsd2,
        "documentation": _told(
            {
                "owner": maker,
                "gwp": told.gwp,
                "standard": ", ".join(told.standards),
                "primary_share": told.primary_share,
                "review_kind": "external" if reviewer else "none",
                "reviewer": reviewer,
                "confidentiality": "private",
            }
        ),
    }
    return read_record(_told(whole))


def _names(given: Names) -> Names:
    """In our languages; a name in another one is better than none."""
    ours = {lang: given[lang] for lang in texts.LANGUAGES if given.get(lang)}
    return ours or {"en": next(iter(given.values()), "")}


def _told(whole: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is not known."""
    return {key: value for key, value in whole.items() if value not in (None, "", {})}
