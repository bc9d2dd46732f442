"""Array types and small sparse helpers that the engine's modules share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse

from tanheng.errors import EngineError

Floats: TypeAlias = npt.NDArray[np.float64]
Indices: TypeAlias = npt.NDArray[np.intp]
Mask: TypeAlias = npt.NDArray[np.bool_]
Columns: TypeAlias = Any  # sparse.csc_array; Any, because the stubs know neither A @ x nor A.T
Rows: TypeAlias = Any  # sparse.csr_array

LANES = 16
"""Samples, or right-hand sides, side by side in the fast kernel: one or two vector registers."""


def as_csc(matrix: Any) -> Columns:
    """``matrix`` as a canonical float64 CSC array (sorted, no duplicates), on the same memory where it already is one.

    Nothing is written into the arrays that are passed in, so they may be read-only memory maps. Store indices as int32:
    SciPy would copy wider ones.
    """
    if getattr(matrix, "format", "") == "csc" and matrix.dtype == np.float64:
        made: Columns = sparse.csc_array((matrix.data, matrix.indices, matrix.indptr), shape=matrix.shape, copy=False)
    else:
        made = sparse.csc_array(matrix, dtype=np.float64)
    if not made.has_canonical_format:
        made = made.copy()
        made.sum_duplicates()
    return made


def as_columns(values: Any, length: int, name: str) -> Floats:
    """A vector (n,) or matrix (n, k) as float64 (n, k).

    Raises:
        EngineError: TH-ENG-003 where the length differs, TH-ENG-002 where a value is not finite.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim not in (1, 2) or array.shape[0] != length:
        raise EngineError("TH-ENG-003", name=name, shape=array.shape, length=length)
    columns = array.reshape(length, -1)
    finite = np.isfinite(columns)
    if not finite.all():
        rows = np.flatnonzero(~finite.all(axis=1))
        raise EngineError("TH-ENG-002", name=name, **at_fault(rows=rows))
    return columns


def at_fault(**indices: Iterable[int]) -> dict[str, Any]:
    """Error parameters: every named set of indices in full, and ``shown``, the first few of them as text."""
    params: dict[str, Any] = {name: tuple(int(i) for i in found) for name, found in indices.items()}
    params["shown"] = "; ".join(f"{name} {_some(found)}" for name, found in params.items())
    return params


def _some(indices: tuple[int, ...], most: int = 8) -> str:
    head = ", ".join(str(i) for i in indices[:most])
    return f"{head} … ({len(indices)})" if len(indices) > most else head


def rows_of(matrix: Rows) -> Indices:
    """The row index of every stored entry of a CSR array."""
    return np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))


def kept(matrix: Rows, keep: Mask) -> Rows:
    """The entries of a CSR array where ``keep`` is true, in the same order; quicker than going through COO."""
    before = np.concatenate(([0], np.cumsum(keep)))
    return sparse.csr_array((matrix.data[keep], matrix.indices[keep], before[matrix.indptr]), shape=matrix.shape)


def neighbours(matrix: Rows, nodes: Indices) -> Indices:
    """The column indices in the rows ``nodes``, one after the other, with repetitions."""
    return np.asarray(matrix.indices[entries_of(matrix, nodes)], dtype=np.intp)


def entries_of(matrix: Rows, nodes: Indices) -> Indices:
    """Where the entries of the rows ``nodes`` are stored, row after row (of a CSC array: the columns ``nodes``)."""
    start = matrix.indptr[nodes].astype(np.intp)
    count = matrix.indptr[nodes + 1].astype(np.intp) - start
    offset = np.repeat(start - np.concatenate(([0], np.cumsum(count)[:-1])), count)
    return np.asarray(offset + np.arange(count.sum()), dtype=np.intp)


def distinct(nodes: Indices, mark: Indices) -> Indices:
    """``nodes`` without repetitions, unsorted; quicker than sorting. ``mark`` is room for a number a node, any content."""
    turn = np.arange(len(nodes))
    mark[nodes] = turn
    return np.asarray(nodes[mark[nodes] == turn])


def selected(matrix: Rows, nodes: Indices) -> Rows:
    """The rows ``nodes`` of a CSR array, in that order (of a CSC array: its columns)."""
    at = entries_of(matrix, nodes)
    begin = np.concatenate(([0], np.cumsum(np.diff(matrix.indptr)[nodes]))).astype(matrix.indptr.dtype)
    across = matrix.shape[1] if matrix.format == "csr" else matrix.shape[0]
    shape = (len(nodes), across) if matrix.format == "csr" else (across, len(nodes))
    return type(matrix)((matrix.data[at], matrix.indices[at], begin), shape=shape)


def narrow(matrix: Columns) -> Columns:
    """The same CSC array with indices of 32 bits where they fit: half of the memory, and of the time to read it."""
    wide = matrix.indices.dtype != np.int32 or matrix.indptr.dtype != np.int32
    if not wide or max(*matrix.shape, matrix.nnz) > np.iinfo(np.int32).max:
        return matrix
    entries = (matrix.data, matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32))
    return sparse.csc_array(entries, shape=matrix.shape)


def spliced(matrix: Columns, columns: Indices, made: Columns) -> Columns:
    """``matrix`` (CSC) with ``made`` in place of its ``columns``; numbers from its width on are appended, without a gap.

    Both have the rows of ``made``, which may be more than there were.
    """
    width = matrix.shape[1]
    pick = np.arange(max(width, int(columns.max(initial=-1)) + 1))
    pick[columns] = width + np.arange(len(columns))
    entries = (
        np.concatenate((matrix.data, made.data)),
        np.concatenate((matrix.indices, made.indices)),
        np.concatenate((matrix.indptr, matrix.indptr[-1] + made.indptr[1:])),
    )
    both: Columns = sparse.csc_array(entries, shape=(made.shape[0], width + made.shape[1]))
    return selected(narrow(both), pick)


def magnitude(matrix: Any) -> Any:
    """|A| entry by entry, sharing the index arrays of ``matrix`` (CSC or CSR)."""
    return type(matrix)((np.abs(matrix.data), matrix.indices, matrix.indptr), shape=matrix.shape, copy=False)


def requirements(A: Any) -> Rows:
    """**Z** = I − **A** as CSR without stored zeros (C09); entry z_ij is what process j needs of product i."""
    matrix = sparse.csr_array(A, dtype=np.float64)
    Z: Rows = sparse.csr_array(sparse.eye_array(matrix.shape[0], format="csr") - matrix)
    Z.eliminate_zeros()
    return Z
