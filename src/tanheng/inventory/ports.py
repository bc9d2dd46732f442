"""Where heavy work runs: what the inventory and the footprint ask of :mod:`tanheng.compute`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")


class Compute(Protocol):
    """A place where pieces of work are done: threads of this process, or the workers of a cluster.

    Every piece is named by a number and gives the same bits wherever it is done.
    """

    def run(self, work: Callable[[int], T], numbers: Sequence[int]) -> Iterator[tuple[int, T]]:
        """Do ``work(number)`` for each of ``numbers``; hand out each number with its result as soon as it is there.

        Args:
            work: can be pickled; it is sent once to every worker, whatever it holds.

        Closing the iterator stops what has not begun. An exception of a piece is raised here.
        """
