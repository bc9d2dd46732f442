"""The parameters of a table: those of all processes, and those of one."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

from tanheng.formats.formulas import FormulaFault, fold
from tanheng.formats.notebook import Notebook
from tanheng.formats.parameters import Scope, resolve
from tanheng.formats.table.cells import Record
from tanheng.formats.table.lines import formula_error
from tanheng.formats.table.processes import Drafts
from tanheng.inventory.model import Note, Parameter

_NAME = re.compile(r"[^\W\d]\w*")


class Parameters:
    """Parameters with their values, by the process that they belong to (folded; empty for all).

    Faults of the sheet are told at its cells.
    """

    def __init__(self, records: Iterable[Record], drafts: Drafts, notes: Notebook) -> None:
        given: dict[str, dict[str, tuple[Parameter, Record]]] = {"": {}}
        for record in records:
            owner = fold(drafts.name_of(record.text("process")))
            if owner and not drafts.called(owner):
                record.unknown("process", [draft.id for draft in drafts.all])
            parameter = _parameter(record)
            if parameter is None:
                continue
            name, group = fold(parameter.name), given.setdefault(owner, {})
            if name in group:
                record.contradicts("name", group[name][1].place("name"), of=parameter.name)
            group[name] = parameter, record
        self._scopes: dict[str, tuple[Scope, tuple[Parameter, ...]]] = {}
        for owner, group in given.items():  # those of all processes come first
            own = Notebook()
            outer = self._scopes[""][0] if owner else None
            self._scopes[owner] = resolve([p for p, _ in group.values()], outer=outer, notes=own, place="")
            _tell(own.close(), group, notes)

    def of(self, process: str) -> tuple[Scope, tuple[Parameter, ...]]:
        """What formulas of a process may name, and the parameters that it owns."""
        return self._scopes.get(fold(process)) or (self._scopes[""][0], ())

    @property
    def shared(self) -> tuple[Parameter, ...]:
        """The parameters of all processes."""
        return self._scopes[""][1]


def _parameter(record: Record) -> Parameter | None:
    name, formula = record.needed("name"), record.text("formula").removeprefix("=")
    value_text = record.text("value")
    value = math.nan
    if value_text.startswith("="):
        formula = value_text.removeprefix("=")
    else:
        value = record.number("value")
    if name and not _NAME.fullmatch(name):
        record.wrong("name", "abc_1")
        return None
    if not formula and record.cell("value") is None:
        record.empty("value")
    return Parameter(name, value, formula, comment=record.text("comment")) if name else None


def _tell(found: Iterable[Note], group: Mapping[str, tuple[Parameter, Record]], notes: Notebook) -> None:
    """A formula without a value is a fault of its cell; one that differs from the value beside it is a note."""
    for note in found:
        circle = str(note.params.get("circle", ""))
        name = circle.split(" → ")[0] if circle else note.place.removeprefix(": ")
        parameter, record = group[fold(name)]
        key = "formula" if record.text("formula") else "value"
        if note.code == "formula-differs":
            notes.add("formula-differs", record.place(key), **dict(note.params))
        else:
            fault = FormulaFault(note.code, **({"near": circle} if circle else dict(note.params)))
            record.fault(key, formula_error(parameter.formula, fault))
