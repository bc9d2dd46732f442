"""Rows as JSON lines that mean the same on every engine, a few in memory at a time."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Date,
    Float,
    LargeBinary,
    Text,
    bindparam,
    cast,
    func,
    insert,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB

from tanheng.storage.sql.tables import METADATA
from tanheng.storage.sql.types import UtcTime

_AT_ONCE = 200  # rows; documents of studies are among them
_BYTES = 4 * 2**20
_SEARCH = "search_"
"""How the tables of the search index begin, which each engine has in its own way: it is written anew after a restore."""


def tables() -> tuple[str, ...]:
    """Names of the tables that a backup holds, those that others refer to first."""
    return tuple(str(table.name) for table in METADATA.sorted_tables if not table.name.startswith(_SEARCH))


def columns(table: str) -> tuple[str, ...]:
    """Names of the columns of a table, in the order of the values of its lines."""
    return tuple(str(c.name) for c in METADATA.tables[table].columns)


def count(connection: Connection, table: str) -> int:
    """How many rows a table has."""
    from sqlalchemy import table as named

    return connection.execute(select(func.count()).select_from(named(table))).scalar_one()


def read(connection: Connection, table: str) -> Iterator[bytes]:
    """The rows of a table as lines, by their primary key."""
    found = METADATA.tables[table]
    told = [_TELL.get(_kind(column), _same) for column in found.columns]
    query = select(*map(_selected, found.columns)).order_by(*found.primary_key.columns)
    for row in connection.execute(query, execution_options={"yield_per": _AT_ONCE}):
        yield orjson.dumps([None if v is None else tell(v) for tell, v in zip(told, row, strict=True)]) + b"\n"


def write(connection: Connection, table: str, lines: Iterable[bytes]) -> None:
    """Insert rows that :func:`read` gave.

    Raises:
        ValueError: a line that is none. DBAPIError: the database takes a row not.
    """
    found = METADATA.tables[table]
    heard = [_HEAR.get(_kind(column), _same) for column in found.columns]
    names = columns(table)
    statement = insert(found).values({column.name: _bound(column, connection) for column in found.columns})
    for batch in _batches(lines):
        connection.execute(
            statement,
            [
                {n: None if v is None else hear(v) for n, hear, v in zip(names, heard, row, strict=True)}
                for row in batch
            ],
        )


def _batches(lines: Iterable[bytes]) -> Iterator[list[Sequence[Any]]]:
    batch: list[Sequence[Any]] = []
    size = 0
    for line in lines:
        batch.append(orjson.loads(line))
        size += len(line)
        if len(batch) >= _AT_ONCE or size >= _BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _kind(column: Column[Any]) -> type:
    return next((kind for kind in _TELL if isinstance(column.type, kind)), object)


def _selected(column: Column[Any]) -> Any:
    """JSON is read as its text: so a ``null`` in it and none at all stay two things."""
    return cast(column, Text).label(column.name) if isinstance(column.type, JSON) else column


def _bound(column: Column[Any], connection: Connection) -> Any:
    if not isinstance(column.type, JSON):
        return bindparam(column.name, type_=column.type)
    text = bindparam(column.name, type_=Text())
    return cast(text, JSONB) if connection.dialect.name == "postgresql" else type_coerce(text, Text)


def _same(value: Any) -> Any:
    return value


def _number(value: float) -> Any:
    return value if math.isfinite(value) else str(value)


def _text_of(value: bytes) -> str:
    return base64.b64encode(value).decode()


_TELL: Mapping[type, Callable[[Any], Any]] = {
    UtcTime: datetime.isoformat,
    Date: date.isoformat,
    LargeBinary: _text_of,
    Float: _number,
}
_HEAR: Mapping[type, Callable[[Any], Any]] = {
    UtcTime: datetime.fromisoformat,
    Date: date.fromisoformat,
    LargeBinary: base64.b64decode,
    Float: float,
}
