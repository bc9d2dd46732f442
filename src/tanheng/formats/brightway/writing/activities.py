"""Rows of the ``Activity`` blocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tanheng.formats.brightway.distributions import numbers_of
from tanheng.formats.brightway.units import theirs
from tanheng.formats.brightway.writing.cells import code_of, path, plain
from tanheng.formats.brightway.writing.system import Edge, System
from tanheng.formats.losses import Losses
from tanheng.formats.sheets import Cell, Row
from tanheng.formats.values import UniqueIds
from tanheng.inventory.linking import Column
from tanheng.inventory.model import FlowKind, Process

COLUMNS = (
    "name", "amount", "unit", "database", "location", "categories", "type", "input", "reference product",
    "uncertainty type", "loc", "scale", "minimum", "maximum", "negative", "pedigree", "comment",
)  # fmt: skip


class Activities:
    """Writes the activities of a system; knows their codes."""

    def __init__(self, system: System, database: str, losses: Losses) -> None:
        self._system = system
        self._database = database
        self._losses = losses
        self.exchanges = 0
        ids = UniqueIds()
        self._codes: dict[int, str] = {}
        # A process keeps its id for its first product, whatever the others are called.
        firsts = [columns[0] for columns in system.of_process.values()]
        later = [c for columns in system.of_process.values() for c in columns[1:]]
        for column in firsts:
            self._codes[column.index], _ = ids.take(code_of(column.process.id))
        for column in later:
            self._codes[column.index], _ = ids.take(code_of(f"{column.process.id} [{column.flow.id}]"))

    def of(self, process: Process) -> Iterator[Row]:
        """The blocks of one process; a blank row after each."""
        columns = self._system.of_process.get(process.id, [])
        if not columns:
            self._losses.count("brightway-process", process.name)
        if len(columns) > 1:
            self._losses.count("brightway-allocated", process.name)
        if any(e.formula for e in process.exchanges) or process.parameters:
            self._losses.count("brightway-formulas", process.name)
        for position, column in enumerate(columns):
            yield from self._activity(column, position)
            yield ()

    def _activity(self, column: Column, position: int) -> Iterator[Row]:
        process, flow = column.process, column.flow
        amount = -column.amount if flow.kind is FlowKind.WASTE else column.amount
        fields: Mapping[str, Cell] = {
            "code": self._codes[column.index],
            "location": plain(process.location),
            "reference product": plain(flow.name),
            "unit": theirs(plain(flow.unit)),
            "production amount": amount,
            "type": "process",
            "categories": path(process.category),
            "comment": plain(process.comment),
        }
        yield "Activity", plain(process.name) or plain(process.id)
        yield from ((key, value) for key, value in fields.items() if value not in ("", None))
        yield ("Exchanges",)
        yield COLUMNS
        yield self._row({**self._target(column), "amount": amount, "type": "production"})
        for edge in self._system.edges(column, position):
            yield self._edge(edge, column)

    def _row(self, cells: Mapping[str, Cell]) -> Row:
        self.exchanges += 1
        return tuple(cells.get(name) or (cells.get(name) if cells.get(name) == 0 else None) for name in COLUMNS)

    def _target(self, column: Column) -> dict[str, Cell]:
        return {
            "name": plain(column.process.name) or plain(column.process.id),
            "unit": theirs(plain(column.flow.unit)),
            "database": self._database,
            "location": plain(column.process.location),
            "input": f"{self._database}::{self._codes[column.index]}",
            "reference product": plain(column.flow.name),
        }

    def _edge(self, edge: Edge, column: Column) -> Row:
        exchange, flow = edge.exchange, edge.flow
        sign, kind = self._side(edge)
        amount, factor = sign * edge.amount, sign * edge.factor
        cells: dict[str, Cell] = {
            "name": plain(flow.name),
            "unit": theirs(plain(edge.unit)),
            "location": "" if kind == "biosphere" else plain(flow.location),
            "categories": path(flow.category) if kind == "biosphere" else "",
        }
        if edge.provider is not None:
            cells = self._target(edge.provider)
        numbers = numbers_of(exchange.uncertainty, amount, factor)
        if numbers is None:
            self._losses.count("brightway-spread", f"{column.process.name}: {flow.name}")
        pedigree = exchange.uncertainty.pedigree if exchange.uncertainty is not None else ""
        return self._row(
            {
                **cells,
                "amount": amount,
                "type": kind,
                **(numbers or {}),
                "pedigree": plain(pedigree),
                "comment": plain(exchange.comment),
            }
        )

    def _side(self, edge: Edge) -> tuple[float, str]:
        """Sign and type of an edge in Brightway's convention."""
        exchange, flow = edge.exchange, edge.flow
        if flow.kind is FlowKind.ELEMENTARY:
            # What is taken from nature is positive there, unless the same flow is given off elsewhere.
            return (-1.0 if exchange.is_input and flow.id in self._system.emitted else 1.0), "biosphere"
        if flow.kind is FlowKind.WASTE:
            return (1.0 if exchange.is_avoided else -1.0), "technosphere"
        return 1.0, "substitution" if exchange.is_avoided else "technosphere"
