"""Allocation factors of a process (C12)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from tanheng.formats.losses import Losses
from tanheng.formats.openlca.allocation import METHODS
from tanheng.formats.openlca.writing.identity import Made, ref
from tanheng.formats.writing.identity import Ids
from tanheng.inventory.model import Allocation, AllocationMethod, Exchange, Flow, FlowKind, Process

_NAMES = {method: name for name, method in METHODS.items()}
_ORDER = (AllocationMethod.PHYSICAL, AllocationMethod.ECONOMIC, AllocationMethod.CAUSAL)


class Allocations:
    """The factors of one process; sets that the format cannot hold as they are become causal ones.

    The format has shares of products for the physical and the economic method, and shares of products in each exchange for
    the causal one, whereas EcoSpold 1 has physical shares of each exchange.
    """

    def __init__(
        self, process: Process, flows: Mapping[str, Flow], ids: Ids, numbers: Mapping[str, int], losses: Losses
    ) -> None:
        self._process = process
        self._flows = flows
        self._ids = ids
        self._numbers = numbers
        self._losses = losses
        known = [e for e in process.exchanges if e.flow in flows]
        self._products = {e.id for e in known if _is_product(e, flows[e.flow])}
        reference = next((e for e in known if e.is_reference), None)
        self._reference = reference.flow if reference is not None and reference.id in self._products else ""
        self.default = process.default_allocation
        self._sets = self._chosen()

    def _chosen(self) -> list[Allocation]:
        by_method = {a.method: a for a in self._process.allocations}
        order = ([self.default] if self.default else []) + list(_ORDER)
        used = next((m for m in order if m in by_method), None)
        # The causal place can hold one set: the causal one, unless another that needs it is what is used.
        needing = [m for m, a in by_method.items() if m is AllocationMethod.CAUSAL or a.by_exchange]
        needing.sort(key=lambda m: (m is not used, m is not AllocationMethod.CAUSAL))
        for method in needing[1:]:
            self._losses.count("allocation-dropped", f"{self._process.name}: {method}")
        kept = [by_method[m] for m in _ORDER if m in by_method and m not in needing]
        if not needing:
            return kept
        if needing[0] is not AllocationMethod.CAUSAL:
            self._losses.count("allocation-as-causal", self._process.name)
            if used is needing[0]:
                self.default = AllocationMethod.CAUSAL
        return [*kept, self._as_causal(by_method[needing[0]])]

    def _as_causal(self, given: Allocation) -> Allocation:
        """Shares of every exchange that is no product; the general ones where it has none of its own."""
        others = [e.id for e in self._process.exchanges if e.id not in self._products]
        shares = {i: given.by_exchange.get(i) or (given.shares if i in others else {}) for i in self._numbers}
        return Allocation(AllocationMethod.CAUSAL, by_exchange={i: s for i, s in shares.items() if s})

    def default_name(self) -> str:
        """The method to use, in the format's words."""
        return "NO_ALLOCATION" if self.default is None else _NAMES[self.default]

    def factors(self) -> Iterator[Made]:
        """Every factor of every set."""
        for allocation in self._sets:
            if allocation.method is not AllocationMethod.CAUSAL:
                yield from self._of(allocation.method, allocation.shares, {})
            for identifier, shares in sorted(allocation.by_exchange.items(), key=lambda kv: self._numbers[kv[0]]):
                exchange = {"exchange": {"@type": "ExchangeRef", "internalId": self._numbers[identifier]}}
                yield from self._of(allocation.method, shares, exchange)

    def _of(self, method: AllocationMethod, shares: Mapping[str, float], exchange: Made) -> Iterator[Made]:
        given = dict(sorted(shares.items()))
        if given and self._reference and self._reference not in given:
            given[self._reference] = 0.0  # or the reader takes it that the reference carries the rest
        for flow, share in given.items():
            if not math.isfinite(share):
                self._losses.count("allocation-factor-missing", self._process.name)
                continue
            name = self._flows[flow].name if flow in self._flows else flow
            product = ref("Flow", self._ids.of(flow), name)
            yield (
                {"@type": "AllocationFactor", "allocationType": _NAMES[method], "product": product}
                | exchange
                | {"value": share}
            )


def _is_product(exchange: Exchange, flow: Flow) -> bool:
    made = FlowKind.WASTE if exchange.is_input else FlowKind.PRODUCT
    return not exchange.is_avoided and flow.kind is made
