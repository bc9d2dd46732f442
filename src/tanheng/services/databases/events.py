"""What the history tells of databases."""

from __future__ import annotations

from tanheng.audit import Event


class DatabaseImported(Event, frozen=True, kw_only=True):
    """A name stands for a new snapshot."""

    type = "database.imported"

    name: str
    digest: str
    source: str


class DatabaseShared(Event, frozen=True, kw_only=True):
    """Others may use a database, or may not any longer."""

    type = "database.shared"

    visibility: str
    shared_with: list[str]


class SamplesRemoved(Event, frozen=True, kw_only=True):
    """Kept samples of a database were removed; ``id`` is that of their run."""

    type = "database.samples-removed"

    snapshot: str
    samples: int
