"""Multi-output processes become one column for each product (C12).

What a person chose comes first, where the process allows it: a method that its authors give factors for, a dimension in
which all its products are measured, or the reference product alone. Without that: the factors that the data set carries (its
default method, else physical, else economic, else causal); else the physical amounts, where all products can be measured in
one dimension; else the reference product carries everything and the others are refused as products. Whatever was done is
recorded with its shares.

Amounts alone say little about what is a product: data sets list straw, scrap and the water through the turbines of their
power plants as outputs. So, without the authors' factors, only what somebody in the database takes shares the burdens with
the reference product. Where nobody takes the reference either, all outputs are believed, unless that would leave the
reference less than one percent.
"""

from __future__ import annotations

import math
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field

from tanheng.inventory.importing.conversion import Converter
from tanheng.inventory.model import Allocation, AllocationMethod, Exchange, Flow, Process

TOLERANCE = 1e-9
LEAST_BELIEVED = 0.01
REFERENCE_ONLY = "reference-only"
DIMENSIONS = ("mass", "energy", "volume")
CHOICES = (*(method.value for method in AllocationMethod), *DIMENSIONS, REFERENCE_ONLY)
"""What a person can choose."""
_ORDER = (AllocationMethod.PHYSICAL, AllocationMethod.ECONOMIC, AllocationMethod.CAUSAL)


@dataclass(frozen=True, slots=True)
class Shares:
    """How one process is shared among its products.

    Attributes:
        rule: ``single``, ``physical``, ``economic``, ``causal``, ``physical-amounts:<dimension>`` or ``reference-only``.
        general: share of each product (position in ``products``).
        by_exchange: exchange id → shares, where they differ from the general ones.
        fault: why the process is refused; empty if it is not.
    """

    products: tuple[Exchange, ...]
    rule: str
    general: tuple[float, ...]
    by_exchange: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    fault: str = ""

    def of(self, exchange: Exchange, product: int) -> float:
        """Share of ``exchange`` that belongs to the product at position ``product``."""
        return self.by_exchange.get(exchange.id, self.general)[product]


def share_out(
    process: Process,
    products: Sequence[Exchange],
    flows: Mapping[str, Flow],
    converter: Converter,
    taken: Container[str],
    chosen: str = "",
) -> Shares:
    """Decide the shares of ``products`` (reference first) in the exchanges of ``process``.

    Args:
        taken: ids of the flows that some process of the database takes in.
        chosen: one of ``CHOICES``, or empty; a process that does not allow it is shared out as if nothing were chosen.
    """
    outputs = tuple(products)
    if len(outputs) == 1:
        return Shares(outputs, "single", (1.0,))
    if chosen == REFERENCE_ONLY:
        return Shares(outputs[:1], REFERENCE_ONLY, (1.0,))
    if chosen in DIMENSIONS and (found := _by_dimension(chosen, outputs, flows, converter, taken)) is not None:
        return found
    carried = _carried(process, outputs, chosen)
    if carried is not None:
        return carried
    reference = outputs[0]
    if reference.flow in taken:
        outputs = (reference, *(e for e in outputs[1:] if e.flow in taken))
        if len(outputs) == 1:
            return Shares(outputs, REFERENCE_ONLY, (1.0,))
    amounts = _one_dimension(outputs, flows, converter)
    if amounts is not None:
        dimension, values = amounts
        total = math.fsum(values)
        believed = reference.flow in taken or values[0] >= LEAST_BELIEVED * total
        if total > 0 and min(values) >= 0 and believed:
            return Shares(outputs, f"physical-amounts:{dimension}", tuple(v / total for v in values))
    return Shares(outputs[:1], REFERENCE_ONLY, (1.0,))


def _by_dimension(
    dimension: str,
    outputs: tuple[Exchange, ...],
    flows: Mapping[str, Flow],
    converter: Converter,
    taken: Container[str],
) -> Shares | None:
    """Shares by the amounts in a dimension; outputs that nobody takes carry nothing, but for the reference."""
    wanted = (outputs[0], *(e for e in outputs[1:] if e.flow in taken)) if outputs[0].flow in taken else outputs
    measures = [_measures(e, flows[e.flow], converter).get(dimension) for e in wanted]
    values = [value for value in measures if value is not None and value >= 0]
    total = math.fsum(values)
    if len(values) < len(wanted) or not total:
        return None
    return Shares(wanted, f"physical-amounts:{dimension}", tuple(value / total for value in values))


def _carried(process: Process, outputs: tuple[Exchange, ...], chosen: str) -> Shares | None:
    by_method = {a.method: a for a in process.allocations}
    first = [method for method in AllocationMethod if method.value == chosen]
    order = first + ([process.default_allocation] if process.default_allocation else []) + list(_ORDER)
    for method in order:
        allocation = by_method.get(method)
        if allocation is not None and (shares := _from_factors(allocation, outputs)) is not None:
            return shares
    return None


def _from_factors(allocation: Allocation, outputs: tuple[Exchange, ...]) -> Shares | None:
    def vector(shares: Mapping[str, float]) -> tuple[float, ...]:
        return tuple(shares.get(e.flow, 0.0) for e in outputs)

    general = vector(allocation.shares)
    by_exchange = {key: vector(shares) for key, shares in allocation.by_exchange.items()}
    sums = [math.fsum(v) for v in ((general,) if allocation.shares else ()) + tuple(by_exchange.values())]
    if not sums:
        return None
    if not allocation.shares:
        # Causal factors name every exchange; one they do not name belongs to the reference product.
        general = (1.0,) + (0.0,) * (len(outputs) - 1)
    wrong = [s for s in sums if abs(s - 1.0) > TOLERANCE]
    fault = f"{allocation.method}: {wrong[0]:.9g}" if wrong else ""
    return Shares(outputs, allocation.method.value, general, by_exchange, fault)


def _one_dimension(
    outputs: Sequence[Exchange], flows: Mapping[str, Flow], converter: Converter
) -> tuple[str, list[float]] | None:
    """Amounts of all outputs in the first dimension that all of them can be measured in."""
    measures = [_measures(e, flows[e.flow], converter) for e in outputs]
    for dimension in measures[0]:
        if all(dimension in m for m in measures):
            return dimension, [m[dimension] for m in measures]
    return None


def _measures(exchange: Exchange, flow: Flow, converter: Converter) -> dict[str, float]:
    found: dict[str, float] = {}
    own = converter.measure(exchange.unit)
    if own is not None:
        found[own[0]] = exchange.amount * float(own[1])
    to_reference = converter.to_reference(exchange, flow)
    if to_reference is None:
        return found
    amount = exchange.amount * to_reference
    reference = converter.measure(flow.unit)
    if reference is not None:
        found.setdefault(reference[0], amount * float(reference[1]))
    for prop in flow.properties:
        measure = converter.measure(prop.unit)
        if measure is not None:
            found.setdefault(measure[0], amount * prop.amount * float(measure[1]))
    density = converter.density(flow)
    if density is not None and "volume" in found and "mass" not in found:
        found["mass"] = found["volume"] * density
        converter.standard_densities[flow.name] = density
    return found
