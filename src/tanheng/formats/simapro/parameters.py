"""Input and calculated parameters of a process, a project or a database."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tanheng.formats.notebook import Notebook
from tanheng.formats.simapro.blocks import Row
from tanheng.formats.simapro.numbers import Numbers
from tanheng.formats.simapro.records import comment_of, input_parameter, uncertainty_of
from tanheng.inventory.model import Parameter


def parameters_of(
    inputs: Sequence[Row], calculated: Sequence[Row], numbers: Numbers, notes: Notebook, place: str
) -> list[Parameter]:
    """Parameters as written; formulas are evaluated later, so that what they give is not yet known (NaN)."""
    found: list[Parameter] = []
    for row in inputs:
        raw = input_parameter(row, numbers)
        if raw is None:
            notes.count("row-columns", place, f"{row.line}: {row.cells[0][:80]}")
            continue
        value = numbers.number(raw.amount)
        found.append(
            Parameter(
                name=raw.name,
                value=math.nan if value is None else value,
                formula="" if value is not None else numbers.formula(raw.amount),
                uncertainty=uncertainty_of(raw, value),
                comment=raw.comment,
            )
        )
    for row in calculated:
        if len(row.cells) < 2 or not row.cells[0]:
            notes.count("row-columns", place, f"{row.line}: {row.cells[0][:80]}")
            continue
        formula, rest = row.cells[1], row.cells[2:]
        while rest and formula.count("(") > formula.count(")"):
            # A separator between arguments, not in quotes.
            formula, rest = f"{formula};{rest[0]}", rest[1:]
        value = numbers.number(formula)
        found.append(
            Parameter(
                name=row.cells[0],
                value=math.nan if value is None else value,
                formula=numbers.formula(formula),
                comment=comment_of(rest),
            )
        )
    return found
