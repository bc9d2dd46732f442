"""The public log: leaves, the subtrees that they complete, and signed heads."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

from tanheng.storage.sql.tables.metadata import METADATA
from tanheng.storage.sql.types import Big, Id, UtcTime

log = Table(
    "log",
    METADATA,
    Column("id", Big, primary_key=True, autoincrement=False),  # always 1
    Column("log", Id, nullable=False),  # by which strangers tell logs apart
)

entries = Table(
    "log_entries",
    METADATA,
    Column("number", Big, primary_key=True, autoincrement=False),  # from 0, without gaps
    Column("event", Big, ForeignKey("events.number"), nullable=False, unique=True),
    Column("entry", Text, nullable=False),  # canonical JSON (RFC 8785), which the leaf is the hash of
    Column("leaf", String(64), nullable=False),
)

nodes = Table(
    "log_nodes",
    METADATA,
    Column("level", Integer, primary_key=True, autoincrement=False),  # from 1; level 0 are the leaves
    Column("position", Big, primary_key=True, autoincrement=False),
    Column("hash", String(64), nullable=False),  # root of the full subtree
)

heads = Table(
    "log_heads",
    METADATA,
    Column("size", Big, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("root", String(64), nullable=False),
    Column("key", String(32), nullable=False),
    Column("signature", String(200), nullable=False),
)
