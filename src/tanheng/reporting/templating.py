"""Artwork of others as a template that is no program: fields, sums of numbers, choices, and one loop over a list of fields.

What it gives is no longer than the template and its fields allow, so that neither time nor memory can run away.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, nodes
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tanheng.errors import ReportError

LONGEST = 4 * 1024**2
"""Letters of what is drawn."""
_KNOWN = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr),
    *(nodes.If, nodes.For, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not),
    *(nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.Neg, nodes.Pos, nodes.Filter, nodes.Keyword),
)
_FILTERS = frozenset({"float", "int", "length", "lower", "round", "upper"})
_BROKEN = (TemplateError, TypeError, ValueError, ArithmeticError, RecursionError, SyntaxError, MemoryError)


class _Environment(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset({"+", "-", "*", "/"})

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if not isinstance(left, int | float) or not isinstance(right, int | float):
            raise TypeError(f"{operator}: no numbers")
        return super().call_binop(context, operator, left, right)


_ENVIRONMENT = _Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)


def rendered(template: str, fields: Mapping[str, Any]) -> str:
    """The template with its fields, escaped.

    Raises:
        ReportError: TH-REP-010 it is no template, does more than a template may, or asks for a field that there is none of.
    """
    told, length = [], 0
    try:
        for part in _compiled(template).generate(fields):
            told.append(part)
            length += len(part)
            if length > LONGEST:
                raise ValueError(f"> {LONGEST}")
    except _BROKEN as error:
        raise ReportError("TH-REP-010", reason=str(error) or type(error).__name__) from error
    return "".join(line for line in "".join(told).splitlines(keepends=True) if line.strip())


@lru_cache(maxsize=32)
def _compiled(template: str) -> Template:
    tree = _ENVIRONMENT.parse(template)
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _KNOWN) or (isinstance(node, nodes.Filter) and node.name not in _FILTERS):
            raise TypeError(f"{type(node).__name__} {getattr(node, 'name', '')}".strip())
    for loop in tree.find_all(nodes.For):
        if not isinstance(loop.iter, nodes.Name) or loop.recursive or loop.find(nodes.For):
            raise TypeError("For")
    return _ENVIRONMENT.from_string(template)
