"""Corrections: a certificate describes its product otherwise, and what it said before stays; the footprint never changes.

As an issue, a correction takes two: somebody whom the body attests today to be competent as verifier, and another as decider,
ask for the same, in either order. The team of the case need not be there any more. The credential of before is revoked by a bit
of its own, so that no two of one number hold; what it said stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Actor
from tanheng.certification.model import SIGNING
from tanheng.certification.procedure import LIVING, Party
from tanheng.errors import AccessError, CertificationError, RegisterError
from tanheng.footprint.assessment import Assessment
from tanheng.inventory.geography import names_of
from tanheng.services.certification import certificates, interests, issuing, standing, telling, verifying
from tanheng.services.certification.certificates import KIND, Certificate
from tanheng.services.certification.events import CertificateCorrected, CertificateCorrectionAsked
from tanheng.services.registry import entries
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import certification as tables
from tanheng.storage.sql.types import new_id

FIELDS = ("names", "codes", "maker", "geography")
"""What can be corrected."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What was corrected; everybody reads it, but not who did.

    Attributes:
        before, after: by field. credential: SHA-256 of the credential that counted until then.
    """

    id: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    reason: str
    credential: str
    at: datetime


def correct(platform: Platform, actor: Actor, number: str, *, expected: int, reason: str, **fields: Any) -> Certificate:
    """Ask for a correction, as a verifier or decider of the body; done once one of each asked for the same.

    Args:
        fields: of :data:`FIELDS`; what is not given stays.

    Returns:
        the certificate: as it was until the second has asked, which its version tells.

    Raises:
        RegisterError: TH-REG-002 without a reason, TH-REG-003 nothing is corrected, TH-REG-004 no name or no place.
            CertificationError: TH-CER-002 neither of them, TH-CER-022 an interest in the holder, TH-CER-084 the certificate is
            over. AccessError, StoreError: TH-STO-001, TH-STO-002.
    """
    row = platform.look(actor, _may, number)
    changed = {name: value for name, value in fields.items() if value is not None and value != row[name]}
    _check(reason, changed)
    result = verifying.dossier(platform, actor, row["case"])
    return platform.do(actor, _correct, number, result, changed, expected=expected, reason=reason.strip())


def may_correct(work: Work, number: str) -> bool:
    """Whether the actor may ask for a correction of a certificate now."""
    try:
        _may(work, number)
    except (AccessError, CertificationError):
        return False
    return True


def corrections(work: Work, certificate: str) -> tuple[Correction, ...]:
    """The corrections of a certificate, by its id, the newest first; everybody reads them."""
    table = tables.corrections
    columns = (table.c.id, table.c.before, table.c.after, table.c.reason, table.c.credential_digest, table.c.at)
    query = select(*columns).where(table.c.certificate == certificate).order_by(table.c.id.desc())
    return tuple(Correction(*row) for row in work.sql.execute(query))


def _may(work: Work, number: str) -> RowMapping:
    row = certificates.row_of(work, number)
    work.require("certificate.watch", certificates.thing(row))
    if not standing.is_competent(work, row["body"], *SIGNING, category=row["category"]):
        raise CertificationError("TH-CER-002", step="correct", by=Party.SIGNATORY.value)
    standing.check_impartial(work, row["body"], row["holder"])
    if (state := certificates.state_on(row["state"], row["valid_until"], work.today)) not in LIVING:
        raise CertificationError("TH-CER-084", place="number", number=number, state=state)
    return row


def _is_second(work: Work, row: RowMapping, changed: Mapping[str, Any]) -> bool:
    """Whether another who counts today asked for the same since the last correction, so that both functions are there."""
    table, done = tables.correction_requests, tables.corrections
    since = select(func.max(done.c.at)).where(done.c.certificate == row["id"]).scalar_subquery()
    query = select(table.c.person, table.c.changes).where(
        table.c.certificate == row["id"], table.c.person != work.actor.id, or_(since.is_(None), table.c.at > since)
    )
    asked = {person for person, wanted in work.sql.execute(query) if wanted == changed}
    known = standing.signatories(work, row["body"], row["category"])
    own = known.get(work.actor.person, frozenset())
    return any(
        _are_both(own, known.get(person, frozenset()))
        for person in asked
        if row["holder"] not in interests.of_person(work, row["body"], person)
    )


def _are_both(one: frozenset[Party], other: frozenset[Party]) -> bool:
    """Whether one of two can be the verifier and the other the decider."""
    pairs = ((Party.VERIFIER, Party.DECIDER), (Party.DECIDER, Party.VERIFIER))
    return any(first in one and second in other for first, second in pairs)


def _ask(work: Work, row: RowMapping, changed: Mapping[str, Any], reason: str) -> None:
    """Note what one of the two asked for, and tell those who may be the second."""
    told = {"certificate": row["id"], "changes": dict(changed), "reason": reason}
    work.keep(tables.correction_requests, id=new_id(), person=work.actor.id, at=work.now, **told)
    work.record(
        CertificateCorrectionAsked(
            id=row["id"], organisation=row["body"], number=row["number"], fields=tuple(sorted(changed))
        )
    )
    telling.correction_asked(work, row, changed, reason)


def _check(reason: str, changed: Mapping[str, Any]) -> None:
    if not reason.strip():
        raise RegisterError("TH-REG-002", place="reason")
    if not changed:
        raise RegisterError("TH-REG-003")
    for name in ("names", "maker"):
        if name in changed and not any(str(one).strip() for one in changed[name].values()):
            raise RegisterError("TH-REG-004", place=name)
    if "geography" in changed and not names_of(changed["geography"]):
        raise RegisterError("TH-REG-004", place="geography")


def _correct(
    work: Work, number: str, result: Assessment, changed: Mapping[str, Any], *, expected: int, reason: str
) -> Certificate:
    row = _may(work, number)
    if row["version"] == expected and not _is_second(work, row, changed):
        _ask(work, row, changed, reason)
        return certificates.of(work, number)
    now = {**{name: row[name] for name in FIELDS}, **changed}
    described = replace(result, product=now["names"], codes=now["codes"], maker=now["maker"], site=now["geography"])
    signed = issuing.written_anew(work, row, described)
    work.change(tables.certificates, row["id"], kind=KIND, expected=expected, **changed, **signed)
    work.keep(
        tables.corrections,
        id=new_id(),
        certificate=row["id"],
        before={name: row[name] for name in changed},
        after=dict(changed),
        reason=reason,
        person=work.actor.id,
        credential=row["credential"],
        credential_digest=row["credential_digest"],
        code=row["code"],
        position=row["position"],
        at=work.now,
    )
    work.record(
        CertificateCorrected(
            id=row["id"],
            organisation=row["body"],
            number=number,
            fields=tuple(sorted(changed)),
            reason=reason,
            credential=signed["credential_digest"],
        )
    )
    entries.write(work, [row["id"]])
    return certificates.of(work, number)
