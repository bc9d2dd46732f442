"""Notices to people."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table

from tanheng.storage.sql.tables.metadata import METADATA
from tanheng.storage.sql.types import Id, Json, UtcTime

notices = Table(
    "notices",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("person", Id, ForeignKey("people.id"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("thing", String(200), nullable=False),  # place in the API of what it speaks of
    Column("params", Json, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("read_at", UtcTime),
)
Index("ix_notices_person", notices.c.person, notices.c.id)

occasions = Table(
    "notice_occasions",
    METADATA,
    Column("thing", String(80), primary_key=True),  # id or number of what notices speak of
    Column("occasion", String(80), primary_key=True),  # of which a notice was left, or need not be
    Column("at", UtcTime, nullable=False),
)
