"""Running the checks of a rule pack over a study and its result.

Expressions are CEL (Common Expression Language): no loops without bound, no I/O, no Python.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import cel

from tanheng.errors import RuleError
from tanheng.rules.model import Check, Finding, RulePack, Scope


def check(pack: RulePack, study: Mapping[str, Any], result: Mapping[str, Any]) -> tuple[Finding, ...]:
    """The findings of ``pack``, in its order.

    Args:
        study: the study's plain document.
        result: the assessment's plain document without findings and digest.

    Raises:
        RuleError: TH-RUL-005 where an expression fails, with code and reason; a check never fails silently.
    """
    base = {"study": _plain(study), "result": _plain(result), "limits": dict(pack.limits)}
    return tuple(finding for one in pack.checks for finding in _run(one, base))


def _run(one: Check, base: Mapping[str, Any]) -> Iterator[Finding]:
    for path, name, item in _items(one.scope, base["result"]):
        context = {**base, "item": item}
        if _value(one, one.when, context):
            yield Finding(one, path, _text(_value(one, one.quote, context)), name)


def _items(scope: Scope, result: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    match scope:
        case Scope.STUDY:
            yield "", "", {}
        case Scope.LINES:
            for line in result["lines"]:
                yield line["place"], _name(line), line
        case Scope.PARTS:
            for line in result["lines"]:
                for part in line["parts"]:
                    yield line["place"], _name(line), {**part, "line": {k: v for k, v in line.items() if k != "parts"}}
        case Scope.GAPS:
            for gap in result["gaps"]:
                yield gap["place"], "", gap
        case Scope.CUT_OFFS:
            for index, entry in enumerate(result["cut_offs"]):
                yield f"cut_offs[{index}]", _name(entry), entry


def _name(item: Mapping[str, Any]) -> str:
    names: Mapping[str, str] = item["names"]
    return " / ".join(dict.fromkeys(names.values()))


def _value(one: Check, expression: str, context: Mapping[str, Any]) -> Any:
    try:
        return _program(expression).execute(_context(context))
    except Exception as error:  # the evaluator raises many kinds; each is the pack's fault
        raise RuleError("TH-RUL-005", place=one.code, expression=expression, reason=str(error)) from error


def _context(values: Mapping[str, Any]) -> Any:
    """Variables, and what CEL has not: ``sum(list)``, ``percent(share)``, ``days(from, to)`` and ``year(date)`` of ISO dates."""
    context = cel.Context(variables=dict(values))
    context.add_function("sum", math.fsum)
    context.add_function("days", _days)
    context.add_function("percent", lambda share: f"{100 * share:.3g} %")
    context.add_function("year", lambda text: float(text[:4]))
    return context


def _days(first: str, last: str) -> float:
    return float((date.fromisoformat(last) - date.fromisoformat(first)).days)


@lru_cache(maxsize=1024)
def _program(expression: str) -> Any:
    return cel.compile(expression)


def _plain(value: Any) -> Any:
    """Numbers as doubles, so that an expression never compares an int with a double."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, Sequence):
        return [_plain(entry) for entry in value]
    return str(value)


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list):
        return ", ".join(_text(v) for v in value)
    return "" if value is None else str(value)
