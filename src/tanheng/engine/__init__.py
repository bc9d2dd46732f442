"""The numeric core: arrays in, arrays out. Convention C09–C11; no I/O, no clock, no names.

::

    system = System(A, B)                    technosphere and biosphere
    check(system.A)                          refuse what cannot be calculated, with the indices at fault
    solver = Solver(system.A)                prepares on first use, picks a strategy
    q = system.burdens(C)                    direct score of each process
    p = solver.footprints(q).values          footprint of every product
    s = solver.supply(f).values              supply vector of one demand
    inventory(system, s); score(C, g)        elementary flows, score
    contribution_tree(...), sankey(...)      where a score comes from
    sensitivities(p, s, i, j)                what would move it

Wherever a vector (n,) is taken, so is a matrix (n, k) of k of them; they are solved together.
"""

from __future__ import annotations

from tanheng.engine.arrays import requirements
from tanheng.engine.contributions import (
    direct_contributions,
    inventory,
    score,
    sensitivities,
    upstream_contributions,
)
from tanheng.engine.culprits import culprits
from tanheng.engine.diagnosis import Diagnosis, check, diagnose
from tanheng.engine.loops import Loop, loops
from tanheng.engine.patterns import dependants, same_columns
from tanheng.engine.sankey import Sankey, SankeyEdge, SankeyNode, sankey
from tanheng.engine.solution import Solution
from tanheng.engine.solve.order import Order, order
from tanheng.engine.solver import Solver
from tanheng.engine.system import System
from tanheng.engine.tree import Branch, contribution_tree

__all__ = [
    "Branch",
    "Diagnosis",
    "Loop",
    "Order",
    "Sankey",
    "SankeyEdge",
    "SankeyNode",
    "Solution",
    "Solver",
    "System",
    "check",
    "contribution_tree",
    "culprits",
    "dependants",
    "diagnose",
    "direct_contributions",
    "inventory",
    "loops",
    "order",
    "requirements",
    "same_columns",
    "sankey",
    "score",
    "sensitivities",
    "upstream_contributions",
]
