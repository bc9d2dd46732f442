"""Processes with their exchanges and parameters."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from tanheng.formats.notebook import Notebook
from tanheng.formats.openlca import documentation
from tanheng.formats.openlca.allocation import allocations_of, default_method
from tanheng.formats.openlca.fields import Json, entities, entity, flag, number, ref, text
from tanheng.formats.openlca.flows import Flows, Places
from tanheng.formats.openlca.quantities import Quantities
from tanheng.formats.parameters import Scope, resolve, value_of
from tanheng.formats.values import UniqueIds, bounded, lognormal, named, normal, scaled
from tanheng.inventory.model import Allocation, Exchange, Flow, FlowKind, Parameter, Process, Uncertainty


def parameter_of(data: Json) -> Parameter:
    """A parameter as written; its formula is evaluated later."""
    is_input = flag(data, "inputParameter", "isInputParameter")
    return Parameter(
        name=text(data, "name"),
        value=number(data, "value") or 0.0,
        formula="" if is_input else text(data, "formula"),
        uncertainty=uncertainty_of(entity(data, "uncertainty")),
        comment=text(data, "description"),
    )


def uncertainty_of(data: Json, pedigree: str = "") -> Uncertainty | None:
    """A distribution; ``None`` where there is none or its numbers make none."""
    match text(data, "distributionType"):
        case "LOG_NORMAL_DISTRIBUTION":
            return lognormal(number(data, "geomMean"), number(data, "geomSd"), pedigree)
        case "NORMAL_DISTRIBUTION":
            return normal(number(data, "mean"), number(data, "sd"), pedigree)
        case "TRIANGLE_DISTRIBUTION":
            mode = number(data, "mode")
            return None if mode is None else bounded(number(data, "minimum"), number(data, "maximum"), mode, pedigree)
        case "UNIFORM_DISTRIBUTION":
            return bounded(number(data, "minimum"), number(data, "maximum"), pedigree=pedigree)
        case _:
            return lognormal(None, None, pedigree)


class Processes:
    """Turns process data sets into values; knows the package's flows, quantities and global parameters."""

    def __init__(
        self,
        *,
        flows: Flows,
        places: Places,
        quantities: Quantities,
        sources: Mapping[str, str],
        scope: Scope,
        notes: Notebook,
    ) -> None:
        self._flows = flows
        self._places = places
        self._quantities = quantities
        self._sources = sources
        self._global = scope
        self._notes = notes

    def build(self, identifier: str, data: Json) -> Process:
        """One process; what is missing or odd in it becomes a note at its name."""
        place = text(data, "name") or identifier
        scope, parameters = self._parameters(data, place)
        exchanges = self._exchanges(data, scope, place)
        valid_from, valid_until = documentation.period(data)
        return Process(
            id=identifier,
            names=named(place),
            exchanges=exchanges,
            location=self._places.location(data),
            category=self._places.category(data),
            parameters=parameters,
            allocations=self._allocations(data, exchanges, scope, place),
            default_allocation=default_method(data),
            is_aggregated=text(data, "processType") == "LCI_RESULT",
            valid_from=valid_from,
            valid_until=valid_until,
            comment=text(data, "description"),
            texts=documentation.texts(data),
            sources=documentation.sources_of(data, self._sources),
            licence=documentation.licence(data),
        )

    def _parameters(self, data: Json, place: str) -> tuple[Scope, tuple[Parameter, ...]]:
        own = [parameter_of(p) for p in entities(data, "parameters") if text(p, "name")]
        return resolve(own, outer=self._global, notes=self._notes, place=place) if own else (self._global, ())

    def _exchanges(self, data: Json, scope: Scope, place: str) -> tuple[Exchange, ...]:
        ids = UniqueIds()
        found: list[Exchange] = []
        has_reference = False
        for position, raw in enumerate(entities(data, "exchanges"), start=1):
            flow = self._flows.get(raw, place=place)
            if flow is None:
                self._notes.count("exchange-without-flow", place, f"#{position}")
                continue
            identifier, changed = ids.take(_exchange_id(raw, position))
            if changed:
                self._notes.count("duplicate-exchange", place, flow.name)
            is_reference = flag(raw, "quantitativeReference", "isQuantitativeReference")
            if is_reference and has_reference:
                self._notes.add("several-references", place, flow=flow.name)
                is_reference = False
            has_reference |= is_reference
            found.append(self._exchange(raw, identifier, flow, scope, place, is_reference=is_reference))
        if not has_reference:
            self._notes.add("no-reference", place)
        return tuple(found)

    def _exchange(
        self, raw: Json, identifier: str, flow: Flow, scope: Scope, place: str, *, is_reference: bool
    ) -> Exchange:
        unit = self._quantities.unit(raw, otherwise=flow.unit, place=place)
        flow = self._flows.measured_in(flow, unit)
        amount = number(raw, "amount")
        if amount is None:
            self._notes.count("amount-missing", place, flow.name)
        formula = text(raw, "amountFormula")
        if formula:
            amount = value_of(formula, scope, stored=amount or 0.0, notes=self._notes, place=f"{place}: {flow.name}")
        uncertainty = self._uncertainty(raw, place)
        is_avoided = flag(raw, "avoidedProduct", "isAvoidedProduct")
        is_input = flag(raw, "input", "isInput")
        if is_avoided and flow.kind is not FlowKind.ELEMENTARY:
            # Avoided products are inputs and avoided wastes outputs in openLCA's model, whatever an old writer said.
            is_input = flow.kind is FlowKind.PRODUCT
        provider = ref(raw, "defaultProvider") or None
        exchange = Exchange(
            id=identifier,
            flow=flow.id,
            amount=math.nan if amount is None else amount,
            unit=unit,
            is_input=is_input,
            is_reference=is_reference,
            is_avoided=is_avoided,
            provider=provider,
            uncertainty=uncertainty,
            formula=formula,
            comment=text(raw, "description"),
        )
        return self._converted(raw, exchange, flow, place)

    def _uncertainty(self, raw: Json, place: str) -> Uncertainty | None:
        data = raw.get("uncertainty")
        pedigree = text(raw, "dqEntry", "pedigreeUncertainty")
        if not isinstance(data, dict):
            return lognormal(None, None, pedigree)
        made = uncertainty_of(data, pedigree)
        # A GSD of exactly 1 says that there is no spread; anything else that makes no distribution is a fault.
        if (made is None or made.scale is made.minimum is None) and number(data, "geomSd") != 1.0:
            self._notes.count("uncertainty-unusable", place, text(data, "distributionType"))
        return made

    def _converted(self, raw: Json, exchange: Exchange, flow: Flow, place: str) -> Exchange:
        """The exchange in the flow's reference unit where unit and properties alone would convert it wrongly.

        That is so where two flow properties share a dimension, as gross and net calorific value do.
        """
        flow_property = ref(raw, "flowProperty")
        if self._flows.converts_itself(flow, flow_property):
            return exchange
        unit_factor = self._quantities.factor(raw)
        if not unit_factor:
            self._notes.add("flow-property-unusable", place, property=text(entity(raw, "flowProperty"), "name"))
            return exchange
        factor = unit_factor / self._flows.conversions[flow.id].factors[flow_property]
        self._notes.add("flow-property-converted", place, flow=flow.name, factor=factor, unit=flow.unit)
        return replace(
            exchange,
            amount=exchange.amount * factor,
            unit=flow.unit,
            uncertainty=scaled(exchange.uncertainty, factor),
            formula=f"({exchange.formula})*{factor!r}" if exchange.formula else "",
        )

    def _allocations(
        self, data: Json, exchanges: tuple[Exchange, ...], scope: Scope, place: str
    ) -> tuple[Allocation, ...]:
        if not data.get("allocationFactors"):
            return ()
        kinds = {e.flow: self._flows.by_id[e.flow].kind for e in exchanges}
        products = {
            e.flow
            for e in exchanges
            if not e.is_avoided
            and (kinds[e.flow] is FlowKind.WASTE if e.is_input else kinds[e.flow] is FlowKind.PRODUCT)
        }
        return allocations_of(data, exchanges, products, scope, notes=self._notes, place=place)


def _exchange_id(raw: Json, position: int) -> str:
    internal = raw.get("internalId")
    return str(internal) if isinstance(internal, int) and internal > 0 else text(raw, "@id") or str(position)
