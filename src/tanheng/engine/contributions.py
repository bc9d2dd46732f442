"""Where a score comes from, and what would move it: local sums over the footprint vector (C10)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tanheng.engine.arrays import Columns, Floats, Indices
from tanheng.engine.system import System


def inventory(system: System, supply: Floats) -> Floats:
    """Inventory g = Bs (C09): elementary flows of a whole product system, (m,) or (m, k), units of the flows."""
    return np.asarray(system.B @ np.asarray(supply, dtype=np.float64))


def score(C: Floats, flows: Floats) -> Any:
    """Score h = c·g (C09).

    Args:
        C: characterisation factors, (m,) or (m, k).
        flows: inventory g, (m,) or (m, d).

    Returns:
        A number, or an array (k,), (d,) or (k, d).

    >>> score([1.0, 29.8], [2.0, 0.1])
    4.98
    """
    result = np.asarray(C, dtype=np.float64).T @ np.asarray(flows, dtype=np.float64)
    return float(result) if result.ndim == 0 else result


def direct_contributions(burdens: Floats, supply: Floats) -> Floats:
    """What each process emits itself in a supply: q∘s. The sum over the processes is the score.

    Args:
        burdens: q = Bᵀc, (n,) or (n, k).
        supply: s, (n,).

    Returns:
        As ``burdens``, units of the score.

    >>> direct_contributions([0.5, 2.0], [4.0, 1.0])
    array([2., 2.])
    """
    return np.asarray((np.asarray(burdens, dtype=np.float64).T * np.asarray(supply, dtype=np.float64)).T)


def upstream_contributions(A: Columns, footprints: Floats, product: int) -> tuple[Indices, Floats]:
    """What each supplier brings into one unit of a product: z_ij·p_i (C10).

    With the direct score they make the footprint: p_j = q_j + Σᵢ z_ij·p_i, loops included.

    Args:
        A: technosphere, CSC (n × n).
        footprints: p, (n,).
        product: j.

    Returns:
        Suppliers i and their contributions. Where the process uses its own product, it is one of them. Avoided products
        contribute with the opposite sign.

    >>> from tanheng.engine.arrays import as_csc
    >>> upstream_contributions(as_csc([[1.0, -0.25], [0.0, 1.0]]), np.array([3.0, 1.0]), 1)
    (array([0]), array([0.75]))
    """
    suppliers, amounts = inputs_of(A, product)
    return suppliers, amounts * footprints[suppliers]


def sensitivities(footprints: Floats, supply: Floats, rows: Any, columns: Any) -> Floats:
    """How a score answers to single entries of A: ∂h/∂a_ij = −p_i·s_j.

    As an input z_ij enters A with a minus, one unit more of input i per unit of process j raises h by p_i·s_j.

    Args:
        footprints: p, (n,), of the score in question.
        supply: s, (n,), of the demand in question.
        rows: i of the entries, an integer array.
        columns: j of the entries, of the same shape.

    Returns:
        Derivatives in that shape, units of the score per unit of product i per unit of product j.

    >>> sensitivities([3.0, 1.0], [2.0, 10.0], [0], [1])
    array([-30.])
    """
    return np.asarray(-np.asarray(footprints)[rows] * np.asarray(supply)[columns])


def inputs_of(A: Columns, product: int) -> tuple[Indices, Floats]:
    """Column j of Z: suppliers and the amounts of their products that one unit of j needs."""
    part = slice(int(A.indptr[product]), int(A.indptr[product + 1]))
    suppliers = A.indices[part].astype(np.intp)
    amounts = (suppliers == product) - A.data[part]
    used = amounts != 0
    if product not in suppliers:  # a zero diagonal: z_jj = 1
        return np.append(suppliers[used], product), np.append(amounts[used], 1.0)
    return suppliers[used], amounts[used]
