"""A register of certified products that refer to each other, to factors and to published figures, as one system.

::

    graph = RegisterGraph(references=R, uses=F, own=q)     who refers to what
    register = Register(graph)                             prepares on first use
    before = register.footprints(factors)                  all products, with their states
    effect = register.effect(before, new_factors)          what a release of factors moves
    effect.summary()                                       how many, how far, which most
    factor_drivers(register, effect, [j]).top(0)           which factors moved product j
    after, effect = revised(register, before, revision)    products added, replaced, withdrawn
    freeze(graph, products, before); live(graph)           pinned and live references
"""

from __future__ import annotations

from tanheng.engine.register.drivers import factor_drivers, factor_drivers_of, product_drivers
from tanheng.engine.register.graph import Pinned, RegisterGraph
from tanheng.engine.register.register import Register
from tanheng.engine.register.results import Drivers, Effect, EffectSummary, RegisterFootprints
from tanheng.engine.register.revision import Revision, revise, revised
from tanheng.engine.register.versions import freeze, live

__all__ = [
    "Drivers",
    "Effect",
    "EffectSummary",
    "Pinned",
    "Register",
    "RegisterFootprints",
    "RegisterGraph",
    "Revision",
    "factor_drivers",
    "factor_drivers_of",
    "freeze",
    "live",
    "product_drivers",
    "revise",
    "revised",
]
