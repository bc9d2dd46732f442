"""What moved between two results of one product that are not of the same study: another version, another year.

Under one study and two sets of rules, :mod:`tanheng.footprint.differences` tells every choice. Where the study itself has
changed, each line is told by what changed in it: its amount, or how much each unit of it emits. The two add up to the line:

    second − first = (a₂ − a₁) · first / a₁  +  rest,   the rest being the change per unit, at the second amount

Where the rules differ, too, a part of every change per unit may be theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum

from tanheng.errors import AssessmentError, QuantityError
from tanheng.footprint.assessment import Assessment, LineResult
from tanheng.footprint.comparing import by_key, same_unit, side_by_side
from tanheng.footprint.differences import NEGLIGIBLE
from tanheng.footprint.study import Names
from tanheng.quantities import convert


@dataclass(frozen=True, slots=True)
class LineMove:
    """A line of both results, or of one; kg CO2e per unit.

    Attributes:
        key: the line's id, else its stage and name.
        first, second: ``None`` where the result has no such line, or nothing could be computed.
        reasons: (``added``, ``removed``, ``amount`` or ``per-unit``, kg CO2e); they add up to ``difference``.
        amounts: of both, in ``unit``; ``None`` where there is none, or the units do not fit.
        sources: ids of what each links to.
    """

    key: str
    names: Names
    first: float | None
    second: float | None
    difference: float
    reasons: tuple[tuple[str, float], ...]
    amounts: tuple[float | None, float | None]
    unit: str
    sources: tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class StageMove:
    """A stage of both results, or of one; kg CO2e per unit."""

    stage: str
    first: float | None
    second: float | None
    difference: float


@dataclass(frozen=True, slots=True)
class Moves:
    """What moved from the first to the second result.

    Attributes:
        difference: second minus first, kg CO2e per unit.
        lines: those that differ, the largest difference first.
        beside: what of the difference stands in no line (carbon kept in the product that is added back).
    """

    difference: float
    stages: tuple[StageMove, ...]
    lines: tuple[LineMove, ...]
    beside: float


def moves(first: Assessment, second: Assessment) -> Moves:
    """What moved, line by line (TH-ASM-151 where the two are per different units)."""
    if not same_unit(first, second):
        raise AssessmentError("TH-ASM-151", a=first.declared_unit, b=second.declared_unit)
    least = NEGLIGIBLE * max(abs(first.total), abs(second.total))
    sides = by_key(first), by_key(second)
    found = [_move(key, sides[0].get(key), sides[1].get(key)) for key in dict.fromkeys((*sides[0], *sides[1]))]
    whole = second.total - first.total
    lines = [move for move in found if abs(move.difference) > least or any(abs(x) > least for _, x in move.reasons)]
    return Moves(
        difference=whole,
        stages=tuple(StageMove(r.key, r.b, r.a, r.difference) for r in side_by_side(second, first)[0]),
        lines=tuple(sorted(lines, key=lambda move: (-abs(move.difference), move.key))),
        beside=_settled(whole - fsum(move.difference for move in found), max(abs(first.total), abs(second.total))),
    )


def _settled(value: float, size: float) -> float:
    return value if abs(value) > 1e-9 * size else 0.0


def _move(key: str, first: LineResult | None, second: LineResult | None) -> LineMove:
    row = second or first
    assert row is not None  # noqa: S101 - the key is of one of them
    totals = [side.total if side is not None else None for side in (first, second)]
    difference = (totals[1] or 0.0) - (totals[0] or 0.0)
    amounts, unit = _amounts(first, second)
    return LineMove(
        key=key,
        names=row.names,
        first=totals[0],
        second=totals[1],
        difference=difference,
        reasons=_reasons(first, second, amounts, difference),
        amounts=amounts,
        unit=unit,
        sources=(_sources(first), _sources(second)),
    )


def _reasons(
    first: LineResult | None,
    second: LineResult | None,
    amounts: tuple[float | None, float | None],
    difference: float,
) -> tuple[tuple[str, float], ...]:
    if first is None or second is None:
        return (("added" if first is None else "removed", difference),) if difference else ()
    a, b = amounts
    by_amount = (b - a) * (first.total or 0.0) / a if a and b is not None else 0.0
    rest = difference - by_amount
    return tuple((key, value) for key, value in (("amount", by_amount), ("per-unit", rest)) if value)


def _amounts(first: LineResult | None, second: LineResult | None) -> tuple[tuple[float | None, float | None], str]:
    """Both amounts in the unit of the second."""
    if first is None or second is None:
        row = first or second
        assert row is not None  # noqa: S101 - the key is of one of them
        return (first.amount if first else None, second.amount if second else None), row.unit
    if first.amount is None or second.amount is None:
        return (first.amount, second.amount), second.unit or first.unit
    try:
        return (convert(first.amount, first.unit, second.unit), second.amount), second.unit
    except QuantityError:
        return (None, second.amount), second.unit


def _sources(row: LineResult | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.provenance.id for part in row.parts)) if row is not None else ()
