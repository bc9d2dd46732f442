"""Uncertainties and parameters, the other way round than EcoSpold 2 is read."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from lxml import etree

from tanheng.formats.ecospold2.uncertainty import SCORES
from tanheng.formats.ecospold2.writing.identity import made_id
from tanheng.formats.ecospold2.writing.markup import Scribe, add
from tanheng.formats.formulas import FormulaFault, evaluate, fold, parse
from tanheng.formats.losses import Losses
from tanheng.formats.parameters import Scope
from tanheng.inventory.model import Distribution, Parameter, Uncertainty

_SCORES = re.compile(r"\(\s*([1-5])" + r"\s*[;,]\s*([1-5])" * 4 + r"\s*\)")
_VARIABLE = re.compile(r"\w\S{0,39}")
_MOST_VARIANCE = 500.0


class Numbers:
    """Writes distributions and parameters."""

    def __init__(self, scribe: Scribe, losses: Losses) -> None:
        self._scribe = scribe
        self._losses = losses

    def uncertainty(self, parent: etree._Element, given: Uncertainty | None, amount: float, place: str) -> None:
        """The ``<uncertainty>`` of an amount; none where it is unusable, which is counted."""
        if given is None:
            return
        made = self._distribution(given, amount, place)
        if made is None:
            self._losses.count("uncertainty-unusable", place)
            return
        kind, values = made
        element = add(parent, "uncertainty")
        add(element, kind, **values)
        if not given.pedigree:
            return
        if (match := _SCORES.fullmatch(given.pedigree.strip())) is not None:
            add(element, "pedigreeMatrix", **dict(zip(SCORES, match.groups(), strict=True)))
        else:
            self._losses.count("scores-unfit", f"{place}: {given.pedigree}")
            self._scribe.text(element, "comment", given.pedigree, place)

    def _distribution(self, given: Uncertainty, amount: float, place: str) -> tuple[str, dict[str, float]] | None:
        if given.kind in (Distribution.TRIANGULAR, Distribution.UNIFORM):
            low, high = given.minimum, given.maximum
            if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
                return None
            if given.kind is Distribution.UNIFORM:
                return "uniform", {"minValue": low, "maxValue": high}
            if given.loc is None or not math.isfinite(given.loc):
                return None
            return "triangular", {"minValue": low, "mostLikelyValue": given.loc, "maxValue": high}
        centre = amount if given.loc is None else given.loc
        scale = given.scale
        if not math.isfinite(centre) or (scale is not None and not math.isfinite(scale)):
            return None
        if given.kind is Distribution.LOGNORMAL:
            # Without a spread of their own, scores stand beside a variance of 0, as before they are counted in.
            if scale is not None and scale < 1.0:
                return None
            variance = 0.0 if scale is None else math.log(scale) ** 2
            mu = math.log(abs(centre)) if centre else -math.inf
            if variance > _MOST_VARIANCE:
                return None
        elif scale is None:
            return None
        else:
            variance, mu = scale**2, 0.0
        if given.loc is None:
            self._losses.count("uncertainty-centred", place)
        if given.minimum is not None or given.maximum is not None:
            self._losses.count("uncertainty-bounds", place)
        values = {"meanValue": centre, "varianceWithPedigreeUncertainty": variance}
        if given.kind is Distribution.LOGNORMAL:
            return "lognormal", values | {"mu": mu}
        return "normal", values

    def parameters(
        self, parent: etree._Element, given: Sequence[Parameter], process: str, scope: Scope, place: str
    ) -> None:
        """The parameters of a data set, whose formulas give their values."""
        taken: set[str] = set()
        for parameter in given:
            here = f"{place}: {parameter.name}"
            name = self._scribe.line(parameter.name, 80, here)
            if not math.isfinite(parameter.value):
                self._losses.count("parameter-value-missing", here)
            is_variable = _VARIABLE.fullmatch(name) is not None and name not in taken
            if not is_variable:
                self._losses.count("parameter-unnamed", here)
            taken.add(name)
            element = add(
                parent,
                "parameter",
                parameterId=made_id("Parameter", process, parameter.name),
                variableName=name if is_variable else None,
                mathematicalRelation=self._scribe.fitting(parameter.formula, 32000, here) or None,
                isCalculatedAmount=is_calculated(parameter.formula, scope) if parameter.formula else None,
                amount=parameter.value,
            )
            add(element, "name").text = name
            self.uncertainty(element, parameter.uncertainty, parameter.value, here)
            self._scribe.text(element, "comment", parameter.comment, here)


def is_calculated(formula: str, scope: Scope) -> bool:
    """Whether a formula can be evaluated with what the data set has."""
    try:
        evaluate(formula, scope.values)
    except FormulaFault:
        return False
    return True


def needed(formulas: Iterator[str], outer: Sequence[Parameter], own: Sequence[Parameter]) -> tuple[Parameter, ...]:
    """The parameters of the database that formulas of a data set name, directly or through each other."""
    known = {fold(p.name): p for p in outer}
    if not known:
        return ()
    hidden = {fold(p.name) for p in own}
    found: set[str] = set()
    open_ = [*formulas, *(p.formula for p in own if p.formula)]
    while open_:
        try:
            names = parse(open_.pop()).names
        except FormulaFault:
            continue
        for name in names:
            if name in known and name not in hidden and name not in found:
                found.add(name)
                if known[name].formula:
                    open_.append(known[name].formula)
    return tuple(p for name, p in known.items() if name in found)
