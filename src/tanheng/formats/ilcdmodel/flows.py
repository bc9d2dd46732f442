"""Flows with their conversions between dimensions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tanheng.formats.ilcdmodel.names import categories, full_names, synonyms
from tanheng.formats.ilcdmodel.node import (
    Node,
    all_languages,
    described,
    node,
    nodes,
    number,
    one_language,
    place_code,
    reference,
    text,
)
from tanheng.formats.ilcdmodel.quantities import Measure, Quantities
from tanheng.formats.notebook import Notebook
from tanheng.formats.values import cas_number, chemical_formula
from tanheng.inventory.model import Flow, FlowKind, FlowProperty

NO_UNIT = "?"
_KINDS = {
    "elementary flow": FlowKind.ELEMENTARY,
    "product flow": FlowKind.PRODUCT,
    "waste flow": FlowKind.WASTE,
}
# The reference elementary flows of the ILCD system have ids of one maker; exports name the compartment in brackets.
_ELEMENTARY_ID = re.compile(r"-11dd-[0-9a-f]{4}-0050c2490048$")
_COMPARTMENT = re.compile(
    r"\(((?:emissions? to|(?:[\w-]+ )*resources? from|land (?:use|occupation|transformation)\b)[^()]*)\)\s*$",
    re.IGNORECASE,
)


class Flows:
    """The flows of a package; grows by those that exchanges name but the package lacks."""

    def __init__(self, flows: dict[str, Node], quantities: Quantities, notes: Notebook, place: str) -> None:
        self._quantities = quantities
        self._notes = notes
        self._place = place
        self._raw = flows
        self._missing: set[str] = set()
        self.by_id: dict[str, Flow] = {}

    def of(self, exchange: Node, *, place: str) -> Flow | None:
        """The flow of an exchange; made up from the reference where the package lacks it, ``None`` without one."""
        wanted = reference(exchange, "referenceToFlowDataSet")
        flow = self.by_id.get(wanted)
        if flow is not None and wanted not in self._missing:
            return flow
        if wanted in self._raw:
            return self._add(wanted)
        names = described(exchange, "referenceToFlowDataSet")
        wanted = wanted or one_language(names)
        if not wanted:
            return None
        self._notes.count("dangling-flows", place, one_language(names) or wanted)
        return self.by_id.get(wanted) or self._made_up(wanted, names)

    def known(self, wanted: str) -> Flow | None:
        """A flow of the package; ``None`` for one that it lacks."""
        if wanted in self._raw:
            return self._add(wanted)
        return None if wanted in self._missing else self.by_id.get(wanted)

    def close(self) -> dict[str, Flow]:
        """All flows of the package, used or not."""
        for wanted in list(self._raw):
            self._add(wanted)
        return self.by_id

    def _made_up(self, wanted: str, names: Mapping[str, str]) -> Flow:
        compartment = _COMPARTMENT.search(one_language(names))
        is_elementary = bool(compartment or _ELEMENTARY_ID.search(wanted))
        self._notes.count("flow-unit-unknown", self._place, one_language(names) or wanted)
        self._missing.add(wanted)
        made = Flow(
            id=wanted,
            kind=FlowKind.ELEMENTARY if is_elementary else FlowKind.PRODUCT,
            names=dict(names) or {"en": wanted},
            unit=NO_UNIT,
            category=(compartment[1].strip(),) if compartment else (),
        )
        self.by_id[wanted] = made
        return made

    def _add(self, wanted: str) -> Flow:
        data = self._raw.pop(wanted)  # a large package holds more flows than anything else
        information = node(data, "flowInformation", "dataSetInformation")
        names = full_names(information) or {"en": wanted}
        name = one_language(names)
        written = text(data, "modellingAndValidation", "LCIMethod", "typeOfDataSet")
        written = written or text(data, "modellingAndValidation", "LCIMethodAndAllocation", "typeOfDataSet")
        kind = _KINDS.get(written.casefold())
        if kind is None:
            self._notes.add("flow-type-unknown", name, type=written or "–")
        measure, properties = self._measured(data, name)
        if measure is None:
            self._notes.count("flow-unit-unknown", self._place, name)
        category = categories(information) or categories(node(data, "flowInformation"))
        flow = Flow(
            id=wanted,
            kind=kind or FlowKind.PRODUCT,
            names=names,
            unit=measure.symbol if measure else NO_UNIT,
            category=category,
            cas=cas_number(text(information, "CASNumber")),
            formula=chemical_formula(text(information, "sumFormula")),
            location=_location(data),
            synonyms=synonyms(information, names),
            properties=properties,
        )
        self.by_id[wanted] = flow
        return flow

    def _measured(self, data: Node, name: str) -> tuple[Measure | None, tuple[FlowProperty, ...]]:
        """The reference measure, and conversions to further dimensions, the first of each."""
        listed = nodes(node(data, "flowProperties"), "flowProperty")
        internal = text(data, "flowInformation", "quantitativeReference", "referenceToReferenceFlowProperty")
        chosen = next((p for p in listed if text(p, "@dataSetInternalID") == internal), None)
        if chosen is None and listed:
            chosen = next((p for p in listed if number(p, "meanValue") == 1.0), listed[0])
            self._notes.add("flow-property-assumed", name, property=_called(chosen))
        if chosen is None:
            return None, ()
        own = self._quantities.measure(reference(chosen, "referenceToFlowPropertyDataSet"))
        if own is None:
            return None, ()
        unit_value = number(chosen, "meanValue") or 1.0
        return own, tuple(self._others(listed, chosen, own, unit_value, name))

    def _others(
        self, listed: list[Node], chosen: Node, own: Measure, unit_value: float, name: str
    ) -> Iterator[FlowProperty]:
        taken = {own.group.dimension or own.group.name}
        for raw in listed:
            if raw is chosen:
                continue
            value = number(raw, "meanValue")
            measure = self._quantities.measure(reference(raw, "referenceToFlowPropertyDataSet"))
            if not value or measure is None:
                self._notes.add("flow-property-unusable", name, property=_called(raw))
                continue
            dimension = measure.group.dimension or measure.group.name
            if dimension not in taken:
                taken.add(dimension)
                # Factors are per reference unit only if the reference's own factor is 1.
                yield FlowProperty(measure.name, measure.symbol, value / unit_value)


def _location(data: Node) -> str:
    geography = node(data, "flowInformation", "geography")
    return text(geography, "@locationCode") or place_code(all_languages(geography, "locationOfSupply"))


def _called(flow_property: Node) -> str:
    said = one_language(described(flow_property, "referenceToFlowPropertyDataSet"))
    return said or reference(flow_property, "referenceToFlowPropertyDataSet") or "–"
