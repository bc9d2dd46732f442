"""Long lists, a page at a time: by where the page before ended, so that nothing is skipped or told twice while others write."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

import orjson
from sqlalchemy import Column, Date, Select, Uuid, literal, tuple_
from sqlalchemy.engine import RowMapping

from tanheng.errors import RequestError
from tanheng.storage.sql import Work
from tanheng.storage.sql.types import UtcTime
from tanheng.storage.sql.work import is_id

T = TypeVar("T")
LIMIT = 50
MOST = 500


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of a list.

    Attributes:
        next: cursor of the page after; empty at the end.
    """

    items: tuple[T, ...]
    next: str = ""


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page: after a cursor, so many."""

    after: str = ""
    limit: int = LIMIT


def page(
    work: Work,
    query: Select[Any],
    paging: Paging,
    *,
    by: tuple[Column[Any], ...],
    newest_first: bool = True,
    make: Callable[[RowMapping], T],
) -> Page[T]:
    """A page of a query.

    Args:
        by: columns that order the rows and tell them all apart (the last one unique), none of them NULL.

    Raises:
        RequestError: TH-API-006 a cursor that is none.
    """
    limit = max(1, min(paging.limit, MOST))
    if paging.after:
        values = _opened(paging.after, by)
        here, there = tuple_(*by), tuple_(*(literal(value, c.type) for value, c in zip(values, by, strict=True)))
        query = query.where(here < there if newest_first else here > there)
    ordered = query.order_by(*(c.desc() if newest_first else c.asc() for c in by)).limit(limit + 1)
    rows = work.sql.execute(ordered).mappings().all()
    kept = rows[:limit]
    following = _closed([kept[-1][c.name] for c in by]) if len(rows) > limit else ""
    return Page(tuple(make(row) for row in kept), following)


def cut(items: Sequence[T], paging: Paging) -> Page[T]:
    """A page of a list that never changes, by how many entries are before it.

    Raises:
        RequestError: TH-API-006 a cursor that is none.
    """
    if paging.after and not (paging.after.isascii() and paging.after.isdecimal() and len(paging.after) < 10):
        raise RequestError("TH-API-006", cursor=paging.after[:80])
    first = int(paging.after or 0)
    last = first + max(1, min(paging.limit, MOST))
    return Page(tuple(items[first:last]), str(last) if last < len(items) else "")


def _closed(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def _opened(cursor: str, by: tuple[Column[Any], ...]) -> list[Any]:
    """The values in a cursor, each as its column has it."""
    try:
        written = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(written, list):
            raise ValueError("no list")
        return [_value(value, column) for value, column in zip(written, by, strict=True)]
    except (ValueError, TypeError, binascii.Error) as error:
        raise RequestError("TH-API-006", cursor=cursor[:80]) from error


def _value(written: Any, column: Column[Any]) -> Any:
    if isinstance(column.type, UtcTime):
        moment = datetime.fromisoformat(written)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if isinstance(column.type, Date):
        return date.fromisoformat(written)
    wanted = column.type.python_type if not isinstance(column.type, Uuid) else str
    if type(written) is not wanted or (isinstance(column.type, Uuid) and not is_id(written)):
        raise ValueError(f"not of {column.name}")
    return written
