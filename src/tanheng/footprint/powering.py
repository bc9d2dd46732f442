"""The electricity of a line: its sources, each with its target, and the location's mix beside them (C07, C08)."""

from __future__ import annotations

from tanheng.factors import GasAmounts
from tanheng.footprint.assessment import Gap
from tanheng.footprint.study import ElectricityShare, Supply
from tanheng.footprint.targets import NotFound, Target
from tanheng.footprint.workbench import Bench, Bill, LinkedPart, steps_of
from tanheng.quantities import convert, unit


def add_electricity(bill: Bill, bench: Bench) -> None:
    """A part for every source of the line's electricity."""
    line = bill.line
    site = line.location or bench.site
    if line.amount is None:
        bill.gaps.append(Gap("missing-amount", bill.place, True, {"link": "electricity"}))
        return
    for share in line.electricity or (ElectricityShare(Supply.GRID, "", 1.0),):
        counted = share
        if share.supply is Supply.CERTIFICATE and not bench.chosen.counts_certificates:
            counted = ElectricityShare(Supply.GRID, "", share.share)
            bill.gaps.append(Gap("certificate-not-counted", bill.place, False, {"share": f"{share.share:.4g}"}))
        target = bench.target(bench.lookups.power(counted, site), bill.place, bill.gaps)
        if target is None:
            continue
        amount = bench.measure(line.amount, target.per, f"{bill.written}.amount", line.names)
        if amount is None:
            return
        contractual = counted.supply in (Supply.CONTRACT, Supply.CERTIFICATE)
        located = located_amounts(bill, bench, target) if contractual else None
        steps = f"{steps_of(line.amount, amount, target.per)} × {share.share:.6g}"
        bill.parts.append(LinkedPart("electricity", line.names, amount * share.share, target, steps, located))


def located_amounts(bill: Bill, bench: Bench, target: Target) -> GasAmounts | None:
    """What one ``target.per`` emits on the location's mix; a gap where the location has none (C08)."""
    site = bill.line.location or bench.site
    grid = bench.lookups.power(ElectricityShare(Supply.GRID, site, 1.0), site)
    if isinstance(grid, NotFound):
        bill.gaps.append(Gap("no-location-mix", bill.place, False, {"geography": site}))
        return None
    if unit(target.per).dimension != unit(grid.per).dimension:
        return None  # the unit of the line will be refused
    factor = convert(1.0, target.per, grid.per)
    return {role: mass * factor for role, mass in grid.amounts.items()}
