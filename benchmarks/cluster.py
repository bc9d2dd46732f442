"""Sampling here and on a local Ray cluster: ``python benchmarks/cluster.py``; needs ``pip install tanheng[cluster]``.

Prints samples per second in threads of this process and in as many workers of a local cluster, what the cluster costs beside
that (starting it, sending the work, building the kernel in each worker), and checks that both give the same bits.
"""

from __future__ import annotations

import argparse
import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from cases import uncertain_case
from tanheng.compute import Cluster, Here
from tanheng.engine.montecarlo import LANES, Group, Sampler, plan


@dataclass(frozen=True, slots=True)
class Timed:
    """One run: seconds until its first result, and from there to the end; digest of all its numbers."""

    first: float
    rest: float
    samples: int
    digest: str

    @property
    def rate(self) -> float:
        """Samples per second once all are at work."""
        return self.samples / self.rest


def timed(made: Iterable[tuple[int, Group]]) -> Timed:
    """Take the results of one run."""
    began = time.perf_counter()
    arrived, parts = [], {}
    for number, group in made:
        arrived.append(time.perf_counter())
        parts[number] = hashlib.sha256(np.ascontiguousarray(group.values).tobytes()).digest()
    digest = hashlib.sha256(b"".join(parts[number] for number in sorted(parts))).hexdigest()
    return Timed(arrived[0] - began, arrived[-1] - arrived[0], LANES * (len(arrived) - 1), digest)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=23_500)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--samples", type=int, default=1_600)
    parser.add_argument("--address", default="local", help="of a cluster")
    given = parser.parse_args()
    case = uncertain_case(given.processes)
    groups = range(-(-given.samples // LANES))
    for title, products in (("all products", np.arange(given.processes)), ("one product", [0])):
        sampler = Sampler(plan(case.system, case.C[:, 0], products=products, seed=1))
        sampler.group(0)  # compiles
        here = timed(Here(given.workers).run(sampler.group, groups))
        began = time.perf_counter()
        with Cluster(given.address, workers=given.workers) as cluster:
            started = time.perf_counter() - began
            first = timed(cluster.run(sampler.group, groups))
            again = timed(cluster.run(sampler.group, groups))
            sent = cluster.sent / 2
        if not here.digest == first.digest == again.digest:
            raise SystemExit(f"{title}: the cluster gave other bits")
        print(
            f"{title}, {given.processes:,} processes, {given.samples:,} samples, the same bits in both places\n"
            f"  {given.workers} threads here: {here.rate:,.0f} samples/s, first group after {here.first * 1e3:,.0f} ms\n"
            f"  {given.workers} workers: {again.rate:,.0f} samples/s, {here.rate / again.rate:.2f} times as long; "
            f"{started:.1f} s to start, {sent / 1e6:,.1f} MB sent, first group after {first.first:.1f} s, "
            f"of a second run after {again.first * 1e3:,.0f} ms"
        )


if __name__ == "__main__":
    main()
