"""The flows of a score through the supply network of a demand, as a Sankey diagram draws them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tanheng.engine.arrays import Columns, Floats, requirements, rows_of
from tanheng.errors import EngineError


@dataclass(frozen=True, slots=True)
class SankeyNode:
    """A process in the network, summed over all places where it occurs.

    What enters is what leaves: direct + inflows + hidden_in = throughput = outflows + hidden_out + demand.

    Attributes:
        index: the process.
        throughput: score that passes through it, s_i·p_i.
        direct: score that arises in it, q_i·s_i.
        demand: score that leaves with the demand itself, p_i·f_i.
        hidden_in: from suppliers by edges that are not shown.
        hidden_out: to consumers by edges that are not shown.
    """

    index: int
    throughput: float
    direct: float
    demand: float
    hidden_in: float
    hidden_out: float


@dataclass(frozen=True, slots=True)
class SankeyEdge:
    """Score that goes from a supplier to a consumer with the product, z_ij·s_j·p_i."""

    supplier: int
    consumer: int
    flow: float


@dataclass(frozen=True, slots=True)
class Sankey:
    """Nodes and edges, the largest first, and the total score p·f."""

    nodes: tuple[SankeyNode, ...]
    edges: tuple[SankeyEdge, ...]
    total: float


def sankey(
    A: Columns,
    *,
    demand: Floats,
    supply: Floats,
    footprints: Floats,
    burdens: Floats,
    cutoff: float = 0.01,
    max_edges: int = 200,
) -> Sankey:
    """Score flows on the links of a product system (C10).

    The score enters where it arises (direct), runs from supplier to consumer and leaves with the demand. Every
    process conserves it, because p = q + Zᵀp and s = f + Zs; a loop appears as a flow that goes round, so a
    throughput may exceed the total.

    Args:
        A: technosphere, CSC (n × n).
        demand: f, (n,).
        supply: s = A⁻¹f, (n,).
        footprints: p, (n,).
        burdens: q, (n,), of the same score.
        cutoff: least share, by absolute value, of the total that an edge must carry to be shown; of the sum of the
            absolute direct scores where the total is zero.
        max_edges: the largest this many.

    Returns:
        The edges above the cut-off; the nodes at their ends, those of the demand, and those with a direct score above
        it.

    Raises:
        EngineError: TH-ENG-012 where the cut-off or the number of edges is negative.

    >>> from tanheng.engine.arrays import as_csc
    >>> A, f, s = as_csc([[1.0, -0.2], [0.0, 1.0]]), np.array([0.0, 10.0]), np.array([2.0, 10.0])
    >>> found = sankey(A, demand=f, supply=s, footprints=np.array([3.0, 1.0]), burdens=np.array([3.0, 0.4]))
    >>> found.total, found.edges
    (10.0, (SankeyEdge(supplier=0, consumer=1, flow=6.0),))
    """
    for name, value in (("cutoff", cutoff), ("max_edges", max_edges)):
        if not value >= 0:
            raise EngineError("TH-ENG-012", name=name, value=value, allowed="0 …")
    n = A.shape[1]
    Z = requirements(A)
    supplier, consumer = rows_of(Z), Z.indices.astype(np.intp)
    flow = Z.data * supply[consumer] * footprints[supplier]
    direct, leaving = burdens * supply, footprints * demand
    total = float(leaving.sum())
    least = cutoff * (abs(total) or float(np.abs(direct).sum()))

    visible = np.flatnonzero((np.abs(flow) >= least) & (flow != 0))
    visible = visible[np.argsort(-np.abs(flow[visible]), kind="stable")][:max_edges]
    hidden = np.ones(len(flow), dtype=np.bool_)
    hidden[visible] = False
    hidden_in = np.bincount(consumer[hidden], flow[hidden], minlength=n)
    hidden_out = np.bincount(supplier[hidden], flow[hidden], minlength=n)

    shown = (demand != 0) | ((np.abs(direct) >= least) & (direct != 0))
    shown[supplier[visible]] = True
    shown[consumer[visible]] = True
    throughput = supply * footprints
    members = np.flatnonzero(shown)
    members = members[np.argsort(-np.abs(throughput[members]), kind="stable")]
    columns = (throughput, direct, leaving, hidden_in, hidden_out)
    return Sankey(
        nodes=tuple(SankeyNode(int(i), *(float(column[i]) for column in columns)) for i in members),
        edges=tuple(SankeyEdge(int(supplier[e]), int(consumer[e]), float(flow[e])) for e in visible),
        total=total,
    )
