"""Peak memory: each task in a fresh process of each side, interpreter and libraries included."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench import Bench, Stored
from ours import SEED
from rows import Row

Calls = Sequence[tuple[str, tuple[Any, ...]]]


def run(bench: Bench, stored: Stored) -> None:
    """What each task needs."""
    product, count, threads = stored.products[0], bench.samples, bench.threads
    bench.say(f"{stored.key}: memory")
    with bench.peer(stored):
        pass
    light = "JacobiGMRESLCA"
    sample = "IterativeLCA, no reference"
    sampled: Calls = (("lay_out", (sample, product, SEED)), ("sample", (5,)))
    tasks: dict[str, tuple[Calls, Calls, str]] = {
        "open": ((("open_solved", (product, 1)),), (("open", (light, product)),), light),
        "all1": ((("all_solved", (1,)),), (("all", (1,)),), bench.versions["adjoint"]),
        "all16": ((("all_solved", (16,)),), (("all", (16,)),), bench.versions["adjoint"]),
    }
    if stored.importing is not None:
        tasks |= {
            "mc.one": ((("lay_out", ([product],)), ("sample", (count, threads))), sampled, sample),
            "mc.all": ((("lay_out", (None,)), ("sample", (count, threads))), sampled, sample),
        }
    for name, (ours, theirs, does) in tasks.items():
        bench.add(
            Row(
                task=f"memory.{name}", case=stored.key, ours=_peak(bench.ours(stored), ours),
                peer=_peak(bench.peer(stored), theirs), peer_does=does, unit="MB",
            )
        )  # fmt: skip


def _peak(side: Any, calls: Calls) -> float:
    with side as worker:
        for method, arguments in calls:
            worker.call(method, *arguments)
        return worker.peak()
