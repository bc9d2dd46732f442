"""Background databases: what a name stands for, whom it is shared with, what it stands on and how it is linked."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from tanheng.storage.sql.tables.metadata import METADATA, identified
from tanheng.storage.sql.types import Id, Json

databases = Table(
    "databases",
    METADATA,
    *identified(),
    Column("organisation", Id, ForeignKey("organisations.id"), nullable=False),
    Column("name", String(64), nullable=False),
    Column("visibility", String(16), nullable=False, index=True),
    Column("snapshot", String(64), nullable=False),  # folder in ``snapshots/``
    Column("digest", String(71), nullable=False),
    Column("inventory", String(71), nullable=False),
    Column("fingerprint", String(128), nullable=False),
    Column("source", Text, nullable=False),  # name of the file, for people
    Column("licence", Text, nullable=False),
    Column("products", Integer, nullable=False),
    UniqueConstraint("organisation", "name"),
)

shares = Table(
    "database_shares",
    METADATA,
    Column("database", Id, ForeignKey("databases.id"), primary_key=True),
    Column("organisation", Id, ForeignKey("organisations.id"), primary_key=True, index=True),
)

backgrounds = Table(
    "database_backgrounds",
    METADATA,
    Column("database", Id, ForeignKey("databases.id"), primary_key=True),
    Column("background", Id, ForeignKey("databases.id"), primary_key=True, index=True),
    Column("position", Integer, nullable=False),
    Column("digest", String(71), nullable=False),  # of what it was linked to
)

linking = Table(
    "database_linking",
    METADATA,
    Column("database", Id, ForeignKey("databases.id"), primary_key=True),
    Column("allocation", String(64), nullable=False),
    Column("choices", Json, nullable=False),
)
