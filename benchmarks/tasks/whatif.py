"""Five inputs changed in an open database."""

from __future__ import annotations

from bench import Bench, Stored
from rows import Row, alternate, error


def run(bench: Bench, stored: Stored) -> None:
    """All products, by what a user calls and by the matrices alone; and one product, where an iterative solver is strong."""
    key, edits, product = stored.key, stored.edits, stored.products[0]
    exact = bench.checked(key, lambda check: check.call("edited", edits))
    with bench.ours(stored) as ours, bench.peer(stored) as peer:
        bench.say(f"{key}: what if")
        ours.call("warm")
        ours.call("before")
        peer.call("all", 1)
        peer.call("by_hand_ready", 1)
        turns = alternate(
            {
                "all": (ours, "what_if", (edits,)),
                "bare": (ours, "what_if_bare", (edits,)),
                "peer": (peer, "what_if", (edits,)),
            },
            min(bench.repeat, 3),
        )
        does = f"matrix edited, {bench.versions['adjoint']}"
        for name in ("all", "bare"):
            bench.add(
                Row(
                    task=f"whatif.{name}", case=key, ours=turns[name].seconds, peer=turns["peer"].seconds, peer_does=does,
                    accuracy=error(turns[name].answer, exact), against="direct",
                )
            )  # fmt: skip
        peer.call("open", "IterativeLCA", product)
        turns = alternate(
            {"ours": (ours, "what_if_bare", (edits,)), "peer": (peer, "what_if_one", (edits, product))}, bench.repeat
        )  # fmt: skip
        bench.add(
            Row(
                task="whatif.one", case=key, ours=turns["ours"].seconds, peer=turns["peer"].seconds,
                peer_does=f"IterativeLCA, matrix edited; error {error(turns['peer'].answer, exact[product]):.0e}",
                accuracy=error(turns["ours"].answer[product], exact[product]), against="direct",
                note="Tanheng computes all products even here",
            )
        )  # fmt: skip
