"""Sampling here and on a local Ray cluster: ``python benchmarks/cluster.py``; needs ``pip install tanheng[cluster]``.

Prints samples per second in threads of this process and in as many workers of a local cluster, what the cluster costs beside
that (starting it, sending the work, building the kernel in each worker), and checks that both give the same bits. Turns of
both alternate and the quickest counts; processor time says more than samples per second where others are at work.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cases import uncertain_case
from tanheng.compute import Cluster, Here
from tanheng.engine.montecarlo import LANES, Group, Sampler, plan


@dataclass(slots=True)
class Timed:
    """One run: seconds until its first result and from there to the end, digest of all its numbers, processor time."""

    first: float = 0.0
    rest: float = 0.0
    samples: int = 0
    digest: str = ""
    processor: float = 0.0

    @property
    def rate(self) -> float:
        """Samples per second once all are at work."""
        return self.samples / self.rest

    @property
    def each(self) -> float:
        """Milliseconds of a processor for each sample, all processes together."""
        return self.processor / (self.samples + LANES) * 1e3

    def take(self, made: Iterable[tuple[int, Group]]) -> None:
        """Take the results of one run."""
        began = time.perf_counter()
        arrived, parts = [], {}
        for number, group in made:
            arrived.append(time.perf_counter())
            parts[number] = hashlib.sha256(np.ascontiguousarray(group.values).tobytes()).digest()
        self.digest = hashlib.sha256(b"".join(parts[number] for number in sorted(parts))).hexdigest()
        self.first, self.rest, self.samples = arrived[0] - began, arrived[-1] - arrived[0], LANES * (len(arrived) - 1)


@contextmanager
def timed(processes: Iterable[int] = ()) -> Iterator[Timed]:
    """Time a run in this process and in those of a cluster on this machine."""
    run, every = Timed(), [os.getpid(), *processes]
    before = sum(map(processor_time, every))
    yield run
    run.processor = sum(map(processor_time, every)) - before


def processor_time(process: int) -> float:
    """Seconds of processor time that a process has used (Linux)."""
    words = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=23_500)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--samples", type=int, default=1_600)
    parser.add_argument("--repeat", type=int, default=3, help="turns of each")
    parser.add_argument("--json", type=Path, help="write the results there, too")
    given = parser.parse_args()
    case, rows = uncertain_case(given.processes), []
    for title, products in (("all products", np.arange(given.processes)), ("one product", [0])):
        sampler = Sampler(plan(case.system, case.C[:, 0], products=products, seed=1))
        sampler.group(0)  # compiles
        print(f"{title} of {given.processes:,}, {given.samples:,} samples", flush=True)
        found = compare(sampler, range(-(-given.samples // LANES)), given.workers, given.repeat)
        rows.append({"task": f"cluster: {title}, per sample", "case": f"{given.processes:,} processes"} | found)
    if given.json:
        given.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def compare(sampler: Sampler, groups: range, workers: int, repeat: int) -> dict[str, Any]:
    """Both places in turn; seconds a sample of the cluster (``ours``) and of threads (``peer``)."""
    began = time.perf_counter()
    with Cluster("local", workers=workers) as cluster:
        started = time.perf_counter() - began
        with timed() as first:
            first.take(cluster.run(sampler.group, range(2 * workers)))
        sent = cluster.sent
        while len(cluster.processes) < workers:
            list(cluster.run(sampler.group, range(2 * workers)))
        here, there = [], []
        for _ in range(repeat):
            with timed() as run:
                run.take(Here(workers).run(sampler.group, groups))
            here.append(run)
            with timed(process for _, process in cluster.processes) as run:
                run.take(cluster.run(sampler.group, groups))
            there.append(run)
    if len({run.digest for run in (*here, *there)}) > 1:
        raise SystemExit("the cluster gave other bits")
    one, other = (max(runs, key=lambda run: run.rate) for runs in (here, there))
    spent = [min(run.each for run in runs) for runs in (here, there)]
    print(
        f"  {workers} threads here  {one.rate:5,.0f} samples/s, {spent[0]:.2f} ms of a processor each\n"
        f"  {workers} workers       {other.rate:5,.0f} samples/s, {spent[1]:.2f} ms of a processor each "
        f"({spent[1] / spent[0]:.2f} of that), the same bits\n"
        f"  {started:.1f} s to start the cluster, {sent / 1e6:,.1f} MB sent once, {first.first:.1f} s until workers have "
        f"started, built their kernels and done a group; {other.first:.2f} s where they have started already",
        flush=True,
    )
    note = f"{workers} workers of a local Ray cluster, the same bits; {started:.1f} s to start it, {sent / 1e6:.1f} MB sent once"
    return {
        "ours": 1 / other.rate,
        "peer": 1 / one.rate,
        "peer_does": f"{workers} threads of one process",
        "note": note,
    }


if __name__ == "__main__":
    main()
