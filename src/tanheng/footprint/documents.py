"""The assessment as a JSON document, its digest, and reading it back (C03, C21)."""

from __future__ import annotations

import dataclasses
import hashlib
import math
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

import orjson
import rfc8785

from tanheng.errors import AssessmentError, QuantityError
from tanheng.files import replacing
from tanheng.footprint.assessment import SCHEMA, Assessment
from tanheng.quantities import Quantity

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
    with replacing(path) as work:
        work.write_bytes(orjson.dumps(document(assessment), option=orjson.OPT_INDENT_2))


def read_assessment(path: Path) -> Assessment:
    """Read an assessment and check its digest.

    Raises:
        AssessmentError: TH-ASM-003 not an assessment, TH-ASM-004 changed since it was frozen (C21).
    """
    try:
        data = orjson.loads(path.read_bytes())
        if data.get("tanheng") != SCHEMA:
            raise AssessmentError("TH-ASM-003", place=path.name, reason=f"tanheng: {data.get('tanheng')}")
        # The digest is of the file as it is: a later version may know further fields, and that is no forgery.
        stated = data.pop("digest")
        found = digest_of(data)
        made: Assessment = build(
            Assessment, {key: value for key, value in data.items() if key != "tanheng"} | {"digest": stated}
        )
        _check(made)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ArithmeticError, QuantityError) as error:
        raise AssessmentError("TH-ASM-003", place=path.name, reason=f"{type(error).__name__}: {error}") from error
    if found != stated:
        raise AssessmentError("TH-ASM-004", place=path.name, digest=stated, found=found)
    return made


def _check(made: Assessment) -> None:
    """What a file of the right shape can still get wrong, and what calculating with it needs."""
    numbers = [made.total, *(g.mass for g in made.gases), *(g.co2e for g in made.gases)]
    if not all(isinstance(n, int | float) and math.isfinite(n) for n in numbers):
        raise ValueError("total or gases are not numbers")
    if not Quantity.parse(made.declared_unit).value > 0:
        raise ValueError(f"declared_unit: {made.declared_unit}")
    if not isinstance(made.inputs, Mapping):
        raise TypeError("inputs is no object")


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
