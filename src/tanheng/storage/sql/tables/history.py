"""The history: events in their chain, and what of them is personal."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, Text

from tanheng.storage.sql.tables.metadata import METADATA
from tanheng.storage.sql.types import Big, Id, UtcTime

events = Table(
    "events",
    METADATA,
    Column("number", Big, primary_key=True, autoincrement=False),  # from 1, without gaps
    Column("id", Id, nullable=False, unique=True),
    Column("at", UtcTime, nullable=False),
    Column("type", String(64), nullable=False, index=True),
    Column("thing", String(64), nullable=False),
    Column("organisation", String(36), nullable=False, default=""),
    Column("actor", String(80), nullable=False),  # ``person:ID``, ``machine:ID``, ``system:NAME``, ``anonymous:``
    Column("public", Boolean, nullable=False),
    Column("facts", Text, nullable=False),  # canonical JSON (RFC 8785)
    Column("sealed", String(64), nullable=False, default=""),  # salted SHA-256 of the personal part
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
Index("ix_events_thing", events.c.thing, events.c.number)
Index("ix_events_organisation", events.c.organisation, events.c.number)

personal = Table(
    "events_personal",
    METADATA,
    Column("number", Big, ForeignKey("events.number"), primary_key=True, autoincrement=False),
    Column("salt", String(64), nullable=False),
    Column("facts", Text, nullable=False),  # canonical JSON; the row goes when the data are erased
)

head = Table(
    "events_head",
    METADATA,
    Column("id", Big, primary_key=True, autoincrement=False),  # always 1: the row that writers of events wait for
    Column("number", Big, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("signer", String(32), nullable=False),  # the key that signs from now on
    Column("key", String(32), nullable=False, default=""),
    Column("signature", String(200), nullable=False, default=""),  # of the last transaction, by the key
)
