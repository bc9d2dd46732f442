"""A data directory that is being made: one process at a time, and a mark while a restore has not come to its end."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tanheng.errors import StoreError

MARKER = "restoring"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Be the only one who makes something of a folder; others wait. The lock goes with the process, however it ends."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def refuse_unfinished(folder: Path) -> None:
    """Refuse a data directory whose restore was broken off (TH-STO-031)."""
    if (folder / MARKER).exists():
        raise StoreError("TH-STO-031", place=str(folder))


def private(path: Path) -> None:
    """Make an empty file that only its owner reads, where there is none; who fills it, does so under these rights."""
    path.touch(mode=0o600, exist_ok=True)
