"""From a database as read to linked matrices: allocate, convert, link, check, solve where needed (C02, C09–C13).

Column j of A is one unit of product j: its own output 1 minus what it takes of the others. B holds what goes to nature
as positive and what comes from nature as negative numbers. O holds the inputs that nobody serves.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from scipy import sparse

from tanheng.errors import InventoryError
from tanheng.inventory.climate import climate_role, is_unknown_gas
from tanheng.inventory.importing.allocation import Shares
from tanheng.inventory.importing.compiled import Compiled, Link, refuse_incalculable
from tanheng.inventory.importing.conversion import Converter
from tanheng.inventory.importing.distributions import notes_on, with_scores
from tanheng.inventory.importing.entries import Entries, key_of
from tanheng.inventory.importing.products import columns_of, in_traded_units
from tanheng.inventory.linking import Column, LinkStatus, choose
from tanheng.inventory.model import Database, Exchange, Flow, FlowKind, Note, Process
from tanheng.quantities import Origin

Progress = Callable[[int, int], None]
_MOST_OF_ITSELF = 1 - 1e-6


def compile_database(database: Database, *, progress: Progress | None = None) -> Compiled:
    """Link ``database`` and check that it can be calculated.

    Raises:
        InventoryError: TH-INV-001 nothing to calculate, TH-INV-003 a singular system,
            TH-INV-004 a loop that consumes more of itself than it makes (C11).
    """
    converter = Converter(database)
    notes = list(database.notes)
    database = in_traded_units(database, converter)
    columns, shares = columns_of(database, converter, notes)
    if not columns:
        raise InventoryError("TH-INV-001", place=database.name)
    builder = _Builder(database, converter, columns, shares, notes)
    for done, process in enumerate(database.processes.values(), start=1):
        if process.id in shares:
            builder.add(process)
        if progress is not None:
            progress(done, len(database.processes))
    return builder.finish()


class _Builder:
    """Collects the entries of A, B and O process by process."""

    def __init__(
        self,
        database: Database,
        converter: Converter,
        columns: tuple[Column, ...],
        shares: Mapping[str, Shares],
        notes: list[Note],
    ) -> None:
        self.database, self.converter, self.columns, self.shares, self.notes = (
            database,
            converter,
            columns,
            shares,
            notes,
        )
        self.producers: dict[str, list[Column]] = {}
        self.of_process: dict[str, list[Column]] = {}
        for column in columns:
            self.producers.setdefault(column.flow.id, []).append(column)
            self.of_process.setdefault(column.process.id, []).append(column)
        self.technosphere, self.biosphere, self.open = Entries(), Entries(), Entries()
        self.elementary: dict[str, int] = {}
        self.open_flows: dict[tuple[str, str, bool], tuple[int, Flow]] = {}
        self.gases: dict[tuple[str, Origin], dict[int, float]] = {}
        self.links: list[Link] = []
        self.scored: list[str] = []

    def add(self, process: Process) -> None:
        columns = self.of_process[process.id]
        own = {c.flow.id for c in columns}
        for given in process.exchanges:
            exchange = with_scores(given)
            if exchange is not given:
                self.scored.append(process.name)
            flow = self.database.flows.get(exchange.flow)
            if flow is None:
                self.notes.append(Note("unknown-flow", process.name, {"flow": exchange.flow}))
                self._lost(process, columns, exchange, Flow(exchange.flow, FlowKind.PRODUCT, {}, exchange.unit))
                continue
            if math.isnan(exchange.amount):
                if flow.kind is not FlowKind.ELEMENTARY or climate_role(flow, is_input=exchange.is_input) is not None:
                    self._lost(process, columns, exchange, flow)
                continue
            factor = self.converter.to_reference(exchange, flow)
            if flow.kind is FlowKind.ELEMENTARY:
                if factor is None:
                    self._unit_note(process, flow, exchange)
                    if climate_role(flow, is_input=exchange.is_input) is not None:
                        self._lost(process, columns, exchange, flow)
                else:
                    self._to_nature(process, columns, exchange, flow, factor)
                continue
            makes = flow.kind is FlowKind.PRODUCT and not exchange.is_input and not exchange.is_avoided
            treats = flow.kind is FlowKind.WASTE and exchange.is_input and not exchange.is_avoided
            if makes or treats:
                if flow.id not in own:
                    self._record(process, exchange, flow, exchange.amount, exchange.unit, LinkStatus.FREE_OUTPUT)
                continue
            self._from_technosphere(process, columns, exchange, flow, factor)

    def _from_technosphere(
        self, process: Process, columns: Sequence[Column], exchange: Exchange, flow: Flow, factor: float | None
    ) -> None:
        if exchange.amount == 0:
            return
        status, provider, candidates = choose(exchange, flow, process, self.producers)
        if provider is not None and factor is None:
            status, provider = LinkStatus.UNIT_MISMATCH, None
        amount = exchange.amount * (factor if factor is not None else 1.0)
        if (
            provider is not None
            and provider in columns
            and not exchange.is_avoided
            and amount / provider.amount > _MOST_OF_ITSELF
        ):
            # A process that takes as much of its product as it makes is an error of its data (C11): the input stays
            # open, so that the rest of the database can be used and what needs this product is seen to be incomplete.
            status, provider = LinkStatus.EATS_ITSELF, None
        unit = flow.unit if factor is not None else exchange.unit
        self._record(process, exchange, flow, amount, unit, status, provider, candidates)
        sign, key = -1.0 if exchange.is_avoided else 1.0, key_of(process, exchange)
        for position, column in enumerate(columns):
            share = self.shares[process.id].of(exchange, position) / column.amount
            if share == 0:
                continue
            scale = sign * share * (factor if factor is not None else 1.0)
            value = scale * exchange.amount
            if provider is not None:
                self.technosphere.add(provider.index, column.index, value, scale, exchange.uncertainty, key=key)
            elif status.is_gap or status is LinkStatus.DECLARED_CUT_OFF:
                self._open(flow, unit, column.index, value, scale, exchange)

    def _to_nature(
        self, process: Process, columns: Sequence[Column], exchange: Exchange, flow: Flow, factor: float
    ) -> None:
        if is_unknown_gas(flow) and not exchange.is_input:
            if flow.id not in self.elementary:
                self.notes.append(Note("gas-unknown", process.name, {"flow": flow.name}))
            self._lost(process, columns, exchange, flow)
        row = self.elementary.setdefault(flow.id, len(self.elementary))
        role = climate_role(flow, is_input=exchange.is_input)
        measure = self.converter.measure(flow.unit)
        if role is not None and (measure is None or measure[0] != "mass"):
            self._unit_note(process, flow, exchange)
            self._lost(process, columns, exchange, flow)
            role = None
        kilograms = float(measure[1]) if role is not None and measure is not None else 0.0
        sign, key = -1.0 if exchange.is_input else 1.0, key_of(process, exchange)
        for position, column in enumerate(columns):
            share = self.shares[process.id].of(exchange, position) / column.amount
            if share == 0:
                continue
            value = exchange.amount * factor * share
            self.biosphere.add(
                row,
                column.index,
                sign * value,
                sign * factor * share,
                exchange.uncertainty,
                key=key,
                role=role,
                kilograms=sign * kilograms,
            )
            if role is not None:
                masses = self.gases.setdefault(role, {})
                masses[column.index] = masses.get(column.index, 0.0) + value * kilograms

    def _open(self, flow: Flow, unit: str, column: int, value: float, scale: float, exchange: Exchange) -> None:
        """Keep an input that nobody serves; a credit for an avoided product stands apart, so that nothing cancels."""
        key = (flow.id, unit, exchange.is_avoided)
        if key not in self.open_flows:
            mark = " (credit)" if exchange.is_avoided else ""
            names = {lang: f"{name}{mark}" for lang, name in flow.names.items()}
            self.open_flows[key] = (len(self.open_flows), dataclasses.replace(flow, unit=unit, names=names))
        self.open.add(self.open_flows[key][0], column, value, scale, exchange.uncertainty)

    def _lost(self, process: Process, columns: Sequence[Column], exchange: Exchange, flow: Flow) -> None:
        """An exchange that cannot be counted leaves its product incomplete (C02), as an open input does.

        One without an amount stands as one unit of a flow that says so.
        """
        amount = exchange.amount
        if math.isnan(amount):
            amount, names = 1.0, {lang: f"{name} (amount missing)" for lang, name in flow.names.items()}
            flow = dataclasses.replace(flow, id=f"{flow.id} (amount missing)", names=names)
        for position, column in enumerate(columns):
            share = self.shares[process.id].of(exchange, position) / column.amount
            if share and amount:
                self._open(flow, exchange.unit, column.index, share * amount, share, exchange)

    def _record(
        self,
        process: Process,
        exchange: Exchange,
        flow: Flow,
        amount: float,
        unit: str,
        status: LinkStatus,
        provider: Column | None = None,
        candidates: Sequence[Column] = (),
    ) -> None:
        index = provider.index if provider is not None else -1
        self.links.append(
            Link(process.id, exchange.id, flow.id, amount, unit, status, index, tuple(c.index for c in candidates))
        )

    def _unit_note(self, process: Process, flow: Flow, exchange: Exchange) -> None:
        self.notes.append(
            Note("unit-unknown", process.name, {"flow": flow.name, "unit": exchange.unit, "reference": flow.unit})
        )

    def finish(self) -> Compiled:
        for name, density in sorted(self.converter.standard_densities.items()):
            self.notes.append(Note("standard-density", self.database.name, {"flow": name, "density": density}))
        if self.scored:
            params: dict[str, str | float] = {"count": len(self.scored), "example": self.scored[0]}
            self.notes.append(Note("pedigree-spread", self.database.name, params))
        products, flows = [c.flow.name for c in self.columns], self.database.flows
        for part, rows in ((self.technosphere, products), (self.biosphere, [flows[i].name for i in self.elementary])):
            self.notes += notes_on(part.spreads(), self.columns, rows)
        n = len(self.columns)
        Z = self.technosphere.matrix((n, n))
        A = (sparse.eye_array(n, format="csc") - Z).tocsc()
        A.eliminate_zeros()
        roles = tuple(sorted(self.gases))
        direct = np.zeros((n, len(roles)))
        for k, role in enumerate(roles):
            for j, mass in self.gases[role].items():
                direct[j, k] = mass
        refuse_incalculable(self.database.name, A, self.columns)
        flows = self.database.flows
        return Compiled(
            database=self.database,
            columns=self.columns,
            flows=tuple(flows[i] for i in self.elementary),
            open_flows=tuple(flow for _, flow in self.open_flows.values()),
            A=A,
            B=self.biosphere.matrix((len(self.elementary), n)),
            O=self.open.matrix((len(self.open_flows), n)),
            roles=roles,
            direct=direct,
            links=tuple(self.links),
            technosphere=self.technosphere,
            biosphere=self.biosphere,
            notes=tuple(self.notes),
        )
