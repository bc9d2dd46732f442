"""The chain of events: each is sealed with the hash of the one before, so that none can be changed, moved or left out.

What is personal enters by a salted digest only (a commitment): it can be erased, and the chain still holds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import rfc8785

from tanheng.audit.rows import moment

START = "0" * 64
"""What the first event is chained to."""
SEALED = ("number", "id", "at", "type", "thing", "organisation", "actor", "public", "facts", "sealed", "previous")
"""Fields of an event that its hash covers."""


def canonical(value: Any) -> str:
    """JSON in its canonical form (RFC 8785)."""
    return rfc8785.dumps(value).decode()


def commitment(salt: str, personal: str) -> str:
    """The digest that stands in the chain for what is personal (SHA-256 over salt and canonical JSON)."""
    return hashlib.sha256((salt + personal).encode()).hexdigest()


def hash_of(event: Mapping[str, Any]) -> str:
    """The hash of an event: SHA-256 over the canonical form of :data:`SEALED`, moments in UTC, ISO 8601.

    >>> hash_of(dict.fromkeys(SEALED, "")) == hash_of({**dict.fromkeys(SEALED, ""), "type": "x"})
    False
    """
    told = {name: event[name] for name in SEALED}
    if isinstance(told["at"], datetime):
        told["at"] = moment(told["at"])
    return hashlib.sha256(rfc8785.dumps(told)).hexdigest()


def head_text(number: int, head: str) -> bytes:
    """What is signed of the head of the chain."""
    return canonical({"hash": head, "number": number, "tanheng": "head/1"}).encode()
