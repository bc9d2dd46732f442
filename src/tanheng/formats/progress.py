"""Telling how far a long reading has come."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]


class Steps:
    """Counts steps and reports them; without a listener it only counts."""

    def __init__(self, progress: Progress | None, total: int = 0) -> None:
        self._progress = progress
        self.total = total
        self.done = 0

    def step(self, size: int = 1) -> None:
        """Report ``size`` further steps."""
        self.done += size
        if self._progress is not None:
            self._progress(min(self.done, self.total), self.total)
