"""Sums of an assessment: gases, origins, stages, electricity, stored carbon (C04, C06, C08)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from tanheng.factors import GasAmounts
from tanheng.footprint.assessment import ElectricityResult, GasResult, LineResult, Part, StageResult
from tanheng.footprint.study import Stage
from tanheng.inventory.climate import stored_carbon as kept_carbon
from tanheng.quantities import Origin, convert
from tanheng.rules import Regime


def characterise(amounts: GasAmounts, chosen: Regime) -> tuple[GasResult, ...]:
    """Each gas and origin with its kg CO2e, largest first; a gas without a value in the GWP set counts 0 (and is a gap)."""
    gwp = chosen.gwp
    results = [
        GasResult(
            gas, origin, mass, mass * gwp.factor(gas, origin) if gwp.knows(gas) else 0.0, chosen.counts(gas, origin)
        )
        for (gas, origin), mass in amounts.items()
    ]
    return tuple(sorted(results, key=lambda g: (-abs(g.co2e), g.gas, g.origin)))


def counted_total(gases: Iterable[GasResult]) -> float:
    """kg CO2e of the gases that the regime counts."""
    return math.fsum(g.co2e for g in gases if g.counted)


def add_up(rows: Iterable[Sequence[GasResult]]) -> tuple[GasResult, ...]:
    """Gases of several parts, summed by gas and origin."""
    sums: dict[tuple[str, Origin], list[float]] = {}
    counted: dict[tuple[str, Origin], bool] = {}
    for gases in rows:
        for g in gases:
            entry = sums.setdefault((g.gas, g.origin), [0.0, 0.0])
            entry[0] += g.mass
            entry[1] += g.co2e
            counted[(g.gas, g.origin)] = g.counted
    results = [GasResult(gas, origin, m, c, counted[(gas, origin)]) for (gas, origin), (m, c) in sums.items()]
    return tuple(sorted(results, key=lambda g: (-abs(g.co2e), g.gas, g.origin)))


def by_origin(gases: Iterable[GasResult]) -> Mapping[str, float]:
    """kg CO2e of every origin; removals are negative."""
    totals = dict.fromkeys(Origin, 0.0)
    for g in gases:
        totals[g.origin] += g.co2e
    return {origin.value: total for origin, total in totals.items()}


def added_back(gases: Iterable[GasResult], chosen: Regime) -> float:
    """kg CO2e that the total gets back for carbon kept in the product, where the regime does not net it (C06).

    Only an uptake that lowered the total can be given back.
    """
    return 0.0 if chosen.nets_stored_carbon else stored_carbon(g for g in gases if g.counted)


def stored_carbon(gases: Iterable[GasResult]) -> float:
    """kg CO2 taken up and not released again within the boundary: carbon kept in the product (C06)."""
    rows = list(gases)
    return float(kept_carbon([(g.gas, g.origin) for g in rows], np.array([g.mass for g in rows])))


def by_stage(lines: Iterable[LineResult], total: float, counted: Iterable[str]) -> tuple[StageResult, ...]:
    """Sum of the counted parts of each stage, in the order of the life cycle.

    A stage is listed where it has a line or a counted part, and the regime counts it.
    """
    members: dict[Stage, list[float]] = {}
    for line in lines:
        members.setdefault(line.stage, [])
        for part in line.parts:
            if not part.excluded:
                members.setdefault(part.stage, []).append(part.total)
    sums = {stage: math.fsum(members[stage]) for stage in Stage if stage in members and stage.value in set(counted)}
    return tuple(StageResult(stage, amount, amount / total if total else None) for stage, amount in sums.items())


def electricity(lines: Iterable[LineResult], regime: Regime) -> ElectricityResult | None:
    """All electricity of the study: as counted, and on the location's grid mix (C08)."""
    rows = list(lines)
    parts: list[Part] = [p for line in rows for p in line.parts if p.what == "electricity" and not p.excluded]
    if not parts:
        return None
    unknown = any(gap.code == "no-location-mix" for line in rows for gap in line.gaps)
    located = math.fsum(p.total if p.location_based is None else p.location_based for p in parts)
    amounts: dict[str, float] = {}
    names: dict[str, Mapping[str, str]] = {}
    for part in parts:
        kwh = convert(part.amount, part.unit, "kWh")
        amounts[part.provenance.id] = amounts.get(part.provenance.id, 0.0) + kwh
        names[part.provenance.id] = part.provenance.names
    total = math.fsum(amounts.values())
    return ElectricityResult(
        amount_kwh=total,
        total=math.fsum(p.total for p in parts),
        location_based=None if unknown else located,
        certificates_counted=regime.counts_certificates,
        shares=tuple(
            (key, amount / total if total else 0.0, names[key].get("zh", key)) for key, amount in amounts.items()
        ),
    )
