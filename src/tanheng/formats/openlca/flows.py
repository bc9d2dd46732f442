"""Flows with their conversions between dimensions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tanheng.formats.notebook import Notebook
from tanheng.formats.openlca.fields import Json, entities, entity, flag, number, ref, text
from tanheng.formats.openlca.quantities import Quantities
from tanheng.formats.values import cas_number, chemical_formula, named
from tanheng.inventory.model import Flow, FlowKind, FlowProperty

_KINDS = {
    "ELEMENTARY_FLOW": FlowKind.ELEMENTARY,
    "PRODUCT_FLOW": FlowKind.PRODUCT,
    "WASTE_FLOW": FlowKind.WASTE,
}


class Places:
    """Categories and locations that data sets refer to, by id (schema 1) or as text (schema 2)."""

    def __init__(self, categories: Mapping[str, Json], locations: Mapping[str, Json]) -> None:
        self._categories = categories
        self._locations = locations
        self._paths: dict[str, tuple[str, ...]] = {}

    def category(self, data: Json) -> tuple[str, ...]:
        """Path of a data set's category, outermost first."""
        value = data.get("category")
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split("/") if part.strip())
        identifier = ref(data, "category")
        if identifier and identifier not in self._paths:
            self._paths[identifier] = self._walk(entity(data, "category"))
        return self._paths.get(identifier, ())

    def _walk(self, start: Json) -> tuple[str, ...]:
        path: list[str] = []
        seen: set[str] = set()
        step = start
        while (identifier := text(step, "@id")) and identifier not in seen:
            seen.add(identifier)
            category = self._categories.get(identifier, step)
            path.append(text(category, "name"))
            step = entity(category, "category")
        return tuple(part for part in reversed(path) if part)

    def location(self, data: Json) -> str:
        """Code of a data set's location, else its name."""
        value = data.get("location")
        if isinstance(value, str):
            return value.strip()
        place = entity(data, "location")
        return text(self._locations.get(text(place, "@id"), place), "code", "name")


@dataclass(frozen=True, slots=True)
class Conversions:
    """How amounts of a flow may be given: the reference property, and factors of the others (per reference unit)."""

    reference: str
    factors: Mapping[str, float]


class Flows:
    """The flows of a package; grows by those that exchanges name but the package lacks."""

    def __init__(self, flows: Mapping[str, Json], places: Places, quantities: Quantities, notes: Notebook) -> None:
        self._places = places
        self._quantities = quantities
        self._notes = notes
        self.by_id: dict[str, Flow] = {}
        self.conversions: dict[str, Conversions] = {}
        for identifier, data in flows.items():
            self._add(identifier, data)

    def _add(self, identifier: str, data: Json) -> None:
        name = text(data, "name") or identifier
        kind = _KINDS.get(text(data, "flowType"))
        if kind is None:
            self._notes.add("flow-type-unknown", name, type=text(data, "flowType") or "–")
        reference, factors = self._factors(data, name)
        unit = self._quantities.reference_unit(reference) or ""
        if not unit and (spelled := text(data, "refUnit")):
            unit = self._quantities.book.lone(spelled, place=name)
        self.conversions[identifier] = Conversions(reference, factors)
        synonyms = data.get("synonyms")
        listed = synonyms if isinstance(synonyms, list) else text(data, "synonyms").split(";")
        self.by_id[identifier] = Flow(
            id=identifier,
            kind=kind or FlowKind.PRODUCT,
            names=named(name),
            unit=unit,
            category=self._places.category(data),
            cas=cas_number(text(data, "cas")),
            formula=chemical_formula(text(data, "formula")),
            location=self._places.location(data),
            synonyms=tuple(s.strip() for s in listed if isinstance(s, str) and s.strip()),
            properties=self._properties(reference, factors, unit),
        )

    def _factors(self, data: Json, name: str) -> tuple[str, dict[str, float]]:
        factors: dict[str, float] = {}
        reference = ""
        for factor in entities(data, "flowProperties"):
            identifier = ref(factor, "flowProperty")
            value = number(factor, "conversionFactor")
            if not identifier or not value:
                self._notes.add("flow-property-unusable", name, property=text(entity(factor, "flowProperty"), "name"))
                continue
            if flag(factor, "referenceFlowProperty", "isRefFlowProperty") and not reference:
                reference = identifier
            factors.setdefault(identifier, value)
        reference = reference or next((i for i, value in factors.items() if value == 1.0), "")
        if reference:
            # Factors are per reference unit only if the reference's own factor is 1.
            own = factors[reference]
            factors = {identifier: value / own for identifier, value in factors.items()}
        return reference, factors

    def _properties(self, reference: str, factors: Mapping[str, float], unit: str) -> tuple[FlowProperty, ...]:
        """Conversions to dimensions other than the reference's, the first of each dimension."""
        found: dict[str, FlowProperty] = {}
        own = self._quantities.measures.get(reference)
        taken = {own.group.dimension or own.group.name} if own else set()
        for identifier, factor in factors.items():
            measure = self._quantities.measures.get(identifier)
            if identifier == reference or measure is None:
                continue
            dimension = measure.group.dimension or measure.group.name
            symbol = self._quantities.reference_unit(identifier)
            if dimension not in taken and symbol and symbol != unit:
                taken.add(dimension)
                found[identifier] = FlowProperty(measure.name, symbol, factor)
        return tuple(found.values())

    def converts_itself(self, flow: Flow, flow_property: str) -> bool:
        """Whether an amount in ``flow_property`` converts to the reference by its unit and ``properties`` alone."""
        conversions = self.conversions.get(flow.id)
        measure = self._quantities.measures.get(flow_property)
        if conversions is None or measure is None or flow_property == conversions.reference:
            return True
        factor = conversions.factors.get(flow_property)
        return factor is None or any(p.name == measure.name and p.amount == factor for p in flow.properties)

    def get(self, exchange: Json, *, place: str) -> Flow | None:
        """The flow of an exchange; made up from the reference where the package lacks it, ``None`` without one."""
        reference = entity(exchange, "flow")
        identifier = text(reference, "@id")
        flow = self.by_id.get(identifier)
        if flow is None and identifier:
            self._notes.add("dangling-flow", place, flow=text(reference, "name") or identifier)
            self._add(identifier, reference)
            flow = self.by_id[identifier]
        return flow

    def measured_in(self, flow: Flow, unit: str) -> Flow:
        """The flow; where the package gives it no reference unit, that of the first exchange becomes it."""
        if flow.unit or not unit:
            return flow
        self.by_id[flow.id] = replace(flow, unit=unit)
        return self.by_id[flow.id]

    def close(self) -> dict[str, Flow]:
        """All flows that can be measured; one without any unit is left out with a note."""
        for flow in self.by_id.values():
            if not flow.unit:
                self._notes.add("flow-without-unit", flow.name)
        return {identifier: flow for identifier, flow in self.by_id.items() if flow.unit}
