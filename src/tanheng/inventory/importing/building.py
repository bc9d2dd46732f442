"""The entries of A, B and O of a database, process by process."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence

import numpy as np
from scipy import sparse

from tanheng.inventory.climate import climate_role, is_unknown_gas
from tanheng.inventory.importing.allocation import Shares
from tanheng.inventory.importing.compiled import Compiled, Link
from tanheng.inventory.importing.conversion import Converter
from tanheng.inventory.importing.distributions import notes_on, with_scores
from tanheng.inventory.importing.entries import Entries, key_of
from tanheng.inventory.linking.choosing import Chooser
from tanheng.inventory.linking.model import Column, LinkStatus, Supply
from tanheng.inventory.model import Database, Exchange, Flow, FlowKind, Note, Process
from tanheng.quantities import Origin

_MOST_OF_ITSELF = 1 - 1e-6
Pairs = frozenset[tuple[int, int]]
"""Supplier and consumer, as columns."""

MISSING = " (amount missing)"
"""Ends the id and the names of an open flow that stands for amounts that the authors do not give (C02)."""


class Builder:
    """Collects the entries of A, B and O process by process.

    Args:
        opened: links that are left open, because they make a loop eat what it makes (C11).
    """

    def __init__(
        self,
        database: Database,
        converter: Converter,
        columns: tuple[Column, ...],
        shares: Mapping[str, Shares],
        *,
        chooser: Chooser,
        opened: Pairs,
    ) -> None:
        self.database, self.converter, self.columns, self.shares = database, converter, columns, shares
        self.chooser, self.opened = chooser, opened
        self.notes: list[Note] = []
        self.of_process: dict[str, list[Column]] = {}
        for column in columns:
            self.of_process.setdefault(column.process.id, []).append(column)
        self.technosphere, self.biosphere, self.open = Entries(), Entries(), Entries()
        self.elementary: dict[str, int] = {}
        self.open_flows: dict[tuple[str, str, bool], tuple[int, Flow]] = {}
        self.gases: dict[tuple[str, Origin], dict[int, float]] = {}
        self.links: list[Link] = []
        self.scored: list[str] = []

    def add(self, process: Process) -> None:
        """Take the exchanges of a process."""
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
                    free = Supply(LinkStatus.FREE_OUTPUT)
                    self._record(process, exchange, flow, exchange.amount, exchange.unit, free)
                continue
            self._from_technosphere(process, columns, exchange, flow, factor)

    def _from_technosphere(
        self, process: Process, columns: Sequence[Column], exchange: Exchange, flow: Flow, factor: float | None
    ) -> None:
        if exchange.amount == 0:
            return
        supply = self._supply(process, columns, exchange, flow)
        scale = factor if factor is not None else 1.0
        unit = flow.unit if factor is not None else exchange.unit
        self._record(process, exchange, flow, exchange.amount * scale, unit, supply)
        sign, key = -1.0 if exchange.is_avoided else 1.0, key_of(process, exchange)
        is_open = supply.status.is_gap or supply.status is LinkStatus.DECLARED_CUT_OFF
        for position, column in enumerate(columns):
            share = sign * self.shares[process.id].of(exchange, position) / column.amount
            if share == 0:
                continue
            for provider, part in supply.shares:
                own = share * part * (self._factor(exchange, flow, provider.flow) or 0.0)
                self.technosphere.add(
                    provider.index, column.index, own * exchange.amount, own, exchange.uncertainty, key=key
                )
            if is_open:
                self._open(flow, unit, column.index, share * scale * exchange.amount, share * scale, exchange)

    def _supply(self, process: Process, columns: Sequence[Column], exchange: Exchange, flow: Flow) -> Supply:
        """Who serves an input; nobody where that cannot be calculated."""
        supply = self.chooser.supply(exchange, flow, process)
        if not supply.shares:
            return supply
        factors = [self._factor(exchange, flow, provider.flow) for provider, _ in supply.shares]
        if None in factors:
            return Supply(LinkStatus.UNIT_MISMATCH, candidates=supply.candidates)
        if any((p.index, c.index) in self.opened for p, _ in supply.shares for c in columns):
            return Supply(LinkStatus.UNPRODUCTIVE_LOOP, candidates=supply.candidates)
        taken = (
            part * exchange.amount * (factor or 0.0) / p.amount
            for (p, part), factor in zip(supply.shares, factors, strict=True)
            if p in columns
        )
        if not exchange.is_avoided and any(amount > _MOST_OF_ITSELF for amount in taken):
            # A process that takes as much of its product as it makes is an error of its data (C11): the input stays
            # open, so that the rest of the database can be used and what needs this product is seen to be incomplete.
            return Supply(LinkStatus.EATS_ITSELF, candidates=supply.candidates)
        return supply

    def _factor(self, exchange: Exchange, flow: Flow, served: Flow) -> float | None:
        """Factor from an exchange to the unit of the product that serves it, which may be another than it asks for."""
        factor = self.converter.to_reference(exchange, flow)
        if served is flow:
            return factor
        through = self.converter.between(flow.unit, served.unit)
        if factor is not None and through is not None:
            return factor * through
        return self.converter.to_reference(exchange, served)

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
            amount, names = 1.0, {lang: f"{name}{MISSING}" for lang, name in flow.names.items()}
            flow = dataclasses.replace(flow, id=f"{flow.id}{MISSING}", names=names)
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
        supply: Supply,
    ) -> None:
        candidates = tuple(c.index for c in supply.candidates)
        about = (process.id, exchange.id, flow.id)
        if not supply.shares:
            self.links.append(Link(*about, amount, unit, supply.status, candidates=candidates))
        for provider, part in supply.shares:
            self.links.append(Link(*about, amount * part, unit, supply.status, provider.index, candidates, part))

    def _unit_note(self, process: Process, flow: Flow, exchange: Exchange) -> None:
        self.notes.append(
            Note("unit-unknown", process.name, {"flow": flow.name, "unit": exchange.unit, "reference": flow.unit})
        )

    @property
    def A(self) -> sparse.csc_array:  # noqa: N802 - the field's symbol
        """I − Z of what was collected."""
        n = len(self.columns)
        made: sparse.csc_array = (sparse.eye_array(n, format="csc") - self.technosphere.matrix((n, n))).tocsc()
        made.eliminate_zeros()
        return made

    def finish(self, A: sparse.csc_array, notes: Sequence[Note]) -> Compiled:
        """The linked database; ``notes`` stand before those met on the way."""
        database, n, flows = self.database, len(self.columns), self.database.flows
        for name, density in sorted(self.converter.standard_densities.items()):
            self.notes.append(Note("standard-density", database.name, {"flow": name, "density": density}))
        if self.scored:
            params: dict[str, str | float] = {"count": len(self.scored), "example": self.scored[0]}
            self.notes.append(Note("pedigree-spread", database.name, params))
        products = [c.flow.name for c in self.columns]
        for part, rows in ((self.technosphere, products), (self.biosphere, [flows[i].name for i in self.elementary])):
            self.notes += notes_on(part.spreads(), self.columns, rows)
        roles = tuple(sorted(self.gases))
        direct = np.zeros((n, len(roles)))
        for k, role in enumerate(roles):
            for j, mass in self.gases[role].items():
                direct[j, k] = mass
        return Compiled(
            database=database,
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
            notes=(*notes, *self.notes),
        )
