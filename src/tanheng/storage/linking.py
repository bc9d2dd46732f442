"""Linking a database of a data directory anew, and what has changed since."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tanheng.errors import InventoryError
from tanheng.inventory import Database, Snapshot, compile_database
from tanheng.inventory.importing.allocation import CHOICES
from tanheng.inventory.linking import LinkChoice
from tanheng.storage.links import LinkFile, Settings

if TYPE_CHECKING:
    from tanheng.inventory.importing.compiled import Compiled
    from tanheng.storage.home import Home


def compile_on(
    database: Database,
    settings: Settings,
    below: Sequence[tuple[Settings, Database]],
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Compiled:
    """Link a database to what it stands on.

    Args:
        settings: its choices and its allocation.
        below: every database that it stands on, directly or through others, the nearest first; their choices and their
            allocation come with them.

    Raises:
        InventoryError: those of :func:`~tanheng.inventory.compile_database`.
    """
    wished: dict[str, str] = {}
    for layer, data in (*below, (settings, database)):
        if layer.allocation:
            wished |= dict.fromkeys(data.processes, layer.allocation)
    return compile_database(
        database,
        backgrounds=[data for _, data in below],
        allocation=wished,
        choices=[*(choice for layer, _ in reversed(below) for choice in layer.choices), *settings.choices],
        progress=progress,
    )


def changed(
    kept: Settings,
    *,
    choices: Sequence[LinkChoice] = (),
    backgrounds: Sequence[str] | None = None,
    forget: Sequence[LinkChoice] = (),
    allocation: str | None = None,
) -> Settings:
    """Settings with changes; arguments as of :func:`relink` (TH-INV-076 an allocation that cannot be chosen)."""
    dropped = {choice.key for choice in forget}
    merged = {c.key: c for c in (*kept.choices, *choices) if c.key not in dropped or c in choices}
    names = kept.backgrounds if backgrounds is None else tuple(dict.fromkeys(backgrounds))
    shared_by = kept.allocation if allocation is None else checked_allocation(allocation, kept.name)
    return Settings(kept.name, names, tuple(merged.values()), shared_by)


def background_processes(home: Home, name: str) -> frozenset[str]:
    """Ids of the processes that come from the databases that ``name`` stands on."""
    chain = home.chain(name, home.settings(name).backgrounds)
    return frozenset(key for layer in chain for key in home.snapshot(layer.name).products["process_id"])


@dataclass(frozen=True, slots=True)
class LinkChange:
    """An input that another supplier serves now than before; empty where nobody does."""

    process: str
    flow: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    status: str


@dataclass(frozen=True, slots=True)
class Relinked:
    """A database that was linked anew."""

    snapshot: Snapshot
    changes: tuple[LinkChange, ...]
    choices: tuple[LinkChoice, ...]
    backgrounds: tuple[str, ...]


def relink(
    home: Home,
    name: str,
    *,
    choices: Sequence[LinkChoice] = (),
    backgrounds: Sequence[str] | None = None,
    forget: Sequence[LinkChoice] = (),
    allocation: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Relinked:
    """Link a database anew, with the databases that it stands on as they are now.

    Args:
        choices: added to those that are kept; one about the same input takes the place of the old one.
        backgrounds: databases to stand on; as before where ``None``.
        forget: choices to drop.
        allocation: how all processes of several products are shared out, one of
            :data:`~tanheng.inventory.importing.allocation.CHOICES`; empty as their authors say, ``None`` as before.

    Raises:
        HomeError: TH-HOM-001, TH-HOM-008. InventoryError: as of :meth:`tanheng.storage.Home.register`; nothing is changed then.
    """
    entry, before, kept = home.entry(name), home.snapshot(name), home.settings(name)
    settings = changed(kept, choices=choices, backgrounds=backgrounds, forget=forget, allocation=allocation)
    origin = {key: value for key, value in entry.items() if key in ("source", "fingerprint", "inventory")}
    after = home.register(home.inventory(name), settings=settings, origin=origin, progress=progress)
    LinkFile.of(home.path, name).write(settings.choices)
    return Relinked(after, changes_of(before, after), settings.choices, settings.backgrounds)


def checked_allocation(allocation: str, place: str) -> str:
    """The same where a person can choose it, or nothing (TH-INV-076 for the others)."""
    if allocation and allocation not in CHOICES:
        raise InventoryError("TH-INV-076", place=place, allocation=allocation, known=", ".join(CHOICES))
    return allocation


def behind(home: Home, name: str) -> tuple[str, ...]:
    """Databases that ``name`` stands on and that have a newer release than the one it was linked to."""
    linked = home.entry(name).get("backgrounds", {})
    there = set(home.names())
    return tuple(one for one, digest in linked.items() if one not in there or home.entry(one)["digest"] != digest)


def changes_of(before: Snapshot, after: Snapshot) -> tuple[LinkChange, ...]:
    """Inputs with other suppliers, by process and flow."""
    old, new = _suppliers(before), _suppliers(after)
    found = []
    for key in old.keys() | new.keys():
        was, now = old.get(key), new.get(key)
        if was is not None and now is not None and was.ids != now.ids:
            found.append(LinkChange(now.process, now.flow, was.names, now.names, now.status))
    return tuple(sorted(found, key=lambda change: (change.process, change.flow)))


@dataclass(slots=True)
class _Served:
    process: str
    flow: str
    status: str
    ids: frozenset[str]
    names: tuple[str, ...]


def _suppliers(snapshot: Snapshot) -> dict[tuple[str, str], _Served]:
    ids, names = snapshot.products["process_id"].to_list(), snapshot.products["process"].to_list()
    found: dict[tuple[str, str], _Served] = {}
    columns = ("process_id", "exchange_id", "process", "flow", "status", "provider")
    for process_id, exchange, process, flow, status, provider in snapshot.table("links").select(columns).iter_rows():
        one = found.setdefault((process_id, exchange), _Served(process, flow, status, frozenset(), ()))
        if provider >= 0:
            one.ids, one.names = one.ids | {ids[provider]}, (*one.names, names[provider])
    return found
