"""Work on the workers of a Ray cluster (docs/adr/0019)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import TypeVar

from tanheng.compute.connecting import connected
from tanheng.compute.crew import Crew
from tanheng.compute.here import usable_processors
from tanheng.compute.parcel import packed
from tanheng.compute.round import Round
from tanheng.errors import ComputeError

T = TypeVar("T")

PATIENCE = 120.0
"""Seconds to wait for workers while there is none."""


class Cluster:
    """The workers of a Ray cluster: one for each of its processors.

    The work is pickled once; its arrays lie in the object store of each machine, where all workers of that machine share
    them, read-only. Numbers are handed out one by one to whoever is free. A number whose worker was lost, by a kill or with
    its machine, is given to another one, and the worker is replaced. Workers stay from one run to the next and end with the
    ``with`` statement; outside of one, each run has a connection of its own.

    Args:
        address: ``local``, a cluster of its own on this machine; ``auto``, the one that this machine is part of;
            ``host:port`` of its head; ``ray://host:port`` from outside (``pip install ray[client]``).
        workers: how many; as many as there are processors by default.
        patience: seconds to wait for workers while there is none, for instance in a cluster that is full.

    Raises:
        ComputeError: TH-CMP-001 no Ray, TH-CMP-002 no connection, TH-CMP-007 fewer than one worker, TH-CMP-010 a second
            connection. While it runs: TH-CMP-003 other versions on a worker, TH-CMP-004 no worker is left, TH-CMP-005 a piece
            was lost again and again, TH-CMP-006 no worker answers, TH-CMP-008 a worker cannot start, TH-CMP-009 the
            connection is lost.
    """

    def __init__(self, address: str = "local", *, workers: int | None = None, patience: float = PATIENCE) -> None:
        if workers is not None and workers < 1:
            raise ComputeError("TH-CMP-007", count=workers)
        self.address, self.workers, self.patience = address, workers, patience
        self.sent = 0
        """Bytes of all work that was sent to the object store."""
        self._stack = ExitStack()
        self._crew: Crew | None = None

    def __enter__(self) -> Cluster:
        ray = self._stack.enter_context(connected(self.address, self.workers or usable_processors()))
        self._crew = Crew(ray)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End the workers, and a local cluster with them."""
        crew, self._crew = self._crew, None
        with self._stack:
            if crew is not None:
                crew.dismiss(list(crew.members))

    def run(self, work: Callable[[int], T], numbers: Sequence[int]) -> Iterator[tuple[int, T]]:
        """As :meth:`tanheng.inventory.ports.Compute.run`; closing the iterator ends the workers that are at work."""
        if self._crew is None:
            with self:
                yield from self.run(work, numbers)
            return
        if not len(numbers):
            return
        crew = self._crew
        parcel = packed(work, crew.ray.cloudpickle)
        self.sent += parcel.size
        crew.grow(min(self.workers or max(1, self.processors), len(numbers)))
        yield from Round(crew, crew.ray.put(parcel), numbers, self.patience).results()

    @property
    def processes(self) -> list[tuple[str, int]]:
        """Machine and process number of each worker that is ready."""
        members = self._crew.ready if self._crew else []
        return [(member.greeting.node, member.greeting.process) for member in members if member.greeting]

    @property
    def processors(self) -> int:
        """Of the whole cluster."""
        return int(self._crew.ray.cluster_resources().get("CPU", 0)) if self._crew else 0
