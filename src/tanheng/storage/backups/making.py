"""Making a backup beside those who write: the rows of one moment, then the files that they name."""

from __future__ import annotations

import gzip
import os
import sqlite3
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import msgspec
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from tanheng.errors import StoreError
from tanheng.files import replacing, settle
from tanheng.storage.backups import rows
from tanheng.storage.backups.archive import CHOICES, FOLDERS, FORMAT, Manifest, Progress, Rows, Writer, is_safe
from tanheng.storage.blobs import FOLDER as BLOBS
from tanheng.storage.configuration import FILE as CONFIGURATION
from tanheng.storage.platform import Platform, tell
from tanheng.storage.sql import migrating
from tanheng.storage.sql.naming import named_blobs
from tanheng.version import __version__

_CHUNK = 4 * 2**20  # bytes of lines in a member
_DIGEST = 32


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made.

    Attributes:
        size: bytes. rows, files: how many it holds. lost: digests of blobs that rows name and that are lost or damaged.
    """

    path: Path
    size: int
    rows: int
    files: int
    lost: tuple[str, ...]


def backup(
    platform: Platform, target: Path, *, include: tuple[str, ...] = (), progress: Progress = lambda *_: None
) -> Made:
    """Write a backup; it stands under its name when it is whole and on the disk, and never before.

    It holds private keys and digests of passwords: only its owner may read it.

    Args:
        include: of :data:`~tanheng.storage.backups.archive.OPTIONAL`, what can be computed again.
        progress: told (rows and files done, rows and files known).

    Raises:
        StoreError: TH-STO-007 the database cannot be reached; TH-STO-009 its schema is of another version; TH-STO-020 there
            is something under the name; TH-STO-033 a file ended early while it was copied.
    """
    if target.exists():
        raise StoreError("TH-STO-020", place=str(target))
    with replacing(target) as work:
        work.chmod(0o600)
        with tarfile.open(work, "w") as tar:
            making = _Making(platform, Writer(tar), progress)
            making.copy_rows()
            making.copy_files(include)
            manifest = making.finish()
        settle(work)
    settle(target.resolve().parent)
    counted = sum(table.rows for table in manifest.tables.values())
    files = sum(not name.startswith("tables/") for name in manifest.members)
    return Made(target, target.stat().st_size, counted, files, manifest.lost)


@dataclass(slots=True)
class _Making:
    platform: Platform
    writer: Writer
    progress: Progress
    done: int = 0
    known: int = 0
    made_at: str = ""
    revision: str = ""
    tables: dict[str, Rows] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    named: IO[bytes] = field(default_factory=tempfile.TemporaryFile)

    def copy_rows(self) -> None:
        """All rows, and the digests that they name, as one transaction sees them."""
        try:
            with _one_state(self.platform) as connection:
                self.revision = migrating.revision(connection)
                if self.revision != migrating.newest():
                    raise StoreError("TH-STO-009", found=self.revision or "–", wanted=migrating.newest())
                self.made_at = self.platform.clock().isoformat()
                counts = {table: rows.count(connection, table) for table in rows.tables()}
                self.known = sum(counts.values())
                for table, count in counts.items():
                    self._copy_table(connection, table)
                    self.tables[table] = Rows(rows.columns(table), count)
                for digest in named_blobs(connection):
                    self.named.write(bytes.fromhex(digest))
                    self.known += 1
        except DBAPIError as error:
            tell(error)

    def copy_files(self, include: tuple[str, ...]) -> None:
        """The configuration, the folders, and the blobs, which no writer changes."""
        self.writer.add_bytes(CONFIGURATION, _configuration(self.platform))
        home = self.platform.home.path
        for folder in (*FOLDERS, *include):
            for path in _files(home / folder):
                if is_safe(name := path.relative_to(home).as_posix()):
                    self._copy_file(name, path)
        if (home / CHOICES).exists():
            self._copy_choices(home / CHOICES)
        self.named.seek(0)
        while digest := self.named.read(_DIGEST).hex():
            self._copy_blob(digest)
            self._step()
        self.named.close()

    def finish(self) -> Manifest:
        """Write the manifest."""
        manifest = Manifest(
            format=FORMAT,
            version=__version__,
            revision=self.revision,
            engine=self.platform.engine.dialect.name,
            made_at=self.made_at,
            tables=self.tables,
            members=dict(self.writer.members),
            lost=tuple(self.lost),
        )
        self.writer.finish(manifest)
        return manifest

    def _copy_table(self, connection: Connection, table: str) -> None:
        chunk: list[bytes] = []
        size = number = 0
        for line in rows.read(connection, table):
            chunk.append(line)
            size += len(line)
            self._step()
            if size >= _CHUNK:
                self._add_chunk(table, number, chunk)
                chunk, size, number = [], 0, number + 1
        if chunk:
            self._add_chunk(table, number, chunk)

    def _add_chunk(self, table: str, number: int, lines: list[bytes]) -> None:
        content = gzip.compress(b"".join(lines), compresslevel=6, mtime=0)
        self.writer.add_bytes(f"tables/{table}/{number:06d}.jsonl.gz", content)

    def _copy_blob(self, digest: str) -> None:
        name = f"{BLOBS}/{digest[:2]}/{digest}"
        try:
            found = self._copy_file(name, self.platform.blobs.file(digest))
        except StoreError as error:
            if error.code != "TH-STO-005":
                raise
            self.lost.append(digest)
        else:
            if found != digest:
                self.lost.append(digest)

    def _copy_file(self, name: str, path: Path) -> str:
        """Copy a file as it is when it is opened; returns its SHA-256, or nothing where it went meanwhile."""
        try:
            stream = path.open("rb")
        except FileNotFoundError:
            return ""
        with stream:
            try:
                return self.writer.add(name, stream, os.fstat(stream.fileno()).st_size).sha256
            except OSError as error:
                if error.errno is not None:  # a full disk, and the like
                    raise
                raise StoreError("TH-STO-033", place=str(path)) from error

    def _copy_choices(self, path: Path) -> None:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / CHOICES
            address = f"{path.resolve().as_uri()}?mode=ro"
            with closing(sqlite3.connect(address, uri=True)) as source, closing(sqlite3.connect(copy)) as into:
                source.backup(into)
            self._copy_file(CHOICES, copy)

    def _step(self) -> None:
        self.done += 1
        self.progress(self.done, self.known)


@contextmanager
def _one_state(platform: Platform) -> Iterator[Connection]:
    """A transaction that sees the database as it was at its beginning, and keeps no writer waiting."""
    options: dict[str, object] = {"reading": True}
    if platform.engine.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"  # SQLite has no other
    with platform.engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


def _files(folder: Path) -> Iterator[Path]:
    yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


def _configuration(platform: Platform) -> bytes:
    """The choices of the operator, without the URL: whoever restores says where to, and no password is kept."""
    written = tomllib.loads((platform.home.path / CONFIGURATION).read_text(encoding="utf-8"))
    kept = {name: value for name, value in written.items() if name != "database_url"}
    lines = [f"{name} = {msgspec.json.encode(value).decode()}" for name, value in kept.items()]
    return "".join(f"{line}\n" for line in lines).encode()
