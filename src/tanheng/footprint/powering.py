"""The electricity of a line: its sources, each with its target, and the location's mix beside them (C07, C08).

    own, direct             amount × plant
    contract, certificate   amount × (plant + network)
    with losses given       amount ÷ (1 − losses) × plant, without the network: losses once
    residual, grid          amount × mix, which holds the network

A certificate that the regime does not count is power of the grid; where the regime asks for the residual mix, power of the
grid that nothing tracks is the residual mix. Beside what is chosen on the market stands the same amount on the mix of the
location.
"""

from __future__ import annotations

from dataclasses import replace

from tanheng.errors import Fault
from tanheng.factors import GasAmounts
from tanheng.footprint.assessment import Gap
from tanheng.footprint.study import ElectricityShare, Supply
from tanheng.footprint.targets import NotFound, Target
from tanheng.footprint.workbench import Bench, Bill, LinkedPart, steps_of, term
from tanheng.quantities import convert, unit

_MARKET = (Supply.CONTRACT, Supply.CERTIFICATE, Supply.RESIDUAL)
_MIXES = (Supply.GRID, Supply.RESIDUAL)


def add_electricity(bill: Bill, bench: Bench) -> None:
    """A part for every source of the line's electricity."""
    line = bill.line
    if line.amount is None:
        bill.gaps.append(Gap("missing-amount", bill.place, True, {"link": "electricity"}))
        return
    for number, share in enumerate(line.electricity or (ElectricityShare(Supply.GRID, "", 1.0),)):
        if share.losses is not None and (share.supply in _MIXES or not share.losses < 1.0):
            bench.faults.append(
                Fault("TH-ASM-059", f"{bill.written}.electricity[{number}].losses", {"losses": f"{share.losses:g}"})
            )
        else:
            _add_share(bill, bench, counted_supply(share, bill, bench))


def counted_supply(share: ElectricityShare, bill: Bill, bench: Bench) -> ElectricityShare:
    """What the regime counts for a share as it is written."""
    if share.supply is Supply.CERTIFICATE and not bench.chosen.counts_certificates:
        bill.gaps.append(Gap("certificate-not-counted", bill.place, False, {"share": f"{share.share:.4g}"}))
        share = ElectricityShare(Supply.GRID, "", share.share)
    if share.supply is Supply.GRID and not share.link and bench.chosen.method.uses_residual_mix:
        share = replace(share, supply=Supply.RESIDUAL)
    return share


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


def _add_share(bill: Bill, bench: Bench, share: ElectricityShare) -> None:
    line = bill.line
    target = bench.target(bench.lookups.power(share, line.location or bench.site), bill.place, bill.gaps)
    if target is None or line.amount is None:
        return
    metered = bench.measure(line.amount, target.per, f"{bill.written}.amount", line.names)
    if metered is None:
        return
    delivered = 1.0 - (share.losses or 0.0)
    located = None
    if share.supply in _MARKET or (share.supply is Supply.GRID and share.link):
        located = located_amounts(bill, bench, target)
    if located is not None and share.losses:
        # The mix of the location holds the losses; it is for what the meter counts.
        located = {role: mass * delivered for role, mass in located.items()}
    steps = steps_of(line.amount, metered, target.per)
    divided = f" × {share.share:.6g}" if share.share != 1.0 else ""
    divided += f" / (1 − {share.losses:.6g})" if share.losses else ""
    if divided:
        converted = "" if line.amount.unit == target.per else f"{steps}; "
        steps = f"{converted}{metered:.9g} {target.per}{divided}"
    amount = metered * share.share / delivered
    bill.parts.append(LinkedPart("electricity", term(f"supply.{share.supply}"), amount, target, steps, located))
