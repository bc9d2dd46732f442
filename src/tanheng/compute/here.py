"""Work in threads of this process."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from types import TracebackType
from typing import TypeVar

from tanheng.errors import ComputeError

T = TypeVar("T")

AHEAD = 2  # pieces for each thread: the one it works on, and the one that it takes next
GLANCE = 0.2  # seconds: waiting without an end cannot be interrupted everywhere


def usable_processors() -> int:
    """How many processors this process may use; fewer than the machine has where it is bound to some of them."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Here:
    """Threads of this process.

    They help where the work releases the interpreter's lock, as compiled kernels and most of NumPy do. At most two pieces a
    thread are begun or wait, so a slow taker is not flooded.

    Args:
        threads: as many as there are processors by default.

    Raises:
        ComputeError: TH-CMP-007 fewer than one.

    >>> sorted(Here(2).run(lambda number: number * number, range(4)))
    [(0, 0), (1, 1), (2, 4), (3, 9)]
    """

    def __init__(self, threads: int | None = None) -> None:
        if threads is not None and threads < 1:
            raise ComputeError("TH-CMP-007", count=threads)
        self.threads = threads or usable_processors()

    def __enter__(self) -> Here:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Nothing is held between runs."""

    def run(self, work: Callable[[int], T], numbers: Sequence[int]) -> Iterator[tuple[int, T]]:
        """As :meth:`tanheng.inventory.ports.Compute.run`; what has begun is finished before the iterator closes."""
        if self.threads == 1:
            for number in numbers:
                yield number, work(number)
            return
        rest = iter(numbers)
        pool = ThreadPoolExecutor(self.threads, thread_name_prefix="tanheng")
        try:
            begun = {pool.submit(work, number): number for number in islice(rest, AHEAD * self.threads)}
            while begun:
                for done in _finished(begun):
                    number = begun.pop(done)
                    begun.update((pool.submit(work, following), following) for following in islice(rest, 1))
                    yield number, done.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _finished(begun: dict[Future[T], int]) -> set[Future[T]]:
    """Those that are done, one at least."""
    done: set[Future[T]] = set()
    while not done:
        done = wait(begun, timeout=GLANCE, return_when=FIRST_COMPLETED).done
    return done
