"""Allocation factors of a process, by method (C12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tanheng.formats.notebook import Notebook
from tanheng.formats.openlca.fields import Json, entities, entity, number, ref, text
from tanheng.formats.parameters import Scope, value_of
from tanheng.formats.values import complete_shares
from tanheng.inventory.model import Allocation, AllocationMethod, Exchange

METHODS = {
    "PHYSICAL_ALLOCATION": AllocationMethod.PHYSICAL,
    "ECONOMIC_ALLOCATION": AllocationMethod.ECONOMIC,
    "CAUSAL_ALLOCATION": AllocationMethod.CAUSAL,
}


def default_method(process: Json) -> AllocationMethod | None:
    """The method that the authors chose; ``None`` for no allocation."""
    return METHODS.get(text(process, "defaultAllocationMethod"))


def allocations_of(
    process: Json, exchanges: Sequence[Exchange], products: set[str], scope: Scope, *, notes: Notebook, place: str
) -> tuple[Allocation, ...]:
    """The sets of factors of a process.

    Factors for products that the process does not make are leftovers and fall away. Where the reference product alone
    has no factor and the others add up to at most 1, the rest is its own; this is noted.

    ``products`` are ids of the flows that the process makes; ``scope`` holds the values for factors that are formulas.
    """
    general: dict[AllocationMethod, dict[str, float]] = {}
    causal: dict[str, dict[str, float]] = {}
    by_flow: dict[str, list[str]] = {}
    for exchange in exchanges:
        by_flow.setdefault(exchange.flow, []).append(exchange.id)
    for factor in entities(process, "allocationFactors"):
        method = METHODS.get(text(factor, "allocationType"))
        product = ref(factor, "product")
        value = _value(factor, scope, notes, place)
        if method is None or product not in products or value is None:
            notes.count("allocation-factor-unusable", place, text(entity(factor, "product"), "name") or "–")
            continue
        if method is not AllocationMethod.CAUSAL:
            general.setdefault(method, {})[product] = value
            continue
        for exchange_id in _exchanges(entity(factor, "exchange"), exchanges, by_flow):
            causal.setdefault(exchange_id, {})[product] = value
    reference = next((e.flow for e in exchanges if e.is_reference), "")
    own = reference if reference in products else ""
    completed = [complete_shares(shares, own) for shares in (*general.values(), *causal.values())]
    if any(completed):
        notes.add("allocation-completed", place, count=sum(completed))
    sets = [Allocation(method, shares) for method, shares in general.items()]
    if causal:
        sets.append(Allocation(AllocationMethod.CAUSAL, by_exchange=causal))
    return tuple(sets)


def _value(factor: Json, scope: Scope, notes: Notebook, place: str) -> float | None:
    value = number(factor, "value")
    if formula := text(factor, "formula"):
        value = value_of(formula, scope, stored=value or 0.0, notes=notes, place=f"{place}: allocation")
    return value


def _exchanges(reference: Json, exchanges: Sequence[Exchange], by_flow: Mapping[str, list[str]]) -> list[str]:
    """Ids of the exchanges that a causal factor means; some writers name only the flow."""
    internal = reference.get("internalId")
    wanted = str(internal) if isinstance(internal, int) else text(reference, "@id")
    if any(e.id == wanted for e in exchanges):
        return [wanted]
    return by_flow.get(ref(reference, "flow"), [])
