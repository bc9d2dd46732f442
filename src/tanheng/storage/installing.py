"""Setting up an installation in a data directory, and bringing it up to date."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError

from tanheng.audit.chain import START
from tanheng.errors import StoreError
from tanheng.files import replacing
from tanheng.storage.blobs import FOLDER
from tanheng.storage.configuration import FILE
from tanheng.storage.platform import Platform
from tanheng.storage.sql import migrating
from tanheng.storage.sql.tables import history, log
from tanheng.storage.sql.types import new_id


def initialise(path: str | Path | None = None, *, database_url: str = "") -> Platform:
    """Set up an installation; what is there already stays as it is.

    Args:
        database_url: of PostgreSQL; SQLite in the data directory where it is empty.

    Raises:
        StoreError: TH-STO-004, TH-STO-007.
    """
    from tanheng.storage.home import Home

    folder = Home.at(path).path
    for part in (folder, folder / FOLDER):
        part.mkdir(parents=True, exist_ok=True, mode=0o700)
    configuration = folder / FILE
    if not configuration.exists():
        lines = ["# What may stand here: docs/operating.md", f"database_url = {json.dumps(database_url)}", ""]
        with replacing(configuration) as work:
            work.write_text("\n".join(lines), encoding="utf-8")
            work.chmod(0o600)  # the URL may hold a password
    platform = Platform.open(folder)
    upgrade(platform)
    return platform


def upgrade(platform: Platform) -> tuple[str, str]:
    """Bring the database to the schema of this version; returns the revisions before and after.

    Raises:
        StoreError: TH-STO-007 the database cannot be reached.
    """
    try:
        revisions = migrating.upgrade(platform.engine)
        with platform.engine.connect() as connection, connection.begin():
            if connection.execute(select(history.head.c.id)).first() is None:
                first = {"number": 0, "hash": START, "signer": platform.keys.make(), "key": "", "signature": ""}
                connection.execute(insert(history.head).values(id=1, **first))
            if connection.execute(select(log.log.c.id)).first() is None:
                connection.execute(insert(log.log).values(id=1, log=new_id()))
    except DBAPIError as error:
        raise StoreError("TH-STO-007", reason=str(error.orig).splitlines()[0]) from error
    return revisions
