"""Why a footprint moved between two systems: exactly so much by each process that changed.

With p the footprints before, and A', q', s' the system and the supply of product k after,

    p'_k − p_k = Σⱼ s'_j · d_j,    d_j = Δq_j + Σᵢ Δz_ij p_i,

so what a process changes counts at the prices of before and in the amounts of after; no rest is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tanheng.engine.arrays import Floats, Indices, at_fault
from tanheng.engine.solver import Solver
from tanheng.errors import EngineError

EXACT = 1e-9  # of the amounts that are added up
ROUNDING = 1e-13  # of the parts of a difference, below which it is rounding


@dataclass(frozen=True, slots=True, eq=False)
class Attribution:
    """Contributions of changed processes to the differences of some products.

    Attributes:
        changed: (c,) processes that changed. supply: (c, k), how much of each the products need after.
        amounts: (c, k), supply × local difference; a column adds up to the difference of its product.
    """

    changed: Indices
    supply: Floats
    amounts: Floats


def local_differences(
    before: Any, after: Any, *, burdens: tuple[Floats, Floats], footprints: Floats
) -> tuple[Floats, Floats]:
    """d of every process: its own burdens and inputs of after against those of before, at the footprints of before.

    Args:
        before, after: columns of **Z**, CSC (m × n), the same m products and n processes.
        burdens: q (n,) before and after.
        footprints: p before (m,).

    Returns:
        d (n,), 0 where it is only rounding; and the sum of the absolute parts (n,).

    >>> from scipy import sparse
    >>> old, new = (sparse.csc_array([[0.0, z], [0.0, 0.0]]) for z in (0.2, 0.1))
    >>> q = np.array([3.0, 0.4])
    >>> local_differences(old, new, burdens=(q, q), footprints=np.array([3.0, 1.0]))[0].round(12)
    array([ 0. , -0.3])
    """
    first, second = burdens
    change = (after - before).tocsc()
    prices = np.abs(footprints)
    parts = np.abs(second - first) + abs(change).T @ prices
    whole = np.abs(second) + np.abs(first) + (abs(after) + abs(before)).T @ prices
    d = (second - first) + change.T @ footprints
    return np.where(parts > ROUNDING * whole, d, 0.0), parts


def attribute(
    solver: Solver, differences: Floats, *, products: Indices, footprints: tuple[Floats, Floats]
) -> Attribution:
    """What each changed process does to the footprints of ``products``.

    Args:
        solver: of the system after (n × n).
        differences: d (n,), see :func:`local_differences`.
        products: (k,).
        footprints: p of these products (k,) before and after, for the check.

    Raises:
        EngineError: TH-ENG-030 where the contributions do not add up to p' − p within 1e-9 of what is added up.

    >>> solver = Solver(np.array([[1.0, -0.1], [0.0, 1.0]]))
    >>> p = (np.array([1.0]), np.array([0.7]))
    >>> attribute(solver, np.array([0.0, -0.3]), products=np.array([1]), footprints=p).amounts
    array([[-0.3]])
    """
    before, after = footprints
    changed = np.flatnonzero(differences)
    n = len(differences)
    if len(changed) < len(products):  # rows of A⁻¹ are columns of its transpose
        supply = solver.footprints(_units(n, changed)).values[products].T
    else:
        supply = solver.supply(_units(n, products)).values[changed]
    amounts = supply * differences[changed][:, None]
    off = np.abs(amounts.sum(axis=0) - (after - before))
    whole = np.abs(amounts).sum(axis=0) + np.maximum(np.abs(before), np.abs(after))
    wrong = products[off > EXACT * whole]
    if wrong.size:
        share = float((off[off > EXACT * whole] / whole[off > EXACT * whole]).max())
        raise EngineError("TH-ENG-030", share=f"{share:.1e}", limit=f"{EXACT:.0e}", **at_fault(products=wrong))
    return Attribution(changed, supply, amounts)


def _units(n: int, columns: Indices) -> Floats:
    made = np.zeros((n, len(columns)))
    made[columns, np.arange(len(columns))] = 1.0
    return made
