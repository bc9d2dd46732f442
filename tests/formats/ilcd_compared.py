"""What differs between a database and what is read of it again, in the words of the losses; told apart from the writers' code."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from tanheng.errors import InventoryError
from tanheng.formats.ilcdmodel.writing.identity import Kind, ids_of
from tanheng.formats.losses import Losses
from tanheng.inventory import compile_database
from tanheng.inventory.importing.conversion import Converter
from tanheng.inventory.model import Database, Uncertainty

_FLOW = {
    "kind": "flow-facts-differ", "names": "names-differ", "unit": "flow-unit-differs", "category": "category-differs",
    "cas": "flow-facts-differ", "formula": "flow-facts-differ", "location": "location-differs",
    "synonyms": "synonyms-differ", "properties": "flow-properties-differ",
}  # fmt: skip
_PROCESS = {
    "names": "names-differ", "location": "location-differs", "category": "category-differs",
    "parameters": "parameters-differ", "is_aggregated": "texts-differ", "valid_from": "dates-differ",
    "valid_until": "dates-differ", "comment": "comment-differs", "texts": "texts-differ", "sources": "sources-differ",
    "licence": "licence-differs",
}  # fmt: skip
_EXCHANGE = {
    "is_input": "direction-differs", "is_avoided": "direction-differs", "comment": "exchange-comment-differs",
    "production_volume": "production-volume-lost",
}  # fmt: skip


def near(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=1e-12)


def times(spread: Uncertainty | None, factor: float) -> tuple:
    """An uncertainty as plain numbers."""
    if spread is None:
        return ()
    scale = spread.scale if spread.kind == "lognormal" or spread.scale is None else spread.scale * factor
    others = (None if v is None else v * factor for v in (spread.loc, spread.minimum, spread.maximum))
    return (scale, *others)


def differences(given: Database, found: Database) -> set[str]:
    """Codes of all losses that there must be."""
    flow_ids, process_ids = (ids_of(kind, Losses()) for kind in (Kind.FLOW, Kind.PROCESS))
    converter = Converter(given)
    codes: set[str] = set()
    codes |= {"id-replaced" for key in given.flows if flow_ids.of(key) != key}
    codes |= {"id-replaced" for key in given.processes if process_ids.of(key) != key}
    if given.description:
        codes.add("description-lost")
    for parameter in given.parameters:
        is_copied = any(p.name == parameter.name for made in found.processes.values() for p in made.parameters)
        codes.add("global-parameter-copied" if is_copied else "global-parameter-unwritten")
    if set(given.local_units) - set(found.local_units):
        codes.add("local-unit-unwritten")
    assert len(found.flows) == len(given.flows)
    assert len(found.processes) == len(given.processes)
    for key, flow in given.flows.items():
        again = found.flows[flow_ids.of(key)]
        codes |= {code for field, code in _FLOW.items() if getattr(flow, field) != getattr(again, field)}
    for key, process in given.processes.items():
        again = found.processes[process_ids.of(key)]
        codes |= {code for field, code in _PROCESS.items() if getattr(process, field) != getattr(again, field)}
        kept = [e for e in process.exchanges if e.flow in given.flows]
        if len(kept) < len(process.exchanges):
            codes.add("exchange-without-flow")
        if sum(e.is_reference for e in kept) > 1:
            codes.add("several-references")
        numbers = {}
        for old, new in zip(kept, again.exchanges, strict=True):
            numbers[old.id] = new.id
            flow = given.flows[old.flow]
            factor = converter.to_reference(old, flow) if old.unit else 1.0
            codes |= {code for field, code in _EXCHANGE.items() if getattr(old, field) != getattr(new, field)}
            if new.flow != flow_ids.of(old.flow):
                codes.add("another flow")
            if old.id != new.id:
                codes.add("exchange-id-replaced")
            if old.unit != new.unit:
                codes.add("exchange-in-flow-unit")
            if factor is None:
                codes.add("exchange-unit-lost")
            elif not near(old.amount * factor, new.amount):
                codes.add("amount-marked-missing" if math.isnan(new.amount) else "amount-differs")
            if math.isnan(new.amount):
                codes.add("amount-marked-missing")
            if (process_ids.of(old.provider) if old.provider else None) != new.provider:
                codes.add("provider-differs")
            if old.formula != new.formula and not new.formula:
                codes.add("formula-lost")
            elif old.formula.replace(" ", "") not in new.formula.replace(" ", ""):
                codes.add("formula-as-variable")
            before, after = times(old.uncertainty, factor or 1.0), times(new.uncertainty, 1.0)
            alike = len(before) == len(after) and all(map(near, before, after))
            words = [(u.kind, u.pedigree) if u else None for u in (old.uncertainty, new.uncertainty)]
            if not alike or words[0] != words[1]:
                codes.add("uncertainty-differs")
        sets = [
            (
                a.method,
                {flow_ids.of(f): s for f, s in a.shares.items()},
                {numbers.get(e, e): {flow_ids.of(f): s for f, s in x.items()} for e, x in a.by_exchange.items()},
            )
            for a in process.allocations
        ]
        if sets != [(a.method, a.shares, a.by_exchange) for a in again.allocations]:
            codes.add("allocation-differs")
        if process.default_allocation is not again.default_allocation:
            codes.add("allocation-differs")
    return codes


def renamed(given: Database) -> Database:
    """The database with the ids that it has when written."""
    flow_ids, process_ids = (ids_of(kind, Losses()).of for kind in (Kind.FLOW, Kind.PROCESS))

    def shares(found: Mapping[str, float]) -> dict[str, float]:
        return {flow_ids(key): share for key, share in found.items()}

    processes = {}
    for key, process in given.processes.items():
        exchanges = [
            replace(e, flow=flow_ids(e.flow), provider=process_ids(e.provider) if e.provider else None)
            for e in process.exchanges
        ]
        allocations = [
            replace(a, shares=shares(a.shares), by_exchange={e: shares(s) for e, s in a.by_exchange.items()})
            for a in process.allocations
        ]
        processes[process_ids(key)] = replace(
            process, id=process_ids(key), exchanges=tuple(exchanges), allocations=tuple(allocations)
        )
    flows = {flow_ids(key): replace(flow, id=flow_ids(key)) for key, flow in given.flows.items()}
    return replace(given, flows=flows, processes=processes)


def by_product(database: Database) -> dict[tuple[str, str], np.ndarray]:
    """Footprint of one reference unit of every product; none where the database cannot be calculated."""
    try:
        compiled, converter = compile_database(database), Converter(database)
    except InventoryError:
        return {}
    found = {}
    for column, footprint in zip(compiled.columns, compiled.footprints, strict=True):
        flow = database.flows[column.flow.id]
        factor = converter.between(flow.unit, column.flow.unit)
        assert factor
        found[column.process.id, flow.id] = footprint * factor
    assert len(found) == len(compiled.columns)
    return found
