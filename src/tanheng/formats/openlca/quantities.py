"""Unit groups and flow properties of a package: which symbol an exchange's unit becomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tanheng.formats.notebook import Notebook
from tanheng.formats.openlca.fields import Json, entities, entity, flag, number, ref, text
from tanheng.formats.units import FileUnit, UnitBook, UnitGroup, unit_group


@dataclass(frozen=True, slots=True)
class Measure:
    """A flow property: its name and the group of its units."""

    name: str
    group: UnitGroup


class Quantities:
    """Units and flow properties by id."""

    def __init__(self, unit_groups: Mapping[str, Json], flow_properties: Mapping[str, Json], notes: Notebook) -> None:
        self.book = UnitBook(notes)
        self._notes = notes
        self._units: dict[str, tuple[FileUnit, UnitGroup]] = {}
        self._symbols: dict[str, str] = {}
        groups = {identifier: self._group(data) for identifier, data in unit_groups.items()}
        self.measures: dict[str, Measure] = {}
        for identifier, data in flow_properties.items():
            group = groups.get(ref(data, "unitGroup"))
            if group is None:
                notes.add("dangling-unit-group", text(data, "name") or identifier, id=ref(data, "unitGroup"))
            else:
                self.measures[identifier] = Measure(text(data, "name") or identifier, group)

    def _group(self, data: Json) -> UnitGroup | None:
        units: dict[str, FileUnit] = {}
        reference: FileUnit | None = None
        for raw in entities(data, "units"):
            synonyms = raw.get("synonyms")
            known_as = tuple(s for s in synonyms if isinstance(s, str)) if isinstance(synonyms, list) else ()
            unit = FileUnit(text(raw, "name"), number(raw, "conversionFactor"), known_as)
            units[text(raw, "@id") or f"name:{unit.name}"] = unit
            if reference is None and flag(raw, "referenceUnit", "isRefUnit"):
                reference = unit
        reference = reference or next((u for u in units.values() if u.factor == 1.0), None)
        if reference is None:
            self._notes.add("unit-group-empty", text(data, "name") or text(data, "@id"))
            return None
        group = unit_group(text(data, "name") or text(data, "@id"), list(units.values()), reference)
        for identifier, unit in units.items():
            self._units.setdefault(identifier, (unit, group))
        return group

    def reference_unit(self, flow_property: str) -> str | None:
        """Symbol of the reference unit of a flow property; ``None`` where the package does not hold it."""
        measure = self.measures.get(flow_property)
        return None if measure is None else self.book.symbol(measure.group.reference, measure.group)

    def unit(self, exchange: Json, *, otherwise: str, place: str) -> str:
        """Symbol of an exchange's unit; the reference unit of its flow property or ``otherwise`` where it has none."""
        unit = entity(exchange, "unit")
        identifier = text(unit, "@id")
        if (symbol := self._symbols.get(identifier)) is not None:
            return symbol
        if (known := self._units.get(identifier)) is not None:
            symbol = self.book.symbol(*known)
            self._symbols[identifier] = symbol
            return symbol
        if name := text(unit, "name"):
            self._notes.add("dangling-unit", place, unit=name)
            measure = self.measures.get(ref(exchange, "flowProperty"))
            if measure is not None:
                return self.book.symbol(FileUnit(name, None), measure.group)
            return self.book.lone(name, place=place)
        self._notes.count("unit-missing", place, text(entity(exchange, "flow"), "name"))
        return self.reference_unit(ref(exchange, "flowProperty")) or otherwise

    def factor(self, exchange: Json) -> float | None:
        """How many reference units of its group the exchange's unit is, by the file; ``None`` where unknown."""
        known = self._units.get(ref(exchange, "unit"))
        return None if known is None else known[0].factor
