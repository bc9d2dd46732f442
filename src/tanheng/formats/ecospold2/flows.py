"""The flows of a database: what each is, in which unit, and what else it measures.

EcoSpold 2 does not say what is a waste. Its sign does: an activity that treats a waste has it as a *negative* reference
product, and in system models what others give to it is a *negative* input (C09: here both are turned, see ``signs``).
A flow is a waste

1. if data sets have it as a negative reference product, and none as a positive one;
2. else, if none makes it, where it leaves as material for treatment, or as a by-product classed as waste, or is only
   ever a negative input and nobody classes it as a product;
3. else, if none makes it, where inputs of it are classed as waste.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tanheng.formats.ecospold2.dataset import BY_PRODUCT, FOR_TREATMENT, REFERENCE, RawExchange
from tanheng.formats.ecospold2.fields import CATEGORIES, path_of
from tanheng.formats.notebook import Notebook
from tanheng.formats.units import UnitBook
from tanheng.formats.values import cas_number, chemical_formula
from tanheng.inventory.model import Flow, FlowKind, FlowProperty
from tanheng.quantities import find_unit

_WITHOUT_UNIT = "1"
# Of two properties in one dimension the first of these wins: a tonne of wet straw is what is weighed.
_PREFERRED = ("wet mass",)
_PRODUCT = "allocatable product"
_NOT_CONVERTING = ("ratio", "currency:")


@dataclass(slots=True)
class _Uses:
    """How the exchanges of a database use a product."""

    made: int = 0
    treated: int = 0
    by_product: int = 0
    declared_waste: int = 0
    for_treatment: int = 0
    taken: int = 0
    given: int = 0
    classed_product: int = 0
    classed_waste: int = 0
    units: Counter[str] = field(default_factory=Counter)
    first: RawExchange | None = None
    maker: RawExchange | None = None


class FlowRegister:
    """Collects what exchanges say about their flows, and then makes the flows.

    ``see`` all exchanges first, then ask with ``of``.
    """

    def __init__(self, units: UnitBook, notes: Notebook) -> None:
        self.flows: dict[str, Flow] = {}
        self._units = units
        self._notes = notes
        self._products: dict[str, _Uses] = {}
        self._ids: dict[str, str] = {}
        self._nature: dict[str, dict[tuple[str, str], str]] = {}

    def see(self, exchanges: Iterable[RawExchange]) -> None:
        """Count how exchanges use their products."""
        for raw in exchanges:
            if raw.is_elementary or not raw.flow:
                continue
            uses = self._products.setdefault(raw.flow, _Uses())
            amount = raw.amount or 0.0
            uses.units[raw.unit] += bool(raw.unit)
            if uses.maker is None:
                uses.first = uses.first or raw
            if raw.group == REFERENCE:
                uses.made += amount > 0
                uses.treated += amount < 0
                if amount and uses.maker is None:
                    uses.maker, uses.first = raw, None
            elif raw.group == BY_PRODUCT:
                uses.by_product += amount > 0 and not raw.is_declared_waste
                uses.declared_waste += raw.is_declared_waste
            elif raw.group == FOR_TREATMENT:
                uses.for_treatment += 1
            elif raw.is_input:
                uses.taken += amount > 0
                uses.given += amount < 0
                uses.classed_waste += raw.is_declared_waste
                uses.classed_product += raw.declared == _PRODUCT

    def is_made(self, flow: str) -> bool:
        """Whether some data set has a product as its positive reference product."""
        return flow in self._products and self._products[flow].made > 0

    def kind(self, flow: str) -> FlowKind:
        """Product or waste, by all its uses."""
        uses = self._products.get(flow, _Uses())
        if uses.made or uses.treated:
            return FlowKind.PRODUCT if uses.made else FlowKind.WASTE
        if uses.for_treatment or uses.declared_waste > uses.by_product:
            return FlowKind.WASTE
        only_given = uses.given and not (uses.taken or uses.by_product or uses.classed_product)
        classed_waste = uses.classed_waste and not (uses.by_product or uses.classed_product)
        return FlowKind.WASTE if only_given or classed_waste else FlowKind.PRODUCT

    def unit(self, raw: RawExchange) -> str:
        """Symbol of an exchange's unit; empty where it has none."""
        return self._units.lone(raw.unit) if raw.unit else ""

    def of(self, raw: RawExchange) -> Flow:
        """The flow that an exchange means."""
        if raw.is_elementary:
            return self.flows[self._elementary(raw)]
        if raw.flow not in self._ids:
            self._ids[raw.flow] = self._add_product(raw)
        return self.flows[self._ids[raw.flow]]

    def _free(self, identifier: str, mark: str) -> str:
        """An id that no flow has: products and elementary flows are numbered apart from each other."""
        while identifier in self.flows:
            identifier += f" [{mark}]"
        return identifier

    def _add_product(self, raw: RawExchange) -> str:
        uses = self._products.get(raw.flow) or _Uses(first=raw)
        speaker = uses.maker or uses.first or raw
        unit = speaker.unit or next((unit for unit, _ in uses.units.most_common(1)), "") or _WITHOUT_UNIT
        symbol = self._units.lone(unit)
        identifier = self._free(raw.flow, "product")
        self.flows[identifier] = Flow(
            id=identifier,
            kind=self.kind(raw.flow),
            names=_names(speaker, raw),
            unit=symbol,
            category=_category(speaker.classification),
            cas=cas_number(speaker.cas),
            synonyms=speaker.synonyms,
            properties=_properties(speaker, symbol),
        )
        return identifier

    def _elementary(self, raw: RawExchange) -> str:
        """Id of an elementary flow; one id in two compartments, or in two dimensions, is two flows."""
        compartment = raw.compartments[0] if raw.compartments else ""
        symbol = self.unit(raw)
        known = find_unit(symbol)
        key = compartment.casefold(), symbol if known is None else known.dimension
        same = self._nature.setdefault(raw.flow, {})
        if key in same:
            return same[key]
        if not symbol and (near := next((i for (place, _), i in same.items() if place == key[0]), "")):
            return near
        identifier = raw.flow if not same else f"{raw.flow} [{'/'.join(filter(None, (compartment, symbol)))}]"
        if same:
            self._notes.add("flow-id-shared", raw.name, id=raw.flow, kept=identifier)
        identifier = self._free(identifier, "nature")
        same[key] = identifier
        self.flows[identifier] = Flow(
            id=identifier,
            kind=FlowKind.ELEMENTARY,
            names=_names(raw, raw),
            unit=symbol or self._units.lone(_WITHOUT_UNIT),
            category=raw.compartments,
            cas=cas_number(raw.cas),
            formula=chemical_formula(raw.formula),
            synonyms=raw.synonyms,
        )
        return identifier


def _category(classification: Mapping[str, str]) -> tuple[str, ...]:
    """A path that stands for categories as such; else the products' classification."""
    for system, value in classification.items():
        if system.casefold().startswith(CATEGORIES.casefold()):
            return path_of(value)
    return tuple(value for system, value in classification.items() if system.casefold().startswith("cpc"))


def _names(speaker: RawExchange, raw: RawExchange) -> dict[str, str]:
    return dict(speaker.names or raw.names or {"en": raw.flow})


def _properties(raw: RawExchange, unit: str) -> tuple[FlowProperty, ...]:
    known = ((prop, find_unit(prop.unit)) for prop in raw.properties)
    return converting([FlowProperty(p.name, u.symbol, p.amount) for p, u in known if u is not None], unit)


def converting(properties: Iterable[FlowProperty], unit: str) -> tuple[FlowProperty, ...]:
    """Conversions from ``unit`` to other dimensions, one for each; contents and prices convert nothing."""
    own = find_unit(unit)
    found: dict[str, FlowProperty] = {}
    for prop in sorted(properties, key=lambda p: p.name.casefold() not in _PREFERRED):
        known = find_unit(prop.unit)
        if known is None or known.dimension.startswith(_NOT_CONVERTING) or not prop.amount > 0:
            continue
        if own is None or known.dimension != own.dimension:
            found.setdefault(known.dimension, prop)
    return tuple(found.values())
