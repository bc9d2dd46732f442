"""Where heavy work runs: threads of this process, or the workers of a Ray cluster (extra ``cluster``).

::

    with compute_at(None, threads=4) as compute:                four threads here
    with compute_at("auto") as compute:                         every processor of the cluster that this machine is part of
        for number, result in compute.run(work, range(1000)):   in whatever order they are done; the same bits everywhere

Both are a :class:`tanheng.inventory.ports.Compute`; neither knows what the work is.
"""

from __future__ import annotations

from tanheng.compute.cluster import Cluster
from tanheng.compute.here import Here, usable_processors

__all__ = ["Cluster", "Here", "compute_at", "usable_processors"]


def compute_at(address: str | None = None, threads: int | None = None) -> Here | Cluster:
    """The place that the options ``--cluster ADDRESS`` and ``--threads N`` name, to be used in a ``with`` statement.

    Args:
        address: of a Ray cluster: ``auto``, ``host:port`` or ``ray://host:port``, or ``local`` for one of its own on this
            machine; ``None`` for threads of this process.
        threads: how many threads, or workers of the cluster; all processors by default.

    Raises:
        ComputeError: TH-CMP-007 fewer than one thread. A cluster that is not there is told when it is entered.

    >>> with compute_at(threads=2) as compute:
    ...     sorted(compute.run(abs, [-3, -1]))
    [(-3, 3), (-1, 1)]
    """
    return Here(threads) if address is None else Cluster(address, workers=threads)
