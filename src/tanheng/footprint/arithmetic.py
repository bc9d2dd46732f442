"""Arithmetic on quantities with units: what the operators and functions of a study's formulas do (C01).

Adding, comparing and choosing ask for one dimension, and an error names both sides; multiplying and dividing make a new one.
Values may be arrays of samples. Nothing is checked for being finite here: a branch of ``if`` that is not taken may divide by
zero; :func:`tanheng.footprint.formulas.evaluate` looks at the result.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tanheng.errors import AssessmentError
from tanheng.quantities.dimensions import BARE, Measure, dimension_name, power

MAX_EXPONENT = 12
"""Greatest exponent of a quantity with a unit; a bare number may have any."""

Number = float | NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Amount:
    """A number, or an array of samples, of a measure.

    Attributes:
        value: how many of ``measure``.
        unit: text of the unit where it was written or chosen; empty for what arithmetic gave.
        written: how the formula calls it, for messages; empty for what arithmetic gave.
        constant: whether it is made of written numbers only.
    """

    value: Number
    measure: Measure
    unit: str = ""
    written: str = ""
    constant: bool = False

    def to(self, measure: Measure) -> Number:
        """The value in another measure of the same dimension."""
        factor = self.measure.factor / measure.factor
        return self.value if factor == 1 else self.value * float(factor)

    def __str__(self) -> str:
        if not isinstance(self.value, float):
            return self.unit or "…"
        number = f"{self.value:.6g}"
        return number if self.unit in ("", "1") else f"{number} {self.unit}"

    @property
    def named(self) -> str:
        """For messages: the name with its value, or what is written; ``…`` for what arithmetic gave."""
        known = str(self) if self.unit else ""
        return " = ".join(dict.fromkeys(filter(None, (self.written, known)))) or "…"


def _alike(what: str, left: Amount, right: Amount) -> None:
    if left.measure.dimension != right.measure.dimension:
        raise AssessmentError(
            "TH-ASM-042",
            what=what,
            left=left.named,
            left_dimension=dimension_name(left.measure.dimension),
            right=right.named,
            right_dimension=dimension_name(right.measure.dimension),
        )


def _bare(what: str, amount: Amount) -> Number:
    _alike(what, amount, _ONE)
    return amount.to(BARE)


def plain(value: Any) -> Number:
    """A Python number, or the array."""
    return value if isinstance(value, np.ndarray) and value.ndim else float(value)


def _made(value: Any, measure: Measure, *parts: Amount) -> Amount:
    return Amount(plain(value), measure, constant=all(part.constant for part in parts))


def _together(what: str, function: Callable[[Any, Any], Any]) -> Callable[[Amount, Amount], Amount]:
    """An operation on two amounts of one dimension; the result is in the unit of the left one."""

    def apply(left: Amount, right: Amount) -> Amount:
        _alike(what, left, right)
        return _made(function(left.value, right.to(left.measure)), left.measure, left, right)

    return apply


def _compared(what: str, function: Callable[[Any, Any], Any]) -> Callable[[Amount, Amount], Amount]:
    """A comparison; 1 where it is true, else 0."""

    def apply(left: Amount, right: Amount) -> Amount:
        _alike(what, left, right)
        return _made(np.where(function(left.value, right.to(left.measure)), 1.0, 0.0), BARE, left, right)

    return apply


def _times(left: Amount, right: Amount) -> Amount:
    return _made(np.multiply(left.value, right.value), left.measure * right.measure, left, right)


def _over(left: Amount, right: Amount) -> Amount:
    return _made(np.true_divide(left.value, right.value), left.measure / right.measure, left, right)


def _raised(base: Amount, exponent: Amount) -> Amount:
    number = _bare("**", exponent)
    if not base.measure.dimension:
        return _made(np.power(base.to(BARE), number), BARE, base, exponent)
    # The dimension of the result must not hang on a value: the exponent has to be written.
    if exponent.constant and isinstance(number, float) and abs(number) <= MAX_EXPONENT:
        exact = Fraction(number).limit_denominator(MAX_EXPONENT)
        if abs(float(exact) - number) < 1e-12:
            return _power(base, exact)
    raise AssessmentError("TH-ASM-052", base=base.named, exponent=exponent.named, limit=MAX_EXPONENT)


def _power(base: Amount, exact: Fraction) -> Amount:
    """A power with an exact exponent; the unit's factor stays exact for whole ones."""
    if exact.denominator == 1:
        return _made(np.power(base.value, float(exact)), base.measure ** int(exact), base)
    coherent = np.multiply(base.value, float(base.measure.factor))
    return _made(np.power(coherent, float(exact)), Measure(power(base.measure.dimension, exact), Fraction(1)), base)


def _round(amount: Amount, step: Amount | None = None) -> Amount:
    """Rounded to a multiple of ``step``, half to even (C03); a bare number to a whole one."""
    one = step or _ONE
    _alike("round", amount, one)
    return _made(np.round(np.true_divide(amount.to(one.measure), one.value)) * one.value, one.measure, amount, one)


def _chosen(condition: Amount, then: Amount, otherwise: Amount) -> Amount:
    _alike("if", then, otherwise)
    value = np.where(np.asarray(_bare("if", condition)) != 0.0, then.value, otherwise.to(then.measure))
    return _made(value, then.measure, condition, then, otherwise)


def _many(what: str, function: Callable[[Any, Any], Any]) -> Callable[..., Amount]:
    pair = _together(what, function)

    def apply(first: Amount, *rest: Amount) -> Amount:
        for amount in rest:
            first = pair(first, amount)
        return first

    return apply


_ONE = Amount(1.0, BARE, "1", constant=True)
OPERATORS: Mapping[type[ast.AST], Callable[..., Amount]] = {
    ast.Add: _together("+", np.add),
    ast.Sub: _together("−", np.subtract),
    ast.Mult: _times,
    ast.Div: _over,
    ast.Pow: _raised,
    ast.USub: lambda a: _made(np.negative(a.value), a.measure, a),
    ast.UAdd: lambda a: a,
    ast.Lt: _compared("<", np.less),
    ast.LtE: _compared("≤", np.less_equal),
    ast.Gt: _compared(">", np.greater),
    ast.GtE: _compared("≥", np.greater_equal),
    ast.Eq: _compared("=", np.equal),
    ast.NotEq: _compared("≠", np.not_equal),
}
_MOST = 50
FUNCTIONS: Mapping[str, tuple[Callable[..., Amount], int, int]] = {
    "min": (_many("min", np.minimum), 1, _MOST),
    "max": (_many("max", np.maximum), 1, _MOST),
    "round": (_round, 1, 2),
    "sqrt": (lambda a: _power(a, Fraction(1, 2)), 1, 1),
    "exp": (lambda a: _made(np.exp(_bare("exp", a)), BARE, a), 1, 1),
    "ln": (lambda a: _made(np.log(_bare("ln", a)), BARE, a), 1, 1),
    "abs": (lambda a: _made(np.abs(a.value), a.measure, a), 1, 1),
    "if": (_chosen, 3, 3),
}
"""Function, least and most arguments."""
