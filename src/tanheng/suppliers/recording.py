"""An accepted answer as a record of the factor register, so that studies link to it as to any other factor."""

from __future__ import annotations

from datetime import date
from typing import Any

from tanheng.factors.record import Record, read_record
from tanheng.suppliers.answer import Answer


def record_of(answer: Answer, *, id: str, supplier: str, number: str, day: date) -> Record:  # noqa: A002 - as the field
    """The record of a footprint that a supplier told.

    Args:
        number: of the request. day: of the answer.

    Raises:
        FactorError: as of :func:`~tanheng.factors.record.read_record`.
    """
    told: dict[str, Any] = {
        "id": id,
        "kind": "footprint",
        "names": dict(answer.names),
        "per": answer.per,
        "value": answer.value,
        "year": answer.year,
        "geography": answer.geography,
        "boundary": answer.boundary,
        "category": "supplier",
        "level": "enterprise",
        "quality": dict(answer.quality),
        "note": answer.note,
        "source": {
            "title": f"Footprint declared by {answer.maker or supplier} 供应商声明",
            "number": number,
            "date": day.isoformat(),
            "licence": "told in confidence 保密提供",
        },
    }
    if answer.amounts:
        told["amounts"] = [list(one) for one in answer.amounts]
    if answer.gsd2 is not None:
        told["gsd2"] = answer.gsd2
    if answer.valid_until is not None:
        told["valid_until"] = answer.valid_until.isoformat()
    documentation: dict[str, Any] = {
        "owner": answer.maker or supplier,
        "gwp": answer.gwp,
        "standard": answer.standard,
        "review_kind": answer.review,
        "reviewer": answer.reviewer,
        "confidentiality": "private",
    }
    if answer.primary_share is not None:
        documentation["primary_share"] = answer.primary_share
    told["documentation"] = {key: value for key, value in documentation.items() if value not in ("", None)}
    return read_record(told)
