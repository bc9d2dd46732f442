"""Runs of Monte Carlo that end with the process: for small work, and where there is no data directory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tanheng.inventory.ports import GroupRecord, SampleGroup
from tanheng.inventory.uncertainty.statistics import Singles


@dataclass(slots=True, eq=False)
class MemoryRun:
    """A run in memory; the port :class:`tanheng.inventory.ports.Run`. 64 bytes a product and group."""

    groups: dict[int, Singles] = field(default_factory=dict)
    finished: dict[int, GroupRecord] = field(default_factory=dict)
    tuning: tuple[float, int] | None = None
    damaged: int = 0
    place: str = ""

    def expect(self, groups: int) -> None:
        """Memory says so itself."""

    def begin(self, tuning: tuple[float, int]) -> None:
        """Record the tuning, where none is."""
        self.tuning = self.tuning or tuning

    def keep(self, group: SampleGroup) -> None:
        """Take a finished group."""
        self.groups[group.number] = group.values
        self.finished[group.number] = GroupRecord(group.escalated, group.unproductive, group.sweeps)

    def values(self, first: int, last: int, groups: int) -> Singles:
        """(last − first, 16·groups) samples of some products."""
        return np.concatenate([self.groups[number][first:last] for number in range(groups)], axis=1)


class MemoryRuns:
    """Begins every run anew; the port :class:`tanheng.inventory.ports.Runs`."""

    @contextmanager
    def open(self, identity: Mapping[str, Any], products: int) -> Iterator[MemoryRun]:  # noqa: ARG002 - nothing is kept
        """A new run."""
        yield MemoryRun()
