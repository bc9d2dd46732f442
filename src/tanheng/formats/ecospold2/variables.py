"""Formulas of a data set: they may name parameters, and the amounts, properties and volumes of its exchanges.

The value of a formula counts where the data set is as its authors entered it and marks the amount as calculated. A system
model has allocated and scaled the amounts since; there the formulas are kept, and the amounts stand as they are.
"""

from __future__ import annotations

from collections.abc import Iterator

from tanheng.formats.ecospold2.dataset import RawDataset, RawExchange, RawParameter
from tanheng.formats.ecospold2.uncertainty import uncertainty_of
from tanheng.formats.formulas import fold
from tanheng.formats.notebook import Notebook
from tanheng.formats.parameters import Scope, resolve, value_of
from tanheng.inventory.model import Parameter


class Variables:
    """The named values of one data set."""

    def __init__(self, dataset: RawDataset, notes: Notebook, where: str) -> None:
        self._notes = notes
        self._place = dataset.name
        self._evaluates = dataset.meta.is_undefined
        formulas = [raw.relation for raw in dataset.exchanges if raw.relation]
        formulas += [raw.relation for raw in dataset.parameters if raw.relation]
        self._scope = Scope()
        if formulas and not self._evaluates:
            for formula in formulas:
                notes.count("formula-kept", where, f"{dataset.name}: {formula[:120]}")
        elif formulas:
            self._scope, _ = resolve(list(self._all(dataset)), notes=notes, place=dataset.name)
        self.parameters = tuple(self._parameter(raw) for raw in dataset.parameters if raw.variable or raw.name)

    def _all(self, dataset: RawDataset) -> Iterator[Parameter]:
        for parameter in dataset.parameters:
            if parameter.variable:
                formula = parameter.relation if parameter.is_calculated else ""
                yield Parameter(parameter.variable, parameter.amount or 0.0, formula)
        for raw in dataset.exchanges:
            if raw.variable:
                yield Parameter(raw.variable, raw.amount or 0.0, raw.relation if raw.is_calculated else "")
            if raw.volume_variable and raw.production_volume is not None:
                yield Parameter(raw.volume_variable, raw.production_volume)
            yield from (Parameter(prop.variable, prop.amount) for prop in raw.properties if prop.variable)

    def _parameter(self, raw: RawParameter) -> Parameter:
        stored = raw.amount or 0.0
        uncertainty, is_usable = uncertainty_of(raw.spread, raw.amount)
        name = raw.variable or raw.name
        if not is_usable:
            self._notes.count("uncertainty-unusable", self._place, name)
        named = f"{raw.name} [{raw.unit}]" if raw.unit else raw.name
        told = (named if named != name else "", raw.comment)
        value = self._scope.values.get(fold(raw.variable), stored) if raw.is_calculated else stored
        return Parameter(name, value, raw.relation, uncertainty, ". ".join(filter(None, told)))

    def amount(self, raw: RawExchange) -> float | None:
        """The amount of an exchange, as written or from its formula; ``None`` where there is none."""
        if not (raw.relation and raw.is_calculated and self._evaluates):
            return raw.amount
        stored = raw.amount or 0.0
        if raw.variable:
            return self._scope.values.get(fold(raw.variable), stored)
        place = f"{self._place}: {raw.name}"
        return value_of(raw.relation, self._scope, stored=stored, notes=self._notes, place=place)
