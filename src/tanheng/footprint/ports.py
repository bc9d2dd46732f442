"""What the footprint needs from outside: where background databases and other assessments come from."""

from __future__ import annotations

from typing import Protocol

from tanheng.errors import HomeError
from tanheng.inventory import Snapshot


class Backgrounds(Protocol):
    """Background databases by name."""

    def names(self) -> tuple[str, ...]:
        """Names of the databases there are."""
        ...

    def snapshot(self, name: str) -> Snapshot:
        """The current snapshot of a database; a TanhengError where there is none."""
        ...


class NoBackgrounds:
    """The empty port: no database at hand."""

    def names(self) -> tuple[str, ...]:
        """No names."""
        return ()

    def snapshot(self, name: str) -> Snapshot:
        """Always refuses (TH-HOM-001)."""
        raise HomeError("TH-HOM-001", name=name, known="–")
