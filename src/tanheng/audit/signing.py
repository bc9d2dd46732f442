"""Signing: a port, and Ed25519 (RFC 8032) behind it, so that another scheme (SM2) can follow."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)


class Signer(Protocol):
    """Signs in the name of the installation."""

    @property
    def key(self) -> str:
        """Identifier of the key: it follows from the public key."""
        ...

    def sign(self, content: bytes) -> str:
        """The signature of ``content``, in hex."""
        ...


@dataclass(frozen=True, slots=True)
class Ed25519Signer:
    """A private key in memory."""

    _private: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def new(cls) -> Ed25519Signer:
        """A new key."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def read(cls, pem: bytes) -> Ed25519Signer:
        """A key from its PEM file; ValueError where it is none."""
        found = load_pem_private_key(pem, password=None)
        if not isinstance(found, Ed25519PrivateKey):
            raise ValueError("not an Ed25519 key")
        return cls(found)

    @property
    def key(self) -> str:
        """The first 32 hex digits of the SHA-256 of the public key."""
        return key_of(self.public())

    def sign(self, content: bytes) -> str:
        """The signature, in hex."""
        return self._private.sign(content).hex()

    def public(self) -> bytes:
        """The public key, PEM."""
        return self._private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def private(self) -> bytes:
        """The private key, PEM; for the key file only."""
        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def key_of(public: bytes) -> str:
    """The identifier of a public key in PEM; ValueError where it is none."""
    found = load_pem_public_key(public)
    if not isinstance(found, Ed25519PublicKey):
        raise ValueError("not an Ed25519 key")
    return hashlib.sha256(found.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:32]


def is_signed(public: bytes, content: bytes, signature: str) -> bool:
    """Whether ``signature`` is that of ``content`` by the key."""
    try:
        found = load_pem_public_key(public)
        if not isinstance(found, Ed25519PublicKey):
            return False
        found.verify(bytes.fromhex(signature), content)
    except (InvalidSignature, ValueError):
        return False
    return True
