"""The linked and allocated system behind a database, as Brightway computes it: one activity for each product.

It is the same as :func:`tanheng.inventory.importing.compiling.compile_database` makes, exchange by exchange.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tanheng.formats.losses import Losses
from tanheng.inventory.importing.conversion import Converter
from tanheng.inventory.importing.products import columns_of, in_traded_units
from tanheng.inventory.linking import Column, choose
from tanheng.inventory.model import Database, Exchange, Flow, FlowKind, Process

_MOST_OF_ITSELF = 1 - 1e-6


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
        self._converter = Converter(database)
        self.database = in_traded_units(database, self._converter)
        columns, self._shares = columns_of(self.database, self._converter, [])
        self.columns = tuple(column for column in columns if math.isfinite(column.amount))
        self._producers: dict[str, list[Column]] = {}
        self.of_process: dict[str, list[Column]] = {}
        for column in self.columns:
            self._producers.setdefault(column.flow.id, []).append(column)
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
                yield self._demand(exchange, flow, process, columns, factor, share, losses)

    def _demand(
        self, exchange: Exchange, flow: Flow, process: Process, columns: Sequence[Column], factor: float | None, share: float,
        losses: Losses,
    ) -> Edge:  # fmt: skip
        _, provider, _ = choose(exchange, flow, process, self._producers)
        scale = 1.0 if factor is None else factor
        if provider is not None and (
            factor is None
            or (
                provider in columns
                and not exchange.is_avoided
                and exchange.amount * scale / provider.amount > _MOST_OF_ITSELF
            )
        ):
            provider = None
        if provider is None:
            losses.count("brightway-open", f"{process.name}: {flow.name}")
        unit = exchange.unit if factor is None else flow.unit
        return Edge(exchange, flow, exchange.amount * scale * share, scale * share, unit, provider)
