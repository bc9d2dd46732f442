"""A database on top of others: its processes with those of its backgrounds, linked as one (C13).

Inputs that nobody in the database makes are served by the backgrounds: by the id of their flow, else by its name where one
flow alone is called so and is measured alike. What else should serve them, a person says (:mod:`.choices`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tanheng.errors import InventoryError
from tanheng.inventory.importing.conversion import Converter
from tanheng.inventory.model import Database, Flow, FlowKind, LocalUnit, Note
from tanheng.inventory.words import fold


@dataclass(frozen=True, slots=True)
class Joined:
    """A database with its backgrounds.

    Attributes:
        database: all processes and flows; name, parameters and documentation are those of the database on top.
        aliases: flow of the database on top → flow of a background that is called the same.
    """

    database: Database
    aliases: Mapping[str, str]


def join(database: Database, backgrounds: Sequence[Database]) -> Joined:
    """Put ``database`` on top of ``backgrounds``; of data sets with the same id the one on top, then the first, counts.

    Raises:
        InventoryError: TH-INV-070 two of them mean different things by a unit of the same name.
    """
    if not backgrounds:
        return Joined(database, {})
    flows, processes = dict(database.flows), dict(database.processes)
    notes = list(database.notes)
    for background in backgrounds:
        shadowed = [process.name for key, process in background.processes.items() if key in processes]
        if shadowed:
            params: dict[str, str | int | float] = {"count": len(shadowed), "example": shadowed[0]}
            notes.append(Note("background-shadowed", background.name, params))
        processes = {**background.processes, **processes}
        flows = {**background.flows, **flows}
    joined = replace(database, flows=flows, processes=processes, local_units=_units(database, *backgrounds))
    aliases, ambiguous = _aliases(database, joined)
    if aliases:
        first = flows[next(iter(aliases))].name
        notes.append(Note("background-by-name", database.name, {"count": len(aliases), "example": first}))
    for flow, count in ambiguous:
        notes.append(Note("background-ambiguous", database.name, {"flow": flow.name, "count": count}))
    return Joined(replace(joined, notes=tuple(notes)), aliases)


def _units(*databases: Database) -> Mapping[str, LocalUnit]:
    units: dict[str, LocalUnit] = {}
    for database in databases:
        for symbol, unit in database.local_units.items():
            known = units.setdefault(symbol, unit)
            if known != unit:
                raise InventoryError(
                    "TH-INV-070",
                    place=database.name,
                    unit=symbol,
                    one=f"{known.factor:g} {known.base}",
                    other=f"{unit.factor:g} {unit.base}",
                )
    return units


def _aliases(database: Database, joined: Database) -> tuple[dict[str, str], list[tuple[Flow, int]]]:
    """Flows that nobody makes by the flow of the same name that somebody makes; and those with several such."""
    made = set(_made(joined))
    named: dict[str, list[Flow]] = {}
    for identifier in sorted(made):
        flow = joined.flows[identifier]
        for name in {fold(name) for name in flow.names.values()}:
            named.setdefault(name, []).append(flow)
    converter = Converter(joined)
    aliases: dict[str, str] = {}
    ambiguous: list[tuple[Flow, int]] = []
    asked = {e.flow for p in database.processes.values() for e in p.exchanges} - made
    for identifier in sorted(asked):
        own = database.flows.get(identifier)
        if own is None or own.kind is FlowKind.ELEMENTARY:
            continue
        alike = {
            flow.id
            for name in own.names.values()
            for flow in named.get(fold(name), ())
            if flow.kind is own.kind and converter.between(own.unit, flow.unit) is not None
        }
        if len(alike) == 1:
            aliases[identifier] = alike.pop()
        elif alike:
            ambiguous.append((own, len(alike)))
    return aliases, ambiguous


def _made(database: Database) -> Iterator[str]:
    """Flows that a process makes, or treats as its reference."""
    for process in database.processes.values():
        for exchange in process.exchanges:
            flow = database.flows.get(exchange.flow)
            if flow is None or exchange.is_avoided:
                continue
            makes = flow.kind is FlowKind.PRODUCT and not exchange.is_input
            if makes or (flow.kind is FlowKind.WASTE and exchange.is_input and exchange.is_reference):
                yield flow.id
