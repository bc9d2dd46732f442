"""Allocation factors: the shares of co-products in each exchange (C12)."""

from __future__ import annotations

import math
from collections.abc import Mapping

from tanheng.formats.ilcdmodel.writing.tree import Made, percentage
from tanheng.formats.losses import Losses
from tanheng.inventory.model import Allocation, AllocationMethod, Exchange, Flow, FlowKind, Process

_ORDER = (AllocationMethod.PHYSICAL, AllocationMethod.ECONOMIC, AllocationMethod.CAUSAL)


class Allocations:
    """The factors of one process: the one set that is used, as the format has one.

    Args:
        numbers: of the exchanges that are written, by their ids.
    """

    def __init__(self, process: Process, flows: Mapping[str, Flow], numbers: Mapping[str, str], losses: Losses) -> None:
        self._losses = losses
        self._place = process.name
        self._numbers = numbers
        made = [e for e in process.exchanges if e.id in numbers and is_product(e, flows[e.flow])]
        self._made = {e.id for e in made}
        self._products: dict[str, str] = {}
        for exchange in made:
            self._products.setdefault(exchange.flow, numbers[exchange.id])
        self._reference = next((e.flow for e in made if e.is_reference), "")
        self._used = self._chosen(process)
        # Nobody can tell a set of factors from none where there is nothing to share.
        written = any(self._shares(e) for e in process.exchanges if e.id in numbers)
        self.method = self._used.method if self._used is not None and written else None

    def _chosen(self, process: Process) -> Allocation | None:
        by_method = {a.method: a for a in process.allocations if a.shares or a.by_exchange}
        order = ([process.default_allocation] if process.default_allocation else []) + list(_ORDER)
        used = next((m for m in order if m in by_method), None)
        for method in by_method:
            if method is not used:
                self._losses.count("allocation-set-dropped", f"{process.name}: {method}")
        return by_method[used] if used else None

    def _shares(self, exchange: Exchange) -> Mapping[str, float]:
        if self._used is None or exchange.id in self._made:
            return {}
        given = self._used.by_exchange.get(exchange.id) or self._used.shares
        known = {flow: share for flow, share in sorted(given.items()) if flow in self._products}
        if known and self._reference and self._reference not in known:
            known[self._reference] = 0.0  # or the reader takes it that the reference carries the rest
        return known

    def of(self, exchange: Exchange) -> tuple[Made, Made]:
        """The field with the factors of an exchange, and the attribute with those that have more digits than it holds."""
        factors: list[Made] = []
        exact: list[str] = []
        for flow, share in self._shares(exchange).items():
            if not math.isfinite(share):
                self._losses.count("allocation-factor-missing", self._place)
                continue
            number = self._products[flow]
            percent = percentage(100.0 * share) or "0"
            factors.append({"@internalReferenceToCoProduct": number, "@allocatedFraction": percent})
            if float(percent) / 100.0 != share:
                exact.append(f"{number}:{share!r}")
        attribute: Made = {"@tanheng:allocatedShares": " ".join(exact)}
        return {"allocations": {"allocation": factors}}, attribute


def is_product(exchange: Exchange, flow: Flow) -> bool:
    """Whether a process makes it, or is paid for taking it as a waste."""
    made = FlowKind.WASTE if exchange.is_input else FlowKind.PRODUCT
    return not exchange.is_avoided and flow.kind is made
