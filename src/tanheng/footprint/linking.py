"""Study → linked study: every line becomes parts, an activity amount with the footprint of one unit of it.

What leads nowhere becomes a gap that travels with the result (C02); what is contradictory (a unit of another dimension, C01)
is an error, all of them at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from tanheng.errors import AssessmentError, Fault, QuantityError
from tanheng.factors import GasAmounts
from tanheng.files import shipped_rows
from tanheng.footprint.assessment import Gap, Provenance
from tanheng.footprint.lookups import Lookups
from tanheng.footprint.study import ElectricityShare, Line, LineType, Names, Study, Supply, TransportLeg
from tanheng.footprint.targets import NotFound, Target
from tanheng.quantities import CO2E, Origin, Quantity, convert, unit


@dataclass(frozen=True, slots=True)
class LinkedPart:
    """One activity amount (for the study's basis) and what one unit of it emits.

    Attributes:
        amount: in the unit of ``target.per``; for a direct emission, kg of gas.
        location_based: the same amount on the location's grid mix, where that differs in kind (C08).
    """

    what: str
    names: Names
    amount: float
    target: Target
    steps: str
    location_based: GasAmounts | None = None


@dataclass(frozen=True, slots=True)
class LinkedLine:
    """A line with its parts and what is missing."""

    line: Line
    parts: tuple[LinkedPart, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class LinkedStudy:
    """A study whose links are resolved."""

    study: Study
    lines: tuple[LinkedLine, ...]


@cache
def transport_modes() -> Mapping[str, str]:
    """Factor of each mode of transport, per t·km (C15)."""
    return {row["mode"]: row["factor"] for row in shipped_rows("transport_modes")}


def link_study(study: Study, lookups: Lookups, *, certificates: bool) -> LinkedStudy:
    """Resolve all links of ``study``.

    Args:
        lookups: where targets come from.
        certificates: whether the regime lets certificates change the electricity that is counted (C08).

    Raises:
        AssessmentError: every unit that does not fit its link, at once (C01).
    """
    linker = _Linker(lookups, study.site, certificates)
    lines = tuple(linker.line(i, line) for i, line in enumerate(study.lines))
    if linker.faults:
        raise AssessmentError.of(linker.faults)
    return LinkedStudy(study, lines)


class _Linker:
    def __init__(self, lookups: Lookups, site: str, certificates: bool) -> None:
        self.lookups, self.site, self.certificates = lookups, site, certificates
        self.faults: list[Fault] = []

    def line(self, index: int, line: Line) -> LinkedLine:
        place = f"lines[{index}]"
        parts: list[LinkedPart] = []
        gaps: list[Gap] = []
        if line.link and line.electricity:
            self.faults.append(Fault("TH-ASM-014", line.place or place, {"link": line.link}))
        if line.type is LineType.ELECTRICITY and (line.electricity or not line.link):
            self._electricity(line, place, line.location or self.site, parts, gaps)
        elif line.link:
            self._activity(line, place, parts, gaps)
        elif _needs_factor(line):
            gaps.append(Gap("missing-factor", place, True, {"link": ""}))
        for number, leg in enumerate(line.transport):
            self._transport(line, leg, f"{place}.transport[{number}]", parts, gaps)
        for emission in line.emits:
            gas = emission.gas
            mass = emission.amount.to("kg", place=f"{place}.emits.{gas}").value
            origin = Origin.UNSPLIT if gas == CO2E else emission.origin
            parts.append(
                LinkedPart(
                    "emission", line.names, mass, _direct(gas, origin), f"{emission.amount} {gas} = {mass:.6g} kg {gas}"
                )
            )
        return LinkedLine(line, tuple(parts), tuple(gaps))

    def _activity(self, line: Line, place: str, parts: list[LinkedPart], gaps: list[Gap]) -> None:
        if line.amount is None:
            gaps.append(Gap("missing-amount", place, True, {"link": line.link}))
            return
        target = self._target(self.lookups.link(line.link), place, gaps)
        if target is None:
            return
        amount = self._in(line.amount, target.per, f"{line.place or place}.amount", line.names)
        if amount is not None:
            steps = _steps(line.amount, amount, target.per)
            if line.type is LineType.ELECTRICITY:
                located = self._located(line.location or self.site, target, place, gaps)
                parts.append(LinkedPart("electricity", line.names, amount, target, steps, located))
            else:
                parts.append(LinkedPart("activity", line.names, amount, target, steps))

    def _electricity(self, line: Line, place: str, site: str, parts: list[LinkedPart], gaps: list[Gap]) -> None:
        if line.amount is None:
            gaps.append(Gap("missing-amount", place, True, {"link": "electricity"}))
            return
        shares = line.electricity or (ElectricityShare(Supply.GRID, "", 1.0),)
        for share in shares:
            counted = share
            if share.supply is Supply.CERTIFICATE and not self.certificates:
                counted = ElectricityShare(Supply.GRID, "", share.share)
                gaps.append(Gap("certificate-not-counted", place, False, {"share": f"{share.share:.4g}"}))
            target = self._target(self.lookups.power(counted, site), place, gaps)
            if target is None:
                continue
            amount = self._in(line.amount, target.per, f"{line.place or place}.amount", line.names)
            if amount is None:
                return
            contractual = counted.supply in (Supply.CONTRACT, Supply.CERTIFICATE)
            located = self._located(site, target, place, gaps) if contractual else None
            steps = f"{_steps(line.amount, amount, target.per)} × {share.share:.6g}"
            parts.append(LinkedPart("electricity", line.names, amount * share.share, target, steps, located))

    def _located(self, site: str, target: Target, place: str, gaps: list[Gap]) -> GasAmounts | None:
        """What one ``target.per`` emits on the location's mix; a gap where the location has none (C08)."""
        grid = self.lookups.power(ElectricityShare(Supply.GRID, site, 1.0), site)
        if isinstance(grid, NotFound):
            gaps.append(Gap("no-location-mix", place, False, {"geography": site}))
            return None
        if unit(target.per).dimension != unit(grid.per).dimension:
            return None  # the unit of the line will be refused
        factor = convert(1.0, target.per, grid.per)
        return {role: mass * factor for role, mass in grid.amounts.items()}

    def _transport(self, line: Line, leg: TransportLeg, place: str, parts: list[LinkedPart], gaps: list[Gap]) -> None:
        mass = leg.mass or line.amount
        if mass is None:
            gaps.append(Gap("missing-amount", place, True, {"link": leg.mode}))
            return
        link = leg.link or f"factor:{transport_modes()[leg.mode]}"
        target = self._target(self.lookups.link(link), place, gaps)
        if target is None:
            return
        if mass.value < 0:
            self.faults.append(Fault("TH-ASM-016", f"{line.place or place}.amount", {"amount": str(mass)}))
            return
        tonnes = self._in(mass, "t", f"{place}.mass", line.names)
        kilometres = self._in(leg.distance, "km", f"{place}.distance", line.names)
        if tonnes is None or kilometres is None:
            return
        work = Quantity(tonnes * kilometres * (1.0 + leg.empty_return), "t*km")
        amount = self._in(work, target.per, place, line.names)
        if amount is not None:
            back = f" × (1 + {leg.empty_return:.4g})" if leg.empty_return else ""
            steps = f"{tonnes:.6g} t × {kilometres:.6g} km{back}"
            parts.append(LinkedPart("transport", line.names, amount, target, steps))

    def _target(self, found: Target | NotFound, place: str, gaps: list[Gap]) -> Target | None:
        if isinstance(found, NotFound):
            gaps.append(Gap(found.code, place, True, found.params))
            return None
        gaps.extend(replace(gap, place=place) for gap in found.gaps)
        return found

    def _in(self, amount: Quantity, unit: str, place: str, names: Names) -> float | None:
        try:
            return amount.to(unit, place=f"{place} ({' / '.join(dict.fromkeys(names.values()))})").value
        except QuantityError as error:
            self.faults.extend(error.faults)
            return None


def _needs_factor(line: Line) -> bool:
    """Whether a line without a link misses one: what it moves or emits does not tell how its amount was made (C02)."""
    if line.type in (LineType.MATERIAL, LineType.ENERGY, LineType.WASTE):
        return line.amount is not None or not line.emits
    return not (line.transport or line.emits)


def _direct(gas: str, origin: Origin) -> Target:
    return Target(
        per="kg",
        amounts={(gas, origin): 1.0},
        provenance=Provenance(
            kind="direct", id=gas, names={"en": gas, "zh": gas}, per="kg", covers="emission", method="direct"
        ),
    )


def _steps(given: Quantity, amount: float, per: str) -> str:
    return f"{given}" if given.unit == per else f"{given} = {amount:.6g} {per}"
