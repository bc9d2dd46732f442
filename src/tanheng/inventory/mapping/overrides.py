"""A person's own word on which flow is which: the rows of a mapping file, applied before the cascade."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tanheng.errors import Fault, MappingError
from tanheng.inventory.mapping.cascade import Match, Status, Step, same
from tanheng.inventory.mapping.compartments import compartment_of
from tanheng.inventory.mapping.describing import Described
from tanheng.inventory.mapping.factors import Factor, per_unit_of, value_of
from tanheng.inventory.words import fold

if TYPE_CHECKING:
    from tanheng.inventory.methods.model import ImpactMethod

IGNORE = "ignore"
"""In place of a target: the flow is left out on purpose."""


@dataclass(frozen=True, slots=True)
class MappingRow:
    """One row: this flow of the database is that flow of the method.

    Attributes:
        category: of the method, by id or name; empty for all.
        target: name of the method's flow, or ``ignore``.
        conversion: units of the method's flow in one unit of the database's; ``None`` where the units say it.
        place: file and row, for messages.
    """

    flow_id: str = ""
    flow: str = ""
    compartment: str = ""
    category: str = ""
    target_id: str = ""
    target: str = ""
    target_compartment: str = ""
    conversion: float | None = None
    place: str = ""

    @property
    def is_ignored(self) -> bool:
        """Whether the flow is left out on purpose."""
        return self.target.strip().casefold() == IGNORE and not self.target_id

    @property
    def is_told(self) -> bool:
        """Whether it says anything; a row without a target leaves the flow to the cascade."""
        return bool(self.target_id or self.target)


@dataclass(frozen=True, slots=True)
class MappingFile:
    """Rows of a person's own mapping.

    Attributes:
        digest: SHA-256 of the file, in hex; empty where it never was one.
    """

    rows: tuple[MappingRow, ...]
    name: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the rows say of each flow in each category: (row of B, category) → match."""

    matches: Mapping[tuple[int, int], Match] = field(default_factory=dict)

    def match(self, flow: int, category: int) -> Match | None:
        """What a person said of this flow; ``None`` where nothing."""
        return self.matches.get((flow, category))

    @classmethod
    def of(
        cls,
        file: MappingFile | None,
        *,
        flows: Sequence[Described],
        method: ImpactMethod,
        factors: Sequence[Sequence[Factor]],
    ) -> Overrides:
        """The rows of a file looked up in a database and a method.

        Raises:
            MappingError: every row at fault at once. TH-MAP-002 no such flow, TH-MAP-003 several of that name, TH-MAP-004 no
                such flow of the method, TH-MAP-005 no such category, TH-MAP-006 units that need a conversion, TH-MAP-007 two
                rows for one flow.
        """
        if file is None:
            return cls()
        found: dict[tuple[int, int], Match] = {}
        place = {id(flow): n for n, flow in enumerate(flows)}
        faults: list[Fault] = []
        sources, targets = _Names(flows), _Names([f.flow for listed in factors for f in listed])
        for row in filter(lambda row: row.is_told, file.rows):
            try:
                (flow,) = sources.find(row.flow_id, row.flow, row.compartment, place=row.place, what="TH-MAP-002")
                for number in _categories(row, method):
                    if (place[id(flow)], number) in found:
                        raise MappingError("TH-MAP-007", place=row.place, flow=flow.name)
                    found[place[id(flow)], number] = _told(row, flow, factors[number], targets)
            except MappingError as error:
                faults.extend(error.faults)
        if faults:
            raise MappingError.of(faults)
        return cls(found)


class _Names:
    """Flows by id, and by name with compartment."""

    def __init__(self, flows: Iterable[Described]) -> None:
        self._ids: dict[str, list[Described]] = {}
        self._names: dict[str, list[Described]] = {}
        for flow in {id(flow): flow for flow in flows}.values():
            if flow.id:
                self._ids.setdefault(flow.id, []).append(flow)
            for name in flow.names:
                self._names.setdefault(fold(name), []).append(flow)

    def find(self, key: str, name: str, compartment: str, *, place: str, what: str) -> list[Described]:
        """The flow that a row names; of a method it may be described more than once, then all of them."""
        if key:
            found = self._ids.get(key, [])
        else:
            named = self._names.get(fold(name), [])
            path = fold(compartment)
            found = [f for f in named if fold(f.path) == path]
            if not found and compartment:
                wanted = compartment_of([compartment])
                found = [f for f in named if wanted.medium and f.compartment == wanted]
            found = found or ([] if compartment else named)
        if not found:
            raise MappingError(what, place=place, flow=key or name, compartment=compartment or "–")
        if (what == "TH-MAP-002" and len(found) > 1) or len({f.path for f in found}) > 1:
            known = "; ".join(sorted({f.path or "–" for f in found})[:8])
            raise MappingError("TH-MAP-003", place=place, flow=key or name, known=known)
        return found


def _categories(row: MappingRow, method: ImpactMethod) -> list[int]:
    if not row.category:
        return list(range(len(method.categories)))
    wanted = fold(row.category)
    found = [n for n, c in enumerate(method.categories) if row.category == c.id]
    found = found or [n for n, c in enumerate(method.categories) if wanted in map(fold, c.names.values())]
    if not found:
        known = "; ".join(c.name for c in method.categories[:12])
        raise MappingError("TH-MAP-005", place=row.place, category=row.category, known=known)
    return found


def _told(row: MappingRow, flow: Described, factors: Sequence[Factor], targets: _Names) -> Match:
    """What a row says in one category, where its target may have no factor."""
    if row.is_ignored:
        return Match(Status.IGNORED, Step.FILE, 0.0)
    found = targets.find(row.target_id, row.target, row.target_compartment, place=row.place, what="TH-MAP-004")
    wanted = {id(f) for f in found}
    fitting = [f for f in factors if id(f.flow) in wanted]
    fitting = [f for f in fitting if not f.is_located] or fitting
    # One name may stand for what is taken and for what is given off; a row cannot tell them apart, the flow's direction can.
    fitting = [f for f in fitting if f.flow.goes_in == flow.goes_in] or fitting
    if not fitting:
        return Match(Status.ELSEWHERE, Step.FILE)
    values = [per_unit_of(flow, f) if row.conversion is None else value_of(flow, f) * row.conversion for f in fitting]
    known = [value for value in values if value is not None and math.isfinite(value)]
    if not known:
        raise MappingError("TH-MAP-006", place=row.place, flow=flow.name, unit=flow.unit, target=fitting[0].unit)
    if not same(known):
        return Match(Status.AMBIGUOUS, Step.FILE, factors=tuple(fitting))
    return Match(Status.MAPPED, Step.FILE, known[0], (fitting[values.index(known[0])],), conversion=row.conversion)


def checked_conversion(text: str, place: str) -> float | None:
    """A conversion as written; ``None`` for an empty cell.

    Raises:
        MappingError: TH-MAP-008 no finite number above 0.
    """
    if not text.strip():
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value <= 0:
        raise MappingError("TH-MAP-008", place=place, text=text)
    return value
