"""CO2 from what a line's materials are made of: carbon balances, carbonates, biogenic carbon (C04, C06).

Carbon becomes CO2 by 44/12, as the IPCC guidelines count it (the molar masses 44.009/12.011 give 0.07 % less).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from tanheng.errors import Fault
from tanheng.files import shipped_rows
from tanheng.footprint.assessment import Gap
from tanheng.footprint.study import CarbonFlow, Names, Stage
from tanheng.footprint.workbench import Bench, Bill, term
from tanheng.inventory.climate import stored_carbon
from tanheng.quantities import Origin

CO2_OF_CARBON = 44.0 / 12.0
"""kg CO2 per kg of carbon, IPCC 2006 Guidelines."""

_ROUNDING = 1e-9
_TELLING = 0.01
"""Share of a line's uptake that its source has to hold already before that is worth a note."""


def add_carbon_balance(bill: Bill, bench: Bench) -> None:
    """CO2 = 44/12 × (Σ carbon in − Σ carbon out), fossil and biogenic carbon apart.

    More carbon of an origin out than in is a fault: a balance does not take carbon out of the air.
    """
    balance = bill.line.carbon_balance
    if balance is None:
        return
    place = f"{bill.written}.carbon_balance"
    masses = {
        side: [bench.measure(flow.mass, "kg", f"{place}.{side}[{i}].mass", flow.names) for i, flow in enumerate(flows)]
        for side, flows in (("inputs", balance.inputs), ("outputs", balance.outputs))
    }
    for origin in (Origin.FOSSIL, Origin.BIOGENIC):
        came, into = _carbon(balance.inputs, masses["inputs"], origin)
        left, out_of = _carbon(balance.outputs, masses["outputs"], origin)
        if not (into or out_of):
            continue
        carbon = came - left
        if carbon < -_ROUNDING * max(came, left):
            names = term(f"origin.{origin.value}")
            told = {f"origin_{lang}": name for lang, name in names.items()}
            bench.faults.append(Fault("TH-ASM-066", place, {**told, "came": f"{came:.6g}", "left": f"{left:.6g}"}))
            continue
        mass = CO2_OF_CARBON * max(carbon, 0.0)
        steps = f"44/12 × ({' − '.join((' + '.join(into) or '0', *out_of))})"
        bill.emit("CO2", origin, mass, steps, names=term(f"carbon_balance.{origin.value}"))


def _carbon(
    flows: Iterable[CarbonFlow], masses: Iterable[float | None], origin: Origin
) -> tuple[float, tuple[str, ...]]:
    """kg of carbon of an origin, and the products it is the sum of."""
    amounts, steps = [], []
    for flow, mass in zip(flows, masses, strict=True):
        share = flow.biogenic if origin is Origin.BIOGENIC else 1.0 - flow.biogenic
        if mass is None or not share:
            continue
        amounts.append(mass * flow.carbon * share)
        steps.append(f"{mass:.6g} kg × {flow.carbon:.6g}" + (f" × {share:.6g}" if share != 1.0 else ""))
    return math.fsum(amounts), tuple(steps)


@dataclass(frozen=True, slots=True)
class CarbonateFactor:
    """kg CO2 per kg of a carbonate; a row of ``data/carbonates.csv``."""

    formula: str
    names: Names
    factor: float
    source: str


_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


@cache
def carbonates() -> Mapping[str, CarbonateFactor]:
    """All carbonates by folded formula."""
    return {
        _folded(row["formula"]): CarbonateFactor(
            row["formula"], {"en": row["name_en"], "zh": row["name_zh"]}, float(row["factor"]), row["source"]
        )
        for row in shipped_rows("carbonates")
    }


def _folded(formula: str) -> str:
    return formula.translate(_DIGITS).replace(" ", "").casefold()


def add_carbonates(bill: Bill, bench: Bench) -> None:
    """CO2 = mass × emission factor × decomposed share, for each carbonate.

    A formula that is not in ``data/carbonates.csv`` is a fault that lists those that are.
    """
    for number, carbonate in enumerate(bill.line.carbonates):
        place = f"{bill.written}.carbonates[{number}]"
        found = carbonates().get(_folded(carbonate.carbonate))
        if found is None:
            known = ", ".join(entry.formula for entry in carbonates().values())
            bench.faults.append(Fault("TH-ASM-067", place, {"formula": carbonate.carbonate, "known": known}))
            continue
        mass = bench.measure(carbonate.mass, "kg", f"{place}.mass", found.names)
        if mass is None:
            continue
        steps = f"{mass:.6g} kg {found.formula} × {found.factor:.6g} kg CO2/kg × {carbonate.decomposed:.6g}"
        names = {lang: f"{found.formula} {name}" for lang, name in found.names.items()}
        bill.emit("CO2", Origin.FOSSIL, mass * found.factor * carbonate.decomposed, steps, names=names)


def add_biogenic(bill: Bill, bench: Bench) -> None:
    """Uptake = mass × (1 − moisture) × carbon × 44/12 as a removal, and its released share as biogenic CO2 (C06).

    What the line's own source takes up and keeps is not taken up again. The release stands at end of life where the boundary
    holds it, else in the line's stage. The rest stays in the product: reported apart, neither netted nor discounted (C16).
    """
    line, biogenic = bill.line, bill.line.biogenic
    if biogenic is None:
        return
    if line.amount is None:
        if not any(gap.code == "missing-amount" for gap in bill.gaps):
            bill.gaps.append(Gap("missing-amount", bill.place, True, {"link": ""}))
        return
    mass = bench.measure(line.amount, "kg", f"{bill.written}.amount", line.names)
    if mass is None:
        return
    if mass < 0:
        bench.faults.append(Fault("TH-ASM-068", f"{bill.written}.biogenic", {"amount": str(line.amount)}))
        return
    kept = _kept_by_source(bill)
    uptake = mass * (1.0 - biogenic.moisture) * biogenic.carbon * CO2_OF_CARBON
    counted = max(uptake - kept, 0.0)
    steps = f"{mass:.6g} kg × (1 − {biogenic.moisture:.6g}) × {biogenic.carbon:.6g} × 44/12"
    minus = f" = {uptake:.6g} kg − {min(kept, uptake):.6g} kg" if kept else ""
    if counted:
        bill.emit("CO2", Origin.REMOVAL, counted, steps + minus, names=term("biogenic.uptake"))
    if kept and kept >= _TELLING * uptake:
        bill.note("biogenic-twice", uptake=f"{uptake:.6g}", kept=f"{kept:.6g}", counted=f"{counted:.6g}")
    if biogenic.released:
        stage = Stage.END_OF_LIFE if Stage.END_OF_LIFE in bench.boundary.stages else None
        released = f"{steps} × {biogenic.released:.6g}"
        names = term("biogenic.release")
        bill.emit("CO2", Origin.BIOGENIC, uptake * biogenic.released, released, names=names, stage=stage)
    if biogenic.stored_for is not None and biogenic.released < 1.0:
        bill.note("carbon-stored", share=f"{100.0 * (1.0 - biogenic.released):.4g}", years=f"{biogenic.stored_for:g}")


def _kept_by_source(bill: Bill) -> float:
    """kg CO2 that what the line buys has taken up and not released again."""
    kept = 0.0
    for part in bill.parts:
        if part.what == "activity":
            roles = list(part.target.amounts)
            masses = np.array(list(part.target.amounts.values()))
            kept += part.amount * float(stored_carbon(roles, masses))
    return kept
