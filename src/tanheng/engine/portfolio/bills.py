"""Bills of materials as sparse rows, and what they come to in every sample."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse

from tanheng.engine.arrays import Floats, Rows, at_fault
from tanheng.engine.montecarlo.kernels import KernelName, resolved
from tanheng.errors import EngineError

PANEL = 256
"""Bytes of each product's samples that are worked on at a time: all products stay in the second- and third-level caches."""

Samples: TypeAlias = npt.NDArray[Any]  # float32 or float64


@dataclass(frozen=True)
class Bills:
    """What s studies take of r background products, in compressed rows; e entries, those of a study by product.

    Attributes:
        pointers: (s + 1,) where the entries of each study begin.
        products: (e,) indices of products.
        amounts: (e,) in the unit of the product.
        width: r.
    """

    pointers: npt.NDArray[np.int64]
    products: npt.NDArray[np.int32]
    amounts: Floats
    width: int

    @classmethod
    def of(cls, matrix: Any) -> Bills:
        """Bills from any sparse or dense matrix (s × r); entries of the same place are added up.

        Raises:
            EngineError: TH-ENG-002 where an amount is not finite.
        """
        rows = sparse.csr_array(matrix, dtype=np.float64)
        if not rows.has_canonical_format:
            rows = rows.copy()
            rows.sum_duplicates()
        if not np.isfinite(rows.data).all():
            entries = np.flatnonzero(~np.isfinite(rows.data))
            studies = np.searchsorted(rows.indptr, entries, side="right") - 1
            raise EngineError("TH-ENG-002", name="bills", **at_fault(rows=np.unique(studies)))
        pointers, products = rows.indptr.astype(np.int64), rows.indices.astype(np.int32)
        return cls(pointers, products, rows.data, int(rows.shape[1]))

    @property
    def studies(self) -> int:
        """s."""
        return len(self.pointers) - 1

    @cached_property
    def matrix(self) -> Rows:
        """The bills as a SciPy matrix on the same memory."""
        return sparse.csr_array((self.amounts, self.products, self.pointers), shape=(self.studies, self.width))

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key != "matrix"}


def totals(bills: Bills, samples: Samples, *, threads: int = 1, kernel: KernelName = "auto") -> Samples:
    """T = bills · Y: every study in every sample, with the correlation that common products give (C18).

    Args:
        samples: Y (r × d), float64 or float32; sums have its type. A study's sum runs over its products in order, so it does
            not depend on which other studies there are.
        threads: share the draws.
        kernel: ``auto``, ``fast`` (compiled) or ``plain`` (SciPy); the same sums in the same order.

    Returns:
        (s × d), of the type of ``samples``.

    Raises:
        EngineError: TH-ENG-003 samples of another number of products, TH-ENG-022 and TH-ENG-023 as of
            :func:`tanheng.engine.montecarlo.kernels.resolved`.

    >>> bills = Bills.of([[2.0, 0.0], [1.0, 3.0]])
    >>> totals(bills, np.array([[1.0, 1.5], [10.0, 20.0]])).tolist()
    [[2.0, 3.0], [31.0, 61.5]]
    """
    if samples.ndim != 2 or len(samples) != bills.width:
        raise EngineError("TH-ENG-003", name="samples", shape=samples.shape, length=bills.width)
    if samples.dtype != np.float32:
        samples = samples.astype(np.float64, copy=False)
    found = np.empty((bills.studies, samples.shape[1]), dtype=samples.dtype)
    work = _Fast(bills, samples, found) if resolved(kernel) == "fast" else _Plain(bills, samples, found)
    step = PANEL // samples.itemsize
    starts = range(0, samples.shape[1], step)
    if threads <= 1 or len(starts) < 2:
        for start in starts:
            work.panel(start, start + step)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda start: work.panel(start, start + step), starts))
    return found


class _Fast:
    """Compiled loops over a panel of draws that lies together in memory."""

    def __init__(self, bills: Bills, samples: Samples, found: Samples) -> None:
        self.bills, self.samples, self.found = bills, samples, found
        self.amounts = bills.amounts.astype(samples.dtype)

    def panel(self, first: int, last: int) -> None:
        """Fill the draws ``first`` … ``last − 1``."""
        from tanheng.engine.portfolio.fast import charge

        b, part = self.bills, np.ascontiguousarray(self.samples[:, first:last])
        sums = np.empty((b.studies, part.shape[1]), dtype=part.dtype)
        charge(b.pointers, b.products, self.amounts, part, sums)
        self.found[:, first:last] = sums


class _Plain:
    """The same with SciPy."""

    def __init__(self, bills: Bills, samples: Samples, found: Samples) -> None:
        self.matrix, self.samples, self.found = bills.matrix.astype(samples.dtype), samples, found

    def panel(self, first: int, last: int) -> None:
        """Fill the draws ``first`` … ``last − 1``."""
        self.found[:, first:last] = self.matrix @ np.ascontiguousarray(self.samples[:, first:last])
