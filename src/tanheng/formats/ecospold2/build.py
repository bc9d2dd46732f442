"""Processes from data sets, once it is known which flows and data sets there are."""

from __future__ import annotations

import math

from tanheng.formats.ecospold2.allocation import allocation_of
from tanheng.formats.ecospold2.dataset import STOCK, RawDataset, RawExchange
from tanheng.formats.ecospold2.flows import FlowRegister
from tanheng.formats.ecospold2.identity import Identities
from tanheng.formats.ecospold2.signs import Side, side_of, turned
from tanheng.formats.ecospold2.uncertainty import negated, uncertainty_of
from tanheng.formats.ecospold2.variables import Variables
from tanheng.formats.notebook import Notebook
from tanheng.formats.values import UniqueIds
from tanheng.inventory.model import Allocation, Exchange, Flow, FlowKind, Process, Uncertainty


class Builder:
    """Turns data sets into processes; ``where`` is the place of notes that concern the whole database."""

    def __init__(self, register: FlowRegister, identities: Identities, notes: Notebook, where: str) -> None:
        self._register = register
        self._identities = identities
        self._notes = notes
        self._where = where
        self._comments: dict[str, str] = {}

    def build(self, identifier: str, dataset: RawDataset) -> Process:
        """One process; what is missing or odd in it becomes a note at its name."""
        meta, place = dataset.meta, dataset.name
        variables = Variables(dataset, self._notes, self._where)
        built = self._exchanges(dataset, variables)
        self._note_inheritance(dataset)
        if dataset.has_impact_results:
            self._notes.count("impact-results-ignored", self._where, place)
        allocation = self._allocation(dataset, built) if meta.is_undefined else None
        own_sources = (raw.source for raw in dataset.exchanges if raw.source)
        return Process(
            id=identifier,
            names=meta.names or {"en": place},
            exchanges=tuple(exchange for _, exchange, _ in built),
            location=meta.location,
            category=meta.category,
            parameters=variables.parameters,
            allocations=(allocation,) if allocation else (),
            default_allocation=allocation.method if allocation else None,
            is_aggregated=meta.is_aggregated,
            valid_from=meta.valid_from,
            valid_until=meta.valid_until,
            comment=meta.comment,
            texts={**meta.texts, **({"properties": told} if (told := self._properties(dataset)) else {})},
            sources=tuple(dict.fromkeys((*meta.sources, *own_sources))),
            licence=meta.licence,
        )

    def _note_inheritance(self, dataset: RawDataset) -> None:
        lacks = dataset.reference is None or any(raw.amount is None for raw in dataset.exchanges)
        if dataset.is_child and dataset.meta.parent and lacks:
            self._notes.add("child-inherits", dataset.name, parent=dataset.meta.parent)

    def _exchanges(self, dataset: RawDataset, variables: Variables) -> list[tuple[RawExchange, Exchange, Flow]]:
        ids = UniqueIds()
        found = []
        for position, raw in enumerate(dataset.exchanges, start=1):
            if not self._counts(raw, dataset, position):
                continue
            identifier, changed = ids.take(raw.id or f"position {position}")
            if changed:
                self._notes.count("duplicate-exchange", dataset.name, raw.name)
            flow = self._register.of(raw)
            found.append((raw, self._exchange(raw, identifier, flow, dataset, variables), flow))
        return found

    def _counts(self, raw: RawExchange, dataset: RawDataset, position: int) -> bool:
        """Whether an exchange belongs to the inventory; notes what does not."""
        if not raw.flow:
            self._notes.count("exchange-without-flow", dataset.name, f"#{position}")
            return False
        if not raw.group:
            self._notes.count("exchange-group-unknown", dataset.name, raw.name)
            return False
        if raw.group == STOCK:
            self._notes.count("stock-addition", dataset.name, raw.name)
            return False
        if raw.makes and raw is not dataset.reference and raw.amount == 0:
            # What allocation leaves of the other products.
            self._notes.count("zero-output", self._where, f"{dataset.name}: {raw.name}")
            return False
        return True

    def _exchange(
        self, raw: RawExchange, identifier: str, flow: Flow, dataset: RawDataset, variables: Variables
    ) -> Exchange:
        place = dataset.name
        is_reference = raw is dataset.reference
        amount = variables.amount(raw)
        if amount is None:
            self._notes.count("amount-missing", place, raw.name)
        if not raw.unit:
            self._notes.count("unit-missing", place, raw.name)
        if raw.has_transfers:
            self._notes.count("transfer-coefficients", self._where, f"{place}: {raw.name}")
        side = side_of(
            raw,
            amount,
            flow.kind,
            is_reference=is_reference,
            is_made=self._register.is_made(raw.flow),
        )
        self._note_side(raw, side, flow.kind, place)
        sign = -1.0 if side.is_turned else 1.0
        uncertainty = self._uncertainty(raw, place)
        volume = raw.production_volume
        return Exchange(
            id=identifier,
            flow=flow.id,
            amount=math.nan if amount is None else sign * amount,
            unit=self._register.unit(raw) or flow.unit,
            is_input=side.is_input,
            is_reference=is_reference,
            is_avoided=side.is_avoided,
            provider=self._provider(raw, place) if side.is_demand(flow.kind) and not is_reference else None,
            uncertainty=negated(uncertainty) if side.is_turned else uncertainty,
            formula=turned(raw.relation) if side.is_turned else raw.relation,
            comment=self._comments.setdefault(raw.comment, raw.comment),  # many are the same
            production_volume=None if volume is None else sign * volume,
        )

    def _note_side(self, raw: RawExchange, side: Side, kind: FlowKind, place: str) -> None:
        told = f"{place}: {raw.name}"
        if side.is_service:
            self._notes.count("waste-as-service", place, raw.name)
        elif side.is_avoided:
            self._notes.count("input-avoided", self._where, told)
        elif side.is_turned and kind is FlowKind.WASTE:
            self._notes.count("waste-sign", self._where, told)
        elif side.is_turned:
            self._notes.count("output-taken", self._where, told)

    def _provider(self, raw: RawExchange, place: str) -> str | None:
        if not raw.link:
            return None
        found = self._identities.provider(raw.link, raw.flow)
        if found is None:
            self._notes.count("dangling-provider", place, raw.link)
            return raw.link
        return found

    def _uncertainty(self, raw: RawExchange, place: str) -> Uncertainty | None:
        made, is_usable = uncertainty_of(raw.spread, raw.amount)
        if not is_usable:
            self._notes.count("uncertainty-unusable", place, raw.name)
        return made

    def _allocation(self, dataset: RawDataset, built: list[tuple[RawExchange, Exchange, Flow]]) -> Allocation | None:
        products = [
            (raw, exchange, flow)
            for raw, exchange, flow in built
            if flow.kind is FlowKind.PRODUCT and raw.makes and not exchange.is_input
        ]
        return allocation_of(products, dataset.meta.allocation_property, notes=self._notes, place=dataset.name)

    def _properties(self, dataset: RawDataset) -> str:
        """What the authors say of the products of a data set, a line each; what converts is with the flow instead."""
        lines = []
        for raw in dataset.exchanges:
            if not (raw.makes and raw.flow and raw.properties and (raw is dataset.reference or raw.amount)):
                continue
            kept = {(p.name, p.amount) for p in self._register.of(raw).properties}
            told = [
                f"{p.name} {p.amount:g} {p.unit}".rstrip() for p in raw.properties if (p.name, p.amount) not in kept
            ]
            if told:
                lines.append(f"{raw.name}: {'; '.join(told)}")
        return "\n".join(lines)
