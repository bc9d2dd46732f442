"""Processes from rows that have been read.

=============  =====================================
type           exchange (C09)
=============  =====================================
product        output of a product, the reference
by-product     output of a product
treated waste  input of a waste, the reference
input          input of a product
waste          output of a waste: demand for treatment
avoided        avoided input of a product
emission       output to nature
resource       input from nature
=============  =====================================
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from tanheng.formats.notebook import Notebook
from tanheng.formats.table.flows import FlowRegister
from tanheng.formats.table.lines import Line, amount_of, uncertainty_of
from tanheng.formats.table.parameters import Parameters
from tanheng.formats.table.processes import Draft, Drafts, reference_of
from tanheng.formats.table.words import Kind
from tanheng.inventory.importing.conversion import Converter
from tanheng.inventory.model import Allocation, AllocationMethod, Exchange, Process

_WHOLE = 1e-9


class Builder:
    """Turns drafts into processes; what is wrong is told at its cell."""

    def __init__(
        self, drafts: Drafts, register: FlowRegister, parameters: Parameters, converter: Converter, notes: Notebook
    ) -> None:
        self._drafts = drafts
        self._register = register
        self._parameters = parameters
        self._converter = converter
        self._notes = notes

    def build(self, draft: Draft) -> Process:
        """One process."""
        reference_of(draft)
        exchanges = tuple(self._exchange(line, draft, number) for number, line in enumerate(draft.lines, start=1))
        allocation = self._allocation(draft, exchanges)
        return Process(
            id=draft.id,
            names=draft.names,
            exchanges=exchanges,
            location=draft.location,
            category=draft.path("category"),
            parameters=self._parameters.of(draft.key)[1],
            allocations=(allocation,) if allocation is not None else (),
            default_allocation=allocation.method if allocation is not None else None,
            valid_from=draft.day("valid_from"),
            valid_until=draft.day("valid_until"),
            comment=draft.text("comment"),
            sources=draft.texts("source"),
            licence=draft.text("licence"),
        )

    def _exchange(self, line: Line, draft: Draft, number: int) -> Exchange:
        amount, formula = amount_of(line, self._parameters.of(draft.key)[0], self._notes)
        if amount == 0 and line.kind.is_reference:
            line.record.wrong("amount", "> 0")
        exchange = Exchange(
            id=str(number),
            flow=self._register.of(line).id,
            amount=amount,
            unit=line.unit,
            is_input=line.kind.is_input,
            is_reference=line.kind.is_reference,
            is_avoided=line.kind is Kind.AVOIDED,
            provider=self._provider(line),
            uncertainty=uncertainty_of(line, amount),
            formula=formula,
            comment=line.comment,
        )
        flow = self._register.of(line)
        if self._converter.to_reference(exchange, flow) is None:
            line.record.contradicts("unit", flow.unit, of=flow.name)
        return exchange

    def _provider(self, line: Line) -> str | None:
        """The process that serves an exchange; one that is not in the table may be in a background database."""
        if not line.provider:
            return None
        meant, record = self._drafts.called(line.provider), line.record
        if not meant:
            self._notes.count("dangling-provider", line.process, f"{record.place('provider')}: {line.provider}")
            return line.provider
        flow = self._register.of(line).id
        serving = [d for d in meant if any(_serves(other) and self._register.of(other).id == flow for other in d.lines)]
        if not serving:
            record.contradicts("provider", line.name, of=meant[0].id)
        elif len(serving) > 1:
            record.unknown("provider", [d.id for d in serving])
        return serving[0].id if serving else None

    def _allocation(self, draft: Draft, exchanges: Sequence[Exchange]) -> Allocation | None:
        """The shares that the table gives, or those of the amounts where it asks for physical ones (C12)."""
        made = [(line, e) for line, e in zip(draft.lines, exchanges, strict=True) if line.kind.is_made]
        method = draft.method()
        given = [line for line, _ in made if not math.isnan(line.share)]
        if len(made) < 2 or (not given and method is None):
            return None
        if given or method is not AllocationMethod.PHYSICAL:
            shares = _written(made)
            if method is None and shares:
                self._notes.add("allocation-method-assumed", draft.id, method=AllocationMethod.PHYSICAL.value)
        else:
            shares = self._by_amount(made)
        return Allocation(method or AllocationMethod.PHYSICAL, shares) if shares else None

    def _by_amount(self, made: Sequence[tuple[Line, Exchange]]) -> dict[str, float]:
        """Shares by the amounts in the unit of the first product, or through its mass, energy or volume."""
        if any(math.isnan(exchange.amount) for _, exchange in made):
            return {}
        amounts: dict[str, float] = {}
        first = self._register.of(made[0][0])
        for dimension in (first.unit, *(p.unit for p in first.properties)):
            amounts = {}
            for line, exchange in made:
                flow = self._register.of(line)
                factor = self._converter.to_reference(exchange, flow)
                measures = {flow.unit: 1.0, **{p.unit: p.amount for p in flow.properties}}
                through = [
                    a * f for u, a in measures.items() if (f := self._converter.between(u, dimension)) is not None
                ]
                if factor is None or not through:
                    break
                amounts[flow.id] = amounts.get(flow.id, 0.0) + exchange.amount * factor * through[0]
            else:
                break
        else:
            made[1][0].record.empty("share")
            return {}
        total = math.fsum(amounts.values())
        return {flow: amount / total for flow, amount in amounts.items()} if total > 0 else {}


def _serves(line: Line) -> bool:
    return line.kind.is_made or line.kind is Kind.TREATED


def _written(made: Sequence[tuple[Line, Exchange]]) -> dict[str, float]:
    """Shares as written, in percent or in parts of one; one that is missing, and a sum that is neither, are faults."""
    missing = [line for line, _ in made if math.isnan(line.share)]
    for line in missing:
        line.record.empty("share")
    total = math.fsum(line.share for line, _ in made if not math.isnan(line.share))
    if missing:
        return {}
    if min(abs(total - 1.0), abs(total / 100.0 - 1.0)) > _WHOLE:
        made[-1][0].record.wrong("share", f"Σ = 100 % ({total:g})")
        return {}
    shares: dict[str, float] = {}
    for line, exchange in made:
        shares[exchange.flow] = shares.get(exchange.flow, 0.0) + line.share / total
    return shares
