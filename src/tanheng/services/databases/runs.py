"""Samples of background databases that are kept: each organisation's own, as its jobs drew them; listed, told, removed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tanheng.accounts import Actor, Thing
from tanheng.errors import InventoryError
from tanheng.inventory.uncertainty.montecarlo import kept_footprints
from tanheng.services.databases import databases
from tanheng.services.databases.backgrounds import Shelf, shelf_of
from tanheng.services.databases.checking import Rows
from tanheng.services.databases.events import SamplesRemoved
from tanheng.storage.platform import Platform
from tanheng.storage.runs import StoredRun
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts
from tanheng.storage.sql.work import not_found

KIND = "run"


@dataclass(frozen=True, slots=True)
class Figures:
    """What the samples of a run say of one of its products, kg CO2e per unit, as the job that draws them tells it."""

    run: dict[str, Any]
    samples: int
    product: dict[str, Any]


def listed(
    platform: Platform, actor: Actor, organisation: str, *, database: str = "", first: int = 0, limit: int = 50
) -> Rows:
    """Runs of an organisation of the actor's, the last changed first.

    Args:
        database: id of one; only runs of what it holds now.

    Raises:
        StoreError: TH-STO-001 no such organisation of the actor's, no such database.
    """
    shelf = platform.look(actor, _shelf, organisation)
    digest = platform.look(actor, databases.of, database).digest if database else ""
    found = [
        run for run in platform.home.runs_of(organisation).all() if not digest or run.identity.get("snapshot") == digest
    ]
    last = first + limit
    items = tuple(_told(run, shelf) for run in found[first:last])
    return Rows(items, len(found), last if last < len(found) else None)


def of(platform: Platform, actor: Actor, organisation: str, id: str) -> dict[str, Any]:  # noqa: A002
    """A run of an organisation of the actor's (TH-STO-001 for any other)."""
    shelf = platform.look(actor, _shelf, organisation)
    return _told(_run(platform, organisation, id), shelf)


def figures(
    platform: Platform,
    actor: Actor,
    organisation: str,
    id: str,  # noqa: A002
    index: int,
    *,
    samples: int | None = None,
) -> Figures:
    """The figures of a product from the samples that are kept; nothing is drawn.

    Args:
        index: of the product. samples: so many of the first; all by default.

    Raises:
        StoreError: TH-STO-001. InventoryError: TH-INV-063 the product was not sampled; TH-INV-088 there is none at ``index``;
            TH-INV-120 the run is of data that the organisation uses no more, or of another version; TH-INV-121 too few samples.
    """
    shelf = platform.look(actor, _shelf, organisation)
    run = _run(platform, organisation, id)
    told = _told(run, shelf)
    if not told["in_use"]:
        raise InventoryError("TH-INV-120")
    snapshot = shelf.release(told["snapshot"])
    if not 0 <= index < snapshot.products.height:
        raise InventoryError("TH-INV-088", index=index, count=snapshot.products.height)
    found = kept_footprints(snapshot, run.identity, platform.home.runs_of(organisation), samples=samples)
    return Figures(told, found.samples, found.product_document(found.place(index)))


def remove(platform: Platform, actor: Actor, organisation: str, id: str) -> None:  # noqa: A002
    """Remove the samples of a run; whoever asks for them again has them drawn again.

    Raises:
        StoreError: TH-STO-001. AccessError: not somebody who starts jobs of the organisation.
    """
    platform.look(actor, _shelf, organisation)
    run = _run(platform, organisation, id)
    platform.do(actor, _removed, organisation, run)
    platform.home.runs_of(organisation).delete(run.path.name)


def _shelf(work: Work, organisation: str) -> Shelf:
    """The databases of an organisation, whose jobs the actor reads (TH-STO-001)."""
    work.get(accounts.organisations, organisation, kind="organisation")
    work.see("job.read", Thing("organisation", organisation, organisation=organisation))
    return shelf_of(work, organisation)


def _run(platform: Platform, organisation: str, id: str) -> StoredRun:  # noqa: A002
    for run in platform.home.runs_of(organisation).all():
        if run.id == id:
            return run
    raise not_found(KIND, id)


def _told(run: StoredRun, shelf: Shelf) -> dict[str, Any]:
    return run.document(current=shelf.holds(str(run.identity.get("snapshot", ""))))


def _removed(work: Work, organisation: str, run: StoredRun) -> None:
    work.require("job.start", Thing("job", organisation=organisation))
    snapshot = str(run.identity.get("snapshot", ""))
    work.record(SamplesRemoved(id=run.id, organisation=organisation, snapshot=snapshot, samples=run.samples))
