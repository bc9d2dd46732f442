"""JSON of frozen values without a copy of the whole: canonical form for digests (RFC 8785), and files, piece by piece.

A result can have 300,000 lines; a plain copy of it, and another one with rounded numbers, would be larger than itself.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

import orjson
import rfc8785

SIGNIFICANT_DIGITS = 9
"""Digits of a number in a digest (C03)."""

_CHUNK = 500
_WHOLE = float(2**53)
_SMALLEST_PLAIN, _LARGEST_PLAIN = 1e-4, 1e15
"""Between these, orjson and ECMAScript (on which RFC 8785 rests) write a fraction alike."""

Write = Callable[[Any], bytes]


def digest_of(value: Any) -> str:
    """``sha256:`` of the canonical form (RFC 8785) of a JSON value or frozen value, numbers at 9 significant digits."""
    hashed = hashlib.sha256()
    for piece in _pieces(value, lambda entry: orjson.dumps(_canonical(entry)), _sorted):
        hashed.update(piece)
    return "sha256:" + hashed.hexdigest()


def json_pieces(value: Any) -> Iterator[bytes]:
    """The JSON of a JSON value or frozen value as it stands, piece by piece."""
    return _pieces(value, lambda entry: orjson.dumps(plain(entry)), list)


def plain(value: Any) -> Any:
    """A frozen value as JSON: dataclasses by field name, enumerations by value."""
    kind = type(value)
    if kind is str or kind is float or value is None or kind is bool or kind is int:
        return value
    if kind is dict:
        return {str(key): plain(entry) for key, entry in value.items()}
    if kind is tuple or kind is list:
        return [plain(entry) for entry in value]
    names = field_names(kind)
    if names:
        return {name: plain(getattr(value, name)) for name in _told(value, names)}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    return value


def field_names(kind: type) -> tuple[str, ...]:
    """Names of a dataclass's fields, in order; empty for other types."""
    if kind not in _NAMES:
        _NAMES[kind] = tuple(f.name for f in dataclasses.fields(kind)) if dataclasses.is_dataclass(kind) else ()
    return _NAMES[kind]


def later() -> Any:
    """A field that came after the first documents: left out where it is ``None``, so that digests from before hold."""
    return dataclasses.field(default=None, metadata={_LATER: True})


def later_names(kind: type) -> frozenset[str]:
    """Names of the fields of a dataclass that came later."""
    if kind not in _CAME_LATER:
        _CAME_LATER[kind] = frozenset(one.name for one in dataclasses.fields(kind) if _LATER in one.metadata)
    return _CAME_LATER[kind]


def _told(value: Any, names: Sequence[str]) -> Sequence[str]:
    """The fields of a value that its document has."""
    absent = later_names(type(value))
    if not absent:
        return names
    return [name for name in names if name not in absent or getattr(value, name) is not None]


def _sorted_names(kind: type) -> tuple[str, ...]:
    if kind not in _SORTED:
        _SORTED[kind] = tuple(sorted(field_names(kind)))
    return _SORTED[kind]


_NAMES: dict[type, tuple[str, ...]] = {}
_SORTED: dict[type, tuple[str, ...]] = {}
_CAME_LATER: dict[type, frozenset[str]] = {}
_LATER = "later"


def _pieces(value: Any, write: Write, order: Callable[[Sequence[str]], Sequence[str]]) -> Iterator[bytes]:
    """Mappings entry by entry, lists in chunks, so that no piece is large."""
    names = field_names(type(value))
    if names or isinstance(value, Mapping):
        entries = (
            {name: getattr(value, name) for name in _told(value, names)}
            if names
            else {str(k): v for k, v in value.items()}
        )
        lead = b"{"
        for key in order(list(entries)):
            yield lead + orjson.dumps(key) + b":"
            yield from _pieces(entries[key], write, order)
            lead = b","
        yield b"}" if lead == b"," else b"{}"
    elif isinstance(value, list | tuple):
        yield b"["
        for start in range(0, len(value), _CHUNK):
            yield (b"," if start else b"") + write(list(value[start : start + _CHUNK]))[1:-1]
        yield b"]"
    else:
        yield write(value)


def _canonical(value: Any) -> Any:
    """What orjson writes in canonical form."""
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return value
    if kind is float:
        return _number(value)
    if kind is dict:
        return {key: _canonical(value[key]) for key in _sorted(list(value))}
    if kind is tuple or kind is list:
        return [_canonical(entry) for entry in value]
    names = _sorted_names(kind)
    if names:
        return {name: _canonical(getattr(value, name)) for name in _told(value, names)}
    if kind is int:
        return orjson.Fragment(rfc8785.dumps(value))
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Mapping):
        return {key: _canonical(value[key]) for key in _sorted(list(value))}
    return orjson.Fragment(rfc8785.dumps(value))


def _number(value: float) -> Any:
    rounded = float(f"{value:.{SIGNIFICANT_DIGITS}g}")
    size = abs(rounded)
    if size < _WHOLE and rounded.is_integer():
        return int(rounded)
    if _SMALLEST_PLAIN <= size < _LARGEST_PLAIN:
        return rounded
    return orjson.Fragment(rfc8785.dumps(rounded))


def _sorted(keys: Sequence[str]) -> Sequence[str]:
    """By UTF-16 code units, as RFC 8785 asks; the same as Python's order but for characters beyond the first plane."""
    if any(not key.isascii() for key in keys):
        return sorted(keys, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
    return sorted(keys)
