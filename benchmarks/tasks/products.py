"""The scores of all products at once."""

from __future__ import annotations

from bench import METHODS, Bench, Stored
from rows import Row, alternate, error


def run(bench: Bench, stored: Stored) -> None:
    """From the files, by one method and by sixteen; then again with the database open."""
    key = stored.key
    exact = bench.exact(key)
    with bench.ours(stored) as ours, bench.peer(stored) as peer:
        ours.call("warm")
        bench.say(f"{key}: all products")
        does = bench.versions["adjoint"]
        for count in (1, METHODS):
            calls = {"solved": (ours, "all_solved", (count,)), "peer": (peer, "all", (count,))}
            if count == 1:
                calls = {"stored": (ours, "all_stored", ()), **calls}
            turns = alternate(calls, min(bench.repeat, 3))
            theirs = turns["peer"].seconds
            for name in [name for name in calls if name != "peer"]:
                right = exact[:, 0] if name == "stored" else exact[:, :count]
                bench.add(
                    Row(
                        task=f"all{count}.{name}", case=key, ours=turns[name].seconds, peer=theirs, peer_does=does,
                        accuracy=error(turns[name].answer, right), against="direct",
                    )
                )  # fmt: skip
        peer.call("by_hand_ready", METHODS)
        for count in (1, METHODS):
            turns = alternate(
                {"ours": (ours, "all_again", (count,)), "peer": (peer, "by_hand", (count,))}, bench.repeat
            )  # fmt: skip
            bench.add(
                Row(
                    task=f"all{count}.again", case=key, ours=turns["ours"].seconds, peer=turns["peer"].seconds,
                    peer_does=f"by hand, {bench.versions['solver']} factors of Aᵀ kept",
                    accuracy=error(turns["ours"].answer, exact[:, :count]), against="direct",
                )
            )  # fmt: skip
