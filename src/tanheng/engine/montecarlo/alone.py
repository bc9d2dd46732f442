"""One sample on its own, by every means: what sweeps side by side could not settle."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from tanheng.engine.arrays import Columns, Floats, Mask, requirements
from tanheng.engine.components import components
from tanheng.engine.loops import unproductive
from tanheng.engine.montecarlo.draws import multiples_of
from tanheng.engine.montecarlo.plan import Plan
from tanheng.engine.patterns import dependants
from tanheng.engine.solver import Solver
from tanheng.errors import EngineError


def solved_alone(plan: Plan, draw: int) -> tuple[Floats, int]:
    """Scores (k, r) of one draw and the sweeps they took; NaN for products that have no footprint in this sample.

    That is so for what depends on a loop that consumes as much of itself as it makes or more (C11), and for all where no
    strategy solves the sample.
    """
    A, burdens = sampled(plan, draw)
    try:
        found = Solver(A, order=plan.order).footprints(burdens)
    except EngineError:
        return _settled(plan, A, burdens)
    if found.strategy == "direct" or (found.values < 0).any():
        return _settled(plan, A, burdens)
    return _scores(plan, found.values), found.sweeps


def settled_alone(plan: Plan, draw: int) -> tuple[Floats, int]:
    """The same of a draw that sweeps did not settle: loops are looked at first, they are likely to be the reason."""
    return _settled(plan, *sampled(plan, draw))


def sampled(plan: Plan, draw: int) -> tuple[Columns, Floats]:
    """**A** and the direct scores of one draw as the plan has them: in its order, in units of its first scale."""
    A = plan.technology(multiples_of(plan.technosphere, draw))
    unit = plan.scale / plan.scale[:1]
    burdens = plan.burdens * unit
    weights = plan.emissions.coefficients * multiples_of(plan.biosphere, draw) * unit[:, plan.emissions.rows]
    for k, column in enumerate(weights):
        burdens[k] += np.bincount(plan.emissions.rows, column, minlength=len(plan.sequence))
    return A, burdens.T


def _scores(plan: Plan, values: Floats) -> Floats:
    return np.asarray((values[plan.products] * plan.scale[0][plan.products, None]).T)


def _settled(plan: Plan, A: Columns, burdens: Floats) -> tuple[Floats, int]:
    sound = ~_spoilt(A)
    values, sweeps = np.full_like(burdens, np.nan), 0
    if sound[plan.products].any():
        values[sound], sweeps = _solved(A[sound][:, sound], burdens[sound])
    return _scores(plan, values), sweeps


def _spoilt(A: Columns) -> Mask:
    """Processes whose supply chain holds a loop that is not productive."""
    parts = components(requirements(A))
    bad = np.zeros(A.shape[0], dtype=np.bool_)
    for number in unproductive(parts, np.arange(len(parts.sizes))):
        bad[parts.members[parts.begin[number] : parts.begin[number + 1]]] = True
    return dependants(A, bad) if bad.any() else bad


def _solved(A: Any, burdens: Floats) -> tuple[Floats, int]:
    """Footprints of what is left, a system of its own: whatever a sound process takes is sound."""
    try:
        found = Solver(sparse.csc_array(A)).footprints(burdens)
    except EngineError:
        return np.full_like(burdens, np.nan), 0
    return found.values, found.sweeps
