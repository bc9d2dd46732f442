"""The assessment as a JSON document, its digest, and reading it back (C03, C21)."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

import orjson
import rfc8785

from tanheng.errors import AssessmentError
from tanheng.footprint.assessment import SCHEMA, Assessment

SIGNIFICANT_DIGITS = 9


def document(assessment: Assessment) -> dict[str, Any]:
    """The assessment as plain JSON values; keys are the field names, in order, after the schema's name."""
    return {"tanheng": SCHEMA, **plain(assessment)}


def plain(value: Any) -> Any:
    """A frozen value as JSON: dataclasses by field name, enumerations by value."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    return value


def digest(assessment: Assessment) -> str:
    """``sha256:`` of the canonical document (RFC 8785) without the digest itself, numbers at 9 significant digits (C03)."""
    body = document(assessment)
    del body["digest"]
    return digest_of(body)


def digest_of(body: Any) -> str:
    """``sha256:`` of any JSON value in canonical form, numbers at 9 significant digits."""
    return "sha256:" + hashlib.sha256(rfc8785.dumps(_rounded(body))).hexdigest()


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.{SIGNIFICANT_DIGITS}g}") + 0.0
    if isinstance(value, Mapping):
        return {key: _rounded(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_rounded(entry) for entry in value]
    return value


def write_assessment(assessment: Assessment, path: Path) -> None:
    """Write the document as JSON, whole or not at all."""
    work = path.with_name(f".{path.name}.writing")
    try:
        work.write_bytes(orjson.dumps(document(assessment), option=orjson.OPT_INDENT_2))
        work.replace(path)
    finally:
        work.unlink(missing_ok=True)


def read_assessment(path: Path) -> Assessment:
    """Read an assessment and check its digest.

    Raises:
        AssessmentError: TH-ASM-003 not an assessment, TH-ASM-004 changed since it was frozen (C21).
    """
    try:
        data = orjson.loads(path.read_bytes())
        if data.get("tanheng") != SCHEMA:
            raise AssessmentError("TH-ASM-003", place=path.name, reason=f"tanheng: {data.get('tanheng')}")
        del data["tanheng"]
        made: Assessment = build(Assessment, data)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise AssessmentError("TH-ASM-003", place=path.name, reason=str(error)) from error
    if digest(made) != made.digest:
        raise AssessmentError("TH-ASM-004", place=path.name, digest=made.digest, found=digest(made))
    return made


@cache
def _hints(cls: type) -> Mapping[str, Any]:
    return get_type_hints(cls)


def build(kind: Any, value: Any) -> Any:
    """A frozen value of type ``kind`` from plain JSON."""
    origin = get_origin(kind)
    if origin is Union or origin is type(int | str):
        if value is None:
            return None
        return build(next(a for a in get_args(kind) if a is not type(None)), value)
    if origin is tuple:
        args = get_args(kind)
        if len(args) == 2 and args[1] is Ellipsis:
            return tuple(build(args[0], entry) for entry in value)
        return tuple(build(a, entry) for a, entry in zip(args, value, strict=True))
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{key: build(hints[key], entry) for key, entry in value.items()})
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(value)
    return value
