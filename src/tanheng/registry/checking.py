"""Whether a certificate meets what a list asks for: a pure function of what the register says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Verdict(StrEnum):
    """Why a line of a list passes or not; the first that applies, in this order."""

    UNKNOWN = "unknown"  # there is no such certificate
    AMBIGUOUS = "ambiguous"  # several products have the code: name the maker, or the number
    NOT_YET = "not-yet"  # its validity begins later
    OVER = "over"  # its validity ended before the day
    NOT_VALID = "not-valid"  # suspended, withdrawn, cancelled or replaced on the day
    OTHER_UNIT = "other-unit"  # the value is not told in the unit of the limit
    ABOVE_VALUE = "above-value"
    NO_CLASS = "no-class"
    OTHER_CLASS = "other-class"  # what is asked for is no class of its class scheme
    BELOW_CLASS = "below-class"  # a worse class than is asked for
    PASSED = "passed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a product must be.

    Attributes:
        value: the highest that passes, of a ``unit`` ``per`` so much. grade: the worst class that passes, by the order of the
            class scheme that a product's class is of.
    """

    value: float | None = None
    unit: str = ""
    per: str = ""
    grade: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the register says of a certificate, on a day.

    Attributes:
        classes: of the limits that ``grade`` follows from, the best first; nothing where none are known.
    """

    state: str
    valid_from: date
    valid_until: date
    value: float
    unit: str
    per: str
    grade: str
    classes: tuple[str, ...] = ()


def verdict(told: Standing, limits: Limits, day: date) -> Verdict:
    """Whether a certificate counts on a day and stays within limits.

    >>> days = {"valid_from": date(2026, 1, 1), "valid_until": date(2027, 12, 31)}
    >>> told = Standing(state="valid", value=610.0, unit="kgCO2e", per="1 t", grade="B", classes=("A", "B"), **days)
    >>> verdict(told, Limits(grade="B"), date(2026, 6, 1)).value
    'passed'
    >>> verdict(told, Limits(value=600.0, unit="kgCO2e", per="1 t"), date(2026, 6, 1)).value
    'above-value'
    """
    if day < told.valid_from:
        return Verdict.NOT_YET
    if told.state in ("valid", "expired"):
        if day > told.valid_until:
            return Verdict.OVER
    elif told.state != "valid":
        return Verdict.NOT_VALID
    if limits.value is not None:
        if (limits.unit, limits.per) != (told.unit, told.per):
            return Verdict.OTHER_UNIT
        if told.value > limits.value:
            return Verdict.ABOVE_VALUE
    if limits.grade:
        if not told.grade:
            return Verdict.NO_CLASS
        classes = told.classes or (told.grade,)
        if limits.grade not in classes or told.grade not in classes:
            return Verdict.OTHER_CLASS
        if classes.index(told.grade) > classes.index(limits.grade):
            return Verdict.BELOW_CLASS
    return Verdict.PASSED
