"""Small loops of a large system, closed exactly, so that what is left of it runs one way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from tanheng.engine.arrays import Columns, Floats, Indices, Rows, selected, spliced
from tanheng.engine.components import Components

SMALL = 32  # members up to which a loop is closed; larger ones are left to the solver
REGULAR = 1e-10  # an inverse that misses the identity by more than this, entry by entry, is not used


@dataclass(frozen=True, slots=True, eq=False)
class SmallLoops:
    """The small loops of **A**, and what closes them.

    With **D** the identity, but for the inverse of **A** inside every small loop, **A D** has no small loop any more, and
    A⁻¹ = D (A D)⁻¹.

    Attributes:
        members: (m,) processes in small loops, loop after loop.
        inverse: m × m CSR, block-diagonal: **D**ᵀ among the members. Rows are stored in full.
    """

    members: Indices
    inverse: Rows

    def before(self, right: Floats) -> Floats:
        """Dᵀq, what (A D)ᵀ p = Dᵀq needs."""
        made = right.copy()
        made[self.members] = self.inverse @ right[self.members]
        return made

    def after(self, values: Floats) -> Floats:
        """D s, from the s of A D s = f."""
        made = values.copy()
        made[self.members] = self.inverse.T @ values[self.members]
        return made

    def opened(self, A: Columns) -> Columns:
        """**A D** as CSC: **A** with the columns of the members combined, the identity inside their loops."""
        n, m = A.shape[0], len(self.members)
        loop = np.full(n, -1, dtype=np.intp)
        loop[self.members] = self.inverse.indices[self.inverse.indptr[:-1]]  # the first member tells the loop
        columns: Columns = selected(A, self.members)
        own = loop[columns.indices] == np.repeat(loop[self.members], np.diff(columns.indptr))
        columns.data[own] = 0.0
        columns.eliminate_zeros()
        identity = sparse.csc_array((np.ones(m), (self.members, np.arange(m))), shape=(n, m))
        combined: Columns = sparse.csc_array(columns @ self.inverse.T.tocsc() + identity)
        combined.sort_indices()
        return spliced(A, self.members, combined)

    def among(self, place: Indices) -> SmallLoops:
        """Those whose members have a ``place`` (n,) of 0 or more, under these numbers; a loop has it whole or not at all."""
        here = np.flatnonzero(place[self.members] >= 0)
        return SmallLoops(place[self.members[here]], self.inverse[here][:, here])


def close(parts: Components) -> SmallLoops:
    """The loops of 2 to 32 processes with their inverses; a loop whose inverse is inaccurate is left out.

    Elimination runs along the diagonal. Where nothing is avoided, nothing is subtracted from the off-diagonal entries, so
    the inverse is accurate entry by entry in any units.

    Args:
        parts: cyclic components of **Z**ᵀ.
    """
    members: list[Indices] = [np.empty(0, dtype=np.intp)]
    data, counts = [np.empty(0)], [np.empty(0, dtype=np.intp)]
    indices: list[Indices] = [np.empty(0, dtype=np.intp)]
    first = 0
    for numbers, blocks in parts.dense(parts.inside, np.arange(len(parts.sizes)), most=SMALL):
        size = blocks.shape[1]
        matrix = np.eye(size) - blocks
        inverse = inverted(matrix)
        good = _accurate(matrix, inverse)
        inverse, begin = inverse[good], parts.begin[numbers[good]]
        count = len(begin)
        members.append(parts.members[(begin[:, None] + np.arange(size)).ravel()])
        data.append(inverse.ravel())
        counts.append(np.full(count * size, size))
        own = first + size * np.arange(count)[:, None, None] + np.arange(size)[None, None, :]
        indices.append(np.broadcast_to(own, (count, size, size)).ravel())
        first += count * size
    pointers = np.concatenate(([0], np.cumsum(np.concatenate(counts))))
    entries = (np.concatenate(data), np.concatenate(indices), pointers)
    inverses: Rows = sparse.csr_array(entries, shape=(first, first))
    return SmallLoops(np.concatenate(members), inverses)


def inverted(blocks: Floats) -> Floats:
    """Inverses of matrices (b, s, s), by Gauss and Jordan along the diagonal; not finite where a pivot vanishes."""
    size = blocks.shape[1]
    work = np.concatenate((blocks, np.broadcast_to(np.eye(size), blocks.shape)), axis=2)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for k in range(size):
            work[:, k] /= work[:, k, k, None]
            factor = work[:, :, k].copy()
            factor[:, k] = 0.0
            work -= factor[:, :, None] * work[:, None, k]
    return work[:, :, size:]


def _accurate(matrix: Floats, inverse: Floats) -> Indices:
    """Which of the inverses are, entry by entry."""
    with np.errstate(invalid="ignore", over="ignore"):
        missing = np.abs(matrix @ inverse - np.eye(matrix.shape[1]))
        scale = np.abs(matrix) @ np.abs(inverse)
        return np.flatnonzero((missing <= REGULAR * scale).all(axis=(1, 2)))
