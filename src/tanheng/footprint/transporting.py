"""The transport legs of a line (C15).

    t·km = mass × distance × (1 + empty return) × (1 + cooling) × load correction

The factor of a mode stands for the average load of its vehicles. What a vehicle burns on a kilometre grows from empty (e) to
full (f) with the load u, so a t·km at the load u needs, against the average load a,

    load correction = [(e + (f − e)·u) / u] / [(e + (f − e)·a) / a]        a = (average − e) / (f − e)

with e, f and the average per vehicle-km as published (``data/transport_modes.csv``). A mode or factor without these figures
takes no load. Modes that are cooled hold the cooling in their factor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from tanheng.errors import Fault
from tanheng.files import shipped_rows
from tanheng.footprint.assessment import Gap
from tanheng.footprint.study import Names, TransportLeg
from tanheng.footprint.workbench import Bench, Bill, LinkedPart
from tanheng.quantities import Quantity
from tanheng.texts import LANGUAGES


@dataclass(frozen=True, slots=True)
class Burning:
    """What a vehicle emits on a kilometre: empty, with its average load, full; kg CO2e/km."""

    empty: float
    average: float
    full: float

    @property
    def load(self) -> float:
        """The average load as a share of the capacity."""
        return (self.average - self.empty) / (self.full - self.empty)

    def correction(self, load: float) -> float:
        """Burden of a t·km at ``load`` against the average load.

        >>> round(Burning(0.5, 0.75, 1.0).correction(1.0), 4)  # average load 50 %: (1.0 / 1) / (0.75 / 0.5)
        0.6667
        """
        return (self.empty + (self.full - self.empty) * load) / load / (self.average / self.load)

    def steps(self, load: float) -> str:
        """The correction with its numbers."""
        at_load = f"({self.empty:.6g} + {self.full - self.empty:.6g} × {load:.6g}) / {load:.6g}"
        return f" × [{at_load}] / [{self.average:.6g} / {self.load:.6g}]"


@dataclass(frozen=True, slots=True)
class Mode:
    """A mode of transport: its factor per t·km, what its vehicles burn where known, and whether the factor holds cooling."""

    names: Names
    factor: str
    burning: Burning | None
    cooled: bool


@cache
def transport_modes() -> Mapping[str, Mode]:
    """The modes of ``data/transport_modes.csv`` (C15)."""
    return {
        row["mode"]: Mode(_names(row), row["factor"], _burning(row), row["cooled"] == "yes")
        for row in shipped_rows("transport_modes")
    }


def add_transport(bill: Bill, bench: Bench) -> None:
    """A part for every leg of the line."""
    for number, leg in enumerate(bill.line.transport):
        _add_leg(bill, bench, leg, f"{bill.place}.transport[{number}]")


def _add_leg(bill: Bill, bench: Bench, leg: TransportLeg, place: str) -> None:
    line = bill.line
    mass = leg.mass or line.amount
    if mass is None:
        bill.gaps.append(Gap("missing-amount", place, True, {"link": leg.mode}))
        return
    link = leg.link or f"factor:{transport_modes()[leg.mode].factor}"
    target = bench.target(bench.lookups.link(link), place, bill.gaps)
    if target is None:
        return
    if mass.value < 0:
        bench.faults.append(Fault("TH-ASM-016", f"{bill.written}.amount", {"amount": str(mass)}))
        return
    tonnes = bench.measure(mass, "t", f"{place}.mass", line.names)
    kilometres = bench.measure(leg.distance, "km", f"{place}.distance", line.names)
    chain = _chain(bill, bench, leg, place)
    if tonnes is None or kilometres is None or chain is None:
        return
    factor, steps = chain
    work = Quantity(tonnes * kilometres * factor, "t*km")
    amount = bench.measure(work, target.per, place, line.names)
    if amount is not None:
        text = f"{tonnes:.6g} t × {kilometres:.6g} km{steps}"
        bill.parts.append(LinkedPart("transport", transport_modes()[leg.mode].names, amount, target, text))


def _chain(bill: Bill, bench: Bench, leg: TransportLeg, place: str) -> tuple[float, str] | None:
    """What the t·km are multiplied with, and how it is written; ``None`` after a fault."""
    mode = transport_modes()[leg.mode]
    factor, steps = 1.0 + leg.empty_return, f" × (1 + {leg.empty_return:.4g})" if leg.empty_return else ""
    if leg.cooling:
        factor *= 1.0 + leg.cooling
        steps += f" × (1 + {leg.cooling:.4g})"
        if mode.cooled and not leg.link:
            bill.gaps.append(Gap("cooling-twice", place, False, {"mode": leg.mode, "cooling": f"{leg.cooling:.4g}"}))
    if leg.load is not None:
        burning = mode.burning if not leg.link else None
        if burning is None or not leg.load > 0:
            params = {"load": f"{leg.load:.4g}", "factor": leg.link or leg.mode}
            bench.faults.append(Fault("TH-ASM-056", f"{place}.load", params))
            return None
        factor *= burning.correction(leg.load)
        steps += burning.steps(leg.load)
    return factor, steps


def _names(row: Mapping[str, str]) -> Names:
    named = {lang: row[f"name_{lang}"] for lang in LANGUAGES}
    return {lang: name[:1].upper() + name[1:] for lang, name in named.items()}


def _burning(row: Mapping[str, str]) -> Burning | None:
    if not row["empty_km"]:
        return None
    return Burning(float(row["empty_km"]), float(row["average_km"]), float(row["full_km"]))
