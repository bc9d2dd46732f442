"""One reader for each kind of field of rule packs and regimes; a value that does not fit is a fault, never a guess."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from tanheng.quantities import find_gas, find_unit
from tanheng.rules.fields import CHOICES, Field, is_study_path
from tanheng.rules.marked import Faults, Marked, near
from tanheng.texts import LANGUAGES

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CODE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)+")
VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
REFERENCE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(@\d+(\.\d+){0,2})?")
CLAIM = "kg CO2e/"
_PLACEHOLDER = re.compile(r"\{[^}]*\}")


def read_value(node: Marked, field: Field, faults: Faults) -> Any:
    """The value of a field that is no record; ``None`` after a fault."""
    return READERS[field.kind](node, field, faults)


def _text(node: Marked, _: Field, faults: Faults) -> str | None:
    if isinstance(node.value, str):
        return node.value
    faults.add("TH-RUL-012", node, expected="text", found=node.shown)
    return None


def _matching(pattern: re.Pattern[str], code: str) -> Callable[[Marked, Field, Faults], str | None]:
    def read(node: Marked, field: Field, faults: Faults) -> str | None:
        words = _text(node, field, faults)
        if words is not None and not pattern.fullmatch(words):
            faults.add(code, node, found=node.shown, key=field.key)
            return None
        return words

    return read


def _names(node: Marked, _: Field, faults: Faults) -> Mapping[str, str] | None:
    table = node.table
    if table is None:
        faults.add("TH-RUL-014", node, missing=", ".join(LANGUAGES))
        return None
    for key, child in table.items():
        if key not in LANGUAGES:
            faults.add("TH-RUL-011", child, key=key, near=", ".join(LANGUAGES))
    missing = [lang for lang in LANGUAGES if not (lang in table and str(table[lang].value or "").strip())]
    if missing:
        faults.add("TH-RUL-014", node, missing=", ".join(missing))
        return None
    return {lang: str(table[lang].value) for lang in LANGUAGES}


def _template(node: Marked, field: Field, faults: Faults) -> Mapping[str, str] | None:
    names = _names(node, field, faults)
    for words in (names or {}).values():
        for found in _PLACEHOLDER.findall(words):
            if found not in ("{quote}", "{name}"):
                faults.add("TH-RUL-024", node, found=found)
    return names


def _day(node: Marked, field: Field, faults: Faults) -> str | None:
    words = _text(node, field, faults)
    try:
        if words is not None and re.fullmatch(r"\d{4}-\d\d-\d\d", words):
            return date.fromisoformat(words).isoformat()
    except ValueError:
        pass
    if words is not None:
        faults.add("TH-RUL-012", node, expected="YYYY-MM-DD", found=node.shown)
    return None


def _choice(node: Marked, field: Field, faults: Faults) -> str | None:
    known = CHOICES[field.refers]
    if isinstance(node.value, str) and node.value in known:
        return node.value
    faults.add("TH-RUL-013", node, found=node.shown, known=", ".join(known))
    return None


def _number(node: Marked, _: Field, faults: Faults) -> float | None:
    try:
        value = float(node.value) if isinstance(node.value, str) and not node.quoted else math.nan
    except ValueError:
        value = math.nan
    if math.isfinite(value):
        return value
    faults.add("TH-RUL-012", node, expected="0.05", found=node.shown)
    return None


def _share(node: Marked, field: Field, faults: Faults) -> float | None:
    value = _number(node, field, faults)
    if value is not None and not 0 <= value <= 1:
        faults.add("TH-RUL-012", node, expected="0 – 1", found=node.shown)
        return None
    return value


def _whole(node: Marked, field: Field, faults: Faults) -> int | None:
    value = _number(node, field, faults)
    if value is not None and (value != int(value) or value < 0):
        faults.add("TH-RUL-012", node, expected="0, 1, 2 …", found=node.shown)
        return None
    return None if value is None else int(value)


def _flag(node: Marked, _: Field, faults: Faults) -> bool | None:
    if isinstance(node.value, bool):
        return node.value
    faults.add("TH-RUL-012", node, expected="true / false", found=node.shown)
    return None


def _unit(node: Marked, field: Field, faults: Faults) -> str | None:
    words = _text(node, field, faults)
    if words is not None and find_unit(words) is None:
        faults.add("TH-RUL-020", node, found=words)
        return None
    return words


def _claim_unit(node: Marked, field: Field, faults: Faults) -> str | None:
    words = _text(node, field, faults)
    if words is None:
        return None
    if not words.startswith(CLAIM) or find_unit(words.removeprefix(CLAIM)) is None:
        faults.add("TH-RUL-020", node, found=words)
        return None
    return words


def _gas(node: Marked, field: Field, faults: Faults) -> str | None:
    words = _text(node, field, faults)
    if words is not None and find_gas(words) is None:
        faults.add("TH-RUL-012", node, expected="CO2, CH4 …", found=words)
        return None
    return words


def _study_field(node: Marked, field: Field, faults: Faults) -> str | None:
    words = _text(node, field, faults)
    if words is not None and not is_study_path(words):
        faults.add("TH-RUL-019", node, path=words)
        return None
    return words


def _many(one: Callable[[Marked, Field, Faults], Any]) -> Callable[[Marked, Field, Faults], tuple[Any, ...] | None]:
    def read(node: Marked, field: Field, faults: Faults) -> tuple[Any, ...] | None:
        if node.items is None:
            faults.add("TH-RUL-012", node, expected="[…]", found=node.shown)
            return None
        return tuple(one(child, field, faults) for child in node.items)

    return read


def _mapping(one: Callable[[Marked, Field, Faults], Any]) -> Callable[[Marked, Field, Faults], dict[str, Any] | None]:
    def read(node: Marked, field: Field, faults: Faults) -> dict[str, Any] | None:
        if node.table is None:
            faults.add("TH-RUL-012", node, expected="{…}", found=node.shown)
            return None
        return {key: one(child, field, faults) for key, child in node.table.items()}

    return read


READERS: Mapping[str, Callable[[Marked, Field, Faults], Any]] = {
    "text": _text,
    "id": _matching(ID, "TH-RUL-016"),
    "code": _matching(CODE, "TH-RUL-016"),
    "version": _matching(VERSION, "TH-RUL-015"),
    "reference": _matching(REFERENCE, "TH-RUL-016"),
    "names": _names,
    "template": _template,
    "day": _day,
    "choice": _choice,
    "choices": _many(_choice),
    "number": _number,
    "numbers": _mapping(_number),
    "steps": _many(_number),
    "share": _share,
    "whole": _whole,
    "wholes": _mapping(_whole),
    "flag": _flag,
    "unit": _unit,
    "units": _many(_unit),
    "claim_unit": _claim_unit,
    "gases": _many(_gas),
    "texts": _many(_text),
    "prefixes": _mapping(_many(_text)),
    "study_fields": _many(_study_field),
    "own_paths": _many(_text),
    "expression": _text,
}
"""Readers by kind; ``schema``, ``record`` and ``records`` are read by :mod:`tanheng.rules.reading`."""

__all__ = ["CLAIM", "CODE", "ID", "READERS", "REFERENCE", "VERSION", "near", "read_value"]
