"""Formulas of LCA files, evaluated safely: openLCA's syntax, only numbers, always bounded.

A formula is parsed here into fully bracketed Python with openLCA's precedence (``^`` binds from the left, a sign binds
closer than ``^``, so ``-2^2`` is 4), and evaluated by ``simpleeval`` with nothing but our functions in reach.

    expression  or < xor < and < comparison < + - < * / div mod < ^ < sign, not
    arguments   separated by ``;`` (a comma is tolerated): ``if(a > 1; b; max(c; d))``
    names       case-insensitive
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from simpleeval import InvalidExpression, SimpleEval

MAX_LENGTH = 20_000
MAX_DEPTH = 150

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[^\W\d]\w*)"
    r"|(?P<mark>&&|\|\||<=|>=|<>|!=|==|[-+*/^()<>=&|;,]))"
)
_WORDS = {"and", "or", "xor", "div", "mod", "not"}
# Operator → (how tightly it binds, its Python form).
_BINARY: Mapping[str, tuple[int, str]] = {
    **dict.fromkeys(("or", "||", "|"), (1, "({} or {})")),
    "xor": (2, "f_xor({}, {})"),
    **dict.fromkeys(("and", "&&", "&"), (3, "({} and {})")),
    **dict.fromkeys(("=", "=="), (5, "({} == {})")),
    **dict.fromkeys(("!=", "<>"), (5, "({} != {})")),
    "<": (5, "({} < {})"),
    "<=": (5, "({} <= {})"),
    ">": (5, "({} > {})"),
    ">=": (5, "({} >= {})"),
    "+": (6, "({} + {})"),
    "-": (6, "({} - {})"),
    "*": (7, "({} * {})"),
    "/": (7, "({} / {})"),
    "div": (7, "f_div({}, {})"),
    "mod": (7, "f_mod({}, {})"),
    "^": (8, "f_power({}, {})"),
}
_PREFIX: Mapping[str, tuple[int, str]] = {"not": (4, "(not {})"), "-": (9, "(-{})"), "+": (9, "(+{})")}


class FormulaFault(ValueError):  # noqa: N818 - the house says fault: it becomes a note and does not stop the reading
    """Why a formula has no value; ``code`` is a key of the notes' texts."""

    def __init__(self, code: str, **params: str | float) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def _round(x: float) -> float:
    return float(math.floor(x + 0.5))


def _power(x: float, y: float) -> float:
    return math.pow(x, y)


def _mean(*values: float) -> float:
    return math.fsum(values) / len(values)


def _sum(*values: float) -> float:
    return float(sum(values))


_FUNCTIONS: Mapping[str, Callable[..., float | bool]] = {
    "abs": abs,
    "acos": math.acos,
    "and": lambda *values: all(values),
    "arccos": math.acos,
    "arcsin": math.asin,
    "arctan": math.atan,
    "asin": math.asin,
    "atan": math.atan,
    "avg": _mean,
    "ceil": lambda x: float(math.ceil(x)),
    "cos": math.cos,
    "cosh": math.cosh,
    "cot": lambda x: 1.0 / math.tan(x),
    "cotan": lambda x: 1.0 / math.tan(x),
    "div": lambda x, y: float(math.trunc(math.trunc(x) / math.trunc(y))),
    "exp": math.exp,
    "floor": lambda x: float(math.floor(x)),
    "frac": lambda x: x - math.trunc(x),
    "int": lambda x: float(math.trunc(x)),
    "ipower": lambda x, y: math.pow(x, math.trunc(y)),
    "lg": math.log10,
    "ln": math.log,
    "log": math.log10,
    "max": max,
    "mean": _mean,
    "min": min,
    "mod": math.fmod,
    "not": lambda x: not x,
    "or": lambda *values: any(values),
    "pow": _power,
    "power": _power,
    "round": _round,
    "sin": math.sin,
    "sinh": math.sinh,
    "sqr": lambda x: x * x,
    "sqrt": math.sqrt,
    "sum": _sum,
    "tan": math.tan,
    "tanh": math.tanh,
    "trunc": lambda x: float(math.trunc(x)),
    "xor": lambda x, y: bool(x) != bool(y),
}
_CHOICES = ("if", "iff", "iif")
_CONSTANTS: Mapping[str, float] = {"pi": math.pi, "e": math.e, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Formula:
    """A parsed formula: its text, its Python form, and the names that it needs (in lower case, constants included).

    In the Python form the names are numbered ``n_0``, ``n_1`` …, so that no name of a file ever reaches the evaluator.
    """

    text: str
    python: str
    names: tuple[str, ...]


def fold(name: str) -> str:
    """The form in which names are compared."""
    return name.strip().casefold()


@lru_cache(maxsize=8192)
def parse(text: str) -> Formula:
    """Parse a formula.

    Raises:
        FormulaFault: ``formula-syntax``, ``formula-too-long`` or ``formula-function``.

    >>> parse("if(A > 2; b^2; c)").names
    ('a', 'b', 'c')
    """
    if len(text) > MAX_LENGTH:
        raise FormulaFault("formula-too-long", length=len(text), limit=MAX_LENGTH)
    return _Parser(text).formula()


def evaluate(formula: str | Formula, names: Mapping[str, float]) -> float:
    """Value of a formula with ``names`` (lower-case name → value); constants ``pi`` and ``e`` yield to names.

    Raises:
        FormulaFault: as :func:`parse`, ``formula-name`` for an unknown name, ``formula-value`` where the result is
            not a finite number (a division by zero, the root of a negative number, an overflow).

    >>> evaluate("2 * X + max(1; 4)", {"x": 3.0})
    10.0
    """
    parsed = parse(formula) if isinstance(formula, str) else formula
    for name in parsed.names:
        if name not in names and name not in _CONSTANTS:
            raise FormulaFault("formula-name", name=name)
    evaluator = _evaluator()
    evaluator.names = {f"n_{i}": names.get(name, _CONSTANTS.get(name)) for i, name in enumerate(parsed.names)}
    try:
        value = float(evaluator.eval(parsed.python))
    except (ArithmeticError, ValueError, TypeError, InvalidExpression) as error:
        raise FormulaFault("formula-value", detail=str(error)) from error
    if not math.isfinite(value):
        raise FormulaFault("formula-value", detail=str(value))
    return value


@lru_cache(maxsize=1)
def _evaluator() -> Any:
    return SimpleEval(functions={f"f_{name}": function for name, function in _FUNCTIONS.items()})


@dataclass(frozen=True, slots=True)
class _Pending:
    """An operator, a bracket or a call that waits for what stands right of it."""

    kind: str  # binary, prefix, bracket, function (before its bracket), call (after it)
    name: str
    binds: int = 0
    form: str = ""
    operands: int = 0  # on the stack before a call's arguments


class _Parser:
    """Two stacks (Dijkstra's shunting yard), so that deep nesting costs no recursion."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.names: dict[str, str] = {}
        self.pending: list[_Pending] = []
        self.operands: list[tuple[str, int]] = []  # Python and its depth

    def formula(self) -> Formula:
        tokens = self._tokens()
        wants_operand = True
        for position, (kind, token) in enumerate(tokens[:-1]):
            if wants_operand:
                wants_operand = self._operand(kind, token, following=tokens[position + 1][1])
            else:
                wants_operand = self._operator(token)
        if wants_operand:
            raise self._wrong("")
        self._reduce(0)
        if self.pending:
            raise self._wrong("(")
        return Formula(self.text, self.operands[0][0], tuple(self.names))

    def _tokens(self) -> list[tuple[str, str]]:
        tokens: list[tuple[str, str]] = []
        at, end = 0, len(self.text.rstrip())
        while at < end:
            match = _TOKEN.match(self.text, at)
            if match is None:
                raise self._wrong(self.text[at:].strip()[:20])
            kind = match.lastgroup or ""
            token = match[kind]
            if kind == "name":
                token = fold(token)
                kind = "word" if token in _WORDS else kind
            tokens.append((kind, token))
            at = match.end()
        return [*tokens, ("end", "")]

    def _wrong(self, near: str) -> FormulaFault:
        return FormulaFault("formula-syntax", near=near or "…")

    def _operand(self, kind: str, mark: str, *, following: str) -> bool:
        """Take a token where an operand is due; whether one is still due after it."""
        top = self.pending[-1] if self.pending else _Pending("", "")
        if kind == "number" and math.isfinite(float(mark)):
            self.operands.append((repr(float(mark)), 0))
            return False
        if kind in ("name", "word") and following == "(" and mark != "not":
            self.pending.append(_Pending("function", mark))
            return True
        if kind == "name":
            self.operands.append((self.names.setdefault(mark, f"n_{len(self.names)}"), 0))
            return False
        if mark == "(":
            if top.kind == "function":
                self.pending[-1] = _Pending("call", top.name, operands=len(self.operands))
            else:
                self.pending.append(_Pending("bracket", mark))
            return True
        if mark == ")" and top.kind == "call" and len(self.operands) == top.operands:
            self._call(self.pending.pop())
            return False
        if mark in _PREFIX:
            self.pending.append(_Pending("prefix", mark, *_PREFIX[mark]))
            return True
        raise self._wrong(mark)

    def _operator(self, mark: str) -> bool:
        """Take a token where an operator is due; whether an operand is due after it."""
        if mark in _BINARY:
            binds, form = _BINARY[mark]
            self._reduce(binds)
            self.pending.append(_Pending("binary", mark, binds, form))
            return True
        if mark not in (")", ";", ","):
            raise self._wrong(mark)
        self._reduce(0)
        if not self.pending:
            raise self._wrong(mark)
        if mark != ")":
            if self.pending[-1].kind != "call":
                raise self._wrong(mark)
            return True
        opened = self.pending.pop()
        if opened.kind == "call":
            self._call(opened)
        return False

    def _reduce(self, binds: int) -> None:
        """Apply the waiting operators that bind at least as tightly."""
        while self.pending and self.pending[-1].kind in ("binary", "prefix") and self.pending[-1].binds >= binds:
            operator = self.pending.pop()
            self._apply(operator.form, 2 if operator.kind == "binary" else 1)

    def _apply(self, form: str, count: int) -> None:
        arguments = self.operands[len(self.operands) - count :]
        del self.operands[len(self.operands) - count :]
        depth = 1 + max((depth for _, depth in arguments), default=0)
        if depth > MAX_DEPTH:
            raise FormulaFault("formula-too-long", length=depth, limit=MAX_DEPTH)
        self.operands.append((form.format(*(python for python, _ in arguments)), depth))

    def _call(self, call: _Pending) -> None:
        name, count = call.name, len(self.operands) - call.operands
        if name in _CHOICES and count == 3:
            self._apply("({1} if {0} else {2})", count)
        elif name in _CONSTANTS and not count:
            self.operands.append((repr(float(_CONSTANTS[name])), 0))
        elif name in _FUNCTIONS:
            self._apply(f"f_{name}({', '.join(['{}'] * count)})", count)
        else:
            raise FormulaFault("formula-function", name=name)
