"""What the history tells of impact methods, and of mapping files."""

from __future__ import annotations

from tanheng.audit import Event


class MethodImported(Event, frozen=True, kw_only=True):
    """A name stands for an impact method."""

    type = "method.imported"

    name: str
    digest: str
    source: str


class MethodShared(Event, frozen=True, kw_only=True):
    """Others may use an impact method, or may not any longer."""

    type = "method.shared"

    visibility: str
    shared_with: list[str]


class MethodWithdrawn(Event, frozen=True, kw_only=True):
    """An impact method is not applied any longer."""

    type = "method.withdrawn"

    digest: str


class MappingKept(Event, frozen=True, kw_only=True):
    """A mapping file is kept for a database and a method."""

    type = "mapping.kept"

    database: str
    method: str
    digest: str


class MappingForgotten(Event, frozen=True, kw_only=True):
    """A mapping file is kept no longer."""

    type = "mapping.forgotten"

    database: str
    method: str
    digest: str
