"""The links of a database as it is computed, written where a reader could decide otherwise.

Who serves an input follows from all data sets together, and from their ids where several fit equally; a reader in another
program, or one that finds other ids, may pick another. So the supplier is written as the exchange's provider, and an input that
several serve by their volumes becomes an exchange from each.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace

from tanheng.errors import InventoryError
from tanheng.formats.losses import Losses
from tanheng.formats.values import scaled
from tanheng.inventory.importing.compiling import compile_database
from tanheng.inventory.linking import LinkStatus
from tanheng.inventory.model import Database, Exchange, Process

DECIDED = frozenset(s for s in LinkStatus if s.is_linked) - {LinkStatus.DEFAULT_PROVIDER, LinkStatus.ONLY_PRODUCER}
"""Statuses of inputs that several could serve."""
EVERY = frozenset(s for s in LinkStatus if s.is_linked) - {LinkStatus.DEFAULT_PROVIDER}
"""Statuses of all inputs whose supplier the authors do not name."""

_Served = Mapping[tuple[str, str], tuple[LinkStatus, tuple[tuple[str, float], ...]]]


def linked(database: Database, losses: Losses, statuses: frozenset[LinkStatus]) -> Database:
    """The database with providers named for inputs of these statuses.

    One that cannot be calculated is given back as it is.
    """
    try:
        compiled = compile_database(database)
    except InventoryError:
        return database
    makers = [column.process.id for column in compiled.columns]
    served: dict[tuple[str, str], tuple[LinkStatus, tuple[tuple[str, float], ...]]] = {}
    for link in compiled.links:
        if link.provider >= 0 and link.status in statuses:
            status, shares = served.get((link.process, link.exchange), (link.status, ()))
            served[link.process, link.exchange] = status, (*shares, (makers[link.provider], link.share))
    named = {key: flow.name for key, flow in database.flows.items()}
    processes = {key: _named(process, served, named, losses) for key, process in database.processes.items()}
    return replace(database, processes=processes)


def _named(process: Process, served: _Served, flows: Mapping[str, str], losses: Losses) -> Process:
    taken = {exchange.id for exchange in process.exchanges}
    made: list[Exchange] = []
    parts: dict[str, list[str]] = {}
    for given in process.exchanges:
        status, shares = served.get((process.id, given.id), (LinkStatus.OPEN, ()))
        place = f"{process.name}: {flows.get(given.flow, given.flow)}"
        if len(shares) > 1:
            losses.count("supply-split", place)
            ids = [given.id, *_free(given.id, taken, len(shares) - 1)]
            parts[given.id] = ids[1:]
            made += (_part(given, key, *share) for key, share in zip(ids, shares, strict=True))
        elif shares:
            _tell(given, status, place, losses)
            made.append(replace(given, provider=shares[0][0]))
        else:
            made.append(given)
    if tuple(made) == process.exchanges:
        return process
    # What is shared out exchange by exchange (causal factors) holds for every part of one.
    allocations = tuple(
        replace(a, by_exchange={**a.by_exchange, **_of_parts(a.by_exchange, parts)}) for a in process.allocations
    )
    return replace(process, exchanges=tuple(made), allocations=allocations)


def _of_parts(
    by_exchange: Mapping[str, Mapping[str, float]], parts: Mapping[str, Sequence[str]]
) -> dict[str, Mapping[str, float]]:
    return {key: by_exchange[old] for old, keys in parts.items() if old in by_exchange for key in keys}


def _free(identifier: str, taken: set[str], count: int) -> list[str]:
    """Ids for the further parts of an exchange that no exchange of the process has."""
    found: list[str] = []
    for number in itertools.count(1):
        if len(found) == count:
            break
        if (key := f"{identifier}-{number}") not in taken:
            taken.add(key)
            found.append(key)
    return found


def _part(given: Exchange, identifier: str, provider: str, share: float) -> Exchange:
    return replace(
        given,
        id=identifier,
        amount=given.amount * share,
        provider=provider,
        uncertainty=scaled(given.uncertainty, share),
        formula=f"({given.formula})*{share!r}" if given.formula else "",
    )


def _tell(given: Exchange, status: LinkStatus, place: str, losses: Losses) -> None:
    if given.provider is not None:
        losses.count("provider-replaced", place)
    elif status is LinkStatus.ASSUMED:
        losses.count("provider-assumed", place)
    else:
        losses.count("provider-added", place)
