"""Processes, the other way round than :mod:`tanheng.formats.openlca.processes` reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tanheng.formats.losses import Losses
from tanheng.formats.openlca.writing.allocation import Allocations
from tanheng.formats.openlca.writing.documentation import Documentation
from tanheng.formats.openlca.writing.flows import KINDS
from tanheng.formats.openlca.writing.identity import Made, Places, category, ref, without_empty
from tanheng.formats.openlca.writing.numbers import parameter, uncertainty
from tanheng.formats.openlca.writing.quantities import Quantities
from tanheng.formats.parameters import Scope
from tanheng.formats.values import scaled
from tanheng.formats.writing.identity import Ids
from tanheng.formats.writing.numbers import finite, formula_of, settled
from tanheng.inventory.model import Database, Exchange, Flow, FlowKind, Process

_LARGEST_NUMBER = 2**31 - 1  # openLCA counts exchanges in a signed 32-bit integer


class Processes:
    """Turns processes into data sets; collects what they refer to."""

    def __init__(
        self,
        database: Database,
        *,
        scope: Scope,
        flow_ids: Ids,
        process_ids: Ids,
        quantities: Quantities,
        places: Places,
        documentation: Documentation,
        losses: Losses,
    ) -> None:
        self._database = database
        self._scope = scope
        self._flow_ids = flow_ids
        self._ids = process_ids
        self._quantities = quantities
        self._places = places
        self._documentation = documentation
        self._losses = losses
        self.exchanges = 0

    def of(self, process: Process) -> Made:
        """One process."""
        place = process.name
        identifier = self._ids.of(process.id)
        scope, kept = settled(process.parameters, self._scope) if process.parameters else (self._scope, ())
        exchanges = [e for e in process.exchanges if self._has_flow(e, place)]
        numbers = self._numbers(exchanges, place)
        flows = self._database.flows
        allocations = Allocations(
            process, flows, self._flow_ids, dict(zip((e.id for e in exchanges), numbers, strict=True)), self._losses
        )
        made = []
        has_reference = False
        for exchange, number in zip(exchanges, numbers, strict=True):
            is_reference = exchange.is_reference and not has_reference
            if exchange.is_reference and has_reference:
                self._losses.count("several-references", place)
            has_reference |= is_reference
            made.append(self._exchange(exchange, number, flows[exchange.flow], scope, place, is_reference=is_reference))
        self.exchanges += len(made)
        texts = process.texts
        return without_empty(
            {
                "@type": "Process",
                "@id": identifier,
                "name": process.name,
                "description": self._documentation.description(process),
                "category": category(process.category, self._losses),
                "version": texts.get("version", ""),
                "lastChange": texts.get("last change", ""),
                "dqEntry": texts.get("data quality", ""),
                "processType": "LCI_RESULT" if process.is_aggregated else "UNIT_PROCESS",
                "location": self._places.ref(process.location) if process.location else None,
                "processDocumentation": self._documentation.of(process),
                "parameters": [
                    parameter(p, k, "PROCESS_SCOPE", self._losses, place, identifier, i)
                    for i, (p, k) in enumerate(zip(process.parameters, kept, strict=True))
                ],
                "lastInternalId": max(numbers, default=0),
                "exchanges": made,
                "defaultAllocationMethod": allocations.default_name(),
                "allocationFactors": list(allocations.factors()),
            }
        )

    def _has_flow(self, exchange: Exchange, place: str) -> bool:
        known = exchange.flow in self._database.flows
        if not known:
            self._losses.count("exchange-without-flow", f"{place}: {exchange.flow}")
        return known

    def _numbers(self, exchanges: Sequence[Exchange], place: str) -> list[int]:
        """The number of each exchange: its id where that is one, else the next that is free."""
        own = [_number(e.id) for e in exchanges]
        taken = {number for number in own if number}
        used: set[int] = set()
        numbers: list[int] = []
        following = 1
        for exchange, wanted in zip(exchanges, own, strict=True):
            number = wanted
            if not number or number in used:
                self._losses.count("exchange-id-replaced", f"{place}: {exchange.id}")
                while following in taken:
                    following += 1
                number = following
                taken.add(number)
            used.add(number)
            numbers.append(number)
        return numbers

    def _exchange(
        self, exchange: Exchange, number: int, flow: Flow, scope: Scope, place: str, *, is_reference: bool
    ) -> Made:
        here = f"{place}: {flow.name}"
        measured = self._quantities.measured(exchange, flow)
        factor = 1.0
        made: Made = {
            "@type": "Exchange",
            "internalId": number,
            "flow": self._flow(flow),
        }
        if measured is None:
            self._losses.count("exchange-without-unit", here)
        else:
            if measured.unit != exchange.unit:
                factor = measured.factor
                self._losses.count("exchange-converted", here)
            if self._quantities.is_foreign(measured, flow):
                self._losses.count("exchange-unit-foreign", here)
            made["unit"] = self._quantities.unit_ref(measured)
            made["flowProperty"] = self._quantities.property_ref(measured.property)
        amount = finite(exchange.amount * factor)
        if amount is None:
            self._losses.count("amount-missing", here)
        is_usual = exchange.is_input is (flow.kind is FlowKind.PRODUCT)
        if exchange.is_avoided and flow.kind is not FlowKind.ELEMENTARY and not is_usual:
            self._losses.count("avoided-direction", here)
        if exchange.production_volume is not None:
            self._losses.count("production-volume-lost", here)
        pedigree = exchange.uncertainty.pedigree if exchange.uncertainty else ""
        provider = exchange.provider
        return made | without_empty(
            {
                "isInput": exchange.is_input,
                "isQuantitativeReference": is_reference,
                "isAvoidedProduct": exchange.is_avoided,
                "amount": amount,
                "amountFormula": formula_of(exchange, factor, scope, self._losses, here),
                "uncertainty": uncertainty(scaled(exchange.uncertainty, factor), self._losses, here),
                "dqEntry": pedigree,
                "defaultProvider": self._provider(provider) if provider else None,
                "description": exchange.comment,
            }
        )

    def _flow(self, flow: Flow) -> Made:
        """Reference to a flow, with what readers want to know of it before they see the flow."""
        told = {"flowType": KINDS[flow.kind], "refUnit": self._quantities.reference_name(flow)}
        return ref("Flow", self._flow_ids.of(flow.id), flow.name) | without_empty(told)

    def _provider(self, identifier: str) -> Made:
        known: Mapping[str, Process] = self._database.processes
        name = known[identifier].name if identifier in known else identifier
        return ref("Process", self._ids.of(identifier), name)


def _number(identifier: str) -> int:
    """An id that is a number as the format has it; 0 for the others."""
    if not (identifier.isascii() and identifier.isdigit()) or len(identifier) > 10:
        return 0
    number = int(identifier)
    return number if number <= _LARGEST_NUMBER and str(number) == identifier else 0
