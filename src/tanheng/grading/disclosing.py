"""What may be published of a peer group, so that no competitor is recognised in it (k-anonymity by makers)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tanheng.grading.model import Peer

LEAST = 5
"""Makers that stand behind every published number, at least."""


@dataclass(frozen=True, slots=True)
class Bar:
    """How many products lie in ``(above, up_to]``."""

    above: float
    up_to: float
    count: int


def published_size(peers: Sequence[Peer], *, least: int = LEAST) -> int | None:
    """The size of a sample; ``None`` where fewer makers than ``least`` are in it."""
    return len(peers) if len({peer.maker for peer in peers}) >= least else None


def tellable(makers: Sequence[int], *, least: int = LEAST) -> list[bool]:
    """Which of some numbers are told, that are parts of a sum, by how many makers stand behind each.

    Where one alone is held back, the sum would tell it; so the one with the next fewest makers is held back, too.

    >>> tellable([9, 5, 2, 7]), tellable([9, 5])
    ([True, False, False, True], [True, True])
    """
    told = [count >= least for count in makers]
    if told.count(False) == 1 and any(told):
        told[min((at for at, is_told in enumerate(told) if is_told), key=lambda at: makers[at])] = False
    return told


def histogram(peers: Sequence[Peer], bars: int, *, least: int = LEAST) -> tuple[Bar, ...]:
    """Bars of which each has products of ``least`` makers or more; none where all together have fewer.

    Their ends are of an even grid over two significant digits, so that none is the value of a product. Neighbours are joined from
    the left until they have enough makers; what remains at the end joins the last.
    """
    if published_size(peers, least=least) is None:
        return ()
    values = [peer.value for peer in peers]
    low, high = _outside(min(values), max(values))
    edges = np.linspace(low, high, max(1, bars) + 1)
    held: list[list[Peer]] = [[] for _ in edges[1:]]
    for peer, at in zip(peers, np.searchsorted(edges[1:-1], values, side="left"), strict=True):
        held[at].append(peer)
    found: list[Bar] = []
    begun, group = 0, list[Peer]()
    for at, some in enumerate(held, start=1):
        group += some
        if published_size(group, least=least) is not None:
            found.append(Bar(float(edges[begun]), float(edges[at]), len(group)))
            begun, group = at, []
    if begun < len(held):
        found[-1] = Bar(found[-1].above, high, found[-1].count + len(group))
    return tuple(found)


def _outside(low: float, high: float) -> tuple[float, float]:
    """Ends of two significant digits around values."""
    step = 10.0 ** (math.floor(math.log10(max(abs(low), abs(high), 1e-300))) - 1)
    return math.floor(low / step) * step - step, math.ceil(high / step) * step
