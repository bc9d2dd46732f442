"""Unit groups and flow properties: one group for each unit that flows are measured in.

openLCA measures a flow in the reference unit of its property, so flows in kWh and flows in MJ need a group each. A unit of
the database alone is written in one group only: read from two, it would become two.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from tanheng.files import shipped_rows
from tanheng.formats.losses import Losses
from tanheng.formats.openlca.writing.identity import Made, made_id, ref
from tanheng.inventory.importing.conversion import Converter
from tanheng.inventory.model import Database, Exchange, Flow, FlowProperty
from tanheng.quantities import find_unit


@dataclass(slots=True)
class _Known:
    """What openLCA's own reference data have for a reference unit: the group, properties and units by our symbol."""

    group: tuple[str, str] = ("", "")
    properties: dict[str, str] = field(default_factory=dict)
    units: dict[str, tuple[str, str]] = field(default_factory=dict)


@cache
def _known() -> dict[str, _Known]:
    """The reference data of openLCA, by reference unit.

    With their ids, data sets meet flows that are in an openLCA database already; with others, nothing would convert.
    """
    found: dict[str, _Known] = {}
    for row in shipped_rows("openlca_quantities"):
        known = found.setdefault(row["reference"], _Known())
        match row["kind"]:
            case "group":
                known.group = (row["id"], row["name"])
            case "property":
                known.properties[row["name"]] = row["id"]
            case _:
                own = find_unit(row["reference"])
                unit = find_unit(row["name"], own.dimension if own else None)
                if unit is not None:
                    known.units[unit.symbol] = (row["id"], row["name"])
    return found


@dataclass(frozen=True, slots=True)
class Measured:
    """How an exchange is written: its flow property (name, reference unit), its unit, and what its amount times."""

    property: tuple[str, str]
    unit: str
    factor: float = 1.0


class Quantities:
    """Decides how flows and exchanges are measured, and collects the units for that."""

    def __init__(self, database: Database, losses: Losses) -> None:
        self._losses = losses
        self._local = database.local_units
        self._converter = Converter(database)
        flows = database.flows.values()
        self._references = sorted({f.unit for f in flows} | {p.unit for f in flows for p in f.properties} - {""})
        self._units: dict[str, set[str]] = {}
        self._properties: set[tuple[str, str]] = set()
        self._homes: dict[str, str] = {}
        for flow in flows:
            self._take(self.reference(flow))
            for prop in self.further(flow):
                self._take((prop.name, prop.unit))
        for process in database.processes.values():
            for exchange in process.exchanges:
                known = database.flows.get(exchange.flow)
                measured = self.measured(exchange, known) if known else None
                if measured:
                    self._take(measured.property, measured.unit)
        used = set().union(*self._units.values()) if self._units else set()
        for symbol in sorted(set(self._local) - used):
            losses.count("local-unit-unused", symbol)

    def _take(self, measure: tuple[str, str], unit: str = "") -> None:
        if measure[1]:
            self._properties |= {measure, self._default(measure[1])}
            self._units.setdefault(measure[1], {measure[1]}).add(unit or measure[1])

    def reference(self, flow: Flow) -> tuple[str, str]:
        """The reference property of a flow."""
        return self._default(flow.unit)

    def further(self, flow: Flow) -> Iterator[FlowProperty]:
        """The further properties of a flow that have a factor."""
        return (p for p in flow.properties if p.unit and p.amount and math.isfinite(p.amount))

    def _default(self, unit: str) -> tuple[str, str]:
        if unit not in self._local and unit in _known():
            return next(iter(_known()[unit].properties)), unit
        known = None if unit in self._local else find_unit(unit)
        if known is None:
            return f"Amount in {unit}", unit
        name = known.dimension.replace(":", " ").capitalize()
        return (name if known.factor == 1 else f"{name} in {unit}"), unit

    def measured(self, exchange: Exchange, flow: Flow) -> Measured | None:
        """How an exchange of a flow is written; ``None`` where it names no unit."""
        unit = exchange.unit
        if not unit:
            return None
        if self._converter.between(unit, flow.unit) is not None:
            return self._within(unit, self.reference(flow))
        for prop in self.further(flow):
            if self._converter.between(unit, prop.unit) is not None:
                return self._within(unit, (prop.name, prop.unit))
        return Measured(self._default(self._home(unit)), unit)

    def is_foreign(self, measured: Measured, flow: Flow) -> bool:
        """Whether the flow itself says nothing about the property that an exchange is given in."""
        own = {self.reference(flow), *((p.name, p.unit) for p in self.further(flow))}
        return measured.property not in own

    def _within(self, unit: str, measure: tuple[str, str]) -> Measured:
        if unit not in self._local or self._home(unit) == measure[1]:
            return Measured(measure, unit)
        return Measured(measure, measure[1], self._converter.between(unit, measure[1]) or math.nan)

    def _home(self, unit: str) -> str:
        """Reference unit of the one group that holds a unit of the database."""
        local = self._local.get(unit)
        if local is None or unit in self._references:
            return unit
        if unit not in self._homes:
            near = [r for r in (local.base, *self._references) if r in self._references]
            alike = (r for r in near if self._converter.between(unit, r) is not None)
            self._homes[unit] = next(alike, self._root(unit))
        return self._homes[unit]

    def _root(self, unit: str) -> str:
        symbol, seen = unit, {unit}
        while (local := self._local.get(symbol)) is not None and local.base not in seen:
            symbol = local.base
            seen.add(symbol)
        return symbol if self._converter.between(unit, symbol) is not None else unit

    def unit_ref(self, measured: Measured) -> Made:
        """Reference to the unit of an exchange."""
        return self._unit_ref(measured.property[1], measured.unit)

    def reference_name(self, flow: Flow) -> str:
        """Name of the unit that a flow is measured in; empty where it has none."""
        return str(self._unit_ref(flow.unit, flow.unit)["name"]) if flow.unit else ""

    def _unit_ref(self, reference: str, unit: str) -> Made:
        known = self._reference_data(reference)
        if known and unit in known.units and unit not in self._local:
            return ref("Unit", *known.units[unit])
        return ref("Unit", made_id("Unit", reference, unit), self._name(unit))

    def _reference_data(self, reference: str) -> _Known | None:
        return None if reference in self._local else _known().get(reference)

    def property_ref(self, measure: tuple[str, str]) -> Made:
        """Reference to a flow property."""
        known = self._reference_data(measure[1])
        own = known.properties.get(measure[0]) if known else None
        return ref("FlowProperty", own or made_id("FlowProperty", *measure), measure[0])

    def flow_properties(self) -> Iterator[Made]:
        """Every flow property that is used."""
        for measure in sorted(self._properties):
            yield self.property_ref(measure) | {
                "flowPropertyType": "ECONOMIC_QUANTITY" if self._is_money(measure[1]) else "PHYSICAL_QUANTITY",
                "unitGroup": self._group_ref(measure[1]),
            }

    def _is_money(self, unit: str) -> bool:
        known = find_unit(unit)
        return known is not None and known.dimension.startswith("currency:")

    def _group_ref(self, reference: str) -> Made:
        if known := self._reference_data(reference):
            return ref("UnitGroup", *known.group)
        return ref("UnitGroup", made_id("UnitGroup", reference), f"Units of {self._default(reference)[0].lower()}")

    def unit_groups(self) -> Iterator[Made]:
        """Every unit group, its reference unit first."""
        for reference in sorted(self._units):
            others = self._units[reference] - {reference}
            if known := self._reference_data(reference):
                others |= set(known.units) - set(self._local) - {reference}  # the group whole, as others expect it
            root = self._root(reference)
            if root not in self._local and root != reference:
                others.add(root)  # what a unit of the database is measured in, so that a reader can tell
            units = [self._unit(reference, unit) for unit in (reference, *sorted(others))]
            usual = self.property_ref(self._default(reference))
            yield self._group_ref(reference) | {"defaultFlowProperty": usual, "units": units}

    def _unit(self, reference: str, unit: str) -> Made:
        made = self._unit_ref(reference, unit)
        local = self._local.get(unit)
        if local is not None and self._name(unit) != unit:
            self._losses.count("local-unit-renamed", unit)
        if unit == reference:
            return made | {"conversionFactor": 1.0, "isRefUnit": True}
        exact = local is not None and local.base == reference
        if local is not None and not exact:
            self._losses.count("local-unit-rebased", unit)
        return made | {
            "conversionFactor": local.factor if local and exact else self._converter.between(unit, reference)
        }

    def _name(self, unit: str) -> str:
        """Symbol of a unit; one of the database must not be spelled as one of our table, or it would be read as that."""
        return f"{unit} [local]" if unit in self._local and find_unit(unit) is not None else unit
