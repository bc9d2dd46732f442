"""How far a result moves with each input alone, all others as they are (C18): one at a time, and the tornado."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tanheng.footprint.assessment import Assessment, LineResult
from tanheng.footprint.inputs import Input, InputKind, Model, Term, following, moved, source_key
from tanheng.footprint.montecarlo import cancels_carbon, model_from, study_of
from tanheng.footprint.parametrising import Evaluator
from tanheng.footprint.sampling import Samples
from tanheng.footprint.study import Names, Study

STEP = 0.1
"""Relative change of an input, one at a time."""


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The result with one input at two values.

    Attributes:
        label: ``lines[3]``, the id of a source, ``lines[3] on ID`` where the spread of a source is one line's own,
            ``parameters.ID``.
        from_, to: the two values as multiples of the input's own.
        low, high: kg CO2e of the result at ``from_`` and at ``to``.
    """

    kind: InputKind
    label: str
    names: Names
    from_: float
    to: float
    low: float
    high: float

    @property
    def effect(self) -> float:
        """kg CO2e between the two."""
        return abs(self.high - self.low)


def sensitivities(assessment: Assessment, *, step: float = STEP) -> tuple[Sensitivity, ...]:
    """Every line, source and parameter at 1 − ``step`` and 1 + ``step`` of its value, the greatest effect first.

    A line stands for all that is in it, and in an assembly's parts. Parameters go through the formulas, so their two sides
    may differ.
    """
    study, total = study_of(assessment), assessment.total
    rows = [
        Sensitivity(kind, label, names, 1 - step, 1 + step, total - step * weight, total + step * weight)
        for kind, label, names, weight in weights(assessment)
    ]
    for name, low, high in _parameters(study, assessment, np.array([1 - step, 1 + step])):
        names = next(p.names for p in study.parameters if p.id == name) or {"en": name}
        rows.append(Sensitivity(InputKind.PARAMETER, f"parameters.{name}", names, 1 - step, 1 + step, low, high))
    return _ranked(rows)


def tornado(assessment: Assessment) -> tuple[Sensitivity, ...]:
    """Every uncertain input at the ends of its own 95 % interval (2.5 % and 97.5 %), the greatest effect first."""
    model = model_from(study_of(assessment), assessment)
    ends = np.array([0.025, 0.975])
    parameters = {key: name for name, key in model.formulas.keys.items()} if model.formulas is not None else {}
    on: dict[str, list[Term]] = {}
    for term in model.terms:
        for key in dict.fromkeys(term.on):
            on.setdefault(key, []).append(term)
    found = []
    for key, entry in model.inputs.items():
        at = entry.spread.at(ends)
        # A parameter goes through formulas to any term; another input moves those that name it.
        terms = model.terms if key in parameters else on.get(key, ())
        low, high = _moved_by(model, terms, key, parameters.get(key, ""), at)
        label, names = _called(entry)
        found.append(Sensitivity(entry.kind, label, names, float(at[0]), float(at[1]), low, high))
    return _ranked(found)


def _called(entry: Input) -> tuple[str, Names]:
    """Label and names of an input, with its source where one line may have several."""
    if not entry.source:
        return entry.label, entry.names
    names = {}
    for lang, text in entry.names.items():
        source = entry.source_names.get(lang) or entry.source
        names[lang] = f"{text}（{source}）" if lang == "zh" else f"{text} ({source})"
    return f"{entry.label} on {entry.source}", names


def weights(assessment: Assessment) -> list[tuple[InputKind, str, Names, float]]:
    """kg CO2e that are proportional to each line (with what is below it) and to each source: kind, label, names, kg CO2e."""
    cancels = cancels_carbon(assessment)
    lines: dict[int, float] = {}
    sources: dict[str, tuple[str, Names, float]] = {}
    for row in assessment.lines:
        own = 0.0
        for part in row.parts:
            weight = moved(part, cancels=cancels)
            own += weight
            if part.provenance.kind != "direct":
                _, _, before = sources.get(source_key(part), ("", {}, 0.0))
                sources[source_key(part)] = (part.provenance.id, part.provenance.names, before + weight)
        for index in chain(assessment.lines, row):
            lines[index] = lines.get(index, 0.0) + own
    found = [
        (InputKind.LINE, assessment.lines[i].place, assessment.lines[i].names, weight) for i, weight in lines.items()
    ]
    found += [(InputKind.SOURCE, label, names, weight) for label, names, weight in sources.values()]
    return [entry for entry in found if entry[3]]


def chain(lines: tuple[LineResult, ...], row: LineResult) -> list[int]:
    """Index of a line and of the assemblies that it is in."""
    found, above = [row.index], row.parent
    while above is not None:
        found.append(above)
        above = lines[above].parent
    return found


def _parameters(study: Study, assessment: Assessment, at: Samples) -> list[tuple[str, float, float]]:
    """Each parameter that has a value, and the result at both multiples of it."""
    evaluator = Evaluator(study, study.scenario)
    values = {p.id: p.value for p in evaluator.evaluated().parameters}
    amounts = evaluator.line_amounts({})
    found = []
    for parameter in study.parameters:
        if parameter.formula or not values[parameter.id]:
            continue
        changed = evaluator.line_amounts({parameter.id: values[parameter.id] * at})
        multiples = {i: changed[i] / float(amounts[i]) for i in amounts if float(amounts[i])}
        low, high = assessment.total + _through_formulas(study, assessment, multiples)
        if low != high:
            found.append((parameter.id, float(low), float(high)))
    return found


def _through_formulas(study: Study, assessment: Assessment, multiples: Mapping[int, Samples]) -> Samples:
    """Change of the result (2,) where lines with formulas get multiples of their amounts."""
    cancels = cancels_carbon(assessment)
    change = np.zeros(2)
    for row in assessment.lines:
        above = [multiples[i] for i in chain(assessment.lines, row)[1:] if i in multiples]
        outer = np.prod(above, axis=0) if above else np.ones(2)
        own = outer * multiples[row.index] if row.index in multiples else outer
        if own is outer and not above:
            continue
        for part, with_amount in zip(row.parts, following(row, study.lines[row.index]), strict=True):
            factor = own if with_amount else outer
            change += moved(part, cancels=cancels) * (factor - 1.0)
    return change


def _moved_by(model: Model, terms: Sequence[Term], key: str, parameter: str, at: Samples) -> tuple[float, float]:
    """The result at two multiples of one input, which only ``terms`` depend on."""
    multiples = model.formulas.multiples({parameter: at}) if parameter and model.formulas is not None else {}
    change = np.zeros(2)
    for term in terms:
        factor = np.ones(2)
        if key in term.on:
            factor = factor * at ** term.on.count(key)
        for index in term.via:
            factor = factor * multiples.get(index, 1.0)
        change += term.contribution * (factor - 1.0)
    low, high = model.total + change
    return float(low), float(high)


def _ranked(rows: list[Sensitivity]) -> tuple[Sensitivity, ...]:
    moving = [row for row in rows if row.effect > 0 and math.isfinite(row.effect)]
    return tuple(sorted(moving, key=lambda row: (-row.effect, row.label)))
