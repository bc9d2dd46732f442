"""Whether a credential still holds: a bit in a long row that its issuer publishes (Bitstring Status List v1.0)."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from tanheng.exchange.credentials.multibase import base64url, decoded

LENGTH = 131_072
"""Bits of a row: the least that a row may have, so that nobody sees from a look-up whose status is asked for (§6.1)."""
MOST = 8
"""Entries of a credential that are looked at; ours have two."""
_CONTEXT = "https://www.w3.org/ns/credentials/v2"
_TYPE, ENTRY = "BitstringStatusListCredential", "BitstringStatusListEntry"


class Purpose(StrEnum):
    """What a set bit says."""

    REVOCATION = "revocation"  # for ever: withdrawn, cancelled, replaced
    SUSPENSION = "suspension"  # until it is lifted


def entry(address: str, purpose: Purpose, index: int) -> dict[str, Any]:
    """What a credential says of where its status stands.

    Args:
        address: of the credential of the row. index: of the bit, from 0.
    """
    return {
        "id": f"{address}#{index}",
        "type": ENTRY,
        "statusPurpose": purpose.value,
        "statusListIndex": str(index),
        "statusListCredential": address,
    }


def rows_of(document: Mapping[str, Any]) -> list[str]:
    """Addresses of the rows that a credential names, as far as they are looked at; whatever else stands there is passed over."""
    entries = document.get("credentialStatus", ())
    entries = [entries] if isinstance(entries, Mapping) else entries
    several = entries[:MOST] if isinstance(entries, list) else ()
    return [str(one.get("statusListCredential", "")) for one in several if isinstance(one, Mapping)]


def credential(
    address: str, issuer: Mapping[str, Any], purpose: Purpose, taken: Iterable[int], at: datetime, until: datetime
) -> dict[str, Any]:
    """The row as a credential, to be signed.

    Args:
        taken: bits that are set. at, until: between which it may be relied upon.
    """
    return {
        "@context": [_CONTEXT],
        "id": address,
        "type": ["VerifiableCredential", _TYPE],
        "issuer": dict(issuer),
        "validFrom": _moment(at),
        "validUntil": _moment(until),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose.value,
            "encodedList": _packed(taken),
        },
    }


def is_set(document: Mapping[str, Any], purpose: str, index: int) -> bool:
    """What a row says of a bit; ValueError where it is no row, one of another purpose, or shorter than a row may be."""
    subject = document.get("credentialSubject")
    if _TYPE not in document.get("type", ()) or not isinstance(subject, Mapping):
        raise ValueError("no row of statuses")
    if subject.get("statusPurpose") != purpose or not isinstance(subject.get("encodedList"), str):
        raise ValueError("a row of another purpose")
    bits = _unpacked(subject["encodedList"])
    if 8 * len(bits) < LENGTH or not 0 <= index < 8 * len(bits):
        raise ValueError("a row that is too short")
    return bool(bits[index // 8] >> (7 - index % 8) & 1)


def _packed(taken: Iterable[int]) -> str:
    bits = bytearray(LENGTH // 8)
    for index in taken:
        bits[index // 8] |= 1 << (7 - index % 8)  # the first bit is the left one (§5.1)
    return base64url(gzip.compress(bytes(bits), mtime=0))


def _unpacked(text: str) -> bytes:
    """The bits; no more than a row of the usual length times 64, so that a small file cannot fill the memory."""
    try:
        reading = zlib.decompressobj(wbits=31)
        most = 8 * LENGTH
        found = reading.decompress(decoded(text), most + 1)
    except zlib.error as error:
        raise ValueError("a row that cannot be unpacked") from error
    if len(found) > most or not reading.eof:
        raise ValueError("a row that is too long or cut off")
    return found


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
