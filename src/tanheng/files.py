"""The tables that ship inside, digests of files, and writing files whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

SHEET_ROWS, SHEET_COLUMNS = 1_048_576, 16_384
"""Of a worksheet in the format .xlsx."""


def shipped_rows(name: str) -> list[dict[str, str]]:
    """The rows of ``data/NAME.csv`` by column name."""
    text = files("tanheng").joinpath(f"data/{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet program would run."""


def safe_cell(value: Any) -> Any:
    """A cell that no spreadsheet program runs, with an apostrophe before what it would (OWASP: CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULAS) else value


def file_digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def settle(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A name beside ``path`` to write to; it takes the place of ``path`` when all went well, and is gone otherwise.

    A link is followed, so that what it points to is written. The name is nobody else's, so two writers never mix.

    Raises:
        OSError: the folder is not there or cannot be written, or ``path`` is something other than a file.
    """
    target = path.resolve() if path.is_symlink() else path
    if target.exists() and not target.is_file():
        raise OSError(None, "not a regular file; nothing was written", str(path))
    work = target.with_name(f".{target.stem[:60]}.{os.getpid()}-{uuid.uuid4().hex[:8]}.writing{target.suffix}")
    with work.open("xb"):
        pass  # a folder that cannot be written says so here, before any work is done
    try:
        yield work
        work.replace(target)
    finally:
        work.unlink(missing_ok=True)
