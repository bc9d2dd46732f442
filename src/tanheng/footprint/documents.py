"""The assessment as a JSON document, its digest, and reading it back (C03, C21)."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

import orjson

from tanheng.errors import AssessmentError, QuantityError
from tanheng.files import replacing
from tanheng.footprint.assessment import ENGINE_VERSION, SCHEMA, Assessment
from tanheng.footprint.canonical import digest_of, field_names, json_pieces, plain
from tanheng.quantities import Quantity

READABLE = 10_000
"""Lines up to which a file is indented."""

__all__ = ["build", "digest", "digest_of", "document", "plain", "read_assessment", "write_assessment"]


def document(assessment: Assessment) -> dict[str, Any]:
    """The assessment as plain JSON values; keys are the field names, in order, after the schema's name."""
    return {"tanheng": SCHEMA, **plain(assessment)}


def digest(assessment: Assessment) -> str:
    """``sha256:`` of the canonical document (RFC 8785) without the digest itself, numbers at 9 significant digits (C03)."""
    entries = {name: getattr(assessment, name) for name in field_names(Assessment) if name != "digest"}
    return digest_of({"tanheng": SCHEMA, **entries})


def write_assessment(assessment: Assessment, path: Path) -> None:
    """Write the document as JSON, whole or not at all; indented for people where they could read it."""
    with replacing(path) as work:
        if len(assessment.lines) <= READABLE:
            work.write_bytes(orjson.dumps(document(assessment), option=orjson.OPT_INDENT_2))
            return
        with work.open("wb") as stream:
            entries = {name: getattr(assessment, name) for name in field_names(Assessment)}
            stream.writelines(json_pieces({"tanheng": SCHEMA, **entries}))


def read_assessment(path: Path) -> Assessment:
    """Read an assessment and check its digest.

    Raises:
        AssessmentError: TH-ASM-003 not an assessment, TH-ASM-004 changed since it was frozen (C21), TH-ASM-006 made with
            another engine, in a form that this version does not read.
    """
    data: Any = None
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
    except OSError as error:
        raise AssessmentError("TH-ASM-003", place=path.name, reason=error.strerror or str(error)) from error
    except (
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        ArithmeticError,
        RecursionError,
        QuantityError,
    ) as error:
        _check_engine(data, path)
        raise AssessmentError("TH-ASM-003", place=path.name, reason=f"{type(error).__name__}: {error}") from error
    if found != stated:
        raise AssessmentError("TH-ASM-004", place=path.name, digest=stated, found=found)
    return made


def _check_engine(data: Any, path: Path) -> None:
    """An assessment of another engine may have another form: that is said rather than which field is missing."""
    inputs = data.get("inputs") if isinstance(data, dict) else None
    engine = inputs.get("engine", ENGINE_VERSION) if isinstance(inputs, dict) else ENGINE_VERSION
    if engine != ENGINE_VERSION:
        params = {"what": "engine", "recorded": engine, "here": ENGINE_VERSION}
        raise AssessmentError("TH-ASM-006", place=path.name, **params)


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
