"""A system of millions of products that runs one way almost everywhere, solved as a whole or in the part that matters."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from scipy import sparse

from tanheng.engine.arrays import Columns, Floats, Indices, as_csc, magnitude, narrow, selected
from tanheng.engine.components import Components, components
from tanheng.engine.diagnosis import Diagnosis, dependent
from tanheng.engine.loops import Loop, loops_of
from tanheng.engine.register.closing import SmallLoops, close
from tanheng.engine.solution import LIMIT, TARGET, Solution, backward_error
from tanheng.engine.solve.order import Order
from tanheng.engine.solver import SMALL, Solver
from tanheng.errors import EngineError

CHUNK = 8  # right-hand sides side by side: bounds the memory, and fills the vector unit


class LargeSystem:
    """Solves A s = f and Aᵀ p = q for one **A** = I − Z of any size with mostly small loops.

    Small loops are closed first (:class:`~tanheng.engine.register.closing.SmallLoops`), then :class:`~tanheng.engine.Solver`
    solves the rest: exactly, in one pass, where no large loop remains. Every answer is verified on **A** itself, refined once
    where needed, and solved by the solver alone where that is not enough.

    >>> from scipy import sparse
    >>> system = LargeSystem.of(sparse.csc_array([[0.0, 0.5, 0.0], [0.5, 0.0, 0.0], [2.0, 0.0, 0.0]]))
    >>> system.solve(np.array([[3.0], [0.0], [1.0]]), transposed=True).values.ravel().round(9).tolist()
    [6.666666667, 3.333333333, 1.0]
    """

    def __init__(self, A: Columns, opened: Columns, loops: SmallLoops, order: Order | None = None) -> None:
        self.A, self._opened, self._loops, self._given_order = A, opened, loops, order

    @classmethod
    def of(cls, Z: Columns, names: Indices | None = None) -> LargeSystem:
        """Diagnose and prepare a system.

        Args:
            Z: n × n CSC without stored zeros (C09).
            names: (n,) numbers by which errors call the processes; their own by default.

        Raises:
            EngineError: TH-ENG-008 for every loop that uses up what it makes, -006 for a singular one (C11).
        """
        n = Z.shape[0]
        A = as_csc(sparse.eye_array(n, format="csc") - Z)
        parts = components(sparse.csr_array((Z.data, Z.indices, Z.indptr), shape=Z.shape))  # of Zᵀ: the same ones
        _refuse_unsound(A, parts, np.arange(n) if names is None else names)
        loops = close(parts)
        return cls(A, loops.opened(A) if loops.members.size else A, loops)

    @property
    def size(self) -> int:
        """n, the number of processes."""
        return int(self.A.shape[0])

    @cached_property
    def _solver(self) -> Solver:
        return Solver(self._opened, order=self._given_order)

    @cached_property
    def magnitude(self) -> Columns:
        """|A|."""
        return magnitude(self.A)

    def solve(self, right: Floats, *, transposed: bool) -> Solution:
        """Solve for all columns of ``right`` (n, k), some of them at a time.

        Raises:
            EngineError: TH-ENG-010 where no way is accurate to 1e-9.
        """
        values = np.empty_like(right, order="C")
        found = Solution(values, 0.0, "direct")
        for start in range(0, right.shape[1] if self.size else 0, CHUNK):
            part = slice(start, start + CHUNK)
            one = self._verified(right[:, part], transposed=transposed)
            values[:, part] = one.values
            residual, sweeps = max(found.residual, one.residual), max(found.sweeps, one.sweeps)
            found = Solution(values, residual, one.strategy, sweeps, fell_back=found.fell_back or one.fell_back)
        return found

    def part(self, nodes: Indices) -> LargeSystem:
        """The system of ``nodes`` (ascending) alone, with what was prepared; loops must be whole.

        Right for what ``nodes`` need nothing of outside (forward), or what nothing outside changes for (transposed).
        """
        if len(nodes) == self.size:
            return self
        place = np.full(self.size, -1, dtype=np.intp)
        place[nodes] = np.arange(len(nodes))
        A, opened = (square(matrix, nodes, place) for matrix in (self.A, self._opened))
        order = _among(self._solver.order, place) if len(nodes) > SMALL else None
        return LargeSystem(A, opened, self._loops.among(place), order)

    def _verified(self, right: Floats, *, transposed: bool) -> Solution:
        found = self._closed(right, transposed=transposed)
        error, rest = self._error(right, found.values, transposed=transposed)
        if error > TARGET and np.isfinite(error):
            more = found.values + self._closed(rest, transposed=transposed).values
            again, _ = self._error(right, more, transposed=transposed)
            if again < error:
                error, found = again, Solution(more, again, found.strategy, found.sweeps, fell_back=found.fell_back)
        if error <= LIMIT:
            return Solution(found.values, error, found.strategy, found.sweeps, fell_back=found.fell_back)
        alone = Solver(self.A)
        return alone.footprints(right) if transposed else alone.supply(right)

    def _closed(self, right: Floats, *, transposed: bool) -> Solution:
        if transposed:
            return self._solver.footprints(self._loops.before(right))
        found = self._solver.supply(right)
        values = self._loops.after(found.values)
        return Solution(values, found.residual, found.strategy, found.sweeps, fell_back=found.fell_back)

    def _error(self, right: Floats, values: Floats, *, transposed: bool) -> tuple[float, Floats]:
        matrix = self.A.T if transposed else self.A
        size = self.magnitude.T if transposed else self.magnitude
        with np.errstate(over="ignore", invalid="ignore"):
            rest = right - matrix @ values
        return backward_error(size, rest, values, right), rest


def square(matrix: Columns, nodes: Indices, place: Indices) -> Columns:
    """Rows and columns ``nodes`` (ascending) of an n × n CSC array; ``place`` (n,) is where they come, −1 for others."""
    columns = selected(matrix, nodes)
    to = place[columns.indices]
    keep = to >= 0
    before = np.concatenate(([0], np.cumsum(keep)))
    entries = (columns.data[keep], to[keep].astype(columns.indices.dtype), before[columns.indptr])
    return narrow(sparse.csc_array(entries, shape=(len(nodes), len(nodes))))


def _among(order: Order, place: Indices) -> Order:
    """An order of some of the processes: the same one, without the others."""
    sequence = place[order.sequence]
    inside = sequence >= 0
    before = np.concatenate(([0], np.cumsum(inside)))[order.blocks]
    filled = np.diff(before) > 0
    number = np.concatenate(([0], np.cumsum(filled)))
    blocks = np.concatenate(([0], before[1:][filled]))
    return Order(sequence[inside], blocks, (int(number[order.core[0]]), int(number[order.core[1]])))


def _refuse_unsound(A: Columns, parts: Components, names: Indices) -> None:
    """Raise for loops that use up what they make, and for singular ones (C11)."""
    found = loops_of(parts)
    rows, columns = dependent(A, parts, found)
    named = tuple(Loop(tuple(names[list(loop.members)].tolist()), loop.radius) for loop in found if not loop.productive)
    diagnosis = Diagnosis(
        (A.shape[0], A.shape[1]),
        dependent_rows=tuple(names[list(rows)].tolist()),
        dependent_columns=tuple(names[list(columns)].tolist()),
        loops=named,
    )
    if faults := diagnosis.faults():
        raise EngineError.of(faults)
