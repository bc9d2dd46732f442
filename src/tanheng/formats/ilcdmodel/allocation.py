"""Allocation factors of a process: which share of an exchange each co-product carries (C12)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from tanheng.formats.ilcdmodel.node import Node, node, nodes, number, text, to_number, values
from tanheng.formats.notebook import Notebook
from tanheng.formats.values import complete_shares
from tanheng.inventory.importing.allocation import TOLERANCE
from tanheng.inventory.model import Allocation, AllocationMethod, Exchange

# Percentages have three decimals in the format, so each may be off by half of the last.
_ROUNDING = 0.5e-5
_EXACT = "@allocatedShares"
_PHYSICAL = ("calorific", "exergetic", "element", "mass", "volume", "physical")


def method_of(data: Node) -> AllocationMethod:
    """The method that the authors name first; causal where they name none that we know."""
    method = node(data, "modellingAndValidation", "LCIMethodAndAllocation")
    for key in ("LCIMethodApproaches", "LCIMethodApproach"):
        for value in values(method, key):
            named = str(value).casefold()
            if "market value" in named:
                return AllocationMethod.ECONOMIC
            if any(word in named for word in _PHYSICAL):
                return AllocationMethod.PHYSICAL
    return AllocationMethod.CAUSAL


def allocations_of(
    raw: Sequence[tuple[Node, Exchange]],
    products: Mapping[str, Exchange],
    *,
    method: AllocationMethod,
    notes: Notebook,
    place: str,
) -> tuple[Allocation, ...]:
    """The factors of all exchanges as one set; empty where a process has none.

    Where the reference product alone has no factor and the others add up to at most 1, the rest is its own. Sums that
    miss 1 by the rounding of the format alone are scaled to 1. Both are noted.

    Args:
        raw: exchanges as written, each with what became of it.
        products: what the process makes, by internal id; the reference first.
        method: see :func:`method_of`.
    """
    reference = next((e.flow for e in products.values() if e.is_reference), "")
    made = {exchange.id for exchange in products.values()}
    by_exchange: dict[str, dict[str, float]] = {}
    exact: set[str] = set()
    for data, exchange in raw:
        shares = _shares(data, products, notes, place)
        if shares and exchange.id not in made:
            by_exchange[exchange.id] = shares
            if text(data, _EXACT):
                exact.add(exchange.id)
    if not by_exchange:
        return ()
    completed = sum(complete_shares(shares, reference) for shares in by_exchange.values())
    if completed:
        notes.add("allocation-completed", place, count=completed)
    rounded = sum(_round_off(shares) for key, shares in by_exchange.items() if key not in exact)
    if rounded:
        notes.add("allocation-rounded", place, count=rounded)
    return (Allocation(method, by_exchange=by_exchange),)


def _shares(data: Node, products: Mapping[str, Exchange], notes: Notebook, place: str) -> dict[str, float]:
    shares: dict[str, float] = {}
    exact = _exact(data)
    for factor in nodes(node(data, "allocations"), "allocation"):
        internal = text(factor, "@internalReferenceToCoProduct")
        percent = number(factor, "@allocatedFraction")
        if not internal and percent is None:
            continue  # an empty element, as templates leave it
        product = products.get(internal)
        if product is None or percent is None:
            notes.count("allocation-factor-unusable", place, internal or "–")
            continue
        share = exact.get(internal, percent / 100.0)
        shares[product.flow] = shares.get(product.flow, 0.0) + share
    return shares


def _exact(data: Node) -> dict[str, float]:
    """Shares in full, as our own writer gives those that have more digits than the field: ``2:0.3333333333 5:…``."""
    pairs = (pair.partition(":") for pair in text(data, _EXACT).split())
    found = ((internal, to_number(share)) for internal, _, share in pairs)
    return {internal: share for internal, share in found if share is not None}


def _round_off(shares: dict[str, float]) -> bool:
    total = math.fsum(shares.values())
    if abs(total - 1.0) <= TOLERANCE or abs(total - 1.0) > _ROUNDING * (len(shares) + 1):
        return False
    for flow in shares:
        shares[flow] /= total
    return True
