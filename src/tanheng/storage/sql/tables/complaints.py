"""Complaints about certification bodies and certificates."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text

from tanheng.storage.sql.tables.metadata import METADATA, identified
from tanheng.storage.sql.types import Id

complaints = Table(
    "complaints",
    METADATA,
    *identified(),
    Column("body", Id, ForeignKey("organisations.id"), nullable=False),
    Column("certificate", String(40), nullable=False),  # its number; empty: of the body as a whole
    Column("text", Text, nullable=False),
    Column("author", Id, ForeignKey("people.id"), nullable=False, index=True),
    Column("state", String(16), nullable=False),  # open, answered, upheld, dismissed
    Column("answer", Text, nullable=False, default=""),  # of the body
    Column("finding", Text, nullable=False, default=""),  # of the regulator that closed it
    Column("closed_by", Id, ForeignKey("organisations.id")),
)
Index("ix_complaints_body", complaints.c.body, complaints.c.state)
