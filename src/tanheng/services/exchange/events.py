"""What the history tells of footprints that go out and come in; what they say stays in their rows."""

from __future__ import annotations

from tanheng.audit import Event


class SupplementKept(Event, frozen=True, kw_only=True):
    """What is told beside studies was changed."""

    type = "supplement.kept"

    study: str
    sections: str


class FootprintReceived(Event, frozen=True, kw_only=True):
    """A footprint came in."""

    type = "received-footprint.received"

    number: str
    protocol: str


class FootprintDecided(Event, frozen=True, kw_only=True):
    """A footprint that came in was accepted or rejected."""

    type = "received-footprint.decided"

    number: str
    state: str
