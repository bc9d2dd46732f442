"""Uncertain parameters pushed through the formulas of a study: many values of the parameters, as many of the amounts (C18)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tanheng.footprint.parametrising import Evaluator
from tanheng.footprint.sampling import Samples, Spread, spread_from
from tanheng.footprint.study import Study
from tanheng.inventory.model import Distribution


@dataclass(frozen=True, slots=True)
class Formulas:
    """The formulas of a study as a function of its uncertain parameters.

    Attributes:
        spreads: distribution of each uncertain parameter by id.
        bases: value of each in its own unit.
        keys: name of each as an input.
        values: deterministic amount of each line that a formula gives, by index.
    """

    evaluator: Evaluator
    spreads: Mapping[str, Spread]
    bases: Mapping[str, float]
    keys: Mapping[str, str]
    values: Mapping[int, float]

    @property
    def lines(self) -> frozenset[int]:
        """Lines whose amount a formula gives; 0 has no multiples."""
        return frozenset(index for index, value in self.values.items() if value)

    def multiples(self, parameters: Mapping[str, Samples]) -> Mapping[int, Samples]:
        """Multiples (n,) of each line's amount for multiples (n,) of the parameters, by id; others stay as they are."""
        values = {name: self.bases[name] * multiple for name, multiple in parameters.items()}
        amounts = self.evaluator.line_amounts(values)
        return {index: amounts[index] / value for index, value in self.values.items() if value}


def formulas_of(study: Study, scope: str) -> Formulas | None:
    """The formulas of a study; ``None`` where no parameter is uncertain.

    A scenario that gives a parameter another value moves its lognormal or normal distribution there; bounds of a uniform or
    triangular one belong to the value that they were written for, so there the scenario's value is certain.
    """
    if not any(p.uncertainty for p in study.parameters):
        return None
    evaluator = Evaluator(study, study.scenario)
    values = {p.id: p.value for p in evaluator.evaluated().parameters}
    chosen = next((s for s in study.scenarios if s.id == study.scenario), None)
    spreads, bases = {}, {}
    for p in study.parameters:
        bounded = p.uncertainty is not None and p.uncertainty.kind in (Distribution.UNIFORM, Distribution.TRIANGULAR)
        if bounded and chosen is not None and p.id in chosen.values:
            continue
        spread = spread_from(p.uncertainty, values[p.id])
        if spread is not None:
            spreads[p.id], bases[p.id] = spread, values[p.id]
    if not spreads:
        return None
    amounts = {index: float(amount) for index, amount in evaluator.line_amounts({}).items()}
    return Formulas(evaluator, spreads, bases, {name: f"{scope} parameter {name}" for name in spreads}, amounts)
