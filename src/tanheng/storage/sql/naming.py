"""Which blobs rows name: columns say so themselves, by ``info={"blob": True}``, or with the field of a JSON column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Connection, Select, select, union

from tanheng.storage.sql.tables import METADATA

_DIGEST = re.compile(r"[0-9a-f]{64}")
_AT_ONCE = 1_000


def naming_columns() -> tuple[Column[Any], ...]:
    """The columns that name blobs, of every table."""
    return tuple(c for table in METADATA.sorted_tables for c in table.columns if c.info.get("blob"))


def named_blobs(connection: Connection) -> Iterator[str]:
    """Digests of the blobs that rows name, each once, in order."""
    query = union(*map(_digests, naming_columns())).order_by("digest")
    for (digest,) in connection.execute(query, execution_options={"yield_per": _AT_ONCE}):
        if digest and _DIGEST.fullmatch(digest):
            yield digest


def _digests(column: Column[Any]) -> Select[Any]:
    field = column.info["blob"]
    named = column if field is True else column[field].as_string()
    return select(named.label("digest")).where(named.is_not(None))
