"""Thresholds as they are signed, and what a stranger checks of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
import rfc8785

from tanheng.audit.rows import moment
from tanheng.audit.signing import is_signed
from tanheng.grading.model import ClassScheme, Peer, Thresholds, Tie

SCHEMA = "thresholds/1"


@dataclass(frozen=True, slots=True)
class Draft:
    """Limits that were derived, before anybody published them.

    Attributes:
        sample, makers: of how many products and makers; 0 where the scheme states the limits.
        digest: of the sample, empty where there is none. at: the moment of the register that they are of.
    """

    limits: tuple[float, ...]
    sample: int
    makers: int
    digest: str
    at: datetime


def sample_digest(peers: Sequence[Peer]) -> str:
    """SHA-256 over the numbers and values of a sample, as canonical JSON (RFC 8785); empty for none.

    >>> sample_digest([])
    ''
    """
    if not peers:
        return ""
    pairs: list[Any] = [[peer.certificate, peer.value] for peer in sorted(peers, key=lambda peer: peer.certificate)]
    return "sha256:" + hashlib.sha256(rfc8785.dumps(pairs)).hexdigest()


def document(scheme: ClassScheme, draft: Draft, *, number: int, effective: date, previous: str) -> str:
    """What is signed: canonical JSON (RFC 8785), from which the class of any value of the peer group follows.

    Args:
        number: of the thresholds among those of the scheme. previous: digest of those before; empty for the first.
    """
    told: dict[str, Any] = {
        "tanheng": SCHEMA,
        "scheme": scheme.reference,
        "scheme_digest": scheme.digest,
        "number": number,
        "previous": previous,
        "category": scheme.peers.rule_pack,
        "boundary": scheme.peers.boundary,
        "unit": scheme.peers.unit,
        "per": scheme.peers.per,
        "region": scheme.peers.region,
        "classes": list(scheme.classes),
        "limits": list(draft.limits),
        "tie": scheme.tie.value,
        "effective": effective.isoformat(),
        "sample": draft.sample,
        "makers": draft.makers,
        "sample_digest": draft.digest,
        "sampled_at": moment(draft.at),
    }
    return rfc8785.dumps(told).decode()


def digest_of(text: str) -> str:
    """The digest of a signed document."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def read_thresholds(text: str) -> Thresholds:
    """The limits that a document says; ValueError where it is none of ours."""
    told = orjson.loads(text)
    if not isinstance(told, Mapping) or told.get("tanheng") != SCHEMA:
        raise ValueError("no thresholds")
    return Thresholds(
        scheme=told["scheme"],
        classes=tuple(told["classes"]),
        limits=tuple(float(limit) for limit in told["limits"]),
        tie=Tie(told["tie"]),
        effective=date.fromisoformat(told["effective"]),
        sample=told["sample"],
        makers=told["makers"],
    )


def is_genuine(text: str, signature: str, public: bytes) -> bool:
    """Whether a document is signed by a key (PEM), as it stands."""
    return is_signed(public, text.encode(), signature)
