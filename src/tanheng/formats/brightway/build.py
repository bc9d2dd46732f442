"""Processes from activities.

=================================  =============================  ===========================================
row                                Brightway means                here (C09)
=================================  =============================  ===========================================
production, own, +a                it makes a                     output of its product, the reference
production, own, −a                it treats a                    input of a waste, the reference
production, of another activity    as substitution                avoided
production, of a product node      it makes a                     output of that product
production, of nothing known       it makes a, nobody's           output of a by-product
technosphere, +a of a product      it takes a                     input
technosphere, −a of a product      production elsewhere avoided   avoided input +a
technosphere, −a of a treatment    it gives a waste away          output of the waste: demand for treatment
technosphere, +a of a treatment    treatment elsewhere avoided    avoided output of the waste
technosphere, −a of nothing known  it gives a waste away          output of a waste, open
substitution, a                    as technosphere, −a            the same
biosphere, resource                from nature                    input
biosphere, others                  to nature                      output; a negative one stays negative
=================================  =============================  ===========================================
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from tanheng.formats.brightway.blocks import Record
from tanheng.formats.brightway.distributions import spread_of, turned
from tanheng.formats.brightway.flows import FlowRegister
from tanheng.formats.brightway.nodes import Node, NodeKind, Nodes
from tanheng.formats.brightway.pythonic import from_python
from tanheng.formats.formulas import FormulaFault, fold
from tanheng.formats.notebook import Notebook
from tanheng.formats.parameters import Scope, note_failure, resolve, value_of
from tanheng.formats.values import named
from tanheng.inventory.model import Exchange, Flow, FlowKind, Parameter, Process, Uncertainty

PRODUCTION = ("production", "generic production")
SUBSTITUTION = ("substitution",)
TECHNOSPHERE = ("technosphere", "generic consumption")
BIOSPHERE = ("biosphere",)
_RESOURCES = ("resource", "natural resource", "raw", "资源", "from nature")
_MADE = (NodeKind.PROCESS, NodeKind.PRODUCT)
# Fields of an activity that have a place of their own in our model.
_USED = {
    "code", "name", "database", "location", "reference product", "unit", "production amount", "type", "categories", "comment",
    "licence", "license", "worksheet name", "id",
}  # fmt: skip


def parameter_of(record: Record, notes: Notebook) -> Parameter | None:
    """A parameter as written, its formula in our syntax; evaluated later. ``None`` for a row without a name."""
    name = record.text("name")
    if not name:
        return None
    value = record.number("amount")
    formula = ""
    if given := record.text("formula"):
        try:
            formula = from_python(given)
        except FormulaFault as fault:
            note_failure(notes, fault, place=record.place, formula=given, kept=math.nan if value is None else value)
    spread = spread_of(record, value or 0.0, lambda: notes.count("uncertainty-unusable", record.place, name))
    return Parameter(
        name, _placeholder(value, formula), formula, spread, record.text("comment") or record.text("description")
    )


def _placeholder(value: float | None, formula: str) -> float:
    """The amount beside a formula; people leave a zero there, which is then no value (C02)."""
    return math.nan if value is None or (formula and value == 0) else value


@dataclass(frozen=True, slots=True)
class _Amount:
    value: float
    formula: str
    uncertainty: Uncertainty | None

    def minus(self) -> _Amount:
        """The same with the other sign."""
        formula = f"(-{self.formula})" if self.formula else ""
        return _Amount(-self.value, formula, turned(self.uncertainty))


class Builder:
    """Turns activities into processes; knows the nodes and flows of the workbook."""

    def __init__(self, nodes: Nodes, register: FlowRegister, notes: Notebook) -> None:
        self._nodes = nodes
        self._register = register
        self._notes = notes
        self._scopes: dict[str, tuple[Scope, tuple[Parameter, ...]]] = {}
        self._own: dict[str, tuple[Record | None, _Amount]] = {}

    def prepare(self, node: Node, outer: Scope) -> None:
        """Parameters, own production and product of an activity; done for all before any is built."""
        given = [p for record in node.raw.parameters if (p := parameter_of(record, self._notes)) is not None]
        place = node.raw.name
        self._scopes[node.id] = resolve(given, outer=outer, notes=self._notes, place=place) if given else (outer, ())
        if node.kind is not NodeKind.PROCESS:
            self._register.of_node(node, FlowKind.PRODUCT, "")
            return
        row = self._production(node)
        if row is None:
            self._own[node.id] = None, _Amount(1.0, "", None)
            makes = [r for r in node.raw.exchanges if _kind(r) in PRODUCTION]
            if not makes:
                self._notes.count("production-implied", node.raw.database, node.raw.name)
                self._register.of_node(node, FlowKind.PRODUCT, "")
            return
        amount = self._amount(row, node)
        kind = FlowKind.WASTE if amount.value < 0 else FlowKind.PRODUCT
        self._own[node.id] = row, amount
        self._register.of_node(node, kind, self._register.unit(row))

    def _production(self, node: Node) -> Record | None:
        """The row of an activity's own product; ``None`` where it has none, or all are of product nodes."""
        rows = [r for r in node.raw.exchanges if _kind(r) in PRODUCTION]
        own = [r for r in rows if self._nodes.keyed(r) is node]
        if not own:
            own = [
                r
                for r in rows
                if not r.text("input") and fold(r.text("name")) in (fold(node.raw.name), fold(node.product))
            ]
            own = [r for r in own if self._nodes.linked(r, (NodeKind.PRODUCT,))[0] is None]
        if not own:
            own = [r for r in rows if self._nodes.linked(r, _MADE)[0] in (None, node)][:1]
        return own[0] if own else None

    def build(self, node: Node) -> Process:
        """One process; what is missing or odd in it becomes a note at its name."""
        raw, fields = node.raw, node.raw.fields
        exchanges: list[Exchange] = []
        own_row, own = self._own[node.id]
        if own_row is not None or not any(_kind(r) in PRODUCTION for r in raw.exchanges):
            flow = self._register.of_node(node, FlowKind.PRODUCT, "")
            treats = flow.kind is FlowKind.WASTE
            unit = (self._register.unit(own_row) if own_row is not None else "") or flow.unit
            made = self._exchange(0, flow, own.minus() if treats else own, unit, own_row, is_input=treats)
            exchanges.append(_reference(made))
        for record in raw.exchanges:
            if record is own_row:
                continue
            if (found := self._other(record, node, len(exchanges))) is not None:
                is_first = not exchanges and _kind(record) in PRODUCTION
                exchanges.append(_reference(found) if is_first else found)
        comment = fields.text("comment")
        return Process(
            id=node.id,
            names=named(raw.name),
            exchanges=tuple(exchanges),
            location=fields.text("location"),
            category=fields.path("categories"),
            parameters=self._scopes[node.id][1],
            comment=comment,
            texts={key: text for key in raw.values if key not in _USED and (text := fields.text(key))},
            licence=fields.text("licence") or fields.text("license"),
        )

    def _amount(self, record: Record, node: Node) -> _Amount:
        """Value, formula and distribution of a row; NaN where it has no value, which is told (C02)."""
        what, scope = record.text("name"), self._scopes[node.id][0]
        value, formula = record.number("amount"), ""
        if given := record.text("formula"):
            try:
                formula = from_python(given)
            except FormulaFault as fault:
                note_failure(
                    self._notes, fault, place=record.place, formula=given, kept=math.nan if value is None else value
                )
        amount = _placeholder(value, formula)
        if formula:
            amount = value_of(formula, scope, stored=amount, notes=self._notes, place=f"{node.raw.name}: {what}")
        if math.isnan(amount):
            self._notes.count("amount-missing", node.raw.name, what)
        spread = spread_of(record, amount, lambda: self._notes.count("uncertainty-unusable", node.raw.name, what))
        return _Amount(amount, formula, spread)

    def _exchange(
        self, position: int, flow: Flow, amount: _Amount, unit: str, record: Record | None, *, is_input: bool,
        is_avoided: bool = False, provider: str | None = None,
    ) -> Exchange:  # fmt: skip
        return Exchange(
            id=str(position + 1),
            flow=flow.id,
            amount=amount.value,
            unit=unit or flow.unit,
            is_input=is_input,
            is_avoided=is_avoided,
            provider=provider,
            uncertainty=amount.uncertainty,
            formula=amount.formula,
            comment=record.text("comment") if record is not None else "",
            production_volume=record.number("production volume") if record is not None else None,
        )

    def _other(self, record: Record, node: Node, position: int) -> Exchange | None:
        kind, name = _kind(record), record.text("name")
        if not name and not record.text("input") and not record.text("reference product"):
            self._notes.count("exchange-without-flow", node.raw.name, record.place)
            return None
        if kind in BIOSPHERE:
            return self._nature(record, node, position)
        if kind not in (*PRODUCTION, *SUBSTITUTION, *TECHNOSPHERE):
            self._notes.count("exchange-group-unknown", node.raw.name, name)
            return None
        amount = self._amount(record, node)
        provider, is_contested = self._nodes.linked(record, _MADE)
        if is_contested:
            self._notes.count("activities-alike", node.raw.name, name)
        unit = self._register.unit(record)
        if kind in PRODUCTION and (provider is None or provider.kind is NodeKind.PRODUCT):
            flow = self._by_product(record, node, provider)
            if amount.value < 0:
                self._notes.count("output-taken", node.raw.name, name)
                return self._exchange(position, flow, amount.minus(), unit, record, is_input=True)
            return self._exchange(position, flow, amount, unit, record, is_input=False)
        if kind in PRODUCTION:
            self._notes.count("by-product-credited", node.raw.name, name)
        demand = amount if kind in TECHNOSPHERE else amount.minus()
        return self._demand(demand, record, node, provider, position)

    def _by_product(self, record: Record, node: Node, provider: Node | None) -> Flow:
        if provider is not None:
            return self._register.of_node(provider, FlowKind.PRODUCT, "")
        return self._register.other(record, FlowKind.PRODUCT, owner=node.id)

    def _demand(self, amount: _Amount, record: Record, node: Node, provider: Node | None, position: int) -> Exchange:
        """A row of the technosphere: what it takes is positive, what it gives to treatment or avoids negative."""
        name, is_negative = record.text("name"), amount.value < 0
        unit = self._register.unit(record)
        if provider is None:
            if self._nodes.is_elsewhere(record):
                self._notes.count("outside-inputs", node.raw.database, f"{record.text('database')}: {name}")
            flow = self._register.other(record, FlowKind.WASTE if is_negative else FlowKind.PRODUCT)
        else:
            flow = self._register.of_node(provider, FlowKind.PRODUCT, "")
        is_waste = flow.kind is FlowKind.WASTE
        if is_waste and math.isnan(amount.value):
            is_negative = True  # an amount that is missing avoids nothing
        if is_negative:
            self._notes.count("waste-sign" if is_waste else "input-avoided", node.raw.name, name)
        return self._exchange(
            position,
            flow,
            amount.minus() if is_negative else amount,
            unit,
            record,
            is_input=not is_waste,
            is_avoided=is_waste is not is_negative,
            provider=provider.id if provider is not None and provider.kind is NodeKind.PROCESS else None,
        )

    def _nature(self, record: Record, node: Node, position: int) -> Exchange:
        amount = self._amount(record, node)
        linked, _ = self._nodes.linked(record, (NodeKind.ELEMENTARY,))
        flow = (
            self._register.nature(record) if linked is None else self._register.of_node(linked, FlowKind.ELEMENTARY, "")
        )
        kind = linked.raw.fields.text("type").casefold() if linked is not None else ""
        outermost = (flow.category or record.path("categories") or ("",))[0].casefold()
        is_input = kind == "natural resource" or outermost.startswith(_RESOURCES)
        return self._exchange(position, flow, amount, self._register.unit(record), record, is_input=is_input)


def _kind(record: Record) -> str:
    return record.text("type").casefold()


def _reference(exchange: Exchange) -> Exchange:
    return replace(exchange, is_reference=True)
