"""What certificates are made of: their totals, and the factors and results that they use, as the register's graph needs them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Double, ForeignKey, Index, Integer, String, Table

from tanheng.storage.sql.tables.metadata import METADATA
from tanheng.storage.sql.types import Id, Json, UtcTime

measures = Table(
    "impact_measures",
    METADATA,
    Column("id", String(64), primary_key=True),  # SHA-256 of the weights
    Column("name", String(64), nullable=False),  # for people: regime and GWP set
    Column("weights", Json, nullable=False),  # [gas, origin, kg CO2e per kg], of what counts
)

totals = Table(
    "certificate_totals",
    METADATA,
    Column("certificate", Id, ForeignKey("certificates.id"), primary_key=True),
    Column("assessment", String(71), nullable=False),  # digest, by which others refer to it
    Column("measure", String(64), ForeignKey("impact_measures.id"), nullable=False),
    Column("total", Double, nullable=False),  # kg CO2e per declared unit
    Column("own", Double, nullable=False),  # of it, what no use below tells
    Column("scale", Double, nullable=False),  # value on the label ÷ total, before rounding
    Column("significant", Integer),  # digits of the label; decimals take their place
    Column("decimals", Integer),
    Column("exact", Boolean, nullable=False),  # whether the total is the sum of its parts, and so moves with them
    Column("at", UtcTime, nullable=False, index=True),
)

certificate_uses = Table(
    "certificate_uses",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("certificate", Id, ForeignKey("certificates.id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),  # factor, assessment
    Column("collection", Id, ForeignKey("factor_collections.id")),  # of a factor
    Column("source", String(120), nullable=False),  # id of the factor, or digest of the assessment
    Column("per", String(32), nullable=False),  # unit of the amount
    Column("amount", Double, nullable=False),  # per declared unit of the certificate
    Column("value", Double, nullable=False),  # kg CO2e per unit of the amount, as it was counted
)
Index("ix_certificate_uses_source", certificate_uses.c.collection, certificate_uses.c.source)
