"""Flows: one for the product of every activity, those of nature, and those that other databases would serve."""

from __future__ import annotations

from tanheng.formats.brightway.blocks import Record
from tanheng.formats.brightway.nodes import Node, NodeKind
from tanheng.formats.brightway.units import ours
from tanheng.formats.formulas import fold
from tanheng.formats.units import UnitBook
from tanheng.formats.values import UniqueIds, cas_number, chemical_formula, named
from tanheng.inventory.model import Flow, FlowKind

_WITHOUT_UNIT = "1"


class FlowRegister:
    """The flows of a workbook."""

    def __init__(self, book: UnitBook) -> None:
        self.flows: dict[str, Flow] = {}
        self._book = book
        self._ids = UniqueIds()
        self._of_node: dict[str, str] = {}
        self._others: dict[tuple[str, ...], str] = {}

    def unit(self, record: Record) -> str:
        """Symbol of the unit that a row names; empty where it names none."""
        given = record.text("unit")
        return self._book.lone(ours(given)) if given else ""

    def of_node(self, node: Node, kind: FlowKind, unit: str) -> Flow:
        """The flow that an activity makes or treats, or stands for."""
        if node.id not in self._of_node:
            fields = node.raw.fields
            is_nature = node.kind is NodeKind.ELEMENTARY
            self._of_node[node.id] = self._add(
                Flow(
                    id=node.id,
                    kind=FlowKind.ELEMENTARY if is_nature else kind,
                    names=named(node.product),
                    unit=unit or self.unit(fields) or self._book.lone(_WITHOUT_UNIT),
                    category=fields.path("categories"),
                    cas=cas_number(fields.text("cas number") or fields.text("cas")),
                    formula=chemical_formula(fields.text("chemical formula")),
                    location="" if is_nature else fields.text("location"),
                )
            ).id
        return self.flows[self._of_node[node.id]]

    def nature(self, record: Record) -> Flow:
        """The elementary flow of that name, compartment and unit."""
        unit = self.unit(record) or self._book.lone(_WITHOUT_UNIT)
        category = record.path("categories")
        name = record.text("name")
        key = ("nature", *category, "", fold(name), unit)
        if key not in self._others:
            cas = cas_number(record.text("cas number") or record.text("cas"))
            identifier = "/".join((*category, name))
            self._others[key] = self._add(
                Flow(identifier, FlowKind.ELEMENTARY, named(name), unit, category, cas=cas)
            ).id
        return self.flows[self._others[key]]

    def other(self, record: Record, kind: FlowKind, owner: str = "") -> Flow:
        """The flow that an exchange means which links to no activity; ``owner`` where only that process makes it."""
        unit = self.unit(record) or self._book.lone(_WITHOUT_UNIT)
        activity, product = record.text("name"), record.text("reference product")
        name = f"{product} | {activity}" if product and fold(product) != fold(activity) else activity or product
        database, location = record.text("database"), record.text("location")
        key = ("other", kind.value, owner, fold(database), fold(name), fold(location), unit)
        if key not in self._others:
            marks = [
                f"[{part}]" for part in (location, database, owner, "waste" if kind is FlowKind.WASTE else "") if part
            ]
            identifier = " ".join((name, *marks))
            category = tuple(filter(None, (database,)))
            self._others[key] = self._add(Flow(identifier, kind, named(name), unit, category, location=location)).id
        return self.flows[self._others[key]]

    def _add(self, flow: Flow) -> Flow:
        identifier, changed = self._ids.take(flow.id)
        if changed:
            flow = Flow(
                identifier, flow.kind, flow.names, flow.unit, flow.category, flow.cas, flow.formula, flow.location
            )
        self.flows[identifier] = flow
        return flow
