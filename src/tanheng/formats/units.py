"""From the unit spellings of a file to symbols of our table, or to local units of the database (C01).

Our table wins where it knows the unit: databases carry rounded factors (1 lb = 0.45 kg), ours are exact. It does not
win where the file clearly means something else (a ``ton`` of 907.18 kg), nor for exchange rates, which are no units.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tanheng.formats.notebook import Notebook
from tanheng.inventory.model import LocalUnit
from tanheng.quantities import Unit, find_unit

_SAME = 1e-3
_CURRENCY = "currency:"
# A rounded factor is off by less than one unit of its last place, and never by more than this share.
_MOST_ROUNDING = 0.5


@dataclass(frozen=True, slots=True)
class FileUnit:
    """A unit as a file defines it: ``factor`` is how many of its group's reference unit one of it is."""

    name: str
    factor: float | None
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitGroup:
    """Units that convert into each other, and what they measure.

    Attributes:
        dimension: of our table; empty where it knows none of the units.
        anchor: unit of our table that the group hangs on, and its factor in the file; ``None`` where there is none.
    """

    name: str
    reference: FileUnit
    dimension: str
    anchor: tuple[Unit, float] | None


def unit_group(name: str, units: Sequence[FileUnit], reference: FileUnit) -> UnitGroup:
    """Make a group; the dimension is the one that most of its units have in our table, the reference first."""
    found = [(unit, find_unit(unit.name)) for unit in (reference, *units)]
    dimensions = Counter(known.dimension for _, known in found if known is not None)
    dimension = dimensions.most_common(1)[0][0] if dimensions else ""
    for unit in (reference, *units):
        known = find_unit(unit.name, dimension)
        factor = 1.0 if unit is reference else unit.factor
        if known is not None and known.dimension == dimension and factor:
            return UnitGroup(name, reference, dimension, (known, factor))
    return UnitGroup(name, reference, dimension, None)


class UnitBook:
    """The units of one database; collects its local units."""

    def __init__(self, notes: Notebook) -> None:
        self._notes = notes
        self._symbols: dict[tuple[str, str], str] = {}
        self.local: dict[str, LocalUnit] = {}

    def symbol(self, unit: FileUnit, group: UnitGroup) -> str:
        """Symbol of a unit of a group; notes what was assumed about it, once."""
        key = (group.name, unit.name if unit.factor is None else f"{unit.name} {unit.factor!r}")
        if key not in self._symbols:
            self._symbols[key] = self._resolve(unit, group)
        return self._symbols[key]

    def lone(self, text: str, *, place: str = "") -> str:
        """Symbol of a unit that comes without group and factor; a local unit of its own kind if we do not know it."""
        key = ("", text)
        if key not in self._symbols:
            known = find_unit(text)
            if known is None:
                self._notes.add("unit-local", place, unit=text)
                self._symbols[key] = self._register(text, "", 1.0, text)
            else:
                self._symbols[key] = known.symbol
        return self._symbols[key]

    def _resolve(self, unit: FileUnit, group: UnitGroup) -> str:
        if group.dimension.startswith(_CURRENCY):
            money = find_unit(unit.name)
            if money is not None and money.dimension.startswith(_CURRENCY):
                return money.symbol
            return self._alone(unit, group)
        if group.anchor is None:
            if unit is group.reference or not unit.factor:
                return self._alone(unit, group)
            base = self.symbol(group.reference, group)
            return self._register(unit.name, base, unit.factor, f"{unit.name} [{group.name}]")
        known = self._known(unit, group.dimension)
        anchor, anchor_factor = group.anchor
        if known is None:
            if not unit.factor:
                return self._alone(unit, group)
            self._notes.add("unit-local", group.name, unit=unit.name)
            return self._register(unit.name, anchor.symbol, unit.factor / anchor_factor, f"{unit.name} [{group.name}]")
        ours = float(known.factor / anchor.factor) * anchor_factor
        if not unit.factor or abs(unit.factor / ours - 1.0) <= _SAME:
            return known.symbol
        values: dict[str, str | float] = {
            "unit": unit.name,
            "file": unit.factor,
            "ours": ours,
            "reference": group.reference.name,
        }
        if _is_rounding(unit.factor, ours):
            self._notes.add("unit-factor", group.name, **values)
            return known.symbol
        self._notes.add("unit-differs", group.name, **values)
        return self._register(unit.name, anchor.symbol, unit.factor / anchor_factor, f"{unit.name} [{group.name}]")

    def _known(self, unit: FileUnit, dimension: str) -> Unit | None:
        for text in (unit.name, *unit.synonyms):
            known = find_unit(text, dimension)
            if known is not None and known.dimension == dimension:
                return known
        return None

    def _alone(self, unit: FileUnit, group: UnitGroup) -> str:
        self._notes.add("unit-local", group.name, unit=unit.name)
        return self._register(unit.name, "", 1.0, f"{unit.name} [{group.name}]")

    def _register(self, symbol: str, base: str, factor: float, otherwise: str) -> str:
        """Add a local unit under a symbol that nothing else has; without ``base`` it measures a kind of its own."""
        candidates = [symbol, otherwise, *(f"{otherwise} {n}" for n in range(2, 2 + len(self.local)))]
        free = next((c for c in candidates if c and c not in self.local and find_unit(c) is None), f"{otherwise} local")
        self.local[free] = LocalUnit(free, base or free, factor)
        return free


def _is_rounding(file: float, ours: float) -> bool:
    last_place = 10.0 ** int(Decimal(repr(file)).as_tuple().exponent)
    return abs(file - ours) < last_place and abs(file / ours - 1.0) <= _MOST_ROUNDING
