"""Certificates of elsewhere: registered with their evidence, recognised where a recognition covers them, made into factors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Actor, Thing
from tanheng.certification import recognition as rules
from tanheng.errors import RecognitionError, StoreError
from tanheng.exchange.credentials.checks import Anchors, Outcome
from tanheng.exchange.credentials.presenting import Presented, read_presented
from tanheng.exchange.credentials.verifying import verify_credential
from tanheng.quantities import find_unit
from tanheng.services.factors import records
from tanheng.services.paging import Page, Paging, page
from tanheng.services.recognition import recognitions
from tanheng.services.recognition.events import ForeignCertificateChanged, ForeignCertificateRegistered
from tanheng.services.recognition.recognitions import Standing
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import recognition as tables

KIND = "foreign certificate"
LONGEST = 200
_NEEDED = ("shape", "signature", "validity")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a certificate of elsewhere says.

    Attributes:
        issuer: ``did`` or address, as recognitions name it. value: kg CO2e per one ``per``, a unit.
        category: series of a rule pack, or name of a product category.
    """

    number: str
    issuer: str
    scheme: str
    names: Mapping[str, str]
    value: float
    per: str
    category: str
    boundary: str
    geography: str
    valid_from: date
    valid_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignCertificate(Told):
    """A certificate of elsewhere, as its organisation registered it.

    Attributes:
        credential, file: SHA-256 of what was given with it, ``None`` where nothing was.
        checks: how those of the credential come out now, by name; empty without one. standing: whether it is recognised now.
    """

    id: str
    version: int
    organisation: str
    credential: str | None
    file: str | None
    file_name: str
    withdrawn: bool
    created_at: datetime
    changed_at: datetime
    checks: Mapping[str, str]
    standing: Standing


def register(
    platform: Platform, actor: Actor, organisation: str, told: Told, credential: Mapping[str, Any] | str | None = None
) -> ForeignCertificate:
    """Register a certificate of elsewhere.

    Args:
        credential: with its proof inside, or a token; it must not fail.

    Raises:
        RecognitionError: TH-REC-003 it ends before it begins, TH-REC-004 no such unit, TH-REC-005 no such place, TH-REC-006 the
            credential fails. VerifyingError: TH-VER-001, TH-VER-002 it is none. AccessError: no engineer of the organisation.
    """
    given = _read(credential)
    platform.look(actor, _check, organisation, told, given)
    content = orjson.dumps(credential) if isinstance(credential, Mapping) else (credential or "").encode()
    digest = platform.blobs.put(content) if given is not None else None
    return platform.do(actor, _register, organisation, told, digest)


def add_file(platform: Platform, actor: Actor, id: str, path: Path, *, name: str, expected: int) -> ForeignCertificate:  # noqa: A002
    """Put the certificate itself beside what was told of it, in the place of a file that was there.

    Raises:
        StoreError: TH-STO-001, TH-STO-002; TH-STO-056 a name that cannot be told. RecognitionError: TH-REC-009. AccessError.
    """
    if not name.strip() or not name.isprintable() or len(name) > LONGEST:
        raise StoreError("TH-STO-056", longest=LONGEST)
    platform.look(actor, check_change, id)
    digest = platform.blobs.put_file(path)
    return platform.do(actor, _put_file, id, digest, name, expected=expected)


def withdraw(work: Work, id: str, *, expected: int) -> ForeignCertificate:  # noqa: A002
    """Rely on a certificate no longer; it stays to be read, and factors that were made of it are told by their collection.

    Raises:
        StoreError: TH-STO-001, TH-STO-002. RecognitionError: TH-REC-009. AccessError.
    """
    return _change(work, id, expected=expected, withdrawn=True)


def of(work: Work, id: str) -> ForeignCertificate:  # noqa: A002
    """A certificate that the actor's organisation registered (TH-STO-001 for any other)."""
    return _made(work, _seen(work, id))


def listed(work: Work, organisation: str, paging: Paging) -> Page[ForeignCertificate]:
    """What an organisation registered, the newest first."""
    _see(work, organisation)
    table = tables.foreign_certificates
    query = select(table).where(table.c.organisation == organisation)
    return page(work, query, paging, by=(table.c.id,), make=lambda row: _made(work, row))


def file_of(work: Work, id: str) -> tuple[str, str]:  # noqa: A002
    """Digest and name of the file beside it (TH-STO-001 where there is none)."""
    row = _seen(work, id)
    if row["file"] is None:
        raise work.missing("file", id)
    return row["file"], row["file_name"]


def as_factor(work: Work, id: str, *, collection: str, factor: str) -> records.Entry:  # noqa: A002
    """Make a factor of a certificate that is recognised: a draft in a collection, for studies to link to once it is published.

    It holds as long as the certificate, and names it and the recognition as its source.

    Raises:
        RecognitionError: TH-REC-007 it is not recognised, and why. StoreError: TH-STO-001. FactorError: TH-FAC-044 and others.
            AccessError: no editor of the collection.
    """
    one = of(work, id)
    by = one.standing.by
    if by is None:
        raise RecognitionError("TH-REC-007", reasons=", ".join(one.standing.reasons))
    issuer = by.names.get("en") or by.names.get("zh") or one.issuer
    return records.create(
        work,
        collection,
        {
            "id": factor,
            "kind": "footprint",
            "names": dict(one.names),
            "per": one.per,
            "value": one.value,
            "year": one.valid_from.year,
            "geography": one.geography,
            "boundary": one.boundary,
            "valid_from": one.valid_from.isoformat(),
            "valid_until": one.valid_until.isoformat(),
            "source": {
                "title": f"{one.scheme or 'certificate'}, {issuer}",
                "number": one.number,
                "date": one.valid_from.isoformat(),
                "url": by.basis_url,
                "licence": "certificate of the supplier",
            },
            "note": f"foreign certificate {one.id}; recognition {by.id}",
            "documentation": {"review_kind": "external", "reviewer": issuer, "review_report": one.number},
        },
    )


def check_change(work: Work, id: str) -> None:  # noqa: A002
    """Go on only where the actor may change a certificate (TH-STO-001, AccessError)."""
    work.require("foreign-certificate.register", _thing(_seen(work, id)))


def check_register(work: Work, organisation: str) -> None:
    """Go on only where the actor may register certificates for an organisation (TH-STO-001, AccessError)."""
    _see(work, organisation)
    work.require("foreign-certificate.register", Thing(KIND, organisation=organisation))


def _see(work: Work, organisation: str) -> None:
    work.see("foreign-certificate.read", Thing("organisation", organisation, organisation=organisation))


def _read(credential: Mapping[str, Any] | str | None) -> Presented | None:
    if credential is None:
        return None
    content = orjson.dumps(credential) if isinstance(credential, Mapping) else credential.encode()
    return read_presented(content, place="credential")


def _check(work: Work, organisation: str, told: Told, given: Presented | None) -> None:
    check_register(work, organisation)
    if told.valid_until < told.valid_from:
        raise RecognitionError("TH-REC-003", place="valid_until")
    if find_unit(told.per) is None:
        raise RecognitionError("TH-REC-004", place="per", unit=told.per[:40])
    recognitions.require_place(told.geography)
    if given is None:
        return
    checks = _checks(work, given, told.issuer)
    if given.issuer != told.issuer:
        checks["issuer"] = Outcome.FAILED.value
    if failed := sorted(name for name, outcome in checks.items() if outcome == Outcome.FAILED.value):
        raise RecognitionError("TH-REC-006", place="credential", checks=", ".join(failed))


def _checks(work: Work, given: Presented, issuer: str) -> dict[str, str]:
    """How the checks of a credential come out, by the keys that recognitions tell; its status is not asked for."""
    if given.credential is None:
        return {"shape": Outcome.FAILED.value}
    documents = recognitions.documents_of(work, issuer)
    best: dict[str, str] = {}
    for anchors in [Anchors({issuer: document}) for document in documents] or [Anchors()]:
        found = verify_credential(given.credential, anchors, work.now, {})
        best = {check.name: check.outcome.value for check in found}
        if best.get("signature") == Outcome.PASSED.value:
            break
    return best


def _register(work: Work, organisation: str, told: Told, digest: str | None) -> ForeignCertificate:
    check_register(work, organisation)
    made = work.insert(
        tables.foreign_certificates,
        organisation=organisation,
        **{name: getattr(told, name) for name in Told.__slots__ if name != "names"},
        names=dict(told.names),
        credential=digest,
        file=None,
        file_name="",
        withdrawn=False,
    )
    registered = {"number": told.number, "issuer": told.issuer}
    work.record(ForeignCertificateRegistered(id=made, organisation=organisation, **registered))
    return of(work, made)


def _put_file(work: Work, id: str, digest: str, name: str, *, expected: int) -> ForeignCertificate:  # noqa: A002
    return _change(work, id, expected=expected, file=digest, file_name=name)


def _change(work: Work, id: str, *, expected: int, **values: Any) -> ForeignCertificate:  # noqa: A002
    row = _seen(work, id)
    work.require("foreign-certificate.register", _thing(row))
    if row["withdrawn"]:
        raise RecognitionError("TH-REC-009")
    work.change(tables.foreign_certificates, id, kind=KIND, expected=expected, **values)
    now = _seen(work, id)
    told = {"file": now["file"] or "", "withdrawn": now["withdrawn"]}
    work.record(ForeignCertificateChanged(id=id, organisation=row["organisation"], **told))
    return _made(work, now)


def _seen(work: Work, id: str) -> RowMapping:  # noqa: A002
    row = work.get(tables.foreign_certificates, id, kind=KIND)
    work.see("foreign-certificate.read", _thing(row))
    return row


def _thing(row: RowMapping) -> Thing:
    return Thing(KIND, row["id"], organisation=row["organisation"])


def _made(work: Work, row: RowMapping) -> ForeignCertificate:
    checks: dict[str, str] = {}
    if row["credential"] is not None:
        content = work.platform.blobs.file(row["credential"]).read_bytes()
        checks = _checks(work, read_presented(content, place="credential"), row["issuer"])
    has_evidence = row["file"] is not None or row["credential"] is not None
    foreign = rules.Foreign(
        issuer=row["issuer"],
        scheme=row["scheme"],
        category=row["category"],
        boundary=row["boundary"],
        geography=row["geography"],
        valid_from=row["valid_from"],
        valid_until=row["valid_until"],
        has_evidence=has_evidence,
        is_proved=bool(checks) and all(checks.get(name) == Outcome.PASSED.value for name in _NEEDED),
        is_withdrawn=row["withdrawn"],
    )
    return ForeignCertificate(**row, checks=checks, standing=recognitions.standing(work, foreign))
