"""Strongly connected components of a product system: what needs what, round and round."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from tanheng.engine.arrays import Floats, Indices, Rows, kept, rows_of, selected

OWN = 1e-12  # own use below this is the rounding of a reference amount
ROOM = 1 << 22  # numbers in one batch of dense blocks, 32 MB


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """The cyclic components of **Z**: several processes that all need one another, or one that uses its own product.

    Attributes:
        members: (m,) processes, component after component, ascending inside each; components by their first member.
        begin: (c + 1,) where each component begins in ``members``, and m.
        inside: m × m CSR, the links inside the components in the order of ``members``: block-diagonal.
    """

    members: Indices
    begin: Indices
    inside: Rows

    @property
    def sizes(self) -> Indices:
        """(c,) members of each component."""
        return np.diff(self.begin)

    def block(self, component: int) -> Rows:
        """Links inside one component, CSR."""
        part = slice(int(self.begin[component]), int(self.begin[component + 1]))
        return self.inside[part, part]

    def dense(self, matrix: Rows, which: Indices, *, most: int) -> Iterator[tuple[Indices, Floats]]:
        """Components of 2 to ``most`` members, those of one size together: their numbers (b,) and blocks (b, s, s).

        Args:
            matrix: m × m CSR, block-diagonal like ``inside``.
            which: numbers of the components that are wanted.
            most: larger components are left out.
        """
        sizes, row = self.sizes, rows_of(matrix)
        block = np.repeat(np.arange(len(sizes)), sizes)[row]
        place = np.full(len(sizes), -1)
        for size in np.unique(sizes[which]).tolist():
            if not 1 < size <= most:
                continue
            of_size, batch = which[sizes[which] == size], max(1, ROOM // size**2)
            for first in range(0, len(of_size), batch):
                numbers = of_size[first : first + batch]
                place[numbers] = np.arange(len(numbers))
                entry = np.flatnonzero(place[block] >= 0)
                at = block[entry]
                made = np.zeros((len(numbers), size, size))
                i, j = row[entry] - self.begin[at], matrix.indices[entry] - self.begin[at]
                made[place[at], i, j] = matrix.data[entry]
                place[numbers] = -1
                yield numbers, made


def components(Z: Rows) -> Components:
    """The cyclic components of **Z** (n × n CSR, without stored zeros); links of both signs count.

    >>> from scipy import sparse
    >>> components(sparse.csr_array([[0.0, 0.4, 0.0], [0.9, 0.0, 0.0], [1.0, 0.0, 0.0]])).members
    array([0, 1])
    """
    n = Z.shape[0]
    count, label = connected_components(Z, directed=True, connection="strong")
    size = np.bincount(label, minlength=count)
    cyclic = size[label] > 1
    cyclic |= Z.diagonal() > OWN
    members = np.flatnonzero(cyclic)
    numbered, first = np.unique(label[members], return_index=True)
    rank = np.empty(count, dtype=np.intp)
    rank[numbered] = np.argsort(np.argsort(first))  # components by their first member
    by_component = np.argsort(rank[label[members]], kind="stable")
    members = members[by_component]
    part = rank[label[members]]
    place = np.full(n, -1, dtype=np.intp)
    place[members] = np.arange(len(members))
    rows: Rows = selected(Z, members)
    to = place[rows.indices]
    keep = (to >= 0) & (label[rows.indices] == label[members][rows_of(rows)])
    links = kept(rows, keep)
    shape = (len(members), len(members))
    inside: Rows = sparse.csr_array((links.data, to[keep].astype(links.indices.dtype), links.indptr), shape=shape)
    inside.sort_indices()
    begin = np.concatenate(([0], np.cumsum(np.bincount(part, minlength=len(numbered)))))
    return Components(members, begin.astype(np.intp), inside)
