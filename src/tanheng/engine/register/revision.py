"""Products that are added, replaced by new versions, or withdrawn, and what that moves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse

from tanheng.engine.arrays import Columns, Floats, Indices, Mask, at_fault, selected, spliced
from tanheng.engine.register.graph import Pinned, RegisterGraph, amounts_of, known_of, of_width, touched, vector_of
from tanheng.engine.register.register import Register
from tanheng.engine.register.results import Effect, RegisterFootprints
from tanheng.errors import EngineError

NOISE = 1e-12  # a push below this share of what adds up to it is the rounding of the footprints before


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Revision:
    """New versions of some products, as columns, and withdrawals.

    Attributes:
        products: (m,) numbers of the products that get a new version, each once; new ones are n, n + 1, … without a gap.
            A product that had been withdrawn and gets a version is there again.
        references: n' × m with n' the number of products afterwards; amount of product i per unit.
        uses: f' × m with f' ≥ f; further rows are factors that are new to the register.
        own: (m, k), direct emissions per unit; (m,) for one value.
        pinned: references to published figures, v' × m; none by default.
        open: (m,), whether a reference leads to nothing; none by default.
        withdrawn: numbers of the products that are withdrawn.
    """

    products: Indices
    references: Columns
    uses: Columns
    own: Floats
    pinned: Pinned = field(default_factory=lambda: Pinned.none(0, 0))
    open: Mask = field(default_factory=lambda: np.empty(0, np.bool_))
    withdrawn: Indices = field(default_factory=lambda: np.empty(0, np.intp))

    @classmethod
    def withdrawal(cls, graph: RegisterGraph, products: Any) -> Revision:
        """Withdraw ``products``, change nothing else."""
        return cls(
            products=np.empty(0, np.intp),
            references=sparse.csc_array((graph.products, 0)),
            uses=sparse.csc_array((graph.factors, 0)),
            own=np.empty((0, graph.values)),
            withdrawn=np.asarray(products, dtype=np.intp),
        )


def revise(graph: RegisterGraph, revision: Revision) -> RegisterGraph:
    """The register after a revision; the one before stays as it is.

    Raises:
        EngineError: TH-ENG-061 for numbers that occur twice, leave a gap or are not in the register; those of
            :class:`RegisterGraph`.

    >>> graph = RegisterGraph(references=[[0, 0.5], [0, 0]], uses=[[2.0, 0.0]], own=[1.0, 0.25])
    >>> third = Revision(products=[2], references=[[0.0], [3.0], [0.0]], uses=[[0.0]], own=[0.0])
    >>> revise(graph, third).references.toarray().tolist()
    [[0.0, 0.5, 0.0], [0.0, 0.0, 3.0], [0.0, 0.0, 0.0]]
    """
    products, gone = (np.asarray(given, dtype=np.intp).ravel() for given in (revision.products, revision.withdrawn))
    count, m = graph.products + int((products >= graph.products).sum()), len(products)
    _refuse_numbers(products, gone, graph.products, count)
    references = of_width(amounts_of(revision.references, "references"), m, "references")
    uses = of_width(amounts_of(revision.uses, "uses"), m, "uses")
    own = known_of(revision.own, m, "own")
    return RegisterGraph(
        references=spliced(graph.references, products, _taller(references, count)),
        uses=spliced(graph.uses, products, _taller(uses, graph.factors)),
        own=_replaced(graph.own, products, own, count),
        pinned=_pinned(graph, revision, products),
        withdrawn=_withdrawn(graph, products, gone, count),
        open=_replaced(graph.open, products, vector_of(revision.open, m, "open", default=False), count),
    )


def revised(
    register: Register, before: RegisterFootprints, revision: Revision, factors: Any = None
) -> tuple[Register, Effect]:
    """The register after a revision, and what it moved, carried forward from the footprints before.

    The footprints before miss the new system only in the columns that changed: push = q' − A'ᵀp there. The change is solved
    from that, on the products that depend on one; new loops can lie nowhere else, and are refused with their members named.

    Args:
        register: before the revision.
        before: its footprints.
        revision: what changes.
        factors: (f', k) values, where the revision brings new factors; those of ``before`` by default.

    Raises:
        EngineError: as :func:`revise` and :attr:`Register.system`; TH-ENG-003 where factors are new and no values are given.
    """
    register.refuse_foreign(before)
    new = revise(register.graph, revision)
    after = Register(new)
    phi = after.factor_values(before.factors if factors is None else factors)
    other = _other_factors(before.factors, phi)
    pushed = np.flatnonzero(_changed(register.graph, new, revision) | (touched(new.uses, other) & ~new.withdrawn))
    push = _push(after, before, phi, pushed)
    return after, after.moved(before, phi, pushed=pushed, push=push, changed_factors=np.flatnonzero(other))


def _changed(old: RegisterGraph, new: RegisterGraph, revision: Revision) -> Mask:
    """Products whose column is another one: revised, withdrawn or back, or with a supplier that is one of these two."""
    status = new.withdrawn.copy()
    status[: old.products] ^= old.withdrawn
    status[old.products :] = False
    changed = status | (touched(new.references, status) & ~new.withdrawn)
    changed[np.asarray(revision.products, dtype=np.intp)] = True
    return changed


def _other_factors(before: Floats, now: Floats) -> Mask:
    """Factors that were there before with another value."""
    both = now[: len(before)]
    other = np.zeros(len(now), dtype=np.bool_)
    other[: len(before)] = ~((both == before) | (np.isnan(both) & np.isnan(before))).all(axis=1)
    return other


def _push(after: Register, before: RegisterFootprints, factors: Floats, pushed: Indices) -> Floats:
    """q' − A'ᵀp in the columns ``pushed``; exactly zero where the column says the same as before."""
    known = np.zeros((after.graph.products, after.graph.values))
    known[: len(before.values)] = np.nan_to_num(before.values)
    columns: Columns = selected(after.graph.linked(), pushed)
    own = after.burdens(factors, pushed)
    push = own + columns.T @ known - known[pushed]
    scale = np.abs(own) + abs(columns).T @ np.abs(known) + np.abs(known[pushed])
    return np.asarray(np.where(np.abs(push) > NOISE * scale, push, 0.0))


def _taller(matrix: Columns, rows: int) -> Columns:
    """The same matrix with empty rows below, at least ``rows`` in all."""
    return sparse.csc_array(
        (matrix.data, matrix.indices, matrix.indptr), shape=(max(rows, matrix.shape[0]), matrix.shape[1])
    )


def _replaced(values: Any, at: Indices, made: Any, length: int) -> Any:
    """``values`` with ``made`` at the numbers ``at``, which may go up to ``length``."""
    result = np.zeros((length, *values.shape[1:]), dtype=values.dtype)
    result[: len(values)] = values
    result[at] = made
    return result


def _withdrawn(graph: RegisterGraph, products: Indices, gone: Indices, count: int) -> Mask:
    made: Mask = _replaced(graph.withdrawn, products, np.zeros(len(products), dtype=np.bool_), count)
    made[gone] = True
    return made


def _pinned(graph: RegisterGraph, revision: Revision, products: Indices) -> Pinned:
    """The versions that there were, without what replaced products held of them, and those of the revision below."""
    old, width = graph.pinned, len(products)
    more = revision.pinned if revision.pinned.amounts.shape[0] else Pinned.none(width, graph.values)
    below = of_width(more.amounts, width, "pinned")
    versions = old.amounts.shape[0]
    shape = (versions + below.shape[0], width)
    new: Columns = sparse.csc_array((below.data, below.indices + versions, below.indptr), shape=shape)
    if more.values.shape[1] != graph.values:
        raise EngineError("TH-ENG-060", name="pinned values", columns=more.values.shape[1], expected=graph.values)
    return Pinned(
        amounts=spliced(old.amounts, products, new),
        values=np.concatenate((old.values, more.values)),
        complete=np.concatenate((old.complete, more.complete)),
        products=np.concatenate((old.products, more.products)),
        factors=np.concatenate((old.factors, more.factors)),
    )


def _refuse_numbers(products: Indices, gone: Indices, before: int, after: int) -> None:
    """Raise for numbers that name no product, or two."""
    both = np.concatenate((products, gone))
    number, times = np.unique(both, return_counts=True)
    bad = number[(times > 1) | (number < 0) | (number >= after)]
    withdrawn_new = np.intersect1d(gone, np.arange(before, after))
    if bad.size or withdrawn_new.size:
        raise EngineError("TH-ENG-061", **at_fault(products=np.union1d(bad, withdrawn_new)))
