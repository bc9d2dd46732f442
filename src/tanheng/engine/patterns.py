"""What the pattern of a product system says without solving it: who depends on whom, and which columns are the same."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from tanheng.engine.arrays import Columns, Indices, Mask, Rows, requirements

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
    takes: Rows = abs(requirements(A)).T.tocsr()
    reached = np.asarray(start, dtype=np.bool_).copy()
    front = reached
    while front.any():
        front = (takes @ front.astype(np.float64) > 0) & ~reached
        reached = reached | front
    return reached


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
    for j in range(parts[0].shape[1]):
        key: tuple[bytes, ...] = ()
        for part in parts:
            inside = slice(part.indptr[j], part.indptr[j + 1])
            key += (part.indices[inside].tobytes(), part.data[inside].tobytes())
        if any(key):
            groups.setdefault(key, []).append(j)
    return tuple(np.array(group, dtype=np.intp) for group in groups.values() if len(group) > 1)


def _rounded(matrix: Any) -> Columns:
    """A copy in canonical form, without zeros, with numbers of nine significant digits."""
    made: Columns = sparse.csc_array(matrix, dtype=np.float64, copy=True)
    made.sum_duplicates()
    made.eliminate_zeros()
    power = np.floor(np.log10(np.abs(made.data)))
    scale = 10.0 ** np.clip(_DIGITS - 1 - power, -300, 300)
    made.data = np.round(made.data * scale) / scale
    return made
