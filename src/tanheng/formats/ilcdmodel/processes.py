"""Processes with their parameters, exchanges and allocation."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from tanheng.formats.ilcdmodel import documentation
from tanheng.formats.ilcdmodel.allocation import allocations_of, method_of
from tanheng.formats.ilcdmodel.amounts import Amounts
from tanheng.formats.ilcdmodel.flows import Flows
from tanheng.formats.ilcdmodel.models import Connections
from tanheng.formats.ilcdmodel.names import categories, full_names
from tanheng.formats.ilcdmodel.node import (
    Node,
    all_languages,
    content,
    node,
    nodes,
    number,
    one_language,
    place_code,
    reference,
    text,
    values,
)
from tanheng.formats.ilcdmodel.uncertainty import uncertainty_of
from tanheng.formats.notebook import Notebook
from tanheng.formats.parameters import Scope, resolve
from tanheng.formats.values import UniqueIds
from tanheng.inventory.model import Allocation, Exchange, Flow, FlowKind, Parameter, Process

# Values of functionType that are told for information and "already fully considered" in the inventory (the schema).
_REMINDER = "reminder"
_AGGREGATED = ("lci result", "epd")


class Processes:
    """Turns process data sets into values; knows the package's flows, sources, contacts and models."""

    def __init__(
        self,
        *,
        flows: Flows,
        sources: Mapping[str, str],
        contacts: Mapping[str, str],
        connections: Connections,
        notes: Notebook,
    ) -> None:
        self._flows = flows
        self._sources = sources
        self._contacts = contacts
        self._connections = connections
        self._notes = notes

    def build(self, identifier: str, data: Node) -> Process:
        """One process; what is missing or odd in it becomes a note at its name."""
        information = node(data, "processInformation", "dataSetInformation")
        names = full_names(information) or {"en": identifier}
        place = one_language(names)
        parameters = [_parameter(p) for p in nodes(node(data, *_RELATIONS), "variableParameter") if text(p, "@name")]
        scope, resolved = resolve(parameters, notes=self._notes, place=place) if parameters else (Scope(), ())
        raw = self._exchanges(identifier, data, scope, place)
        (valid_from, valid_until), no_date = documentation.period(data)
        if no_date:
            self._notes.count("date-unreadable", place, no_date)
        kind = text(data, "modellingAndValidation", "LCIMethodAndAllocation", "typeOfDataSet").casefold()
        allocations = self._allocations(data, raw, place)
        return Process(
            id=identifier,
            names=names,
            exchanges=tuple(exchange for _, exchange in raw),
            location=_location(data),
            category=categories(information),
            parameters=resolved,
            allocations=allocations,
            default_allocation=allocations[0].method if allocations else None,
            is_aggregated=kind in _AGGREGATED,
            valid_from=valid_from,
            valid_until=valid_until,
            comment=all_languages(information, "generalComment"),
            texts=documentation.texts(data, self._contacts),
            sources=documentation.sources_of(data, self._sources),
            licence=documentation.licence(data),
        )

    def _exchanges(self, process: str, data: Node, scope: Scope, place: str) -> list[tuple[Node, Exchange]]:
        listed: list[tuple[Node, Flow]] = []
        for position, raw in enumerate(nodes(node(data, "exchanges"), "exchange"), start=1):
            flow = self._flows.of(raw, place=place)
            if flow is None:
                self._notes.count("exchange-without-flow", place, f"#{position}")
            elif _REMINDER in text(raw, "functionType").casefold():
                self._notes.count("reminder-flow", place, flow.name)
            else:
                listed.append((raw, flow))
        reference_at = self._reference(data, listed, place)
        ids = UniqueIds()
        amounts = Amounts(scope, self._notes, place)
        found: list[tuple[Node, Exchange]] = []
        for position, (raw, flow) in enumerate(listed):
            is_reference = position == reference_at
            is_input = self._is_input(raw, flow, place, is_reference=is_reference)
            if is_input is None:
                continue
            # One taken by the position of the exchange would be another's id in a file that numbers only some.
            identifier, changed = ids.take(text(raw, "@dataSetInternalID") or f"position {position + 1}")
            if changed:
                self._notes.count("duplicate-exchange", place, flow.name)
            exchange = self._exchange(
                raw, identifier, flow, amounts, process, is_input=is_input, is_reference=is_reference
            )
            found.append((raw, exchange))
        return found

    def _reference(self, data: Node, listed: Sequence[tuple[Node, Flow]], place: str) -> int | None:
        """Position of the quantitative reference: the first flow that the data set names."""
        at: dict[str, int] = {}
        for position, (raw, _) in enumerate(listed):
            at.setdefault(text(raw, "@dataSetInternalID"), position)
        quantitative = node(data, "processInformation", "quantitativeReference")
        wanted = [content(value) for value in values(quantitative, "referenceToReferenceFlow")]
        found = list(dict.fromkeys(at[internal] for internal in wanted if internal in at))
        for position in found[1:]:
            self._notes.add("several-references", place, flow=listed[position][1].name)
        if not found:
            self._notes.add("no-reference", place)
            return None
        raw, flow = listed[found[0]]
        direction = _direction(raw)
        makes = flow.kind is FlowKind.PRODUCT and direction != "input"
        treats = flow.kind is FlowKind.WASTE and direction != "output"
        if not makes and not treats:
            self._notes.add("reference-unusable", place, flow=flow.name, kind=flow.kind.value, direction=direction)
        return found[0]

    def _is_input(self, raw: Node, flow: Flow, place: str, *, is_reference: bool) -> bool | None:
        """Whether an exchange enters the process; ``None`` where nothing tells."""
        direction = _direction(raw)
        if direction in ("input", "output"):
            return direction == "input"
        if is_reference:
            return flow.kind is FlowKind.WASTE
        if flow.kind is FlowKind.ELEMENTARY and flow.category:
            return "resource" in "/".join(flow.category).casefold()
        self._notes.count("exchange-group-unknown", place, flow.name)
        return None

    def _exchange(
        self,
        raw: Node,
        identifier: str,
        flow: Flow,
        amounts: Amounts,
        process: str,
        *,
        is_input: bool,
        is_reference: bool,
    ) -> Exchange:
        comment = text(raw, _FULL_COMMENT) or all_languages(raw, "generalComment")
        amount = amounts.of(raw, flow.name, comment)
        is_avoided = text(raw, "@avoidedProduct").casefold() == "true"  # openLCA's extension
        if is_avoided and flow.kind is not FlowKind.ELEMENTARY:
            is_input = flow.kind is FlowKind.PRODUCT
        where = text(raw, "location")
        return Exchange(
            id=identifier,
            flow=flow.id,
            amount=math.nan if amount.value is None else amount.value,
            unit=flow.unit,
            is_input=is_input,
            is_reference=is_reference,
            is_avoided=is_avoided,
            provider=self._provider(raw, process, flow, is_input=is_input, is_reference=is_reference),
            uncertainty=amount.uncertainty,
            formula=amount.formula,
            comment="\n\n".join(filter(None, (comment, f"[{where}]" if where else ""))),
        )

    def _provider(self, raw: Node, process: str, flow: Flow, *, is_input: bool, is_reference: bool) -> str | None:
        if flow.kind is FlowKind.ELEMENTARY or is_reference:
            return None
        named = text(raw, "@defaultProvider").lower()  # openLCA's extension
        named = named or reference(raw, "referenceToPrecedingDataSet")
        named = named or reference(node(raw, "other"), "referenceToPrecedingDataSet")
        if named:
            return named
        if is_input:
            return self._connections.provider(process, flow.id)
        return self._connections.treatment(process, flow.id) if flow.kind is FlowKind.WASTE else None

    def _allocations(self, data: Node, raw: Sequence[tuple[Node, Exchange]], place: str) -> tuple[Allocation, ...]:
        products: dict[str, Exchange] = {}
        for written, exchange in raw:
            kind = self._flows.by_id[exchange.flow].kind
            makes = kind is (FlowKind.WASTE if exchange.is_input else FlowKind.PRODUCT)
            if makes and not exchange.is_avoided:
                products.setdefault(text(written, "@dataSetInternalID"), exchange)
        return allocations_of(raw, products, method=method_of(data), notes=self._notes, place=place)


_FULL_COMMENT = "@fullComment"  # as our own writer gives one that is too long for its field
_RELATIONS = ("processInformation", "mathematicalRelations")


def _direction(raw: Node) -> str:
    return text(raw, "exchangeDirection").casefold()


def _location(data: Node) -> str:
    geography = node(data, "processInformation", "geography")
    place = node(geography, "locationOfOperationSupplyOrProduction")
    return text(place, "@locationCode") or place_code(text(place, "@location") or text(geography, "@location"))


def _parameter(data: Node) -> Parameter:
    value = number(data, "meanValue")
    comment = text(data, _FULL_COMMENT) or all_languages(data, "comment")
    return Parameter(
        name=text(data, "@name"),
        value=value or 0.0,
        formula=text(data, "formula"),
        uncertainty=uncertainty_of(data, value, low="minimumValue", high="maximumValue", comment=comment),
        comment=comment,
    )
