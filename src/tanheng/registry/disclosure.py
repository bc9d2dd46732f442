"""What of a result is told to whom: three views of one assessment, field by field.

The table is ``data/disclosure/fields.csv``: for each field and view, ``shown``, ``rounded`` (shares to whole per cent, other
numbers to two significant digits) or ``withheld``. A holder may open more, never less; what is withheld is told as withheld.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from tanheng.files import shipped_rows
from tanheng.footprint.assessment import Assessment

HOT_SPOTS = 5


class View(StrEnum):
    """For whom a result is told."""

    PUBLIC = "public"
    PARTNER = "partner"  # with the consent of the holder
    REGULATOR = "regulator"


class How(StrEnum):
    """How a field is told."""

    SHOWN = "shown"
    ROUNDED = "rounded"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a result. ``how`` is by view."""

    name: str
    texts: Mapping[str, str]
    how: Mapping[View, How]


@dataclass(frozen=True, slots=True)
class Told:
    """A field as it is told; ``value`` is ``None`` where it is withheld, or there is none."""

    field: str
    how: How
    value: Any


@cache
def fields() -> Mapping[str, Field]:
    """The fields by their names, in the order of the table."""
    return {
        row["field"]: Field(
            row["field"],
            {"en": row["text_en"], "zh": row["text_zh"]},
            {view: How(row[view.value]) for view in View},
        )
        for row in shipped_rows("disclosure/fields")
    }


def told(values: Mapping[str, Any], view: View, opened: Collection[str] = ()) -> tuple[Told, ...]:
    """A result as a view tells it.

    Args:
        values: by field. opened: fields that the holder shows in this view besides.
    """
    found = []
    for name, field in fields().items():
        how = How.SHOWN if name in opened else field.how[view]
        value = values.get(name)
        found.append(Told(name, how, None if how is How.WITHHELD else rounded(value) if how is How.ROUNDED else value))
    return tuple(found)


def may_open(name: str, view: View) -> bool:
    """Whether a holder may show a field in a view that does not show it by itself; the frozen assessment stays between them."""
    field = fields().get(name)
    return field is not None and view is not View.REGULATOR and name not in _NEVER and field.how[view] is not How.SHOWN


_NEVER = frozenset({"assessment", "lines", "findings"})
"""What no holder opens here: whoever shall have the recipe is given the study."""


def rounded(value: Any) -> Any:
    """Numbers as they are told roughly.

    >>> rounded({"share": 0.4567, "total": 1234.5})
    {'share': 0.46, 'total': 1200.0}
    """
    if isinstance(value, Mapping):
        return {name: rounded(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(part) for part in value]
    if isinstance(value, float):
        return round(value, 2) if abs(value) <= 1 else float(f"{value:.2g}")
    return value


def values_of(result: Assessment) -> dict[str, Any]:
    """The fields of a frozen assessment, but for the assessment itself; JSON."""
    whole = sum(gas.co2e for gas in result.gases if gas.counted)
    spots = [result.lines[index] for index in result.hot_spots[:HOT_SPOTS]]
    return {
        "product": dict(result.product),
        "maker": dict(result.maker),
        "value": result.claim.text if result.claim else None,
        "unit": result.claim.unit if result.claim else None,
        "per": result.declared_unit,
        "boundary": result.boundary,
        "rule_pack": result.rule_pack,
        "period": list(result.period),
        "stage_shares": {one.stage.value: one.share for one in result.stages},
        "stages": {one.stage.value: one.total for one in result.stages},
        "primary_share": result.quality.primary_share,
        "quality": {"rating": result.quality.rating, "coverage": result.quality.coverage},
        "interval": [result.uncertainty.low, result.uncertainty.high],
        "gas_shares": _gases(result, whole),
        "hot_spots": [{"stage": line.stage.value, "share": line.share} for line in spots],
        "total": result.total,
        "lines": [
            {
                "stage": one.stage.value,
                "names": dict(one.names),
                "amount": one.amount,
                "unit": one.unit,
                "total": one.total,
            }
            for one in result.lines
        ],
        "findings": [{"code": one.code, "severity": one.severity, "path": one.path} for one in result.findings],
    }


def _gases(result: Assessment, whole: float) -> dict[str, float]:
    shares: dict[str, float] = {}
    for gas in result.gases:
        if gas.counted and whole:
            shares[gas.gas] = shares.get(gas.gas, 0.0) + gas.co2e / whole
    return shares
