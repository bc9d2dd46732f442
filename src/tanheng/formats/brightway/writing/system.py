"""The linked and allocated system behind a database, as Brightway computes it: one activity for each product.

Who serves an exchange is asked of :func:`tanheng.inventory.importing.compiling.compile_database`, so that a database that cannot
be calculated cannot be written for Brightway either.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from tanheng.formats.losses import Losses
from tanheng.inventory.importing.compiling import compile_database
from tanheng.inventory.importing.conversion import Converter
from tanheng.inventory.importing.products import columns_of
from tanheng.inventory.linking import Column
from tanheng.inventory.model import Database, Exchange, Flow, FlowKind


@dataclass(frozen=True, slots=True)
class Edge:
    """What an activity exchanges, for its production amount.

    Attributes:
        amount: in ``unit``; as we count it, so that a waste given away is positive.
        factor: ``amount`` per unit of the exchange's own.
        provider: column that serves it; ``None`` for nature and for what stays open.
    """

    exchange: Exchange
    flow: Flow
    amount: float
    factor: float
    unit: str
    provider: Column | None = None


class System:
    """The columns of a database and their edges. What Brightway cannot see is counted as a loss, once."""

    def __init__(self, database: Database, losses: Losses) -> None:
        self._losses = losses
        compiled = compile_database(database)
        self.database = compiled.database
        self._converter = Converter(self.database)
        _, self._shares = columns_of(self.database, self._converter, [])
        self.columns = tuple(column for column in compiled.columns if math.isfinite(column.amount))
        self._served: dict[tuple[str, str], list[tuple[Column, float]]] = {}
        for link in compiled.links:
            if link.provider >= 0:
                served = self._served.setdefault((link.process, link.exchange), [])
                served.append((compiled.columns[link.provider], link.share))
        self.of_process: dict[str, list[Column]] = {}
        for column in self.columns:
            self.of_process.setdefault(column.process.id, []).append(column)
        self.emitted = {e.flow for p in database.processes.values() for e in p.exchanges if not e.is_input}

    def edges(self, column: Column, position: int) -> Iterator[Edge]:
        """The edges of one column but its production; ``position`` among the columns of its process."""
        process = column.process
        columns = self.of_process[process.id]
        own = {c.flow.id for c in columns}
        # What is lost is lost with each product of the process, but told once.
        losses = self._losses if position == 0 else Losses()
        for exchange in process.exchanges:
            flow = self.database.flows.get(exchange.flow)
            if flow is None or not math.isfinite(exchange.amount):
                losses.count("brightway-amount", f"{process.name}: {exchange.flow if flow is None else flow.name}")
                continue
            share = self._shares[process.id].of(exchange, position)
            factor = self._converter.to_reference(exchange, flow)
            if flow.kind is FlowKind.ELEMENTARY:
                if factor is None:
                    losses.count("brightway-unit", f"{process.name}: {flow.name}")
                elif share:
                    yield Edge(exchange, flow, exchange.amount * factor * share, factor * share, flow.unit)
                continue
            makes = flow.kind is FlowKind.PRODUCT and not exchange.is_input and not exchange.is_avoided
            treats = flow.kind is FlowKind.WASTE and exchange.is_input and not exchange.is_avoided
            if makes or treats:
                if flow.id not in own:
                    losses.count("brightway-output", f"{process.name}: {flow.name}")
                continue
            if exchange.amount and share:
                scale = share if factor is None else factor * share
                unit = exchange.unit if factor is None else flow.unit
                served = self._served.get((process.id, exchange.id), [])
                if not served:
                    losses.count("brightway-open", f"{process.name}: {flow.name}")
                    yield Edge(exchange, flow, exchange.amount * scale, scale, unit)
                for provider, part in served:
                    yield Edge(exchange, flow, exchange.amount * scale * part, scale * part, unit, provider)
