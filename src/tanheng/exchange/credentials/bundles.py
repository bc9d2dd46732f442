"""All that a credential is verified by, in one file (``bundle/1``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tanheng.errors import Fault, VerifyingError
from tanheng.exchange.credentials.checks import Anchors
from tanheng.exchange.credentials.facts import Document
from tanheng.exchange.credentials.logged import LogProof
from tanheng.exchange.credentials.trust import anchors_of, write_anchors

SCHEMA = "bundle/1"
_LARGEST_TREE = 2**53
"""Leaves; no number of canonical JSON is larger."""
_PARTS = ("credential", "code", "proof", "documents", "anchors")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What stands in the file; ``anchors`` are what it says of its issuer and log itself."""

    credential: Mapping[str, Any]
    code: str
    proof: LogProof
    documents: Mapping[str, Document]
    anchors: Anchors


def write_bundle(
    credential: Mapping[str, Any],
    *,
    code: str,
    proof: LogProof,
    documents: Mapping[str, Any],
    issuers: Mapping[str, Any],
    logs: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    """All that a credential is verified by, in one file; whom to trust it cannot tell."""
    told = {name: getattr(proof, name) for name in LogProof.__slots__}
    return {
        "tanheng": SCHEMA,
        "credential": dict(credential),
        "code": code,
        "proof": {**told, "path": list(proof.path), "at": proof.at.isoformat()},
        "documents": dict(documents),
        "anchors": write_anchors(issuers, logs),
    }


def read_bundle(told: Mapping[str, Any], *, place: str) -> Bundle:
    """The parts of a bundle (TH-VER-002 with every fault and its place)."""
    faults = [
        *((name, "unknown") for name in sorted(set(told) - {"tanheng", *_PARTS})),
        *((name, "missing") for name in _PARTS if name not in told),
    ]
    if told["tanheng"] != SCHEMA:
        faults = [("tanheng", f"not “{SCHEMA}”")]
    for name, kind in (("credential", dict), ("code", str), ("documents", dict)):
        if not faults and not isinstance(told[name], kind):
            faults.append((name, f"no {'text' if kind is str else 'object'}"))
    if faults:
        raise VerifyingError.of(Fault("TH-VER-002", f"{place}: {where}", {"reason": why}) for where, why in faults)
    documents = {address: row for address, row in told["documents"].items() if isinstance(row, str | dict)}
    return Bundle(
        credential=told["credential"],
        code=told["code"],
        proof=read_proof(told["proof"], place=f"{place}: proof"),
        documents=documents,
        anchors=anchors_of(told["anchors"], place=f"{place}: anchors"),
    )


def read_proof(told: Any, *, place: str) -> LogProof:
    """A proof of the log as it is told over HTTP and in bundles (TH-VER-002 where it is none)."""
    try:
        made = LogProof(
            entry=str(told["entry"]),
            index=int(told["index"]),
            size=int(told["size"]),
            path=tuple(map(str, told["path"])),
            root=str(told["root"]),
            log=str(told["log"]),
            at=datetime.fromisoformat(told["at"]),
            signature=str(told["signature"]),
        )
        if made.at.tzinfo is None or not isinstance(told["path"], list):
            raise ValueError(told["at"])
        if not 0 <= made.index < made.size <= _LARGEST_TREE:
            raise ValueError(f"{made.index} / {made.size}")
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise VerifyingError("TH-VER-002", place=place, reason=str(error)) from error
    return made
