"""The plain kernel: sample by sample with the solvers of the deterministic system, in double precision throughout."""

from __future__ import annotations

import numpy as np

from tanheng.engine.arrays import LANES, Floats, Mask
from tanheng.engine.montecarlo.alone import solved_alone
from tanheng.engine.montecarlo.plan import Plan


class Plain:
    """Solves every sample on its own; slow, needs nothing but SciPy, and is what the fast kernel is checked against."""

    name = "plain"
    tuning = (1.0, 0)

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def run(self, group: int) -> tuple[Floats, Mask, int]:
        """As :meth:`tanheng.engine.montecarlo.kernels.Kernel.run`."""
        found = np.empty((self.plan.methods, len(self.plan.products), LANES))
        most = 0
        for lane in range(LANES):
            found[:, :, lane], sweeps = solved_alone(self.plan, LANES * group + lane)
            most = max(most, sweeps)
        return found, np.asarray(np.isfinite(found).all(axis=(0, 1))), most
