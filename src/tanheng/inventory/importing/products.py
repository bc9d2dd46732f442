"""Which products a database makes, in which unit, with which share of their process: the columns of A (C09, C12)."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping

from tanheng.inventory.importing.allocation import Shares, share_out
from tanheng.inventory.importing.conversion import Converter
from tanheng.inventory.linking import Column, is_declared_cut_off
from tanheng.inventory.model import Database, Exchange, Flow, FlowKind, Note, Process


def in_traded_units(database: Database, converter: Converter) -> Database:
    """The database with every product measured in the unit that its producers sell it in (kWh rather than MJ)."""
    sold: dict[str, set[str]] = {}
    for process in database.processes.values():
        for exchange in process.exchanges:
            if exchange.is_reference or not exchange.is_input:
                sold.setdefault(exchange.flow, set()).add(exchange.unit)
    flows = dict(database.flows)
    for flow_id, units in sold.items():
        flow = flows.get(flow_id)
        unit = next(iter(units))
        if flow is None or len(units) != 1 or unit == flow.unit or flow.kind is FlowKind.ELEMENTARY:
            continue
        factor = converter.between(unit, flow.unit)
        if factor is not None:
            properties = tuple(dataclasses.replace(p, amount=p.amount * factor) for p in flow.properties)
            flows[flow_id] = dataclasses.replace(flow, unit=unit, properties=properties)
    return dataclasses.replace(database, flows=flows)


def columns_of(
    database: Database, converter: Converter, notes: list[Note], allocation: Mapping[str, str] | None = None
) -> tuple[tuple[Column, ...], dict[str, Shares]]:
    """The columns in the order of the processes, and the shares of each process that makes something.

    Processes that make nothing usable, or whose shares do not add up, are left out with a note.

    Args:
        allocation: what a person chose, by id of the process; one that does not allow it gets a note.
    """
    wished = allocation or {}
    columns: list[Column] = []
    shares: dict[str, Shares] = {}
    taken = {e.flow for p in database.processes.values() for e in p.exchanges if e.is_input and not e.is_reference}
    for process in database.processes.values():
        made = _made(process, database.flows, converter, notes)
        if not made:
            notes.append(Note("no-product", process.name))
            continue
        wish = wished.get(process.id, "")
        chosen = share_out(process, [e for e, _ in made], database.flows, converter, taken, wish)
        if wish and chosen.rule not in ("single", wish, f"physical-amounts:{wish}"):
            notes.append(Note("allocation-otherwise", process.name, {"wanted": wish, "rule": chosen.rule}))
        if chosen.fault:
            # Shares that do not add up would lose or invent burdens: the process is refused, what needs it stays open.
            notes.append(Note("allocation-refused", process.name, {"shares": chosen.fault}))
            continue
        shares[process.id] = chosen
        amounts = {e.id: amount for e, amount in made}
        for position, exchange in enumerate(chosen.products):
            columns.append(
                Column(
                    index=len(columns),
                    process=process,
                    flow=database.flows[exchange.flow],
                    amount=amounts[exchange.id],
                    share=chosen.general[position],
                    rule=chosen.rule,
                    is_reference=exchange.is_reference,
                    volume=exchange.production_volume,
                )
            )
    return tuple(columns), shares


def _made(
    process: Process, flows: Mapping[str, Flow], converter: Converter, notes: list[Note]
) -> list[tuple[Exchange, float]]:
    """Products of a process with their amounts in the flow's unit, the reference first; one entry for each flow.

    A treatment makes the service of taking its reference waste in; its amount is positive (C09).
    """
    found: dict[str, tuple[Exchange, float]] = {}
    for given in process.exchanges:
        exchange, flow = given, flows.get(given.flow)
        if flow is None or exchange.is_avoided:
            continue
        treats = flow.kind is FlowKind.WASTE and exchange.is_input and exchange.is_reference
        makes = flow.kind is FlowKind.PRODUCT and not exchange.is_input
        if not (treats or makes) or (is_declared_cut_off(flow) and not exchange.is_reference):
            continue
        factor = converter.to_reference(exchange, flow)
        if factor is None or exchange.amount == 0 or math.isnan(exchange.amount):
            notes.append(Note("unusable-product", process.name, {"flow": flow.name, "unit": exchange.unit}))
            continue
        if exchange.production_volume is not None and factor != 1.0:
            exchange = dataclasses.replace(exchange, production_volume=exchange.production_volume * factor)
        first, amount = found.get(flow.id, (exchange, 0.0))
        if exchange.is_reference and not first.is_reference:
            first = exchange
        found[flow.id] = (first, amount + exchange.amount * factor)
    made = [(dataclasses.replace(e, amount=a, unit=flows[e.flow].unit), a) for e, a in found.values() if a != 0]
    return sorted(made, key=lambda pair: not pair[0].is_reference)
