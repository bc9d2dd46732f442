"""What stands in the public log: the entry of an event, and the text of a head that is signed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tanheng.audit.chain import canonical
from tanheng.audit.rows import moment


def entry_of(event: Mapping[str, Any]) -> str:
    """The entry of a public event: canonical JSON (RFC 8785); its bytes are what a leaf is the hash of.

    It holds the hash of the event, and so seals all of the history up to it. It does not tell who acted.
    """
    told = {name: event[name] for name in ("type", "thing", "organisation", "facts", "hash")}
    return canonical({**told, "at": moment(event["at"]), "event": event["number"], "tanheng": "log-entry/1"})


def head_text(log: str, size: int, root: str, at: datetime) -> bytes:
    """What is signed of a head: canonical JSON (RFC 8785).

    Args:
        log: identifier of the log. size: leaves. root: of the tree, in hex.
    """
    told = {"at": moment(at), "log": log, "root": root, "size": size, "tanheng": "log-head/1"}
    return canonical(told).encode()
