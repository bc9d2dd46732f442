"""Find what keeps a database from being calculated, and name the processes at fault (C11)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import maximum_bipartite_matching
from scipy.sparse.linalg import splu

from tanheng.engine.arrays import Columns, Floats, Rows, as_csc, at_fault, magnitude, requirements, rows_of, selected
from tanheng.engine.components import Components, components
from tanheng.engine.loops import Loop, loops_of, radii
from tanheng.errors import EngineError, Fault

REGULAR = 1 - 1e-6  # ρ(|Z|) below this proves that a component is regular
RANK = 1e-13  # smallest singular value, after scaling, below which a component counts as singular
SUPPORT = 1e-6  # share of the largest entry of a null vector from which on a process takes part


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Structural and numerical problems of a technosphere, as indices of rows (products) and columns (processes).

    Attributes:
        shape: rows and columns of A.
        empty_rows: products without any entry other than zero.
        empty_columns: processes without any.
        unmatched_rows: products left over by a largest pairing of products with processes; the matrix is singular
            whatever the amounts.
        unmatched_columns: processes left over.
        dependent_rows: products whose rows are linearly dependent with the amounts they have.
        dependent_columns: processes whose columns are.
        loops: all loops (:func:`tanheng.engine.loops`), productive or not; found only where the structure is sound.
    """

    shape: tuple[int, int]
    empty_rows: tuple[int, ...] = ()
    empty_columns: tuple[int, ...] = ()
    unmatched_rows: tuple[int, ...] = ()
    unmatched_columns: tuple[int, ...] = ()
    dependent_rows: tuple[int, ...] = ()
    dependent_columns: tuple[int, ...] = ()
    loops: tuple[Loop, ...] = ()

    @property
    def unproductive(self) -> tuple[Loop, ...]:
        """Loops with a spectral radius of 1 or more."""
        return tuple(loop for loop in self.loops if not loop.productive)

    @property
    def sound(self) -> bool:
        """Whether the system can be calculated."""
        return not self.faults()

    def faults(self) -> tuple[Fault, ...]:
        """Every problem as a fault, ``rows`` and ``columns`` among its parameters in full."""
        found = []
        if self.shape[0] != self.shape[1]:
            sizes = {"rows": self.shape[0], "columns": self.shape[1], "expected": self.shape[1]}
            found.append(Fault("TH-ENG-001", params={"name": "A", **sizes}))
        pairs = (
            ("TH-ENG-005", self.empty_rows, self.empty_columns),
            ("TH-ENG-007", self.unmatched_rows, self.unmatched_columns),
            ("TH-ENG-006", self.dependent_rows, self.dependent_columns),
        )
        found += [Fault(code, params=at_fault(rows=r, columns=c)) for code, r, c in pairs if r or c]
        for loop in self.unproductive:
            params = at_fault(columns=loop.members)
            params |= {"rows": loop.members, "size": len(loop.members), "radius": f"{loop.radius:.6g}"}
            found.append(Fault("TH-ENG-008", params=params))
        return tuple(found)


def check(A: Any) -> Diagnosis:
    """Diagnose **A** and refuse it where it cannot be calculated (C11).

    Returns:
        The diagnosis of a sound system.

    Raises:
        EngineError: one fault for each problem: TH-ENG-001 not square, -005 empty rows or columns, -006 singular by
            its amounts, -007 singular by its structure, -008 a loop with spectral radius ≥ 1.

    >>> import numpy as np
    >>> check(np.array([[1.0, -0.2], [0.0, 1.0]])).sound
    True
    """
    found = diagnose(A)
    if faults := found.faults():
        raise EngineError.of(faults)
    return found


def diagnose(A: Any) -> Diagnosis:
    """Find the problems of **A** (p × n, usually square) without raising.

    Later questions are asked only where the earlier ones leave sense in them: shape, then empty rows and columns,
    then pairing (largest bipartite matching), then loops, then linear dependence. A component is proved regular by
    ρ(|Z|) < 1 where possible; only the others, which hold credits, are factorised.

    >>> import numpy as np
    >>> diagnose(np.array([[1.0, -2.0], [-1.0, 1.0]])).unproductive[0].members
    (0, 1)
    """
    matrix = as_csc(A)
    if (matrix.data == 0).any():
        matrix = matrix.copy()
        matrix.eliminate_zeros()
    rows, columns = matrix.shape
    empty_rows = _indices(np.bincount(matrix.indices, minlength=rows) == 0)
    empty_columns = _indices(np.diff(matrix.indptr) == 0)
    shape = (int(rows), int(columns))
    if rows != columns or empty_rows or empty_columns:
        return Diagnosis(shape, empty_rows, empty_columns)
    unmatched_rows, unmatched_columns = _unmatched(matrix)
    if unmatched_rows:
        return Diagnosis(shape, unmatched_rows=unmatched_rows, unmatched_columns=unmatched_columns)
    parts = components(requirements(matrix))
    found = loops_of(parts)
    dependent_rows, dependent_columns = dependent(matrix, parts, found)
    return Diagnosis(shape, dependent_rows=dependent_rows, dependent_columns=dependent_columns, loops=found)


def _indices(mask: Any) -> tuple[int, ...]:
    return tuple(int(i) for i in np.flatnonzero(mask))


def _unmatched(matrix: Columns) -> tuple[tuple[int, ...], tuple[int, ...]]:
    if (matrix.diagonal() != 0).all():  # paired as they stand (C09)
        return (), ()
    partner = maximum_bipartite_matching(matrix.tocsr(), perm_type="column")
    taken = np.zeros(matrix.shape[1], dtype=np.bool_)
    taken[partner[partner >= 0]] = True
    return _indices(partner < 0), _indices(~taken)


def dependent(matrix: Columns, parts: Components, found: tuple[Loop, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Rows and columns of null vectors by component; det A is the product of the determinants of its components.

    Args:
        matrix: **A**, CSC.
        parts: its cyclic components.
        found: their loops, in the same order. One that is not productive is left out: it is refused already.
    """
    rows: list[int] = []
    columns: list[int] = []
    for component in _unproved(parts, found).tolist():
        members = parts.members[parts.begin[component] : parts.begin[component + 1]]
        left, right = _null_vectors(selected(matrix, members).tocsr()[members])
        rows += [int(i) for i in members[left]]
        columns += [int(i) for i in members[right]]
    return tuple(sorted(rows)), tuple(sorted(columns))


def _unproved(parts: Components, found: tuple[Loop, ...]) -> Any:
    """Numbers of the productive components with credits for which ρ(|Z|) < 1 does not prove that they are regular.

    Without credits Z = Z⁺, so a productive loop is regular however close to 1 its radius is (Hawkins and Simon).
    """
    productive = np.array([loop.productive for loop in found], dtype=np.bool_)
    number = np.repeat(np.arange(len(found)), parts.sizes)[rows_of(parts.inside)]
    credit = np.zeros(len(found), dtype=np.bool_)
    credit[number[parts.inside.data < 0]] = True
    with_credits = np.flatnonzero(credit & productive & (parts.sizes > 1))
    return with_credits[radii(parts, magnitude(parts.inside), with_credits) >= REGULAR]


def _null_vectors(block: Any) -> tuple[Any, Any]:
    """Where the left and right null vectors of a square block live; empty masks if it is regular.

    The block is scaled (rows, then columns, to a largest entry of 1) so that units do not pass for dependence; then
    inverse iteration finds the smallest singular value.
    """
    scaled: Rows = sparse.csr_array(block)
    for axis in (1, 0):
        largest = abs(scaled).max(axis=axis).toarray().ravel()
        factor = sparse.diags_array(1 / largest)
        scaled = sparse.csr_array(factor @ scaled if axis == 1 else scaled @ factor)
    n = scaled.shape[0]
    try:
        factors: Any = splu(scaled.T.tocsc())
    except RuntimeError:  # exactly singular: a step below RANK off the singular point
        factors = splu((scaled + sparse.eye_array(n) * (RANK / 10)).T.tocsc())
    start = 1 + np.arange(n) / n  # not orthogonal to a null vector but by bad luck
    right: Floats = start
    smallest = 1.0
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(4):
            left = factors.solve(right / np.linalg.norm(right), trans="N")
            right = factors.solve(left / np.linalg.norm(left), trans="T")
            smallest = 1 / float(np.linalg.norm(right))
    if not smallest > RANK:
        return _support(left), _support(right)
    nothing = np.zeros(n, dtype=np.bool_)
    return nothing, nothing


def _support(vector: Floats) -> Any:
    size = np.abs(vector)
    return size > SUPPORT * size.max()
