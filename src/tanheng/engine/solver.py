"""Solve a product system forward and transposed, verify every answer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, cached_property
from importlib.util import find_spec
from typing import Any, Literal, TypeAlias

import numpy as np

from tanheng.engine.arrays import Columns, Floats, as_columns, as_csc, magnitude
from tanheng.engine.diagnosis import check
from tanheng.engine.solution import LIMIT, TARGET, Solution, backward_error
from tanheng.engine.solve.attempt import Attempt, Strategy
from tanheng.engine.solve.direct import Direct
from tanheng.engine.solve.order import Order, order
from tanheng.engine.solve.sweep import Sweep, SweepKernel
from tanheng.errors import EngineError

StrategyName: TypeAlias = Literal["auto", "direct", "sweep"]
STRATEGIES = ("auto", "direct", "sweep")
KernelName: TypeAlias = Literal["auto", "fast", "plain"]
KERNELS = ("auto", "fast", "plain")
WORTH_LOADING = 5_000_000  # entries of A × right-hand sides from which numba pays for its loading of 0.2 s
REFINEMENTS = 2
SMALL = 1000  # processes up to which one factorisation is quicker than ordering the system


@cache
def has_numba() -> bool:
    """Whether the fast kernel can be used, without loading it."""
    return find_spec("numba") is not None


class Solver:
    """Solves A s = f and Aᵀ p = q for one **A**; what it prepares is made on first use and kept.

    Args:
        A: n × n, square and sound (see :func:`tanheng.engine.check`); a zero on the diagonal is allowed, but is
            always solved directly.
        strategy: ``direct`` (sparse LU of Aᵀ), ``sweep`` (Gauss-Seidel in a good order) or ``auto``: direct up to 1,000
            processes, sweep above.
        order: the order of an earlier solver of the same A, for instance from a snapshot; else it is computed.
        kernel: what makes the sweeps: ``fast`` (numba), ``plain`` (SciPy), or ``auto``: fast where that saves more than the
            loading of numba takes, and numba is installed.

    Raises:
        EngineError: TH-ENG-001 if A is not square, TH-ENG-011 for an unknown strategy, TH-ENG-022 for an unknown kernel.

    >>> import numpy as np
    >>> solver = Solver(np.array([[1.0, -0.2], [0.0, 1.0]]))
    >>> solver.supply([0.0, 10.0]).values
    array([ 2., 10.])
    >>> solver.footprints([3.0, 0.4]).values
    array([3., 1.])
    """

    def __init__(
        self,
        A: Any,
        *,
        strategy: StrategyName = "auto",
        order: Order | None = None,
        kernel: KernelName = "auto",
    ) -> None:
        self.A: Columns = as_csc(A)
        rows, columns = self.A.shape
        if rows != columns:
            raise EngineError("TH-ENG-001", name="A", rows=rows, columns=columns, expected=columns)
        if strategy not in STRATEGIES:
            raise EngineError("TH-ENG-011", strategy=strategy, known=", ".join(STRATEGIES))
        if kernel not in KERNELS:
            raise EngineError("TH-ENG-022", kernel=kernel, known=", ".join(KERNELS))
        self._kernel = kernel
        self._made: dict[SweepKernel, Sweep] = {}
        self._given_order = order
        self._sweeps = strategy == "sweep" or (strategy == "auto" and rows > SMALL)

    @cached_property
    def order(self) -> Order:
        """The order of the processes for sweeps; store it to save its making the next time."""
        return self._given_order or order(self.A)

    def supply(self, demand: Any) -> Solution:
        """Supply vector s = A⁻¹f (C09).

        Args:
            demand: f, (n,) or (n, k), units of the reference products.

        Returns:
            s, as ``demand``: how much of each reference product is supplied in all.

        Raises:
            EngineError: TH-ENG-003 on another length, TH-ENG-006 if A is singular, TH-ENG-010 if no strategy
                reaches a relative residual of 1e-9.
        """
        return self._solve(demand, "demand", transposed=False)

    def footprints(self, burdens: Any) -> Solution:
        """Footprint vector p = A⁻ᵀq of all products at once (C10).

        Args:
            burdens: q = Bᵀc, (n,) or (n, k), direct score of one unit of each process
                (:meth:`tanheng.engine.System.burdens`).

        Returns:
            p, as ``burdens``: score of one unit of each product with everything upstream.

        Raises:
            EngineError: as :meth:`supply`.
        """
        return self._solve(burdens, "burdens", transposed=True)

    def _solve(self, right: Any, name: str, *, transposed: bool) -> Solution:
        shape = np.shape(right)
        columns = as_columns(right, self.A.shape[0], name)
        residual, sweeps = float("inf"), 0
        first = "sweep" if self._sweeps else "direct"
        for strategy in self._ladder(columns.shape[1]):
            attempt, error = self._refined(strategy, columns, transposed=transposed)
            sweeps += attempt.sweeps
            if error <= LIMIT:
                values = attempt.values.reshape(shape)
                return Solution(values, error, strategy.name, sweeps, fell_back=strategy.name != first)
            residual = min(residual, error)
        raise EngineError("TH-ENG-010", residual=f"{residual:.1e}", limit=f"{LIMIT:.0e}")

    def _ladder(self, count: int) -> Iterator[Strategy]:
        """The strategies in the order in which they are tried; the next steps in where one is not accurate.

        Sweeps can fail on strong loops of many processes, elimination along the diagonal on strong credits, and
        elimination with row interchanges on values many orders of magnitude below others.
        """
        if self._sweeps and self._has_full_diagonal:
            yield self._sweep(count)
        yield self._direct
        if not self._sweeps and self._has_full_diagonal:
            yield self._sweep(count)
        yield self._pivoted

    def _refined(self, strategy: Strategy, right: Floats, *, transposed: bool) -> tuple[Attempt, float]:
        """The answer of a strategy and its backward error, refined while that is above the target and falls."""
        matrix: Any = self.A.T if transposed else self.A
        size: Any = self._size.T if transposed else self._size
        best = strategy.solve(right, transposed=transposed)
        if not best.converged:
            return best, float("inf")
        with np.errstate(over="ignore", invalid="ignore"):
            rest = right - matrix @ best.values
        error = backward_error(size, rest, best.values, right)
        for _ in range(REFINEMENTS):
            if error <= TARGET or not np.isfinite(error):
                break
            correction = strategy.solve(rest, transposed=transposed)
            values = best.values + correction.values
            rest = right - matrix @ values
            before, error = error, backward_error(size, rest, values, right)
            if error > before:
                return best, before
            best = Attempt(values, best.sweeps + correction.sweeps, converged=True)
            if LIMIT >= error > before / 2:
                break
        return best, error

    @cached_property
    def _has_full_diagonal(self) -> bool:
        return bool((self.A.diagonal() != 0).all())

    @cached_property
    def _size(self) -> Columns:
        size: Columns = magnitude(self.A)
        return size

    def _sweep(self, count: int) -> Sweep:
        """Sweeps for ``count`` right-hand sides, kept."""
        kernel: SweepKernel = "plain"
        if self._kernel == "fast" or (self._kernel == "auto" and self.A.nnz * count > WORTH_LOADING and has_numba()):
            kernel = "fast"
        if kernel not in self._made:
            self._made[kernel] = Sweep(self.A, self.order, kernel)
        return self._made[kernel]

    @cached_property
    def _direct(self) -> Direct:
        return self._factorised(pivoting=0.0)

    @cached_property
    def _pivoted(self) -> Direct:
        return self._factorised(pivoting=1.0)

    def _factorised(self, *, pivoting: float) -> Direct:
        try:
            return Direct(self.A, pivoting=pivoting)
        except RuntimeError as error:  # SuperLU: exactly singular
            check(self.A)
            raise EngineError("TH-ENG-006", rows=(), columns=(), shown="?") from error
