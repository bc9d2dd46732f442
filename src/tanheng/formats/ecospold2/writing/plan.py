"""Which data sets a database becomes: one for each product of each process, shared out and linked as we compute it.

EcoSpold 2 links a data set by its activity and its product, and what reads it to calculate with takes one product a data
set. So a process whose products share its burdens becomes as many data sets under its own id, as in the system models of
ecoinvent; a process of one product stays as it is, with whatever it gives away for free.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from tanheng.formats.losses import Losses
from tanheng.formats.writing.links import EVERY, linked
from tanheng.inventory.importing.allocation import Shares
from tanheng.inventory.importing.conversion import Converter
from tanheng.inventory.importing.products import columns_of, in_traded_units
from tanheng.inventory.linking import Column
from tanheng.inventory.model import Database, Exchange, Flow, FlowKind, Note, Process

_MOST_OF_ITSELF = 1 - 1e-6  # as linking has it


@dataclass(frozen=True, slots=True)
class Piece:
    """One data set to write.

    Attributes:
        column: the product that it makes; ``None`` where the process makes nothing that can be computed.
        shares: of the process's products; ``None`` where it is not shared out.
        position: of the product among them.
    """

    process: Process
    column: Column | None = None
    shares: Shares | None = None
    position: int = 0

    @property
    def is_shared(self) -> bool:
        """Whether this is one of several data sets of its process."""
        return self.shares is not None

    def share_of(self, exchange: Exchange) -> float:
        """Share of an exchange that belongs here."""
        return 1.0 if self.shares is None else self.shares.of(exchange, self.position)


class Plan:
    """The data sets of a database and the links between them.

    Attributes:
        database: with its products measured in the unit that they are sold in.
        converter: of its units.
        treated: wastes that some process treats as its reference.
        undecided: products and wastes that no process has as its reference, so that their uses do not tell what they are.
        made: flows that leave some data set as its product or by-product.
    """

    def __init__(self, database: Database, losses: Losses) -> None:
        self._losses = losses
        database = linked(database, losses, EVERY)
        self.converter = Converter(database)
        self.database = in_traded_units(database, self.converter)
        for identifier, flow in database.flows.items():
            if self.database.flows[identifier].unit != flow.unit:
                losses.count("flow-unit-traded", flow.name)
        notes: list[Note] = []
        columns, self._shares = columns_of(self.database, self.converter, notes)
        for note in notes:
            if note.code == "allocation-refused":
                losses.count("allocation-refused", note.place)
        self._columns: dict[str, list[Column]] = {}
        for column in columns:
            self._columns.setdefault(column.process.id, []).append(column)
        self.treated: set[str] = set()
        self.undecided: set[str] = set()
        self.made: set[str] = set()
        self._see()

    def _see(self) -> None:
        flows = self.database.flows
        referred: set[str] = {c.flow.id for cs in self._columns.values() if len(cs) > 1 for c in cs}
        used: set[str] = set()
        for process in self.database.processes.values():
            for exchange in process.exchanges:
                flow = flows.get(exchange.flow)
                if flow is None:
                    continue
                used.add(flow.id)
                if is_usable_reference(exchange, flow):
                    referred.add(flow.id)
                if flow.kind is FlowKind.PRODUCT and not exchange.is_input:
                    self.made.add(flow.id)
        self.treated = {i for i in referred if flows[i].kind is FlowKind.WASTE}
        self.undecided = {i for i in used if flows[i].kind is not FlowKind.ELEMENTARY} - referred
        for identifier in sorted(set(flows) - used):
            self._losses.count("flow-unused", flows[identifier].name)

    def pieces(self) -> Iterator[Piece]:
        """Every data set, in order of the ids of the processes."""
        for identifier in sorted(self.database.processes):
            process = self.database.processes[identifier]
            columns = self._columns.get(identifier, [])
            if len(columns) > 1:
                self._losses.count("allocation-applied", process.name)
                shares = self._shares[identifier]
                yield from (Piece(process, c, shares, position) for position, c in enumerate(columns))
                continue
            if process.allocations:
                self._losses.count("allocation-unused", process.name)
            yield Piece(process, columns[0] if columns else None)

    def __len__(self) -> int:
        return sum(max(len(self._columns.get(i, ())), 1) for i in self.database.processes)

    def exchanges(self, piece: Piece) -> Iterator[tuple[Exchange, Flow]]:
        """The exchanges of a data set with their flows, before they are shared out; the other products are left out."""
        flows = self.database.flows
        own = {c.flow.id for c in self._columns.get(piece.process.id, ())}
        is_given = False
        for exchange in piece.process.exchanges:
            flow = flows.get(exchange.flow)
            if flow is None:
                self._losses.count("exchange-without-flow", f"{piece.process.name}: {exchange.flow}")
                continue
            if piece.is_shared and flow.id in own and is_made_or_treated(exchange, flow):
                if piece.column is not None and flow.id == piece.column.flow.id and not is_given:
                    is_given = True
                    yield self._product(piece, exchange), flow
                continue
            yield exchange, flow

    def _product(self, piece: Piece, exchange: Exchange) -> Exchange:
        """The product of a data set that is one of several: all of it in one exchange, which is the reference."""
        column = piece.column
        if column is None:
            return exchange
        given = self.converter.to_reference(exchange, column.flow)
        if given is not None and exchange.amount * given == column.amount:
            return dataclasses.replace(exchange, is_reference=True)
        self._losses.count("outputs-joined", f"{piece.process.name}: {column.flow.name}")
        return dataclasses.replace(
            exchange, amount=column.amount, unit=column.flow.unit, is_reference=True, formula="", uncertainty=None
        )

    def provider(self, exchange: Exchange, flow: Flow, process: Process) -> str | None:
        """Id of the process that serves an exchange."""
        if self._eats_itself(exchange, flow, process):
            self._losses.count("input-of-itself", f"{process.name}: {flow.name}")
        return exchange.provider

    def _eats_itself(self, exchange: Exchange, flow: Flow, process: Process) -> bool:
        """Whether an input of a process that is shared out is more than what it makes: linking leaves it open (C11)."""
        own = self._columns.get(process.id, [])
        column = next((c for c in own if c.flow.id == flow.id), None)
        if column is None or len(own) == 1 or exchange.is_avoided or exchange.provider not in (None, process.id):
            return False
        factor = self.converter.to_reference(exchange, column.flow)
        return factor is not None and exchange.amount * factor / column.amount > _MOST_OF_ITSELF


def is_usable_reference(exchange: Exchange, flow: Flow) -> bool:
    """Whether an exchange is the reference of its process and can be: a product made or a waste treated."""
    return exchange.is_reference and is_made_or_treated(exchange, flow)


def is_made_or_treated(exchange: Exchange, flow: Flow) -> bool:
    """Whether an exchange is a product that goes out or a waste that is taken in."""
    makes = flow.kind is FlowKind.PRODUCT and not exchange.is_input
    treats = flow.kind is FlowKind.WASTE and exchange.is_input
    return (makes or treats) and not exchange.is_avoided
