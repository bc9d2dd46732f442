"""The transport legs of a line: mass × distance × mode factor, with return, load and cold chain (C15)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from tanheng.errors import Fault
from tanheng.files import shipped_rows
from tanheng.footprint.assessment import Gap
from tanheng.footprint.study import TransportLeg
from tanheng.footprint.workbench import Bench, Bill, LinkedPart
from tanheng.quantities import Quantity


@cache
def transport_modes() -> Mapping[str, str]:
    """Factor of each mode of transport, per t·km (C15)."""
    return {row["mode"]: row["factor"] for row in shipped_rows("transport_modes")}


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
    link = leg.link or f"factor:{transport_modes()[leg.mode]}"
    target = bench.target(bench.lookups.link(link), place, bill.gaps)
    if target is None:
        return
    if mass.value < 0:
        bench.faults.append(Fault("TH-ASM-016", f"{bill.written}.amount", {"amount": str(mass)}))
        return
    tonnes = bench.measure(mass, "t", f"{place}.mass", line.names)
    kilometres = bench.measure(leg.distance, "km", f"{place}.distance", line.names)
    if tonnes is None or kilometres is None:
        return
    work = Quantity(tonnes * kilometres * (1.0 + leg.empty_return), "t*km")
    amount = bench.measure(work, target.per, place, line.names)
    if amount is not None:
        back = f" × (1 + {leg.empty_return:.4g})" if leg.empty_return else ""
        steps = f"{tonnes:.6g} t × {kilometres:.6g} km{back}"
        bill.parts.append(LinkedPart("transport", line.names, amount, target, steps))
