"""Allocation by a property that the authors chose (C12), such as price or dry mass."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tanheng.formats.ecospold2.dataset import RawExchange, RawProperty
from tanheng.formats.notebook import Notebook
from tanheng.inventory.linking import is_declared_cut_off
from tanheng.inventory.model import Allocation, AllocationMethod, Exchange, Flow
from tanheng.quantities import find_unit

_MONEY = "currency:"


def allocation_of(
    products: Sequence[tuple[RawExchange, Exchange, Flow]], default: str, *, notes: Notebook, place: str
) -> Allocation | None:
    """Shares of the products of a data set: amount × property, of the sum of all.

    Args:
        products: reference product and by-products with their amounts.
        default: id of the property for products that name none of their own.
        notes: told of a product that lacks the property; then there is no allocation.
        place: name of the data set.
    """
    shared = [(raw, exchange) for raw, exchange, flow in products if not is_declared_cut_off(flow)]
    if len({exchange.flow for _, exchange in shared}) < 2 or not any(
        raw.allocation_property or default for raw, _ in shared
    ):
        return None
    weights: dict[str, float] = {}
    is_money = False
    for raw, exchange in shared:
        chosen = _property(raw, raw.allocation_property or default)
        weight = math.nan if chosen is None else exchange.amount * chosen.amount
        if chosen is None or not weight >= 0:
            notes.add("allocation-property-missing", place, flow=raw.name, property=raw.allocation_property or default)
            return None
        weights[exchange.flow] = weights.get(exchange.flow, 0.0) + weight
        is_money |= _is_price(chosen)
    total = math.fsum(weights.values())
    if not 0 < total < math.inf:
        return None
    method = AllocationMethod.ECONOMIC if is_money else AllocationMethod.PHYSICAL
    return Allocation(method, {flow: weight / total for flow, weight in weights.items()})


def _property(raw: RawExchange, identifier: str) -> RawProperty | None:
    return next((prop for prop in raw.properties if identifier and prop.id == identifier), None)


def _is_price(prop: RawProperty) -> bool:
    known = find_unit(prop.unit)
    return "price" in prop.name.casefold() or (known is not None and known.dimension.startswith(_MONEY))
