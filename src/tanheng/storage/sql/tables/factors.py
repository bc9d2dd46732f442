"""Factors: collections, the records in them with versions, reviews and comments, releases, their use, and notices."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from tanheng.storage.sql.tables.metadata import METADATA, identified
from tanheng.storage.sql.types import Id, Json, UtcTime

collections = Table(
    "factor_collections",
    METADATA,
    *identified(),
    Column("organisation", Id, ForeignKey("organisations.id"), index=True),  # NULL: it ships with the product
    Column("name", String(64), nullable=False, unique=True),
    Column("names", Json, nullable=False),
    Column("level", String(16), nullable=False),
    Column("visibility", String(16), nullable=False, index=True),
    Column("latest", Integer, nullable=False),  # number of the latest release, 0 before the first
)

shares = Table(
    "factor_shares",
    METADATA,
    Column("collection", Id, ForeignKey("factor_collections.id"), primary_key=True),
    Column("organisation", Id, ForeignKey("organisations.id"), primary_key=True, index=True),
)

records = Table(
    "factor_records",
    METADATA,
    *identified(),
    Column("collection", Id, ForeignKey("factor_collections.id"), nullable=False),
    Column("factor", String(120), nullable=False),  # its id in the collection
    Column("state", String(16), nullable=False),
    Column("latest", Integer, nullable=False),  # number of the latest version
    Column("published", Integer),  # number of the version in the latest release
    Column("factor_kind", String(32), nullable=False),
    Column("names", Json, nullable=False),
    Column("category", Text, nullable=False),
    Column("geography", String(64), nullable=False),
    Column("year", Integer, nullable=False),
    Column("sought", Text, nullable=False),  # id, names and category, folded
    UniqueConstraint("collection", "factor"),
)
Index("ix_factor_records_state", records.c.collection, records.c.state)

versions = Table(
    "factor_versions",
    METADATA,
    Column("record", Id, ForeignKey("factor_records.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("document", Text, nullable=False),  # canonical JSON; text, since the digest is of it
    Column("digest", String(71), nullable=False),
    Column("change", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("author", String(80), nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

reviews = Table(
    "factor_reviews",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("record", Id, ForeignKey("factor_records.id"), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("step", String(16), nullable=False),
    Column("person", String(80), nullable=False),
    Column("note", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
)

comments = Table(
    "factor_comments",
    METADATA,
    *identified(),
    Column("record", Id, ForeignKey("factor_records.id"), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("field", String(64), nullable=False),  # empty: of the whole
    Column("text", Text, nullable=False),
    Column("author", String(80), nullable=False),
    Column("settled_by", String(80)),
    Column("settled_at", UtcTime),
)

releases = Table(
    "factor_releases",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("collection", Id, ForeignKey("factor_collections.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("name", String(32), nullable=False),  # its version, as 2026.11
    Column("digest", String(71), nullable=False, index=True),
    Column("previous", String(71), nullable=False),
    Column("signature", Text, nullable=False),
    Column("key", String(64), nullable=False),
    Column("blob", String(64), nullable=False, info={"blob": True}),  # of its file
    Column("count", Integer, nullable=False),
    Column("note", Text, nullable=False),
    Column("author", String(80), nullable=False),
    Column("published_at", UtcTime, nullable=False),
    UniqueConstraint("collection", "number"),
    UniqueConstraint("collection", "name"),
)

members = Table(
    "factor_release_members",
    METADATA,
    Column("release", Id, ForeignKey("factor_releases.id"), primary_key=True),
    Column("record", Id, ForeignKey("factor_records.id"), primary_key=True, index=True),
    Column("number", Integer, nullable=False),
)

uses = Table(
    "factor_uses",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("collection", Id, ForeignKey("factor_collections.id"), nullable=False),
    Column("factor", String(120), nullable=False),  # empty: the whole release
    Column("release", String(71), nullable=False),  # digest
    Column("organisation", Id, ForeignKey("organisations.id"), index=True),  # whose use it is
    Column("actor", String(80), nullable=False),
    Column("purpose", String(16), nullable=False),
    Column("assessment", Id, ForeignKey("assessments.id"), index=True),
    Column("at", UtcTime, nullable=False),
)
Index("ix_factor_uses_factor", uses.c.collection, uses.c.factor)

subscriptions = Table(
    "factor_subscriptions",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("person", Id, ForeignKey("people.id"), nullable=False),
    Column("collection", Id, ForeignKey("factor_collections.id"), nullable=False, index=True),
    Column("factor", String(120), nullable=False),  # empty: any
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("person", "collection", "factor"),
)
