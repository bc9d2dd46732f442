"""Open a database and compute one product; then further ones."""

from __future__ import annotations

from bench import Bench, Stored
from rows import Row, alternate, error, fastest

STORED = "footprint vectors of the gases are stored"


def run(bench: Bench, stored: Stored) -> None:
    """First footprint and next product, against the quickest way of the peer and against its factorisation."""
    key, product, products = stored.key, stored.products[0], stored.products
    exact = bench.exact(key)[:, 0]
    with bench.ours(stored) as ours, bench.peer(stored) as peer:
        ours.call("warm")
        ways = bench.versions["ways"]
        bench.say(f"{key}: opening, {len(ways)} ways of bw2calc")
        tried = alternate({way: (peer, "open", (way, product)) for way in ways}, 1, warm=bench.quick)
        best, direct = fastest(tried), ways[0]
        turns = alternate(
            {
                "stored": (ours, "open_stored", (product,)),
                "solved": (ours, "open_solved", (product, 1)),
                best: (peer, "open", (best, product)),
            },
            bench.repeat,
        )
        for name in ("stored", "solved"):
            found = error(turns[name].answer, exact[product])
            note = STORED if name == "stored" else ""
            for way, turn in ((best, turns[best]), *(((direct, tried[direct]),) if direct != best else ())):
                bench.add(
                    Row(
                        task=f"open.{name}", case=key, ours=turns[name].seconds, peer=turn.seconds, peer_does=way,
                        accuracy=found, against="direct", note=note,
                    )
                )  # fmt: skip
        _next(bench, stored, ours, peer, direct, [float(exact[j]) for j in products])


def _next(bench: Bench, stored: Stored, ours, peer, direct: str, exact: list[float]) -> None:
    """Further products, when the first has left its factors."""
    products = stored.products
    peer.call("open", direct, products[0])
    turns = alternate(
        {
            "stored": (ours, "next_stored", (products,)),
            "solved": (ours, "next_solved", (products,)),
            "peer": (peer, "next", (products,)),
        },
        bench.repeat,
    )
    for name in ("stored", "solved"):
        bench.add(
            Row(
                task=f"next.{name}", case=stored.key, ours=turns[name].seconds / len(products),
                peer=turns["peer"].seconds / len(products), peer_does=f"{direct}, factors kept",
                accuracy=error(turns[name].answer, exact), against="direct",
            )
        )  # fmt: skip
