"""What the QR code of a label holds: a short address, and behind ``#`` what the label says, signed.

``https://HOST/c/NUMBER#1.PAYLOAD.SIGNATURE``: a telephone opens the address, and browsers keep what stands behind ``#`` to
themselves; a verifier without a network reads it. Payload and signature are base 64 for addresses. The payload is canonical
JSON (RFC 8785), a list, so that the code stays small. What is signed is the address and the payload.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from datetime import datetime

import orjson
import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tanheng.audit.signing import Signer
from tanheng.exchange.credentials.multibase import base64url, unpadded

VERSION = "1"
_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Label:
    """What a label says.

    Attributes:
        address: short, of the page of the certificate. number: of the certificate. value, unit, per: of the footprint, the value
            as it is printed. grade: class, empty where there is none. scheme: ``id@version``.
        valid_until: last second of the last day, in the zone of the issuer; the code holds the day with the offset of the zone,
            ``2027-12-31+08:00``, and one without is of UTC.
        credential: SHA-256 of the signed credential, its first 32 hex digits. key: that signs, its identifier behind the ``#``
            of the issuer. issuer: ``did:web``.
    """

    address: str
    number: str
    value: str
    unit: str
    per: str
    grade: str
    scheme: str
    valid_until: datetime
    credential: str
    issuer: str
    key: str


def code_of(label: Label, signer: Signer) -> str:
    """The text of the QR code."""
    payload = _payload(label)
    signature = bytes.fromhex(signer.sign(_signed(label.address, payload)))
    return f"{label.address}#{VERSION}.{base64url(payload)[1:]}.{base64url(signature)[1:]}"


def read_code(text: str) -> Label:
    """What a QR code says, unverified.

    Raises:
        ValueError: it is none of ours, of a version that is not known, or cut off.
    """
    address, _, rest = text.strip().partition("#")
    version, _, told = rest.partition(".")
    payload, _, signature = told.partition(".")
    if not signature or len(text) > _LONGEST:
        raise ValueError("no code of a label")
    if version != VERSION:
        raise ValueError("a code of another version")
    parts = orjson.loads(unpadded(payload))
    names = [field.name for field in fields(Label)][1:]
    if not isinstance(parts, list) or len(parts) != len(names) or not all(isinstance(part, str) for part in parts):
        raise ValueError("a code that says something else")
    told_by_name = dict(zip(names, parts, strict=True))
    return Label(address=address, **{**told_by_name, "valid_until": _end(told_by_name["valid_until"])})


def is_signed(text: str, key: Ed25519PublicKey) -> bool:
    """Whether the code is signed by the key, as it stands."""
    address, _, rest = text.strip().partition("#")
    _, payload, signature = rest.split(".", 2)
    try:
        key.verify(unpadded(signature), _signed(address, unpadded(payload)))
    except (InvalidSignature, ValueError):
        return False
    return True


def _payload(label: Label) -> bytes:
    _, *parts = astuple(label)
    return rfc8785.dumps([_day(part) if isinstance(part, datetime) else part for part in parts])


def _day(end: datetime) -> str:
    """A last day with the offset of its zone, as XML Schema writes it; nothing behind it for UTC."""
    return f"{end.date().isoformat()}{end.isoformat()[19:]}".removesuffix("+00:00")


def _end(day: str) -> datetime:
    """The last second of a day that a code tells."""
    return datetime.fromisoformat(f"{day[:10]}T23:59:59{day[10:] or '+00:00'}")


def _signed(address: str, payload: bytes) -> bytes:
    return f"tanheng-label/{VERSION}\n{address}\n".encode() + payload
