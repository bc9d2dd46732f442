"""One sample on its own, by every means: what sweeps side by side could not settle."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from tanheng.engine.arrays import Floats
from tanheng.engine.loops import loops
from tanheng.engine.montecarlo.plan import Plan
from tanheng.engine.solver import Solver
from tanheng.errors import EngineError


def settled_alone(plan: Plan, draw: int) -> tuple[Floats | None, int]:
    """Scores (k, r) of one draw and the sweeps they took; ``None`` where the sample has no footprint.

    That is so where a loop of it consumes as much of itself as it makes or more (C11), or where no strategy solves it.
    """
    system = plan.system.sample(draw, seed=plan.seed)
    chain = plan.sequence
    A = sparse.csc_array(system.A[chain][:, chain])
    burdens = system.burdens(plan.C)[chain]
    try:
        found = Solver(A, order=plan.order).footprints(burdens)
    except EngineError:
        return None, 0
    doubtful = found.strategy == "direct" or bool((found.values < 0).any())
    if doubtful and any(not loop.productive for loop in loops(A)):
        return None, found.sweeps
    return np.asarray(found.values[plan.products].T), found.sweeps
