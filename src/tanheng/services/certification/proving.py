"""What strangers verify certificates by: forms of the credential, its proof of the log, everything in one file, anchors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import orjson
from sqlalchemy import select

from tanheng.errors import AuditError, StoreError
from tanheng.exchange.credentials import dids, jose, labels, statuslist
from tanheng.exchange.credentials.bundles import write_bundle
from tanheng.exchange.credentials.checks import Anchors
from tanheng.exchange.credentials.facts import Document, opened
from tanheng.exchange.credentials.logged import SIGNED, LogProof, named_by
from tanheng.exchange.credentials.presenting import Presented, PresentedAs, Verified, verify_presented
from tanheng.exchange.credentials.statuslist import Purpose
from tanheng.exchange.credentials.trust import write_anchors
from tanheng.exchange.credentials.verifying import digest_of
from tanheng.services.audit import log
from tanheng.services.audit.signingkeys import revoked
from tanheng.services.certification import certificates, statuses
from tanheng.storage.sql import Work, history
from tanheng.storage.sql.tables import accounts
from tanheng.storage.sql.tables import history as history_tables
from tanheng.storage.sql.tables import log as log_tables

_BODY = "certification-body"
LAST_ROW = 2**14 - 1
"""Number of the last row that a body can have: positions are whole numbers of 31 bits."""
_ROW = re.compile(r"/v1/statuses/([0-9a-f-]{36})/([a-z]{1,16})/(\d{1,6})")
_NUMBER = r"([^/#?\x00-\x20]{1,40})"
_CREDENTIAL, _PAGE = re.compile(f"/v1/certificates/{_NUMBER}/credential"), re.compile(f"/c/{_NUMBER}")


def credential(work: Work, number: str) -> dict[str, Any]:
    """The signed credential of a certificate; everybody reads it (TH-STO-001 where there is none)."""
    told: dict[str, Any] = orjson.loads(certificates.credential_of(work, number))
    return told


def token(work: Work, number: str) -> str:
    """The credential as a token, by the key that signs now."""
    told = credential(work, number)
    signer = history.signer(work)
    bare = {name: part for name, part in told.items() if name != "proof"}
    return jose.token_of(bare, signer, f"{told['issuer']['id']}#{signer.key}")


def log_proof(work: Work, number: str, *, digest: str = "") -> LogProof:
    """That the log holds a credential of a certificate, with the latest signed head.

    Args:
        digest: of the credential; by default of the one that counts. One that the log does not hold gets the proof of the latest.

    Raises:
        StoreError: TH-STO-001. AuditError: TH-AUD-020 the log lost it.
    """
    one = certificates.of(work, number)
    events, entries = history_tables.events, log_tables.entries
    found = select(entries.c.number, entries.c.entry).join(events, events.c.number == entries.c.event)
    signed = found.where(events.c.thing == one.id, events.c.type.in_(sorted(SIGNED))).order_by(entries.c.number.desc())
    rows = work.sql.execute(signed).all()
    wanted = (digest, one.credential)
    row = next((row for name in wanted for row in rows if name and named_by(row.entry) == name), None)
    told = log.of(work)
    if row is None or told.head is None:
        raise AuditError("TH-AUD-020", size=0, leaves=0)
    proved = log.inclusion(work, number=row.number, size=told.head.size)
    return LogProof(
        entry=row.entry,
        index=proved.number,
        size=proved.size,
        path=proved.path,
        root=proved.root,
        log=told.id,
        at=told.head.at,
        signature=told.head.signature,
    )


def anchors(work: Work) -> dict[str, Any]:
    """Whom to trust who trusts this installation: documents of its bodies, keys of its log (``anchors/1``)."""
    table = accounts.organisations
    bodies = work.sql.execute(select(table.c.id).where(table.c.kind == _BODY).order_by(table.c.id)).scalars().all()
    publics, base = work.platform.keys.publics(), certificates.base_of(work)
    named = [dids.did_of(base, "bodies", body) for body in bodies]
    told = log.of(work)
    return write_anchors({did: dids.did_document(did, publics, told.revoked) for did in named}, {told.id: told.trusted})


def code(work: Work, number: str) -> str:
    """The text of the code of a label that is drawn now.

    It is signed anew where the class is another than at the issue, and where others may have the key that signed it.
    """
    one = certificates.of(work, number)
    told = labels.read_code(one.code)
    signer = history.signer(work)
    if told.grade == one.grade and (told.key == signer.key or told.key not in revoked(work)):
        return one.code
    return labels.code_of(replace(told, grade=one.grade, key=signer.key), signer)


def bundle(work: Work, number: str) -> dict[str, Any]:
    """All that a certificate is verified by without a network, but for whom to trust (TH-STO-001)."""
    one, told = certificates.of(work, number), log.of(work)
    document = credential(work, number)
    issuer = certificates.issuer_document(work, one.body)
    return write_bundle(
        document,
        code=code(work, number),
        proof=log_proof(work, number),
        documents=dict(_rows(work, document)),
        issuers={issuer["id"]: issuer},
        logs={told.id: told.trusted},
    )


def verify(work: Work, it: Presented) -> Verified:
    """Check what was held out, as this installation knows issuers, rows of statuses and the log; nothing is fetched."""
    return verify_presented(_with_ours(work, it), _anchors_for(work, it.issuer), work.now)


def _anchors_for(work: Work, issuer: str) -> Anchors:
    """Of the one issuer, where it is a body of this installation, and of its log."""
    told = log.of(work)
    logs = {told.id: tuple(told.trusted.values())}
    first = dids.did_of(certificates.base_of(work), "bodies", "")
    try:
        body = issuer.removeprefix(first) if issuer.startswith(first) else ""
        return Anchors({issuer: certificates.issuer_document(work, body)}, logs)
    except StoreError:
        return Anchors({}, logs)


def checked(work: Work, number: str) -> Verified:
    """Check the credential and the label of a certificate, for its page."""
    return verify(
        work, Presented(kind=PresentedAs.CREDENTIAL, credential=credential(work, number), code=code(work, number))
    )


def _with_ours(work: Work, it: Presented) -> Presented:
    """With what this installation has of it and was not held out: the credential of a code, rows, proof of the log."""
    number = _number(work, it)
    if not number:
        return it
    try:
        if it.credential is None:
            it = replace(it, credential=credential(work, number))
        proof = it.proof or log_proof(work, number, digest=_digest(it.credential))
    except (StoreError, AuditError):
        return it
    told = it.credential
    rows = dict(_rows(work, opened(told))) if told is not None else {}
    return replace(it, proof=proof, documents={**it.documents, **rows})


def _digest(told: Document | None) -> str:
    """Of a credential with its proof inside; empty for anything else, and for what no canonical JSON can hold."""
    try:
        return digest_of(told) if isinstance(told, Mapping) else ""
    except ValueError:
        return ""


def _number(work: Work, it: Presented) -> str:
    """Of the certificate that it claims to be of, where it claims to be of this installation."""
    try:
        told = it.credential
        address = labels.read_code(it.code).address if told is None else str(opened(told).get("id"))
    except ValueError:
        return ""
    base = certificates.base_of(work)
    pattern = _PAGE if told is None else _CREDENTIAL
    found = pattern.fullmatch(address.removeprefix(base)) if address.startswith(base) else None
    return found[1] if found else ""


def _rows(work: Work, document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of statuses of this installation that a credential names, as they are now."""
    base = certificates.base_of(work)
    for address in statuslist.rows_of(document):
        found = _ROW.fullmatch(address.removeprefix(base)) if address.startswith(base) else None
        if found is None or found[2] not in list(Purpose) or int(found[3]) > LAST_ROW:
            continue
        try:
            yield address, statuses.status_row(work, found[1], Purpose(found[2]), int(found[3]))
        except StoreError:
            continue
