"""From the objects of a reader to a stored database."""

from __future__ import annotations

from bench import BW2DATA, Bench, Stored
from rows import Row
from workers import Worker


def run(bench: Bench, stored: Stored) -> None:
    """Our import was timed when the stores were written; the peer writes the same data, once."""
    if stored.importing is None:
        return
    seconds, peak, size = stored.importing
    theirs: tuple[float | None, float | None, float] = (None, None, 0.0)
    does = "bw2data is not installed"
    bench.say(f"{stored.key}: bw2data writes the database")
    with Worker(BW2DATA, threads=bench.threads) as worker:
        if version := worker.call("load", stored.key):
            took, _ = worker.timed("write")
            theirs = took, worker.peak(), worker.call("finish")
            does = f"bw2data {version}, Database.write"
    note = f"once; ours holds footprint vectors and order, {size:.0f} MB on disk"
    note += f", theirs {theirs[2]:.0f} MB" if theirs[0] else ""
    bench.add(Row(task="import", case=stored.key, ours=seconds, peer=theirs[0], peer_does=does, note=note))
    bench.add(Row(task="memory.import", case=stored.key, ours=peak, peer=theirs[1], peer_does=does, unit="MB"))
