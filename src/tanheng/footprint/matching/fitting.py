"""How a candidate fits a line beside its name: unit, place, year, kind; and which way a stand-in is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from tanheng.files import shipped_rows
from tanheng.footprint.electricity import parents
from tanheng.footprint.matching.corpus import Entry
from tanheng.footprint.matching.model import Bias, Direction, GeographyFit, Reason, UnitFit
from tanheng.footprint.matching.similarity import Likeness, Relation
from tanheng.footprint.study import Line, LineType
from tanheng.inventory.importing.conversion import standard_density
from tanheng.quantities import Quantity, find_unit

_WORLD = ("GLO", "RoW")
_UNIT = {UnitFit.SAME: 1.0, UnitFit.UNKNOWN: 1.0, UnitFit.DENSITY: 0.9, UnitFit.OTHER: 0.35}
_PLACE = {
    GeographyFit.EXACT: 1.0,
    GeographyFit.PARENT: 0.98,
    GeographyFit.WORLD: 0.95,
    GeographyFit.UNKNOWN: 0.93,
    GeographyFit.OTHER: 0.90,
}
_PER_YEAR, _MOST_YEARS, _NO_YEAR = 0.004, 0.06, 0.97
_DIRECT_ONLY, _FOREIGN_CATEGORY, _PROXY = 0.75, 0.85, 0.97
_CATEGORIES: Mapping[LineType, tuple[str, ...]] = {
    LineType.MATERIAL: ("materials", "water", "fuel supply", "electricity"),
    LineType.ENERGY: ("fuel combustion", "fuel supply", "electricity", "water"),
    LineType.WASTE: ("waste", "water"),
    LineType.TRANSPORT: ("freight",),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the fits need to know of a line.

    Attributes:
        place: geography code of the line, else of the site. year: of the study's period.
    """

    type: LineType
    amount: Quantity | None
    place: str
    year: int | None

    @classmethod
    def of(cls, line: Line, site: str, year: int | None) -> Asked:
        """What a line of a study at ``site`` asks for."""
        return cls(line.type, line.amount, line.location or site, year)

    @property
    def given(self) -> frozenset[str]:
        """Qualities that go without saying: a fuel on an energy line is burnt."""
        return frozenset({"combustion"}) if self.type is LineType.ENERGY else frozenset()


@dataclass(frozen=True, slots=True)
class Fit:
    """The fits of one entry to a line; ``worth`` is their product, 0 … 1."""

    unit: UnitFit
    convert: float | None
    geography: GeographyFit
    year_distance: int | None
    worth: float


def fit_of(asked: Asked, entry: Entry) -> Fit:
    """Unit, place, year and kind of an entry for a line."""
    unit, convert = unit_fit(asked.amount, entry)
    place = geography_fit(asked.place, entry.geography)
    years = abs(asked.year - entry.year) if asked.year and entry.year else None
    worth = _UNIT[unit] * _PLACE[place]
    worth *= _NO_YEAR if years is None else 1.0 - min(_PER_YEAR * years, _MOST_YEARS)
    if entry.kind == "emission" and asked.type is not LineType.ENERGY:
        worth *= _DIRECT_ONLY
    if entry.category and entry.category not in _CATEGORIES.get(asked.type, (entry.category,)):
        worth *= _FOREIGN_CATEGORY
    return Fit(unit, convert, place, years, worth * (_PROXY if entry.is_proxy else 1.0))


def unit_fit(amount: Quantity | None, entry: Entry) -> tuple[UnitFit, float | None]:
    """Whether the amount can be given in the entry's unit, and how many of that one of the amount's unit is (C01).

    Between volume and mass of a fuel the standard density is used; that is only told, since a study's amount is converted
    within its dimension alone.
    """
    per = find_unit(entry.per)
    if amount is None or per is None:
        return UnitFit.UNKNOWN, None
    given = amount.measure
    if given.dimension == per.dimension:
        return UnitFit.SAME, float(given.factor / per.factor)
    density = next((d for name in entry.names.values() if (d := standard_density(_bare(name)))), None)
    if density is not None and (given.dimension, per.dimension) == ("volume", "mass"):
        return UnitFit.DENSITY, float(given.factor) * density / float(per.factor)
    if density is not None and (given.dimension, per.dimension) == ("mass", "volume"):
        return UnitFit.DENSITY, float(given.factor) / density / float(per.factor)
    return UnitFit.OTHER, None


def _bare(name: str) -> str:
    """The name of a fuel without what is said to be done with it."""
    return name.removeprefix("Supply of ")


def geography_fit(asked: str, offered: str) -> GeographyFit:
    """How a candidate's place goes with the one that is asked for; the larger places of it come before the world."""
    if not asked or not offered or offered not in parents():
        return GeographyFit.UNKNOWN
    if asked == offered:
        return GeographyFit.EXACT
    if offered in _WORLD:
        return GeographyFit.WORLD
    return GeographyFit.PARENT if offered in _larger(asked) else GeographyFit.OTHER


def _larger(place: str) -> Iterable[str]:
    while place := parents().get(place, ""):
        yield place


@cache
def _grid_classes() -> Mapping[str, int]:
    return {row["geography"]: int(row["grid_class"]) for row in shipped_rows("grid_classes")}


def grid_class(place: str) -> int | None:
    """How carbon-rich the electricity of a place is, from 1 to 5 (``data/grid_classes.csv``); of the next larger known place."""
    for step in (place, *_larger(place)):
        # A country that is not in the table is not like the world.
        if step in _grid_classes() and (step not in _WORLD or place in _WORLD):
            return _grid_classes()[step]
    return None


def bias_of(asked: Asked, entry: Entry, alike: Likeness, fit: Fit) -> Bias | None:
    """Which way an entry that is not the thing itself is likely to be wrong, with every ground that speaks for it."""
    grounds = [*_by_place(asked, entry, fit), *_by_kind(asked, entry), *_by_quality(alike), *_by_concept(alike)]
    if entry.is_proxy:
        grounds.append((Direction.UNKNOWN, Reason("bias.proxy-data")))
    if not grounds:
        return None
    directions = {direction for direction, _ in grounds}
    one = directions.pop() if len(directions) == 1 else Direction.UNKNOWN
    return Bias(one, tuple(reason for _, reason in grounds))


def _by_place(asked: Asked, entry: Entry, fit: Fit) -> Iterable[tuple[Direction, Reason]]:
    # What a fuel gives off where it is burnt does not depend on anybody's electricity.
    if fit.geography not in (GeographyFit.WORLD, GeographyFit.OTHER) or entry.kind == "emission":
        return
    here, there = grid_class(asked.place), grid_class(entry.geography)
    params = {"asked": asked.place, "used": entry.geography}
    if here is None or there is None or here == there:
        yield Direction.UNKNOWN, Reason("bias.other-place", params)
    elif there < here:
        yield Direction.UNDER, Reason("bias.cleaner-grid", params)
    else:
        yield Direction.OVER, Reason("bias.dirtier-grid", params)


def _by_kind(asked: Asked, entry: Entry) -> Iterable[tuple[Direction, Reason]]:
    if entry.kind == "emission" and asked.type is not LineType.ENERGY:
        yield Direction.UNDER, Reason("bias.direct-only")


def _by_quality(alike: Likeness) -> Iterable[tuple[Direction, Reason]]:
    if any(c.key == "recycled" for c in alike.extra):
        yield Direction.UNDER, Reason("bias.recycled-for-primary")
    if any(c.key == "recycled" for c in alike.lacking):
        yield Direction.OVER, Reason("bias.primary-for-recycled")


def _by_concept(alike: Likeness) -> Iterable[tuple[Direction, Reason]]:
    for wanted, offered, relation in alike.pairs:
        if relation is not Relation.SAME:
            asked = {f"asked_{lang}": name for lang, name in wanted.names.items()}
            names = {**asked, **{f"used_{lang}": name for lang, name in offered.names.items()}}
            yield Direction.UNKNOWN, Reason(f"bias.{relation.name.lower()}", names)
