"""What Monte Carlo needs of a system, put in order once: the processes that matter, scaled, suppliers first.

Rows are scaled by the gross footprint of their product: with x = p / P the coefficient of a link is the share of the
supplier in the footprint of its consumer. Values stay near 1 whatever the units, so single precision holds them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from tanheng.engine.arrays import Columns, Floats, Indices, Mask, Rows, neighbours
from tanheng.engine.montecarlo.draws import Draws, Singles, draws_of
from tanheng.engine.montecarlo.model import UncertainSystem, bases
from tanheng.engine.montecarlo.spreads import Spreads
from tanheng.engine.solve.order import Order
from tanheng.engine.solver import Solver
from tanheng.errors import EngineError

ROUNDS = 40  # of the gross footprint where the gross system is not productive


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """Links by consumer, in compressed rows: r rows, e links, k methods.

    Attributes:
        pointers: (r + 1,) where the links of each row begin.
        suppliers: (e,) positions.
        coefficients: (k, e) scaled.
    """

    pointers: Indices
    suppliers: npt.NDArray[np.int32]
    coefficients: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Varying:
    """Entries that belong to rows but are no links to others: own use, and emissions.

    Attributes:
        rows: (e,) positions, ascending.
        coefficients: (k, e) scaled.
    """

    rows: Indices
    coefficients: Floats


@dataclass(frozen=True, eq=False)
class Plan:
    """A system laid out for sampling: n processes in their order (suppliers first), k methods.

    Rows ``core[0]:core[1]`` are cyclic. Links among them are ``inner``, with positions counted from ``core[0]``; all others
    are ``outer``, and run from an earlier row to a later one.

    Attributes:
        sequence: (n,) process at each position.
        scale: (k, n) P, gross footprint of each; the result is x·P.
        burdens: (k, n) certain part of the direct score.
        inner, inner_varying, outer, outer_varying: links with certain amounts and with varying ones.
        own: varying own use. Certain own use is worked into the rows.
        emissions: varying parts of the direct score.
        technosphere: draws of ``outer_varying``, ``inner_varying`` and ``own``, in this order.
        biosphere: draws of ``emissions``.
        products: (r,) positions of the products asked for.
    """

    seed: int
    sequence: Indices
    core: tuple[int, int]
    scale: Floats
    burdens: Floats
    inner: Links
    inner_varying: Links
    outer: Links
    outer_varying: Links
    own: Varying
    emissions: Varying
    technosphere: Draws
    biosphere: Draws
    products: Indices

    @property
    def methods(self) -> int:
        """k."""
        return int(self.scale.shape[0])

    @property
    def sized(self) -> dict[str, int]:
        """How large the work is: processes, those of the core, links, varying exchanges."""
        links = (self.inner, self.inner_varying, self.outer, self.outer_varying)
        return {
            "processes": len(self.sequence),
            "core": self.core[1] - self.core[0],
            "links": sum(len(part.suppliers) for part in links),
            "varying": len(self.technosphere) + len(self.biosphere),
        }

    def technology(self, multiples: Singles) -> Columns:
        """**A** (n × n) in the order of the plan and in units of its first scale, for the multiples (u,) of one draw."""
        first, second = np.cumsum([len(self.outer_varying.suppliers), len(self.inner_varying.suppliers)])
        low, n = self.core[0], len(self.sequence)
        parts = [
            _entries(self.outer, 0, 1.0),
            _entries(self.inner, low, 1.0),
            _entries(self.outer_varying, 0, multiples[:first]),
            _entries(self.inner_varying, low, multiples[first:second]),
            (self.own.rows, self.own.rows, self.own.coefficients[0] * multiples[second:]),
        ]
        consumers, suppliers, amounts = (np.concatenate(column) for column in zip(*parts, strict=True))
        Z = sparse.coo_array((amounts, (suppliers, consumers)), shape=(n, n)).tocsc()
        return sparse.csc_array(sparse.eye_array(n, format="csc") - Z)

    @cached_property
    def order(self) -> Order:
        """An order of these processes for the solver that settles samples on their own."""
        return Solver(self.technology(np.ones(len(self.technosphere), dtype=np.float32))).order


def _entries(links: Links, start: int, multiples: Any) -> tuple[Any, Any, Any]:
    """Consumer, supplier and amount of links."""
    consumer = np.repeat(np.arange(len(links.pointers) - 1), np.diff(links.pointers))
    return consumer + start, links.suppliers + start, links.coefficients[0] * multiples


def plan(system: UncertainSystem, C: Floats, *, products: Any, seed: int, order: Order | None = None) -> Plan:
    """Lay out ``system`` for sampling.

    Args:
        C: characterisation factors, (m,) or (m, k).
        products: indices of the products asked for; only what is upstream of them is kept.
        seed: of all random numbers.
        order: of the deterministic system, for instance from a snapshot.

    Raises:
        EngineError: TH-ENG-012 a product that the system does not have; errors of the deterministic solve.
    """
    wanted = np.atleast_1d(np.asarray(products, dtype=np.intp))
    n = system.processes
    if wanted.size and (wanted.min() < 0 or wanted.max() >= n):
        raise EngineError("TH-ENG-012", name="products", value=int(wanted.max()), allowed=f"0 … {n - 1}")
    factors = system.factors(C)
    base = system.deterministic
    solver = Solver(base.A, order=order)
    found = solver.order if system.linked is base else Solver(system.linked.A).order
    needed = upstream(base.A, system.technosphere, wanted)
    sequence = found.sequence[::-1][needed[found.sequence[::-1]]]
    position = np.full(n, -1, dtype=np.intp)
    position[sequence] = np.arange(len(sequence))
    in_core = np.zeros(n, dtype=np.bool_)
    in_core[found.sequence[found.blocks[found.core[0]] : found.blocks[found.core[1]]]] = True
    low = int(np.count_nonzero(needed[found.sequence[found.blocks[found.core[1]] :]]))
    core = (low, low + int(np.count_nonzero(in_core & needed)))
    scale = gross_footprints(base.A, base.burdens(factors), solver)[sequence].T
    return _Layout(system, factors, seed, sequence, position, core, scale).plan(position[wanted])


def upstream(A: Columns, technosphere: Spreads, products: Indices) -> Mask:
    """(n,) which processes the products draw on, themselves included; inputs of amount 0 that vary count, too."""
    n = A.shape[0]
    marks = np.ones(len(technosphere))
    takes: Rows = sparse.coo_array((marks, (technosphere.columns, technosphere.rows)), shape=(n, n)).tocsr()
    reached = np.zeros(n, dtype=np.bool_)
    front = np.unique(products)
    while front.size:
        reached[front] = True
        front = np.unique(neighbours(takes, front))
        front = front[~reached[front]]
    return reached


def gross_footprints(A: Columns, burdens: Floats, solver: Solver) -> Floats:
    """(n, k) size of what adds up to each footprint: P = |q| + |Z|ᵀP; positive, 1 where nothing is upstream.

    Any positive values would do as scale. Where credits are so strong that gross inputs do not pay for themselves, some
    rounds of the same sum stand in.
    """
    gross = abs(A).tocsc()
    own = A.diagonal()
    gross = sparse.csc_array(sparse.diags_array(own + np.abs(own)) - gross)  # diagonal as it is, all others negative
    size = np.abs(burdens)
    if (A.data <= 0).sum() + np.count_nonzero(own > 0) == A.nnz and (burdens >= 0).all():
        found = solver.footprints(burdens).values
    else:
        found = _settled(gross, size)
    return np.where(found > 0, found, 1.0)


def _settled(gross: Columns, size: Floats) -> Floats:
    try:
        found = Solver(gross).footprints(size).values
    except EngineError:
        found = np.full_like(size, -1.0)
    if (found >= 0).all():
        return found
    own = np.where(gross.diagonal() > 0, gross.diagonal(), 1.0)[:, None]
    inputs = sparse.csr_array(-(gross - sparse.diags_array(gross.diagonal())).T)
    found = size / own
    for _ in range(ROUNDS):
        found = np.minimum(size + inputs @ found, 1e100 * (1 + size)) / own
    return found


class _Layout:
    """Sorts exchanges into links, own use and emissions."""

    def __init__(
        self,
        system: UncertainSystem,
        C: Floats,
        seed: int,
        sequence: Indices,
        position: Indices,
        core: tuple[int, int],
        scale: Floats,
    ) -> None:
        self.system, self.C, self.seed = system, C, seed
        self.sequence, self.position, self.core, self.scale = sequence, position, core, scale

    def plan(self, products: Indices) -> Plan:
        t = self.system.technosphere
        if not (needed := self.position[t.columns] >= 0).all():
            t = t.at(needed)
        amounts = bases(t)
        supplier, consumer, varies = self.position[t.rows], self.position[t.columns], t.uncertain
        low, high = self.core
        inside = (supplier >= low) & (supplier < high) & (consumer >= low) & (consumer < high)
        same = supplier == consumer
        n = len(self.sequence)
        own_certain = 1.0 - np.bincount(consumer[same & ~varies], t.values[same & ~varies], minlength=n)
        if (own_certain == 0).any():
            own_certain[own_certain == 0] = np.nan  # settled sample by sample: no sweep divides by nothing
        self.own = own_certain
        links = {}
        order_of = {}
        for name, chosen in (
            ("outer", ~varies & ~inside & ~same),
            ("inner", ~varies & inside & ~same),
            ("outer_varying", varies & ~inside & ~same),
            ("inner_varying", varies & inside & ~same),
        ):
            at = np.flatnonzero(chosen)
            at = at[np.lexsort((supplier[at], consumer[at]))]
            start = low if name.startswith("inner") else 0
            rows = high - low if name.startswith("inner") else n
            stated = amounts if name.endswith("varying") else t.values
            links[name] = self._links(consumer[at], supplier[at], stated[at], start, rows)
            order_of[name] = at
        own_at = np.flatnonzero(varies & same)
        own_at = own_at[np.argsort(consumer[own_at], kind="stable")]
        own = Varying(
            consumer[own_at], self._per_row(amounts[own_at], consumer[own_at])[None].repeat(len(self.scale), 0)
        )
        drawn = np.concatenate([order_of["outer_varying"], order_of["inner_varying"], own_at])
        burdens, emissions, biosphere = self._emissions()
        return Plan(
            seed=self.seed,
            sequence=self.sequence,
            core=self.core,
            scale=self.scale,
            burdens=burdens,
            own=own,
            emissions=emissions,
            technosphere=draws_of(t, drawn, amounts[drawn], seed=self.seed),
            biosphere=biosphere,
            products=products,
            **links,
        )

    def _links(self, consumer: Indices, supplier: Indices, amounts: Floats, start: int, rows: int) -> Links:
        pointers = np.concatenate(([0], np.cumsum(np.bincount(consumer - start, minlength=rows))))
        ratio = self.scale[:, supplier] / self.scale[:, consumer]
        return Links(pointers, (supplier - start).astype(np.int32), self._per_row(amounts, consumer) * ratio)

    def _per_row(self, amounts: Floats, rows: Indices) -> Floats:
        return amounts / self.own[rows]

    def _emissions(self) -> tuple[Floats, Varying, Draws]:
        b = self.system.biosphere
        counts = (self.C != 0).any(axis=1)[b.rows] & (self.position[b.columns] >= 0)
        b = b.at(counts)
        rows, varies = self.position[b.columns], b.uncertain
        n = len(self.sequence)
        certain = np.flatnonzero(~varies)
        scores = self._per_row(b.values[certain], rows[certain])[:, None] * self.C[b.rows[certain]]
        burdens = np.stack([np.bincount(rows[certain], column, minlength=n) for column in scores.T]) / self.scale
        at = np.flatnonzero(varies)
        at = at[np.argsort(rows[at], kind="stable")]
        amounts = bases(b)[at]
        weights = self._per_row(amounts, rows[at]) * self.C[b.rows[at]].T
        emissions = Varying(rows[at], weights / self.scale[:, rows[at]])
        return burdens, emissions, draws_of(b, at, amounts, seed=self.seed)
