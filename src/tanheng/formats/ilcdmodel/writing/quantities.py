"""Unit groups and flow properties: one group for each unit that flows are measured in.

The amounts of a flow are in the reference unit of its property, so flows in kWh and flows in MJ need a group each. Those
that the ILCD system has in the same unit keep its ids, so that data sets meet flows that are there already.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache

from tanheng.formats.ilcdmodel.flows import NO_UNIT
from tanheng.formats.ilcdmodel.quantities import STANDARD_GROUPS, STANDARD_PROPERTIES
from tanheng.formats.ilcdmodel.writing.identity import Kind, made_id, published, ref
from tanheng.formats.ilcdmodel.writing.tree import Made, language_of, names
from tanheng.formats.losses import Losses
from tanheng.inventory.importing.conversion import Converter
from tanheng.inventory.model import Database, Flow, FlowProperty
from tanheng.quantities import find_unit

Measure = tuple[str, str]
"""A flow property: its name and its reference unit."""

# What flows in MJ are measured in, where nobody says which calorific value it is.
_ENERGY = "Energy"
# Packages do not agree on the reference unit of these, so that a common id would mix days with years.
_CONTESTED = {"Duration", "Units of time"}


@cache
def _symbol(unit: str) -> str:
    known = find_unit(unit)
    return known.symbol if known else unit


@cache
def _standard() -> tuple[dict[str, Measure], dict[Measure, str]]:
    """Groups of the ILCD system by unit (id, name), and ids of its properties by measure."""
    groups = {_symbol(u): (i, name) for i, (name, u) in STANDARD_GROUPS.items() if name not in _CONTESTED}
    properties = {(n, _symbol(u)): i for i, (n, u) in STANDARD_PROPERTIES.items() if n not in _CONTESTED}
    return groups, properties


class Quantities:
    """Decides how flows are measured, and makes the properties and groups for that."""

    def __init__(self, database: Database, losses: Losses) -> None:
        self._losses = losses
        self._local = database.local_units
        self.converter = Converter(database)
        measures: set[Measure] = set()
        for flow in database.flows.values():
            if reference := self.reference(flow):
                measures.add(reference)
            measures.update((p.name, p.unit) for p in self.further(flow))
        units = sorted({unit for _, unit in measures})
        for symbol in sorted(set(self._local) - set(units)):
            losses.count("local-unit-unwritten", symbol)
        self.groups = {self._group_id(unit): self._group(unit) for unit in units}
        self.properties = {self._property_id(m): self._property(m) for m in sorted(measures)}

    def reference(self, flow: Flow) -> Measure | None:
        """The reference property of a flow; ``None`` where nobody knows its unit."""
        if flow.unit in ("", NO_UNIT):
            return None
        return self._default(flow.unit), flow.unit

    def further(self, flow: Flow) -> Iterator[FlowProperty]:
        """The further properties of a flow that have a factor."""
        return (p for p in flow.properties if p.unit and p.amount and math.isfinite(p.amount))

    def _default(self, unit: str) -> str:
        if unit not in self._local:
            standard = [name for name, measured in _standard()[1] if measured == unit]
            if standard:
                return _ENERGY if _ENERGY in standard else standard[0]
        known = None if unit in self._local else find_unit(unit)
        if known is None:
            return f"Amount in {unit}"
        name = known.dimension.replace(":", " ").capitalize()
        return name if known.factor == 1 else f"{name} in {unit}"

    def _group_id(self, unit: str) -> str:
        standard = None if unit in self._local else _standard()[0].get(unit)
        return standard[0] if standard else made_id(Kind.UNIT_GROUP, unit)

    def _group_name(self, unit: str) -> str:
        standard = None if unit in self._local else _standard()[0].get(unit)
        return standard[1] if standard else f"Units of {self._default(unit)[:1].lower()}{self._default(unit)[1:]}"

    def _property_id(self, measure: Measure) -> str:
        standard = None if measure[1] in self._local else _standard()[1].get(measure)
        return standard or made_id(Kind.FLOW_PROPERTY, *measure)

    def property_ref(self, measure: Measure) -> Made:
        """Reference to a flow property."""
        return ref(Kind.FLOW_PROPERTY, self._property_id(measure), _named(measure[0]))

    def _property(self, measure: Measure) -> Made:
        group = ref(Kind.UNIT_GROUP, self._group_id(measure[1]), _named(self._group_name(measure[1])))
        information = {"common:UUID": self._property_id(measure), "common:name": names(_named(measure[0]))}
        return {
            "@version": "1.1",
            "flowPropertiesInformation": {
                "dataSetInformation": information,
                "quantitativeReference": {"referenceToReferenceUnitGroup": group},
            },
            "administrativeInformation": published(),
        }

    def _group(self, unit: str) -> Made:
        """The unit as the reference, and beside a unit of the database the one of the table that it is a multiple of."""
        units = [(self._spelled(unit), 1.0)]
        root = self._root(unit)
        factor = None if root == unit or root in self._local else self.converter.between(root, unit)
        if factor:
            units.append((root, factor))
        elif unit in self._local and self._local[unit].base != unit:
            self._losses.count("local-unit-alone", unit)
        information = {"common:UUID": self._group_id(unit), "common:name": names(_named(self._group_name(unit)))}
        return {
            "@version": "1.1",
            "unitGroupInformation": {
                "dataSetInformation": information,
                "quantitativeReference": {"referenceToReferenceUnit": "0"},
            },
            "administrativeInformation": published(),
            "units": {
                "unit": [
                    {"@dataSetInternalID": str(i), "name": name, "meanValue": repr(factor)}
                    for i, (name, factor) in enumerate(units)
                ]
            },
        }

    def _root(self, unit: str) -> str:
        symbol, seen = unit, {unit}
        while (local := self._local.get(symbol)) is not None and local.base not in seen:
            symbol = local.base
            seen.add(symbol)
        return symbol

    def _spelled(self, unit: str) -> str:
        if unit not in self._local or find_unit(unit) is None:
            return unit
        self._losses.count("local-unit-renamed", unit)
        return f"{unit} [local]"


def _named(name: str) -> dict[str, str]:
    return {language_of(name): name}
