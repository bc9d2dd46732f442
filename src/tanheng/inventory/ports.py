"""What the inventory asks of the outside: where heavy work runs (:mod:`tanheng.compute`), and where runs of it are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

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


@dataclass(frozen=True, slots=True, eq=False)
class SampleGroup:
    """Sixteen samples of the footprints of r products, as a run keeps them.

    Attributes:
        number: g; it holds the draws 16·g … 16·g + 15.
        values: (r, 16) kg CO2e of one unit of each product, float32; NaN where a sample has no footprint.
        escalated, unproductive: draws that were solved on their own, and those of them that have no footprint.
        sweeps: that the group took.
    """

    number: int
    values: npt.NDArray[np.float32]
    escalated: tuple[int, ...]
    unproductive: tuple[int, ...]
    sweeps: int


@dataclass(frozen=True, slots=True)
class GroupRecord:
    """What is known of a kept group besides its values; attributes as of :class:`SampleGroup`."""

    escalated: tuple[int, ...]
    unproductive: tuple[int, ...]
    sweeps: int


class Run(Protocol):
    """Finished groups of one run of Monte Carlo; what is kept need not be computed again."""

    @property
    def finished(self) -> Mapping[int, GroupRecord]:
        """The groups that are there, by number."""

    @property
    def damaged(self) -> int:
        """Pieces of the run that were no longer what was written; their groups are not among the finished ones."""

    @property
    def place(self) -> str:
        """Where it is kept; empty for one that ends with the process."""

    @property
    def tuning(self) -> tuple[float, int] | None:
        """Of the kernel that began the run, so that what is added later is computed in the same way."""

    def expect(self, groups: int) -> None:
        """Refuse where there is no room for so many groups more; to be asked before they are computed."""

    def begin(self, tuning: tuple[float, int]) -> None:
        """Record the tuning, where none is."""

    def keep(self, group: SampleGroup) -> None:
        """Take a finished group; it may be written together with others, at the latest when the run is left."""

    def values(self, first: int, last: int, groups: int) -> npt.NDArray[np.float32]:
        """(last − first, 16·groups) samples of the products ``first`` … ``last − 1`` in the first ``groups`` groups."""


class Runs(Protocol):
    """Where runs are kept. Two runs of the same identity are one run."""

    def open(self, identity: Mapping[str, Any], products: int) -> AbstractContextManager[Run]:
        """The run of this identity, begun where there is none.

        Args:
            identity: plain JSON values: whatever the samples depend on, but for their number.
            products: r.

        Leaving the context writes what is not written yet, whatever happened; values can be read after that.
        """
