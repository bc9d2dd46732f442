"""What somebody trusts, as a file: documents of issuers and keys of logs (``anchors/1``), read strictly."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from tanheng.audit.signing import key_of
from tanheng.errors import Fault, VerifyingError
from tanheng.exchange.credentials.checks import Anchors
from tanheng.exchange.credentials.dids import keys_of
from tanheng.exchange.credentials.multibase import raw_key
from tanheng.exchange.credentials.reading import loaded

SCHEMA = "anchors/1"


def write_anchors(issuers: Mapping[str, Mapping[str, Any]], logs: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """The file of anchors.

    Args:
        issuers: documents by their identifiers. logs: keys (PEM) of logs, by their identifiers.
    """
    return {"tanheng": SCHEMA, "issuers": dict(issuers), "logs": {log: dict(keys) for log, keys in logs.items()}}


def read_anchors(content: bytes, *, place: str = "anchors") -> Anchors:
    """The anchors in a file.

    Raises:
        VerifyingError: TH-VER-002 every fault at once, each with its place.
    """
    return anchors_of(parsed(content, place), place=place)


def anchors_of(told: Any, *, place: str) -> Anchors:
    """As :func:`read_anchors`, of JSON that was read."""
    faults = list(_faults(told))
    if faults:
        raise VerifyingError.of(
            Fault("TH-VER-002", f"{place}: {where}", {"reason": reason}) for where, reason in faults
        )
    return Anchors(told["issuers"], {log: tuple(keys.values()) for log, keys in told["logs"].items()})


def parsed(content: bytes, place: str) -> Any:
    """JSON that came from outside (TH-VER-002 where it is none)."""
    try:
        return loaded(content)
    except ValueError as error:
        raise VerifyingError("TH-VER-002", place=place, reason=str(error)) from error


def fingerprints(anchors: Anchors) -> list[tuple[str, str, str]]:
    """What to compare before trusting: kind, identifier of issuer or log, and SHA-256 of each public key, in hex."""
    found = [
        ("issuer", issuer, hashlib.sha256(key.public_bytes_raw()).hexdigest())
        for issuer, document in sorted(anchors.issuers.items())
        for key in keys_of(document).values()
    ]
    return found + [
        ("log", log, hashlib.sha256(raw_key(pem.encode())).hexdigest())
        for log, keys in sorted(anchors.logs.items())
        for pem in keys
    ]


def _faults(told: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(told, dict) or told.get("tanheng") != SCHEMA:
        yield "tanheng", f"not “{SCHEMA}”"
        return
    for name in sorted(set(told) - {"tanheng", "issuers", "logs"}):
        yield name, "unknown"
    issuers, logs = told.get("issuers"), told.get("logs")
    for name, part in (("issuers", issuers), ("logs", logs)):
        if not isinstance(part, dict):
            yield name, "missing"
    for issuer, document in issuers.items() if isinstance(issuers, dict) else ():
        yield from _issuer_faults(issuer, document)
    for log, keys in logs.items() if isinstance(logs, dict) else ():
        if not isinstance(keys, dict) or not keys:
            yield f"logs.{log}", "no keys"
            continue
        for key, pem in keys.items():
            if not _is_key(key, pem):
                yield f"logs.{log}.{key}", "not the public Ed25519 key of that identifier, PEM"


def _issuer_faults(issuer: str, document: Any) -> Iterator[tuple[str, str]]:
    where = f"issuers.{issuer}"
    if not isinstance(document, dict) or document.get("id") != issuer:
        yield where, "a document of another issuer"
        return
    try:
        if not keys_of(document):
            yield where, "no key that may sign"
    except ValueError as error:
        yield where, str(error)


def _is_key(key: str, pem: Any) -> bool:
    try:
        return isinstance(pem, str) and key_of(pem.encode()) == key
    except ValueError:
        return False
