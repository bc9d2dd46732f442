"""Content-addressed files beside the database: evidence, reports, documents of assessments."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tanheng.errors import StoreError
from tanheng.files import file_digest, replacing, settle

FOLDER = "blobs"
_ASIDE = ".removing"
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Blobs:
    """A folder of files that are named by the SHA-256 of their content: ``ab/abcdef…``.

    A blob is written, and safe on the disk, before a transaction names it. One that no row names is harmless, and
    ``tanheng doctor`` removes it.
    """

    path: Path

    def put(self, content: bytes) -> str:
        """Keep ``content``; returns its digest."""
        digest = hashlib.sha256(content).hexdigest()
        target = self._file(digest)
        if not _is_kept(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            with replacing(target) as work:
                work.write_bytes(content)
                settle(work)
            settle(target.parent)
        return digest

    def put_file(self, source: Path) -> str:
        """Keep a file that may be larger than memory; returns its digest."""
        digest = file_digest(source)
        target = self._file(digest)
        if not _is_kept(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            with replacing(target) as work, source.open("rb") as stream, work.open("wb") as out:
                found = hashlib.sha256()
                while block := stream.read(1 << 20):
                    found.update(block)
                    out.write(block)
                out.flush()
                os.fsync(out.fileno())
                if found.hexdigest() != digest:
                    raise StoreError("TH-STO-005", digest=digest)
            settle(target.parent)
        return digest

    def get(self, digest: str) -> bytes:
        """The content of a blob (TH-STO-005 where it is lost or damaged)."""
        try:
            content = self._file(digest).read_bytes()
        except FileNotFoundError as error:
            raise StoreError("TH-STO-005", digest=digest) from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise StoreError("TH-STO-005", digest=digest)
        return content

    @contextmanager
    def opened(self, digest: str) -> Iterator[BinaryIO]:
        """A blob as a stream (TH-STO-005 where it is lost)."""
        try:
            with self._file(digest).open("rb") as stream:
                yield stream
        except FileNotFoundError as error:
            raise StoreError("TH-STO-005", digest=digest) from error

    def file(self, digest: str) -> Path:
        """Where a blob is (TH-STO-005 where it is lost)."""
        found = self._file(digest)
        if not found.is_file():
            raise StoreError("TH-STO-005", digest=digest)
        return found

    def all(self) -> Iterator[str]:
        """Digests of all blobs that are kept."""
        yield from (p.name for p in self.path.glob("??/*") if _DIGEST.fullmatch(p.name))

    def remove(self, digest: str) -> None:
        """Forget a blob, if it is there."""
        self._file(digest).unlink(missing_ok=True)

    def check(self, digest: str) -> None:
        """Read a blob, which may be larger than memory (TH-STO-005 where it is lost or damaged)."""
        if file_digest(self.file(digest)) != digest:
            raise StoreError("TH-STO-005", digest=digest)

    def is_old(self, digest: str, before: float) -> bool:
        """Whether nobody has put a blob since ``before`` (seconds since 1970)."""
        try:
            return self._file(digest).stat().st_mtime < before
        except FileNotFoundError:
            return False

    def remove_old(self, digest: str, before: float) -> bool:
        """Forget a blob that nobody has put since ``before`` (seconds since 1970); whether it is gone.

        It is moved aside first: whoever puts it meanwhile finds none and writes it anew, or has shown by its time that it
        is wanted, and it is moved back.
        """
        target = self._file(digest)
        aside = target.with_name(f".{digest}{_ASIDE}")
        try:
            target.rename(aside)
        except FileNotFoundError:
            return False
        if aside.stat().st_mtime >= before:
            aside.rename(target)
            return False
        aside.unlink()
        return True

    def bring_back(self) -> None:
        """Move back what a removal that was killed left aside; where the blob was put again, that is gone, too."""
        for aside in self.path.glob(f"??/.*{_ASIDE}"):
            target = self._file(aside.name[1 : -len(_ASIDE)])
            if target.exists():
                aside.unlink()
            else:
                aside.rename(target)

    def _file(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise StoreError("TH-STO-005", digest=digest[:80])
        return self.path / digest[:2] / digest


def _is_kept(target: Path) -> bool:
    """Whether a blob is there; if so its time says that it is wanted now, though no row may name it yet."""
    try:
        os.utime(target)
    except FileNotFoundError:
        return False
    return True
