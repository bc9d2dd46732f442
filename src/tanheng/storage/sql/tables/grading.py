"""Classes: schemes, the limits that were derived and those that were published, and what became of certificates by them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Double, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from tanheng.storage.sql.tables.certification import certificates
from tanheng.storage.sql.tables.metadata import METADATA, identified
from tanheng.storage.sql.types import Id, Json, UtcTime

class_schemes = Table(
    "class_schemes",
    METADATA,
    *identified(),
    Column("organisation", Id, ForeignKey("organisations.id"), nullable=False, index=True),
    Column("scheme", String(64), nullable=False),  # its id: limits are numbered by it, over its releases
    Column("release", String(32), nullable=False),
    Column("document", Text, nullable=False),  # YAML as it was published; text, since the digest is of it
    Column("digest", String(71), nullable=False),
    Column("category", String(64), nullable=False),  # these five are the peer group
    Column("boundary", String(32), nullable=False),
    Column("unit", String(80), nullable=False),
    Column("per", String(64), nullable=False),  # empty: any
    Column("region", String(16), nullable=False),  # empty: any
    Column("withdrawn", Boolean, nullable=False, default=False),  # no further limits
    UniqueConstraint("scheme", "release"),
)
Index("ix_class_schemes_category", class_schemes.c.category, class_schemes.c.boundary)

class_drafts = Table(
    "class_drafts",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("scheme", Id, ForeignKey("class_schemes.id"), nullable=False, index=True),
    Column("limits", Json, nullable=False),
    Column("sample", Integer, nullable=False),  # products; 0 where the scheme states the limits
    Column("makers", Integer, nullable=False),
    Column("sample_digest", String(71), nullable=False),
    Column("author", String(80), nullable=False),
    Column("at", UtcTime, nullable=False),
)

class_thresholds = Table(
    "class_thresholds",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("scheme", Id, ForeignKey("class_schemes.id"), nullable=False, index=True),
    Column("series", String(64), nullable=False),  # id of the scheme, whatever its release
    Column("number", Integer, nullable=False),
    Column("draft", Id, ForeignKey("class_drafts.id"), nullable=False, unique=True),
    Column("effective", Date, nullable=False),
    Column("document", Text, nullable=False),  # canonical JSON that is signed
    Column("digest", String(71), nullable=False),
    Column("signature", Text, nullable=False),
    Column("key", String(64), nullable=False),
    Column("author", String(80), nullable=False),
    Column("published_at", UtcTime, nullable=False),
    UniqueConstraint("series", "number"),
)

class_changes = Table(
    "class_changes",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("certificate", Id, ForeignKey("certificates.id"), nullable=False, index=True),
    Column("thresholds", Id, ForeignKey("class_thresholds.id"), nullable=False, index=True),
    Column("before", String(16), nullable=False),  # empty: it had none
    Column("after", String(16), nullable=False),
    Column("value", Double, nullable=False),
    Column("cause", String(16), nullable=False),  # issue, limits
    Column("day", Date, nullable=False),
    Column("at", UtcTime, nullable=False),
)

gradings = Table(
    "class_gradings",
    METADATA,
    Column("thresholds", Id, ForeignKey("class_thresholds.id"), primary_key=True),
    Column("moved", Integer, nullable=False),  # certificates that have another class since
    Column("at", UtcTime, nullable=False),  # when all had been looked at
)

class_figures = Table(
    "class_figures",
    METADATA,
    Column("kind", String(16), primary_key=True),  # histogram, trial
    Column("thing", Id, primary_key=True),  # id of a scheme, or of limits
    Column("day", Date, nullable=False),  # those of the day before are written over
    Column("told", Json, nullable=False),
)

_of = certificates.c
Index(
    "ix_certificates_peers",  # a peer group is read from it alone, by a million certificates
    *(_of.category, _of.boundary, _of.id, _of.state, _of.unit, _of.per, _of.geography, _of.value, _of.grade),
)
