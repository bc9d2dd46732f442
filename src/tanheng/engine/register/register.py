"""The register as one system: footprints of all products, and what a release of factors moves."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from tanheng.engine.arrays import Columns, Floats, Indices, Rows, magnitude, neighbours, selected
from tanheng.engine.patterns import reached
from tanheng.engine.register.graph import RegisterGraph, touched, values_of
from tanheng.engine.register.results import Effect, RegisterFootprints
from tanheng.engine.register.system import CHUNK, LargeSystem, square
from tanheng.engine.solution import LIMIT, backward_error
from tanheng.errors import EngineError

MOST = 0.15  # share of the register from which on a change is solved on all of it, which is prepared already
HALF = 0.5  # the same where it is not prepared yet


class Register:
    """Solves a :class:`RegisterGraph`; what it prepares is made on first use and kept.

    >>> from tanheng.engine.register import RegisterGraph
    >>> graph = RegisterGraph(references=[[0, 0.5], [0, 0]], uses=[[2.0, 0.0]], own=[1.0, 0.25])
    >>> register = Register(graph)
    >>> before = register.footprints([3.0])
    >>> before.values.ravel().tolist()
    [7.0, 3.75]
    >>> effect = register.effect(before, [4.0])
    >>> effect.products.tolist(), effect.change.ravel().tolist()
    ([0, 1], [2.0, 1.0])
    """

    def __init__(self, graph: RegisterGraph) -> None:
        self.graph = graph

    @cached_property
    def system(self) -> LargeSystem:
        """The references as a system.

        Raises:
            EngineError: TH-ENG-008 with the products of a loop that uses up what it makes, -006 of a singular one (C11).
        """
        return LargeSystem.of(self._links)

    def footprints(self, factors: Any) -> RegisterFootprints:
        """Footprints of all products.

        Args:
            factors: φ, (f, k) or (f,) for one value, footprint of one unit of each factor; NaN where there is none.

        Raises:
            EngineError: as :attr:`system`; TH-ENG-003 on another length, -010 if it cannot be solved to 1e-9.
        """
        phi = self.factor_values(factors)
        found = self.system.solve(self.burdens(phi), transposed=True)
        return self._described(found.values, phi, found.residual, found.strategy)

    def verified(self, values: Any, factors: Any) -> RegisterFootprints:
        """Footprints that were solved and kept before, verified on this register instead of solved again.

        Args:
            values: (n, k) or (n,); what it says of withdrawn products is not used.
            factors: as in :meth:`footprints`, the values they were made with.

        Raises:
            EngineError: TH-ENG-062 where they miss the register by more than 1e-9; as :meth:`footprints`.
        """
        phi, kept = self.factor_values(factors), np.nan_to_num(values_of(values, self.graph.products, "values"))
        if kept.shape[1] != self.graph.values:
            raise EngineError("TH-ENG-060", name="values", columns=kept.shape[1], expected=self.graph.values)
        kept[self.graph.withdrawn] = 0.0
        residual = self._residual(kept, phi, np.arange(self.graph.products))
        if not residual <= LIMIT:
            raise EngineError("TH-ENG-062", residual=f"{residual:.1e}")
        return self._described(kept, phi, residual, "kept")

    def refuse_foreign(self, before: RegisterFootprints) -> None:
        """Raise TH-ENG-062 for footprints that are not those of this register."""
        if before.graph is not self.graph:
            self.verified(before.values, before.factors)

    def effect(self, before: RegisterFootprints, factors: Any) -> Effect:
        """What a release of factors does.

        Linear, so it is solved from the change of the factors alone, and only on the products that depend on one. A factor
        that is added had NaN before, one that is removed has NaN now; one that is replaced has the value of the other now.

        Args:
            before: footprints of this register.
            factors: (f, k), the values now, as in :meth:`footprints`.

        Raises:
            EngineError: as :meth:`footprints`; TH-ENG-062 for footprints of another register.
        """
        phi = self.factor_values(factors)
        self.refuse_foreign(before)
        same = (phi == before.factors) | (np.isnan(phi) & np.isnan(before.factors))
        changed = np.flatnonzero(~same.all(axis=1))
        pushed = self._using(changed)
        users: Rows = selected(self._users, changed)
        push = (users.T @ (np.nan_to_num(phi[changed]) - np.nan_to_num(before.factors[changed])))[pushed]
        return self.moved(before, phi, pushed=pushed, push=push, changed_factors=changed)

    def moved(
        self, before: RegisterFootprints, factors: Floats, *, pushed: Indices, push: Floats, changed_factors: Indices
    ) -> Effect:
        """The effect of a push (c, k) on the products ``pushed``: the change A⁻ᵀ push of what depends on them."""
        nodes = self.dependants(pushed)
        part, inside = self.part(nodes)
        right = np.zeros((part.size, self.graph.values))
        right[np.searchsorted(inside, pushed)] = push
        found = part.solve(right, transposed=True)
        change = found.values[np.searchsorted(inside, nodes)]
        return Effect(
            before=before,
            after=self._carried(before, nodes, change, factors),
            products=nodes,
            change=change,
            pushed=pushed,
            push=push,
            changed_factors=changed_factors,
            residual=found.residual,
        )

    def dependants(self, products: Any) -> Indices:
        """Products that need one of ``products``, directly or through others, and these; ascending."""
        return np.flatnonzero(reached(self._consumers, np.asarray(products, dtype=np.intp)))

    def suppliers(self, products: Any) -> Indices:
        """Products that one of ``products`` needs, directly or through others, and these; ascending."""
        links: Rows = sparse.csr_array((self._links.data, self._links.indices, self._links.indptr), self._links.shape)
        return np.flatnonzero(reached(links, np.asarray(products, dtype=np.intp)))

    def users(self, factors: Any) -> Indices:
        """Products that use one of ``factors``, themselves or through others; ascending."""
        return self.dependants(self._using(np.asarray(factors, dtype=np.intp)))

    def factor_values(self, factors: Any) -> Floats:
        """Factor values as (f, k), a copy that stays as it is; refused where they do not fit."""
        phi = values_of(factors, self.graph.factors, "factors").copy()
        phi.setflags(write=False)
        if phi.shape[1] != self.graph.values:
            raise EngineError("TH-ENG-060", name="factors", columns=phi.shape[1], expected=self.graph.values)
        return phi

    def burdens(self, factors: Floats, products: Indices | None = None) -> Floats:
        """q = own + Fᵀφ + Vᵀψ, (n, k): what does not come through live references, of what is known.

        Args:
            factors: (f, k).
            products: those that are wanted, (p,); all by default.
        """
        graph = self.graph
        wanted = slice(None) if products is None else products
        uses, pinned = graph.uses, graph.pinned.amounts
        if products is not None:
            uses, pinned = selected(uses, products), selected(pinned, products)
        q = graph.own[wanted] + uses.T @ np.nan_to_num(factors) + pinned.T @ np.nan_to_num(graph.pinned.values)
        q[graph.withdrawn[wanted]] = 0.0
        return np.asarray(q)

    def part(self, nodes: Indices) -> tuple[LargeSystem, Indices]:
        """A system that holds ``nodes``, and the products in it: as little of the register as is quick."""
        if len(nodes) > (MOST if self._prepared else HALF) * self.graph.products:
            return self.system, np.arange(self.graph.products)
        if self._prepared:
            return self.system.part(nodes), nodes
        place = np.full(self.graph.products, -1, dtype=np.intp)
        place[nodes] = np.arange(len(nodes))
        return LargeSystem.of(square(self._links, nodes, place), nodes), nodes

    @property
    def _prepared(self) -> bool:
        return "system" in self.__dict__

    def _using(self, factors: Indices) -> Indices:
        """Products with one of ``factors`` among their own uses, ascending."""
        uses = np.zeros(self.graph.products, dtype=np.bool_)
        uses[neighbours(self._users, factors)] = True
        return np.flatnonzero(uses & ~self.graph.withdrawn)

    def _carried(
        self, before: RegisterFootprints, nodes: Indices, change: Floats, factors: Floats
    ) -> RegisterFootprints:
        """Footprints before + change, verified where they changed; elsewhere nothing is another than it was.

        Where a footprint all but vanished, what is left is the rounding of what was there; then they are solved anew.
        """
        values = np.zeros((self.graph.products, self.graph.values))
        values[: len(before.values)] = np.nan_to_num(before.values)
        values[nodes] += change
        residual = max(before.residual, self._residual(values, factors, nodes))
        if residual <= LIMIT:
            return self._described(values, factors, residual, "update")
        anew = self.footprints(factors)
        values[nodes] = np.nan_to_num(anew.values[nodes])
        residual = max(before.residual, self._residual(values, factors, nodes))
        return self._described(values, factors, residual, anew.strategy) if residual <= LIMIT else anew

    def _residual(self, values: Floats, factors: Floats, nodes: Indices) -> float:
        """Backward error of the equations of ``nodes``, or of all of them where that is hardly more."""
        if len(nodes) > MOST * self.graph.products:
            nodes = np.arange(self.graph.products)
        columns, size = self._equations(nodes)
        right, worst = self.burdens(factors, nodes if len(nodes) < self.graph.products else None), 0.0
        for start in range(0, values.shape[1] if len(nodes) else 0, CHUNK):
            x, b = values[:, start : start + CHUNK], right[:, start : start + CHUNK]
            worst = max(worst, backward_error(size.T, b - columns.T @ x, x, b))
        return worst

    def _equations(self, nodes: Indices) -> tuple[Columns, Columns]:
        """The columns ``nodes`` of **A** = I − R, and their magnitudes."""
        n, all_of_them = self.graph.products, len(nodes) == self.graph.products
        if self._prepared:
            if all_of_them:
                return self.system.A, self.system.magnitude
            columns: Columns = selected(self.system.A, nodes)
        else:
            identity = sparse.csc_array((np.ones(len(nodes)), nodes, np.arange(len(nodes) + 1)), shape=(n, len(nodes)))
            columns = identity - (self._links if all_of_them else selected(self._links, nodes))
        return columns, magnitude(columns)

    def _described(self, values: Floats, factors: Floats, residual: float, strategy: str) -> RegisterFootprints:
        """The footprints with their states (C02)."""
        graph = self.graph
        gaps = graph.open | touched(graph.uses, np.asarray(np.isnan(factors).any(axis=1)))
        gaps |= touched(graph.pinned.amounts, ~graph.pinned.complete) | touched(graph.references, graph.withdrawn)
        gaps &= ~graph.withdrawn
        incomplete = graph.withdrawn.copy()
        if gaps.any():
            incomplete[self.dependants(np.flatnonzero(gaps))] = True
        if graph.withdrawn.any():
            values = values.copy()
            values[graph.withdrawn] = np.nan
        return RegisterFootprints(graph, values, factors, gaps, incomplete, residual, strategy)

    @cached_property
    def _links(self) -> Columns:
        return self.graph.linked()

    @cached_property
    def _consumers(self) -> Rows:
        """Row i: who needs product i."""
        return self._links.tocsr()

    @cached_property
    def _users(self) -> Rows:
        """Row i: who uses factor i."""
        return self.graph.uses.tocsr()
