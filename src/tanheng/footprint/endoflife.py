"""Recycled content and end of life of a line's material, by five methods (C14): the line's parts.

The formulas are in :mod:`tanheng.footprint.recycling`.
"""

from __future__ import annotations

import math
from dataclasses import replace

from tanheng.errors import Fault
from tanheng.footprint.assessment import Gap
from tanheng.footprint.recycling import TOLERANCE, Term, end_of_life, inputs, share_of
from tanheng.footprint.study import EndOfLifeMethod, LineType, Names, Recycling, Stage
from tanheng.footprint.targets import Target
from tanheng.footprint.workbench import Bench, Bill, LinkedPart, term
from tanheng.quantities import Quantity
from tanheng.texts import text

_BOUGHT = ("virgin", "recycled")
"""Terms that the line buys; the others come over from another life of the material, or from its end."""


def add_recycling(bill: Bill, bench: Bench) -> None:
    """A part for every term of the method, in place of the line's plain activity.

    Virgin and recycled input stand in the line's stage; all of end of life in its own. Where the study's boundary has no end
    of life, those terms are left out with a note; the circular footprint formula then takes A = 1, as its text asks for
    intermediate products. What is missing is a gap (C02), what makes no sense a fault.
    """
    line, recycling = bill.line, bill.line.recycling
    if recycling is None:
        return
    ends = Stage.END_OF_LIFE in bench.boundary.stages
    method = _method(bill, bench, recycling)
    if method is None or not _makes_sense(bill, bench, recycling, method, ends=ends):
        return
    if line.amount is None:
        bill.gaps.append(Gap("missing-amount", bill.place, True, {"link": line.link}))
        return
    a = share_of(recycling, method, ends=ends)
    if a is None:
        bill.gaps.append(Gap("missing-allocation-factor", bill.place, True, _in_both("method", _name_of(method))))
        a = math.nan  # terms with it stay out
    known: dict[str, Target | None] = {}
    for entry in inputs(line.link, recycling, method, a):
        _add_term(bill, bench, entry, method, None, known)
    told = any((recycling.recycling_rate, recycling.recovery_rate, recycling.disposal, recycling.recycling))
    if ends and told:
        for entry in end_of_life(line.link, recycling, method, a):
            _add_term(bill, bench, entry, method, Stage.END_OF_LIFE, known)
    elif ends:
        bill.note("end-of-life-elsewhere")
    elif told:
        bill.note("end-of-life-outside", boundary=bench.boundary.value)
    if method is EndOfLifeMethod.CIRCULAR_FOOTPRINT and not ends and recycling.recycled_content:
        bill.note("circular-at-gate", boundary=bench.boundary.value)


def _method(bill: Bill, bench: Bench, recycling: Recycling) -> EndOfLifeMethod | None:
    chosen = recycling.method or bench.chosen.method.end_of_life
    try:
        return EndOfLifeMethod(chosen)
    except ValueError:
        known = ", ".join(EndOfLifeMethod)
        bench.faults.append(Fault("TH-ASM-064", f"{bill.written}.recycling", {"method": chosen, "known": known}))
        return None


def _makes_sense(bill: Bill, bench: Bench, r: Recycling, method: EndOfLifeMethod, *, ends: bool) -> bool:
    """Whether the parameters fit together; keeps every fault."""
    place = f"{bill.written}.recycling"
    faults = []
    if bill.line.type in (LineType.ELECTRICITY, LineType.TRANSPORT, LineType.EMISSION):
        faults.append(Fault("TH-ASM-060", place, {"type": bill.line.type.value}))
    if r.recycling_rate + r.recovery_rate > 1.0 + TOLERANCE:
        sum_ = f"{r.recycling_rate + r.recovery_rate:.6g}"
        faults.append(Fault("TH-ASM-061", place, {"sum": sum_}))
    if r.method is not None and share_of(r, method, ends=ends) is None:
        faults.append(Fault("TH-ASM-062", f"{place}.allocation", {"method": method.value}))
    used = r.heat_efficiency + r.power_efficiency
    if used > 1.0 + TOLERANCE:
        faults.append(Fault("TH-ASM-065", place, {"sum": f"{used:.6g}"}))
    if used and r.recovery_rate and r.heating_value is None and ends and method is not EndOfLifeMethod.CUT_OFF:
        faults.append(Fault("TH-ASM-063", f"{place}.heating_value"))
    bench.faults.extend(faults)
    return not faults


def _add_term(
    bill: Bill,
    bench: Bench,
    entry: Term,
    method: EndOfLifeMethod,
    stage: Stage | None,
    known: dict[str, Target | None],
) -> None:
    line = bill.line
    if not entry.value or math.isnan(entry.value) or line.amount is None:
        return
    target = _target_of(bill, bench, entry, method, stage, known)
    if target is None:
        return
    unit = "kg" if entry.energy else target.per
    mass = bench.measure(line.amount, unit, f"{bill.written}.amount", line.names)
    if mass is None:
        return
    amount: float | None = mass * entry.value
    steps = entry.steps(mass, unit)
    if entry.energy:
        replaced = Quantity(mass * entry.value, "MJ")
        amount = bench.measure(replaced, target.per, f"{bill.written}.{entry.field}", line.names)
        steps += "" if target.per == "MJ" else f" = {replaced.value:.6g} MJ"
    if amount is not None:
        what = "activity" if entry.key in _BOUGHT else "recycling"
        bill.parts.append(LinkedPart(what, _name_of(method, entry.key), amount, target, steps, stage=stage))


def _target_of(
    bill: Bill,
    bench: Bench,
    entry: Term,
    method: EndOfLifeMethod,
    stage: Stage | None,
    known: dict[str, Target | None],
) -> Target | None:
    """The target of a term's link, looked up once a line, so that its notes are told once."""
    place = f"{bill.place}.{entry.field}" if stage is not None else bill.place
    gaps: list[Gap] = []
    if not entry.link:
        params = {**_in_both("term", _name_of(method, entry.key)), "field": entry.field}
        gaps.append(Gap("missing-recycling-link", place, True, params))
    elif entry.link not in known:
        known[entry.link] = bench.target(bench.lookups.link(entry.link), place, gaps)
    # A regime that does not count the stage does not miss what is missing in it.
    told = {} if stage is None else {"stage": stage.value}
    bill.gaps.extend(replace(gap, params={**gap.params, **told}) for gap in gaps)
    return known.get(entry.link)


def _name_of(method: EndOfLifeMethod, key: str = "") -> Names:
    """Name of a term under a method; of the method alone where there is no term."""
    names = term(f"end_of_life.{method.value}")
    if not key:
        return names
    return {lang: text("terms", f"recycling.{key}", lang, method=name) for lang, name in names.items()}


def _in_both(key: str, names: Names) -> dict[str, str]:
    """``{"term_en": …, "term_zh": …}``: names as parameters of a sentence."""
    return {f"{key}_{lang}": name for lang, name in names.items()}
