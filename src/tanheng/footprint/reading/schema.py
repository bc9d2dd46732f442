"""JSON Schema of a study, made from the field table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tanheng.footprint.reading.fields import CHOICES, Field, fields, records
from tanheng.footprint.study import SCHEMA, Supply
from tanheng.inventory.model import Distribution
from tanheng.texts import LANGUAGES

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_ID = "urn:tanheng:schema:study-1"
_SPACED = r"[ \u00a0\u2007\u2009\u202f_]"
_NUMBER_TEXT = rf"^\s*[+-]?((\d{{1,3}}({_SPACED}\d{{3}})+|\d+)(\.\d+)?|\.\d+)([eE][+-]?\d+)?"
_RANGES: Mapping[str, dict[str, float]] = {
    "": {},
    ">0": {"exclusiveMinimum": 0},
    ">=0": {"minimum": 0},
    ">=1": {"minimum": 1},
    "0..1": {"minimum": 0, "maximum": 1},
    "1..5": {"minimum": 1, "maximum": 5},
}


def study_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of the plain document of a study, as a person or a program writes it.

    It says what a document may look like; units, codes and sums are checked when a study is read.

    >>> study_schema()["properties"]["tanheng"]
    {'const': 'study/1', 'title': 'Schema', 'description': 'Version of the study format; always study/1'}
    """
    made = _record("study")
    described = {record: _record(record) for record in records() if record != "study"}
    described["electricity"]["oneOf"] = [{"required": [supply.value]} for supply in Supply]
    described["uncertainty"]["anyOf"] = [
        {"required": ["gsd2"]},
        {"required": ["kind", "sd"], "properties": {"kind": {"const": Distribution.NORMAL.value}}},
        {"required": ["kind", "min", "max"]},
    ]
    described["emission_of_gas"] = {
        **described["emission"],
        "properties": {k: v for k, v in described["emission"]["properties"].items() if k != "gas"},
        "required": ["amount"],
    }
    return {
        "$schema": _DIALECT,
        "$id": _ID,
        "title": "Tanheng study",
        "description": "One product's model and choices: the input of a carbon footprint.",
        **made,
        "$defs": {**_common(), **described},
    }


def _record(record: str) -> dict[str, Any]:
    known = fields(record)
    made: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {key: _property(field) for key, field in known.items()},
    }
    needed = [key for key, field in known.items() if field.needed]
    return {**made, "required": needed} if needed else made


def _property(field: Field) -> dict[str, Any]:
    made = _value(field)
    if not field.needed:
        # An empty value in YAML is as good as an absent key.
        made = {"anyOf": [made, {"type": "null"}]}
    if field.default:
        made["default"] = _default(field)
    return {**made, "title": field.names["en"], "description": field.texts["en"]}


def _default(field: Field) -> Any:
    if field.kind == "flag":
        return field.default == "true"
    return float(field.default) if field.kind in ("number", "share") else field.default


def _value(field: Field) -> dict[str, Any]:
    match field.kind:
        case "schema":
            return {"const": SCHEMA}
        case "choice":
            return {"enum": [member.value for member in CHOICES[field.refers]]}
        case "number":
            return {
                "anyOf": [
                    {"type": "number", **_RANGES[field.range]},
                    {"type": "string", "pattern": _NUMBER_TEXT + r"\s*$"},
                ]
            }
        case "quantity":
            return _quantity(field)
        case "record":
            return {"$ref": f"#/$defs/{field.refers}"}
        case "records":
            return {
                "type": "array",
                "items": {"$ref": f"#/$defs/{field.refers}"},
                **({"minItems": 1} if field.needed else {}),
            }
        case "text" | "geography" | "mode" | "gas" | "supply":
            return {"$ref": "#/$defs/text"}
        case kind:
            return {"$ref": f"#/$defs/{kind}"}


def _quantity(field: Field) -> dict[str, Any]:
    parts = {
        "type": "object",
        "additionalProperties": False,
        "required": ["value", "unit"],
        "properties": {"value": {"type": "number", **_RANGES[field.range]}, "unit": {"type": "string", "minLength": 1}},
    }
    return {"anyOf": [{"type": "string", "pattern": _NUMBER_TEXT + r"\s*[^\s\d.,+-].*$"}, parts]}


def _common() -> dict[str, Any]:
    by_language = {
        "type": "object",
        "additionalProperties": False,
        "minProperties": 1,
        "properties": {lang: {"type": "string"} for lang in LANGUAGES},
    }
    one_gas = {"anyOf": [_quantity(fields("emission")["amount"]), {"$ref": "#/$defs/emission_of_gas"}]}
    return {
        "text": {"type": ["string", "number"]},
        "names": {"anyOf": [{"type": "string"}, by_language]},
        "texts": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"$ref": "#/$defs/text"}}]},
        "names_list": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"$ref": "#/$defs/names"}}]},
        "codes": {"type": "object", "additionalProperties": {"type": "string"}},
        "share": {
            "anyOf": [
                {"type": "number", "minimum": 0, "maximum": 1},
                {"type": "string", "pattern": r"^\s*\+?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*%?\s*$"},
            ]
        },
        "flag": {"type": "boolean"},
        "settings": {"type": "object", "additionalProperties": {"$ref": "#/$defs/text"}},
        "day": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
        "year": {"type": ["string", "integer"], "pattern": r"^\d{4}$"},
        "period": {"type": ["string", "integer"], "pattern": r"^\d{4}(-\d{2}){0,2}(\s*/\s*\d{4}(-\d{2}){0,2})?$"},
        "emits": {
            "anyOf": [
                {"type": "object", "additionalProperties": one_gas},
                {"type": "array", "items": {"$ref": "#/$defs/emission"}},
            ]
        },
    }
