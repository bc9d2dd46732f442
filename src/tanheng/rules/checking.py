"""Running the checks of a rule pack over a study and its result.

Expressions are CEL (Common Expression Language): no loops without bound, no I/O, no Python.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import cel

from tanheng.errors import RuleError
from tanheng.rules.model import Check, Finding, Names, RulePack, Scope


def check(pack: RulePack, study: Mapping[str, Any], result: Mapping[str, Any]) -> tuple[Finding, ...]:
    """The findings of ``pack``, in its order.

    Args:
        study: the study's plain document.
        result: the assessment's plain document without findings and digest.

    Raises:
        RuleError: TH-RUL-005 where an expression fails, with code and reason; a check never fails silently.
    """
    plain = _plain(result)
    shared = {"facts": facts(plain), "limits": dict(pack.limits)}
    whole = _context({**shared, "study": _plain(study), "result": plain})
    # The evaluator copies its context at each run, and a study can have thousands of lines: their checks get a small one.
    single = _context(shared)
    items = {scope: tuple(_items(scope, plain)) for scope in {c.scope for c in pack.checks}}
    return tuple(
        finding
        for one in pack.checks
        for finding in _run(one, items[one.scope], whole if one.scope is Scope.STUDY else single)
    )


def facts(result: Mapping[str, Any]) -> dict[str, Any]:
    """What checks of single lines need to know of the whole.

    ``total``, ``boundary``, ``site``, ``year`` (of the period's end), ``transported_stages`` (stages with a line of type
    transport) and ``footprint_units`` (units of the parts on footprint factors, as against emission factors).
    """
    parts = [part for line in result["lines"] for part in line["parts"]]
    return {
        "total": result["total"],
        "boundary": result["boundary"],
        "site": result["site"],
        "year": float(result["period"][1][:4]),
        "transported_stages": sorted({line["stage"] for line in result["lines"] if line["type"] == "transport"}),
        "footprint_units": sorted(
            {
                p["unit"]
                for p in parts
                if (p["provenance"]["kind"], p["provenance"]["covers"]) == ("factor", "footprint")
            }
        ),
    }


def _run(one: Check, items: Sequence[tuple[str, Names, Any]], context: Any) -> Iterator[Finding]:
    for path, names, item in items:
        context.add_variable("item", item)
        if _value(one, one.when, context):
            yield Finding(one, path, _text(_value(one, one.quote, context)), names)


def _items(scope: Scope, result: Mapping[str, Any]) -> Iterator[tuple[str, Names, Any]]:
    # Weights are shares of the sum of absolute totals: a credit weighs as much as a burden.
    whole = math.fsum(abs(line["total"] or 0.0) for line in result["lines"])
    match scope:
        case Scope.STUDY:
            yield "", {}, {}
        case Scope.LINES:
            named = Counter((line["stage"], _name(line)) for line in result["lines"])
            for line in result["lines"]:
                namesakes = float(named[(line["stage"], _name(line))] - 1)
                weight = _weight(line["total"], whole)
                yield line["place"], line["names"], {**line, "namesakes": namesakes, "weight": weight}
        case Scope.PARTS:
            for line in result["lines"]:
                of_line = {key: value for key, value in line.items() if key != "parts"}
                for part in line["parts"]:
                    weight = _weight(part["total"], whole)
                    yield line["place"], line["names"], {**part, "line": of_line, "weight": weight}
        case Scope.GAPS:
            for gap in result["gaps"]:
                yield gap["place"], {}, gap
        case Scope.CUT_OFFS:
            for index, entry in enumerate(result["cut_offs"]):
                yield f"cut_offs[{index}]", entry["names"], entry


def _name(item: Mapping[str, Any]) -> str:
    names: Mapping[str, str] = item["names"]
    return " / ".join(dict.fromkeys(names.values()))


def _weight(total: float | None, whole: float) -> float:
    return abs(total or 0.0) / whole if whole else 0.0


def _value(one: Check, expression: str, context: Any) -> Any:
    try:
        return _program(expression).execute(context)
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
