"""Certification: schemes, who may certify what, cases with all that happens in them, and certificates."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Double, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from tanheng.storage.sql.tables.metadata import METADATA, identified
from tanheng.storage.sql.types import Big, Id, Json, UtcTime

counters = Table(
    "counters",
    METADATA,
    Column("name", String(80), primary_key=True),
    Column("value", Big, nullable=False),  # the last that was given
)

schemes = Table(
    "schemes",
    METADATA,
    *identified(),
    Column("organisation", Id, ForeignKey("organisations.id"), index=True),  # NULL: it ships with the product
    Column("scheme", String(64), nullable=False),  # its id, as cases and certificates name it
    Column("release", String(32), nullable=False),
    Column("document", Text, nullable=False),  # YAML as it was published; text, since the digest is of it
    Column("digest", String(71), nullable=False),
    Column("withdrawn", Boolean, nullable=False, default=False),  # no new cases
    UniqueConstraint("scheme", "release"),
)

artworks = Table(
    "scheme_artworks",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("scheme", Id, ForeignKey("schemes.id"), nullable=False, index=True),
    Column("digest", String(64), nullable=False, info={"blob": True}),  # SVG with fields; the latest is drawn
    Column("author", String(80), nullable=False),
    Column("at", UtcTime, nullable=False),
)

accreditations = Table(
    "accreditations",
    METADATA,
    *identified(),
    Column("body", Id, ForeignKey("organisations.id"), nullable=False, index=True),
    Column("scheme", String(64), nullable=False),
    Column("rule_packs", Json, nullable=False),  # series; all where empty
    Column("granted_by", Id, ForeignKey("organisations.id"), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date),
    Column("ended_at", UtcTime),  # taken back before its end
    Column("reason", Text, nullable=False, default=""),
)

qualifications = Table(
    "qualifications",
    METADATA,
    *identified(),
    Column("person", Id, ForeignKey("people.id"), nullable=False, index=True),
    Column("body", Id, ForeignKey("organisations.id"), nullable=False, index=True),  # that attests it
    Column("functions", Json, nullable=False),
    Column("rule_packs", Json, nullable=False),  # series; all where empty
    Column("valid_until", Date),
    Column("note", Text, nullable=False, default=""),
    Column("ended_at", UtcTime),
)

interests = Table(
    "interests",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("person", Id, ForeignKey("people.id")),  # NULL: of the body itself
    Column("body", Id, ForeignKey("organisations.id"), nullable=False, index=True),
    Column("organisation", Id, ForeignKey("organisations.id"), nullable=False, index=True),  # towards which
    Column("note", Text, nullable=False, default=""),
    Column("until", Date),  # last day on which it counts
    Column("author", String(80), nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

cases = Table(
    "cases",
    METADATA,
    *identified(),
    Column("number", String(40), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),  # initial, renewal, change
    Column("scheme", Id, ForeignKey("schemes.id"), nullable=False),
    Column("applicant", Id, ForeignKey("organisations.id"), nullable=False, index=True),
    Column("body", Id, ForeignKey("organisations.id"), nullable=False, index=True),
    Column("state", String(24), nullable=False),
    Column("before", String(24), nullable=False, default=""),  # what a correction leads back to
    Column("round", Integer, nullable=False, default=0),  # of corrections
    Column("study", Id, ForeignKey("studies.id"), nullable=False),
    Column("assessment", Id, ForeignKey("assessments.id")),
    Column("statement", Id),  # that counts; NULL where the verifier has to state anew
    Column("seed", String(32), nullable=False, default=""),  # of the sampling plan, drawn when the review begins
    Column("replaces", String(40), nullable=False, default=""),  # number of the certificate that is renewed or changed
    Column("names", Json, nullable=False),  # of the product
    Column("deadline", Date),
    Column("visit", Date),  # day of the inspection
    Column("certificate", Id),
)
Index("ix_cases_state", cases.c.body, cases.c.state)
Index("ix_cases_deadline", cases.c.deadline)

members = Table(
    "case_members",
    METADATA,
    Column("case", Id, ForeignKey("cases.id"), primary_key=True),
    Column("person", Id, ForeignKey("people.id"), primary_key=True, index=True),
    Column("functions", Json, nullable=False),
    Column("declared_at", UtcTime),  # to be impartial in this case
)

steps = Table(
    "case_steps",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("case", Id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("step", String(32), nullable=False),
    Column("before", String(24), nullable=False),
    Column("after", String(24), nullable=False),
    Column("person", String(80), nullable=False),
    Column("reason", Text, nullable=False),
    Column("assessment", Id),
    Column("at", UtcTime, nullable=False),
)

comments = Table(
    "case_comments",
    METADATA,
    *identified(),
    Column("case", Id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("path", String(200), nullable=False),  # of the field: lines[3].amount; empty: the whole
    Column("clause", String(200), nullable=False),
    Column("weight", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("round", Integer, nullable=False),
    Column("author", String(80), nullable=False),
)

replies = Table(
    "case_replies",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("comment", Id, ForeignKey("case_comments.id"), nullable=False, index=True),
    Column("text", Text, nullable=False),  # the first is the comment itself
    Column("state", String(16), nullable=False),  # of the comment from then on
    Column("author", String(80), nullable=False),
    Column("at", UtcTime, nullable=False),
)

files = Table(
    "case_files",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("case", Id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("kind", String(32), nullable=False),
    Column("name", String(200), nullable=False),
    Column("digest", String(64), nullable=False, info={"blob": True}),
    Column("size", Big, nullable=False),
    Column("media_type", String(127), nullable=False),
    Column("author", String(80), nullable=False),
    Column("at", UtcTime, nullable=False),
)

recomputations = Table(
    "case_recomputations",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("case", Id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("assessment", Id, ForeignKey("assessments.id"), nullable=False),
    Column("digest", String(71), nullable=False),  # that recomputing gave
    Column("person", String(80), nullable=False),
    Column("at", UtcTime, nullable=False),
)

statements = Table(
    "case_statements",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("case", Id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("assessment", Id, ForeignKey("assessments.id"), nullable=False),
    Column("assurance", String(16), nullable=False),
    Column("misstatement", Double, nullable=False),  # share of the total
    Column("text", Text, nullable=False),
    Column("digest", String(71), nullable=False),  # of what is signed
    Column("person", String(80), nullable=False),
    Column("at", UtcTime, nullable=False),
)

signatures = Table(
    "case_signatures",
    METADATA,
    Column("statement", Id, ForeignKey("case_statements.id"), primary_key=True),
    Column("person", String(80), primary_key=True),
    Column("at", UtcTime, nullable=False),
)

certificates = Table(
    "certificates",
    METADATA,
    *identified(),
    Column("number", String(40), nullable=False, unique=True),
    Column("case", Id, ForeignKey("cases.id"), nullable=False, unique=True),
    Column("scheme", Id, ForeignKey("schemes.id"), nullable=False),
    Column("holder", Id, ForeignKey("organisations.id"), nullable=False, index=True),
    Column("body", Id, ForeignKey("organisations.id"), nullable=False, index=True),
    Column("assessment", Id, ForeignKey("assessments.id"), nullable=False),
    Column("statement", Id, ForeignKey("case_statements.id"), nullable=False),
    Column("names", Json, nullable=False),
    Column("codes", Json, nullable=False),
    Column("maker", Json, nullable=False),  # names
    Column("geography", String(16), nullable=False),
    Column("rule_pack", String(128), nullable=False),
    Column("category", String(64), nullable=False),  # series of the rule pack: products that are looked for together
    Column("boundary", String(32), nullable=False),
    Column("grade", String(16), nullable=False, default=""),  # class; empty where there is none
    Column("value", Double, nullable=False),
    Column("unit", String(80), nullable=False),
    Column("per", String(64), nullable=False),
    Column("assurance", String(16), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date, nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("deadline", Date),  # of a suspension
    Column("surveillance", Date),  # day of the next look
    Column("successor", String(40), nullable=False, default=""),
    Column("position", Integer, nullable=False),  # bit in the rows of statuses of the body
    Column("printed", String(32), nullable=False),  # the value as the label tells it
    Column("credential", String(64), nullable=False, info={"blob": True}),  # signed, JSON
    Column("credential_digest", String(64), nullable=False),  # by which label and log name it
    Column("code", Text, nullable=False),  # of the label
    UniqueConstraint("body", "position"),
)
Index("ix_certificates_state", certificates.c.state, certificates.c.valid_until)
# rows of statuses are read from it alone: a hundred thousand certificates each, for every page of a label
Index("ix_certificates_statuses", certificates.c.body, certificates.c.state, certificates.c.position)

certificate_steps = Table(
    "certificate_steps",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("certificate", Id, ForeignKey("certificates.id"), nullable=False, index=True),
    Column("step", String(32), nullable=False),
    Column("before", String(16), nullable=False),
    Column("after", String(16), nullable=False),
    Column("person", String(80), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
)

correction_requests = Table(
    "certificate_correction_requests",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("certificate", Id, ForeignKey("certificates.id"), nullable=False, index=True),
    Column("changes", Json, nullable=False),  # by field; done once a second person asks for the same
    Column("reason", Text, nullable=False),
    Column("person", String(80), nullable=False),
    Column("at", UtcTime, nullable=False),
)

corrections = Table(
    "certificate_corrections",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("certificate", Id, ForeignKey("certificates.id"), nullable=False, index=True),
    Column("before", Json, nullable=False),  # what was corrected, by field
    Column("after", Json, nullable=False),
    Column("reason", Text, nullable=False),
    Column("person", String(80), nullable=False),
    Column("credential", String(64), nullable=False, info={"blob": True}),  # that counted until then
    Column("credential_digest", String(64), nullable=False),
    Column("code", Text, nullable=False),  # of the label until then
    Column("position", Integer, nullable=False),  # bit of the credential until then, set since
    Column("at", UtcTime, nullable=False),
)
