"""Organisations and people."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, String, Table

from tanheng.storage.sql.tables.metadata import METADATA, identified
from tanheng.storage.sql.types import Json

organisations = Table(
    "organisations",
    METADATA,
    *identified(),
    Column("kind", String(32), nullable=False),
    Column("names", Json, nullable=False),
    Column("code", String(64), nullable=False, default="", index=True),  # unified social credit code, or a foreign one
    Column("geography", String(16), nullable=False, default=""),
    Column("listed", Boolean, nullable=False, default=False),
    Column("closed", Boolean, nullable=False, default=False),
)
