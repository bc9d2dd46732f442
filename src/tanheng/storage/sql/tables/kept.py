"""The tables whose rows stay as they were written: one list, from which the database's refusals and the checks follow."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Table

from tanheng.storage.sql.tables import (
    certification,
    exchange,
    factors,
    grading,
    history,
    impact,
    log,
    pact,
    recognition,
    register,
    rulepacks,
    studies,
    suppliers,
)

_VERSIONED = frozenset({"version", "changed_at"})
CORRECTED = frozenset({"names", "codes", "maker", "geography", "credential", "credential_digest", "code", "position"})
"""What a correction writes anew of a certificate; what stood there before stays among the corrections."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A table whose rows stay.

    A further table is a line in :data:`KEPT`. Columns that are added to one later must allow NULL: the digest of a row
    leaves NULL out, so that rows from before keep theirs.

    Attributes:
        changing: columns that may change. removable: whether rows may go.
        told: whether events hold the digests of its rows, as :meth:`~tanheng.storage.sql.Work.insert` has them; the
            history and the log seal themselves.
    """

    table: Table
    changing: frozenset[str] = frozenset()
    removable: bool = False
    told: bool = True


KEPT = (
    Kept(history.events, told=False),
    Kept(history.personal, removable=True, told=False),
    Kept(history.head, changing=frozenset({"number", "hash", "signer", "key", "signature"}), told=False),
    Kept(log.log, told=False),
    Kept(log.entries, told=False),
    Kept(log.nodes, told=False),
    Kept(log.heads, told=False),
    Kept(studies.versions),
    Kept(studies.evidence),
    Kept(studies.assessments, changing=_VERSIONED | {"superseded_by", "reason"}),
    Kept(factors.versions),
    Kept(factors.reviews),
    Kept(factors.releases),
    Kept(factors.members, told=False),  # the digest of a release holds them
    Kept(factors.uses, told=False),
    Kept(rulepacks.rule_packs, changing=_VERSIONED | {"withdrawn"}),
    Kept(certification.schemes, changing=_VERSIONED | {"withdrawn"}),
    Kept(certification.artworks),
    Kept(certification.steps),
    Kept(certification.replies),
    Kept(certification.files),
    Kept(certification.recomputations),
    Kept(certification.statements),
    Kept(certification.signatures),
    Kept(
        certification.certificates,
        changing=_VERSIONED | {"state", "grade", "deadline", "surveillance", "successor"} | CORRECTED,
    ),
    Kept(certification.certificate_steps),
    Kept(suppliers.answers),
    Kept(suppliers.steps),
    Kept(suppliers.files),
    Kept(exchange.received, changing=_VERSIONED | {"state", "factor", "reason", "standing"}),
    Kept(certification.correction_requests),
    Kept(certification.corrections),
    Kept(grading.class_schemes, changing=_VERSIONED | {"withdrawn"}),
    Kept(grading.class_drafts),
    Kept(grading.class_thresholds),
    Kept(grading.class_changes),
    Kept(grading.gradings),
    Kept(register.uses, told=False),
    Kept(register.statements),
    Kept(register.dumps),
    Kept(register.tasks),
    Kept(impact.measures, told=False),  # it follows from the rules of an assessment
    Kept(impact.totals, told=False),  # the digest of an assessment holds them
    Kept(impact.certificate_uses, told=False),
    Kept(recognition.recognitions, changing=_VERSIONED | {"ended_at", "reason"}),
    Kept(pact.footprints, changing=_VERSIONED | {"status", "replaced_by"}),
    Kept(recognition.foreign_certificates, changing=_VERSIONED | {"file", "file_name", "withdrawn"}),
)
TOLD = tuple(kept.table for kept in KEPT if kept.told)
"""Tables whose rows are told of by events."""
