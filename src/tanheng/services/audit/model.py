"""What verifying tells."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Head:
    """Where the history ended at some time: its last number, and the hash of that event."""

    number: int
    hash: str
    key: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was written.

    Attributes:
        number: of the event; 0 for the history as a whole. place: the row, by its table and key, or the trigger.
        what: ``gap`` (a number is missing), ``changed`` (the event is not what its hash covers), ``chain`` (it does not
            follow the one before), ``personal`` (what is personal is not what was sealed), ``erased`` (it is gone, and no
            event tells of it), ``unerased`` (an event tells that it went, and it is there), ``stray`` (something personal of
            no event), ``head`` (the last event is another), ``signature`` (the head is not signed by the key of its time),
            ``key`` (a key took over that the one before did not sign), ``witness`` (a saved head is not in it); of rows that
            stay: ``row`` (it is not what the event tells of it), ``lost`` (it is gone), ``untold`` (no event tells of it),
            ``unguarded`` (the database does not refuse to change some); of the public log: ``leaf`` (a public event has
            none, or it is another), ``tree`` (a subtree is not that of its leaves), ``log-head`` (a head is not that of its
            leaves, or not signed).
    """

    number: int
    what: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Verified:
    """The outcome: how many events there are, where they end, and what is wrong."""

    events: int
    head: Head
    findings: tuple[Finding, ...]
