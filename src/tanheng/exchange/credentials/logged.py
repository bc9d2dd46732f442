"""Whether a transparency log that is trusted holds a credential, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import orjson

from tanheng.audit import merkle
from tanheng.audit.publiclog import head_text
from tanheng.audit.signing import is_signed as is_head_signed
from tanheng.exchange.credentials.checks import Anchors, Check, Outcome
from tanheng.exchange.credentials.dids import moment

SIGNED = frozenset({"certificate.issued", "certificate.corrected"})
"""Entries of the log that name a credential which counts from then on."""


@dataclass(frozen=True, slots=True)
class LogProof:
    """That something stands in the log.

    Attributes:
        entry: as the log holds it, JSON. index, size, path, root: of the proof; hashes in hex.
        log, at, signature: of the head of that size.
    """

    entry: str
    index: int
    size: int
    path: tuple[str, ...]
    root: str
    log: str
    at: datetime
    signature: str


def verify_log(proof: LogProof, digest: str, anchors: Anchors) -> Check:
    """Whether a credential stands in a log that is trusted.

    Args:
        digest: of the credential (:func:`digest_of`), which the entry names.
    """
    told = {"log": proof.log, "size": str(proof.size)}
    keys = anchors.logs.get(proof.log)
    if keys is None:
        return Check("log", Outcome.NOT_MADE, "unknown-log", told)
    try:
        text = head_text(proof.log, proof.size, proof.root, proof.at)
    except (ValueError, OverflowError):
        return Check("log", Outcome.FAILED, "unreadable", {**told, "detail": "head"})
    if not any(is_head_signed(key.encode(), text, proof.signature) for key in keys):
        return Check("log", Outcome.FAILED, "head-unsigned", told)
    try:
        path = [bytes.fromhex(one) for one in proof.path]
        root = bytes.fromhex(proof.root)
        names = named_by(proof.entry)
    except (ValueError, TypeError, KeyError, AttributeError):
        return Check("log", Outcome.FAILED, "unreadable", {**told, "detail": "entry"})
    leaf = merkle.leaf(proof.entry.encode())
    if names != digest or not merkle.is_included(leaf, proof.index, proof.size, path, root):
        return Check("log", Outcome.FAILED, "not-included", told)
    return Check("log", Outcome.PASSED, "", told)


def logged_at(entry: str) -> datetime:
    """When the log took an entry in.

    Raises:
        ValueError, TypeError, KeyError: it is no entry.
    """
    return moment(orjson.loads(entry)["at"])


def named_by(entry: str) -> str:
    """The digest of the credential that an entry of the log names; empty where it names none.

    Raises:
        ValueError, TypeError, KeyError, AttributeError: it is no entry.
    """
    told = orjson.loads(entry)
    return str(orjson.loads(told["facts"]).get("credential")) if told["type"] in SIGNED else ""
