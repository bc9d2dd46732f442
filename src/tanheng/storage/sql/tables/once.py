"""Requests that must not be carried out twice (Idempotency-Key)."""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from tanheng.storage.sql.tables.metadata import METADATA
from tanheng.storage.sql.types import Json, UtcTime

once = Table(
    "requests_once",
    METADATA,
    Column("key", String(64), primary_key=True),  # digest of who asks and the key that they chose
    Column("request", String(64), nullable=False),  # digest of what was asked
    Column("at", UtcTime, nullable=False, index=True),
    Column("status", Integer),  # NULL until the answer is known
    Column("headers", Json),
    Column("body", LargeBinary),
)
