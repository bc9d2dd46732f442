"""The amount of an exchange: mean × variable = resulting amount, with its distribution."""

from __future__ import annotations

from dataclasses import dataclass

from tanheng.formats.formulas import FormulaFault, evaluate
from tanheng.formats.ilcdmodel.node import Node, number, text
from tanheng.formats.ilcdmodel.uncertainty import kind_of, uncertainty_of
from tanheng.formats.notebook import Notebook
from tanheng.formats.parameters import Scope, note_failure, value_of
from tanheng.formats.values import scaled
from tanheng.inventory.model import Uncertainty

_SAME = 1e-6
_MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount as a process uses it; ``value`` is ``None`` where the authors give none."""

    value: float | None
    formula: str
    uncertainty: Uncertainty | None


class Amounts:
    """Amounts of one process; ``scope`` holds its variables."""

    def __init__(self, scope: Scope, notes: Notebook, place: str) -> None:
        self._scope = scope
        self._notes = notes
        self._place = place

    def of(self, raw: Node, flow: str, comment: str) -> Amount:
        """The resulting amount.

        It is computed where a variable stands behind it, else taken as written, else it is the mean.
        """
        mean, resulting = number(raw, "meanAmount"), number(raw, "resultingAmount")
        for key in ("meanAmount", "resultingAmount"):
            if "," in text(raw, key):
                self._notes.count("decimal-comma", self._place, f"{flow}: {text(raw, key)[:40]}")
                break
        variable = text(raw, "referenceToVariable")
        formula = ""
        value = mean if resulting is None else resulting
        if not value and text(raw, "dataDerivationTypeStatus").casefold().startswith(_MISSING):
            mean = value = None  # the schema has 0 written where the amount is missing
        if variable and mean is not None and value is not None:
            formula = f"{mean!r} * {variable}"
            value = self._product(formula, mean, resulting, f"{self._place}: {flow}")
        elif value is None:
            self._notes.count("amount-missing", self._place, flow)
        elif mean is not None and abs(mean - value) > _SAME * max(abs(mean), abs(value)):
            self._notes.count("resulting-differs", self._place, flow)
        return Amount(value, formula, self._uncertainty(raw, mean, value, flow, comment))

    def _product(self, formula: str, mean: float, resulting: float | None, place: str) -> float:
        if resulting is not None:
            return value_of(formula, self._scope, stored=resulting, notes=self._notes, place=place)
        try:  # the mean is no result that the product could differ from
            return evaluate(formula, self._scope.values)
        except FormulaFault as fault:
            note_failure(self._notes, fault, place=place, formula=formula, kept=mean)
            return mean

    def _uncertainty(
        self, raw: Node, mean: float | None, value: float | None, flow: str, comment: str
    ) -> Uncertainty | None:
        made = uncertainty_of(raw, value if mean is None else mean, comment=comment)
        if kind_of(raw) and (made is None or made.scale is made.minimum is None) and not _is_certain(raw):
            self._notes.count("uncertainty-unusable", self._place, flow)
        # The distribution is that of the mean; the variable carries it along.
        if made is not None and mean and value and value / mean > 0 and value != mean:
            made = scaled(made, value / mean)
        return made


def _is_certain(raw: Node) -> bool:
    """Whether a distribution is named together with the statement that there is no spread."""
    spread = number(raw, "relativeStandardDeviation95In")
    return spread is not None and spread in (0.0, 1.0)
