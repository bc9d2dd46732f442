"""The file of a backup: a plain tar whose last member, the manifest, names every other with its size and SHA-256.

::

    tables/<table>/<number>.jsonl.gz   rows, an array of the values of a row on each line
    blobs/…  keys/…  databases/…  …    files, as they lie in the data directory
    tanheng.toml                       the configuration, without the URL of the database
    manifest-<SHA-256 of it>.json      its name holds its digest, so that no part of the file goes unchecked
"""

from __future__ import annotations

import hashlib
import io
import re
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import msgspec

from tanheng.errors import StoreError
from tanheng.storage import inventories, keys
from tanheng.storage.blobs import FOLDER as BLOBS
from tanheng.storage.configuration import FILE as CONFIGURATION

FORMAT = 1
CHOICES = "choices.sqlite"  # of tanheng.storage.choices, which would bring all that calculates with it
Progress = Callable[[int, int], None]
FOLDERS = (keys.FOLDER, "databases", "links", "methods", "mappings", "rules", inventories.FOLDER, "snapshots")
"""Of the data directory, in the order of copying: what names comes before what is named, which never changes."""
OPTIONAL = ("readings", "runs")
FILES = (CONFIGURATION, CHOICES)
_TABLE = re.compile(r"tables/([a-z_]+)/\d{6}\.jsonl\.gz")
_MANIFEST = re.compile(r"manifest-([0-9a-f]{64})\.json")
_BLOCK = 1 << 20
_MOST = 1 << 30  # bytes of a manifest: it names each file of the installation


class Member(msgspec.Struct, frozen=True):
    """A file in the archive: its bytes, and their SHA-256."""

    size: int
    sha256: str


class Rows(msgspec.Struct, frozen=True):
    """A table: the columns, and how many rows there are."""

    columns: tuple[str, ...]
    rows: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds.

    Attributes:
        format: of the archive. version: of Tanheng. revision: of the schema. engine: that the rows came from.
        made_at: ISO 8601, of the moment that the rows are of. lost: digests of blobs that rows name and that were lost, or
            damaged, when the backup was made.
    """

    format: int
    version: str
    revision: str
    engine: str
    made_at: str
    tables: dict[str, Rows]
    members: dict[str, Member]
    lost: tuple[str, ...] = ()


@dataclass(slots=True)
class Writer:
    """Writes members one after the other."""

    tar: tarfile.TarFile
    members: dict[str, Member] = field(default_factory=dict)

    def add(self, name: str, stream: IO[bytes], size: int) -> Member:
        """Copy ``size`` bytes of a stream (OSError where it ends before)."""
        hashed = _Hashed(stream)
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        self.tar.addfile(info, hashed)  # type: ignore[arg-type]  # it needs ``read`` alone
        self.tar.members.clear()  # type: ignore[attr-defined]  # tarfile would keep them all
        self.members[name] = member = Member(size, hashed.digest.hexdigest())
        return member

    def add_bytes(self, name: str, content: bytes) -> Member:
        """A member that is in memory."""
        return self.add(name, io.BytesIO(content), len(content))

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest: with it the archive is whole."""
        content = msgspec.json.encode(manifest)
        self.add_bytes(f"manifest-{hashlib.sha256(content).hexdigest()}.json", content)


@dataclass(slots=True)
class _Hashed:
    stream: IO[bytes]
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    def read(self, size: int) -> bytes:
        block = self.stream.read(size)
        self.digest.update(block)
        return block


def table_of(name: str) -> str:
    """The table whose rows a member holds; empty for any other member."""
    found = _TABLE.fullmatch(name)
    return found[1] if found else ""


def members(source: Path) -> Iterator[tuple[str, int, IO[bytes]]]:
    """Name, size and content of each member, in order.

    Raises:
        StoreError: TH-STO-021 no archive of ours, or one that ends too early; TH-STO-024 a member that is no plain file.
    """
    try:
        with tarfile.open(source, "r:") as tar:
            while (info := tar.next()) is not None:
                tar.members.clear()  # type: ignore[attr-defined]
                stream = tar.extractfile(info) if info.isreg() else None
                if stream is None or info.issparse():
                    raise StoreError("TH-STO-024", place=str(source), name=info.name[:200])
                yield info.name, info.size, stream
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise StoreError("TH-STO-021", place=str(source)) from error


def check(source: Path, *, progress: Progress = lambda *_: None) -> Manifest:
    """Read the whole archive and compare it with its manifest; nothing is written.

    Args:
        progress: told (bytes read, bytes in all).

    Raises:
        StoreError: TH-STO-021 no backup, or an unfinished one; TH-STO-022 of a newer format; TH-STO-023 damaged;
            TH-STO-024 a member that has no place in a data directory.
    """
    try:
        found, manifest = _walk(source, progress)
    except tarfile.TarError as error:  # a member that ends before its size
        raise StoreError("TH-STO-021", place=str(source)) from error
    for name in (*manifest.members, *found):
        if manifest.members.get(name) != found.get(name):
            raise StoreError("TH-STO-023", place=str(source), name=name[:200])
    return manifest


def _walk(source: Path, progress: Progress) -> tuple[dict[str, Member], Manifest]:
    """What members there are, and what the manifest says of them."""
    found: dict[str, Member] = {}
    manifest: Manifest | None = None
    whole, done = source.stat().st_size, 0
    for name, size, stream in members(source):
        if manifest is not None or name in found:
            raise StoreError("TH-STO-023", place=str(source), name=name[:200])
        if named := _MANIFEST.fullmatch(name):
            manifest = _manifest(source, named[1], stream.read(min(size, _MOST)))
            continue
        if not is_safe(name):
            raise StoreError("TH-STO-024", place=str(source), name=name[:200])
        digest = hashlib.sha256()
        while block := stream.read(_BLOCK):
            digest.update(block)
            done += len(block)
            progress(done, whole)
        found[name] = Member(size, digest.hexdigest())
    if manifest is None:
        raise StoreError("TH-STO-021", place=str(source))
    return found, manifest


def is_safe(name: str) -> bool:
    """Whether a member is one that a backup may hold: a path that cannot leave its folder, in a folder that is known."""
    if table_of(name) or name in FILES:
        return True
    folder, *below = name.split("/")
    if folder not in (BLOBS, *FOLDERS, *OPTIONAL) or not below:
        return False
    return all(part and not part.startswith(".") and "\0" not in part for part in below)


def _manifest(source: Path, digest: str, content: bytes) -> Manifest:
    if hashlib.sha256(content).hexdigest() != digest:
        raise StoreError("TH-STO-023", place=str(source), name="manifest")
    try:
        form = msgspec.json.decode(content, type=_Format).format
        if form != FORMAT:
            raise StoreError("TH-STO-022", place=str(source), found=form, wanted=FORMAT)
        return msgspec.json.decode(content, type=Manifest)
    except msgspec.MsgspecError as error:
        raise StoreError("TH-STO-023", place=str(source), name="manifest") from error


class _Format(msgspec.Struct):
    format: int
