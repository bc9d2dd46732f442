"""Impact assessment methods: what a name of an organisation stands for; and mapping files that are kept for pairs."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from tanheng.storage.sql.tables.metadata import METADATA, identified
from tanheng.storage.sql.types import Id, Json

methods = Table(
    "methods",
    METADATA,
    *identified(),
    Column("organisation", Id, ForeignKey("organisations.id"), nullable=False),
    Column("name", String(64), nullable=False),
    Column("visibility", String(16), nullable=False, index=True),
    Column("blob", String(64), nullable=False, info={"blob": True}),  # the method, as ``storage.methods`` packs it
    Column("source", Text, nullable=False),  # name of the file, for people
    Column("title", Text, nullable=False),  # as the file has it
    Column("release", Text, nullable=False),  # its version
    Column("format", String(64), nullable=False),
    Column("licence", Text, nullable=False),
    Column("categories", Integer, nullable=False),
    Column("factors", Integer, nullable=False),
    Column("contents", Json, nullable=False),  # categories with units and counts, notes of the reader
    Column("withdrawn", Boolean, nullable=False, default=False),
    UniqueConstraint("organisation", "name"),
)

shares = Table(
    "method_shares",
    METADATA,
    Column("method", Id, ForeignKey("methods.id"), primary_key=True),
    Column("organisation", Id, ForeignKey("organisations.id"), primary_key=True, index=True),
)

mappings = Table(
    "flow_mappings",
    METADATA,
    *identified(),
    Column("organisation", Id, ForeignKey("organisations.id"), nullable=False),
    Column("database", Id, ForeignKey("databases.id"), nullable=False),
    Column("method", Id, ForeignKey("methods.id"), nullable=False),
    Column("name", String(100), nullable=False),  # of the file
    Column("blob", String(64), nullable=False, info={"blob": True}),  # the file, as it was sent
    Column("rows", Integer, nullable=False),
    UniqueConstraint("organisation", "database", "method"),
)
