"""The contribution tree of a product: who brings what, level by level."""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass
from math import fsum

from tanheng.engine.arrays import Columns, Floats
from tanheng.engine.contributions import inputs_of
from tanheng.errors import EngineError


@dataclass(frozen=True, slots=True)
class Branch:
    """A supply of one product inside a tree.

    Attributes:
        index: the product.
        amount: how much of it this branch supplies, units of the product; negative where it is avoided.
        total: score of that amount with everything upstream, amount·p.
        direct: what the process itself causes, amount·q.
        share: total, as a share of the root's.
        children: its suppliers, the largest totals first.
        rest: what the suppliers below the cut-off bring together: direct + children + rest = total.
    """

    index: int
    amount: float
    total: float
    direct: float
    share: float
    children: tuple[Branch, ...]
    rest: float


def contribution_tree(
    A: Columns,
    footprints: Floats,
    *,
    burdens: Floats,
    product: int,
    amount: float = 1.0,
    cutoff: float = 0.01,
    max_depth: int = 12,
    max_nodes: int = 500,
) -> Branch:
    """Unfold a footprint along its supply chain (C10); nothing is solved, only columns are read.

    The total of a branch holds all of its upstream, loops included, so a loop unfolds into ever smaller branches of
    the same products until the cut-off ends it, and the sums hold at every branch: direct + children + rest = total.

    Args:
        A: technosphere, CSC (n × n).
        footprints: p, (n,).
        burdens: q, (n,), of the same score.
        product: root.
        amount: of the root, in its unit.
        cutoff: least share, by absolute value, of the root's total that a branch must have to be shown. Where the
            root's total is zero, of the sum of the absolute parts of the root.
        max_depth: levels below the root.
        max_nodes: branches in all; the largest are unfolded first.

    Returns:
        The root. ``rest`` is 0 where nothing was left out.

    Raises:
        EngineError: TH-ENG-012 where the product is not one of the system's, or a limit is negative.

    >>> import numpy as np
    >>> from tanheng.engine.arrays import as_csc
    >>> A, p, q = as_csc([[1.0, -0.2], [0.0, 1.0]]), np.array([3.0, 1.0]), np.array([3.0, 0.4])
    >>> root = contribution_tree(A, p, burdens=q, product=1, amount=10.0)
    >>> root.total, root.direct, root.children[0].index, round(root.children[0].share, 9)
    (10.0, 4.0, 0, 0.6)
    """
    n = A.shape[1]
    if not 0 <= product < n:
        raise EngineError("TH-ENG-012", name="product", value=product, allowed=f"0 … {n - 1}")
    for name, value in (("cutoff", cutoff), ("max_depth", max_depth), ("max_nodes", max_nodes)):
        if not value >= 0:
            raise EngineError("TH-ENG-012", name=name, value=value, allowed="0 …")
    return _Growth(A, footprints, burdens, cutoff, max_depth, max_nodes).grow(product, float(amount))


class _Growth:
    """Best first: the widest open branch is unfolded next, so that ``max_nodes`` cuts off the smallest."""

    def __init__(
        self, A: Columns, footprints: Floats, burdens: Floats, cutoff: float, max_depth: int, max_nodes: int
    ) -> None:
        self.A, self.p, self.q = A, footprints, burdens
        self.cutoff, self.max_depth, self.max_nodes = cutoff, max_depth, max_nodes
        self.nodes: list[tuple[int, float]] = []
        self.children: dict[int, list[int]] = defaultdict(list)
        self.whole: set[int] = set()  # branches of which every supplier is shown

    def grow(self, product: int, amount: float) -> Branch:
        self.nodes.append((product, amount))
        root = amount * float(self.p[product])
        least = self.cutoff * (abs(root) or self._gross(product, amount))
        open_ = [(-abs(root), 0, 0)]
        while open_:
            _, node, depth = heapq.heappop(open_)
            if depth < self.max_depth:
                for child, total in self._unfold(node, least):
                    heapq.heappush(open_, (-abs(total), child, depth + 1))
        return self._built(root)

    def _gross(self, product: int, amount: float) -> float:
        suppliers, need = inputs_of(self.A, product)
        return abs(amount) * float(abs(self.q[product]) + abs(need * self.p[suppliers]).sum())

    def _unfold(self, node: int, least: float) -> list[tuple[int, float]]:
        product, amount = self.nodes[node]
        suppliers, need = inputs_of(self.A, product)
        amounts = need * amount
        totals = amounts * self.p[suppliers]
        shown = []
        for k in sorted(range(len(suppliers)), key=lambda k: (-abs(totals[k]), suppliers[k])):
            if abs(totals[k]) < least or len(self.nodes) >= self.max_nodes:
                break
            self.nodes.append((int(suppliers[k]), float(amounts[k])))
            shown.append((len(self.nodes) - 1, float(totals[k])))
        self.children[node] = [child for child, _ in shown]
        if len(shown) == len(suppliers):
            self.whole.add(node)
        return shown

    def _built(self, root: float) -> Branch:
        """Children come after their parents in the list, so building from its end needs no recursion."""
        built: dict[int, Branch] = {}
        for node in range(len(self.nodes) - 1, -1, -1):
            product, amount = self.nodes[node]
            total, direct = amount * float(self.p[product]), amount * float(self.q[product])
            children = tuple(built.pop(child) for child in self.children[node])
            rest = 0.0 if node in self.whole else fsum([total, -direct, *(-child.total for child in children)])
            built[node] = Branch(
                index=product,
                amount=amount,
                total=total,
                direct=direct,
                share=total / root if root else 0.0,
                children=children,
                rest=rest,
            )
        return built[0]
