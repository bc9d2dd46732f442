"""What may be published of a peer group, so that no competitor is recognised in it, nor a newcomer from one day to the next.

Four rules: behind every number stand :data:`LEAST` makers, none of which has more than half of the products; counts are rounded
to :data:`ROUNDED`; the number of bars is not for the reader to choose; their ends are no values of products. What is told is
taken once a day.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from tanheng.grading.model import Peer

LEAST = 5
"""Makers that stand behind every published number, at least."""
MOST_OF_ONE = 0.5
"""Share of the products behind a number that may be of one maker."""
ROUNDED = 5
"""To multiples of which counts are published, so that who comes or goes is not seen."""
BARS = 20
"""Of every histogram: of several widths, the parts between their ends would tell single products."""


@dataclass(frozen=True, slots=True)
class Bar:
    """How many products lie in ``(above, up_to]``, rounded."""

    above: float
    up_to: float
    count: int


def published_size(peers: Sequence[Peer], *, least: int = LEAST) -> int | None:
    """The rounded size of a sample; ``None`` where fewer makers than ``least`` are in it, or one has most of it."""
    return rounded_count(len(peers)) if is_mixed(peers, least=least) else None


def is_mixed(peers: Sequence[Peer], *, least: int = LEAST) -> bool:
    """Whether enough makers are in a sample, and none has more than half of it."""
    return Group(peer.maker for peer in peers).is_mixed(least=least)


def rounded_count(count: int) -> int:
    """A count as it is published.

    >>> [rounded_count(count) for count in (0, 5, 7, 8, 41)]
    [0, 5, 5, 10, 40]
    """
    return (count + ROUNDED // 2) // ROUNDED * ROUNDED


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


class Group(Counter[str]):
    """Products of a part of a sample, counted by maker."""

    def is_mixed(self, *, least: int = LEAST) -> bool:
        """Whether enough makers are in it, and none has more than half of it."""
        return len(self) >= least and max(self.values()) <= MOST_OF_ONE * self.total()

    @property
    def published(self) -> int | None:
        """The rounded size; ``None`` where it is not mixed."""
        return rounded_count(self.total()) if self.is_mixed() else None


def grouped(several: Iterable[Group]) -> Group:
    """All of several parts."""
    found = Group()
    for one in several:
        found.update(one)
    return found


def edges_of(low: float, high: float, bars: int = BARS) -> list[float]:
    """The ends of bars: an even grid over two significant digits, with a step to spare at both ends.

    None is the value of a product.
    """
    return [float(edge) for edge in np.linspace(*_outside(low, high), max(1, bars) + 1)]


def histogram(peers: Sequence[Peer], bars: int = BARS, *, least: int = LEAST) -> tuple[Bar, ...]:
    """As :func:`histogram_of`, of a sample that is at hand."""
    if not is_mixed(peers, least=least):
        return ()
    values = [peer.value for peer in peers]
    edges = edges_of(min(values), max(values), bars)
    held = [Group() for _ in edges[1:]]
    for peer, at in zip(peers, np.searchsorted(edges[1:-1], values, side="left"), strict=True):
        held[at][peer.maker] += 1
    return histogram_of(edges, held, least=least)


def histogram_of(edges: Sequence[float], held: Sequence[Group], *, least: int = LEAST) -> tuple[Bar, ...]:
    """Bars of which each may be published; none where all together may not.

    Neighbours are joined from the left until they are mixed enough; what remains at the end joins the last, which joins the one
    before until it is, too.

    Args:
        held: by step of the grid, the products of each maker in ``(edges[i], edges[i + 1]]``.
    """
    if not grouped(held).is_mixed(least=least):
        return ()
    joined: list[tuple[int, Group]] = []
    group = Group()
    for at, some in enumerate(held, start=1):
        group.update(some)
        if group.is_mixed(least=least) or at == len(held):
            joined.append((at, group))
            group = Group()
    while not joined[-1][1].is_mixed(least=least):
        (_, before), (end, last) = joined[-2:]
        joined[-2:] = [(end, grouped([before, last]))]
    ends = [0, *(end for end, _ in joined)]
    return tuple(
        Bar(edges[begun], edges[end], rounded_count(group.total()))
        for begun, (end, group) in zip(ends, joined, strict=False)
    )


def _outside(low: float, high: float) -> tuple[float, float]:
    """Ends of two significant digits around values, neither of which is one of them."""
    step = 10.0 ** (math.floor(math.log10(max(abs(low), abs(high), 1e-300))) - 1)
    return math.floor(low / step) * step - step, math.ceil(high / step) * step + step
