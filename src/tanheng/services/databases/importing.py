"""Importing a file into an organisation: read, compiled and frozen first, then one transaction lets the name stand for it."""

from __future__ import annotations

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
from tanheng.inventory import compile_database, freeze
from tanheng.services.databases import searching
from tanheng.services.databases.backgrounds import SNAPSHOTS
from tanheng.services.databases.databases import KIND, of
from tanheng.services.databases.events import DatabaseImported
from tanheng.services.databases.model import Database, Visibility
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import databases as tables


def import_into(
    platform: Platform,
    actor: Actor,
    path: Path,
    *,
    name: str,
    organisation: str,
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
        source: name of the file, for people; that of ``path`` by default.
        progress: of reading. linking: of compiling. indexing: of writing what is searched.
        workers: see :func:`tanheng.formats.read_database`.

    Raises:
        StoreError: TH-STO-002 somebody imported under the name meanwhile. HomeError: TH-HOM-002 a name that no database may
            have. FormatError, InventoryError: what is wrong with the file. AccessError: not an engineer of the organisation.
    """
    home = platform.home
    home.check_name(name)
    before = platform.look(actor, _before, organisation, name)
    found = fingerprint(path, limits=limits)
    with home.readings.opened() as cache:
        database = read_database(path, name=name, progress=progress, limits=limits, workers=workers, cache=cache)
    snapshot = freeze(compile_database(database, progress=linking), home.path / SNAPSHOTS)
    values: dict[str, str | int] = {
        "snapshot": snapshot.path.name,
        "digest": snapshot.digest,
        "inventory": home.inventories.keep(database),
        "fingerprint": found,
        "source": source or path.name,
        "licence": str(snapshot.manifest.get("licence") or ""),
        "products": snapshot.products.height,
    }
    try:
        made = platform.do(actor, _register, organisation, name, before, values)
    except IntegrityError as error:
        raise StoreError("TH-STO-002", kind=KIND, id=name, expected=0, current=1) from error
    searching.fill(platform, actor, made.id, progress=indexing)
    return made


def check(work: Work, organisation: str) -> None:
    """Go on only where the actor may import into an organisation (AccessError)."""
    work.require("database.import", Thing(KIND, organisation=organisation))


def _before(work: Work, organisation: str, name: str) -> int | None:
    """The version of the database that has the name now."""
    check(work, organisation)
    row = _named(work, organisation, name)
    return None if row is None else int(row["version"])


def _named(work: Work, organisation: str, name: str) -> RowMapping | None:
    table = tables.databases
    query = select(table).where(table.c.organisation == organisation, table.c.name == name)
    return work.sql.execute(query).mappings().one_or_none()


def _register(work: Work, organisation: str, name: str, before: int | None, values: dict[str, str | int]) -> Database:
    check(work, organisation)
    row = _named(work, organisation, name)
    if row is None:
        visibility = Visibility.PRIVATE.value
        id = work.insert(  # noqa: A001 - as the column is called
            tables.databases, organisation=organisation, name=name, visibility=visibility, **values
        )
    else:
        id = str(row["id"])  # noqa: A001
        work.change(tables.databases, id, kind=KIND, expected=before or 0, **values)
    searching.begin(work, id)
    told = {"name": name, "digest": str(values["digest"]), "source": str(values["source"])}
    work.record(DatabaseImported(id=id, organisation=organisation, **told))
    return of(work, id)
