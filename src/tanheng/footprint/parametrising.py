"""Parameters, scenarios and formulas of a study (C01): every amount that a formula gives, with its arithmetic.

    evaluated(study, scenario) -> Evaluated                       once, before linking
    Evaluator(study, scenario).amounts({id: value or samples})    again and again, on numbers or on whole samples
    line_amounts(study, scenario, samples) -> {line: samples}     the same as one function

A parameter's samples are numbers in the unit that its :class:`ParameterResult` has; a line's results are in the unit of the
amount that :func:`evaluated` gives it. Amounts are those of the lines themselves: assemblies multiply them afterwards
(:mod:`tanheng.footprint.assembling`).

The unit of a result is that of the first quantity in the formula that measures the same; else the usual one of the
dimension (kWh, kg, t*km, h …).
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tanheng.errors import AssessmentError, Fault, TanhengError
from tanheng.footprint.arithmetic import Amount, Number, plain
from tanheng.footprint.assessment import Gap, ParameterResult
from tanheng.footprint.formulas import Formula, evaluate, leaves_of, parse, shown
from tanheng.footprint.study import Parameter, Scenario, Study
from tanheng.quantities import Quantity, find_unit
from tanheng.quantities.dimensions import Measure, base_unit, coherent_unit, dimension_name


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A study whose formulas have become amounts.

    Attributes:
        study: lines with a formula have its amount; the formula stays, for the record.
        parameters: value of each parameter after formulas and scenario.
        formulas: by index of the line, the arithmetic with its numbers: ``75 W × 8 h/d × 365 d = 219 kWh``.
        gaps: parameters that nothing uses.
        scenario: id of the scenario that was taken; empty for the parameters as they stand.
    """

    study: Study
    parameters: tuple[ParameterResult, ...]
    formulas: Mapping[int, str]
    gaps: tuple[Gap, ...] = ()
    scenario: str = ""


def evaluated(study: Study, scenario: str = "") -> Evaluated:
    """The study with the amounts that its formulas give.

    Args:
        scenario: id; the study's own where empty.

    Raises:
        AssessmentError: all faults of formulas at once, each with its place: TH-ASM-040 … 052 (see
            :mod:`tanheng.footprint.formulas`), TH-ASM-043 a circle, TH-ASM-045 a result that no unit of the table has,
            TH-ASM-046 an unknown scenario, TH-ASM-041 a scenario that sets an unknown parameter,
            TH-ASM-053 two parameters or scenarios of one id, TH-ASM-054 a scenario that changes what a parameter measures.
    """
    return Evaluator(study, scenario).evaluated()


def line_amounts(
    study: Study, scenario: str, samples: Mapping[str, NDArray[np.float64]]
) -> Mapping[int, NDArray[np.float64]]:
    """Amount of every line with a formula, for samples of parameters.

    Args:
        samples: by parameter id, shape (n,), in the unit of the parameter's result.

    Returns:
        by index of the line, shape (n,), in the unit of the line's amount.
    """
    return Evaluator(study, scenario).line_amounts(samples)


def parameter_values(study: Study, scenario: str = "") -> Mapping[str, ParameterResult]:
    """Value of every parameter, by id, after formulas and scenario."""
    return {result.id: result for result in evaluated(study, scenario).parameters}


@dataclass(frozen=True, slots=True)
class _Rule:
    """How a parameter or a line gets its amount."""

    place: str
    formula: Formula


class Evaluator:
    """The formulas of a study under a scenario, parsed and ordered once."""

    def __init__(self, study: Study, scenario: str = "") -> None:
        self.study = study
        self.faults: list[Fault] = []
        self._ids = frozenset(parameter.id for parameter in study.parameters)
        self._unique()
        self.scenario = _scenario(study, scenario)
        self._written: dict[str, Amount] = {
            p.id: Amount(p.value.value, Measure.of(p.value.unit), p.value.unit)
            for p in study.parameters
            if p.value is not None
        }
        self._rules = {name: rule for name, rule in self._parameter_rules() if rule is not None}
        self._lines = {
            index: rule
            for index, line in enumerate(study.lines)
            if line.formula and (rule := self._rule(line.formula, f"{line.place or f'lines[{index}]'}.formula"))
        }
        self._order = self._ordered()
        self._stop()
        self._units: dict[str, tuple[str, Measure]] = {}
        self._amounts: dict[int, Amount] = {}
        self._values = self._parameters({})
        self._amounts = self._results(self._values)
        self._stop()

    def evaluated(self) -> Evaluated:
        """The study with its amounts, and the arithmetic."""
        lines = list(self.study.lines)
        formulas = {}
        for index, amount in self._amounts.items():
            quantity = Quantity(float(amount.value), amount.unit)
            lines[index] = replace(lines[index], amount=quantity)
            text = shown(self._lines[index].formula, self._values)
            formulas[index] = text if text == str(amount) else f"{text} = {amount}"
        return Evaluated(
            study=replace(self.study, lines=tuple(lines), scenario=self.scenario.id if self.scenario else ""),
            parameters=tuple(self._result(p) for p in self.study.parameters),
            formulas=formulas,
            gaps=tuple(self._unused()),
            scenario=self.scenario.id if self.scenario else "",
        )

    def amounts(self, values: Mapping[str, Number]) -> list[Number | None]:
        """Amount of every line, in the unit of its evaluated amount; ``None`` where a line has none.

        Args:
            values: by parameter id, a number or samples of shape (n,), in the unit of the parameter's result; they take the
                place of the parameter's value or formula.

        Raises:
            AssessmentError: TH-ASM-041 an unknown parameter, TH-ASM-044 values that give no finite number.
        """
        found = self._results(self._parameters(values))
        self._stop()
        own = [None if line.amount is None else line.amount.value for line in self.study.lines]
        return [found[index].value if index in found else amount for index, amount in enumerate(own)]

    def line_amounts(self, samples: Mapping[str, NDArray[np.float64]]) -> Mapping[int, NDArray[np.float64]]:
        """See :func:`line_amounts`."""
        found = self._results(self._parameters(samples))
        self._stop()
        shape = np.broadcast_shapes(*(np.shape(sample) for sample in samples.values()))
        return {index: np.broadcast_to(np.asarray(a.value, dtype=float), shape) for index, a in found.items()}

    # --- reading

    def _unique(self) -> None:
        parameters = [parameter.id for parameter in self.study.parameters]
        scenarios = [scenario.id for scenario in self.study.scenarios]
        for what, ids in (("parameters", parameters), ("scenarios", scenarios)):
            seen: set[str] = set()
            for number, id_ in enumerate(ids):
                if id_ in seen:
                    self.faults.append(Fault("TH-ASM-053", f"{what}[{number}].id", {"id": id_}))
                seen.add(id_)

    def _parameter_rules(self) -> list[tuple[str, _Rule | None]]:
        rules = [
            (p.id, self._rule(p.formula, f"parameters[{number}].formula"))
            for number, p in enumerate(self.study.parameters)
            if p.formula
        ]
        for number, scenario in enumerate(self.study.scenarios):
            for name, text in scenario.values.items():
                place = f"scenarios[{number}].values.{name}"
                if name not in self._ids:  # a slip in a scenario that is not asked for is one, too
                    self.faults.append(_unknown(name, self._ids, place))
                elif scenario is self.scenario:
                    rules.append((name, self._rule(text, place)))
        return rules

    def _rule(self, text: str, place: str) -> _Rule | None:
        try:
            return _Rule(place, parse(text, self._ids))
        except TanhengError as error:
            self.faults.extend(error.at(place).faults)
            return None

    def _ordered(self) -> list[str]:
        """Parameters with formulas so that each comes after those it needs; a circle is a fault. No recursion."""
        order: list[str] = []
        state: dict[str, int] = {}  # 1 on the path, 2 done
        for start in self._rules:
            if start in state:
                continue
            path, pending = [start], [iter(self._rules[start].formula.names)]
            state[start] = 1
            while path:
                following = next((name for name in pending[-1] if name in self._rules and state.get(name) != 2), None)
                if following is None:
                    state[path[-1]] = 2
                    order.append(path.pop())
                    pending.pop()
                elif state.get(following) == 1:
                    circle = " → ".join((*path[path.index(following) :], following))
                    self.faults.append(Fault("TH-ASM-043", self._rules[following].place, {"circle": circle}))
                else:
                    state[following] = 1
                    path.append(following)
                    pending.append(iter(self._rules[following].formula.names))
        return order

    def _stop(self) -> None:
        if self.faults:
            found, self.faults = self.faults, []
            raise AssessmentError.of(found)

    # --- evaluating

    def _parameters(self, values: Mapping[str, Number]) -> dict[str, Amount]:
        """Amount of every parameter; the first call, without values, settles the units."""
        self.faults.extend(_unknown(name, self._ids, "") for name in values if name not in self._ids)
        self._stop()
        found = {name: amount for name, amount in self._written.items() if name not in self._rules}
        for name, number in values.items():
            unit, measure = self._units[name]
            found[name] = Amount(number, measure, unit)
        for name in self._order:
            if name not in values and all(needed in found for needed in self._rules[name].formula.names):
                amount = self._evaluate(self._rules[name], found)
                if amount is not None:
                    found[name] = self._in_unit(name, amount, found)
        if not self._units:
            self._units = {name: (amount.unit, amount.measure) for name, amount in found.items()}
        return found

    def _results(self, parameters: Mapping[str, Amount]) -> dict[int, Amount]:
        """Amount of every line with a formula."""
        found = {}
        for index, rule in self._lines.items():
            if all(name in parameters for name in rule.formula.names):
                amount = self._evaluate(rule, parameters)
                unit = self._line_unit(index, rule, amount, parameters) if amount is not None else ""
                if amount is not None and unit:
                    measure = Measure.of(unit)
                    found[index] = Amount(plain(amount.to(measure)), measure, unit)
        return found

    def _evaluate(self, rule: _Rule, names: Mapping[str, Amount]) -> Amount | None:
        try:
            return evaluate(rule.formula, names)
        except TanhengError as error:
            self.faults.extend(error.at(rule.place).faults)
            return None

    def _in_unit(self, name: str, amount: Amount, names: Mapping[str, Amount]) -> Amount:
        """A parameter in its unit: the one settled before, that of its written value, or the natural one."""
        if name in self._units:
            unit, measure = self._units[name]
            return Amount(plain(amount.to(measure)), measure, unit)
        rule, written = self._rules[name], self._written.get(name)
        if written is not None:
            if written.measure.dimension != amount.measure.dimension:
                params = {
                    "found": dimension_name(amount.measure.dimension),
                    "wanted": dimension_name(written.measure.dimension),
                    "name": name,
                }
                self.faults.append(Fault("TH-ASM-054", rule.place, params))
                return written
            return Amount(plain(amount.to(written.measure)), written.measure, written.unit)
        for leaf in leaves_of(rule.formula, names):
            if leaf.unit and leaf.measure.dimension == amount.measure.dimension:
                return Amount(plain(amount.to(leaf.measure)), leaf.measure, leaf.unit)
        usual = coherent_unit(amount.measure.dimension)
        if usual is not None:
            measure = Measure.of(usual)
            return Amount(plain(amount.to(measure)), measure, usual.symbol)
        measure = Measure(amount.measure.dimension, Measure.of("1").factor)
        return Amount(plain(amount.to(measure)), measure, base_unit(measure.dimension))

    def _line_unit(self, index: int, rule: _Rule, amount: Amount, names: Mapping[str, Amount]) -> str:
        """The unit of a line's result; empty after the fault is kept."""
        if index in self._amounts:
            return self._amounts[index].unit
        dimension = amount.measure.dimension
        for leaf in leaves_of(rule.formula, names):
            if leaf.measure.dimension == dimension and find_unit(leaf.unit) is not None:
                return leaf.unit
        usual = coherent_unit(dimension)
        if usual is None:
            self.faults.append(Fault("TH-ASM-045", rule.place, {"found": base_unit(dimension)}))
        return usual.symbol if usual else ""

    # --- telling

    def _result(self, parameter: Parameter) -> ParameterResult:
        amount = self._values[parameter.id]
        rule = self._rules.get(parameter.id)
        text = shown(rule.formula, self._values) if rule else ""
        return ParameterResult(
            id=parameter.id,
            names=parameter.names,
            value=float(amount.value),
            unit=amount.unit,
            formula=text if text in ("", str(amount)) else f"{text} = {amount}",
        )

    def _unused(self) -> list[Gap]:
        used = {name for rule in (*self._rules.values(), *self._lines.values()) for name in rule.formula.names}
        return [
            Gap("unused-parameter", f"parameters[{number}]", False, {"parameter": p.id})
            for number, p in enumerate(self.study.parameters)
            if p.id not in used
        ]


def _scenario(study: Study, wanted: str) -> Scenario | None:
    name = wanted or study.scenario
    if not name:
        return None
    found = next((scenario for scenario in study.scenarios if scenario.id == name), None)
    if found is None:
        known = ", ".join(scenario.id for scenario in study.scenarios) or "–"
        raise AssessmentError("TH-ASM-046", place="scenario", scenario=name, known=known)
    return found


def _unknown(name: str, known: frozenset[str], place: str) -> Fault:
    near = difflib.get_close_matches(name, sorted(known), n=3, cutoff=0.5) or sorted(known)[:5]
    return Fault("TH-ASM-041", place, {"name": name, "near": ", ".join(near) or "–"})
