"""JSON Schema of an assessment, made from the frozen values of :mod:`tanheng.footprint.assessment`.

::

    python -m tanheng.footprint.schema > docs/schema/assessment-1.schema.json
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import sys
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import orjson

from tanheng.footprint.assessment import SCHEMA, Assessment
from tanheng.footprint.canonical import later_names

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_ID = "urn:tanheng:schema:assessment-1"
_PLAIN: Mapping[type, str] = {str: "string", float: "number", int: "integer", bool: "boolean"}
_DIGEST = {"pattern": "^sha256:[0-9a-f]{64}$"}
_ATTRIBUTE = re.compile(r"(?P<names>\w+(?:, \w+)*): (?P<text>.+)")


def assessment_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of the document that ``assess --json`` and ``--out`` write.

    Every dataclass is a definition of its own; keys are the field names, all of them present but those that
    came later. Descriptions are the ``Attributes`` of the docstrings.

    >>> assessment_schema()["properties"]["tanheng"]
    {'const': 'assessment/1'}
    """
    found: dict[str, Any] = {}
    _define(Assessment, found)
    whole = found.pop(Assessment.__name__)
    whole["properties"]["digest"] |= _DIGEST
    return {
        "$schema": _DIALECT,
        "$id": _ID,
        "title": "Tanheng assessment",
        **whole,
        "properties": {"tanheng": {"const": SCHEMA}, **whole["properties"]},
        "required": ["tanheng", *whole["required"]],
        "$defs": dict(sorted(found.items())),
    }


def _define(record: type, found: dict[str, Any]) -> None:
    """Put the schema of a dataclass, and of those that it refers to, into ``found``."""
    if record.__name__ in found:
        return
    found[record.__name__] = {}  # holds the place while its fields are described
    hints, texts = get_type_hints(record), _attributes(record)
    properties = {}
    for field in dataclasses.fields(record):
        described = {"description": texts[field.name]} if field.name in texts else {}
        properties[field.name] = {**_value(hints[field.name], found), **described}
    found[record.__name__] = {
        "type": "object",
        "description": (inspect.getdoc(record) or "").partition("\n")[0],
        "additionalProperties": False,
        "properties": properties,
        "required": [name for name in properties if name not in later_names(record)],
    }


def _value(kind: Any, found: dict[str, Any]) -> dict[str, Any]:
    """The schema of one type of value."""
    args = get_args(kind)
    if kind is Any:
        return {}
    if get_origin(kind) in (Union, UnionType):
        return {"anyOf": [_value(arg, found) for arg in args if arg is not NoneType] + [{"type": "null"}]}
    if get_origin(kind) is tuple:
        return _array(args, found)
    if get_origin(kind) is Mapping:
        return {"type": "object", "additionalProperties": _value(args[1], found)}
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        _define(kind, found)
        return {"$ref": f"#/$defs/{kind.__name__}"}
    if issubclass(kind, StrEnum):
        return {"enum": [member.value for member in kind]}
    return {"type": _PLAIN[kind]}


def _array(args: tuple[Any, ...], found: dict[str, Any]) -> dict[str, Any]:
    if args[-1] is Ellipsis:
        return {"type": "array", "items": _value(args[0], found)}
    parts = [_value(arg, found) for arg in args]
    return {"type": "array", "prefixItems": parts, "items": False, "minItems": len(parts)}


@cache
def _attributes(record: type) -> Mapping[str, str]:
    """Texts of the fields in the ``Attributes`` section of a docstring, by name."""
    _, found, section = (inspect.getdoc(record) or "").partition("Attributes:\n")
    texts: dict[str, str] = {}
    names: list[str] = []
    for line in section.splitlines() if found else ():
        match = _ATTRIBUTE.fullmatch(line.strip()) if line.startswith("    ") and line[4:5] != " " else None
        if match is not None:
            names = match["names"].split(", ")
            texts.update(dict.fromkeys(names, match["text"]))
        else:
            texts.update({name: f"{texts[name]} {line.strip()}" for name in names if line.strip()})
    return {name: re.sub(r"`+", "", text) for name, text in texts.items()}


def main() -> None:
    """Write the schema to standard output."""
    sys.stdout.write(orjson.dumps(assessment_schema(), option=orjson.OPT_INDENT_2).decode() + "\n")


if __name__ == "__main__":
    main()
