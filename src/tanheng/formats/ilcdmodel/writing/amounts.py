"""Amounts: mean × variable = resulting amount, so a formula of an exchange becomes a variable of its process."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from tanheng.formats.formulas import FormulaFault, evaluate, fold, parse
from tanheng.formats.ilcdmodel.writing.tree import STRING, Made, percentage, texts
from tanheng.formats.losses import Losses
from tanheng.formats.parameters import Scope
from tanheng.formats.values import pedigree_in, scaled
from tanheng.formats.writing.numbers import finite, formula_of, settled
from tanheng.inventory.model import Distribution, Exchange, Parameter, Process, Uncertainty

_LONGEST_NAME = 50
_TERM = re.compile(r"\s*(?:([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*\*\s*)?([^\W\d]\w*)\s*")
MISSING = "Missing important"
"""The status by which the format says that an amount is missing and that its 0 is none."""


@dataclass(frozen=True, slots=True)
class Term:
    """What is multiplied: ``mean`` × the value of ``variable``."""

    mean: float
    variable: str


def globals_for(process: Process, parameters: Iterable[Parameter]) -> list[Parameter]:
    """Parameters of the database that the formulas of a process need, for the format has none of the database.

    One whose formula needs a name that the process has for something else is given by its value.
    """
    own = {fold(p.name) for p in process.parameters}
    outer = {fold(p.name): p for p in parameters}
    formulas = [p.formula for p in process.parameters] + [e.formula for e in process.exchanges]
    waiting = {name for formula in formulas for name in _names(formula)} - own
    needed: dict[str, Parameter] = {}
    while waiting:
        name = waiting.pop()
        if name in outer and name not in needed:
            needed[name] = outer[name]
            waiting |= _names(outer[name].formula) - own
    hidden = {name for name, p in needed.items() if _names(p.formula) & own}
    return [replace(p, formula="") if name in hidden else p for name, p in sorted(needed.items())]


def _names(formula: str) -> set[str]:
    try:
        return set(parse(formula).names) if formula else set()
    except FormulaFault:
        return set()


class Variables:
    """The variables of one process; grows by those that stand for formulas of exchanges."""

    def __init__(self, process: Process, parameters: Iterable[Parameter], losses: Losses) -> None:
        self._losses = losses
        self._place = process.name
        needed = globals_for(process, parameters)
        for parameter in needed:
            losses.count("global-parameter-copied", f"{process.name}: {parameter.name}")
        given = {p.name: p for p in (*needed, *process.parameters)}  # of several with one name, the last counts
        fitting = [p for name, p in given.items() if name and len(name) <= _LONGEST_NAME]
        self.copied = {p.name for p in needed}
        self.scope: Scope = Scope()
        self.listed: list[Parameter] = []
        if fitting:
            self.scope, kept = settled(fitting, None)
            self.listed = list(kept)
        for original, written in zip(fitting, self.listed, strict=True):
            if original.formula != written.formula:
                losses.count("formula-differs", f"{process.name}: {original.name}")
        self._spelled: Mapping[str, str] = {fold(p.name): p.name for p in self.listed}
        self._taken = set(self._spelled)

    def term(self, exchange: Exchange, number: str, factor: float, place: str) -> Term | None:
        """How the formula of an exchange is written, whose amount is written times ``factor``; ``None`` without one."""
        formula = formula_of(exchange, 1.0, self.scope, self._losses, place)
        if not formula:
            return None
        match = _TERM.fullmatch(formula)
        variable = self._spelled.get(fold(match[2]), "") if match else ""
        # A distribution is that of the mean: it cannot be carried over a sign that the variable brings.
        if match and variable and self._carries(exchange, variable):
            return Term(float(match[1] or 1.0) * factor, variable)
        sign = -1.0 if exchange.amount < 0 else 1.0
        name = self._new_name(number)
        made = formula if sign > 0 else f"-({formula})"
        self.listed.append(Parameter(name, sign * exchange.amount, made))
        self._losses.count("formula-as-variable", place)
        return Term(sign * factor, name)

    def _carries(self, exchange: Exchange, variable: str) -> bool:
        if exchange.uncertainty is None:
            return True
        try:
            return evaluate(variable, self.scope.values) > 0
        except FormulaFault:
            return False

    def _new_name(self, number: str) -> str:
        name = f"exchange_{number}"
        while fold(name) in self._taken:
            name += "_"
        self._taken.add(fold(name))
        return name

    def trees(self) -> list[Made]:
        """The variables as they are written."""
        return [_variable(p) for p in self.listed]


def _variable(parameter: Parameter) -> Made:
    spread = spread_of(parameter.uncertainty, low="minimumValue", high="maximumValue")
    comment = commented(parameter.comment, parameter.uncertainty)
    value = finite(parameter.value)
    return {
        "@name": parameter.name,
        **{key: inner for key, inner in spread.items() if key.startswith("@")},
        **full_comment(comment),
        "formula": parameter.formula,
        "meanValue": "" if value is None else repr(value),
        **{key: inner for key, inner in spread.items() if not key.startswith("@")},
        "comment": texts(comment, STRING),
    }


def amounts_of(exchange: Exchange, factor: float, term: Term | None) -> Made:
    """Amounts and distribution of an exchange, whose amount is written times ``factor``; attributes are left to others."""
    amount = finite(exchange.amount * factor)
    if amount is None:
        return {"meanAmount": "0", "resultingAmount": "0"}
    mean = amount if term is None else term.mean
    uncertainty = scaled(exchange.uncertainty, factor)
    if mean and amount and amount / mean > 0 and mean != amount:
        uncertainty = scaled(uncertainty, mean / amount)
    return {
        "referenceToVariable": "" if term is None else term.variable,
        "meanAmount": repr(mean),
        "resultingAmount": repr(amount),
        **spread_of(uncertainty),
    }


def spread_of(given: Uncertainty | None, *, low: str = "minimumAmount", high: str = "maximumAmount") -> Made:
    """A distribution, the other way round than :func:`~tanheng.formats.ilcdmodel.uncertainty.uncertainty_of` reads it.

    The schema gives the spread five digits; one that has more is beside it in full.
    """
    if given is None or any(
        n is not None and not math.isfinite(n) for n in (given.loc, given.scale, given.minimum, given.maximum)
    ):
        return {}
    scale = given.scale
    match given.kind:
        case Distribution.LOGNORMAL if given.loc is None and scale is None:
            return {}  # scores alone
        case Distribution.LOGNORMAL if scale is None or scale > 0:
            spread = percentage((scale or 1.0) ** 2)  # a GSD² of 1 says that no spread is given
            exact = scale is None or (spread not in ("", "0") and float(spread) ** 0.5 == scale)
            return _spread("log-normal", spread, None if exact else scale)
        case Distribution.NORMAL if scale is not None:
            spread = percentage(2.0 * scale)
            return _spread("normal", spread, None if spread and float(spread) / 2.0 == scale else scale)
        case Distribution.TRIANGULAR | Distribution.UNIFORM if given.minimum is not None and given.maximum is not None:
            mode = given.loc if given.kind is Distribution.TRIANGULAR else None
            return {
                "@olca:mostLikelyValue": "" if mode is None else repr(mode),
                low: repr(given.minimum),
                high: repr(given.maximum),
                "uncertaintyDistributionType": given.kind.value,
            }
        case _:
            return {}


def _spread(kind: str, spread: str, exact: float | None) -> Made:
    return {
        "@tanheng:spread": "" if exact is None else repr(exact),
        "uncertaintyDistributionType": kind,
        "relativeStandardDeviation95In": "" if spread == "0" else spread,
    }


def commented(comment: str, uncertainty: Uncertainty | None) -> str:
    """A comment that begins with the quality scores, where readers look for them."""
    scores = uncertainty.pedigree if uncertainty else ""
    return f"{scores} {comment}".strip() if scores and pedigree_in(comment) != scores else comment


def full_comment(comment: str) -> Made:
    """The whole of a comment that is too long for its field."""
    is_cut = any(len(part["#text"]) > STRING for part in texts(comment))
    return {"@tanheng:fullComment": comment} if is_cut else {}
