"""Formulas of Brightway, which are Python's, in the syntax of :mod:`tanheng.formats.formulas`.

Python's powers bind from the right and closer than a sign, ours the other way round, and its ``log`` is natural; so a
formula is parsed as Python and written out again with every bracket.
"""

from __future__ import annotations

import ast

from tanheng.formats.formulas import FormulaFault

_LONGEST = 5000
_BINARY: dict[type[ast.operator], str] = {
    ast.Add: "({} + {})",
    ast.Sub: "({} - {})",
    ast.Mult: "({} * {})",
    ast.Div: "({} / {})",
    ast.Pow: "({} ^ {})",
    ast.FloorDiv: "floor({} / {})",
    # The remainder of Python has the sign of the divisor.
    ast.Mod: "({0} - {1} * floor({0} / {1}))",
}
_COMPARED: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "=",
    ast.NotEq: "<>",
}
# Function of Python or numpy → ours.
_FUNCTIONS = {
    **{name: name for name in ("abs", "sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "sqrt", "floor", "ceil")},
    **{name: name for name in ("min", "max", "trunc", "sum", "mean")},
    "log": "ln",
    "log10": "lg",
    "absolute": "abs",
    "fabs": "abs",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "asin": "asin",
    "acos": "acos",
    "atan": "atan",
    "pow": "pow",
    "power": "pow",
    "minimum": "min",
    "maximum": "max",
}


def from_python(text: str) -> str:
    """A Python formula in our syntax.

    Raises:
        FormulaFault: ``formula-syntax`` where it is none, or uses more of Python than numbers, ``formula-function`` for
            an unknown function, ``formula-too-long``.

    >>> from_python("-x**2 + log(y)")
    '((-(x ^ 2.0)) + ln(y))'
    """
    source = text.strip().removeprefix("=").strip()
    if len(source) > _LONGEST:
        raise FormulaFault("formula-too-long", length=len(source), limit=_LONGEST)
    try:
        return _written(ast.parse(source, mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        if isinstance(error, FormulaFault):
            raise
        raise FormulaFault("formula-syntax", near=source[:20] or "…") from error


def _written(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=bool() | int() | float() as value):
            number = float(value)
            return repr(number) if number < 1e300 else _unknown(node)
        case ast.Name(id=name):
            return name
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return _BINARY[type(op)].format(_written(left), _written(right))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return f"(-{_written(operand)})"
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _written(operand)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return f"(not {_written(operand)})"
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARED:
            return f"({_written(left)} {_COMPARED[type(op)]} {_written(right)})"
        case ast.BoolOp(op=op, values=values):
            return f"({(' and ' if isinstance(op, ast.And) else ' or ').join(map(_written, values))})"
        case ast.IfExp(test=test, body=body, orelse=other):
            return f"if({_written(test)}; {_written(body)}; {_written(other)})"
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=arguments, keywords=[]):
            if name not in _FUNCTIONS:
                raise FormulaFault("formula-function", name=name)
            return f"{_FUNCTIONS[name]}({'; '.join(map(_written, arguments))})"
        case _:
            return _unknown(node)


def _unknown(node: ast.expr) -> str:
    raise FormulaFault("formula-syntax", near=type(node).__name__)
