"""Footprints after a few columns changed, from those before: what-if on a whole database without solving it anew.

With D the changes of the columns J as rows (r × n) and E the columns J of the identity, **A**'ᵀ = **A**ᵀ + E D. So

    p' = p + G t,    G = A⁻ᵀE (n × r),    (I + D G) t = (q' − A'ᵀp) in the rows J,

which is exact (Sherman, Morrison, Woodbury): r right-hand sides on the solver that is there, and a system of r. What does
not depend on a changed process keeps its footprint to the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from tanheng.engine.arrays import Columns, Floats, Indices, Mask, as_csc, at_fault, magnitude, requirements
from tanheng.engine.components import components
from tanheng.engine.loops import radii, unproductive
from tanheng.engine.patterns import dependants
from tanheng.engine.solution import TARGET, backward_error
from tanheng.engine.solve.order import Order
from tanheng.engine.solver import Solver
from tanheng.errors import EngineError, Fault

FEW = 8  # changed columns that are always updated
PACE = 2  # of the scores; with more columns than their half, solving anew is quicker (measured at 3,000 and 23,500)
ROUNDS = 2  # refinements of an update
CLOSE = 1e-11  # an update above this backward error is solved anew


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """Columns of a system that are replaced.

    Attributes:
        columns: (r,) processes, ascending.
        A: n × r, what stands in their columns of **A** now (C09).
        burdens: (r, g), their direct scores now.
    """

    columns: Indices
    A: Columns
    burdens: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Updated:
    """A system after a change.

    Attributes:
        A: n × n. burdens: (n, g). footprints: (n, g), p'.
        reached: (n,), processes that have a changed one in their supply chain or are one; only these can have moved.
        residual: backward error of the footprints in the new system, at most 1e-9.
        strategy: ``update``, or how the new system was solved.
    """

    A: Columns
    burdens: Floats
    footprints: Floats
    reached: Mask
    residual: float
    strategy: str


def update(solver: Solver, *, burdens: Floats, footprints: Floats, change: Change) -> Updated:
    """The footprints of all products after a change (C10).

    Args:
        solver: of the system before.
        burdens: q before, (n, g).
        footprints: p before, (n, g), of that system.

    Returns:
        The system after, with the footprints verified in it.

    Raises:
        EngineError: TH-ENG-002 a new value that is not finite, TH-ENG-008 a loop through a changed process eats what it
            makes (Hawkins and Simon), TH-ENG-006 the new system is singular, TH-ENG-010 it is too close to singular (C11).

    >>> import numpy as np
    >>> from tanheng.engine.arrays import as_csc
    >>> q, p = np.array([[3.0], [0.4]]), np.array([[3.0], [1.0]])
    >>> less = Change(np.array([1]), as_csc([[-0.1], [1.0]]), np.array([[0.4]]))
    >>> solver = Solver(np.array([[1.0, -0.2], [0.0, 1.0]]))
    >>> update(solver, burdens=q, footprints=p, change=less).footprints.ravel().round(12)
    array([3. , 0.7])
    """
    p, q = np.asarray(footprints, dtype=np.float64), np.array(burdens, dtype=np.float64)
    if not (np.isfinite(as_csc(change.A).data).all() and np.isfinite(change.burdens).all()):
        raise EngineError("TH-ENG-002", name="A, q", **at_fault(columns=change.columns))
    new = with_columns(solver.A, change.columns, change.A)
    q[change.columns] = change.burdens
    touched = np.zeros(len(p), dtype=np.bool_)
    touched[change.columns] = True
    if not touched.any():
        return Updated(new, q, p, touched, 0.0, "update")
    _check(new, touched)
    reached = dependants(new, touched)
    work = _Work(solver, new, q, change.columns)
    few = len(change.columns) <= max(FEW, p.shape[1] // PACE)
    values, residual, strategy = work.updated(p, reached) if few else work.anew()
    return Updated(new, q, np.where(reached[:, None], values, p), reached, residual, strategy)


def fits(A: Columns, order: Order) -> bool:
    """Whether an order serves **A** as well: every link that runs against it lies in its core.

    >>> from tanheng.engine.solve.order import order
    >>> A = as_csc([[1.0, -0.2], [0.0, 1.0]])
    >>> fits(A, order(A)), fits(as_csc([[1.0, 0.0], [-0.2, 1.0]]), order(A))
    (True, False)
    """
    block = np.empty(A.shape[1], dtype=np.intp)
    block[order.sequence] = np.repeat(np.arange(len(order.blocks) - 1), np.diff(order.blocks))
    consumer = np.repeat(block, np.diff(A.indptr))
    supplier = block[A.indices]
    first, last = order.core
    inside = (consumer >= first) & (consumer < last) & (supplier >= first) & (supplier < last)
    own = np.repeat(np.arange(A.shape[1]), np.diff(A.indptr)) == A.indices
    return bool((inside | own | (consumer < supplier) | (A.data == 0)).all())


def with_columns(matrix: Columns, columns: Indices, new: Columns) -> Columns:
    """A CSC matrix (m × n) in which ``new`` (m × r) stands in the places ``columns``, without stored zeros.

    >>> with_columns(as_csc([[1.0, 2.0], [0.0, 3.0]]), np.array([1]), as_csc([[5.0], [0.0]])).toarray()
    array([[1., 5.],
           [0., 0.]])
    """
    n, r = matrix.shape[1], len(columns)
    keep = np.ones(n)
    keep[columns] = 0.0
    where = sparse.csc_array((np.ones(r), (np.arange(r), columns)), shape=(r, n))
    made: Columns = as_csc(matrix @ sparse.diags_array(keep).tocsc() + new @ where)
    made.eliminate_zeros()
    return made


def _check(A: Columns, touched: Mask) -> None:
    """Refuse loops that eat what they make; only those through a changed process can be new."""
    parts = components(requirements(A))
    with_one = np.unique(np.repeat(np.arange(len(parts.sizes)), parts.sizes)[touched[parts.members]])
    bad = np.array(unproductive(parts, with_one), dtype=np.intp)
    faults = []
    for number, radius in zip(bad.tolist(), radii(parts, parts.inside.maximum(0), bad).tolist(), strict=True):
        members = tuple(parts.members[parts.begin[number] : parts.begin[number + 1]].tolist())
        params = at_fault(columns=members) | {"rows": members, "size": len(members), "radius": f"{radius:.6g}"}
        faults.append(Fault("TH-ENG-008", params=params))
    if faults:
        raise EngineError.of(faults)


class _Work:
    """The new system, and the two ways to its footprints."""

    def __init__(self, solver: Solver, A: Columns, burdens: Floats, columns: Indices) -> None:
        self.solver, self.A, self.q, self.columns = solver, A, burdens, columns
        self.back: Any = A.T
        self.size: Any = magnitude(A).T

    def updated(self, p: Floats, reached: Mask) -> tuple[Floats, float, str]:
        """p + G t, refined while that helps; the new system solved where it does not get there."""
        n, r = len(p), len(self.columns)
        unit = np.zeros((n, r))
        unit[self.columns, np.arange(r)] = 1.0
        G = self.solver.footprints(unit).values
        D: Any = (self.A[:, self.columns] - self.solver.A[:, self.columns]).T
        small = np.eye(r) + D @ G
        try:
            values = p + G @ np.linalg.solve(small, self._rest(p)[self.columns])
            values, residual = self._measured(values)
            for _ in range(ROUNDS):
                if residual <= TARGET:
                    break
                first = self.solver.footprints(np.where(reached[:, None], self._rest(values), 0.0)).values
                better = values + first - G @ np.linalg.solve(small, D @ first)
                better, error = self._measured(better)
                if error >= residual:
                    break
                values, residual = better, error
        except np.linalg.LinAlgError:
            return self.anew()
        if residual <= CLOSE:
            return values, residual, "update"
        return self.anew()

    def anew(self) -> tuple[Floats, float, str]:
        """The new system on its own, in the order of the old one where that fits."""
        order = self.solver.order
        solution = Solver(self.A, order=order if fits(self.A, order) else None).footprints(self.q)
        return solution.values, solution.residual, solution.strategy

    def _rest(self, p: Floats) -> Floats:
        return np.asarray(self.q - self.back @ p)

    def _measured(self, values: Floats) -> tuple[Floats, float]:
        """Values and their backward error; a score that no process of a chain causes is zero, not what rounding left of it."""
        residual = backward_error(self.size, self._rest(values), values, self.q)
        if residual > TARGET:
            caused = np.column_stack([dependants(self.A, score) for score in (self.q != 0).T])
            values = np.where(caused, values, 0.0)
            residual = backward_error(self.size, self._rest(values), values, self.q)
        return values, residual
