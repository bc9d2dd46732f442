"""Unit groups and flow properties: in which unit the amounts of a flow are.

An ILCD exchange has no unit of its own: it is always in the reference unit of the flow's reference flow property.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tanheng.formats.ilcdmodel.node import (
    Node,
    by_language,
    described,
    node,
    nodes,
    number,
    one_language,
    reference,
    text,
)
from tanheng.formats.notebook import Notebook
from tanheng.formats.units import FileUnit, UnitBook, UnitGroup, unit_group

# The reference data sets of the ILCD system itself, which many exports leave out: flow property → name and unit.
# Source: JRC, ILCD reference elements (the unit groups and flow properties of the ELCD/EF reference package).
STANDARD_PROPERTIES: Mapping[str, tuple[str, str]] = {
    "93a60a56-a3c8-11da-a746-0800200b9a66": ("Mass", "kg"),
    "93a60a56-a3c8-11da-a746-0800200c9a66": ("Net calorific value", "MJ"),
    "93a60a56-a3c8-14da-a746-0800200c9a66": ("Gross calorific value", "MJ"),
    "f6811440-ee37-11de-8a39-0800200c9a66": ("Energy", "MJ"),
    "93a60a56-a3c8-22da-a746-0800200c9a66": ("Volume", "m3"),
    "93a60a56-a3c8-13da-a746-0800200c9a66": ("Normal Volume", "m3"),
    "93a60a56-a3c8-19da-a746-0800200c9a66": ("Area", "m2"),
    "93a60a56-a3c8-21da-a746-0800200c9a66": ("Area*time", "m2*a"),
    "93a60a56-a3c8-17da-a746-0800200c9a66": ("Radioactivity", "kBq"),
    "838aaa23-0117-11db-92e3-0800200c9a66": ("Length", "m"),
    "838aaa20-0117-11db-92e3-0800200c9a66": ("Goods transport (mass*distance)", "t*km"),
    "01846770-4cfe-4a25-8ad9-919d8d378345": ("Number of items", "Item(s)"),
    "c0447923-0e60-4b3c-97c2-a86dddd9eea5": ("Duration", "a"),
}
STANDARD_GROUPS: Mapping[str, tuple[str, str]] = {
    "93a60a57-a4c8-11da-a746-0800200c9a66": ("Units of mass", "kg"),
    "93a60a57-a3c8-11da-a746-0800200c9a66": ("Units of energy", "MJ"),
    "93a60a57-a3c8-12da-a746-0800200c9a66": ("Units of volume", "m3"),
    "93a60a57-a3c8-18da-a746-0800200c9a66": ("Units of area", "m2"),
    "93a60a57-a3c8-20da-a746-0800200c9a66": ("Units of area*time", "m2*a"),
    "93a60a57-a3c8-16da-a746-0800200c9a66": ("Units of radioactivity", "kBq"),
    "838aaa22-0117-11db-92e3-0800200c9a66": ("Units of length", "m"),
    "838aaa21-0117-11db-92e3-0800200c9a66": ("Units of mass*length", "t*km"),
    "5beb6eed-33a9-47b8-9ede-1dfe8f679159": ("Units of items", "Item(s)"),
    "af638906-3ec7-4314-8de7-f76039f2dd01": ("Units of time", "a"),
}


@dataclass(frozen=True, slots=True)
class Measure:
    """A flow property: its name, the group of its units, and the symbol of the reference unit."""

    name: str
    group: UnitGroup
    symbol: str


class Quantities:
    """Measures by the id of their flow property; asks the unit groups only once they are all known."""

    def __init__(self, groups: Mapping[str, Node], properties: Mapping[str, Node], notes: Notebook) -> None:
        self.book = UnitBook(notes)
        self._notes = notes
        self._raw_groups = groups
        self._properties = properties
        self._groups: dict[str, UnitGroup | None] = {}
        self._measures: dict[str, Measure | None] = {}

    def measure(self, flow_property: str) -> Measure | None:
        """The measure of a flow property; ``None`` where neither the package nor the ILCD system knows its unit."""
        if flow_property not in self._measures:
            self._measures[flow_property] = self._measure(flow_property)
        return self._measures[flow_property]

    def _measure(self, flow_property: str) -> Measure | None:
        data = self._properties.get(flow_property)
        if data is None:
            standard = STANDARD_PROPERTIES.get(flow_property)
            if standard is None:
                return None
            self._notes.add("standard-unit", standard[0], unit=standard[1])
            return self._of(standard[0], _single(*standard))
        information = node(data, "flowPropertiesInformation")
        name = one_language(by_language(information, "dataSetInformation", "name")) or flow_property
        quantitative = node(information, "quantitativeReference")
        wanted = reference(quantitative, "referenceToReferenceUnitGroup")
        group = self._group(wanted, name)
        if group is None and (standard := STANDARD_PROPERTIES.get(flow_property)):
            self._notes.add("standard-unit", name, unit=standard[1])
            group = _single(*standard)
        if group is None:
            said = one_language(described(quantitative, "referenceToReferenceUnitGroup"))
            self._notes.add("dangling-unit-group", name, id=said or wanted or "–")
            return None
        return self._of(name, group)

    def _of(self, name: str, group: UnitGroup) -> Measure:
        return Measure(name, group, self.book.symbol(group.reference, group))

    def _group(self, wanted: str, place: str) -> UnitGroup | None:
        if wanted not in self._groups:
            data = self._raw_groups.get(wanted)
            if data is not None:
                self._groups[wanted] = self._read(data, wanted)
            else:
                standard = STANDARD_GROUPS.get(wanted)
                if standard:
                    self._notes.add("standard-unit", place, unit=standard[1])
                self._groups[wanted] = _single(*standard) if standard else None
        return self._groups[wanted]

    def _read(self, data: Node, wanted: str) -> UnitGroup | None:
        information = node(data, "unitGroupInformation")
        name = one_language(by_language(information, "dataSetInformation", "name")) or wanted
        internal = text(information, "quantitativeReference", "referenceToReferenceUnit")
        units: list[FileUnit] = []
        chosen: FileUnit | None = None
        for raw in nodes(node(data, "units"), "unit"):
            if not (symbol := text(raw, "name")):
                continue
            unit = FileUnit(symbol, number(raw, "meanValue"))
            units.append(unit)
            if chosen is None and text(raw, "@dataSetInternalID") == internal:
                chosen = unit
        chosen = chosen or next((u for u in units if u.factor == 1.0), None)
        if chosen is None:
            self._notes.add("unit-group-empty", name)
            return None
        # Some groups were turned to another reference without their factors: "a" of 365 d is 1 where it is the reference.
        own = chosen.factor or 1.0
        alone = FileUnit(chosen.name, 1.0)
        others = (FileUnit(u.name, None if u.factor is None else u.factor / own) for u in units if u is not chosen)
        return unit_group(name, [alone, *others], alone)


def _single(name: str, unit: str) -> UnitGroup:
    alone = FileUnit(unit, 1.0)
    return unit_group(name, [alone], alone)
