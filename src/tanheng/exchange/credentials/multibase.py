"""Bytes as text with a first letter that says how (Multibase), and keys with their kind in front (Multikey)."""

from __future__ import annotations

import base64
import binascii

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGITS = {letter: value for value, letter in enumerate(_ALPHABET)}
_ED25519 = bytes([0xED, 0x01])
_LONGEST = 1_000


def base58(content: bytes) -> str:
    """Bytes in base 58 of Bitcoin, behind ``z``.

    >>> base58(b"Hello World!")
    'z2NEpo7TZRRrLZSi2U'
    """
    number = int.from_bytes(content)
    found = ""
    while number:
        number, digit = divmod(number, 58)
        found = _ALPHABET[digit] + found
    zeros = len(content) - len(content.lstrip(b"\0"))
    return "z" + "1" * zeros + found


def base64url(content: bytes) -> str:
    """Bytes in base 64 for addresses, without padding, behind ``u``."""
    return "u" + base64.urlsafe_b64encode(content).decode().rstrip("=")


def decoded(text: str) -> bytes:
    """The bytes of a text of either kind; ValueError where it is none."""
    if text.startswith("z") and len(text) <= _LONGEST:
        digits = [_DIGITS.get(letter, -1) for letter in text[1:]]
        if -1 in digits:
            raise ValueError("not base 58")
        number = 0
        for digit in digits:
            number = 58 * number + digit
        zeros = len(digits) - len(text[1:].lstrip("1"))
        return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)
    if text.startswith("u"):
        return unpadded(text[1:])
    raise ValueError("neither base 58 nor base 64")


def unpadded(text: str) -> bytes:
    """The bytes of base 64 for addresses without padding; ValueError where it is none, or not written as it would be."""
    try:
        found = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base 64") from error
    if base64url(found)[1:] != text:
        raise ValueError("not base 64 as it is written")
    return found


def multikey(pem: bytes) -> str:
    """A public key, PEM, as Multikey; ValueError where it is none of Ed25519."""
    return base58(_ED25519 + raw_key(pem))


def raw_key(pem: bytes) -> bytes:
    """The 32 bytes of a public key, PEM; ValueError where it is none of Ed25519."""
    try:
        found = load_pem_public_key(pem)
    except UnsupportedAlgorithm as error:
        raise ValueError("no key that is known") from error
    if not isinstance(found, Ed25519PublicKey):
        raise ValueError("not an Ed25519 key")
    return found.public_bytes(Encoding.Raw, PublicFormat.Raw)


def key_of_multikey(text: str) -> Ed25519PublicKey:
    """The key of a Multikey; ValueError where it is none of Ed25519."""
    content = decoded(text)
    if not (text.startswith("z") and content.startswith(_ED25519) and len(content) == len(_ED25519) + 32):
        raise ValueError("not an Ed25519 key")
    return Ed25519PublicKey.from_public_bytes(content[len(_ED25519) :])
