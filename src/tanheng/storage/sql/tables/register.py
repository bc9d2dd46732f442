"""The public register: what holders disclose and to whom, statements, dumps of open data, and the plan's tasks."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, Text

from tanheng.storage.sql.tables.metadata import METADATA, identified
from tanheng.storage.sql.types import Big, Id, Json, UtcTime

openings = Table(
    "disclosure_openings",
    METADATA,
    Column("certificate", Id, ForeignKey("certificates.id"), primary_key=True),
    Column("view", String(16), primary_key=True),  # public, partner
    Column("fields", Json, nullable=False),  # that are shown besides those that the table of fields shows
    Column("changed_at", UtcTime, nullable=False),
)

consents = Table(
    "disclosure_consents",
    METADATA,
    *identified(),
    Column("holder", Id, ForeignKey("organisations.id"), nullable=False, index=True),
    Column("receiver", Id, ForeignKey("organisations.id"), nullable=False, index=True),
    Column("certificate", Id, ForeignKey("certificates.id"), nullable=False, index=True),
    Column("purpose", String(500), nullable=False),
    Column("until", Date, nullable=False),  # last day
    Column("revoked_at", UtcTime),
)

uses = Table(
    "disclosure_uses",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("consent", Id, ForeignKey("disclosure_consents.id"), nullable=False, index=True),
    Column("reader", String(80), nullable=False),
    Column("at", UtcTime, nullable=False),
)

statements = Table(
    "disclosure_statements",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("holder", Id, ForeignKey("organisations.id"), nullable=False, index=True),
    Column("begins", Date, nullable=False),  # of the period
    Column("ends", Date, nullable=False),
    Column("document", Text, nullable=False),  # canonical JSON, which is signed
    Column("digest", String(64), nullable=False),
    Column("key", String(64), nullable=False),
    Column("signature", String(128), nullable=False),
    Column("supersedes", Id, unique=True),
    Column("person", String(80), nullable=False),
    Column("at", UtcTime, nullable=False),
)

dumps = Table(
    "register_dumps",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("entries", Big, nullable=False),
    Column("csv", String(64), nullable=False, info={"blob": True}),
    Column("parquet", String(64), nullable=False, info={"blob": True}),
    Column("jsonld", String(64), nullable=False, info={"blob": True}),
    Column("manifest", String(64), nullable=False, info={"blob": True}),  # which names the digests of the others
    Column("at", UtcTime, nullable=False),
)

tasks = Table(
    "plan_tasks",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("task", String(8), nullable=False),
    Column("lead", Json, nullable=False),  # names of the body that leads it
    Column("milestones", Json, nullable=False),
    Column("progress", Integer, nullable=False),  # per cent
    Column("notes", Text, nullable=False),
    Column("organisation", Id, ForeignKey("organisations.id"), nullable=False),  # the regulator that tells it
    Column("person", String(80), nullable=False),
    Column("at", UtcTime, nullable=False),
)
Index("ix_plan_tasks_task", tasks.c.task, tasks.c.id)
