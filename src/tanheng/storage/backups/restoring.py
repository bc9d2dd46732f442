"""Restoring a backup into an empty place, on whichever engine: the files, then all rows in one transaction.

A mark stands in the folder from before the first byte until after the last. It, and not a folder beside that is renamed:
a data directory is often a mount point, which nothing can be renamed onto.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from tanheng.errors import StoreError
from tanheng.files import settle
from tanheng.storage import keys
from tanheng.storage.backups import loading, rows
from tanheng.storage.backups.archive import (
    FILES,
    FOLDERS,
    OPTIONAL,
    Manifest,
    Progress,
    check,
    members,
    table_of,
)
from tanheng.storage.blobs import FOLDER as BLOBS
from tanheng.storage.configuration import DATABASE, FILE, url_for
from tanheng.storage.sql import migrating
from tanheng.storage.sql.engine import open_engine, sqlite_url
from tanheng.storage.unfinished import MARKER, alone, private

_BLOCK = 1 << 20
_SPARE = 256 * 2**20  # bytes that stay free
_GROWS = 8  # rows take up to so many times their size in the archive, with the journal of SQLite
_OWN = (*FOLDERS, *OPTIONAL, *FILES, BLOBS, DATABASE, *(f"{DATABASE}-{more}" for more in ("wal", "shm", "journal")))


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored: where, how much, of which moment; ``lost`` are blobs that the backup had not."""

    folder: Path
    engine: str
    rows: int
    files: int
    made_at: str
    lost: tuple[str, ...]


def restore(source: Path, folder: Path, *, database_url: str = "", progress: Progress = lambda *_: None) -> Restored:
    """Put a backup into a folder, and a database, that are empty.

    The whole archive is checked before the first byte is written. While the mark of a restore is in the folder, nothing else
    works there; one that was killed leaves it, and the same call begins anew.

    Args:
        database_url: of an empty PostgreSQL database; SQLite in the folder where it is empty.
        progress: told (bytes done, bytes in all): of the check, then of the files.

    Raises:
        StoreError: TH-STO-021 to 024 the archive, TH-STO-025 its schema is of another version; TH-STO-026 the folder,
            TH-STO-027 the database is not empty; TH-STO-030 too little space; TH-STO-028 the database takes a row not,
            TH-STO-029 what came in is not what the archive holds; TH-STO-004, TH-STO-007 the database.
    """
    manifest = check(source, progress=progress)
    _check_schema(source, manifest)
    with _place(folder), alone(folder), _database(folder, database_url) as engine:
        _check_folder(folder)
        _check_space(manifest, folder)
        if engine.url == sqlite_url(folder / DATABASE):
            _begin(folder)
            private(folder / DATABASE)
        else:
            loading.refuse_filled(engine)
            _begin(folder)
        _write_files(source, folder, manifest, progress)
        _write_configuration(source, folder, database_url)
        os.sync()
        loading.load(engine, source, manifest)
        (folder / MARKER).unlink()
        settle(folder)
    counted = sum(table.rows for table in manifest.tables.values())
    files = sum(not table_of(name) for name in manifest.members)
    return Restored(folder, engine.dialect.name, counted, files, manifest.made_at, manifest.lost)


@contextmanager
def _database(folder: Path, database_url: str) -> Iterator[Engine]:
    engine = open_engine(url_for(folder, database_url))
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _place(folder: Path) -> Iterator[None]:
    """The folder; one that was not there goes again where nothing was put into it."""
    was_there = folder.exists()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        yield
    finally:
        if not was_there and not any(folder.iterdir()):
            folder.rmdir()


def _check_schema(source: Path, manifest: Manifest) -> None:
    ours = {table: rows.columns(table) for table in rows.tables()}
    theirs = {name: table.columns for name, table in manifest.tables.items()}
    if manifest.revision != migrating.newest() or theirs != ours:
        raise StoreError(
            "TH-STO-025",
            place=str(source),
            found=manifest.revision,
            version=manifest.version,
            wanted=migrating.newest(),
        )


def _check_folder(folder: Path) -> None:
    """Nothing may be there, or only what an earlier restore left that was broken off (TH-STO-026)."""
    there = {path.name for path in folder.iterdir()}
    strange = there - {MARKER, *_OWN} if MARKER in there else there
    if strange:
        raise StoreError("TH-STO-026", place=str(folder), name=min(strange))


def _check_space(manifest: Manifest, folder: Path) -> None:
    needed = _SPARE + sum(member.size * (_GROWS if table_of(name) else 1) for name, member in manifest.members.items())
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise StoreError("TH-STO-030", place=str(folder), needed=needed, free=free)


def _begin(folder: Path) -> None:
    """Set the mark, and remove what an earlier restore wrote."""
    (folder / MARKER).touch()
    settle(folder)
    for name in _OWN:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _write_files(source: Path, folder: Path, manifest: Manifest, progress: Progress) -> None:
    done, whole = 0, sum(member.size for name, member in manifest.members.items() if not table_of(name))
    (folder / BLOBS).mkdir(mode=0o700)
    for name, _, stream in members(source):
        if table_of(name) or name == FILE or name not in manifest.members:
            continue
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        digest = hashlib.sha256()
        with path.open("xb") as out:
            if name.startswith(f"{keys.FOLDER}/"):
                path.chmod(0o600)
            while block := stream.read(_BLOCK):
                digest.update(block)
                out.write(block)
                done += len(block)
                progress(done, whole)
        if digest.hexdigest() != manifest.members[name].sha256:
            raise StoreError("TH-STO-023", place=str(source), name=name)


def _write_configuration(source: Path, folder: Path, database_url: str) -> None:
    kept = next(stream.read() for name, _, stream in members(source) if name == FILE)
    private(folder / FILE)  # not written beside: all of the folder is under the mark
    (folder / FILE).write_bytes(f"database_url = {json.dumps(database_url)}\n".encode() + kept)
