"""The difference of two sets of factors: what came, what went, what has another value or another source."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from tanheng.errors import QuantityError
from tanheng.factors.loading import per_unit
from tanheng.factors.model import Factor, Release, Source
from tanheng.quantities.units import ratio, unit

_ROUNDING = 1e-12
_SOURCE = tuple(field.name for field in fields(Source))
_OTHERS = (
    *("names", "year", "geography", "category", "valid_from", "valid_until"),
    *("quality", "gsd2", "boundary", "note", "level"),
)


@dataclass(frozen=True, slots=True)
class Field:
    """A field that differs; ``source.number`` and the like for those of the source."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class FactorChange:
    """A factor of both sets that is not the same.

    Attributes:
        before, after: the two records.
        values: kg CO2e for one unit of ``before.per``, in both (AR6 GWP100); the second is ``None`` where its unit measures
            something else.
        relative: of the values; ``None`` where there is none.
        what: which changed of ``value``, ``gases`` (the split, apart from the value), ``unit``, ``kind``, ``source``, ``other``.
        fields: every field that differs, as text, but the gases.
    """

    before: Factor
    after: Factor
    values: tuple[float, float | None]
    relative: float | None
    what: tuple[str, ...]
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class FactorDifference:
    """Two sets of factors.

    Attributes:
        changed: the largest relative difference first; what has no value to compare stands before all.
        same: how many are the same.
    """

    old: Release
    new: Release
    added: tuple[Factor, ...]
    removed: tuple[Factor, ...]
    changed: tuple[FactorChange, ...]
    same: int


def differences(old: Release, new: Release) -> FactorDifference:
    """What changes from one set of factors to another; factors are the same by their ids."""
    both = [factor_id for factor_id in old.factors if factor_id in new.factors]
    compared = (_compared(old.factors[key], new.factors[key]) for key in both)
    changed = tuple(change for change in compared if change is not None)
    return FactorDifference(
        old=old,
        new=new,
        added=tuple(f for key, f in new.factors.items() if key not in old.factors),
        removed=tuple(f for key, f in old.factors.items() if key not in new.factors),
        changed=tuple(sorted(changed, key=_order)),
        same=len(both) - len(changed),
    )


def _order(change: FactorChange) -> tuple[bool, float, str]:
    incomparable = change.relative is None and "value" in change.what
    return not incomparable, -abs(change.relative or 0.0), change.before.id


def scale(before: Factor, after: Factor) -> float | None:
    """Units of the factor after in one of the factor before; ``None`` where they measure different things (C01)."""
    try:
        return float(ratio(unit(before.per), unit(after.per)))
    except QuantityError:
        return None


def _compared(before: Factor, after: Factor) -> FactorChange | None:
    times = scale(before, after)
    first, second = per_unit(before), per_unit(after) * times if times is not None else None
    relative = (second - first) / abs(first) if first and second is not None else None
    if second is not None and abs(second - first) <= _ROUNDING * max(abs(first), abs(second)):
        relative = 0.0
    what = []
    if second is None or relative != 0.0:
        what.append("value")
    grown = second / first if first and second else 1.0
    if times is not None and not _same_split(before, after, grown / times):
        what.append("gases")
    found = [Field("per", before.per, after.per)] if before.per != after.per else []
    if found:
        what.append("unit")
    if before.kind is not after.kind:
        what.append("kind")
        found.append(Field("kind", before.kind.value, after.kind.value))
    source = [_field(f"source.{key}", getattr(before.source, key), getattr(after.source, key)) for key in _SOURCE]
    other = [_field(key, getattr(before, key), getattr(after, key)) for key in _OTHERS]
    for name, group in (("source", source), ("other", other)):
        differing = [field for field in group if field is not None]
        if differing:
            what.append(name)
        found += differing
    return FactorChange(before, after, (first, second), relative, tuple(what), tuple(found)) if what else None


def _same_split(before: Factor, after: Factor, times: float) -> bool:
    """Whether the gases after are ``times`` those before."""
    keys = {*before.amounts, *after.amounts}
    pairs = ((before.amounts.get(key, 0.0) * times, after.amounts.get(key, 0.0)) for key in keys)
    return all(abs(b - a) <= _ROUNDING * max(abs(a), abs(b)) for a, b in pairs)


def _field(name: str, before: Any, after: Any) -> Field | None:
    return Field(name, _text(before), _text(after)) if before != after else None


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{key}: {entry}" for key, entry in value.items())
    scores = getattr(value, "scores", None)
    return _text(dict(scores)) if scores is not None else "" if value is None else str(value)
