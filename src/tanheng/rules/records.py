"""A frozen record as a mapping: what checks read, without copying a result of 300,000 lines first."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from types import NoneType
from typing import Any, overload


class Record(Mapping[str, Any]):
    """The fields of a dataclass by name; records below it are mappings, too, made when they are asked for.

    >>> from tanheng.rules.model import Reference
    >>> Record(Reference("T", number="1"))["number"]
    '1'
    """

    __slots__ = ("_of",)

    def __init__(self, of: Any) -> None:
        self._of = of

    def __getitem__(self, key: str) -> Any:
        try:
            value = getattr(self._of, key)
        except AttributeError:
            raise KeyError(key) from None
        wrap = _WRAPS.get(type(value), _wrap)
        return wrap(value) if wrap is not None else value

    def __iter__(self) -> Iterator[str]:
        return (field.name for field in dataclasses.fields(self._of))

    def __len__(self) -> int:
        return len(dataclasses.fields(self._of))


class _Records(Sequence[Record]):
    __slots__ = ("_of",)

    def __init__(self, of: Sequence[Any]) -> None:
        self._of = of

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Record]: ...
    def __getitem__(self, index: int | slice) -> Record | Sequence[Record]:
        return _Records(self._of[index]) if isinstance(index, slice) else Record(self._of[index])

    def __iter__(self) -> Iterator[Record]:
        return map(Record, self._of)

    def __len__(self) -> int:
        return len(self._of)


def _wrap(value: Any) -> Any:
    """The value as plain data; values of types that need no wrapping are not asked again."""
    if isinstance(value, tuple | list):
        return _Records(value) if value and dataclasses.is_dataclass(value[0]) else value
    if isinstance(value, StrEnum):
        return value.value
    if dataclasses.is_dataclass(value):
        _WRAPS[type(value)] = Record
        return Record(value)
    if type(value) in (str, float, int, bool, dict, NoneType):
        _WRAPS[type(value)] = None
    return value


_WRAPS: dict[type, Callable[[Any], Any] | None] = {}
