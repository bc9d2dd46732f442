"""Importing a file into an organisation: read, compiled and frozen first, then one transaction lets the name stand for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.engine import RowMapping
from sqlalchemy.exc import IntegrityError

from tanheng.accounts import Actor, Thing
from tanheng.errors import StoreError
from tanheng.formats import read_database
from tanheng.formats.archive import DEFAULT_LIMITS, Limits
from tanheng.formats.fingerprint import fingerprint
from tanheng.formats.progress import Progress
from tanheng.inventory import Snapshot, freeze
from tanheng.services.databases import searching, standing
from tanheng.services.databases.backgrounds import SNAPSHOTS
from tanheng.services.databases.databases import KIND, of
from tanheng.services.databases.events import DatabaseImported
from tanheng.services.databases.model import Database
from tanheng.services.databases.standing import Layer
from tanheng.services.sharing import DATABASES, Visibility
from tanheng.storage.linking import changed, compile_on
from tanheng.storage.links import Settings
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import databases as tables


@dataclass(frozen=True, slots=True)
class Before:
    """What a name stands for before it is given a new snapshot, and what the new one is to stand on.

    Attributes:
        id, version: of the database; empty and 0 where there is none yet.
        settings: how it is to be linked. layers: what it is to stand on, as it is now.
    """

    id: str
    version: int
    settings: Settings
    layers: tuple[Layer, ...]


def import_into(
    platform: Platform,
    actor: Actor,
    path: Path,
    *,
    name: str,
    organisation: str,
    on: Sequence[str] | None = None,
    source: str = "",
    progress: Progress | None = None,
    linking: Progress | None = None,
    indexing: Progress | None = None,
    limits: Limits = DEFAULT_LIMITS,
    workers: int | None = None,
) -> Database:
    """Import a file as a database of an organisation; one of the same name stands for the new data then.

    What is read, compiled and frozen is named by its content, so an import that is broken off leaves nothing behind that
    a name stands for, and one that is begun again goes on from there. Its data sets can be searched when it returns.

    Args:
        on: ids of databases on the organisation's shelf that it is to stand on, those that serve first coming first; as before
            where ``None``. Choices about links and the allocation stay as they were.
        source: name of the file, for people; that of ``path`` by default.
        progress: of reading. linking: of compiling. indexing: of writing what is searched.
        workers: see :func:`tanheng.formats.read_database`.

    Raises:
        StoreError: TH-STO-002 somebody imported under the name meanwhile; TH-STO-001 no such database to stand on. HomeError:
            TH-HOM-002 a name that no database may have. FormatError, InventoryError: what is wrong with the file; TH-INV-074,
            TH-INV-085, TH-INV-086 with what it is to stand on. AccessError: not an engineer of the organisation.
    """
    home = platform.home
    home.check_name(name)
    before = platform.look(actor, prepared, organisation, name, on)
    found = fingerprint(path, limits=limits)
    with home.readings.opened() as cache:
        database = read_database(path, name=name, progress=progress, limits=limits, workers=workers, cache=cache)
    compiled = compile_on(database, before.settings, standing.read(home, before.layers), progress=linking)
    snapshot = freeze(compiled, home.path / SNAPSHOTS)
    origin = {"inventory": home.inventories.keep(database), "fingerprint": found, "source": source or path.name}
    made = register(platform, actor, organisation, name, before, snapshot, origin)
    searching.fill(platform, actor, made.id, progress=indexing)
    return made


def register(
    platform: Platform,
    actor: Actor,
    organisation: str,
    name: str,
    before: Before,
    snapshot: Snapshot,
    origin: Mapping[str, str],
) -> Database:
    """Let a name stand for a snapshot, unless somebody was first.

    Args:
        origin: ``inventory``, ``fingerprint`` and ``source``, as the table has them.

    Raises:
        StoreError: TH-STO-002. InventoryError: TH-INV-085.
    """
    values: dict[str, str | int] = {
        "snapshot": snapshot.path.name,
        "digest": snapshot.digest,
        "licence": str(snapshot.manifest.get("licence") or ""),
        "products": snapshot.products.height,
        **origin,
    }
    try:
        return platform.do(actor, _register, organisation, name, before, values)
    except IntegrityError as error:
        raise StoreError("TH-STO-002", kind=KIND, id=name, expected=0, current=1) from error


def check(work: Work, organisation: str) -> None:
    """Go on only where the actor may import into an organisation (AccessError)."""
    work.require("database.import", Thing(KIND, organisation=organisation))


def prepared(work: Work, organisation: str, name: str, on: Sequence[str] | None) -> Before:
    """What has the name now, and what it is to stand on (errors as of :func:`import_into`)."""
    check(work, organisation)
    row = named(work, organisation, name)
    id, version = (str(row["id"]), int(row["version"])) if row else ("", 0)  # noqa: A001 - as the column is called
    kept = standing.settings_of(work, id)
    return Before(id, version, *standing.resolved(work, organisation, kept, changed(kept, backgrounds=on)))


def named(work: Work, organisation: str, name: str) -> RowMapping | None:
    """The row of the database that has a name in an organisation."""
    table = tables.databases
    query = select(table).where(table.c.organisation == organisation, table.c.name == name)
    return work.sql.execute(query).mappings().one_or_none()


def _register(work: Work, organisation: str, name: str, before: Before, values: dict[str, str | int]) -> Database:
    check(work, organisation)
    row = named(work, organisation, name)
    if row is None:
        visibility = Visibility.PRIVATE.value
        id = work.insert(  # noqa: A001 - as the column is called
            tables.databases, organisation=organisation, name=name, visibility=visibility, **values
        )
    else:
        id = str(row["id"])  # noqa: A001
        work.change(tables.databases, id, kind=KIND, expected=before.version, **values)
        seen_by, receivers = Visibility(row["visibility"]), DATABASES.of(work, id)
        standing.check_sharing(work, organisation, before.layers, visibility=seen_by, receivers=receivers)
    standing.keep(work, id, before.settings, before.layers)
    searching.begin(work, id)
    told = {"name": name, "digest": str(values["digest"]), "source": str(values["source"])}
    work.record(DatabaseImported(id=id, organisation=organisation, **told))
    return of(work, id)
