"""What is told beside studies when footprints go out, and footprints that came in."""

from __future__ import annotations

from sqlalchemy import Column, Double, ForeignKey, String, Table, Text, UniqueConstraint

from tanheng.storage.sql.tables.metadata import METADATA, identified
from tanheng.storage.sql.types import Id, Json

supplements = Table(
    "exchange_supplements",
    METADATA,
    *identified(),
    Column("organisation", Id, ForeignKey("organisations.id"), nullable=False, index=True),
    Column("study", Id, ForeignKey("studies.id")),  # NULL: what holds for all studies of the organisation
    Column("about", Id, nullable=False, unique=True),  # id of the study, else of the organisation: one row of each
    Column("sections", Json, nullable=False),
)

received = Table(
    "exchange_received",
    METADATA,
    *identified(),
    Column("organisation", Id, ForeignKey("organisations.id"), nullable=False, index=True),  # that received it
    Column("number", String(40), nullable=False),
    Column("protocol", String(64), nullable=False),
    Column("foreign_id", Text, nullable=False),  # in the system that it is from
    Column("partner", Id, ForeignKey("pact_partners.id"), index=True),  # that sent it; NULL where it came in a file
    Column("question", Id, ForeignKey("pact_questions.id")),  # that it answers
    Column("document", Text, nullable=False, default=""),  # as a partner sent it; empty where it came in a file
    Column("standing", String(16), nullable=False, default="Active"),  # for whom it is from: Active, Deprecated
    Column("file", String(64), info={"blob": True}),  # that it came in
    Column("file_name", String(200), nullable=False),
    Column("names", Json, nullable=False),
    Column("maker", Json, nullable=False),  # names
    Column("value", Double, nullable=False),  # kg CO2e
    Column("per", String(32), nullable=False),
    Column("facts", Json, nullable=False),  # what else the file tells, as it is shown
    Column("losses", Json, nullable=False),
    Column("objections", Json, nullable=False),
    Column("record", Text, nullable=False),  # of the factor register, as it will be; empty where it cannot be one
    Column("faults", Json, nullable=False),  # why it cannot
    Column("state", String(16), nullable=False),
    Column("factor", String(160), nullable=False, default=""),  # link of studies, once it is accepted
    Column("author", String(80), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    UniqueConstraint("partner", "foreign_id"),
)
