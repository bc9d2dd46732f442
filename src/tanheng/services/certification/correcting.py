"""Corrections: a certificate describes its product otherwise, and what it said before stays; the footprint never changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Actor
from tanheng.certification.procedure import Party
from tanheng.errors import CertificationError, RegisterError
from tanheng.footprint.assessment import Assessment
from tanheng.inventory.geography import names_of
from tanheng.services.certification import certificates, issuing, standing, verifying
from tanheng.services.certification.certificates import KIND, Certificate
from tanheng.services.certification.events import CertificateCorrected
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
    """Correct how a certificate describes its product, for the decision maker; its credential is signed anew.

    Args:
        fields: of :data:`FIELDS`; what is not given stays.

    Raises:
        RegisterError: TH-REG-002 without a reason, TH-REG-003 nothing is corrected, TH-REG-004 no name or no place.
            CertificationError: TH-CER-002 not the decision maker. AccessError, StoreError: TH-STO-001, TH-STO-002.
    """
    row = platform.look(actor, _may, number)
    changed = {name: value for name, value in fields.items() if value is not None and value != row[name]}
    _check(reason, changed)
    result = verifying.dossier(platform, actor, row["case"])
    return platform.do(actor, _correct, number, result, changed, expected=expected, reason=reason.strip())


def corrections(work: Work, certificate: str) -> tuple[Correction, ...]:
    """The corrections of a certificate, by its id, the newest first; everybody reads them."""
    table = tables.corrections
    columns = (table.c.id, table.c.before, table.c.after, table.c.reason, table.c.credential_digest, table.c.at)
    query = select(*columns).where(table.c.certificate == certificate).order_by(table.c.id.desc())
    return tuple(Correction(*row) for row in work.sql.execute(query))


def _may(work: Work, number: str) -> RowMapping:
    row = certificates.row_of(work, number)
    work.require("certificate.watch", certificates.thing(row))
    if Party.DECIDER not in standing.functions_of(work, row["case"]):
        raise CertificationError("TH-CER-002", step="correct", by=Party.DECIDER.value)
    return row


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
