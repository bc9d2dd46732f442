"""Tanheng's side: everything begins with a snapshot folder, as ``tanheng db import`` leaves it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

SEED = 1


class Tanheng:
    """What is timed; every method is one call of a worker."""

    def begin(self, folder: str) -> None:
        """Where the files are."""
        from tanheng.inventory.footprinting import footprint
        from tanheng.quantities import gwp_set

        self._folder = Path(folder)
        self._footprint, self._gwp = footprint, gwp_set()

    def warm(self) -> None:
        """Open the store once, and let numba load its kernels."""
        self.all_solved(1)
        self._methods = np.load(self._folder / "methods.npy")

    def _opened(self) -> Any:
        from tanheng.inventory.snapshot import Snapshot

        return Snapshot.open(self._folder / "snapshot")

    # One product

    def open_stored(self, product: int) -> float:
        """From the folder to the footprint of a product, by the footprint vectors in it."""
        self.snapshot = self._opened()
        return float(self._footprint(self.snapshot, product, self._gwp).total)

    def open_solved(self, product: int, count: int) -> Any:
        """From the folder to the scores of a product, solved anew: mapped matrices, stored order."""
        return self.all_solved(count)[product]

    def next_stored(self, products: list[int]) -> list[float]:
        """Further products: a look-up each, with gases and origins."""
        return [float(self._footprint(self.snapshot, j, self._gwp).total) for j in products]

    def next_solved(self, products: list[int]) -> list[float]:
        """Further products: supply vector, inventory and score of each; not the look-up."""
        from tanheng.engine import score

        found = []
        for j in products:
            demand = np.zeros(self.solver.A.shape[1])
            demand[j] = 1.0
            supply = self.solver.supply(demand).values
            found.append(float(score(self._methods[:, 0], self._interventions(self.snapshot) @ supply)))
        return found

    # All products

    def all_stored(self) -> Any:
        """From the folder to the footprints of all products, by the vectors in it."""
        return self._opened().footprints(self._gwp)

    def all_solved(self, count: int) -> Any:
        """From the folder to the scores of all products, solved anew."""
        self.snapshot = self._opened()
        self.solver = self.snapshot.solver
        methods = np.load(self._folder / "methods.npy")[:, :count]
        return self.solver.footprints(self._interventions(self.snapshot).T @ methods).values

    def all_again(self, count: int) -> Any:
        """Scores of all products by other methods, with the database open."""
        return self.solver.footprints(self._interventions(self.snapshot).T @ self._methods[:, :count]).values

    def residual(self, count: int) -> float:
        """The backward error that comes with every solution."""
        return self.solver.footprints(self._interventions(self.snapshot).T @ self._methods[:, :count]).residual

    def first(self) -> Any:
        """From the matrices alone: diagnosis and order, which an import stores, and the scores of all products."""
        from tanheng import engine

        engine.check(self.snapshot.A)
        solver = engine.Solver(self.snapshot.A)
        return solver.footprints(self._interventions(self.snapshot).T @ self._methods[:, :1]).values

    def _interventions(self, snapshot: Any) -> Any:
        """What the rows of the methods stand for: gases by origin, or all elementary flows."""
        from scipy import sparse

        if (self._folder / "gases").exists():
            return sparse.csc_array(np.asarray(snapshot.direct)).T
        return snapshot.B

    # Monte Carlo

    def lay_out(self, products: list[int] | None) -> int:
        """From the folder to a sampler that is ready; ``None`` for all products."""
        from tanheng.engine.montecarlo import Sampler, plan
        from tanheng.inventory.uncertainty.exchanges import uncertain_system

        self.snapshot = self._opened()
        system = uncertain_system(self.snapshot)
        wanted = np.arange(system.processes) if products is None else np.array(products)
        factors = self.snapshot.characterise(self._gwp)
        laid = plan(system, factors, products=wanted, seed=SEED, order=self.snapshot.solver.order)
        self.sampler = Sampler(laid)
        self.sampler.group(0)
        return laid.sized["processes"]

    def sample(self, count: int, threads: int) -> None:
        """Samples of every product asked for, kept in single precision as the program keeps them."""
        from tanheng.compute import Here

        self.samples = np.empty((len(self.sampler.plan.products), count), dtype=np.float32)
        self.escalated = 0
        for _, group in Here(threads).run(self.sampler.group, range(-(-count // 16))):
            first = 16 * group.number
            part = self.samples[:, first : first + 16]
            part[:] = group.values[0, :, : part.shape[1]]
            self.escalated += len(group.escalated)

    def sampled(self, draws: list[int] | None = None) -> tuple[Any, int]:
        """Samples of the first product, or of all products in some draws in full precision; and how many were escalated."""
        if draws is None:
            return self.samples[0], self.escalated
        groups = {draw // 16: None for draw in draws}
        values = {number: self.sampler.group(number).values[0] for number in groups}
        return np.column_stack([values[draw // 16][:, draw % 16] for draw in draws]), self.escalated

    def monte_carlo(self, product: int, count: int, threads: int) -> tuple[float, float]:
        """What a user calls: from the folder to median and interval of a product."""
        from tanheng.compute import Here
        from tanheng.inventory.uncertainty.montecarlo import monte_carlo

        made = monte_carlo(
            self._opened(), [product], compute=Here(threads), gwp=self._gwp, samples=count, seed=SEED
        )  # fmt: skip
        return float(made.statistics.median[0]), float(made.statistics.gsd2[0])

    # What if

    def what_if(self, edits: list[tuple[int, int, float]]) -> Any:
        """Inputs times a factor, (supplier, consumer, factor) each: the footprints of all products, gas by gas."""
        from tanheng.inventory.whatif.changes import ExchangeChange
        from tanheng.inventory.whatif.computing import what_if

        changes = [ExchangeChange(f"p{consumer}", f"p{supplier}", factor=f) for supplier, consumer, f in edits]
        return what_if(self.snapshot, changes).totals(self._gwp)[1]

    def what_if_bare(self, edits: list[tuple[int, int, float]]) -> Any:
        """The same with the matrices alone, one method, and the scores before at hand."""
        from tanheng.engine.updating import Change, update

        columns = np.unique([consumer for _, consumer, _ in edits])
        changed = self.snapshot.A[:, columns].tolil()
        for supplier, consumer, f in edits:
            changed[supplier, int(np.searchsorted(columns, consumer))] *= f
        burdens, scores = self._before
        change = Change(columns, changed.tocsc(), burdens[columns])
        return update(self.solver, burdens=burdens, footprints=scores, change=change).footprints[:, 0]

    def before(self) -> None:
        """The scores that the bare what-if begins with."""
        self.all_solved(1)
        burdens = self._interventions(self.snapshot).T @ self._methods[:, :1]
        self._before = burdens, self.solver.footprints(burdens).values
