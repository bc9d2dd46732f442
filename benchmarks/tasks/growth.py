"""From 10,000 processes to 300,000."""

from __future__ import annotations

import statistics

from bench import Bench, Stored
from rows import Row, error


def run(bench: Bench) -> None:
    """All products by one method at every size; the peer as far as its minutes allow."""
    for processes in bench.growth:
        stored = bench.stored(f"s{processes}")
        bench.say(f"{stored.key}: all products")
        with bench.ours(stored) as ours:
            ours.call("warm")
            solved = [ours.timed("all_solved", 1) for _ in range(bench.repeat)]
            again = [ours.timed("all_again", 1)[0] for _ in range(bench.repeat)]
            residual = ours.call("residual", 1)
            peak = ours.peak()
        theirs, their_peak, found = _peer(bench, stored, solved[-1][1])
        does = bench.versions.get("adjoint", "") if theirs else "not tried: minutes"
        compared = (
            {"accuracy": residual, "against": "residual"} if found is None else {"accuracy": found, "against": "peer"}
        )
        mine = statistics.median(seconds for seconds, _ in solved)
        bench.add(
            Row(
                task="all1.solved",
                case=stored.key,
                ours=mine,
                peer=theirs,
                peer_does=does,
                note="the peer once",
                **compared,
            )
        )
        bench.add(
            Row(
                task="all1.again", case=stored.key, ours=statistics.median(again), accuracy=residual, against="residual"
            )
        )
        bench.add(Row(task="growth.order", case=stored.key, ours=stored.ordering))
        bench.add(Row(task="memory.all1", case=stored.key, ours=peak, peer=their_peak, peer_does=does, unit="MB"))


def _peer(bench: Bench, stored: Stored, ours: object) -> tuple[float | None, float | None, float | None]:
    """Seconds, peak memory, and the difference of the answers."""
    if stored.counts["processes"] > bench.peer_most:
        return None, None, None
    with bench.peer(stored) as peer:
        seconds, answer = peer.timed("all", 1)
        return seconds, peer.peak(), error(ours, answer)
