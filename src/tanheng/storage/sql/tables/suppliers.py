"""Requests for footprints to suppliers, and what they answered."""

from __future__ import annotations

from sqlalchemy import Column, Date, Double, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from tanheng.storage.sql.tables.metadata import METADATA, identified
from tanheng.storage.sql.types import Big, Id, Json, UtcTime

requests = Table(
    "data_requests",
    METADATA,
    *identified(),
    Column("organisation", Id, ForeignKey("organisations.id"), nullable=False, index=True),  # that asks
    Column("number", String(40), nullable=False),
    Column("study", Id, ForeignKey("studies.id")),
    Column("line", String(200), nullable=False, default=""),  # of the study that the answer is for
    Column("names", Json, nullable=False),  # of what is bought
    Column("per", String(32), nullable=False),
    Column("supplier", String(200), nullable=False),
    Column("message", Text, nullable=False, default=""),
    Column("due", Date, nullable=False),
    Column("state", String(16), nullable=False),
    Column("round", Integer, nullable=False),  # of answers
    Column("secret", String(64), nullable=False),  # digest of what the link holds
    Column("author", String(80), nullable=False),
    Column("reminded", String(16), nullable=False, default=""),  # the last that the author was told of: near, overdue
    Column("factor", String(160), nullable=False, default=""),  # link of studies to the accepted answer
    UniqueConstraint("organisation", "number"),  # numbers of one tell nothing of others
)
Index("ix_data_requests_due", requests.c.state, requests.c.due)

answers = Table(
    "data_answers",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("request", Id, ForeignKey("data_requests.id"), nullable=False, index=True),
    Column("round", Integer, nullable=False),
    Column("basis", String(16), nullable=False),
    Column("names", Json, nullable=False),
    Column("maker", String(200), nullable=False),
    Column("value", Double, nullable=False),  # kg CO2e
    Column("per", String(32), nullable=False),
    Column("gwp", String(40), nullable=False),
    Column("boundary", String(32), nullable=False),
    Column("geography", String(64), nullable=False),
    Column("year", Integer, nullable=False),
    Column("amounts", Json, nullable=False),
    Column("quality", Json, nullable=False),
    Column("primary_share", Double),
    Column("gsd2", Double),
    Column("standard", String(300), nullable=False),
    Column("review", String(16), nullable=False),
    Column("reviewer", String(200), nullable=False),
    Column("valid_until", Date),
    Column("note", Text, nullable=False),
    Column("digest", String(71), nullable=False),  # of the assessment it was made from
    Column("unseen", Integer, nullable=False),  # sources of it that are not at hand here
    Column("at", UtcTime, nullable=False),
)

steps = Table(
    "data_request_steps",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("request", Id, ForeignKey("data_requests.id"), nullable=False, index=True),
    Column("step", String(16), nullable=False),
    Column("before", String(16), nullable=False),
    Column("after", String(16), nullable=False),
    Column("party", String(16), nullable=False),
    Column("person", String(80), nullable=False),  # empty: whoever has the link
    Column("reason", Text, nullable=False),
    Column("comments", Json, nullable=False),  # [{"field", "text"}] of an answer that is returned
    Column("at", UtcTime, nullable=False),
)

files = Table(
    "data_request_files",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("request", Id, ForeignKey("data_requests.id"), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("digest", String(64), nullable=False, info={"blob": True}),
    Column("size", Big, nullable=False),
    Column("media_type", String(127), nullable=False),
    Column("at", UtcTime, nullable=False),
)
