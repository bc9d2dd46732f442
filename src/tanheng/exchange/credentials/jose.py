"""A credential as a signed token: JOSE, ``vc+jwt`` (Securing Verifiable Credentials using JOSE and COSE, §3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tanheng.audit.signing import Signer
from tanheng.exchange.credentials.multibase import base64url, unpadded
from tanheng.exchange.credentials.reading import loaded

TYPE = "vc+jwt"
ALGORITHM = "EdDSA"
_LARGEST = 1_000_000


def token_of(document: Mapping[str, Any], signer: Signer, method: str) -> str:
    """The token: header, credential and signature, base 64 with dots between.

    Args:
        document: the credential without a proof. method: identifier of the key, ``did:web:…#KEY``.
    """
    header = {"alg": ALGORITHM, "kid": method, "typ": TYPE, "cty": "vc"}
    told = ".".join(base64url(orjson.dumps(part))[1:] for part in (header, dict(document)))
    return f"{told}.{base64url(bytes.fromhex(signer.sign(told.encode())))[1:]}"


def opened(token: str) -> tuple[str, dict[str, Any]]:
    """The key that a token names, and its credential, unverified; ValueError where it is no such token."""
    parts = token.split(".")
    if len(parts) != 3 or len(token) > _LARGEST:
        raise ValueError("no token of a credential")
    header, document = (loaded(unpadded(part)) for part in parts[:2])
    if not isinstance(header, dict) or not isinstance(document, dict):
        raise ValueError("no token of a credential")
    if header.get("alg") != ALGORITHM or header.get("typ") != TYPE or "crit" in header:
        raise ValueError("no token of a credential signed with Ed25519")
    if not isinstance(header.get("kid"), str):
        raise ValueError("a token that names no key")
    return header["kid"], document


def is_signed(token: str, key: Ed25519PublicKey) -> bool:
    """Whether a token is signed by the key."""
    told, _, signature = token.rpartition(".")
    try:
        key.verify(unpadded(signature), told.encode())
    except (InvalidSignature, ValueError):
        return False
    return True
