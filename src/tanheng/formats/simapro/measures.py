"""Units and substances of a file: what its blocks say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tanheng.formats.simapro.blocks import SUBSTANCES, Row
from tanheng.formats.simapro.numbers import Numbers
from tanheng.formats.units import FileUnit, UnitBook, UnitGroup, unit_group


class Measures:
    """Symbols of the units that rows name; a unit that its file defines is read as it is defined there."""

    def __init__(self, rows: Sequence[Row], numbers: Numbers, book: UnitBook) -> None:
        self._book = book
        self._defined: dict[str, tuple[FileUnit, str]] = {}
        by_quantity: dict[str, list[FileUnit]] = {}
        references: dict[str, FileUnit] = {}
        for row in rows:
            if len(row.cells) < 3 or not row.cells[0] or row.cells[0] in self._defined:
                continue
            factor = numbers.number(row.cells[2])
            unit = FileUnit(row.cells[0], factor if factor is not None and factor > 0 else None)
            self._defined[unit.name] = unit, row.cells[1]
            by_quantity.setdefault(row.cells[1], []).append(unit)
            if len(row.cells) > 3:
                references.setdefault(row.cells[1], FileUnit(row.cells[3], 1.0))
        self._groups: dict[str, UnitGroup] = {}
        for quantity, units in by_quantity.items():
            reference = next((u for u in units if u.factor == 1.0), units[0])
            self._groups[quantity] = unit_group(quantity, units, references.get(quantity, reference))

    def symbol(self, text: str) -> str:
        """Symbol of a unit; empty where none is named."""
        if not text:
            return ""
        if text in self._defined:
            unit, quantity = self._defined[text]
            group = self._groups[quantity]
            return self._book.symbol(group.reference if unit.name == group.reference.name else unit, group)
        return self._book.lone(text)


class Substances:
    """CAS number and description by compartment and name."""

    def __init__(self, lists: Mapping[str, Sequence[Row]]) -> None:
        self._found: dict[tuple[str, str], list[str]] = {}
        for block, compartment in SUBSTANCES.items():
            for row in lists.get(block, ()):
                self._found.setdefault((compartment, row.cells[0].casefold()), row.cells)

    def cas(self, compartment: str, name: str) -> str:
        """The CAS number as written; empty where there is none."""
        cells = self._found.get((compartment, name.casefold()), ())
        return cells[2] if len(cells) > 2 else ""
