"""Numbers and formulas as whoever reads the file will have them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from tanheng.formats.formulas import FormulaFault, evaluate
from tanheng.formats.losses import Losses
from tanheng.formats.notebook import Notebook
from tanheng.formats.parameters import Scope, resolve
from tanheng.inventory.model import Exchange, Parameter

_SAME = 1e-9


def finite(value: float | None) -> float | None:
    """A number that a file can hold; ``None`` for the others."""
    return None if value is None or not math.isfinite(value) else value


def same(first: float, second: float) -> bool:
    """Whether two values agree as far as formulas can be told apart from what they gave."""
    return abs(first - second) <= _SAME * max(abs(first), abs(second))


def settled(parameters: Sequence[Parameter], outer: Scope | None) -> tuple[Scope, tuple[Parameter, ...]]:
    """The scope for formulas, and the parameters without formulas that do not give their value.

    Whoever reads the file evaluates formulas again, so a formula of another value would change the amounts.
    """
    kept = tuple(parameters)
    while True:
        scope, evaluated = resolve(kept, outer=outer, notes=Notebook(), place="")
        wrong = [i for i, (p, e) in enumerate(zip(kept, evaluated, strict=True)) if not _agree(p.value, e.value)]
        if not wrong:
            return scope, kept
        kept = tuple(replace(p, formula="") if i in wrong else p for i, p in enumerate(kept))


def _agree(first: float, second: float) -> bool:
    return same(first, second) or (math.isnan(first) and math.isnan(second))


def formula_of(exchange: Exchange, factor: float, scope: Scope, losses: Losses, place: str) -> str:
    """The formula of an exchange whose amount is written times ``factor``; none where it gives another amount."""
    if not exchange.formula:
        return ""
    try:
        value = evaluate(exchange.formula, scope.values)
    except FormulaFault:
        value = exchange.amount  # nobody can evaluate it: it stays beside the amount, as it was read
    if math.isnan(exchange.amount) or not same(value, exchange.amount):
        losses.count("formula-differs", place)
        return ""
    return exchange.formula if factor == 1.0 else f"({exchange.formula})*{factor!r}"
