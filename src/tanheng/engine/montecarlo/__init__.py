"""Monte Carlo on a product system (C18).

::

    system = UncertainSystem(n, m, technosphere, biosphere)   exchanges with their distributions
    laid = plan(system, C, products=[...], seed=1)             what matters for the products, in order
    Sampler(laid).samples(1000)                                scores of every draw
    system.sample(17, seed=1)                                  the matrices of one draw, for checks

Random numbers belong to (seed, exchange, draw); see :mod:`tanheng.engine.montecarlo.draws`.
"""

from __future__ import annotations

from tanheng.engine.arrays import LANES
from tanheng.engine.montecarlo.model import UncertainSystem
from tanheng.engine.montecarlo.plan import Plan, plan
from tanheng.engine.montecarlo.sampler import Group, Sampler
from tanheng.engine.montecarlo.spreads import Fault, Kind, Spreads

__all__ = ["LANES", "Fault", "Group", "Kind", "Plan", "Sampler", "Spreads", "UncertainSystem", "plan"]
