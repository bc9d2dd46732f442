"""Verifying what somebody brings: each check by its name, passed, failed, or not made and why.

Nothing is fetched here. Whoever verifies brings anchors (keys of issuers and logs that are trusted), and documents by their
addresses where they are at hand: kept on the machine, or fetched just before.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tanheng.exchange.credentials import integrity, jose, labels, statuslist
from tanheng.exchange.credentials.checks import Anchors, Check, Outcome
from tanheng.exchange.credentials.dids import end_of, keys_of, moment
from tanheng.exchange.credentials.reading import require_shallow

_BASE = "https://www.w3.org/ns/credentials/v2"
_INDEX = re.compile(r"[0-9]{1,9}", re.ASCII)


def digest_of(document: Mapping[str, Any]) -> str:
    """By what a label and the log name a credential: SHA-256 of its canonical JSON with the proof, in hex."""
    return hashlib.sha256(rfc8785.dumps(dict(document))).hexdigest()


def verify_credential(
    told: Mapping[str, Any] | str,
    anchors: Anchors,
    now: datetime,
    documents: Mapping[str, Mapping[str, Any] | str],
    *,
    logged: datetime | None = None,
) -> tuple[Check, ...]:
    """Checks of a credential, with its proof inside or as a token: shape, issuer, signature, validity, status.

    Args:
        documents: rows of statuses by their addresses, as they were published. logged: when a log that is trusted took the
            credential in: by then a key had signed it that was revoked later.
    """
    return tuple(_credential(told, anchors, now, documents, logged))


def _credential(
    told: Mapping[str, Any] | str,
    anchors: Anchors,
    now: datetime,
    documents: Mapping[str, Mapping[str, Any] | str],
    logged: datetime | None = None,
) -> Iterator[Check]:
    try:
        method, document = jose.opened(told) if isinstance(told, str) else (integrity.method_of(told), dict(told))
        require_shallow(document)
        issuer = issuer_of(document)
    except ValueError as error:
        yield Check("shape", Outcome.FAILED, "unreadable", {"detail": str(error)})
        return
    yield Check("shape", Outcome.PASSED)
    yield from _signature(told, document, issuer, method, anchors, now, logged)
    yield _validity(document, now)
    yield from _status(document, issuer, anchors, now, documents)


def issuer_of(document: Mapping[str, Any]) -> str:
    """Who issued a credential, as it says; ValueError where it is none of the data model 2.0."""
    contexts, types = document.get("@context"), document.get("type")
    if not isinstance(contexts, list) or contexts[:1] != [_BASE]:
        raise ValueError("no credential of the data model 2.0")
    if not isinstance(types, list) or "VerifiableCredential" not in types:
        raise ValueError("no credential")
    issuer = document.get("issuer")
    named = issuer.get("id") if isinstance(issuer, Mapping) else issuer
    if not isinstance(named, str):
        raise ValueError("no issuer")
    return named


def _signature(
    told: Mapping[str, Any] | str,
    document: Mapping[str, Any],
    issuer: str,
    method: str,
    anchors: Anchors,
    now: datetime,
    logged: datetime | None,
) -> Iterator[Check]:
    known = _issuer(anchors, issuer)
    if known is None:
        yield Check("issuer", Outcome.NOT_MADE, "unknown-issuer", {"issuer": issuer})
        yield Check("signature", Outcome.NOT_MADE, "unknown-issuer", {"issuer": issuer})
        return
    yield Check("issuer", Outcome.PASSED, "", {"issuer": issuer})
    key, reason = _key(known, method, now, logged)
    if key is not None and not isinstance(told, str) and _is_over(document["proof"].get("expires"), now):
        key, reason = None, "proof-expired"
    if key is None:
        yield Check("signature", Outcome.FAILED, reason, {"key": method})
        return
    is_right = jose.is_signed(told, key) if isinstance(told, str) else integrity.is_proved(document, key)
    if not is_right:
        yield Check("signature", Outcome.FAILED, "tampered")
    else:
        yield Check("signature", Outcome.PASSED, reason, {"key": method} if reason else {})


def _issuer(anchors: Anchors, issuer: str) -> Mapping[str, Any] | None:
    """The document of an issuer that is trusted; one that says it is of another does not stand for this one."""
    known = anchors.issuers.get(issuer)
    return known if known is not None and known.get("id") == issuer else None


def _key(
    document: Mapping[str, Any], method: str, now: datetime, logged: datetime | None = None
) -> tuple[Ed25519PublicKey | None, str]:
    """A key of an issuer; ``None`` with the reason where it is none, or counts no more."""
    try:
        key = keys_of(document).get(method)
        revoked, expires = (end_of(document, method, what) for what in ("revoked", "expires"))
    except ValueError:
        return None, "foreign-key"
    if key is None:
        return None, "foreign-key"
    if expires is not None and now >= expires:
        return None, "key-over"
    if revoked is None or now < revoked:
        return key, ""
    return (key, "signed-before") if logged is not None and logged < revoked else (None, "key-revoked")


def _is_over(text: object, now: datetime) -> bool:
    """Whether a moment has come; one that cannot be read has."""
    try:
        return text is not None and now >= moment(text)
    except ValueError:
        return True


def _validity(document: Mapping[str, Any], now: datetime) -> Check:
    try:
        begins, ends = (_moment(document.get(name)) for name in ("validFrom", "validUntil"))
    except ValueError:
        return Check("validity", Outcome.FAILED, "no-moment")
    if begins is not None and now < begins:
        return Check("validity", Outcome.FAILED, "too-early", {"day": _day(document["validFrom"])})
    if ends is not None and now > ends:
        return Check("validity", Outcome.FAILED, "expired", {"day": _day(document["validUntil"])})
    return Check("validity", Outcome.PASSED, "", {"day": _day(document["validUntil"]) if ends else "–"})


def _day(text: object) -> str:
    """The day of a moment where whoever wrote it is."""
    return datetime.fromisoformat(str(text)).date().isoformat()


def _moment(text: object) -> datetime | None:
    return None if text is None else moment(text)


def _status(
    document: Mapping[str, Any],
    issuer: str,
    anchors: Anchors,
    now: datetime,
    documents: Mapping[str, Mapping[str, Any] | str],
) -> Iterator[Check]:
    entries = document.get("credentialStatus", ())
    entries = [entries] if isinstance(entries, Mapping) else entries
    if not entries:
        yield Check("status", Outcome.NOT_MADE, "no-status")
        return
    if not isinstance(entries, list | tuple) or not all(isinstance(entry, Mapping) for entry in entries):
        yield Check("status", Outcome.FAILED, "unreadable", {"detail": "credentialStatus"})
        return
    for entry in entries[: statuslist.MOST]:
        yield _one_status(entry, issuer, anchors, now, documents)
    if len(entries) > statuslist.MOST:
        yield Check("status", Outcome.FAILED, "too-many")


def _one_status(
    entry: Mapping[str, Any],
    issuer: str,
    anchors: Anchors,
    now: datetime,
    documents: Mapping[str, Mapping[str, Any] | str],
) -> Check:
    address, purpose = str(entry.get("statusListCredential")), str(entry.get("statusPurpose"))
    told = {"purpose": purpose, "address": address}
    if entry.get("type") != statuslist.ENTRY or str(entry.get("statusSize", 1)) != "1":
        return Check("status", Outcome.NOT_MADE, "unknown-status", {**told, "kind": str(entry.get("type"))[:80]})
    row = documents.get(address)
    if row is None:
        return Check("status", Outcome.NOT_MADE, "not-at-hand", told)
    checks = {one.name: one for one in _credential(row, anchors, now, {})}
    if wrong := [name for name in ("shape", "signature") if _came_out(checks, name) is Outcome.FAILED]:
        return Check("status", Outcome.FAILED, "status-unsound", {**told, "detail": wrong[0]})
    if _came_out(checks, "signature") is not Outcome.PASSED:
        return Check("status", Outcome.NOT_MADE, "unknown-issuer", {**told, "issuer": issuer})
    if _came_out(checks, "validity") is Outcome.FAILED:  # of another day: it says nothing of this one
        return Check("status", Outcome.NOT_MADE, "stale", told)
    found = jose.opened(row)[1] if isinstance(row, str) else row
    try:
        if issuer_of(found) != issuer or found.get("id") != address:
            raise ValueError("a row of somebody else")
        index = str(entry.get("statusListIndex"))
        if not _INDEX.fullmatch(index):
            raise ValueError("no place in a row")
        is_set = statuslist.is_set(found, purpose, int(index))
    except (ValueError, TypeError) as error:
        return Check("status", Outcome.FAILED, "status-unsound", {**told, "detail": str(error)})
    return Check("status", Outcome.FAILED, purpose, told) if is_set else Check("status", Outcome.PASSED, "", told)


def _came_out(checks: Mapping[str, Check], name: str) -> Outcome:
    return checks[name].outcome if name in checks else Outcome.NOT_MADE


def verify_code(text: str, anchors: Anchors, now: datetime) -> tuple[labels.Label | None, tuple[Check, ...]]:
    """Checks of a QR code by itself: shape, issuer, signature, validity; its status does not stand in it."""
    try:
        label = labels.read_code(text)
    except ValueError as error:
        return None, (Check("shape", Outcome.FAILED, "unreadable", {"detail": str(error)}),)
    checks = [Check("shape", Outcome.PASSED)]
    known = _issuer(anchors, label.issuer)
    told = {"issuer": label.issuer}
    if known is None:
        checks += [Check(name, Outcome.NOT_MADE, "unknown-issuer", told) for name in ("issuer", "signature")]
    else:
        checks.append(Check("issuer", Outcome.PASSED, "", told))
        key, why = _key(known, f"{label.issuer}#{label.key}", now)
        if key is None:
            checks.append(Check("signature", Outcome.FAILED, why, {"key": label.key}))
        else:
            is_right = labels.is_signed(text, key)
            reason = "" if is_right else "tampered"
            checks.append(Check("signature", Outcome.PASSED if is_right else Outcome.FAILED, reason))
    day = {"day": label.valid_until.date().isoformat()}
    is_over = now > label.valid_until
    checks.append(Check("validity", Outcome.FAILED if is_over else Outcome.PASSED, "expired" if is_over else "", day))
    return label, tuple(checks)
