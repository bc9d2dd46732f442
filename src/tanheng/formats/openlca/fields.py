"""Typed access to JSON objects whose writers differ in spelling and leave things out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]
_NOTHING: Json = {}


def text(entity: Json, *keys: str) -> str:
    """The first of ``keys`` that holds a text, stripped; empty if none does."""
    for key in keys:
        value = entity.get(key)
        if isinstance(value, str) and (stripped := value.strip()):
            return stripped
    return ""


def number(entity: Json, *keys: str) -> float | None:
    """The first of ``keys`` that holds a finite number; ``None`` if none does."""
    for key in keys:
        value = entity.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            return float(value)
    return None


def flag(entity: Json, *keys: str) -> bool:
    """Whether one of ``keys`` (the spellings of the schema versions) is true; absent is false."""
    for key in keys:  # noqa: SIM110 - a generator doubles the time, and this runs three times for every exchange
        if entity.get(key) is True:
            return True
    return False


def entity(parent: Json, key: str) -> Json:
    """The object under ``key``; an empty one if there is none."""
    value = parent.get(key)
    return value if isinstance(value, dict) else _NOTHING


def entities(parent: Json, key: str) -> list[Json]:
    """The objects of the list under ``key``; other things in it are passed over."""
    value = parent.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def ref(parent: Json, key: str) -> str:
    """Id of the data set that ``key`` refers to; empty if it refers to none."""
    return text(entity(parent, key), "@id")
