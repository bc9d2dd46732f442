"""A new key takes the place of the one that signs: told by an event, which both keys sign."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tanheng.audit.chain import canonical
from tanheng.audit.events import Event
from tanheng.audit.signing import is_signed, key_of


class KeyRotated(Event, frozen=True, kw_only=True):
    """From this event on another key signs; public, so that strangers follow from key to key.

    Attributes:
        id: of the new key. old: identifier of the one before. old_public, new_public: PEM.
        signature, possession: of :func:`rotation_text`, by the old and by the new key.
    """

    type = "key.rotated"
    public = True

    old: str
    old_public: str
    new_public: str
    signature: str
    possession: str


class KeyRevoked(Event, frozen=True, kw_only=True):
    """Somebody else may have a key; public, so that strangers count nothing that it signed from a moment on.

    Attributes:
        id: of the key. since: the moment, ISO 8601; of several that were told, the earliest counts.
    """

    type = "key.revoked"
    public = True

    since: str


def rotation_text(old: str, new: str) -> bytes:
    """What both keys sign of a rotation: canonical JSON (RFC 8785)."""
    return canonical({"new": new, "old": old, "tanheng": "key-rotation/1"}).encode()


@dataclass(slots=True)
class Succession:
    """Which key signed when, as the rotations tell; hear them in their order.

    Attributes:
        now: the key that signs now, by the head of the history.
    """

    now: str
    _since: list[tuple[int, str]] = field(default_factory=list)
    _first: str = ""

    def hear(self, number: int, new: str, facts: Mapping[str, Any]) -> bool:
        """Note the rotation that event ``number`` tells of; whether it is signed by the key before it and by its own."""
        told = {
            name: str(facts.get(name, "")) for name in ("old", "old_public", "new_public", "signature", "possession")
        }
        follows = not self._since or self._since[-1][1] == told["old"]
        self._first = self._first or told["old"]
        self._since.append((number, new))
        text, old_public, new_public = rotation_text(told["old"], new), told["old_public"], told["new_public"]
        try:
            are_those = (key_of(old_public.encode()), key_of(new_public.encode())) == (told["old"], new)
        except ValueError:
            return False
        return (
            follows
            and are_those
            and is_signed(old_public.encode(), text, told["signature"])
            and is_signed(new_public.encode(), text, told["possession"])
        )

    def key_at(self, number: int) -> str:
        """The key that signs a head whose last event is ``number``."""
        at = bisect_right(self._since, number, key=lambda rotation: rotation[0])
        return self._since[at - 1][1] if at else self._first or self.now

    @property
    def is_sound(self) -> bool:
        """Whether the rotations lead to the key that signs now."""
        return not self._since or self._since[-1][1] == self.now
