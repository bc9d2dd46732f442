"""Organisations and people."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, UniqueConstraint

from tanheng.storage.sql.tables.metadata import METADATA, identified
from tanheng.storage.sql.types import Big, Id, Json, UtcTime

organisations = Table(
    "organisations",
    METADATA,
    *identified(),
    Column("kind", String(32), nullable=False),
    Column("names", Json, nullable=False),
    Column("code", String(64), nullable=False, default="", index=True),  # unified social credit code, or a foreign one
    Column("geography", String(16), nullable=False, default=""),
    Column("listed", Boolean, nullable=False, default=False),
    Column("closed", Boolean, nullable=False, default=False),
)

people = Table(
    "people",
    METADATA,
    *identified(),
    Column("email", String(254), unique=True),  # folded; NULL once the person's data are erased
    Column("name", String(200), nullable=False),
    Column("password", String(200), nullable=False, default=""),  # Argon2 with its parameters; empty: no password yet
    Column("suspended", Boolean, nullable=False, default=False),
    Column("totp_secret", String(64), nullable=False, default=""),
    Column("totp_confirmed", Boolean, nullable=False, default=False),
    Column("totp_step", Big, nullable=False, default=0),  # the last time step whose code was used
    Column("recovery", Json, nullable=False),  # digests of recovery codes that were not used yet
)

memberships = Table(
    "memberships",
    METADATA,
    Column("person", Id, ForeignKey("people.id"), primary_key=True),
    Column("organisation", Id, ForeignKey("organisations.id"), primary_key=True, index=True),
    Column("roles", Json, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
)

former_memberships = Table(
    "former_memberships",
    METADATA,
    Column("person", Id, ForeignKey("people.id"), primary_key=True),
    Column("organisation", Id, ForeignKey("organisations.id"), primary_key=True),
    Column("ended_at", UtcTime, nullable=False),  # the last time
)

sites = Table(
    "sites",
    METADATA,
    *identified(),
    Column("organisation", Id, ForeignKey("organisations.id"), nullable=False, index=True),
    Column("names", Json, nullable=False),
    Column("geography", String(16), nullable=False),
    Column("address", String(500), nullable=False, default=""),
    Column("identifiers", Json, nullable=False),  # by scheme
    Column("active", Boolean, nullable=False, default=True),
)

delegations = Table(
    "delegations",
    METADATA,
    *identified(),
    Column("organisation", Id, ForeignKey("organisations.id"), nullable=False, index=True),  # that lends
    Column("receiver", Id, ForeignKey("organisations.id"), nullable=False, index=True),
    Column("roles", Json, nullable=False),
    Column("until", UtcTime, nullable=False),
    Column("note", String(500), nullable=False, default=""),
    Column("giver", String(80), nullable=False),  # id of the person
    Column("revoked_at", UtcTime),
)

system_roles = Table(
    "system_roles",
    METADATA,
    Column("person", Id, ForeignKey("people.id"), primary_key=True),
    Column("role", String(32), primary_key=True),
)

sessions = Table(
    "sessions",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("secret", String(64), nullable=False),  # SHA-256
    Column("csrf", String(64), nullable=False),
    Column("person", Id, ForeignKey("people.id"), nullable=False, index=True),
    Column("second_factor", Boolean, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
)

identities = Table(
    "identities",
    METADATA,
    *identified(),
    Column("person", Id, ForeignKey("people.id"), nullable=False, index=True),
    Column("issuer", String(255), nullable=False),
    Column("subject", String(255), nullable=False),
    UniqueConstraint("issuer", "subject"),
)

oidc_attempts = Table(
    "oidc_attempts",
    METADATA,
    Column("id", String(64), primary_key=True),  # SHA-256 of what the browser's cookie holds
    Column("issuer", String(32), nullable=False),  # its name in the configuration
    Column("target", String(502), nullable=False),
    Column("person", Id, ForeignKey("people.id")),  # whose account is linked; NULL: somebody signs in
    Column("expires_at", UtcTime, nullable=False, index=True),
)

tokens = Table(
    "tokens",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("secret", String(64), nullable=False),  # SHA-256
    Column("name", String(200), nullable=False),
    Column(
        "person", Id, ForeignKey("people.id"), nullable=False, index=True
    ),  # who made it, and whose it is if personal
    Column("organisation", Id, ForeignKey("organisations.id"), index=True),  # NULL: personal
    Column("roles", Json, nullable=False),  # of a machine in its organisation
    Column("scopes", Json, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("used_at", UtcTime),
    Column("revoked_at", UtcTime),
)

attempts = Table(
    "sign_in_attempts",
    METADATA,
    Column("key", String(64), primary_key=True),  # digest of the account or the address that was tried
    Column("failures", Integer, nullable=False),
    Column("last_at", UtcTime, nullable=False, index=True),
)
