"""A proof inside the document that it is of: Data Integrity with the suite ``eddsa-jcs-2022``."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tanheng.audit.signing import Signer
from tanheng.exchange.credentials.multibase import base58, decoded

SUITE = "eddsa-jcs-2022"
_PURPOSE = "assertionMethod"


def with_proof(document: Mapping[str, Any], signer: Signer, method: str, at: datetime) -> dict[str, Any]:
    """The document with its proof (Data Integrity EdDSA Cryptosuites v1.0, §3.3.1).

    Args:
        method: identifier of the key, ``did:web:…#KEY``. at: the moment that the proof names.
    """
    config = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "verificationMethod": method,
        "proofPurpose": _PURPOSE,
        "@context": document["@context"],
    }
    signature = bytes.fromhex(signer.sign(_hashed(config, document)))
    return {**document, "proof": {**config, "proofValue": base58(signature)}}


def method_of(document: Mapping[str, Any]) -> str:
    """The key that a document says its proof is of; ValueError where it has no proof of this suite for this purpose."""
    proof = document.get("proof")
    if not isinstance(proof, Mapping):
        raise ValueError("no proof")
    told = (proof.get("type"), proof.get("cryptosuite"), proof.get("proofPurpose"))
    if told != ("DataIntegrityProof", SUITE, _PURPOSE) or not isinstance(proof.get("verificationMethod"), str):
        raise ValueError("no proof of the suite eddsa-jcs-2022")
    return str(proof["verificationMethod"])


def is_proved(document: Mapping[str, Any], key: Ed25519PublicKey) -> bool:
    """Whether the proof of a document is of the key, and of the document as it is (§3.3.2).

    Contexts that were added behind the signed ones are refused, which the recommendation leaves to whoever verifies: they
    could give words another meaning.
    """
    proof = dict(document["proof"])
    value = proof.pop("proofValue", None)
    if proof.get("@context") != document.get("@context"):
        return False
    bare = {name: part for name, part in document.items() if name != "proof"}
    try:
        key.verify(decoded(str(value)), _hashed(proof, bare))
    except (InvalidSignature, ValueError, rfc8785.CanonicalizationError):
        return False
    return True


def _hashed(config: Mapping[str, Any], document: Mapping[str, Any]) -> bytes:
    return b"".join(hashlib.sha256(rfc8785.dumps(dict(part))).digest() for part in (config, document))
