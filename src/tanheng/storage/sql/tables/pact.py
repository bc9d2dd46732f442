"""Footprints that are exchanged by PACT: partners, what is published to them, what they ask, and what is sent."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from tanheng.storage.sql.tables.metadata import METADATA, identified
from tanheng.storage.sql.types import Id, Json, UtcTime

partners = Table(
    "pact_partners",
    METADATA,
    *identified(),
    Column("organisation", Id, ForeignKey("organisations.id"), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("ids", Json, nullable=False),  # URNs of the company
    Column("base_url", String(500), nullable=False, default=""),  # of its server; empty where it has none
    Column("auth_url", String(500), nullable=False, default=""),  # of its tokens; that of the server where empty
    Column("client_id", String(300), nullable=False, default=""),  # ours, there
    Column("client_secret", Text, nullable=False, default=""),  # sealed by the keys of the installation
    Column("policy", String(16), nullable=False),  # what becomes of its requests: ask, fulfil
    Column("secret", String(64), nullable=False, default=""),  # digest of what it signs in with here
    Column("issuer", String(500), nullable=False, default=""),  # another that vouches for it; empty for none
    Column("subject", String(300), nullable=False, default=""),  # as that names it
    Column("active", Boolean, nullable=False, default=True),
)

tokens = Table(
    "pact_tokens",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("partner", Id, ForeignKey("pact_partners.id"), nullable=False, index=True),
    Column("secret", String(64), nullable=False),  # digest
    Column("expires_at", UtcTime, nullable=False),
)

footprints = Table(
    "pact_footprints",
    METADATA,
    *identified(),
    Column("organisation", Id, ForeignKey("organisations.id"), nullable=False),
    Column("uuid", Id, nullable=False),  # as partners know it
    Column("assessment", Id, ForeignKey("assessments.id"), index=True),
    Column("name", String(500), nullable=False),
    Column("document", Text, nullable=False),  # of version 3, as it was published
    Column("former", Text, nullable=False, default=""),  # of version 2.3; empty where that cannot tell it
    Column("valid_from", UtcTime, nullable=False),
    Column("valid_until", UtcTime, nullable=False),
    Column("author", String(80), nullable=False),
    Column("status", String(16), nullable=False),  # Active, Deprecated
    Column("replaced_by", Id),  # uuid of the one that took its place
    UniqueConstraint("organisation", "uuid"),
)

terms = Table(
    "pact_terms",
    METADATA,
    Column("footprint", Id, ForeignKey("pact_footprints.id"), primary_key=True),
    Column("kind", String(16), primary_key=True),  # productId, companyId, geography, classification
    Column("value", String(500), primary_key=True),  # folded, as filters compare it
)
Index("ix_pact_terms_value", terms.c.kind, terms.c.value)

access = Table(
    "pact_access",
    METADATA,
    Column("footprint", Id, ForeignKey("pact_footprints.id"), primary_key=True),
    Column("partner", Id, ForeignKey("pact_partners.id"), primary_key=True, index=True),
)

requests = Table(
    "pact_requests",
    METADATA,
    *identified(),
    Column("organisation", Id, ForeignKey("organisations.id"), nullable=False, index=True),  # that is asked
    Column("partner", Id, ForeignKey("pact_partners.id"), nullable=False),
    Column("source", String(500), nullable=False),
    Column("event", String(300), nullable=False),  # id of the event, as the partner gave it
    Column("speaks", Integer, nullable=False),  # version of the protocol: 2 or 3
    Column("criteria", Json, nullable=False),
    Column("comment", Text, nullable=False, default=""),
    Column("state", String(16), nullable=False),  # open, fulfilled, rejected
    Column("person", String(80), nullable=False, default=""),  # who answered; empty for the policy
    Column("reason", Text, nullable=False, default=""),
    UniqueConstraint("partner", "source", "event"),  # an event that comes again is the same one
)

questions = Table(
    "pact_questions",
    METADATA,
    *identified(),
    Column("organisation", Id, ForeignKey("organisations.id"), nullable=False, index=True),  # that asks
    Column("partner", Id, ForeignKey("pact_partners.id"), nullable=False),
    Column("criteria", Json, nullable=False),
    Column("comment", Text, nullable=False, default=""),
    Column("author", String(80), nullable=False),
    Column("state", String(16), nullable=False),  # open, fulfilled, rejected
    Column("reason", Text, nullable=False, default=""),
)

outbox = Table(
    "pact_outbox",
    METADATA,
    *identified(),
    Column("organisation", Id, ForeignKey("organisations.id"), nullable=False, index=True),
    Column("partner", Id, ForeignKey("pact_partners.id"), nullable=False),
    Column("kind", String(32), nullable=False),  # what it is: created, fulfilled, rejected, published, fetch
    Column("path", String(200), nullable=False),  # below the partner's base URL
    Column("content", Text, nullable=False),  # the event; empty for what is fetched
    Column("state", String(16), nullable=False),  # waiting, delivered, abandoned
    Column("attempts", Integer, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("problem", String(300), nullable=False, default=""),
)
Index("ix_pact_outbox_due", outbox.c.state, outbox.c.due_at)

seen = Table(
    "pact_seen",
    METADATA,
    Column("partner", Id, ForeignKey("pact_partners.id"), primary_key=True),
    Column("source", String(500), primary_key=True),
    Column("event", String(300), primary_key=True),
    Column("at", UtcTime, nullable=False),
)
"""Events that were taken in; one that comes again changes nothing."""
