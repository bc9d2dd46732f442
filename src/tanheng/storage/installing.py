"""Setting up an installation in a data directory, and bringing it up to date."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import DBAPIError

from tanheng.audit.chain import START
from tanheng.errors import StoreError
from tanheng.files import replacing
from tanheng.storage.blobs import FOLDER
from tanheng.storage.configuration import DATABASE, FILE, Configuration, url_for
from tanheng.storage.platform import Platform
from tanheng.storage.sql import migrating
from tanheng.storage.sql.engine import open_engine, sqlite_url
from tanheng.storage.sql.tables import history, log
from tanheng.storage.sql.types import new_id
from tanheng.storage.unfinished import alone, private, refuse_unfinished


def initialise(path: str | Path | None = None, *, database_url: str = "") -> Platform:
    """Set up an installation; what is there already stays as it is.

    It may be killed at any moment and called again, and two at once take turns.

    Args:
        database_url: of PostgreSQL; SQLite in the data directory where it is empty.

    Raises:
        StoreError: TH-STO-004, TH-STO-007 the database; nothing was written then. TH-STO-031 a restore was broken off here.
            TH-STO-032 the database is newer than the code. TH-STO-034 the installation has another database.
    """
    from tanheng.storage.home import Home

    folder = Home.at(path).path
    url = url_for(folder, database_url)
    engine = open_engine(url)
    try:
        if engine.dialect.name == "postgresql":
            _reach(engine)  # before a configuration is written that would stay
    finally:
        engine.dispose()
    for part in (folder, folder / FOLDER):
        part.mkdir(parents=True, exist_ok=True, mode=0o700)
    with alone(folder):
        refuse_unfinished(folder)
        _configure(folder, database_url)
        if Configuration.read(folder).url(folder) == sqlite_url(folder / DATABASE):
            private(folder / DATABASE)
        platform = Platform.open(folder)
        try:
            upgrade(platform)
        except BaseException:
            platform.close()
            raise
    return platform


def upgrade(platform: Platform) -> tuple[str, str]:
    """Bring the database to the schema of this version; returns the revisions before and after.

    Raises:
        StoreError: TH-STO-007 the database cannot be reached, TH-STO-032 it is newer than the code.
    """
    try:
        with platform.engine.connect() as connection, connection.begin():
            revisions = migrating.upgrade_within(connection)
            if connection.execute(select(history.head.c.id)).first() is None:
                first = {"number": 0, "hash": START, "signer": platform.keys.make(), "key": "", "signature": ""}
                connection.execute(insert(history.head).values(id=1, **first))
            if connection.execute(select(log.log.c.id)).first() is None:
                connection.execute(insert(log.log).values(id=1, log=new_id()))
    except DBAPIError as error:
        raise _unreachable(error) from error
    return revisions


@dataclass(frozen=True, slots=True)
class Pending:
    """What an upgrade would do: the revisions before and after, and its steps; none where the database is up to date."""

    before: str
    after: str
    steps: tuple[str, ...]


def pending(platform: Platform) -> Pending:
    """What :func:`upgrade` would do; nothing is changed.

    Raises:
        StoreError: TH-STO-007 the database cannot be reached, TH-STO-032 it is newer than the code.
    """
    try:
        with platform.engine.connect().execution_options(reading=True) as connection, connection.begin():
            found = migrating.revision(connection)
    except DBAPIError as error:
        raise _unreachable(error) from error
    if found and not migrating.is_known(found):
        raise StoreError("TH-STO-032", found=found, wanted=migrating.newest())
    return Pending(found, migrating.newest(), migrating.steps(found))


def _configure(folder: Path, database_url: str) -> None:
    path = folder / FILE
    if path.exists():
        if database_url and Configuration.read(folder).url(folder) != url_for(folder, database_url):
            raise StoreError("TH-STO-034", place=str(path))
        return
    lines = ["# What may stand here: docs/operating.md", f"database_url = {json.dumps(database_url)}", ""]
    with replacing(path) as work:
        work.write_text("\n".join(lines), encoding="utf-8")
        work.chmod(0o600)  # the URL may hold a password


def _reach(engine: Engine) -> None:
    try:
        with engine.connect() as connection:
            encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    except DBAPIError as error:
        raise _unreachable(error) from error
    if encoding != "UTF8":
        raise StoreError("TH-STO-035", found=encoding)


def _unreachable(error: DBAPIError) -> StoreError:
    return StoreError("TH-STO-007", reason=str(error.orig).splitlines()[0])
