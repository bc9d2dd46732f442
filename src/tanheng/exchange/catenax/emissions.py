"""Categories of emissions: which flow is in which, and back. All kg CO2e per declared unit.

Source: aspect model Pcf 9.0.0, descriptions of ``productionStage`` and ``distributionStage`` (positions A to H, T1, T2).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from tanheng.exchange.declaration import Declaration, Flow
from tanheng.files import shipped_rows
from tanheng.footprint.study import Stage
from tanheng.quantities import Origin
from tanheng.quantities.gases import CO2E

INCLUDING, EXCLUDING = "pcfIncludingBiogenicUptake", "pcfExcludingBiogenicUptake"
UPTAKE = "biogenicCO2Uptake"
FOSSIL, BIOGENIC, LUC, AIRCRAFT = (
    "fossilGhgEmissions",
    "biogenicNonCO2Emissions",
    "landUseChangeGhgEmissions",
    "aircraftGhgEmissions",
)
LAND_EMISSIONS, LAND_REMOVALS = "landManagementBiogenicCO2Emissions", "landManagementBiogenicCO2Removals"
SUMMED: Mapping[str, Origin] = {
    FOSSIL: Origin.FOSSIL,
    BIOGENIC: Origin.BIOGENIC,
    LUC: Origin.LUC,
    LAND_EMISSIONS: Origin.LUC,
    LAND_REMOVALS: Origin.LUC,
    AIRCRAFT: Origin.FOSSIL,
}
"""Positions A, C, E, F, G and H, which make up T2."""
PRODUCTION, DISTRIBUTION, PACKAGING = "", "distributionStage", "packaging"
"""What the names of fields of a stage begin with."""
_GATE = (Stage.RAW_MATERIALS, Stage.PRODUCTION)


def field(prefix: str, name: str) -> str:
    """The name of a category in a stage: ``distributionStageFossilGhgEmissions``."""
    return f"{prefix}{name[:1].upper()}{name[1:]}" if prefix else name


@dataclass(frozen=True, slots=True)
class Sums:
    """Of one stage.

    Attributes:
        excluding: T2, without biogenic uptake.
        by_category: what T2 is made of, by name; ``None`` where the sources do not tell it.
        uptake: biogenic uptake (≤ 0); ``None`` where it is not known.
    """

    excluding: float
    by_category: Mapping[str, float] | None
    uptake: float | None = None


def production(told: Declaration, unsplit: str) -> Sums:
    """From cradle to gate."""
    uptake = -told.stored_carbon if told.stored_carbon is not None else None
    if told.regime:
        found = _sums([f for f in told.flows if f.counted and f.stage in _GATE], unsplit)
        return replace(found, uptake=uptake)
    found = _sums([f for f in told.flows if f.counted], unsplit)
    return Sums(told.total, found.by_category, uptake)


def distribution(told: Declaration, unsplit: str) -> Sums | None:
    """From the gate to the customer; ``None`` where the boundary does not reach it."""
    if told.boundary is None or Stage.DISTRIBUTION not in told.boundary.stages:
        return None if told.regime else _told(told, unsplit)
    return _sums([f for f in told.flows if f.stage is Stage.DISTRIBUTION and _is_counted(f)], unsplit)


def _told(told: Declaration, unsplit: str) -> Sums | None:
    flows = [f for f in told.flows if f.stage is Stage.DISTRIBUTION]
    return _sums(flows, unsplit) if flows else None


def flows_of(stage: Mapping[str, object], prefix: str, where: Stage | None, *, counted: bool) -> Iterator[Flow]:
    """What a stage of a document tells: a flow for each category, and what they leave of the sum (T2)."""
    excluded = "" if counted else "stage"
    numbers = {name: value for name in SUMMED if isinstance(value := stage.get(field(prefix, name)), int | float)}
    for name, value in numbers.items():
        yield _flow(where, name, SUMMED[name], float(value), counted, excluded)
    whole = stage.get(field(prefix, EXCLUDING))
    if isinstance(whole, int | float):
        rest = whole - math.fsum(numbers.values())
        if not numbers or abs(rest) > 1e-9 * max(1.0, abs(whole)):
            yield _flow(where, "", Origin.UNSPLIT, rest, counted, excluded)
    uptake = stage.get(field(prefix, UPTAKE))
    if not counted and isinstance(uptake, int | float):
        yield _flow(where, UPTAKE, Origin.REMOVAL, float(uptake), counted, excluded)


def _flow(stage: Stage | None, source: str, origin: Origin, value: float, counted: bool, excluded: str) -> Flow:
    return Flow(
        stage=stage,
        what="sum",
        source=source,
        gas=CO2E,
        origin=origin,
        mass=value,
        co2e=value,
        counted=counted,
        excluded=excluded,
    )


def _sums(flows: Iterable[Flow], unsplit: str) -> Sums:
    given = list(flows)
    taken_up = [f.co2e for f in given if f.what == "sum" and f.source == UPTAKE]
    rows = [f for f in given if not (f.what == "sum" and f.source == UPTAKE)]
    whole = math.fsum(f.co2e for f in rows)
    told = [f for f in rows if f.what == "sum" and f.source in SUMMED]
    if told:
        by_name = {name: math.fsum(f.co2e for f in told if f.source == name) for name in _names(told)}
        return Sums(whole, by_name, math.fsum(taken_up) if taken_up else None)
    found: dict[str, list[float]] = {FOSSIL: [], BIOGENIC: [], LUC: []}
    for flow in rows:
        category = _category(flow, unsplit)
        if category is None:
            return Sums(whole, None)
        found.setdefault(category, []).append(flow.co2e)
    by_category = {name: math.fsum(values) for name, values in found.items()}
    return Sums(
        math.fsum(by_category.values()), by_category
    )  # of what is written, so that it is the same when read back


def _names(told: list[Flow]) -> list[str]:
    return [name for name in SUMMED if any(f.source == name for f in told)]


def _category(flow: Flow, unsplit: str) -> str | None:
    """``None`` where nobody knows."""
    if flow.what == "transport" and flow.source in _by_air():
        return AIRCRAFT
    match flow.origin:
        case Origin.FOSSIL:
            return FOSSIL
        case Origin.BIOGENIC | Origin.REMOVAL:
            return BIOGENIC
        case Origin.LUC:
            return LUC
        case _:
            return FOSSIL if unsplit == "fossil" or not flow.co2e else None


def _is_counted(flow: Flow) -> bool:
    """As the gates' rules would: CO2 of biogenic origin has no value, the stage itself is told apart from the total."""
    is_biogenic_co2 = flow.gas == "CO2" and flow.origin in (Origin.BIOGENIC, Origin.REMOVAL)
    return not is_biogenic_co2 and flow.excluded in ("", "stage")


@cache
def _by_air() -> frozenset[str]:
    return frozenset(row["factor"] for row in shipped_rows("transport_modes") if row["mode"].startswith("air"))
