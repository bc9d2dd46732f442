"""Studies with their versions and evidence, and the assessments that were made of them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Double, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from tanheng.storage.sql.tables.metadata import METADATA, identified
from tanheng.storage.sql.types import Big, Id, Json, UtcTime

studies = Table(
    "studies",
    METADATA,
    *identified(),
    Column("organisation", Id, ForeignKey("organisations.id"), nullable=False, index=True),
    Column("names", Json, nullable=False),  # of the product, of the latest version
    Column("codes", Json, nullable=False),
    Column("sought", Text, nullable=False),  # names and codes, folded, for finding
    Column("archived", Boolean, nullable=False, default=False),
    Column("latest", Integer, nullable=False),  # number of the latest version
)

versions = Table(
    "study_versions",
    METADATA,
    Column("study", Id, ForeignKey("studies.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("document", Text, nullable=False),  # canonical JSON; text, since the digest is of it
    Column("digest", String(71), nullable=False),
    Column("note", Text, nullable=False, default=""),
    Column("author", String(80), nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

evidence = Table(
    "evidence",
    METADATA,
    *identified(),
    Column("study", Id, ForeignKey("studies.id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("digest", String(64), nullable=False, info={"blob": True}),
    Column("size", Big, nullable=False),
    Column("media_type", String(127), nullable=False),
    Column("author", String(80), nullable=False),
    UniqueConstraint("study", "name"),
)

assessments = Table(
    "assessments",
    METADATA,
    *identified(),
    Column("organisation", Id, ForeignKey("organisations.id"), nullable=False, index=True),
    Column("study", Id, ForeignKey("studies.id"), nullable=False),
    Column("number", Integer, nullable=False),  # of the version of the study
    Column("digest", String(71), nullable=False, index=True),  # of the assessment
    Column("blob", String(64), nullable=False, info={"blob": True}),  # its file
    Column("names", Json, nullable=False),
    Column("regime", String(64), nullable=False),
    Column("method", String(64), nullable=False),
    Column("rule_pack", String(128), nullable=False),
    Column("boundary", String(32), nullable=False),
    Column("scenario", String(128), nullable=False, default=""),
    Column("declared_unit", String(64), nullable=False),
    Column("total", Double, nullable=False),  # kg CO2e per declared unit
    Column("unit", String(80), nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("rating", Double),  # of data quality
    Column("primary_share", Double, nullable=False),
    Column("errors", Integer, nullable=False),
    Column("warnings", Integer, nullable=False),
    Column("infos", Integer, nullable=False),
    Column("author", String(80), nullable=False),
    Column("superseded_by", Id, ForeignKey("assessments.id")),
    Column("reason", Text, nullable=False, default=""),  # why it was superseded
)
Index("ix_assessments_study", assessments.c.study, assessments.c.id)

link_choices = Table(
    "link_choices",
    METADATA,
    *identified(),
    Column("organisation", Id, ForeignKey("organisations.id"), nullable=False),
    Column("digest", String(64), nullable=False),  # SHA-256 of the key
    Column("key", Text, nullable=False),  # by what lines are known again
    Column("link", Text, nullable=False),
    Column("name", Text, nullable=False),  # of the line that it was chosen for
    Column("study", Id, ForeignKey("studies.id"), nullable=False),  # that it was chosen in
    Column("author", String(80), nullable=False),
    UniqueConstraint("organisation", "digest"),
)
"""Links that people of an organisation chose, and that are proposed for other lines like theirs."""
