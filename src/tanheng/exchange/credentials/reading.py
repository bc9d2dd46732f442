"""JSON that came from outside, read so that it has one meaning only."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

_DEEPEST = 32


def loaded(content: bytes | str) -> Any:
    """What JSON says; ValueError where it is none, is nested deeper than any credential, or has a name twice in an object.

    Readers differ in which of two they take, so that people could be shown another value than the one that verifies.
    """
    found = orjson.loads(content)
    require_shallow(found)
    json.loads(content, object_pairs_hook=_once)
    return found


def require_shallow(told: object) -> None:
    """ValueError where JSON is nested deeper than any credential, which what makes it canonical would not survive."""
    level = [told]
    for _ in range(_DEEPEST):
        level = [part for one in level for part in _parts(one)]
        if not level:
            return
    raise ValueError("nested too deep")


def _parts(told: object) -> Sequence[object]:
    if isinstance(told, Mapping):
        return list(told.values())
    return told if isinstance(told, list) else ()


def _once(pairs: Sequence[tuple[str, Any]]) -> None:
    names: set[str] = set()
    for name, _ in pairs:
        if name in names:
            raise ValueError(f"“{name[:40]}” stands there twice")
        names.add(name)
