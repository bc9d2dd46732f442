"""A database as it was read, written in a format of other programs; for the organisation alone that owns it."""

from __future__ import annotations

from pathlib import Path

from tanheng.accounts import Actor
from tanheng.errors import FormatError
from tanheng.formats import WRITABLE, Written, write_database
from tanheng.formats.progress import Progress
from tanheng.services.databases.databases import KIND, of, thing
from tanheng.services.databases.model import Database
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import databases as tables

JOB = "export-database"
"""The kind of its jobs."""
_ENDINGS = {"brightway-excel": ".xlsx"}


def check(work: Work, id: str, *, format: str) -> Database:  # noqa: A002
    """A database that the actor may export.

    Raises:
        StoreError: TH-STO-001. AccessError: not an engineer of its organisation. FormatError: TH-FMT-032.
    """
    found = of(work, id)
    work.require("database.export", thing(work, work.get(tables.databases, id, kind=KIND)))
    if format not in WRITABLE:
        raise FormatError("TH-FMT-032", place="", format=format, writable=", ".join(WRITABLE))
    return found


def export(
    platform: Platform,
    actor: Actor,
    id: str,  # noqa: A002
    folder: Path,
    *,
    format: str,  # noqa: A002 - the field's word
    progress: Progress | None = None,
) -> Written:
    """Write a database into a folder, with formulas, parameters and documentation; errors as of :func:`check`."""
    found = platform.look(actor, check, id, format=format)
    database = platform.home.inventories.open(found.inventory)
    target = folder / f"{found.name}-{format}{_ENDINGS.get(format, '.zip')}"
    return write_database(database, target, format=format, progress=progress)
