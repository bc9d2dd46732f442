"""Where a number of a result comes from: its arithmetic, the numbers in it, and theirs (C21).

    total = Σ stages (+ stored carbon that is added back)      stage = Σ steps of its lines
    line  = Σ its steps that count                             step  = amount × factor
    factor = Σ kg of gas per unit × GWP                        claim = total, rounded

Everything is read from the assessment itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import fsum

from tanheng import texts
from tanheng.errors import AssessmentError
from tanheng.footprint.assessment import Assessment, GasResult, LineResult, Part, Provenance
from tanheng.footprint.study import Names, Stage
from tanheng.inventory.climate import CO2_OF_CH4
from tanheng.quantities import Origin

TERMS, DEPTH = 50, 1
_LINE = re.compile(r"((?:lines|co_products)\[\d{1,9}\])(?:\.(?:(amount)|parts\[(\d{1,9})\](?:\.(factor))?))?")
_NAMED = re.compile(r"(stages|parameters)\.(.+)", re.DOTALL)
_PLAIN = ("total", "claim", "excluded", "stored_carbon", "added_back", "allocation")
_NOTHING = 1e-12


@dataclass(frozen=True, slots=True)
class Explained:
    """A number with its arithmetic.

    Attributes:
        of: what it is: ``total``, ``lines[3].parts[0]`` …; as :func:`explain` takes it.
        value: ``None`` where nothing could be computed; the gaps of the line say why.
        formula: with its numbers, as a person would write it down.
        terms: the numbers that it is made of, the largest first. more: terms that are not listed; ``rest`` is their sum.
        source: where a factor, or an amount, is from.
    """

    of: str
    names: Names
    value: float | None
    unit: str
    formula: str
    terms: tuple[Explained, ...] = ()
    more: int = 0
    rest: float = 0.0
    source: Provenance | None = None


def explain(assessment: Assessment, of: str, *, depth: int = DEPTH, terms: int = TERMS) -> Explained:
    """The chain of arithmetic behind a number.

    Args:
        of: ``total``, ``claim``, ``excluded``, ``stored_carbon``, ``added_back``, ``allocation``, ``stages.production``,
            ``lines[3]`` or ``co_products[0]``, ``lines[3].amount``, ``lines[3].parts[0]``, ``lines[3].parts[0].factor``,
            ``parameters.ID``.
        depth: how far the numbers that it is made of are explained in turn; 0 tells none of them. terms: of a number, at most.

    Raises:
        AssessmentError: TH-ASM-150 where the assessment has no such number.
    """
    return _Chain(assessment, terms).told(of.strip(), depth)


_Terms = Sequence[tuple[str, float]]
"""What a number is made of: which, and how much."""


@dataclass(frozen=True, slots=True)
class _Chain:
    assessment: Assessment
    terms: int

    def told(self, of: str, depth: int) -> Explained:
        line = _LINE.fullmatch(of)
        named = _NAMED.fullmatch(of)
        if line is not None:
            return self._in_line(of, line, depth)
        if named is not None:
            return self._stage(named[2], depth) if named[1] == "stages" else self._parameter(named[2], depth)
        told: dict[str, Callable[[int], Explained]] = {
            "total": self._total,
            "claim": self._claim,
            "excluded": self._excluded,
            "stored_carbon": self._stored,
            "added_back": self._added_back,
            "allocation": self._allocation,
        }
        if of not in told:
            raise self._unknown(of)
        return told[of](depth)

    def _unknown(self, of: str) -> AssessmentError:
        a = self.assessment
        stages = ", ".join(f"stages.{row.stage}" for row in a.stages)
        last = f"lines[0] – lines[{len(a.lines) - 1}]" if a.lines else ""
        known = ", ".join(filter(None, (*_PLAIN, stages, last, *(f"parameters.{p.id}" for p in a.parameters[:10]))))
        return AssessmentError("TH-ASM-150", place="of", of=of[:80], known=known)

    def _sum(self, of: str, names: Names, value: float, found: _Terms, depth: int, *, unit: str = "") -> Explained:
        """A sum of other numbers, the largest first."""
        ordered = sorted(found, key=lambda term: -abs(term[1]))
        shown, left = ordered[: self.terms], ordered[self.terms :]
        numbers = [f"{amount:.6g}" for _, amount in shown[:8]]
        more = " + …" if len(found) > len(numbers) else ""
        unit = unit or self.assessment.unit
        formula = f"{' + '.join(numbers)}{more} = {value:.6g} {unit}".replace("+ -", "− ") if numbers else ""
        inner = tuple(self.told(one, depth - 1) for one, _ in shown) if depth > 0 else ()
        rest = fsum(amount for _, amount in (left if depth > 0 else ordered))
        return Explained(of, names, value, unit, formula, inner, len(left) if depth > 0 else len(ordered), rest)

    def _total(self, depth: int) -> Explained:
        a = self.assessment
        found = [(f"stages.{row.stage}", row.total) for row in a.stages]
        if back := self._back():
            found.append(("added_back", back))
        return self._sum("total", a.product, a.total, found, depth)

    def _claim(self, depth: int) -> Explained:
        a = self.assessment
        inner = (self.told("total", depth - 1),) if depth > 0 else ()
        if a.claim is None:
            return Explained("claim", a.product, None, a.unit, "", inner)
        formula = f"{a.total:.9g} {a.unit} → {a.claim.text} {a.claim.unit}"
        return Explained("claim", a.product, a.claim.value, a.claim.unit, formula, inner)

    def _excluded(self, depth: int) -> Explained:
        found = [
            (f"{line.place}.parts[{number}]", part.total)
            for line in self.assessment.lines
            for number, part in enumerate(line.parts)
            if part.excluded
        ]
        return self._sum("excluded", {}, self.assessment.excluded, found, depth)

    def _stored(self, depth: int) -> Explained:  # noqa: ARG002 - as the others
        a = self.assessment
        return Explained(
            "stored_carbon", _term("stored_carbon"), a.stored_carbon, a.unit, _carbon(a.gases, a.stored_carbon)
        )

    def _added_back(self, depth: int) -> Explained:  # noqa: ARG002 - as the others
        """What of the carbon kept in the product is in the total, where the regime does not net it (C06)."""
        back = self._back()
        counted = [g for g in self.assessment.gases if g.counted]
        formula = _carbon(counted, back) if back else ""
        return Explained("added_back", _term("stored_carbon"), back, self.assessment.unit, formula)

    def _back(self) -> float:
        a = self.assessment
        back = a.total - fsum(row.total for row in a.stages)
        gross = fsum(abs(part.total) for line in a.lines for part in line.parts)
        return back if abs(back) > _NOTHING * gross else 0.0

    def _allocation(self, depth: int) -> Explained:  # noqa: ARG002 - as the others
        found = self.assessment.allocation
        return Explained("allocation", found.reason, found.share, "1", found.formula)

    def _stage(self, name: str, depth: int) -> Explained:
        a = self.assessment
        row = next((row for row in a.stages if row.stage == name), None)
        if row is None:
            raise self._unknown(f"stages.{name}")
        names = _term(f"stage.{name}")
        return self._sum(f"stages.{name}", names, row.total, list(self._steps_of(row.stage)), depth)

    def _steps_of(self, stage: Stage) -> Iterator[tuple[str, float]]:
        """Lines that are in a stage as a whole; of others, the steps that are."""
        for line in self.assessment.lines:
            counted = [(number, part) for number, part in enumerate(line.parts) if not part.excluded]
            inside = [(number, part) for number, part in counted if part.stage is stage]
            if inside and len(inside) == len(counted):
                yield line.place, line.total or 0.0
            else:
                yield from ((f"{line.place}.parts[{number}]", part.total) for number, part in inside)

    def _parameter(self, name: str, depth: int) -> Explained:  # noqa: ARG002 - as the others
        found = next((p for p in self.assessment.parameters if p.id == name), None)
        if found is None:
            raise self._unknown(f"parameters.{name}")
        formula = found.formula or f"{found.value:.6g} {found.unit}"
        return Explained(f"parameters.{name}", found.names or {"en": name}, found.value, found.unit, formula)

    def _in_line(self, of: str, asked: re.Match[str], depth: int) -> Explained:
        line = next((row for row in self.assessment.lines if row.place == asked[1]), None)
        if line is None:
            raise self._unknown(of)
        if asked[2]:
            return self._amount(of, line)
        if asked[3] is None:
            return self._line(of, line, depth)
        if int(asked[3]) >= len(line.parts):
            raise self._unknown(of)
        part = line.parts[int(asked[3])]
        return self._factor(of, part) if asked[4] else self._step(of, line, part, depth)

    def _line(self, of: str, line: LineResult, depth: int) -> Explained:
        if line.total is None:
            return Explained(of, line.names, None, self.assessment.unit, line.formula)
        found = [(f"{of}.parts[{i}]", part.total) for i, part in enumerate(line.parts) if not part.excluded]
        return self._sum(of, line.names, line.total, found, depth)

    def _amount(self, of: str, line: LineResult) -> Explained:
        stated = f"{line.amount:.6g} {line.unit}" if line.amount is not None else ""
        return Explained(of, line.names, line.amount, line.unit, line.formula or stated)

    def _step(self, of: str, line: LineResult, part: Part, depth: int) -> Explained:
        inner: tuple[Explained, ...] = ()
        if depth > 0:
            inner = (self._amount(f"{line.place}.amount", line), self._factor(f"{of}.factor", part))
        unit = self.assessment.unit
        return Explained(of, part.names, part.total, unit, part.formula, inner, source=part.provenance)

    def _factor(self, of: str, part: Part) -> Explained:
        """kg CO2e per unit, from the gases of the step."""
        unit = f"kg CO2e/{part.unit}"
        gases = [g for g in part.gases if g.counted and g.mass] if part.amount else []
        terms = (f"{g.mass / part.amount:.6g} kg {g.gas} × {g.co2e / g.mass:.6g}" for g in gases)
        formula = f"{' + '.join(terms)} = {part.per_unit:.6g} {unit}" if gases else f"{part.per_unit:.6g} {unit}"
        return Explained(of, part.provenance.names, part.per_unit, unit, formula, source=part.provenance)


def _carbon(gases: Sequence[GasResult], kept: float) -> str:
    """CO2 taken up less what leaves again, as CO2 or with the carbon of methane."""
    weights = {("CO2", Origin.REMOVAL): 1.0, ("CO2", Origin.BIOGENIC): -1.0, ("CH4", Origin.BIOGENIC): -CO2_OF_CH4}
    parts = [(g, weights[g.gas, g.origin]) for g in gases if (g.gas, g.origin) in weights]
    if not any(g.origin is Origin.REMOVAL for g, _ in parts):
        return ""
    told = []
    for g, weight in sorted(parts, key=lambda part: -part[1]):
        times = "" if abs(weight) == 1.0 else f"{abs(weight):.6g} × "
        told.append(f"{'' if weight > 0 else '− '}{times}{g.mass:.6g} kg {g.gas} ({g.origin})")
    return f"{' '.join(told)} = {kept:.6g} kg CO2"


def _term(key: str) -> Names:
    return {lang: texts.text("terms", key, lang) for lang in texts.LANGUAGES}
