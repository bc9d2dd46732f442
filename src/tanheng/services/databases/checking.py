"""What to know of a database before trusting it: how it was linked, what was met, what is odd, whether its files are whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tanheng.accounts import Actor
from tanheng.errors import Fault, InventoryError
from tanheng.inventory import Snapshot
from tanheng.inventory.checkup.checkup import Checkup, check_up
from tanheng.inventory.describing import climate_flows, note_counts, spread_counts, summary
from tanheng.inventory.tables import link_report, links_of, open_flows
from tanheng.inventory.validation import Validation, recorded
from tanheng.quantities import GwpSet
from tanheng.services.databases.backgrounds import SNAPSHOTS
from tanheng.services.databases.databases import of, opened
from tanheng.storage.platform import Platform

if TYPE_CHECKING:
    import polars as pl

_LINKS = "links_"


@dataclass(frozen=True, slots=True)
class Description:
    """What a database holds, how it was linked, and what stays open.

    Attributes:
        links: how many inputs have which status. open: flows that nobody serves, the most used first.
        gases: gas and origin of what is counted. unknown_gases: those that the GWP set has no value for.
        unusable, scored: distributions that cannot be drawn from; exchanges whose spread comes from quality scores (C18).
    """

    name: str
    digest: str
    format: str
    description: str
    licence: str
    counts: Mapping[str, int]
    links: Mapping[str, int]
    residual: float
    notes: Mapping[str, int]
    open: tuple[Mapping[str, Any], ...]
    gases: tuple[tuple[str, str], ...]
    climate_flows: int
    unknown_gases: tuple[str, ...]
    unusable: int
    scored: int


@dataclass(frozen=True, slots=True)
class FileDigest:
    """A file of a snapshot, and the SHA-256 that was found; ``–`` where it is gone."""

    name: str
    digest: str
    found: str

    @property
    def same(self) -> bool:
        """Whether it is what was written."""
        return self.digest == self.found


@dataclass(frozen=True, slots=True)
class Integrity:
    """Whether a snapshot is what was frozen.

    Attributes:
        faults: what is not, without where it lies on the server.
    """

    digest: str
    files: tuple[FileDigest, ...]
    faults: tuple[Fault, ...]

    @property
    def valid(self) -> bool:
        """Whether nothing was changed, and the footprints follow from the matrices."""
        return not self.faults


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a table.

    Attributes:
        total: rows in all. next: where to go on; ``None`` at the end.
    """

    items: tuple[Mapping[str, Any], ...]
    total: int
    next: int | None


def rows_of(table: pl.DataFrame, *, first: int, total: int) -> Rows:
    """The page that a table is, which begins at ``first`` of ``total``."""
    last = first + table.height
    return Rows(tuple(table.to_dicts()), total, last if table.height and last < total else None)


def describe(platform: Platform, actor: Actor, id: str, *, gwp: GwpSet, most: int) -> Description:  # noqa: A002
    """Describe a database, with the ``most`` used open flows."""
    snapshot = opened(platform, actor, id)
    told = summary(snapshot)
    counts, spreads = told["counts"], spread_counts(snapshot)
    return Description(
        **{key: told[key] for key in ("name", "digest", "format", "licence", "residual")},
        description=str(snapshot.manifest.get("description", "")),
        counts={key: count for key, count in counts.items() if not key.startswith(_LINKS)},
        links={key.removeprefix(_LINKS): count for key, count in counts.items() if key.startswith(_LINKS)},
        notes=note_counts(snapshot),
        open=tuple(open_flows(snapshot).head(most).to_dicts()),
        gases=tuple((gas, origin.value) for gas, origin in snapshot.roles),
        climate_flows=climate_flows(snapshot),
        unknown_gases=snapshot.unknown_gases(gwp),
        unusable=spreads["import_unusable"],
        scored=spreads["import_scored"],
    )


def met(platform: Platform, actor: Actor, id: str) -> Validation:  # noqa: A002
    """What reading and linking met when a database was imported."""
    return recorded(opened(platform, actor, id))


def check(platform: Platform, actor: Actor, id: str, *, gwp: GwpSet) -> Checkup:  # noqa: A002
    """Every check of a database."""
    return check_up(opened(platform, actor, id), gwp)


def links(
    platform: Platform,
    actor: Actor,
    id: str,  # noqa: A002
    *,
    status: str = "",
    text: str = "",
    first: int = 0,
    limit: int = 50,
) -> Rows:
    """Part of the linking report; arguments and errors as of :func:`tanheng.inventory.tables.link_report`."""
    snapshot = opened(platform, actor, id)
    total = links_of(snapshot, status=status, text=text).height
    return rows_of(link_report(snapshot, status=status, text=text, first=first, limit=limit), first=first, total=total)


def all_links(platform: Platform, actor: Actor, id: str, *, status: str = "", text: str = "") -> pl.DataFrame:  # noqa: A002
    """The whole linking report."""
    return link_report(opened(platform, actor, id), status=status, text=text)


def integrity(platform: Platform, actor: Actor, id: str) -> Integrity:  # noqa: A002
    """Read every file of a database's snapshot again."""
    found = platform.look(actor, of, id)
    try:
        snapshot = Snapshot.open(platform.home.path / SNAPSHOTS / found.snapshot)
    except InventoryError as error:
        return Integrity(found.digest, (), tuple(replace(fault, place="manifest.json") for fault in error.faults))
    files = tuple(FileDigest(*one) for one in snapshot.file_digests())
    faults = [
        Fault("TH-INV-012", one.name, {"digest": one.digest, "found": one.found}) for one in files if not one.same
    ]
    if snapshot.digest != found.digest:
        params = {"digest": found.digest, "found": snapshot.digest}
        faults.append(Fault("TH-INV-012", "manifest.json", params))
    if not faults:
        try:
            snapshot.verify_footprints()
        except InventoryError as error:
            faults += [replace(fault, place="") for fault in error.faults]
    return Integrity(found.digest, files, tuple(faults))
