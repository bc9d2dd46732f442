"""What the pattern of a product system says without solving it: who depends on whom, and which columns are the same."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from tanheng.engine.arrays import Columns, Indices, Mask, Rows, distinct, kept, neighbours

_DIGITS = 9


def dependants(A: Any, start: Any) -> Mask:
    """Processes whose supply chain holds one of ``start``, and these themselves.

    j depends on i where z_ij ≠ 0, or where j depends on something that does; credits count as links, too.

    Args:
        A: n × n, **A** = I − Z (C09).
        start: n booleans.

    Returns:
        (n,) booleans.

    >>> import numpy as np
    >>> dependants(np.array([[1.0, -0.2, 0.0], [0.0, 1.0, -0.3], [0.0, 0.0, 1.0]]), np.array([False, True, False]))
    array([False,  True,  True])
    """
    links: Rows = sparse.csr_array(A, dtype=np.float64)  # row i: who takes product i
    if (links.data == 0).any():
        links = kept(links, links.data != 0)
    return reached(links, np.flatnonzero(start))


def reached(links: Rows, start: Indices) -> Mask:
    """Nodes that ``start`` reaches along the links (from its row to its columns) of an n × n CSR array, and ``start``."""
    found = np.zeros(links.shape[0], dtype=np.bool_)
    found[start] = True
    mark = np.empty(links.shape[0], dtype=np.intp)
    front = np.asarray(start, dtype=np.intp)
    while front.size:
        near = neighbours(links, front)
        front = distinct(near[~found[near]], mark)
        found[front] = True
    return found


def same_columns(*matrices: Any) -> tuple[Indices, ...]:
    """Groups of columns that hold the same numbers in every one of ``matrices``, to nine significant digits.

    Columns without any entry are no group: nothing is the same in them. Two numbers that differ by less than the ninth
    digit may still fall on two sides of a rounding border, so a pair can be missed; none is made up beyond that accuracy.

    Args:
        matrices: each with n columns.

    Returns:
        Groups of two or more ascending column indices, by their first.

    >>> import numpy as np
    >>> [list(map(int, group)) for group in same_columns(np.array([[1.0, 2.0, 1.0], [0.0, 0.5, 0.0]]))]
    [[0, 2]]
    """
    parts = [_rounded(matrix) for matrix in matrices]
    groups: dict[tuple[bytes, ...], list[int]] = {}
    for j in _alike(parts).tolist():
        key: tuple[bytes, ...] = ()
        for part in parts:
            inside = slice(part.indptr[j], part.indptr[j + 1])
            key += (part.indices[inside].tobytes(), part.data[inside].tobytes())
        groups.setdefault(key, []).append(j)
    return tuple(np.array(group, dtype=np.intp) for group in groups.values() if len(group) > 1)


def _alike(parts: list[Columns]) -> Indices:
    """Columns with entries whose sum of hashes another column has, too: the same ones, and hardly any others."""
    total = np.zeros(parts[0].shape[1], dtype=np.uint64)
    filled = np.zeros(parts[0].shape[1], dtype=np.bool_)
    for number, part in enumerate(parts):
        place = part.indices.astype(np.uint64) * np.uint64(len(parts)) + np.uint64(number + 1)
        mixed = _mixed(_mixed(place) ^ part.data.view(np.uint64))
        running = np.concatenate((np.zeros(1, dtype=np.uint64), np.cumsum(mixed)))
        total += running[part.indptr[1:]] - running[part.indptr[:-1]]
        filled |= np.diff(part.indptr) > 0
    columns = np.flatnonzero(filled)
    _, group, count = np.unique(total[columns], return_inverse=True, return_counts=True)
    return np.asarray(columns[count[group] > 1])


def _mixed(bits: Any) -> Any:
    """Steele, Lea and Flood's finaliser (splitmix64): spreads every bit over all."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))


def _rounded(matrix: Any) -> Columns:
    """A copy in canonical form, without zeros, with numbers of nine significant digits."""
    made: Columns = sparse.csc_array(matrix, dtype=np.float64, copy=True)
    made.sum_duplicates()
    made.eliminate_zeros()
    power = np.floor(np.log10(np.abs(made.data)))
    scale = 10.0 ** np.clip(_DIGITS - 1 - power, -300, 300)
    made.data = np.round(made.data * scale) / scale
    return made
