"""Two contribution trees as one: what each supplier brings before and after, branch by branch."""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass
from math import fsum

from tanheng.engine.arrays import Columns, Floats
from tanheng.engine.contributions import inputs_of
from tanheng.errors import EngineError

ROUNDING = 1e-12  # share of a branch below which its difference is rounding

Pair = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """A system with one score: A (n × n), burdens q (n,), footprints p (n,)."""

    A: Columns
    burdens: Floats
    footprints: Floats


@dataclass(frozen=True, slots=True)
class BranchPair:
    """A supply of one product inside both trees; every pair is (before, after), 0 where it is not there.

    Attributes:
        index: the product.
        amounts: how much of it this branch supplies, units of the product.
        totals: score of that amount with everything upstream.
        direct: what the process itself causes.
        children: its suppliers on either side, the largest differences first.
        rest: what is not shown below: direct + children + rest = totals, on both sides.
    """

    index: int
    amounts: Pair
    totals: Pair
    direct: Pair
    children: tuple[BranchPair, ...]
    rest: Pair

    @property
    def difference(self) -> float:
        """After − before of the totals."""
        return self.totals[1] - self.totals[0]


def tree_difference(
    before: Scored,
    after: Scored,
    *,
    product: int,
    cutoff: float = 0.01,
    max_depth: int = 12,
    max_nodes: int = 500,
) -> BranchPair:
    """Unfold the footprints of one product under two systems side by side (C10); only columns are read.

    A branch whose totals and amounts are the same on both sides is shown, but not unfolded: nothing differs below it. A
    supplier that is there on one side only is shown however little it brings, as it may be what took another's place.

    Args:
        before, after: two systems of the same n products.
        product: root; one unit of it on both sides.
        cutoff: least share of the larger root that a branch of both sides must have, where it is larger, to be shown.
        max_depth: levels below the root.
        max_nodes: branches in all; those that differ most are unfolded first.

    Raises:
        EngineError: TH-ENG-012 where the product is not one of the system's, or a limit is negative.

    >>> import numpy as np
    >>> from tanheng.engine.arrays import as_csc
    >>> old = Scored(as_csc([[1.0, -0.2], [0.0, 1.0]]), np.array([3.0, 0.4]), np.array([3.0, 1.0]))
    >>> new = Scored(as_csc([[1.0, -0.1], [0.0, 1.0]]), np.array([3.0, 0.4]), np.array([3.0, 0.7]))
    >>> root = tree_difference(old, new, product=1)
    >>> round(root.difference, 9), root.children[0].amounts
    (-0.3, (0.2, 0.1))
    """
    n = before.A.shape[1]
    if not 0 <= product < n:
        raise EngineError("TH-ENG-012", name="product", value=product, allowed=f"0 … {n - 1}")
    for name, value in (("cutoff", cutoff), ("max_depth", max_depth), ("max_nodes", max_nodes)):
        if not value >= 0:
            raise EngineError("TH-ENG-012", name=name, value=value, allowed="0 …")
    return _Growth((before, after), cutoff, max_depth, max_nodes).grow(product)


class _Growth:
    def __init__(self, sides: tuple[Scored, Scored], cutoff: float, max_depth: int, max_nodes: int) -> None:
        self.sides, self.cutoff, self.max_depth, self.max_nodes = sides, cutoff, max_depth, max_nodes
        self.nodes: list[tuple[int, Pair]] = []
        self.children: dict[int, list[int]] = defaultdict(list)
        self.whole: set[int] = set()

    def grow(self, product: int) -> BranchPair:
        self.nodes.append((product, (1.0, 1.0)))
        least = self.cutoff * max(map(abs, self._totals(product, (1.0, 1.0))))
        open_ = [(0.0, 0, 0)]
        while open_:
            _, node, depth = heapq.heappop(open_)
            if depth < self.max_depth and (depth == 0 or self._differs(node)):
                for child in self._unfold(node, least):
                    heapq.heappush(open_, (-abs(self._difference(child)), child, depth + 1))
        return self._built()

    def _totals(self, product: int, amounts: Pair) -> Pair:
        first, second = (
            amount * float(side.footprints[product]) for amount, side in zip(amounts, self.sides, strict=True)
        )
        return first, second

    def _difference(self, node: int) -> float:
        first, second = self._totals(*self.nodes[node])
        return second - first

    def _differs(self, node: int) -> bool:
        amounts, totals = self.nodes[node][1], self._totals(*self.nodes[node])
        return any(abs(b - a) > ROUNDING * max(abs(a), abs(b)) for a, b in (amounts, totals))

    def _unfold(self, node: int, least: float) -> list[int]:
        product, amounts = self.nodes[node]
        need: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for k, side in enumerate(self.sides):
            suppliers, each = inputs_of(side.A, product)
            for supplier, amount in zip(suppliers.tolist(), each.tolist(), strict=True):
                need[supplier][k] += amount * amounts[k]
        rows = [(index, (a, b), self._totals(index, (a, b))) for index, (a, b) in need.items()]
        rows.sort(key=lambda row: (-abs(row[2][1] - row[2][0]), -max(map(abs, row[2])), row[0]))
        for index, pair, totals in rows:
            one_sided = 0.0 in pair
            if (one_sided or max(map(abs, totals)) >= least) and len(self.nodes) < self.max_nodes:
                self.children[node].append(len(self.nodes))
                self.nodes.append((index, pair))
        if len(self.children[node]) == len(rows):
            self.whole.add(node)
        return self.children[node]

    def _built(self) -> BranchPair:
        """Children come after their parents in the list, so building from its end needs no recursion."""
        built: dict[int, BranchPair] = {}
        for node in range(len(self.nodes) - 1, -1, -1):
            product, amounts = self.nodes[node]
            totals = self._totals(product, amounts)
            direct = [a * float(side.burdens[product]) for a, side in zip(amounts, self.sides, strict=True)]
            children = tuple(built.pop(child) for child in self.children[node])
            rest = [0.0, 0.0]
            if node not in self.whole:
                rest = [fsum([totals[k], -direct[k], *(-child.totals[k] for child in children)]) for k in (0, 1)]
            built[node] = BranchPair(
                index=product,
                amounts=amounts,
                totals=totals,
                direct=(direct[0], direct[1]),
                children=children,
                rest=(rest[0], rest[1]),
            )
        return built[0]
