"""Documents with one thing wrong in them, for tests of readers."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

JUNK: tuple[Any, ...] = (None, "x", [1])


def broken(document: Any) -> Iterator[Any]:
    """Every part of a JSON document left out, and replaced by things that are something else."""
    for path in _paths(document, ()):
        for value in (*JUNK, ...):
            found = copy.deepcopy(document)
            inner = found
            for key in path[:-1]:
                inner = inner[key]
            if value is ...:
                del inner[path[-1]]
            else:
                inner[path[-1]] = value
            yield found


def _paths(value: Any, before: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    if before:
        yield before
    rows = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in rows:
        yield from _paths(inner, (*before, key))
