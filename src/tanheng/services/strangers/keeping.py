"""What a monitor of a log keeps: its state, written whole or not at all, and evidence of what it found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from tanheng.audit import merkle
from tanheng.errors import VerifyingError
from tanheng.files import replacing

T = TypeVar("T")
SCHEMA = "log-monitor/1"


class Head(msgspec.Struct, frozen=True):
    """A signed head, as the log tells it: root of the first ``size`` leaves, in hex."""

    size: int
    at: datetime
    root: str
    key: str
    signature: str


class State(msgspec.Struct, frozen=True):
    """What a monitor remembers.

    Attributes:
        keys: that may sign heads, PEM by identifier. head: the last that was sound.
        read: leaves that were read; peaks: roots of the full subtrees that they make up, in hex.
    """

    url: str
    log: str
    keys: dict[str, str]
    head: Head | None
    read: int
    peaks: tuple[str, ...]
    tanheng: str = SCHEMA


def read_state(place: Path) -> State | None:
    """What a file remembers; ``None`` where there is no file yet.

    Raises:
        VerifyingError: TH-VER-011 it is no such file.
    """
    try:
        content = place.read_bytes()
    except FileNotFoundError:
        return None
    found = _decoded(content, State, place)
    size = found.head.size if found.head else 0
    if found.tanheng != SCHEMA or found.read < size or len(found.peaks) != len(merkle.covering(0, found.read)):
        raise VerifyingError("TH-VER-011", place=str(place), reason=SCHEMA)
    return found


def write_state(place: Path, state: State) -> None:
    """Remember; whoever is interrupted has what was remembered before."""
    with replacing(place) as work:
        work.write_bytes(msgspec.json.format(msgspec.json.encode(state)) + b"\n")


def read_head(place: Path) -> Head:
    """A head that somebody else saw: the state of another monitor, what ``GET /v1/log`` answered, or the head alone.

    Raises:
        VerifyingError: TH-VER-011 it is none. OSError: there is no file.
    """
    content = place.read_bytes()
    told = _decoded(content, dict[str, Any], place)
    try:
        return msgspec.convert(told.get("head", told), Head)
    except msgspec.ValidationError as error:
        raise VerifyingError("TH-VER-011", place=str(place), reason=str(error)) from error


def keep_evidence(place: Path, what: str, before: Head | None, now: Head, keys: Mapping[str, str]) -> Path:
    """Keep both heads of a finding beside the state, in a file of its own; returns where."""
    moment = datetime.now(UTC)
    target = place.with_name(f"{place.name}.{moment:%Y%m%dT%H%M%S%f}.{what}.json")
    told = {"tanheng": "log-evidence/1", "what": what, "at": moment, "before": before, "now": now, "keys": dict(keys)}
    with replacing(target) as work:
        work.write_bytes(msgspec.json.format(msgspec.json.encode(told)) + b"\n")
    return target


def _decoded(content: bytes, kind: type[T], place: Path) -> T:
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise VerifyingError("TH-VER-011", place=str(place), reason=str(error)) from error
