"""Monte Carlo on a product system: groups of sixteen draws, each on its own, each the same wherever it is made (C18)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from tanheng.engine.arrays import LANES, Floats
from tanheng.engine.montecarlo.alone import settled_alone
from tanheng.engine.montecarlo.kernels import Kernel, KernelName, Tuning, kernel
from tanheng.engine.montecarlo.plan import Plan


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Sixteen samples.

    Attributes:
        number: g; it holds the draws 16·g … 16·g + 15.
        values: (k, r, 16) score of one unit of each product by each method; NaN where it has none in a sample.
        escalated: draws that sweeps side by side did not settle, so that each was solved on its own.
        unproductive: those of them in which a loop consumes what it makes (C11), so that some product has no footprint.
        sweeps: of the slowest method.
    """

    number: int
    values: Floats
    escalated: tuple[int, ...]
    unproductive: tuple[int, ...]
    sweeps: int


class Sampler:
    """Draws and solves samples of a plan.

    It can be sent to other processes and machines; what was tuned here goes with it, so that the same groups give the same
    bits there.

    Args:
        plan: of :func:`tanheng.engine.montecarlo.plan.plan`.
        kernel: ``auto``, ``fast`` or ``plain``.

    >>> import numpy as np
    >>> from tanheng.engine.montecarlo import Kind, Spreads, UncertainSystem, plan
    >>> def exchanges(row, column, value, gsd, key):
    ...     nan = np.array([np.nan])
    ...     return Spreads(np.array([row], np.int32), np.array([column], np.int32), np.array([value]),
    ...                    np.array([Kind.LOGNORMAL], np.int8), nan, np.array([gsd]), nan, nan, np.array([key], np.uint64))
    >>> system = UncertainSystem(2, 1, exchanges(0, 1, 0.5, 1.2, key=1), exchanges(0, 0, 2.0, 1.1, key=2))
    >>> made = Sampler(plan(system, np.ones(1), products=[1], seed=7))
    >>> bool(np.array_equal(made.group(3).values, made.samples(64)[0][:, :, 48:]))
    True
    """

    def __init__(self, plan: Plan, *, kernel: KernelName = "auto", tuning: Tuning | None = None) -> None:
        self.plan = plan
        self._name: KernelName = kernel
        self._tuning = tuning

    @cached_property
    def kernel(self) -> Kernel:
        """The kernel, made on first use."""
        return kernel(self.plan, self._name, self._tuning)

    def __getstate__(self) -> dict[str, Any]:
        made = self.kernel
        return {"plan": self.plan, "_name": made.name, "_tuning": made.tuning}

    def group(self, number: int) -> Group:
        """One group of draws; any thread, process or machine gives the same bits."""
        values, settled, sweeps = self.kernel.run(number)
        escalated = [LANES * number + int(lane) for lane in np.flatnonzero(~settled)]
        unproductive = []
        for draw in escalated:
            lane = values[:, :, draw % LANES]
            if self.kernel.name != "plain":
                lane[:] = settled_alone(self.plan, draw)[0]
            if np.isnan(lane).any():
                unproductive.append(draw)
        return Group(number, values, tuple(escalated), tuple(unproductive), sweeps)

    def samples(self, draws: int) -> tuple[Floats, list[Group]]:
        """The first ``draws`` draws: values (k, r, draws), and the groups that they are of."""
        made = [self.group(number) for number in range(-(-draws // LANES))]
        return np.concatenate([group.values for group in made], axis=2)[:, :, :draws], made
