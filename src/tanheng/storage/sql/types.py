"""Column types that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import uuid_utils
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

Id = Uuid(as_uuid=False)
"""Identifiers: UUID version 7, as text in Python; they sort by time."""
Big = BigInteger().with_variant(Integer, "sqlite")
"""Whole numbers of 64 bits; SQLite numbers rows by themselves in ``Integer`` only."""
Json = JSON().with_variant(JSONB, "postgresql")
"""JSON that is queried; what is digested is kept as text instead, since PostgreSQL rewrites it."""


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC, with its zone in Python; SQLite keeps none."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without a zone: it would be read as another one elsewhere."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        moved = value.astimezone(UTC)
        return moved.replace(tzinfo=None) if dialect.name == "sqlite" else moved

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the interface
        """The moment with its zone."""
        if value is None:
            return None
        found: datetime = value
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def new_id() -> str:
    """A new identifier."""
    return str(uuid_utils.uuid7())
