"""Distributions of a database's exchanges at import: what scores stand for, and what cannot be drawn from (C18)."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tanheng.engine.montecarlo import Fault, Kind, Spreads
from tanheng.inventory.linking import Column
from tanheng.inventory.model import Distribution, Exchange, Note
from tanheng.inventory.quality import gsd2_of_pedigree


def with_scores(exchange: Exchange) -> Exchange:
    """The exchange with a spread from its quality scores, where it is lognormal and none was measured."""
    spread = exchange.uncertainty
    if spread is None or spread.kind is not Distribution.LOGNORMAL or spread.scale is not None or exchange.amount == 0:
        return exchange
    gsd2 = gsd2_of_pedigree(spread.pedigree)
    if gsd2 is None:
        return exchange
    # Scores belong to the amount as it is: it is the median.
    return dataclasses.replace(exchange, uncertainty=dataclasses.replace(spread, loc=None, scale=math.sqrt(gsd2)))


def unusable(spreads: Spreads) -> npt.NDArray[np.intp]:
    """Entries whose distribution cannot be drawn from. A lognormal around an amount of 0 is 0, and nothing is wrong with it."""
    nothing = (spreads.kinds == Kind.LOGNORMAL) & (spreads.values == 0)
    return np.flatnonzero((spreads.faults != Fault.NONE) & ~nothing)


def notes_on(spreads: Spreads, columns: Sequence[Column], rows: Sequence[str]) -> list[Note]:
    """One note a process and reason, with how many of its distributions cannot be drawn from, and the flow of the first.

    Args:
        spreads: entries of a matrix.
        columns: of the matrix.
        rows: names of the flows of its rows.
    """
    faults = spreads.faults
    found: dict[tuple[str, Fault], dict[int, str]] = {}
    names = {}
    for entry in unusable(spreads):
        process = columns[spreads.columns[entry]].process
        names[process.id] = process.name
        exchanges = found.setdefault((process.id, Fault(int(faults[entry]))), {})
        exchanges.setdefault(int(spreads.keys[entry]), rows[spreads.rows[entry]])
    return [
        _note(
            fault, names[process], {"count": len(told), "flow": next(iter(told.values())), "reason": fault.name.lower()}
        )
        for (process, fault), told in found.items()
    ]


def _note(fault: Fault, place: str, params: dict[str, str | float]) -> Note:
    match fault:
        case Fault.SPREAD:
            return Note("distribution-spread", place, params)
        case Fault.SIGN:
            return Note("distribution-sign", place, params)
        case Fault.BOUNDS:
            return Note("distribution-bounds", place, params)
        case Fault.AMOUNT:
            return Note("distribution-amount", place, params)
        case Fault.MODE:
            return Note("distribution-mode", place, params)
        case _:
            return Note("distribution-numbers", place, params)
