"""Monte Carlo on a background database (C18): samples of the footprints of one product, some, or all.

Sixteen samples are a group, and a group is the same wherever and whenever it is computed. So a run that was stopped goes on
with the groups that it lacks, and more samples only add to those that are there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count
from typing import Any

import numpy as np
import numpy.typing as npt

from tanheng.engine.montecarlo import LANES, Sampler, Spreads, UncertainSystem, plan
from tanheng.engine.montecarlo.coverage import coverage
from tanheng.engine.montecarlo.kernels import KernelName, resolved
from tanheng.engine.montecarlo.plan import upstream
from tanheng.errors import EngineError, InventoryError, QuantityError
from tanheng.inventory.climate import stored_carbon
from tanheng.inventory.importing.distributions import unusable
from tanheng.inventory.ports import Compute, Run, Runs, SampleGroup
from tanheng.inventory.snapshot import Snapshot
from tanheng.inventory.tables import complete_products
from tanheng.inventory.uncertainty.exchanges import score_and_kept, totals, uncertain_system
from tanheng.inventory.uncertainty.far import all_centred, far_distributions
from tanheng.inventory.uncertainty.footprints import Distributions, SampledFootprints
from tanheng.inventory.uncertainty.memory import MemoryRuns
from tanheng.quantities import GwpSet, gwp_set

Progress = Callable[[int, int], None]
SAMPLES = 1_000
FEWEST, MOST = 100, 1_000_000
ENGINE = "montecarlo/1"
"""Raised when samples change by more than rounding; those of another one are not gone on with."""


class Stopped(KeyboardInterrupt):
    """The work was stopped; ``kept`` of ``samples`` samples are in ``place``, and the same work goes on from there."""

    def __init__(self, kept: int, samples: int, place: str) -> None:
        super().__init__(f"{kept} of {samples} samples are kept in {place or 'memory'}")
        self.kept, self.samples, self.place = kept, samples, place


def monte_carlo(
    snapshot: Snapshot,
    products: Sequence[int],
    *,
    compute: Compute,
    gwp: GwpSet | None = None,
    samples: int = SAMPLES,
    seed: int = 1,
    kernel: KernelName = "auto",
    default_gsd2: float | None = None,
    runs: Runs | None = None,
    progress: Progress | None = None,
) -> SampledFootprints:
    """Sample the footprints of products together: a shared input is drawn once for all of them.

    Args:
        products: indices; ``range(n)`` for all.
        compute: where groups of samples are computed.
        samples: 100 to 1,000,000.
        seed: the first samples of a seed are the same bits however many follow.
        default_gsd2: GSD² of exchanges that have no distribution; by default they are certain.
        runs: where the samples are kept; in memory by default.
        progress: told (samples done, samples in all), first of those that are there from before; raising in it stops the
            work. Between the first call and the second the work is laid out and, on the first use ever, a kernel compiled.

    Raises:
        InventoryError: TH-INV-060 a number of samples out of range, TH-INV-062 no products, TH-INV-080 a default GSD²
            below 1.
        EngineError: TH-ENG-012 an index that the database does not have, TH-ENG-022 an unknown kernel, TH-ENG-023 the fast
            kernel without numba.
        HomeError: no room for the samples.
        Stopped: the work was stopped by Ctrl-C.
    """
    wanted = tuple(dict.fromkeys(int(index) for index in products))
    if not wanted:
        raise InventoryError("TH-INV-062")
    last = snapshot.A.shape[1] - 1
    if beyond := [index for index in wanted if not 0 <= index <= last]:
        raise EngineError("TH-ENG-012", name="products", value=beyond[0], allowed=f"0 … {last}")
    if not FEWEST <= samples <= MOST:
        raise InventoryError("TH-INV-060", place="samples", samples=samples, fewest=FEWEST, most=MOST)
    work = _Work(snapshot, wanted, gwp or gwp_set(), samples, seed, resolved(kernel), default_gsd2)
    run: Run | None = None
    try:
        with (runs or MemoryRuns()).open(work.identity, len(wanted)) as run:
            kept = work.done(run)
            work.draw(run, compute, progress)
    except KeyboardInterrupt as stop:
        there = (0, "") if run is None else (work.done(run), run.place)
        raise Stopped(there[0], samples, there[1]) from stop
    return work.result(run, kept)


def kept_footprints(
    snapshot: Snapshot, identity: Mapping[str, Any], runs: Runs, *, samples: int | None = None
) -> SampledFootprints:
    """The footprints of a run that is kept, as sampling again would tell them; nothing is drawn.

    Args:
        snapshot: that the samples are of. identity: of the run.
        samples: so many of the first; all that are kept without a gap by default.

    Raises:
        InventoryError: TH-INV-120 the samples are of other data, or of another version; TH-INV-121 fewer are kept.
        HomeError: TH-HOM-021 the run is removed at this moment.
    """
    work = _work_of(snapshot, identity)
    if work is None or work.identity != dict(identity):
        raise InventoryError("TH-INV-120")
    with runs.open(identity, len(work.products)) as run:
        there = LANES * next(number for number in count() if number not in run.finished)
    wanted = min(there, MOST) if samples is None else samples
    if not FEWEST <= wanted <= there:
        raise InventoryError("TH-INV-121", samples=samples or FEWEST, kept=there, fewest=FEWEST)
    return replace(work, samples=wanted).result(run, wanted)


def _work_of(snapshot: Snapshot, identity: Mapping[str, Any]) -> _Work | None:
    """What a run was begun as, but for the number of samples; ``None`` where this version knows no such work."""
    try:
        named = identity["products"]
        products = tuple(range(snapshot.A.shape[1])) if named == "all" else tuple(named)
        report, _, metric = identity["method"].partition(" ")
        told = (int(identity["seed"]), identity["kernel"], identity["default_gsd2"])
        return _Work(snapshot, products, gwp_set(report, metric), 0, *told)
    except (LookupError, TypeError, ValueError, AttributeError, QuantityError):
        return None


@dataclass(frozen=True, eq=False)
class _Work:
    """What is to be sampled."""

    snapshot: Snapshot
    products: tuple[int, ...]
    gwp: GwpSet
    samples: int
    seed: int
    kernel: KernelName
    default_gsd2: float | None

    @property
    def groups(self) -> int:
        return -(-self.samples // LANES)

    @cached_property
    def system(self) -> UncertainSystem:
        return uncertain_system(self.snapshot, default_gsd2=self.default_gsd2)

    @property
    def identity(self) -> dict[str, Any]:
        """Whatever the samples depend on, but for their number."""
        every = self.products == tuple(range(self.snapshot.A.shape[1]))
        return {
            "engine": ENGINE,
            "database": self.snapshot.name,
            "snapshot": self.snapshot.digest,
            "products": "all" if every else list(self.products),
            "first": self.snapshot.product(self.products[0]).name,
            "method": self.gwp.name,
            "factors": score_and_kept(self.snapshot, self.gwp).tolist(),
            "seed": str(self.seed),
            "kernel": self.kernel,
            "default_gsd2": self.default_gsd2,
        }

    def done(self, run: Run) -> int:
        """Samples that are there."""
        return self._samples(self.groups - len(self._lacking(run)))

    def draw(self, run: Run, compute: Compute, progress: Progress | None) -> None:
        """Add the groups that the run lacks."""
        lacking = self._lacking(run)
        there = self.groups - len(lacking)
        self._tell(progress, there)
        if not lacking:
            return
        run.expect(len(lacking))
        piece = self._piece(run)
        run.keep(piece(lacking[0]))  # here, once, before threads need it: the first use compiles the kernel
        self._tell(progress, there + 1)
        made = compute.run(piece, lacking[1:])
        try:
            for more, (_, group) in enumerate(made, start=2):
                run.keep(group)
                self._tell(progress, there + more)
        finally:
            getattr(made, "close", lambda: None)()

    def _tell(self, progress: Progress | None, groups: int) -> None:
        if progress is not None:
            progress(self._samples(groups), self.samples)

    def _lacking(self, run: Run) -> list[int]:
        return [number for number in range(self.groups) if number not in run.finished]

    def _samples(self, groups: int) -> int:
        return min(LANES * groups, self.samples)

    def _piece(self, run: Run) -> _Piece:
        """The work of one group, in the way that the run was begun."""
        factors, order = score_and_kept(self.snapshot, self.gwp), self.snapshot.solver.order
        laid = plan(self.system, factors, products=self.products, seed=self.seed, order=order)
        sampler = Sampler(laid, kernel=self.kernel, tuning=run.tuning)
        run.begin(sampler.kernel.tuning)
        return _Piece(sampler)

    def result(self, run: Run, kept: int) -> SampledFootprints:
        records = [run.finished[number] for number in range(self.groups)]
        chosen = list(self.products)
        masses = np.asarray(self.snapshot.gas_footprints[chosen])
        factors = self.snapshot.characterise(self.gwp)
        return SampledFootprints(
            snapshot=self.snapshot,
            gwp=self.gwp,
            products=self.products,
            samples=self.samples,
            seed=self.seed,
            kernel=self.kernel,
            deterministic=np.asarray(masses @ factors + stored_carbon(self.snapshot.roles, masses)),
            coverage=coverage(self.system, factors)[chosen],
            complete=complete_products(self.snapshot, self.gwp)[chosen],
            default_gsd2=self.default_gsd2,
            distributions=distributions(self.snapshot, self.system, self.products),
            escalated=tuple(draw for r in records for draw in r.escalated if draw < self.samples),
            unproductive=tuple(draw for r in records for draw in r.unproductive if draw < self.samples),
            sweeps=max(record.sweeps for record in records),
            kept=kept,
            damaged=run.damaged,
            run=run,
        )


@dataclass(frozen=True, slots=True)
class _Piece:
    """One group of samples as kg CO2e: what is sent to where the work is done."""

    sampler: Sampler

    def __call__(self, number: int) -> SampleGroup:
        group = self.sampler.group(number)
        values: npt.NDArray[np.float32] = totals(group.values).astype(np.float32)
        return SampleGroup(number, values, group.escalated, group.unproductive, group.sweeps)


def distributions(snapshot: Snapshot, system: UncertainSystem, products: tuple[int, ...]) -> Distributions:
    """How many exchanges of a system have a distribution; one that is shared out among products counts once."""
    parts = (system.technosphere, system.biosphere)

    def counted(which: Callable[[Spreads], npt.NDArray[np.intp]]) -> int:
        return len(np.unique(np.concatenate([part.keys[which(part)] for part in parts])))

    every, varying = counted(lambda part: np.arange(len(part))), counted(lambda part: np.flatnonzero(part.uncertain))
    needed = upstream(system.deterministic.A, system.technosphere, np.asarray(products, dtype=np.intp))
    far, centred = far_distributions(snapshot, system, needed), all_centred(system, needed)
    return Distributions(every, varying, counted(unusable), far, centred)
