"""Gauss-Seidel sweeps in a good order: no factorisation, all right-hand sides together."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from tanheng.engine.arrays import LANES, Columns, Floats, Indices, Rows, kept, magnitude, rows_of
from tanheng.engine.solve.attempt import Attempt
from tanheng.engine.solve.krylov import accelerate
from tanheng.engine.solve.order import Order

RELAXATION = 1.05  # over-relaxation ω; measured: 1.05 saves a fifth of the sweeps, 1.1 costs more than 1
TOLERANCE = 2e-13  # last correction, relative to what adds up to a value
DEEP = 400  # more blocks than this are not over-relaxed: a chain of b blocks overshoots by ω^b on the way
FIRST_CHECK, SECOND_CHECK, STRIDE = 8, 12, 12  # sweeps before and between looks at the correction
MANY = 60  # more sweeps than this are better spent on acceleration
PATIENT = 300  # sweeps after acceleration has stalled
NARROW = 2  # right-hand sides up to which one call for the whole triangle beats one for each block
CHUNK = 32  # right-hand sides side by side: wide enough for the vector unit, small enough for the cache


SweepKernel: TypeAlias = Literal["fast", "plain"]


class Splitting(Protocol):
    """What makes a sweep."""

    def sweep(self, right: Floats, x: Floats) -> Floats:
        """One sweep from ``x``, a new array."""


class Sweep:
    """Successive over-relaxation on the blocks of an :class:`~tanheng.engine.solve.order.Order`.

    What lies before and after the cyclic core is solved by substitution. In the core, with (D + ωL) the links that
    run with the order, every sweep solves (D + ωL) x' = ωb − ((ω−1)D + ωU) x, block by block. Blocks hold no links
    with the order inside, so one block is one sparse product. The result of a sweep does not depend on units.

    Needs a diagonal without zeros. Where sweeps contract too slowly (a strong loop), they go on as the preconditioner
    of a Krylov method; see :func:`~tanheng.engine.solve.krylov.accelerate`.
    """

    name = "sweep"

    def __init__(self, A: Columns, order: Order, kernel: SweepKernel) -> None:
        self._A = A
        self._order = order
        self._kernel = kernel

    @cached_property
    def _forward(self) -> _Direction:
        found = self._order
        return _Direction(self._A.tocsr(), found.sequence, found.blocks, found.core, self._kernel)

    @cached_property
    def _backward(self) -> _Direction:
        """Aᵀ in reverse order, where its suppliers come first: the same shape again."""
        found, n = self._order, self._A.shape[0]
        transposed: Rows = self._A.T
        last = len(found.blocks) - 1
        core = (last - found.core[1], last - found.core[0])
        return _Direction(transposed, found.sequence[::-1], n - found.blocks[::-1], core, self._kernel)

    def solve(self, right: Floats, *, transposed: bool) -> Attempt:
        """Solve for all columns of ``right`` (n, k), some of them at a time."""
        direction = self._backward if transposed else self._forward
        values = np.empty_like(right, order="C")
        most, converged = 0, True
        width = LANES if self._kernel == "fast" else CHUNK
        for start in range(0, right.shape[1], width):
            part = slice(start, start + width)
            values[:, part], sweeps, done = direction.solve(right[:, part])
            most, converged = max(most, sweeps), converged and done
        return Attempt(values, sweeps=most, converged=converged)


class _Direction:
    """T x = b with T = A or Aᵀ, permuted so that the links with the order lie below the diagonal.

    All rows are divided by their diagonal entry, so T has a unit diagonal here.
    """

    def __init__(
        self, matrix: Rows, sequence: Indices, blocks: Indices, core: tuple[int, int], kernel: SweepKernel
    ) -> None:
        n = len(sequence)
        position = np.empty(n, dtype=matrix.indices.dtype)
        position[sequence] = np.arange(n)
        diagonal = matrix.diagonal()[sequence]
        permuted: Rows = matrix[sequence]
        permuted.indices = position[permuted.indices]
        row = rows_of(permuted)
        permuted.data = permuted.data / diagonal[row]
        links = kept(permuted, permuted.indices != row)
        low, high = int(blocks[core[0]]), int(blocks[core[1]])
        self._sequence, self._diagonal = sequence, diagonal
        self._low, self._high = low, high
        self._head = list(_stripes(links, blocks[: core[0] + 1]))
        self._tail = list(_stripes(links, blocks[core[1] :]))
        if high > low:
            rows: Rows = links[low:high]
            self._into_core: Rows = kept(rows, rows.indices < low)
            inner: Rows = kept(rows, (rows.indices >= low) & (rows.indices < high))
            inner = sparse.csr_array((inner.data, inner.indices - low, inner.indptr), shape=(high - low, high - low))
            self._core = _Core(inner, blocks[core[0] : core[1] + 1] - low, kernel)

    def solve(self, right: Floats) -> tuple[Floats, int, bool]:
        """Values in the order of the processes, sweeps, and whether they converged."""
        low, high = self._low, self._high
        x = right[self._sequence] / self._diagonal[:, None]
        for start, stop, stripe in self._head:
            x[start:stop] -= stripe @ x
        sweeps, converged = 1, True
        if high > low:
            known = x[low:high] - self._into_core @ x
            x[low:high], sweeps, converged = self._core.solve(known)
        for start, stop, stripe in self._tail:
            x[start:stop] -= stripe @ x
        values = np.empty_like(x)
        values[self._sequence] = x
        return values, sweeps, converged


class _Core:
    """The cyclic core with a unit diagonal: (I + L + U) x = b, in blocks that begin at ``begin``."""

    def __init__(self, inner: Rows, begin: Indices, kernel: SweepKernel) -> None:
        self._inner, self._begin, self._kernel = inner, begin, kernel
        self._size: Rows = magnitude(inner)

    @cached_property
    def _relaxed(self) -> Splitting:
        return self._plain if len(self._begin) > DEEP else self._split(RELAXATION)

    @cached_property
    def _plain(self) -> Splitting:
        return self._split(1.0)

    def _split(self, relaxation: float) -> Splitting:
        if self._kernel == "fast":
            from tanheng.engine.solve.compiled import CompiledSplitting

            return CompiledSplitting(self._inner, relaxation)
        return _Splitting(self._inner, self._begin, relaxation)

    def change(self, x: Floats, correction: Floats) -> float:
        """Largest correction, relative to the sum of the amounts that make up its value."""
        scale = np.abs(x)
        scale += self._size @ scale
        moved = np.abs(correction)
        ratio = np.divide(moved, scale, out=np.where(moved > 0, np.inf, 0.0), where=scale > 0)
        return float(ratio.max(initial=0.0))

    def solve(self, right: Floats) -> tuple[Floats, int, bool]:
        """Sweep until the correction is below the tolerance; accelerate where that would take too long.

        Acceleration settles the bulk, but may stall where some values lie many orders of magnitude below others that
        they depend on; plain sweeps then bring them in, each value from its own parts.
        """
        count = right.shape[1]
        if self._kernel == "fast" and 1 < count < LANES:
            right = np.pad(right, ((0, 0), (0, LANES - count)))
        with np.errstate(over="ignore", invalid="ignore"):  # what diverges is seen by its correction
            x, done, converged = self._settle(self._relaxed, right, np.zeros_like(right), MANY)
            if not converged:
                x, more, converged = accelerate(self._plain.sweep, self.change, right, TOLERANCE)
                done += more
            if not converged:
                start = np.where(np.isfinite(x), x, 0.0)
                x, more, converged = self._settle(self._plain, right, start, PATIENT)
                done += more
        return x[:, :count], done, converged

    def _settle(self, splitting: Splitting, right: Floats, x: Floats, most: int) -> tuple[Floats, int, bool]:
        check, done = FIRST_CHECK, 0
        earlier: tuple[int, float] | None = None
        while done < most:
            previous, x = x, splitting.sweep(right, x)
            done += 1
            if done < check:
                continue
            change = self.change(x, x - previous)
            if change <= TOLERANCE:
                return x, done, True
            expected = _sweeps_to_go(earlier, (done, change), most)
            if not np.isfinite(change) or (earlier is not None and done + expected > most):
                break
            earlier = (done, change)
            check = SECOND_CHECK if done < SECOND_CHECK else done + min(max(1, expected), STRIDE)
        return x, done, False


class _Splitting:
    """One sweep (I + ωL) y = ωb − ((ω−1)I + ωU) x.

    Acceleration wants ω = 1: there a sweep forgets all but the feedback, so few directions span what it can get
    wrong.
    """

    def __init__(self, inner: Rows, begin: Indices, relaxation: float) -> None:
        block = np.repeat(np.arange(len(begin) - 1), np.diff(begin))
        below = block[inner.indices] < block[rows_of(inner)]
        lower, against = kept(inner, below), kept(inner, ~below)
        lower.data *= relaxation
        against.data *= relaxation
        self._relaxation = relaxation
        self._lower: Rows = lower
        self._begin = begin
        self._against: Rows = against
        if relaxation != 1:
            slack = sparse.eye_array(inner.shape[0], format="csr") * (relaxation - 1)
            self._against = sparse.csr_array(against + slack)

    @cached_property
    def _blocks(self) -> list[tuple[int, int, Rows]]:
        return list(_stripes(self._lower, self._begin))

    @cached_property
    def _factors(self) -> Any:
        """SuperLU of the triangle as it stands, without pivoting or fill: one call instead of one a block.

        Of the transposed triangle, because popular suppliers make long rows, and SuperLU runs along columns.
        """
        triangle = sparse.csr_array(self._lower + sparse.eye_array(self._lower.shape[0], format="csr"))
        options = {"Equil": False, "SymmetricMode": True}
        return splu(triangle.T, permc_spec="NATURAL", diag_pivot_thresh=0.0, relax=1, panel_size=1, options=options)

    def sweep(self, right: Floats, x: Floats) -> Floats:
        """One sweep from ``x``, a new array."""
        y: Floats = self._relaxation * right - self._against @ x
        if y.shape[1] <= NARROW or len(self._begin) > DEEP:
            return np.asarray(self._factors.solve(y, trans="T"))
        for start, stop, stripe in self._blocks:
            y[start:stop] -= stripe @ y
        return y


def _sweeps_to_go(earlier: tuple[int, float] | None, now: tuple[int, float], most: int) -> int:
    """How many sweeps remain if the correction keeps shrinking at the pace since the earlier check."""
    if earlier is None or not now[1] < earlier[1]:
        return most
    pace = np.log(now[1] / earlier[1]) / (now[0] - earlier[0])
    return int(np.ceil(min(np.log(TOLERANCE / now[1]) / pace, float(most))))


def _stripes(matrix: Rows, begin: Indices) -> Iterator[tuple[int, int, Rows]]:
    """The blocks of rows that hold entries, as views on ``matrix``."""
    for start, stop in pairwise(begin.tolist()):
        first, last = int(matrix.indptr[start]), int(matrix.indptr[stop])
        if last > first:
            pointers = matrix.indptr[start : stop + 1] - first
            entries = (matrix.data[first:last], matrix.indices[first:last], pointers)
            yield start, stop, sparse.csr_array(entries, shape=(stop - start, matrix.shape[1]), copy=False)
