"""Formulas of a study: arithmetic on quantities with units, safe and bounded.

    power * hours * days        75 W × 8 h/d × 365 d = 219 kWh
    operators   + - * / **, comparisons (one at a time), parentheses
    functions   min, max, round(x) or round(x, step), sqrt, exp, ln, abs, if(condition, a, b)
    quantities  a number with a unit of the table, or a quotient or product of such units written without blanks: 8 h/d
    names       the study's parameters

A formula is cut into tokens here; names, numbers and functions are numbered, so that no word of a file ever reaches the
evaluator; ``simpleeval`` walks what Python's parser makes of the rest. Dimensions are exact (C01). Values may be arrays:
the same formula then gives a sample of results at once. A division by zero in the branch of an ``if`` that is not taken does
no harm; a result that is no finite number is an error.
"""

from __future__ import annotations

import ast
import difflib
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from simpleeval import SimpleEval

from tanheng.errors import AssessmentError
from tanheng.footprint.arithmetic import FUNCTIONS, OPERATORS, Amount
from tanheng.quantities import find_unit, unit
from tanheng.quantities.dimensions import BARE, Measure

MAX_LENGTH = 2_000
MAX_DEPTH = 100
MAX_BRACKETS = 50
MAX_SIGNS = 3

_NUMBER = re.compile(r"(?:\d{1,3}(?:[ _]\d{3})+(?![\d_])|\d+)(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?")
_ATOM = r"(?:%|[^\W\d_]\w*)"
_UNITS = re.compile(rf" *(?P<run>{_ATOM}(?:[*·/]{_ATOM})*)")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_MARK = re.compile(r"\*\*|<=|>=|==|!=|<>|[-+*/(),;<>=]")
_ALIKE = str.maketrans({"−": "-", "×": "*", "÷": "/", "⋅": "·"})
_CALLED: Mapping[str, Callable[..., Amount]] = {f"f_{name}": entry[0] for name, entry in FUNCTIONS.items()}
_PYTHON: Mapping[str, str] = {"=": "==", "<>": "!=", ";": ","}
_SHOWN: Mapping[str, str] = {
    "*": "×",
    "-": "−",
    "**": "^",
    "<>": "≠",
    "!=": "≠",
    "<=": "≤",
    ">=": "≥",
    "==": "=",
    ";": ",",
}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a formula: ``kind`` is ``quantity``, ``name``, ``function`` or ``mark``."""

    kind: str
    text: str
    amount: Amount | None = None


@dataclass(frozen=True, slots=True)
class Formula:
    """A parsed formula: its tokens in order, the names that it needs, and the tree that is evaluated."""

    text: str
    tokens: tuple[Token, ...]
    names: tuple[str, ...]
    tree: ast.expr


@lru_cache(maxsize=4096)
def parse(text: str, known: frozenset[str] = frozenset()) -> Formula:
    """Parse a formula.

    Args:
        known: ids of the parameters there are.

    Raises:
        AssessmentError: TH-ASM-040 it cannot be read, TH-ASM-041 an unknown name, TH-ASM-048 an unknown function,
            TH-ASM-050 a wrong number of arguments, TH-ASM-049 too long or too deep, TH-ASM-051 a parameter's name that
            reads as a unit.
        QuantityError: TH-QTY-001 an unknown unit.

    >>> parse("power * 8 h", frozenset({"power"})).names
    ('power',)
    """
    if len(text) > MAX_LENGTH:
        raise AssessmentError("TH-ASM-049", length=len(text), limit=MAX_LENGTH)
    tokens = tuple(_tokens(text, known))
    for token in tokens:
        if token.kind == "name" and token.text not in known:
            raise AssessmentError("TH-ASM-041", name=token.text, near=_near(token.text, sorted(known)))
    names = tuple(dict.fromkeys(token.text for token in tokens if token.kind == "name"))
    return Formula(text, tokens, names, _tree(tokens, names))


def evaluate(formula: Formula, names: Mapping[str, Amount]) -> Amount:
    """Value of a formula.

    Args:
        names: amount of each name that the formula needs.

    Raises:
        AssessmentError: TH-ASM-042 dimensions that do not go together, with both sides named (C01), TH-ASM-044 no finite
            number, TH-ASM-052 an exponent that cannot be.

    >>> evaluate(parse("75 W * 8 h/d * 365 d"), {}).to(Measure.of("kWh"))
    219.0
    """
    leaves = {f"n_{i}": replace(names[name], written=name) for i, name in enumerate(formula.names)}
    leaves |= {f"q_{i}": token.amount for i, token in enumerate(formula.tokens) if token.amount is not None}
    evaluator = SimpleEval(operators=OPERATORS, functions=_CALLED, names=leaves)
    with np.errstate(all="ignore"):
        result: Amount = evaluator.eval(formula.text, previously_parsed=formula.tree)
    if not np.all(np.isfinite(result.value)):
        raise AssessmentError("TH-ASM-044", formula=formula.text)
    return result


def shown(formula: Formula, names: Mapping[str, Amount]) -> str:
    """The formula with its numbers: ``75 W × 8 h/d × 365 d``."""
    pieces: list[str] = []
    marks = ["", *(token.text if token.kind == "mark" else "" for token in formula.tokens), ""]
    for at, token in enumerate(formula.tokens):
        amount = _amount(token, names)
        if amount is not None:
            text = str(amount)
            divided = marks[at] in ("/", "**") or marks[at + 2] == "**"
            pieces.append(f"({text})" if text.startswith("-") or (divided and " " in text) else text)
            continue
        sign = token.text in ("+", "-") and not _ends_operand(formula.tokens, at - 1)
        text = _SHOWN.get(token.text, token.text)
        if token.text in (",", ";"):
            pieces.append(f"{text} ")
        else:
            pieces.append(text if sign or token.kind == "function" or token.text in ("(", ")") else f" {text} ")
    return "".join(pieces).strip()


def leaves_of(formula: Formula, names: Mapping[str, Amount]) -> Iterator[Amount]:
    """The quantities of a formula in the order in which they stand in it."""
    for token in formula.tokens:
        amount = _amount(token, names)
        if amount is not None:
            yield amount


def _amount(token: Token, names: Mapping[str, Amount]) -> Amount | None:
    return names[token.text] if token.kind == "name" else token.amount


def _ends_operand(tokens: Sequence[Token], index: int) -> bool:
    return index >= 0 and (tokens[index].kind in ("quantity", "name") or tokens[index].text == ")")


# --- from text to tree


def _tokens(text: str, known: frozenset[str]) -> Iterator[Token]:
    plain = unicodedata.normalize("NFKC", text).translate(_ALIKE)
    at, depth, signs = 0, 0, 0
    while at < len(plain):
        if plain[at].isspace():
            at += 1
            continue
        if number := _NUMBER.match(plain, at):
            token, at = _quantity(plain, number, known)
        elif name := _NAME.match(plain, at):
            at = name.end()
            token = _word(name[0], called=plain[at:].lstrip().startswith("("))
        elif mark := _MARK.match(plain, at):
            at = mark.end()
            token = Token("mark", mark[0])
        else:
            raise _unreadable(plain[at : at + 20])
        depth += (token.text == "(") - (token.text == ")")
        signs = signs + 1 if token.text in ("+", "-") else 0
        if depth > MAX_BRACKETS or signs > MAX_SIGNS:
            raise AssessmentError("TH-ASM-049", length=max(depth, signs), limit=MAX_BRACKETS if depth else MAX_SIGNS)
        yield token


def _word(name: str, *, called: bool) -> Token:
    if called and name not in FUNCTIONS:
        raise AssessmentError("TH-ASM-048", function=name, known=", ".join(FUNCTIONS))
    return Token("function" if called else "name", name)


def _quantity(text: str, number: re.Match[str], known: frozenset[str]) -> tuple[Token, int]:
    """The quantity that starts with a number, and where it ends."""
    value = float(re.sub(r"[ _]", "", number[0]))
    run = _UNITS.match(text, number.end())
    if run is None:
        return Token("quantity", number[0], Amount(value, BARE, "1", number[0], constant=True)), number.end()
    atoms = re.split(r"([*·/])", run["run"])
    for count in range(len(atoms), 0, -2):
        measure = _measure(atoms[:count])
        if measure is None:
            continue
        spelled = "".join(atoms[:count])
        twice = [atom for atom in atoms[2:count:2] if atom in known]
        if twice:
            raise AssessmentError("TH-ASM-051", name=twice[0], text=f"{number[0]} {spelled}")
        whole = find_unit(spelled)
        symbol = whole.symbol if whole else "".join(a if a in "*·/" else unit(a).symbol for a in atoms[:count])
        written = f"{number[0]} {spelled}"
        return Token("quantity", written, Amount(value, measure, symbol, written, constant=True)), run.start(
            "run"
        ) + len(spelled)
    unit(atoms[0])  # says which units are near
    raise _unreadable(run["run"])


def _measure(atoms: Sequence[str]) -> Measure | None:
    """Measure of ``kWh``, ``t*km`` or ``h / d``; ``None`` where one of them is no unit."""
    whole = find_unit("".join(atoms))
    if whole is not None:
        return Measure.of(whole)
    measure = BARE
    for mark, atom in zip(("*", *atoms[1::2]), atoms[::2], strict=True):
        found = find_unit(atom)
        if found is None:
            return None
        measure = measure / Measure.of(found) if mark == "/" else measure * Measure.of(found)
    return measure


def _tree(tokens: Sequence[Token], names: Sequence[str]) -> ast.expr:
    pieces = []
    for at, token in enumerate(tokens):
        match token.kind:
            case "quantity":
                pieces.append(f"q_{at}")
            case "name":
                pieces.append(f"n_{names.index(token.text)}")
            case "function":
                pieces.append(f"f_{token.text}")
            case _:
                pieces.append(_PYTHON.get(token.text, token.text))
    source = " ".join(pieces)
    try:
        tree = ast.parse(source, mode="eval").body
    except (SyntaxError, MemoryError, RecursionError) as error:
        before = len(source[: (getattr(error, "offset", None) or 1) - 1].split())
        raise _unreadable(" ".join(token.text for token in tokens[max(0, before - 1) : before + 2])) from error
    _check(tree)
    return tree


def _check(tree: ast.expr) -> None:
    """Only what a formula is made of, none of it too deep; level by level, without recursion."""
    level: list[ast.expr] = [tree]
    for _ in range(MAX_DEPTH):
        following: list[ast.expr] = []
        for node in level:
            match node:
                case ast.Call():
                    _check_call(node)
                    following.extend(node.args)
                case ast.BinOp():
                    following.extend((node.left, node.right))
                case ast.UnaryOp():
                    following.append(node.operand)
                case ast.Compare() if len(node.ops) == 1:
                    following.extend((node.left, *node.comparators))
                case ast.Name() if not node.id.startswith("f_"):
                    pass
                case ast.Compare():
                    raise _unreadable("a < b < c")
                case _:
                    raise _unreadable(",")
        if not following:
            return
        level = following
    raise AssessmentError("TH-ASM-049", length=MAX_DEPTH + 1, limit=MAX_DEPTH)


def _check_call(node: ast.Call) -> None:
    if not isinstance(node.func, ast.Name) or not node.func.id.startswith("f_") or node.keywords:
        raise _unreadable("(")
    name = node.func.id.removeprefix("f_")
    _, least, most = FUNCTIONS[name]
    if not least <= len(node.args) <= most:
        needed = str(least) if least == most else f"{least}–{most}"
        raise AssessmentError("TH-ASM-050", function=name, count=len(node.args), needed=needed)


def _unreadable(near: str) -> AssessmentError:
    return AssessmentError("TH-ASM-040", near=near.strip() or "…")


def _near(name: str, known: Sequence[str]) -> str:
    return ", ".join(difflib.get_close_matches(name, known, n=3, cutoff=0.5) or known[:5]) or "–"
