"""The register as one system: footprints of all products, and what a release of factors moves."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from tanheng.engine.arrays import Columns, Floats, Indices, Rows, neighbours, selected
from tanheng.engine.patterns import reached
from tanheng.engine.register.graph import RegisterGraph, touched, values_of
from tanheng.engine.register.results import Effect, RegisterFootprints
from tanheng.engine.register.system import LargeSystem, square
from tanheng.engine.solution import LIMIT
from tanheng.errors import EngineError

FOREIGN = 1e-6  # footprints that are further off than this, carried forward, are those of another register
MOST = 0.5  # share of the register from which on a change is solved on all of it, which is prepared already


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
        if before.values.shape != self.graph.own.shape:
            raise EngineError("TH-ENG-003", name="before", shape=before.values.shape, length=self.graph.products)
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

    def burdens(self, factors: Floats) -> Floats:
        """q = own + Fᵀφ + Vᵀψ, (n, k): what does not come through live references, of what is known."""
        graph = self.graph
        q = (
            graph.own
            + graph.uses.T @ np.nan_to_num(factors)
            + graph.pinned.amounts.T @ np.nan_to_num(graph.pinned.values)
        )
        q[graph.withdrawn] = 0.0
        return np.asarray(q)

    def _using(self, factors: Indices) -> Indices:
        """Products with one of ``factors`` among their own uses, ascending."""
        uses = np.zeros(self.graph.products, dtype=np.bool_)
        uses[neighbours(self._users, factors)] = True
        return np.flatnonzero(uses & ~self.graph.withdrawn)

    def part(self, nodes: Indices) -> tuple[LargeSystem, Indices]:
        """A system that holds ``nodes``, and the products in it: as little of the register as is quick."""
        if len(nodes) > MOST * self.graph.products:
            return self.system, np.arange(self.graph.products)
        if "system" in self.__dict__:
            return self.system.part(nodes), nodes
        place = np.full(self.graph.products, -1, dtype=np.intp)
        place[nodes] = np.arange(len(nodes))
        return LargeSystem.of(square(self._links, nodes, place), nodes), nodes

    def _carried(
        self, before: RegisterFootprints, nodes: Indices, change: Floats, factors: Floats
    ) -> RegisterFootprints:
        """Footprints before + change, verified on the whole register.

        Where a footprint all but vanished, what is left is the rounding of what was there; then they are solved anew.
        """
        values = np.zeros((self.graph.products, self.graph.values))
        values[: len(before.values)] = np.nan_to_num(before.values)
        scale = np.abs(values)
        values[nodes] += change
        system = self.system if "system" in self.__dict__ else LargeSystem.unchecked(self._links)
        residual = system.backward_error(self.burdens(factors), values, transposed=True)
        if residual <= LIMIT:
            return self._described(values, factors, residual, "update")
        anew = self.footprints(factors)
        scale[nodes] += np.abs(change)
        if (np.abs(np.nan_to_num(anew.values) - values) > FOREIGN * scale).any():
            raise EngineError("TH-ENG-062", residual=f"{residual:.1e}")
        return anew

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
        return RegisterFootprints(values, factors, gaps, incomplete, residual, strategy)

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
