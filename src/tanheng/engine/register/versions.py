"""References that are frozen at a published figure, and that follow again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from scipy import sparse

from tanheng.engine.arrays import Columns, Indices, selected, spliced
from tanheng.engine.register.graph import Pinned, RegisterGraph
from tanheng.engine.register.results import RegisterFootprints
from tanheng.errors import EngineError


def freeze(graph: RegisterGraph, products: Any, published: RegisterFootprints) -> RegisterGraph:
    """Pin every live reference of ``products`` at the figures ``published``, as a certificate does.

    Their footprints stay what they are, and no release and no revision of a supplier moves them any more. Figures that were
    incomplete stay so.

    Args:
        graph: the register.
        products: numbers of the products that are frozen.
        published: footprints and factor values at that time.

    Raises:
        EngineError: TH-ENG-003 for footprints of a register of another size.

    >>> from tanheng.engine.register import Register
    >>> graph = RegisterGraph(references=[[0, 0.5], [0, 0]], uses=[[2.0, 0.0]], own=[1.0, 0.25])
    >>> frozen = freeze(graph, [1], Register(graph).footprints([3.0]))
    >>> Register(frozen).footprints([4.0]).values.ravel().tolist()
    [9.0, 3.75]
    """
    if published.values.shape != graph.own.shape or len(published.factors) != graph.factors:
        raise EngineError("TH-ENG-003", name="published", shape=published.values.shape, length=graph.products)
    chosen = np.unique(np.asarray(products, dtype=np.intp))
    bought, used = selected(graph.references, chosen), selected(graph.uses, chosen)
    suppliers, factors = np.unique(bought.indices).astype(np.intp), np.unique(used.indices).astype(np.intp)
    nothing = np.isnan(published.values[suppliers]).any(axis=1)
    new: Columns = sparse.vstack((bought.tocsr()[suppliers], used.tocsr()[factors]), format="csc")
    kept, pinned, m = selected(graph.pinned.amounts, chosen), graph.pinned, len(chosen)
    return replace(
        graph,
        references=spliced(graph.references, chosen, sparse.csc_array((graph.products, m))),
        uses=spliced(graph.uses, chosen, sparse.csc_array((graph.factors, m))),
        pinned=Pinned(
            amounts=spliced(pinned.amounts, chosen, sparse.vstack((kept, new), format="csc")),
            values=np.concatenate((pinned.values, published.values[suppliers], published.factors[factors])),
            complete=np.concatenate(
                (
                    pinned.complete,
                    ~published.incomplete[suppliers] & ~nothing,
                    ~np.isnan(published.factors[factors]).any(axis=1),
                )
            ),
            products=np.concatenate((pinned.products, suppliers, np.full(len(factors), -1))),
            factors=np.concatenate((pinned.factors, np.full(len(suppliers), -1), factors)),
        ),
    )


def live(graph: RegisterGraph) -> RegisterGraph:
    """The register in which every pinned reference to a product or factor of it follows the latest version.

    What a preview starts from: the footprints as they would be if everything were calculated anew today. Declarations from
    outside the register stay pinned.

    >>> from tanheng.engine.register import Register
    >>> graph = RegisterGraph(references=[[0, 0.5], [0, 0]], uses=[[2.0, 0.0]], own=[1.0, 0.25])
    >>> frozen = freeze(graph, [1], Register(graph).footprints([3.0]))
    >>> Register(live(frozen)).footprints([4.0]).values.ravel().tolist()
    [9.0, 4.75]
    """
    pinned = graph.pinned
    product, factor = pinned.products >= 0, (pinned.products < 0) & (pinned.factors >= 0)
    outside = ~(product | factor)
    rows = pinned.amounts.tocsr()
    return replace(
        graph,
        references=graph.references + _to(pinned.products[product], graph.products) @ rows[np.flatnonzero(product)],
        uses=graph.uses + _to(pinned.factors[factor], graph.factors) @ rows[np.flatnonzero(factor)],
        pinned=Pinned(
            amounts=rows[np.flatnonzero(outside)].tocsc(),
            values=pinned.values[outside],
            complete=pinned.complete[outside],
        ),
    )


def _to(targets: Indices, count: int) -> Any:
    """The matrix (count × v) that adds row i to row ``targets[i]``."""
    return sparse.csr_array((np.ones(len(targets)), (targets, np.arange(len(targets)))), shape=(count, len(targets)))
