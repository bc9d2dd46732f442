"""What a result depends on that is not certain (C18): one random variable for each uncertain input.

Every counted part of an assessment is a contribution in kg CO2e that is proportional to some inputs:

- the activity of its line, and of the assemblies that the line is part of, where they have a distribution;
- its source: what one unit emits, by the source's own GSD² or its quality scores. All parts on one source (release, id and
  unit) share it. Scores that a line gives instead belong to that line, which shares them over its parts on one source;
- the parameters of the study, through the formulas that give the amounts of lines;
- its product of a background database, where the samples of the database are at hand
  (:mod:`tanheng.footprint.background`): then that product is the source's own spread.

Keys are stable, so that an input is the same one wherever it occurs: a source by its release and id, in any study; a line or
parameter by its name within one product, maker, site and period. Scenarios and what-if results of a study share them; two
products do not.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tanheng.footprint import documents
from tanheng.footprint.assessment import GasResult, LineResult, Part
from tanheng.footprint.propagating import Formulas, formulas_of
from tanheng.footprint.sampling import Spread, lognormal, spread_from
from tanheng.footprint.study import Line, Names, Study
from tanheng.footprint.workbench import term
from tanheng.inventory.climate import CO2_OF_CH4
from tanheng.quantities import Origin

if TYPE_CHECKING:
    from tanheng.footprint.background import Supplies, Supply


class InputKind(StrEnum):
    """What an input is: the activity of a line, what one unit of a source emits, or a parameter of the study."""

    LINE = "line"
    SOURCE = "source"
    PARAMETER = "parameter"


@dataclass(frozen=True, slots=True)
class Input:
    """An uncertain input.

    Attributes:
        key: names it, and its random numbers, in every study.
        label: what results call it: ``lines[3]``, the id of a source, ``parameters.ID``.
        source, source_names: of a line's own scores, the source that they are about; a line may have several.
    """

    kind: InputKind
    key: str
    label: str
    names: Names
    spread: Spread
    source: str = ""
    source_names: Names = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Term:
    """kg CO2e at the deterministic values, proportional to the inputs ``on`` and to the formulas of the lines ``via``.

    Attributes:
        supply: key of the background product that it is proportional to, too; ``amount`` of it, in its unit.
    """

    contribution: float
    on: tuple[str, ...]
    via: tuple[int, ...] = ()
    supply: str = ""
    amount: float = 0.0


@dataclass(frozen=True, slots=True)
class Model:
    """A result as a function of its uncertain inputs: total + Σ contribution × (Π multiples − 1).

    Attributes:
        total: kg CO2e of the deterministic result.
        inputs: by key.
        formulas: what turns parameters into amounts; ``None`` where no parameter is uncertain.
        coverage: share of the absolute result that depends on an input.
        supplies: background products by key, where their samples are asked for.
        background: share of the absolute result that comes from them.
    """

    total: float
    inputs: Mapping[str, Input]
    terms: tuple[Term, ...]
    formulas: Formulas | None
    coverage: float
    supplies: Mapping[str, Supply] = field(default_factory=dict)
    background: float = 0.0

    @property
    def fixed(self) -> float:
        """kg CO2e that nothing moves."""
        return self.total - math.fsum(term.contribution for term in self.terms)


def model_of(
    study: Study, lines: Sequence[LineResult], total: float, *, cancels: bool, supplies: Supplies | None = None
) -> Model:
    """The uncertain inputs of a result and how it depends on them.

    Args:
        study: with the amounts that its formulas give (:func:`tanheng.footprint.preparing.prepare`).
        lines: of its assessment.
        total: kg CO2e.
        cancels: whether carbon kept in the product is added back to the total, so that uptake and release of CO2 cancel in
            it and neither moves it.
        supplies: background products by their samples; by default they have the spread that the scores of their lines give.
    """
    return _Builder(study, lines, cancels, supplies).model(total)


def moved(part: Part, *, cancels: bool) -> float:
    """kg CO2e of a part that move the total with its amount.

    Where carbon kept in the product is added back, uptake and release of CO2 cancel; carbon that leaves as methane is no
    longer there to be added back (:func:`tanheng.inventory.climate.stored_carbon`).
    """
    if part.excluded:
        return 0.0
    if not cancels:
        return part.total
    return part.total - math.fsum(_cancelled(gas) for gas in part.gases if gas.counted)


def _cancelled(gas: GasResult) -> float:
    if gas.gas == "CO2" and gas.origin in _IN_AND_OUT:
        return gas.co2e
    return CO2_OF_CH4 * gas.mass if (gas.gas, gas.origin) == ("CH4", Origin.BIOGENIC) else 0.0


def source_key(part: Part) -> str:
    """Key of what a part is computed with: the same in every study."""
    origin = part.provenance
    return f"source {origin.release} {origin.id} {origin.per}"


_IN_AND_OUT = (Origin.REMOVAL, Origin.BIOGENIC)


class _Builder:
    def __init__(
        self, study: Study, lines: Sequence[LineResult], cancels: bool, supplies: Supplies | None = None
    ) -> None:
        self.study, self.lines, self.cancels, self.supplies = study, lines, cancels, supplies
        self.supplied: dict[str, Supply] = {}
        self.inputs: dict[str, Input] = {}
        self.scope = _scope(study)
        self.keys = _line_keys(study, lines, self.scope)
        self.formulas = formulas_of(study, self.scope)
        self.driven = self.formulas.lines if self.formulas is not None else frozenset[int]()
        self.chains: dict[int, tuple[tuple[str, ...], tuple[int, ...]]] = {}

    def model(self, total: float) -> Model:
        if self.formulas is not None:
            for parameter, spread in self.formulas.spreads.items():
                key = self.formulas.keys[parameter]
                names = next(p.names for p in self.study.parameters if p.id == parameter) or {"en": parameter}
                self.inputs[key] = Input(InputKind.PARAMETER, key, f"parameters.{parameter}", names, spread)
        terms: dict[tuple[tuple[str, ...], tuple[int, ...], str], list[tuple[float, float]]] = {}
        whole, covered, supplied = [], [], []
        for row in self.lines:
            own = row.index in self.driven
            follows = following(row, self._line(row.index)) if own else (True,) * len(row.parts)
            for part, with_amount in zip(row.parts, follows, strict=True):
                if part.excluded:
                    continue
                on, via, supply = self._depends(row, part)
                via = via if with_amount else tuple(index for index in via if index != row.index)
                whole.append(abs(part.total))
                if not (on or via or supply):
                    continue
                known = self.supplied[supply].coverage if supply and not (on or via) else 1.0
                covered.append(abs(part.total) * known)
                supplied.append(abs(part.total) if supply else 0.0)
                terms.setdefault((on, via, supply), []).append((moved(part, cancels=self.cancels), part.amount))
        weight = math.fsum(whole)
        return Model(
            total,
            self.inputs,
            tuple(
                Term(math.fsum(h for h, _ in parts), on, via, supply, math.fsum(a for _, a in parts) if supply else 0.0)
                for (on, via, supply), parts in terms.items()
            ),
            self.formulas,
            math.fsum(covered) / weight if weight else 0.0,
            self.supplied,
            math.fsum(supplied) / weight if weight else 0.0,
        )

    def _depends(self, row: LineResult, part: Part) -> tuple[tuple[str, ...], tuple[int, ...], str]:
        on, via = self._chain(row.index)
        supply = self.supplies.of(part) if self.supplies is not None else None
        if supply is not None:
            self.supplied[supply.key] = supply
            return on, via, supply.key
        if part.gsd2 is None:
            return on, via, ""
        key = source_key(part) if part.shared_spread else f"{self.keys[row.index]} on {part.provenance.id}"
        if key not in self.inputs:
            found, spread = part.provenance, lognormal(part.gsd2)
            if part.shared_spread:
                self.inputs[key] = Input(InputKind.SOURCE, key, found.id, found.names, spread)
            else:
                self.inputs[key] = Input(InputKind.SOURCE, key, row.place, row.names, spread, found.id, found.names)
        return (*on, key), via, ""

    def _chain(self, index: int) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """What multiplies the whole line: its own activity, and those of the assemblies that it is part of."""
        path: list[int] = []
        at: int | None = index
        while at is not None and at not in self.chains:  # no recursion, whatever the order of the lines
            path.append(at)
            at = self.lines[at].parent
        above: tuple[tuple[str, ...], tuple[int, ...]] = ((), ()) if at is None else self.chains[at]
        for one in reversed(path):
            key = self._activity(self.lines[one])
            own = () if key is None else (key,)
            via = (one,) if one in self.driven else ()
            above = self.chains[one] = (above[0] + own, above[1] + via)
        return above

    def _activity(self, row: LineResult) -> str | None:
        line = self._line(row.index)
        spread = spread_from(line.uncertainty, None if line.spread_over is None else line.spread_over.value)
        if spread is None:
            return None
        key = f"{self.keys[row.index]} activity"
        self.inputs[key] = Input(InputKind.LINE, key, row.place, row.names, spread)
        return key

    def _line(self, index: int) -> Line:
        return self.study.lines[index]


def following(row: LineResult, line: Line) -> tuple[bool, ...]:
    """Which parts of a line are proportional to its amount: not legs with a mass of their own, nor direct emissions."""
    legs = sum(part.what == "transport" for part in row.parts)
    # Legs that lead nowhere have no part; then all are taken to carry the line's amount unless none does.
    own = [leg.mass is not None for leg in line.transport]
    carried = iter(own if len(own) == legs else [all(own)] * legs)
    return tuple(_follows(part, carried) for part in row.parts)


def _follows(part: Part, own_mass: Iterator[bool]) -> bool:
    if part.what == "transport":
        return not next(own_mass)
    return part.what != "emission" or part.names in (term("biogenic.uptake"), term("biogenic.release"))


def _scope(study: Study) -> str:
    """What lines and parameters of one product have in common, in any scenario and under any regime."""
    said: Any = [dict(study.product.names), dict(study.product.maker), study.site, list(study.period)]
    return documents.digest_of(said).removeprefix("sha256:")[:16]


def _line_keys(study: Study, lines: Sequence[LineResult], scope: str) -> list[str]:
    """A key for every line: its id, else stage and names, with a number where they repeat."""
    seen: Counter[str] = Counter()
    keys = []
    for row in lines:
        own = study.lines[row.index].id
        name = own or " / ".join([row.stage, *(f"{lang} {text}" for lang, text in sorted(row.names.items()))])
        seen[name] += 1
        keys.append(f"{scope} line {name}" + (f" #{seen[name]}" if seen[name] > 1 else ""))
    return keys
