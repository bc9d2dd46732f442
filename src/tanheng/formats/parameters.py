"""Parameters that refer to each other in any order, in two scopes: the whole database, and one process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tanheng.formats.formulas import Formula, FormulaFault, evaluate, fold, parse
from tanheng.formats.notebook import Notebook
from tanheng.inventory.model import Parameter

_RELATIVE_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Scope:
    """Values by folded name; a process's names hide the database's."""

    values: Mapping[str, float] = field(default_factory=dict)


def resolve(
    parameters: Sequence[Parameter], *, outer: Scope | None = None, notes: Notebook, place: str
) -> tuple[Scope, tuple[Parameter, ...]]:
    """Evaluate parameters in the order in which they need each other.

    A formula that fails, or that runs in a circle, leaves the stored value and a note; so does one whose value differs
    from the stored one by more than 1e-6, though there the formula wins.

    Returns:
        the scope for formulas of exchanges (``outer`` names included) and the parameters with their values.
    """
    known: dict[str, float] = dict(outer.values) if outer else {}
    wanted: dict[str, tuple[Parameter, Formula]] = {}
    for parameter in parameters:
        name = fold(parameter.name)
        known[name] = parameter.value
        wanted.pop(name, None)
        if not parameter.formula:
            continue
        try:
            wanted[name] = parameter, parse(parameter.formula)
        except FormulaFault as fault:
            note_failure(
                notes, fault, place=f"{place}: {parameter.name}", formula=parameter.formula, kept=parameter.value
            )
    for name in _order(wanted, notes, place):
        parameter, formula = wanted[name]
        known[name] = value_of(
            formula, Scope(known), stored=parameter.value, notes=notes, place=f"{place}: {parameter.name}"
        )
    return Scope(known), tuple(replace(p, value=known[fold(p.name)]) if p.formula else p for p in parameters)


def value_of(formula: str | Formula, scope: Scope, *, stored: float, notes: Notebook, place: str) -> float:
    """Value of a formula; where it fails, the stored value and a note."""
    text = formula if isinstance(formula, str) else formula.text
    try:
        value = evaluate(formula, scope.values)
    except FormulaFault as fault:
        note_failure(notes, fault, place=place, formula=text, kept=stored)
        return stored
    if abs(value - stored) > _RELATIVE_TOLERANCE * max(abs(value), abs(stored)):
        notes.add("formula-differs", place, formula=_short(text), value=value, stored=stored)
    return value


def note_failure(notes: Notebook, fault: FormulaFault, *, place: str, formula: str, kept: float) -> None:
    """Note a formula that has no value."""
    notes.add(fault.code, place, formula=_short(formula), kept=kept, **fault.params)


def _short(text: str) -> str:
    return text if len(text) <= 120 else text[:117] + "…"


def _order(wanted: Mapping[str, tuple[Parameter, Formula]], notes: Notebook, place: str) -> list[str]:
    """Names so that each comes after those it needs (depth first, no recursion); circles are noted and left out."""
    order: list[str] = []
    state: dict[str, int] = {}  # 1 on the path, 2 done
    circular: set[str] = set()
    for start in wanted:
        if start in state:
            continue
        path = [start]
        pending = [iter(sorted(wanted.keys() & set(wanted[start][1].names)))]
        state[start] = 1
        while path:
            following = next(pending[-1], None)
            if following is None:
                name = path.pop()
                pending.pop()
                state[name] = 2
                if name not in circular:
                    order.append(name)
            elif state.get(following) == 1:
                circle = path[path.index(following) :]
                circular.update(circle)
                names = " → ".join(wanted[n][0].name for n in (*circle, following))
                notes.add("parameter-circle", place, circle=names)
            elif following not in state:
                state[following] = 1
                path.append(following)
                pending.append(iter(sorted(wanted.keys() & set(wanted[following][1].names))))
    return order
