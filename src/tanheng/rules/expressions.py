"""Safe expressions (CEL): compiling, what names they may use, and which fields of an item they look at.

CEL has no loops without bound, no I/O and no Python. An expression is refused when a pack is read where it uses a name that
its context will not have, so that a check never fails in the middle of an assessment for a slip of the pen.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import cel

from tanheng.errors import RuleError
from tanheng.rules.model import Scope

_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'")
_BOUND = re.compile(r"\.(?:exists|exists_one|all|map|filter)\(\s*([A-Za-z_]\w*)\s*,")
_VARIABLE = re.compile(r"\s*([A-Za-z_]\w*)\s*,")
_CHAIN = re.compile(r"[)\]]\s*\.(?:exists|exists_one|all|map|filter)\(")
_OPERATOR = re.compile(r"[!\-]?_.*|@.*|_\[_\]|!_|-_")
_PATH = r"(?<![\w.\"']){name}((?:\.[A-Za-z_]\w*)*)(?!\w)(\s*[(\[])?"
_MACROS = frozenset({"exists", "exists_one", "all", "map", "filter"})
BUILT_IN = frozenset({"size", "contains", "startsWith", "endsWith", "matches", "string", "double", "int"})


def days(first: str, last: str) -> float:
    """Days from one ISO date to another."""
    return float((date.fromisoformat(last) - date.fromisoformat(first)).days)


CUSTOMS = ("cn", "hs", "taric")
"""Schemes of one family: their codes are prefixes of each other."""


def listed(codes: Mapping[str, str] | str, prefixes: Iterable[str]) -> bool:
    """Whether a customs code, or one of the customs codes of an item, begins with one of the prefixes.

    >>> listed({"cn": "7201 10 11"}, ["7201"]), listed("2523.29", ["2523 30"]), listed({}, ["72"])
    (True, False, False)
    """
    given = [codes] if isinstance(codes, str) else [codes[scheme] for scheme in CUSTOMS if codes.get(scheme)]
    wanted = tuple(filter(None, map(_digits, prefixes)))
    return any(_digits(code).startswith(wanted) for code in given) if wanted else False


def _digits(code: str) -> str:
    return "".join(c for c in code if c.isdigit())


def named(names: Mapping[str, str]) -> str:
    """A name in the languages that it has. The order is ours: that of a map in CEL changes from run to run (C03).

    >>> named({"en": "Power", "zh": "电"})
    '电 / Power'
    """
    return " / ".join(dict.fromkeys(names[lang] for lang in sorted(names, reverse=True)))


def figure(number: float) -> str:
    """A number for people: four significant digits, whole numbers above a thousand.

    >>> figure(12.34567), figure(10080.26)
    ('12.35', '10080')
    """
    return f"{number:.0f}" if abs(number) >= 1000.0 else f"{number:.4g}"


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "sum": math.fsum,
    "abs": abs,
    "days": days,
    "figure": figure,
    "listed": listed,
    "named": named,
    "percent": lambda share: f"{100 * share:.3g} %",
    "sorted": sorted,
    "year": lambda text: float(text[:4]),
}
"""What CEL has not: ``sum(list)``, ``abs(x)``, ``percent(share)``, ``figure(x)``, ``listed(codes, prefixes)`` (customs codes),
``days(from, to)`` and ``year(date)`` of ISO dates."""


ASKING = frozenset({"lines_named", "burning", "supplies", "emitted", "mass_of", "kwh_in", "credits"})
"""Functions that ask the lines of the result; see :mod:`tanheng.rules.asking`."""


def words(text: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(text.split())


RESULT = words(
    "product maker codes declared_unit unit_kind unit_text unit boundary period site regime regime_names method rule_pack "
    "rule_pack_names total complete stages lines gases origins stored_carbon quality uncertainty electricity allocation "
    "gaps hot_spots goal audience cut_offs limits sources author excluded monte_carlo parameters scenario claim"
)
"""Keys of the assessment's document that checks may use (a test compares them with the record)."""
LINE = words(
    "index place stage type names amount unit total share data quality rating parts gaps evidence source note level parent "
    "formula after"
)
PART = words(
    "what names amount unit per_unit total formula provenance gases stage excluded location_based gsd2 shared_spread"
)
OF_LINE = words("study weight namesakes children words legs whats spread shared_evidence")
"""What is computed for lines beside their result; see :mod:`tanheng.rules.items`."""
OF_PART = frozenset({"line", "weight", "local"})
ITEM: Mapping[Scope, frozenset[str]] = {
    Scope.LINES: LINE | OF_LINE,
    Scope.PARTS: PART | OF_PART,
    Scope.GAPS: frozenset({"code", "place", "blocks", "params"}),
    Scope.CUT_OFFS: frozenset({"names", "reason", "share"}),
    Scope.PROCESSES: frozenset({"id", "names", "stages", "types", "covered", "found", "weight"}),
    Scope.WAIVERS: frozenset({"code", "path", "reason", "person", "day", "matched", "severity"}),
}
EXCLUSION = frozenset({"part", "line", "product", "lists"})


class UnknownNameError(ValueError):
    """An expression uses a name that its context has not."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        self.name, self.known = name, tuple(sorted(known))
        super().__init__(name)


@lru_cache(maxsize=8192)
def program(expression: str) -> Any:
    """The compiled expression (``ValueError`` where it is no CEL)."""
    return cel.compile(expression)


def context_of(values: Mapping[str, Any], further: Mapping[str, Callable[..., Any]] | None = None) -> Any:
    """What expressions are run in: variables, our functions, and ``further`` ones."""
    context = cel.Context(variables=dict(values))
    for name, function in {**FUNCTIONS, **(further or {})}.items():
        context.add_function(name, function)
    return context


def evaluate(expression: str, context: Any, place: str) -> Any:
    """The value of an expression (TH-RUL-005 with ``place`` where it fails; nothing fails silently)."""
    try:
        return program(expression).execute(context)
    except Exception as error:  # the evaluator raises many kinds; each is the file's fault
        raise failed(expression, place, error) from error


def failed(expression: str, place: str, error: Exception) -> RuleError:
    """An expression that cannot be run."""
    return RuleError("TH-RUL-005", place=place, expression=expression, reason=str(error))


def reason_of(error: Exception) -> str:
    """The compiler's complaint on one line."""
    return " ".join(str(error).split())[:200]


def check_names(expression: str, variables: Mapping[str, frozenset[str] | None]) -> None:
    """Refuse unknown variables, functions and first keys.

    Args:
        variables: names that there will be, with the keys that each may be asked for; ``None`` for any.

    Raises:
        UnknownNameError: the first that is not known, with those that are.
        ValueError: no CEL.
    """
    references = program(expression).references()
    bare = _bare(expression)
    bound = set(_BOUND.findall(bare))
    for name in references["variables"]:
        if name not in variables and name not in bound:
            raise UnknownNameError(name, variables)
    known = BUILT_IN | FUNCTIONS.keys() | ASKING
    for name in references["functions"]:
        if name not in known and not _OPERATOR.fullmatch(name):
            raise UnknownNameError(f"{name}()", known)
    for name, keys in variables.items():
        for path in paths(expression, name):
            if keys is not None and path and path[0] not in keys:
                raise UnknownNameError(f"{name}.{path[0]}", keys)


def variables_of(scope: Scope, limits: Iterable[str], facts: frozenset[str]) -> Mapping[str, frozenset[str] | None]:
    """What a check of a scope sees."""
    common: dict[str, frozenset[str] | None] = {
        "facts": facts,
        "limits": frozenset(limits),
        "pack": PACK,
        "regime": REGIME,
    }
    if scope is Scope.STUDY:
        return {**common, "study": None, "result": RESULT}
    return {**common, "item": ITEM[scope]}


PACK = words(
    "id version status superseded_by valid_from valid_until units unit_kind boundaries stages scope report_fields label_unit "
    "band method"
)
REGIME = frozenset({"id", "stages", "required", "lists", "valid_from", "valid_until"})


@lru_cache(maxsize=65536)  # every assessment asks the same of the checks of its packs
def paths(expression: str, name: str) -> tuple[tuple[str, ...], ...]:
    """The keys behind every use of ``name``: ``item.line.type == "x"`` gives ``("line", "type")``.

    A method's name at the end is left out, so ``item.unit.startsWith("k")`` gives ``("unit",)``; keys that a macro asks of the
    entries of a list follow it: ``item.parts.exists(p, p.what == "x")`` gives ``("parts", "what")``.
    """
    return tuple(_paths(_bare(expression), name, frozenset()))


def _paths(bare: str, name: str, above: frozenset[str]) -> Iterator[tuple[str, ...]]:
    declared = {match.start(1) for match in _BOUND.finditer(bare)}
    for match in re.finditer(_PATH.format(name=re.escape(name)), bare):
        if match.start() in declared:
            continue
        keys = tuple(filter(None, match[1].split(".")))
        called = bool(match[2]) and match[2].strip() == "("
        if not called or not keys:
            yield keys
        elif keys[-1] in _MACROS and (variable := _VARIABLE.match(bare, match.end())) is not None:
            # What a chain of macros asks of its entries may be asked by the variable of any of them.
            variables = set(_BOUND.findall(bare)) if _CHAIN.search(bare) else {variable[1]}
            inner = {path for one in variables - above for path in _paths(bare, one, above | variables)}
            yield from (keys[:-1] + path for path in inner or {()})
        else:
            yield keys[:-1]


def _bare(expression: str) -> str:
    """The expression without what stands in quotes; a key in brackets stays a key unknown."""
    return _STRING.sub('""', expression)
