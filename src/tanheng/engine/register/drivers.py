"""Where the change of a product comes from: factors that changed, products that changed."""

from __future__ import annotations

from typing import Any

import numpy as np

from tanheng.engine.arrays import Floats, Indices, as_columns, selected
from tanheng.engine.register.register import Register
from tanheng.engine.register.results import Drivers, Effect, weighing


def factor_drivers(register: Register, effect: Effect, products: Any, *, weights: Any = None) -> Drivers:
    """The share of each changed factor in the change of some products.

    With s = A⁻¹e the supply of one unit of product j, factor i contributes Δφᵢ (F s)ᵢ; these add up to its change.

    Args:
        register: the one that gave ``effect``.
        effect: of a release.
        products: (m,) numbers.
        weights: (k,), what one of each value counts; may be left out for a single value.

    >>> from tanheng.engine.register import RegisterGraph
    >>> graph = RegisterGraph(references=[[0, 0.5], [0, 0]], uses=[[2.0, 0.0], [0.0, 1.0]], own=[0.0, 0.0])
    >>> register = Register(graph)
    >>> effect = register.effect(register.footprints([3.0, 1.0]), [4.0, 4.0])
    >>> factor_drivers(register, effect, [1]).top(0)
    ((1, 3.0, 0.75), (0, 1.0, 0.25))
    """
    return _factor_drivers(register, effect, *_supply_of_each(register, products), weights)


def factor_drivers_of(register: Register, effect: Effect, demand: Any, *, weights: Any = None) -> Drivers:
    """As :func:`factor_drivers` for whole demands: with the volumes of all products, what moves the register in all.

    Args:
        register, effect, weights: as there.
        demand: (n,) or (n, m), units of each product.
    """
    columns = as_columns(demand, register.graph.products, "demand")
    wanted = np.flatnonzero(columns.any(axis=1))
    return _factor_drivers(register, effect, *_supply(register, wanted, columns[wanted]), weights)


def _factor_drivers(register: Register, effect: Effect, nodes: Indices, supply: Floats, weights: Any) -> Drivers:
    changed = effect.changed_factors
    amounts = (selected(register.graph.uses, nodes) @ supply)[changed]
    moved = np.nan_to_num(effect.after.factors[changed]) - np.nan_to_num(effect.before.factors[changed])
    return Drivers(changed, (moved @ weighing(weights, moved.shape[1]))[:, None] * amounts)


def product_drivers(register: Register, effect: Effect, products: Any, *, weights: Any = None) -> Drivers:
    """The products in whose own columns a change enters, and what each contributes to the change of some products.

    Args:
        register: the one after the change.
        effect: of a release or of a revision.
        products, weights: as in :func:`factor_drivers`.
    """
    nodes, supply = _supply_of_each(register, products)
    place = np.full(register.graph.products, -1, dtype=np.intp)
    place[nodes] = np.arange(len(nodes))
    at = place[effect.pushed]
    push = effect.push[at >= 0] @ weighing(weights, effect.push.shape[1])
    return Drivers(effect.pushed[at >= 0], push[:, None] * supply[at[at >= 0]])


def _supply_of_each(register: Register, products: Any) -> tuple[Indices, Floats]:
    """Products that some products need, and how much of each for one unit of each of these (u, m)."""
    wanted = np.asarray(products, dtype=np.intp).ravel()
    distinct, column = np.unique(wanted, return_inverse=True)
    return _supply(register, distinct, np.eye(len(distinct))[:, column])


def _supply(register: Register, wanted: Indices, amounts: Floats) -> tuple[Indices, Floats]:
    """Products that a demand needs, and how much of each (u, m); ``amounts`` (w, m) of the products ``wanted``, ascending."""
    nodes = register.suppliers(wanted)
    part, inside = register.part(nodes)
    demand = np.zeros((part.size, amounts.shape[1]))
    demand[np.searchsorted(inside, wanted)] = amounts
    supply = part.solve(demand, transposed=False).values
    return nodes, supply[np.searchsorted(inside, nodes)]
