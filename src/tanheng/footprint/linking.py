"""Study → linked study: every line becomes parts, an activity amount with the footprint of one unit of it.

What leads nowhere becomes a gap that travels with the result (C02); what is contradictory (a unit of another dimension, C01)
is an error, all of them at once.
"""

from __future__ import annotations

from dataclasses import dataclass

from tanheng.errors import AssessmentError, Fault
from tanheng.footprint.allocating import without_uncounted
from tanheng.footprint.assessment import Gap
from tanheng.footprint.carbon import add_biogenic, add_carbon_balance, add_carbonates
from tanheng.footprint.endoflife import add_recycling
from tanheng.footprint.land import add_land_use_change
from tanheng.footprint.lookups import Lookups
from tanheng.footprint.powering import add_electricity, located_amounts
from tanheng.footprint.study import Line, LineType, Study
from tanheng.footprint.transporting import add_transport
from tanheng.footprint.workbench import Bench, Bill, LinkedPart, steps_of
from tanheng.inventory.model import Distribution
from tanheng.rules import Regime

LATER = 10.0
"""Years after which the timing of an activity is told (C16)."""


@dataclass(frozen=True, slots=True)
class LinkedLine:
    """A line with its parts and what is missing."""

    line: Line
    parts: tuple[LinkedPart, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class LinkedStudy:
    """A study whose links are resolved.

    Attributes:
        study: without the credits of co-products that do not count; ``gaps`` has a note for each (C12).
    """

    study: Study
    lines: tuple[LinkedLine, ...]
    gaps: tuple[Gap, ...] = ()


def link_study(study: Study, lookups: Lookups, chosen: Regime) -> LinkedStudy:
    """Resolve all links of ``study`` as the regime asks.

    Args:
        lookups: where targets come from.

    Raises:
        AssessmentError: every unit that does not fit its link, at once (C01).
    """
    study, notes = without_uncounted(study, chosen.method.allocation)
    bench = Bench(lookups, study.site, chosen, study.boundary, study.year)
    assemblies = frozenset(line.parent for line in study.lines if line.parent)
    lines = tuple(_line(Bill(line, i), bench, assemblies) for i, line in enumerate(study.lines))
    if bench.faults:
        raise AssessmentError.of(bench.faults)
    return LinkedStudy(study, lines, notes)


def _line(bill: Bill, bench: Bench, assemblies: frozenset[str]) -> LinkedLine:
    line = bill.line
    if line.link and line.electricity:
        bench.faults.append(Fault("TH-ASM-014", bill.written, {"link": line.link}))
    if line.recycling is not None:
        add_recycling(bill, bench)
    elif line.type is LineType.ELECTRICITY and (line.electricity or not line.link):
        add_electricity(bill, bench)
    elif line.link:
        _add_activity(bill, bench)
    elif _needs_factor(line) and line.id not in assemblies:
        bill.gaps.append(Gap("missing-factor", bill.place, True, {"link": ""}))
    add_transport(bill, bench)
    _add_emissions(bill)
    add_carbon_balance(bill, bench)
    add_carbonates(bill, bench)
    add_land_use_change(bill, bench)
    add_biogenic(bill, bench)
    if _spread_without_base(line):
        bench.faults.append(Fault("TH-ASM-089", f"{bill.written}.uncertainty"))
    if line.after is not None and line.after > LATER:
        bill.note("happens-later", years=f"{line.after:g}")
    return LinkedLine(line, tuple(bill.parts), tuple(bill.gaps))


def _add_activity(bill: Bill, bench: Bench) -> None:
    line = bill.line
    if line.amount is None:
        bill.gaps.append(Gap("missing-amount", bill.place, True, {"link": line.link}))
        return
    target = bench.target(bench.lookups.link(line.link), bill.place, bill.gaps)
    if target is None:
        return
    amount = bench.measure(line.amount, target.per, f"{bill.written}.amount", line.names)
    if amount is None:
        return
    steps = steps_of(line.amount, amount, target.per)
    if line.type is LineType.ELECTRICITY:
        located = located_amounts(bill, bench, target)
        bill.parts.append(LinkedPart("electricity", line.names, amount, target, steps, located))
    else:
        bill.parts.append(LinkedPart("activity", line.names, amount, target, steps))


def _add_emissions(bill: Bill) -> None:
    for emission in bill.line.emits:
        gas = emission.gas
        mass = emission.amount.to("kg", place=f"{bill.place}.emits.{gas}").value
        bill.emit(gas, emission.origin, mass, steps_of(emission.amount, mass, "kg"), names={"en": gas, "zh": gas})


def _spread_without_base(line: Line) -> bool:
    """Whether the line's distribution has numbers in the unit of an amount that the line cannot have."""
    spread = line.uncertainty
    if spread is None or spread.kind is Distribution.LOGNORMAL or line.amount is not None or line.link:
        return False
    if len(line.emits) == 1:
        return False
    return bool(line.emits or line.transport or line.carbon_balance or line.carbonates or line.land)


def _needs_factor(line: Line) -> bool:
    """Whether a line without a link misses one: what it moves or emits does not tell how its amount was made (C02)."""
    emits = line.emits or line.carbon_balance or line.carbonates or line.land
    if line.type in (LineType.MATERIAL, LineType.ENERGY, LineType.WASTE):
        return line.amount is not None or not emits
    return not (line.transport or emits)
