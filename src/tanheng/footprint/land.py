"""Direct land-use change: the loss of carbon stock, spread over the years after the conversion (C04).

ISO 14067:2018 spreads direct land-use change over 20 years by default; its text is not public, and this follows the public
practice of the IPCC guidelines (stock difference) and of PAS 2050.
"""

from __future__ import annotations

from tanheng.errors import Fault
from tanheng.footprint.carbon import CO2_OF_CARBON
from tanheng.footprint.workbench import Bench, Bill, term
from tanheng.quantities import Origin

_KG_PER_TONNE = 1000.0


def add_land_use_change(bill: Bill, bench: Bench) -> None:
    """CO2 = area × (stock before − stock after) × 44/12 / years, per year, of the origin land-use change.

    Area in ha, stocks in t C/ha. Counted while the last year of the study's period lies less than ``years`` after the
    conversion, and where the year is not known. A gain of carbon stock is told but not counted: whether it lasts is not
    known when the product is made.
    """
    land = bill.line.land
    if land is None:
        return
    place = f"{bill.written}.land"
    area = bench.measure(land.area, "ha", f"{place}.area", bill.line.names)
    if area is None:
        return
    if land.converted is not None and land.converted > bench.until:
        bench.faults.append(Fault("TH-ASM-069", f"{place}.converted", {"year": land.converted, "until": bench.until}))
        return
    change = area * (land.before - land.after) * _KG_PER_TONNE * CO2_OF_CARBON / land.years
    # The unit a, not a word: the steps stand in reports of either language.
    steps = f"{area:.6g} ha × ({land.before:.6g} − {land.after:.6g}) t C/ha × 1000 kg/t × 44/12 / {land.years:.6g} a"
    counted = change
    if land.converted is None:
        bill.note("land-year-unknown", years=f"{land.years:g}")
    elif bench.until >= land.converted + land.years:
        bill.note("land-long-ago", year=land.converted, years=f"{land.years:g}")
        steps, counted = f"{steps} = {change:.6g} kg; {bench.until} ≥ {land.converted} + {land.years:g} → 0 kg", 0.0
    if counted < 0:
        bill.note("land-gain", mass=f"{-change:.6g}", steps=steps)
        steps, counted = f"max(0, {steps})", 0.0
    bill.emit("CO2", Origin.LUC, counted, steps, names=term("land.change"))
