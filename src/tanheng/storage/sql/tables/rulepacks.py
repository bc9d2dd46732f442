"""Rule packs of organisations; those that ship are not here."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, String, Table, Text, UniqueConstraint

from tanheng.storage.sql.tables.metadata import METADATA, identified
from tanheng.storage.sql.types import Id, Json

rule_packs = Table(
    "rule_packs",
    METADATA,
    *identified(),
    Column("organisation", Id, ForeignKey("organisations.id"), nullable=False),
    Column("pack", String(128), nullable=False),
    Column("release", String(32), nullable=False),  # its version, ``1.0.0``
    Column("digest", String(71), nullable=False),
    Column("names", Json, nullable=False),
    Column("text", Text, nullable=False),  # the file, as it was sent
    Column("withdrawn", Boolean, nullable=False, default=False),
    UniqueConstraint("organisation", "pack", "release"),
)
