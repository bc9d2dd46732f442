"""Why a footprint moved between two systems: exactly so much by each process that changed.

With p the footprints before, and A', q', s' the system and the supply of product k after,

    p'_k − p_k = Σⱼ s'_j · d_j,    d_j = Δq_j + Σᵢ Δz_ij p_i,

so what a process changes counts at the prices of before and in the amounts of after; no rest is left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from tanheng.engine.arrays import Floats, Indices, at_fault
from tanheng.engine.solver import Solver
from tanheng.errors import EngineError

EXACT = 1e-9  # of the amounts that are added up
CHUNK = 256  # right-hand sides at once
ROUNDING = 1e-13  # of a number, below which its difference is rounding


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


def local_differences(before: Any, after: Any, *, burdens: tuple[Floats, Floats], footprints: Floats) -> Floats:
    """d of every process: its own burdens and inputs of after against those of before, at the footprints of before.

    Args:
        before, after: columns of **Z**, CSC (m × n), the same m products and n processes.
        burdens: q before and after, (n,) or in parts that add up (n, k), for instance by gas.
        footprints: p before (m,).

    Returns:
        d (n,). A number that moved by less than 1e-13 of itself was only converted, and has not moved.

    >>> from scipy import sparse
    >>> old, new = (sparse.csc_array([[0.0, z], [0.0, 0.0]]) for z in (0.2, 0.1))
    >>> q = np.array([3.0, 0.4])
    >>> local_differences(old, new, burdens=(q, q), footprints=np.array([3.0, 1.0])).round(12)
    array([ 0. , -0.3])
    """
    change = (after - before).tocsc()
    moved = abs(change) > ROUNDING * abs(before).maximum(abs(after))
    first, second = (np.asarray(q).reshape(len(q), -1) for q in burdens)
    own = np.where(np.abs(second - first) > ROUNDING * np.maximum(np.abs(first), np.abs(second)), second - first, 0.0)
    return np.asarray(own.sum(axis=1) + change.multiply(moved).T @ footprints)


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
    changed = np.flatnonzero(differences)
    supply = np.zeros((len(changed), len(products)))
    for processes, columns, made in _blocks(solver, changed, products):
        supply[np.searchsorted(changed, processes), columns] = made
    amounts = supply * differences[changed][:, None]
    _check(amounts.sum(axis=0), np.abs(amounts).sum(axis=0), products, footprints)
    return Attribution(changed, supply, amounts)


def largest(
    solver: Solver, differences: Floats, *, products: Indices, footprints: tuple[Floats, Floats]
) -> tuple[Indices, Floats]:
    """The process that did most to each product, -1 where none changed, and its contribution; for many products.

    Arguments and errors as of :func:`attribute`; nothing of the size of all products times all changes is kept.

    >>> solver = Solver(np.array([[1.0, -0.1], [0.0, 1.0]]))
    >>> p = (np.array([3.0, 1.0]), np.array([2.0, 0.6]))
    >>> largest(solver, np.array([-1.0, -0.3]), products=np.array([0, 1]), footprints=p)
    (array([0, 1]), array([-1. , -0.3]))
    """
    changed = np.flatnonzero(differences)
    k = len(products)
    which, amount = np.full(k, -1, dtype=np.intp), np.zeros(k)
    total, whole = np.zeros(k), np.zeros(k)
    for processes, columns, supply in _blocks(solver, changed, products):
        made = supply * differences[processes][:, None]
        total[columns] += made.sum(axis=0)
        whole[columns] += np.abs(made).sum(axis=0)
        row = np.argmax(np.abs(made), axis=0)
        best = made[row, np.arange(made.shape[1])]
        better = np.abs(best) > np.abs(amount[columns])
        which[columns] = np.where(better, processes[row], which[columns])
        amount[columns] = np.where(better, best, amount[columns])
    _check(total, whole, products, footprints)
    return which, amount


def _blocks(solver: Solver, changed: Indices, products: Indices) -> Iterator[tuple[Indices, Any, Floats]]:
    """Supplies of changed processes for products, block by block: (processes, places among the products, (c, k))."""
    n = solver.A.shape[0]
    if len(changed) < len(products):  # rows of A⁻¹ are columns of its transpose
        for start in range(0, len(changed), CHUNK):
            part = changed[start : start + CHUNK]
            yield part, slice(None), solver.footprints(_units(n, part)).values[products].T
        return
    for start in range(0, len(products), CHUNK):
        place = slice(start, start + CHUNK)
        if changed.size:
            yield changed, place, solver.supply(_units(n, products[place])).values[changed]


def _check(total: Floats, whole: Floats, products: Indices, footprints: tuple[Floats, Floats]) -> None:
    before, after = footprints
    off = np.abs(total - (after - before))
    size = whole + np.maximum(np.abs(before), np.abs(after))
    wrong = off > EXACT * size
    if wrong.any():
        share = float((off[wrong] / size[wrong]).max())
        raise EngineError(
            "TH-ENG-030", share=f"{share:.1e}", limit=f"{EXACT:.0e}", **at_fault(products=products[wrong])
        )


def _units(n: int, columns: Indices) -> Floats:
    made = np.zeros((n, len(columns)))
    made[columns, np.arange(len(columns))] = 1.0
    return made
