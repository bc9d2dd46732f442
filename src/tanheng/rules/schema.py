"""JSON Schemas of rule packs and regimes, made from the table of fields.

::

    python -m tanheng.rules.schema rule-pack > docs/schema/rule-pack-1.schema.json
    python -m tanheng.rules.schema regime > docs/schema/regime-1.schema.json
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from tanheng.rules.fields import CHOICES, Field, records
from tanheng.rules.values import CODE, ID, REFERENCE, VERSION
from tanheng.texts import LANGUAGES

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_RECORDS = {"rule-pack": "pack", "regime": "regime"}
_TEXT: Mapping[str, Any] = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}


def rules_schema(of: str = "rule-pack") -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a rule pack or a regime.

    It says what a file may look like; expressions, paths, units and GWP sets are checked when it is read.

    Args:
        of: ``rule-pack`` or ``regime``.

    >>> rules_schema("regime")["properties"]["tanheng"]["const"]
    'regime/1'
    """
    found: dict[str, Any] = {}
    root = _record(_RECORDS[of], found)
    title = {"rule-pack": "Tanheng rule pack", "regime": "Tanheng regime"}[of]
    return {
        "$schema": _DIALECT,
        "$id": f"urn:tanheng:schema:{of}-1",
        "title": title,
        **root,
        "$defs": {"names": _names(), **dict(sorted(found.items()))},
    }


def _names() -> dict[str, Any]:
    both = {lang: {"type": "string", "minLength": 1} for lang in LANGUAGES}
    return {"type": "object", "additionalProperties": False, "properties": both, "required": list(LANGUAGES)}


def _record(record: str, found: dict[str, Any]) -> dict[str, Any]:
    known = records()[record]
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {key: {**_value(field, found), **_told(field)} for key, field in known.items()},
        "required": [key for key, field in known.items() if field.needed],
    }


def _told(field: Field) -> dict[str, Any]:
    return {"description": field.texts["en"], "x-description-zh": field.texts["zh"]}


def _value(field: Field, found: dict[str, Any]) -> dict[str, Any]:
    match field.kind:
        case "schema":
            return {"const": field.refers}
        case "record" | "records":
            if field.refers not in found:
                found[field.refers] = {}  # holds the place while its fields are described
                found[field.refers] = _record(field.refers, found)
            link = {"$ref": f"#/$defs/{field.refers}"}
            return link if field.kind == "record" else {"type": "array", "items": link}
        case "names" | "template":
            return {"$ref": "#/$defs/names"}
        case kind:
            return _PLAIN[kind](field)


def _matching(pattern: str) -> Callable[[Field], dict[str, Any]]:
    return lambda _: {"type": "string", "pattern": f"^{pattern}$"}


def _same(value: Mapping[str, Any]) -> Callable[[Field], dict[str, Any]]:
    return lambda _: dict(value)


_PLAIN: Mapping[str, Callable[[Field], dict[str, Any]]] = {
    "text": _same({"type": ["string", "number"]}),
    "unit": _same(_TEXT),
    "expression": _same(_TEXT),
    "id": _matching(ID.pattern),
    "code": _matching(CODE.pattern),
    "version": _matching(VERSION.pattern),
    "reference": _matching(REFERENCE.pattern),
    "day": _matching(r"\d{4}-\d{2}-\d{2}"),
    "claim_unit": _matching("kg CO2e/.+"),
    "choice": lambda field: {"enum": [str(word) for word in CHOICES[field.refers]]},
    "choices": lambda field: {"type": "array", "items": {"enum": [str(word) for word in CHOICES[field.refers]]}},
    "number": _same({"type": "number"}),
    "numbers": _same({"type": "object", "additionalProperties": {"type": "number"}}),
    "steps": _same({"type": "array", "items": {"type": "number"}}),
    "share": _same({"type": "number", "minimum": 0, "maximum": 1}),
    "whole": _same({"type": "integer", "minimum": 0}),
    "flag": _same({"type": "boolean"}),
    "units": _same(_TEXTS),
    "gases": _same(_TEXTS),
    "texts": _same({"type": "array", "items": {"type": ["string", "number"]}}),
    "study_fields": _same(_TEXTS),
    "own_paths": _same(_TEXTS),
    "prefixes": _same(
        {
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"type": ["string", "integer"]}},
        }
    ),
}


def main() -> None:
    """Write a schema to standard output."""
    of = sys.argv[1] if len(sys.argv) > 1 else "rule-pack"
    sys.stdout.write(orjson.dumps(rules_schema(of), option=orjson.OPT_INDENT_2).decode() + "\n")


if __name__ == "__main__":
    main()
