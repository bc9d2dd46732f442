"""Watching a public log: whether it grows as it says, and shows everybody the same; what it once said is kept.

A monitor keeps the last head that it saw and the subtrees of the leaves that it read. Each round it reads the new leaves, makes
the root of them itself, and compares it with the signed head; what does not fit is a finding, and both heads are kept of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import msgspec
import orjson

from tanheng.audit import merkle
from tanheng.audit.keys import rotation_text
from tanheng.audit.publiclog import head_text
from tanheng.audit.signing import is_signed, key_of
from tanheng.errors import VerifyingError
from tanheng.services.strangers.fetching import Fetcher
from tanheng.services.strangers.keeping import Head, State, keep_evidence, read_head, read_state, write_state

T = TypeVar("T")
_PORTION = 500
_SAVED_EVERY = 50
_UNBOUNDED = 10**9


class What(StrEnum):
    """What was found."""

    ANOTHER_LOG = "another-log"  # under the address is another log than before
    UNSIGNED = "unsigned"  # no key that is known signed the head
    SMALLER = "smaller"  # it has fewer leaves than it had
    FORK = "fork"  # of the same size there is another root
    INCONSISTENT = "inconsistent"  # nothing proves that the earlier tree begins the later
    REWRITTEN = "rewritten"  # the leaves do not make up the root


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that an honest log does not do. ``before`` and ``now``: the heads; ``evidence``: the file that keeps them."""

    what: What
    before: Head | None
    now: Head
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    """What came of a round.

    Attributes:
        is_first: nothing was known of the log before; its keys were taken on trust where no anchors were given.
        head: ``None`` where the log has no leaf yet. read: leaves that were read. keys: that are known now, PEM by identifier.
        compared: size of the head that somebody else saw, 0 where there was none.
    """

    log: str
    is_first: bool
    head: Head | None
    read: int
    keys: dict[str, str]
    finding: Finding | None = None
    compared: int = 0


class LogTold(msgspec.Struct, frozen=True):
    """The log as ``GET /v1/log`` tells it."""

    id: str
    keys: dict[str, str]
    head: Head | None = None


class _Entry(msgspec.Struct):
    number: int
    entry: str


class _Entries(msgspec.Struct):
    items: list[_Entry]


class _Path(msgspec.Struct):
    path: list[str]


def monitor(
    url: str, state: Path, *, trusted: dict[str, tuple[str, ...]] | None = None, gossip: Path | None = None
) -> Round:
    """Look at a log once more, and remember it.

    Args:
        state: file that the monitor keeps. trusted: keys (PEM) of logs by their identifiers; without them the keys of the
            first round are. gossip: head that somebody else saw: a state, or a head as the log tells it.

    Raises:
        VerifyingError: TH-VER-007 it cannot be asked, TH-VER-011 the state or gossip cannot be read, TH-VER-012 it is no log,
            TH-VER-013 the log is not among those that are trusted. OSError: the state cannot be written.
    """
    known = read_state(state)
    heard = read_head(gossip) if gossip is not None else None
    with Fetcher(most=_UNBOUNDED) as fetcher:
        found = _Watch(fetcher, url.rstrip("/"), state, known).round(trusted, heard)
    if found.finding is None:
        return found
    evidence = keep_evidence(state, found.finding.what.value, found.finding.before, found.finding.now, found.keys)
    return replace(found, finding=replace(found.finding, evidence=str(evidence)))


@dataclass(slots=True)
class _Watch:
    """One round."""

    fetcher: Fetcher
    base: str
    place: Path
    known: State | None
    keys: dict[str, str] = field(default_factory=dict)

    def round(self, trusted: dict[str, tuple[str, ...]] | None, heard: Head | None) -> Round:
        told = self._ask("", LogTold)
        self.keys = self._keys(told, trusted)
        head, before = told.head, self.known.head if self.known else None
        of = Round(told.id, self.known is None, head or before, 0, self.keys)
        if self.known is not None and told.id != self.known.log:
            shown = head or Head(0, datetime.now(UTC), merkle.EMPTY.hex(), "", "")
            return replace(of, finding=Finding(What.ANOTHER_LOG, before, shown))
        if head is None:
            shown = Head(0, datetime.now(UTC), merkle.EMPTY.hex(), "", "")
            return replace(of, finding=Finding(What.SMALLER, before, shown) if before else None)
        what, state = self._compared(told.id, before, head)
        read = 0
        if what is None:
            read, tree = self._read(state, head.size)
            what = self._judged(told.id, head, tree.root.hex())
            if what is None and before is not None and not self._follows(before, head):
                what = What.INCONSISTENT
            if what is None:
                peaks = tuple(hashed.hex() for hashed in tree.peaks)
                write_state(self.place, State(self.base, told.id, self.keys, head, tree.size, peaks))
        of = replace(of, read=read, keys=self.keys)
        if what is not None:
            return replace(of, finding=Finding(what, before, head))
        return self._heard(of, told.id, head, heard) if heard is not None else of

    def _keys(self, told: LogTold, trusted: dict[str, tuple[str, ...]] | None) -> dict[str, str]:
        """Keys that may sign heads, before new leaves tell of more."""
        if self.known is not None:
            return dict(self.known.keys)
        if trusted is None:
            return {key: pem for key, pem in told.keys.items() if _is_key(key, pem)}
        if told.id not in trusted:
            raise VerifyingError("TH-VER-013", log=told.id)
        return {key_of(pem.encode()): pem for pem in trusted[told.id]}

    def _compared(self, log: str, before: Head | None, head: Head) -> tuple[What | None, State]:
        """What two heads tell by themselves, and from where to read on."""
        state = self.known or State(self.base, log, self.keys, None, 0, ())
        if head.size < max(state.read, before.size if before else 0):
            return What.SMALLER, state
        if before is None:
            return None, state
        if head.size == before.size and head.root != before.root:
            return (What.FORK if self._is_signed(log, head) else What.UNSIGNED), state
        return None, state

    def _read(self, state: State, size: int) -> tuple[int, merkle.Growing]:
        """Read the leaves up to a size; what was read is remembered now and then, so that little is read twice."""
        peaks = [bytes.fromhex(one) for one in state.peaks]
        tree = merkle.Growing(state.read, peaks)
        first, portions = tree.size, 0
        while tree.size < size:
            asked = {"first": tree.size, "limit": min(_PORTION, size - tree.size)}
            items = self._ask("/entries", _Entries, **asked).items
            if not items:
                break  # the root will not fit
            for item in items[: asked["limit"]]:
                self._learn(item.entry)
                list(tree.append(merkle.leaf(item.entry.encode())))
            portions += 1
            if portions % _SAVED_EVERY == 0:
                told = tuple(hashed.hex() for hashed in tree.peaks)
                write_state(
                    self.place, msgspec.structs.replace(state, read=tree.size, peaks=told, keys=dict(self.keys))
                )
        return tree.size - first, tree

    def _learn(self, entry: str) -> None:
        """Know a key that another took over from, where both signed that."""
        if '"key.rotated"' not in entry:
            return
        try:
            told = orjson.loads(entry)
            facts = orjson.loads(told["facts"])
            new, old, pem = told["thing"], facts["old"], facts["new_public"]
            text = rotation_text(old, new)
            is_sound = (
                told["type"] == "key.rotated"
                and old in self.keys
                and _is_key(new, pem)
                and is_signed(self.keys[old].encode(), text, facts["signature"])
                and is_signed(pem.encode(), text, facts["possession"])
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            return
        if is_sound:
            self.keys[new] = pem

    def _judged(self, log: str, head: Head, root: str) -> What | None:
        if not self._is_signed(log, head):
            return What.UNSIGNED
        return None if root == head.root else What.REWRITTEN

    def _is_signed(self, log: str, head: Head) -> bool:
        pem = self.keys.get(head.key)
        if pem is None or head.at.tzinfo is None:
            return False
        return is_signed(pem.encode(), head_text(log, head.size, head.root, head.at), head.signature)

    def _follows(self, first: Head, second: Head) -> bool:
        """Whether the log proves that one head begins the other; it must be able to."""
        if first.size == second.size:
            return first.root == second.root
        try:
            told = self._ask("/proofs/consistency", _Path, first=first.size, second=second.size)
            path = [bytes.fromhex(one) for one in told.path]
            roots = bytes.fromhex(first.root), bytes.fromhex(second.root)
        except (VerifyingError, ValueError):
            return False
        return merkle.is_consistent(first.size, roots[0], second.size, roots[1], path)

    def _heard(self, of: Round, log: str, head: Head, heard: Head) -> Round:
        """Compare with what somebody else saw: a log that shows two faces is found by nothing else."""
        smaller, larger = sorted((heard, head), key=lambda one: one.size)
        if not self._is_signed(log, heard):
            raise VerifyingError("TH-VER-014", log=log)
        what = None
        if heard.size == head.size and heard.root != head.root:
            what = What.FORK
        elif heard.size > head.size:
            what = What.SMALLER
        elif not self._follows(smaller, larger):
            what = What.INCONSISTENT
        return replace(of, compared=heard.size, finding=Finding(what, heard, head) if what else None)

    def _ask(self, path: str, kind: type[T], **params: int) -> T:
        address = f"{self.base}/v1/log{path}"
        content = self.fetcher.get(address, params=params)
        try:
            return msgspec.json.decode(content, type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise VerifyingError("TH-VER-012", place=address, reason=str(error)) from error


def _is_key(key: str, pem: str) -> bool:
    try:
        return key_of(pem.encode()) == key
    except ValueError:
        return False
