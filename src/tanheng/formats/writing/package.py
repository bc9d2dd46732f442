"""A zip of data sets: whole or not there, the same bytes for the same content."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tanheng.files import replacing

_BEGINNING = (1980, 1, 1, 0, 0, 0)  # the first time that a zip can hold
_PERMISSIONS = 0o644 << 16


@contextmanager
def package(target: Path) -> Iterator[Callable[[str, bytes], None]]:
    """Hand out a function that adds a file by its name and bytes; ``target`` is replaced when all went well.

    Raises:
        OSError: the file cannot be written.
    """
    with replacing(target) as work, zipfile.ZipFile(work, "w", zipfile.ZIP_DEFLATED) as archive:

        def add(name: str, data: bytes) -> None:
            info = zipfile.ZipInfo(name, _BEGINNING)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = _PERMISSIONS
            info.create_system = 3  # as on Unix, wherever it is written
            archive.writestr(info, data)

        yield add
