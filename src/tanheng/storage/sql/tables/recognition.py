"""Recognition: whose certificates and factors are recognised, and certificates of elsewhere."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Double, ForeignKey, String, Table, Text

from tanheng.storage.sql.tables.metadata import METADATA, identified
from tanheng.storage.sql.types import Id, Json, UtcTime

recognitions = Table(
    "recognitions",
    METADATA,
    *identified(),
    Column("organisation", Id, ForeignKey("organisations.id"), nullable=False, index=True),  # the regulator
    Column("kind", String(16), nullable=False),  # issuer, source
    Column("names", Json, nullable=False),
    Column("country", String(16), nullable=False),
    Column("party", String(300), nullable=False, index=True),
    Column("schemes", Json, nullable=False),  # all where empty; so too below
    Column("categories", Json, nullable=False),
    Column("boundaries", Json, nullable=False),
    Column("geographies", Json, nullable=False),
    Column("needs_proof", Boolean, nullable=False),
    Column("mutual", Boolean, nullable=False),  # they recognise ours likewise
    Column("document", Json),  # of the issuer, with its keys
    Column("basis", Text, nullable=False),
    Column("basis_url", String(500), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date),
    Column("ended_at", UtcTime),  # taken back before its end
    Column("reason", Text, nullable=False),
)

foreign_certificates = Table(
    "foreign_certificates",
    METADATA,
    *identified(),
    Column("organisation", Id, ForeignKey("organisations.id"), nullable=False, index=True),  # that registered it
    Column("number", String(120), nullable=False),
    Column("issuer", String(300), nullable=False),
    Column("scheme", String(200), nullable=False),
    Column("names", Json, nullable=False),
    Column("value", Double, nullable=False),  # kg CO2e per unit
    Column("per", String(32), nullable=False),
    Column("category", String(128), nullable=False),
    Column("boundary", String(32), nullable=False),
    Column("geography", String(16), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date, nullable=False),
    Column("credential", String(64), info={"blob": True}),  # that was given with it
    Column("file", String(64), info={"blob": True}),
    Column("file_name", String(200), nullable=False),
    Column("withdrawn", Boolean, nullable=False),
)
