"""What can be searched: an entry for each factor, data set and product; its words stand in the index of the engine."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from tanheng.storage.sql.tables.metadata import METADATA
from tanheng.storage.sql.types import Big

entries = Table(
    "search_entries",
    METADATA,
    Column("number", Big, primary_key=True),  # also of the row of words in ``tanheng.storage.sql.searching``
    Column("kind", String(16), nullable=False),
    Column("reference", String(200), nullable=False),
    Column("organisation", String(36), nullable=False, default="", index=True),
    Column("public", Boolean, nullable=False, default=False),
    Column("zh", String(500), nullable=False, default=""),
    Column("en", String(500), nullable=False, default=""),
    Column("folded_zh", String(1000), nullable=False, default=""),
    Column("folded_en", String(1000), nullable=False, default=""),
    Column("text", Text, nullable=False, default=""),
    Column("category", String(200), nullable=False, default=""),
    Column("geography", String(64), nullable=False, default="", index=True),
    Column("year", Integer, nullable=True),
    Column("unit", String(64), nullable=False, default=""),
    Column("factor_kind", String(32), nullable=False, default=""),
    Column("rank", String(32), nullable=False, default=""),
    Column("database", String(200), nullable=False, default=""),
    Column("boost", Float, nullable=False, default=0.0),
    UniqueConstraint("kind", "reference"),
)

shared = Table(
    "search_shared",
    METADATA,
    Column(
        "entry", Big, ForeignKey("search_entries.number", ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    Column("organisation", String(36), primary_key=True),
)
Index("ix_search_shared_organisation", shared.c.organisation)
