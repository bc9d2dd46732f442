"""One sample on its own, by every means: what sweeps side by side could not settle."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from tanheng.engine.arrays import Columns, Floats, Mask
from tanheng.engine.loops import loops
from tanheng.engine.montecarlo.plan import Plan
from tanheng.engine.patterns import dependants
from tanheng.engine.solver import Solver
from tanheng.errors import EngineError


def solved_alone(plan: Plan, draw: int) -> tuple[Floats, int]:
    """Scores (k, r) of one draw and the sweeps they took; NaN for products that have no footprint in this sample.

    That is so for what depends on a loop that consumes as much of itself as it makes or more (C11), and for all where no
    strategy solves the sample.
    """
    A, burdens = _sample(plan, draw)
    try:
        found = Solver(A, order=plan.order).footprints(burdens)
    except EngineError:
        return _settled(plan, A, burdens)
    if found.strategy == "direct" or (found.values < 0).any():
        return _settled(plan, A, burdens)
    return np.asarray(found.values[plan.products].T), found.sweeps


def settled_alone(plan: Plan, draw: int) -> tuple[Floats, int]:
    """The same of a draw that sweeps did not settle: loops are looked at first, they are likely to be the reason."""
    return _settled(plan, *_sample(plan, draw))


def _sample(plan: Plan, draw: int) -> tuple[Columns, Floats]:
    """**A** and the direct scores of what the plan holds, suppliers first."""
    system = plan.system.sample(draw, seed=plan.seed)
    chain = plan.sequence
    return sparse.csc_array(system.A[chain][:, chain]), system.burdens(plan.C)[chain]


def _settled(plan: Plan, A: Columns, burdens: Floats) -> tuple[Floats, int]:
    sound = ~_spoilt(A)
    values = np.full_like(burdens, np.nan)
    values[sound], sweeps = _solved(A[sound][:, sound], burdens[sound])
    return np.asarray(values[plan.products].T), sweeps


def _spoilt(A: Columns) -> Mask:
    """Processes whose supply chain holds a loop that is not productive."""
    bad = np.zeros(A.shape[0], dtype=np.bool_)
    for loop in loops(A):
        if not loop.productive:
            bad[list(loop.members)] = True
    return dependants(A, bad) if bad.any() else bad


def _solved(A: Any, burdens: Floats) -> tuple[Floats, int]:
    """Footprints of what is left, a system of its own: whatever a sound process takes is sound."""
    if not len(burdens):
        return burdens, 0
    try:
        found = Solver(sparse.csc_array(A)).footprints(burdens)
    except EngineError:
        return np.full_like(burdens, np.nan), 0
    return found.values, found.sweeps
