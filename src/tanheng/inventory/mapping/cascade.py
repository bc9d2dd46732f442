"""The cascade: UUID, CAS number, name, synonym, each within the compartment and the origin of carbon.

A flow never crosses media, nor the origins fossil, biogenic and land use. A sub-compartment falls back to the wider one of the
same medium; what was assumed is said. Of several factors that fit equally none is chosen, unless they are the same number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tanheng.inventory.mapping.compartments import RESOURCE, UNKNOWN, UNSPECIFIED
from tanheng.inventory.mapping.describing import Described
from tanheng.inventory.mapping.factors import Factor, per_unit_of
from tanheng.inventory.mapping.naming import BIOGENIC, FOSSIL


class Step(StrEnum):
    """How a factor was found; ``FILE`` is a person's own word."""

    FILE = "file"
    UUID = "uuid"
    CAS = "cas"
    NAME = "name"
    SYNONYM = "synonym"


class Status(StrEnum):
    """What became of a flow in a category.

    ``NEAR``: the same substance is there, but of another compartment or origin alone. ``UNIT``: a factor fits, but in a unit
    of another dimension, or it has no number. ``ELSEWHERE``: other categories of the method characterise it, this one does
    not. ``ABSENT``: nothing in the category resembles it. ``UNNAMED``: a group or blend of gases that a category of gases has
    no factor for.
    """

    MAPPED = "mapped"
    IGNORED = "ignored"
    AMBIGUOUS = "ambiguous"
    UNIT = "unit"
    NEAR = "near"
    UNNAMED = "unnamed"
    ELSEWHERE = "elsewhere"
    ABSENT = "absent"

    @property
    def is_open(self) -> bool:
        """Whether something of the score may be missing; the others are meant so by the method, or by a person."""
        return self in (Status.AMBIGUOUS, Status.UNIT, Status.NEAR, Status.UNNAMED)


class Assumption(StrEnum):
    """What was taken for granted in a match."""

    SUB_COMPARTMENT = "sub-compartment"
    COMPARTMENT = "compartment"
    ORIGIN = "origin"
    EQUAL = "equal-factors"


@dataclass(frozen=True, slots=True)
class Match:
    """What the cascade found for one flow in one category.

    Attributes:
        value: score per unit of the flow as B counts it: to nature positive (C09); ``None`` where there is no factor.
        factors: the one taken; else the candidates.
        conversion: units of the factor in one unit of the flow, where a person gave it.
    """

    status: Status
    step: Step | None = None
    value: float | None = None
    factors: tuple[Factor, ...] = ()
    assumed: tuple[Assumption, ...] = ()
    conversion: float | None = None


ABSENT = Match(Status.ABSENT)


class FactorIndex:
    """The factors of one category by id, CAS number, name and synonym."""

    def __init__(self, factors: Iterable[Factor]) -> None:
        self.factors = tuple(factors)
        self._ids: dict[str, list[Factor]] = {}
        self._cas: dict[str, list[Factor]] = {}
        self._names: dict[str, list[Factor]] = {}
        self._others: dict[str, list[Factor]] = {}
        for factor in self.factors:
            flow = factor.flow
            _put(self._ids, [flow.id] if flow.id else [], factor)
            _put(self._cas, [flow.cas] if flow.cas else [], factor)
            _put(self._names, flow.keys, factor)
            _put(self._others, _other_names(flow) | {f"key {key}" for key in flow.keys}, factor)

    def match(self, flow: Described) -> Match:
        """The factor of a flow, or why it has none."""
        near: dict[int, Factor] = {}
        for step, hits in self._hits(flow):
            fitting = [(rank, f) for f in hits if (rank := _rank(flow, f, step)) is not None]
            if fitting:
                return _choose(flow, fitting, step)
            near.update((id(f), f) for f in hits if _resembles(flow, f))
        # Of the same origin in another compartment, where there is one, before other origins.
        alike = [f for f in near.values() if f.flow.origin == flow.origin] or list(near.values())
        return Match(Status.NEAR, factors=tuple(alike)) if alike else ABSENT

    def _hits(self, flow: Described) -> Iterable[tuple[Step, list[Factor]]]:
        yield Step.UUID, self._ids.get(flow.id, []) if flow.id else []
        yield Step.CAS, self._cas.get(flow.cas, []) if flow.cas else []
        yield Step.NAME, _together(self._names, flow.keys)
        others = _other_names(flow)
        keys = {f"key {key}" for key in flow.keys}
        hits = _together(self._others, others | keys)
        # Two CAS numbers that differ are two substances, whatever a list of synonyms says.
        yield Step.SYNONYM, [f for f in hits if not (flow.cas and f.flow.cas and flow.cas != f.flow.cas)]


def _put(table: dict[str, list[Factor]], keys: Iterable[str], factor: Factor) -> None:
    for key in keys:
        table.setdefault(key, []).append(factor)


def _together(table: Mapping[str, list[Factor]], keys: Iterable[str]) -> list[Factor]:
    found = {f.number: f for key in keys for f in table.get(key, ())}
    return [found[number] for number in sorted(found)]


def _other_names(flow: Described) -> set[str]:
    """What else a flow is called: its authors' synonyms, and what our own lists know it as."""
    return {f"key {key}" for key in flow.other_keys} | {f"as {substance}" for substance in flow.substances}


Rank = tuple[int, int, int, int, int]
"""Located, medium assumed, origin, another name, sub-compartment; the least is the best."""


def _rank(flow: Described, factor: Factor, step: Step) -> Rank | None:
    """How well a factor fits; ``None`` where it must not be taken."""
    target = factor.flow
    origin = _origin_rank(flow, target)
    if origin is None:
        return None
    medium, sub = 0, 0
    if flow.compartment.medium and target.compartment.medium:
        if flow.compartment.medium != target.compartment.medium:
            return None
        if step is not Step.UUID:
            found = _sub_rank(flow, target)
            if found is None:
                return None
            sub = found
    elif step is not Step.UUID:
        medium = 1
        if target.goes_in != flow.goes_in:
            return None  # an emission is no resource, wherever it goes
    another = 0 if step is Step.UUID or flow.keys & target.keys else 1
    return int(factor.is_located), medium, origin, another, sub


def _origin_rank(flow: Described, target: Described) -> int | None:
    """0 the same origin; higher where it was assumed; ``None`` for another one, which is never taken."""
    if flow.origin == target.origin:
        return 0
    if not target.origin:
        # Methods treat biogenic and land-use CO2 apart, or leave them out: “carbon dioxide” alone is not meant for them.
        return None if flow.gas == "CO2" and flow.origin != FOSSIL else 1
    if flow.origin:
        return None
    if flow.compartment.medium == RESOURCE:
        # What is taken out of the air without more words is taken up by plants.
        return {BIOGENIC: 1, FOSSIL: 2}.get(target.origin)
    return 1 if target.origin == FOSSIL else None


_SPECIFIC = 9
"""Rank of a factor for a narrower sub-compartment than an unspecified flow has."""


def _sub_rank(flow: Described, target: Described) -> int | None:
    ours, theirs = flow.compartment, target.compartment
    if ours.sub == theirs.sub != UNKNOWN:
        return 0
    wider = ours.wider()
    if theirs.sub in wider:
        return 1 + wider.index(theirs.sub)
    return _SPECIFIC if ours.sub == UNSPECIFIED else None


def _choose(flow: Described, fitting: list[tuple[Rank, Factor]], step: Step) -> Match:
    best = min(rank for rank, _ in fitting)
    top = [f for rank, f in fitting if rank == best]
    values = [(value, f) for f in top if (value := per_unit_of(flow, f)) is not None]
    if not values:
        return Match(Status.UNIT, step, factors=tuple(top))
    media = {f.flow.compartment.medium for _, f in values}
    if not same([value for value, _ in values]) or len(media) > 1:
        return Match(Status.AMBIGUOUS, step, factors=tuple(f for _, f in values))
    value, taken = min(values, key=lambda one: (one[1].flow.name, one[1].flow.path, one[1].number))
    return Match(Status.MAPPED, step, value, (taken,), _assumed(best, alone=len(values) == 1))


def same(values: Iterable[float]) -> bool:
    """Whether numbers are one, but for rounding."""
    known = list(values)
    return max(known) - min(known) <= 1e-12 * max(map(abs, known))


def _assumed(rank: Rank, *, alone: bool) -> tuple[Assumption, ...]:
    _, medium, origin, _, sub = rank
    found = []
    if medium:
        found.append(Assumption.COMPARTMENT)
    if origin:
        found.append(Assumption.ORIGIN)
    if sub:
        found.append(Assumption.SUB_COMPARTMENT)
    if not alone:
        found.append(Assumption.EQUAL)
    return tuple(found)


def _resembles(flow: Described, factor: Factor) -> bool:
    """Whether a factor says something of a flow that it is not meant for: taking ore is no emission of the metal."""
    ours, theirs = flow.compartment, factor.flow.compartment
    if (ours.medium == RESOURCE) == (theirs.medium == RESOURCE):
        return True
    from_air = ours if ours.medium == RESOURCE else theirs
    other = theirs if from_air is ours else ours
    return from_air.sub == "in-air" and other.medium in ("air", "")
