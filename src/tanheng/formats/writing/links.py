"""The links of a database as it is computed, written where a reader could decide otherwise.

Who serves an input follows from all data sets together, and from their ids where several fit equally; a reader in another
program, or one that finds other ids, may pick another. So the supplier is written as the exchange's provider, and an input that
several serve by their volumes becomes an exchange from each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    made: list[Exchange] = []
    for given in process.exchanges:
        status, shares = served.get((process.id, given.id), (LinkStatus.OPEN, ()))
        place = f"{process.name}: {flows.get(given.flow, given.flow)}"
        made += _exchanges(given, status, shares, place, losses)
    return process if tuple(made) == process.exchanges else replace(process, exchanges=tuple(made))


def _exchanges(
    given: Exchange, status: LinkStatus, shares: tuple[tuple[str, float], ...], place: str, losses: Losses
) -> Iterator[Exchange]:
    if not shares:
        yield given
    elif len(shares) == 1:
        if given.provider is not None:
            losses.count("provider-replaced", place)
        elif status is LinkStatus.ASSUMED:
            losses.count("provider-assumed", place)
        else:
            losses.count("provider-added", place)
        yield replace(given, provider=shares[0][0])
    else:
        losses.count("supply-split", place)
        for number, (provider, share) in enumerate(shares):
            yield replace(
                given,
                id=given.id if number == 0 else f"{given.id}-{number}",
                amount=given.amount * share,
                provider=provider,
                uncertainty=scaled(given.uncertainty, share),
                formula=f"({given.formula})*{share!r}" if given.formula else "",
            )
