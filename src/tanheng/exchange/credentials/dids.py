"""Identifiers of issuers that are web addresses (``did:web``), and the documents that tell their keys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tanheng.exchange.credentials.multibase import key_of_multikey, multikey

CONTEXTS = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]
_METHOD = "did:web:"
_HOST = re.compile(r"([a-z0-9]([a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:[0-9]{1,5})?", re.IGNORECASE | re.ASCII)
_PART = re.compile(r"([a-z0-9._~!$&'()*+,;=@-]|%[0-9a-f]{2})+", re.IGNORECASE | re.ASCII)
_AWAY = re.compile(r"\.{1,2}|.*[/\\\x00-\x1f\x7f].*", re.DOTALL)
"""A part that would lead elsewhere: to itself, up, or over a separator in disguise."""


def did_of(url: str, *path: str) -> str:
    """The identifier of an issuer under a web address.

    >>> did_of("https://tanheng.example.org:8443/cfp/", "bodies", "7")
    'did:web:tanheng.example.org%3A8443:cfp:bodies:7'
    """
    parts = urlsplit(url)
    host = (
        (parts.hostname or "").encode("idna").decode() if ":" not in (parts.hostname or "") else f"[{parts.hostname}]"
    )
    below = [unquote(part) for part in parts.path.split("/") if part]
    named = quote(host + (f":{parts.port}" if parts.port else ""), safe="")
    return _METHOD + ":".join([named, *(quote(part, safe="") for part in (*below, *path))])


def address_of(did: str) -> str:
    """Where the document of an identifier is kept; ValueError where it is none of this kind.

    >>> address_of("did:web:tanheng.example.org%3A8443:cfp:bodies:7")
    'https://tanheng.example.org:8443/cfp/bodies/7/did.json'
    >>> address_of("did:web:tanheng.example.org")
    'https://tanheng.example.org/.well-known/did.json'
    """
    host, *path = did.removeprefix(_METHOD).split(":")
    if not did.startswith(_METHOD) or not _HOST.fullmatch(unquote(host)) or not all(map(_is_part, path)):
        raise ValueError("no did:web")
    return f"https://{unquote(host)}/{'/'.join(path) or '.well-known'}/did.json"


def _is_part(part: str) -> bool:
    return bool(_PART.fullmatch(part)) and not _AWAY.fullmatch(unquote(part))


def did_document(did: str, keys: Mapping[str, bytes], revoked: Mapping[str, datetime] | None = None) -> dict[str, Any]:
    """The document of an issuer.

    Args:
        keys: public keys (PEM, Ed25519) by their identifiers; all that ever signed, so that old credentials go on verifying.
        revoked: of keys that others may have, from when on.
    """
    methods = [
        {"id": f"{did}#{key}", "type": "Multikey", "controller": did, "publicKeyMultibase": multikey(pem)}
        for key, pem in keys.items()
    ]
    for method, key in zip(methods, keys, strict=True):
        if revoked and key in revoked:
            method["revoked"] = revoked[key].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "@context": CONTEXTS,
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def keys_of(document: Mapping[str, Any]) -> dict[str, Ed25519PublicKey]:
    """The keys that may sign in the name of a document's subject, by their full identifiers.

    Keys of other kinds, and those that the document does not entitle to assert, are left out. Whether a key still counts is
    another question (:func:`end_of`).

    Raises:
        ValueError: it is no such document.
    """
    did, methods, entitled = (document.get(name) for name in ("id", "verificationMethod", "assertionMethod"))
    if not isinstance(did, str) or not isinstance(methods, list) or not isinstance(entitled, list):
        raise ValueError("no document of an issuer")
    found: dict[str, Ed25519PublicKey] = {}
    for method in methods:
        if not isinstance(method, Mapping) or method.get("type") != "Multikey" or method.get("controller") != did:
            continue
        name, key = method.get("id"), method.get("publicKeyMultibase")
        if isinstance(name, str) and name.startswith(f"{did}#") and name in entitled and isinstance(key, str):
            with suppress(ValueError):  # of another kind
                found[name] = key_of_multikey(key)
    return found


def end_of(document: Mapping[str, Any], key: str, what: str) -> datetime | None:
    """From when on a key of a document is ``revoked`` or ``expires``; ``None`` where that is not told.

    Raises:
        ValueError: a moment cannot be read.
    """
    told = [
        moment(method[what])
        for method in document["verificationMethod"]
        if isinstance(method, Mapping) and method.get("id") == key
        if method.get(what) is not None
    ]
    return min(told, default=None)


def moment(text: object) -> datetime:
    """A moment as credentials and documents write it; ValueError where it is none, or has no zone."""
    found = datetime.fromisoformat(str(text))
    if found.tzinfo is None:
        raise ValueError("a moment without its zone")
    try:
        return found.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a moment out of the calendar") from error
