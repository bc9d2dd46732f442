"""Levers: what would lower a result, sorted by how much.

Three kinds are the same for every line, source and parameter: 10 % less of it. The others are plausible changes of the study,
computed as what-if results: electricity from the best sources that the release has for the place, each a lever of its own,
another mode of transport, and more recycled content. That something can be done at all is for a person to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tanheng.errors import TanhengError
from tanheng.factors import Release, embedded
from tanheng.footprint import documents
from tanheng.footprint.assessment import Assessment
from tanheng.footprint.changing import Change, LineChange
from tanheng.footprint.electricity import GRID, NETWORK, Power, parents, sources
from tanheng.footprint.inputs import InputKind
from tanheng.footprint.montecarlo import study_of
from tanheng.footprint.ports import NoBackgrounds
from tanheng.footprint.rulebook import recorded_rules
from tanheng.footprint.sensitivity import STEP, sensitivities
from tanheng.footprint.study import ElectricityShare, Line, LineType, Names, Study, Supply
from tanheng.footprint.targets import NotFound, Resolver
from tanheng.footprint.totals import characterise, counted_total
from tanheng.footprint.whatif import what_if

TRIED = 20
"""Lines, the largest first, for which plausible changes are computed; fewer in a study of more than a thousand."""
_LINES = 20_000
"""Lines that all those what-if results together compute again."""
BEST_SOURCES = 3
"""Sources of electricity, the best first, that a plant may choose from: not every one is to be had everywhere."""
MORE_RECYCLED = 0.1
"""Recycled content that is added, as a share of the material."""
_OTHER_MODE = {"air": "sea", "air-short": "rail", "van": "rail", "rail": "inland-water"}
_ROAD = "road"


class LeverKind(StrEnum):
    """What a lever does."""

    LESS = "less"
    CLEANER_SOURCE = "cleaner-source"
    PARAMETER = "parameter"
    ELECTRICITY = "electricity"
    TRANSPORT = "transport"
    RECYCLED = "recycled"


@dataclass(frozen=True, slots=True)
class Lever:
    """One thing that could be done.

    Attributes:
        label: ``lines[3]``, the id of a source, ``parameters.ID``. to: what it becomes: ``− 10 %``, ``hydro``, ``rail``.
        change: the what-if change that computes it; ``None`` where 10 % less of a source stands for no change of the study.
        effect: kg CO2e on the total; less than 0.
        share: of the absolute total.
    """

    kind: LeverKind
    label: str
    names: Names
    to: str
    effect: float
    share: float | None
    change: Change | None = None


def levers(assessment: Assessment, *, release: Release | None = None) -> tuple[Lever, ...]:
    """What lowers the result, the greatest effect first; effects of several levers do not simply add up.

    Args:
        release: where better sources of electricity and modes of transport are looked up; the embedded one by default.
    """
    found = [*_less(assessment), *_plausible(assessment, release or embedded())]
    lower = [lever for lever in found if lever.effect < 0]
    return tuple(sorted(lower, key=lambda lever: (lever.effect, lever.label, lever.kind)))


def _less(assessment: Assessment) -> Iterator[Lever]:
    kinds = {
        InputKind.LINE: LeverKind.LESS,
        InputKind.SOURCE: LeverKind.CLEANER_SOURCE,
        InputKind.PARAMETER: LeverKind.PARAMETER,
    }
    for row in sensitivities(assessment):
        best, sign = min((row.low, "−"), (row.high, "+"))
        if row.kind is InputKind.PARAMETER or sign == "−":
            effect = best - assessment.total
            yield Lever(
                kinds[row.kind], row.label, row.names, f"{sign} {100 * STEP:.0f} %", effect, _share(assessment, effect)
            )


def _plausible(assessment: Assessment, release: Release) -> Iterator[Lever]:
    study = study_of(assessment)
    largest = sorted((row for row in assessment.lines if row.total), key=lambda row: -abs(row.total or 0.0))
    largest = largest[: max(1, min(TRIED, _LINES // max(len(study.lines), 1)))]
    for row in largest:
        for kind, to, change in _changes(study, study.lines[row.index], row.index, assessment, release):
            try:
                effect = what_if(assessment, change, release=release).total - assessment.total
            except TanhengError:
                continue  # a change that the study does not allow is no lever
            yield Lever(kind, row.place, row.names, to, effect, _share(assessment, effect), change)


def _changes(
    study: Study, line: Line, index: int, assessment: Assessment, release: Release
) -> Iterator[tuple[LeverKind, str, Change]]:
    if line.type is LineType.ELECTRICITY:
        for source in best_electricity(study, line, assessment, release)[:BEST_SOURCES]:
            yield LeverKind.ELECTRICITY, source, LineChange(index, share={f"{Supply.CONTRACT}:{source}": 1.0})
    modes = {leg.mode for leg in line.transport}
    others = {"rail" if mode.startswith(_ROAD) else _OTHER_MODE.get(mode, "") for mode in modes} - {"", *modes}
    for mode in sorted(others):
        yield LeverKind.TRANSPORT, mode, LineChange(index, mode=mode)
    recycling = line.recycling
    if recycling is not None and recycling.recycled and recycling.recycled_content < 1:
        more = min(1.0, recycling.recycled_content + MORE_RECYCLED)
        yield LeverKind.RECYCLED, f"{100 * more:.0f} %", LineChange(index, recycled_content=more)


def best_electricity(study: Study, line: Line, assessment: Assessment, release: Release) -> tuple[str, ...]:
    """The sources that the release has for the place, the smallest footprint per kWh by contract, network included, first."""
    chosen = recorded_rules(assessment.inputs).effective
    site = line.location or study.site
    resolver = Resolver(
        release, NoBackgrounds(), "", chosen.id, documents.read_assessment, documents.read_assessment, Path()
    )
    power = Power(resolver, release, site, study.year)
    places, place = {site}, parents().get(site, "")
    while place:
        places.add(place)
        place = parents().get(place, "")
    found = {}
    for name in sorted({source for where, source in sources() if where in places} - {GRID, NETWORK}):
        target = power.of(ElectricityShare(Supply.CONTRACT, name, 1.0))
        if not isinstance(target, NotFound):
            found[name] = counted_total(characterise(target.amounts, chosen))
    return tuple(sorted(found, key=lambda name: (found[name], name)))


def _share(assessment: Assessment, effect: float) -> float | None:
    return effect / abs(assessment.total) if assessment.total else None
