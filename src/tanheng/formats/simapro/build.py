"""Processes from raw ones, once it is known what is made and treated.

====================  ======================================  =============================================
section               SimaPro means                           here (C09)
====================  ======================================  =============================================
Products              it makes 1                              output of a product; the first is the reference
Waste treatment       it treats 1                             input of a waste, the reference
Waste to treatment    it gives 1 away                         output of that waste: demand for treatment
the same, sold        a service that some process sells       input of the product
Materials, energy     it takes 1                              input of a product
the same, treated     it names a treatment as if it were one  output of the waste: demand for treatment
Avoided products      made elsewhere no more                  avoided input (of a waste: avoided output)
Resources             from nature                             input
emissions and others  to nature                               output
====================  ======================================  =============================================
"""

from __future__ import annotations

import math

from tanheng.formats.notebook import Notebook
from tanheng.formats.parameters import Scope, resolve, value_of
from tanheng.formats.simapro import blocks, documentation, waste
from tanheng.formats.simapro.blocks import RawProcess
from tanheng.formats.simapro.content import Content
from tanheng.formats.simapro.flows import FlowRegister, location_in
from tanheng.formats.simapro.parameters import parameters_of
from tanheng.formats.simapro.records import RawExchange, RawProduct, exchange, product, uncertainty_of
from tanheng.formats.values import UniqueIds, named
from tanheng.inventory.model import Allocation, AllocationMethod, Exchange, Flow, FlowKind, Parameter, Process

_TREATED = (blocks.TREATED, blocks.SCENARIO)
_ECONOMIC = "socio-economic"
_NO_SPREAD = {"lognormal": 1.0, "normal": 0.0}  # said on purpose, no fault
_UNCERTAIN = ("lognormal", "normal", "triangle", "uniform")


def made_by(raw: RawProcess, content: Content) -> list[tuple[RawProduct, FlowKind]]:
    """What a process makes and treats, in the order of the file; the first is its reference."""
    found = [(product(row, content.numbers, has_share=True), FlowKind.PRODUCT) for row in raw.rows(blocks.MADE)]
    for section in _TREATED:
        found += [(product(row, content.numbers, has_share=False), FlowKind.WASTE) for row in raw.rows(section)]
    return [(made, kind) for made, kind in found if made is not None]


class Builder:
    """Turns raw processes into values; knows the flows of all files."""

    def __init__(self, register: FlowRegister, ids: UniqueIds, notes: Notebook) -> None:
        self._register = register
        self._ids = ids
        self._notes = notes

    def build(self, raw: RawProcess, content: Content, outer: Scope) -> Process | None:
        """One process; what is missing or odd in it becomes a note. ``None`` where it makes and treats nothing.

        ``outer`` holds the parameters beside the process.
        """
        made = made_by(raw, content)
        if not made:
            self._notes.add("no-product", raw.place)
            return None
        name = " ".join((raw.text("process name") or made[0][0].name).split())
        wanted = raw.text("process identifier") or raw.text("platformid") or raw.place
        identifier, changed = self._ids.take(wanted)
        if changed:
            self._notes.add("duplicate-id", raw.place, id=wanted)
        work = _Work(raw, content, self._register, self._notes, name)
        parameters = parameters_of(
            raw.rows(blocks.INPUT_PARAMETERS),
            raw.rows(blocks.CALCULATED_PARAMETERS),
            content.numbers,
            self._notes,
            name,
        )
        work.scope = outer
        known: tuple[Parameter, ...] = ()
        if parameters:
            work.scope, known = resolve(parameters, outer=outer, notes=self._notes, place=name)
        work.products(made)
        work.inputs()
        work.nature()
        valid_from, valid_until = documentation.period(raw)
        allocations = work.allocations(made)
        return Process(
            id=identifier,
            names=named(name),
            exchanges=tuple(work.exchanges),
            location=location_in(made[0][0].name) or location_in(name),
            category=made[0][0].category or tuple(filter(None, (raw.text("category type"),))),
            parameters=known,
            allocations=allocations,
            default_allocation=allocations[0].method if allocations else None,
            is_aggregated=raw.text("type").casefold() == "system",
            valid_from=valid_from,
            valid_until=valid_until,
            comment="\n".join(filter(None, (raw.text("comment"), made[0][0].comment))),
            texts=documentation.texts(raw),
            sources=documentation.sources(raw, content.file.literature),
            licence=documentation.licence(raw),
        )


class _Work:
    """The exchanges of one process as they come together."""

    def __init__(self, raw: RawProcess, content: Content, register: FlowRegister, notes: Notebook, place: str) -> None:
        self.exchanges: list[Exchange] = []
        self.scope = Scope()
        self._raw = raw
        self._content = content
        self._register = register
        self._notes = notes
        self._place = place

    def _value(self, text: str, what: str) -> tuple[float, str]:
        """Value and formula of an amount as written; NaN where it has none, which is told (C02)."""
        value, formula = self._content.numbers.number(text), ""
        if value is None and text:
            formula = self._content.numbers.formula(text)
            value = value_of(formula, self.scope, stored=math.nan, notes=self._notes, place=f"{self._place}: {what}")
        if value is None or math.isnan(value):
            self._notes.count("amount-missing", self._place, what)
            return math.nan, formula
        return value, formula

    def _unit(self, text: str, what: str) -> str:
        if not text:
            self._notes.count("unit-missing", self._place, what)
        return self._content.measures.symbol(text)

    def _add(self, raw: RawExchange, flow: Flow, unit: str, *, is_input: bool, is_avoided: bool = False) -> None:
        amount, formula = self._value(raw.amount, raw.name)
        uncertainty = uncertainty_of(raw, None if math.isnan(amount) else amount)
        is_given = raw.distribution in _UNCERTAIN and raw.spread != _NO_SPREAD.get(raw.distribution)
        if is_given and (uncertainty is None or uncertainty.scale is uncertainty.minimum is None):
            self._notes.count("uncertainty-unusable", self._place, raw.name)
        self.exchanges.append(
            Exchange(
                id=str(len(self.exchanges) + 1),
                flow=flow.id,
                amount=amount,
                unit=unit or flow.unit,
                is_input=is_input,
                is_avoided=is_avoided,
                uncertainty=uncertainty,
                formula=formula,
                comment=raw.comment,
            )
        )

    def products(self, made: list[tuple[RawProduct, FlowKind]]) -> None:
        """What it makes and treats."""
        listed = sum(len(self._raw.rows(section)) for section in (blocks.MADE, *_TREATED))
        if listed > len(made):
            self._notes.count("row-columns", self._place, f"{self._raw.place} {blocks.MADE}")
        for position, (raw, kind) in enumerate(made):
            unit = self._unit(raw.unit, raw.name)
            flow = self._register.make(raw.name, kind, unit, raw.category)
            amount, formula = self._value(raw.amount, raw.name)
            self.exchanges.append(
                Exchange(
                    id=str(position + 1),
                    flow=flow.id,
                    amount=amount,
                    unit=unit or flow.unit,
                    is_input=kind is FlowKind.WASTE,
                    is_reference=position == 0,
                    formula=formula,
                    comment=raw.comment,
                )
            )

    def _rows(self, section: str, *, has_part: bool = False) -> list[RawExchange]:
        found = []
        for row in self._raw.rows(section):
            raw = exchange(row, self._content.numbers, separator=self._content.separator, has_part=has_part)
            if raw is None or not raw.name:
                self._notes.count("row-columns", self._place, f"{row.line}: {row.cells[0][:80]}")
                continue
            if raw.is_odd:
                self._notes.count("row-odd", self._place, f"{row.line}: {row.cells[0][:80]}")
            found.append(raw)
        return found

    def inputs(self) -> None:
        """What comes from and goes to other processes."""
        for section in (blocks.AVOIDED, blocks.MATERIALS, blocks.ENERGY):
            is_avoided = section == blocks.AVOIDED
            for raw in self._rows(section):
                unit = self._unit(raw.unit, raw.name)
                flow = self._register.used(raw.name, FlowKind.PRODUCT, unit)
                if flow.kind is FlowKind.WASTE:
                    self._notes.count("treatment-as-input", self._place, raw.name)
                self._add(raw, flow, unit, is_input=flow.kind is FlowKind.PRODUCT, is_avoided=is_avoided)
        for raw in self._rows(blocks.TO_TREATMENT):
            unit = self._unit(raw.unit, raw.name)
            flow = self._register.used(raw.name, FlowKind.WASTE, unit)
            if flow.kind is FlowKind.PRODUCT:
                self._notes.count("waste-as-service", self._place, raw.name)
            self._add(raw, flow, unit, is_input=flow.kind is FlowKind.PRODUCT)
        self._scenario()

    def _scenario(self) -> None:
        separated, remaining = self._raw.rows(blocks.SEPARATED), self._raw.rows(blocks.REMAINING)
        if not separated and not remaining:
            return
        whole = self.exchanges[0]
        parts = waste.parts_of(separated, remaining, lambda text: self._value(text.rstrip("% "), "%")[0])
        if any(math.isnan(part.share) for part in parts):
            self._notes.add("waste-scenario-open", self._place, count=sum(math.isnan(p.share) for p in parts))
        for part in parts:
            flow = self._register.used(part.name, FlowKind.WASTE, whole.unit)
            self.exchanges.append(
                Exchange(
                    id=str(len(self.exchanges) + 1),
                    flow=flow.id,
                    amount=part.share * whole.amount,
                    unit=whole.unit,
                    is_input=flow.kind is FlowKind.PRODUCT,
                    comment=part.comment,
                )
            )

    def nature(self) -> None:
        """What comes from and goes to nature; a final waste flow is one that nobody treats."""
        for section, compartment in blocks.NATURE.items():
            for raw in self._rows(section, has_part=True):
                unit = self._unit(raw.unit, raw.name)
                cas = self._content.substances.cas(compartment, raw.name)
                flow = self._register.nature(compartment, raw.part, raw.name, unit, cas)
                self._add(raw, flow, unit, is_input=compartment == "resource")

    def allocations(self, made: list[tuple[RawProduct, FlowKind]]) -> tuple[Allocation, ...]:
        """The shares that the authors give, where there is more than one product."""
        products = [(e, raw) for e, (raw, kind) in zip(self.exchanges, made, strict=False) if kind is FlowKind.PRODUCT]
        if len(products) < 2:
            return ()
        shares: dict[str, float] = {}
        for made_exchange, raw in products:
            if not raw.share:
                self._notes.count("allocation-factor-unusable", self._place, raw.name)
                continue
            value, _ = self._value(raw.share.rstrip("% "), f"{raw.name} %")
            if not math.isnan(value):
                shares[made_exchange.flow] = shares.get(made_exchange.flow, 0.0) + value / 100.0
        if not shares:
            return ()
        said = self._raw.text("multiple output allocation").casefold()
        method = AllocationMethod.ECONOMIC if said.startswith(_ECONOMIC) else AllocationMethod.PHYSICAL
        return (Allocation(method, shares),)
