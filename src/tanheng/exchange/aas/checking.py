"""What the metamodel lets pass and the templates do not mean so: TH-EXC-601 to TH-EXC-609."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tanheng.exchange.aas import codes
from tanheng.exchange.aas.model import Entry, Footprints
from tanheng.exchange.lifetime import STAGES
from tanheng.exchange.protocols import Objection

_TEMPLATE = "IDTA 02023-1-0-1"
_BATTERY = "IDTA 02035-3"
CLOSE = 1e-6


def objections(told: Footprints) -> tuple[Objection, ...]:
    """Every rule that the submodel does not keep."""
    found = [*_sums(told)]
    for index, entry in enumerate(told.entries):
        found += _of_entry(entry, f"ProductCarbonFootprints[{index}]")
    if told.is_battery:
        found += _of_battery(told)
    return tuple(found)


def _of_entry(entry: Entry, path: str) -> Iterator[Objection]:
    clause = f"{_TEMPLATE}, ProductCarbonFootprint"
    if entry.unit not in codes.UNITS:
        yield Objection("TH-EXC-601", "error", clause, f"{path}.ReferenceImpactUnitForCalculation", entry.unit)
    if not (entry.quantity > 0 and math.isfinite(entry.quantity) and math.isfinite(entry.co2e)):
        quote = f"{entry.co2e:g} / {entry.quantity:g}"
        yield Objection("TH-EXC-602", "error", clause, f"{path}.QuantityOfMeasureForCalculation", quote)
    for phase in entry.phases:
        if phase not in codes.PHASES:
            yield Objection("TH-EXC-603", "error", clause, f"{path}.LifeCyclePhases", phase)
    for method in entry.methods:
        if method not in codes.METHODS:
            yield Objection("TH-EXC-604", "warning", clause, f"{path}.PcfCalculationMethods", method)
    if not entry.phases or not entry.methods:
        name = "PcfCalculationMethods" if entry.phases else "LifeCyclePhases"
        yield Objection("TH-EXC-605", "error", clause, f"{path}.{name}")
    if entry.published and entry.expires and entry.expires <= entry.published:
        yield Objection("TH-EXC-606", "error", clause, f"{path}.ExpirationDate", entry.expires.date().isoformat())


def _sums(told: Footprints) -> Iterator[Objection]:
    """Entries of single stages that cover all phases of the total add up to it."""
    whole, parts = told.whole, told.parts
    covered = [phase for part in parts for phase in part.phases]
    if not parts or len(set(covered)) < len(covered) or set(covered) != set(whole.phases):
        return
    total = math.fsum(part.co2e for part in parts)
    scale = max(abs(whole.co2e), *(abs(part.co2e) for part in parts))
    if abs(total - whole.co2e) > CLOSE * scale:
        quote = f"{total:.6g} ≠ {whole.co2e:.6g}"
        yield Objection("TH-EXC-607", "error", f"{_TEMPLATE}, PcfCO2eq", "ProductCarbonFootprints", quote)


def _of_battery(told: Footprints) -> Iterator[Objection]:
    found = {codes.stage([phase]) for phase in told.whole.phases}
    if missing := [stage.value for stage in STAGES if stage not in found]:
        clause = f"{_BATTERY}, LifeCyclePhases: one entry reflects all life cycle phases"
        yield Objection("TH-EXC-608", "error", clause, "ProductCarbonFootprints", ", ".join(missing))
    for index, entry in enumerate(told.entries):
        if entry.quantity != 1 or entry.unit not in {"kWh", "piece"}:
            path = f"ProductCarbonFootprints[{index}].QuantityOfMeasureForCalculation"
            quote = f"{entry.quantity:g} {entry.unit}"
            yield Objection("TH-EXC-609", "error", f"{_BATTERY}, QuantityOfMeasureForCalculation", path, quote)
