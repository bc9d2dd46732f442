"""Monte Carlo: the same lognormal exchanges on both sides; random numbers differ, so statistics are compared."""

from __future__ import annotations

import numpy as np

from bench import Bench, Stored
from ours import SEED
from rows import Row, Turn, alternate, error
from workers import Worker

BLOCKS = 4
DRAWS = (0, 17, 500)
FEW = 3
APART = 5.0
"""Standard errors that statistics may lie apart."""


MIDDLE_HALF, OF_MEDIAN, OF_SPREAD = 1.349, 1.2533, 1.166
"""Of a normal distribution, in standard deviations: width of its middle half; errors of its median and of that width, × √n."""


class DisagreementError(Exception):
    """The two sides do not sample the same distribution."""


def run(bench: Bench, stored: Stored) -> None:
    """One product per sample, all products, and what a user calls."""
    key, product, draws, threads = stored.key, stored.products[0], [*DRAWS], bench.threads
    count, block = bench.samples, bench.block
    with bench.ours(stored) as one, bench.ours(stored) as every, bench.peer(stored) as peer:
        bench.say(f"{key}: Monte Carlo")
        one.call("lay_out", [product])
        every.call("lay_out", None)
        tried = _ways(bench, peer, product)
        best = min((way for way in tried if tried[way].seconds < np.inf), key=lambda way: tried[way].seconds)
        peer.call("lay_out", best, product, SEED)
        turns = alternate(
            {
                "one": (one, "sample", (count, threads)),
                "peer": (peer, "sample", (block,)),
                "all": (every, "sample", (count, threads)),
            },
            BLOCKS,
        )  # fmt: skip
        theirs = np.array(peer.call("sample", block * BLOCKS))
        ours, escalated = one.call("sampled")
        told = _agreement(ours, theirs)
        exact = bench.checked(key, lambda check: check.call("sampled", stored.ours, draws, SEED))
        found_one, _ = one.call("sampled", draws)
        found_all, escalated_all = every.call("sampled", draws)
        per_sample = turns["one"].seconds / count
        for way in sorted(tried, key=lambda way: (way != best, tried[way].seconds)):
            seconds = turns["peer"].seconds / block if way == best else tried[way].seconds
            bench.add(
                Row(
                    task="mc.one", case=key, ours=per_sample, peer=seconds, peer_does=way,
                    accuracy=error(found_one, exact[[product]]), against="direct",
                    note=f"{told}; {escalated} of {count} samples solved on their own" if way == best else "",
                )
            )  # fmt: skip
        bench.add(
            Row(
                task="mc.all", case=key, ours=turns["all"].seconds * 1000 / count, peer=turns["peer"].seconds * 100 / block,
                peer_does=best, accuracy=error(found_all, exact), against="direct",
                note=f"{escalated_all} of {count} samples solved on their own",
            )
        )  # fmt: skip
        _whole(bench, stored, best, tried[best], turns["peer"].seconds / block)
    _single_thread(bench, stored, best)


def _ways(bench: Bench, peer: Worker, product: int) -> dict[str, Turn]:
    """Seconds a sample of every way of the peer."""
    found = {}
    for way in bench.versions["ways"]:
        peer.call("lay_out", way, product, SEED)
        times = [peer.timed("sample", 1)[0] for _ in range(FEW if way.startswith("LCA") else 2 * FEW)]
        found[way] = Turn(float(np.median(times)), None)
    return found


def _whole(bench: Bench, stored: Stored, best: str, _: Turn, each: float) -> None:
    """From the files to the interval of one product, 1,000 samples; the peer's seconds from its samples."""
    product = stored.products[0]
    with bench.ours(stored) as ours, bench.peer(stored) as peer:
        ours.call("monte_carlo", product, 100, bench.threads)
        turns = alternate(
            {
                "ours": (ours, "monte_carlo", (product, 1000, bench.threads)),
                "peer": (peer, "lay_out", (best, product, SEED)),
            },
            min(bench.repeat, 3),
        )
        bench.add(
            Row(
                task="mc.whole", case=stored.key, ours=turns["ours"].seconds, peer=turns["peer"].seconds + 999 * each,
                peer_does=best, note="of the peer: opening as measured, and 999 times its seconds a sample",
            )
        )  # fmt: skip


def _single_thread(bench: Bench, stored: Stored, best: str) -> None:
    """Both sides with one thread."""
    product, count = stored.products[0], bench.samples // 2
    with bench.ours(stored, threads=1) as ours, bench.peer(stored, threads=1) as peer:
        ours.call("lay_out", [product])
        peer.call("lay_out", best, product, SEED)
        turns = alternate({"ours": (ours, "sample", (count, 1)), "peer": (peer, "sample", (bench.block // 2,))}, 2)
        bench.add(
            Row(
                task="mc.one.thread", case=stored.key, ours=turns["ours"].seconds / count,
                peer=turns["peer"].seconds / (bench.block // 2), peer_does=best,
            )
        )  # fmt: skip


def _agreement(ours: np.ndarray, theirs: np.ndarray) -> str:
    """Median and spread of both, and how many standard errors lie between them.

    The spread is that of the middle half, as GSD². A sample in which a loop consumes what it makes has no footprint: ours is NaN
    and left out, theirs some number; below 0 it is left out, too.

    Raises:
        DisagreementError: more than :data:`APART`.
    """
    a, b = (np.log(part[part > 0].astype(float)) for part in (ours, theirs))
    (low_a, mid_a, high_a), (low_b, mid_b, high_b) = (np.quantile(part, (0.25, 0.5, 0.75)) for part in (a, b))
    spreads = [(high_a - low_a) / MIDDLE_HALF, (high_b - low_b) / MIDDLE_HALF]
    errors = [spread / np.sqrt(len(part)) for spread, part in zip(spreads, (a, b), strict=True)]
    apart = abs(mid_a - mid_b) / (OF_MEDIAN * np.hypot(*errors))
    wider = abs(spreads[0] - spreads[1]) / (OF_SPREAD * np.hypot(*errors))
    told = (
        f"medians {np.exp(mid_a):.4g} and {np.exp(mid_b):.4g}, {apart:.1f} standard errors apart; "
        f"GSD² {np.exp(2 * spreads[0]):.3f} and {np.exp(2 * spreads[1]):.3f}, {wider:.1f}"
    )
    if not max(apart, wider) <= APART:
        raise DisagreementError(told)
    return told
