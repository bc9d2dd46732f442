"""What a source and the readers are, in one digest: where it is the same, reading again would give the same database."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import astuple
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from tanheng.files import file_digest
from tanheng.formats.archive import DEFAULT_LIMITS, Limits, open_archive
from tanheng.version import __version__

_FORM = "1"
# Where what is read, linked and computed is decided.
_PARTS = ("formats", "inventory", "quantities", "engine", "data")
_KINDS = (".py", ".csv", ".yaml")


def fingerprint(path: str | os.PathLike[str], *, limits: Limits = DEFAULT_LIMITS) -> str:
    """A digest of a source and of the readers.

    Of a file its name and bytes, of a folder the names, sizes and bytes of all that would be read; and the limits.

    Reads everything once, which takes a small part of the time of an import.

    Args:
        path: of a zip, a folder or a single file.
        limits: what is refused as too large.

    Raises:
        FormatError: as :func:`~tanheng.formats.archive.open_archive`.
    """
    path = Path(path)
    told = hashlib.sha256()
    for part in (_FORM, readers(), str(astuple(limits)), path.name):
        _add(told, part)
    with open_archive(path, limits=limits) as archive:
        if not path.is_dir():
            _add(told, file_digest(path))
        else:
            for member in archive.members:
                _add(told, member.name)
                _add(told, str(member.size))
                with archive.open(member) as stream:
                    _add(told, hashlib.sha256(stream.read()).hexdigest())
    return f"sha256:{told.hexdigest()}"


@cache
def readers() -> str:
    """A digest of the programs and tables that reading and linking depend on."""
    told = hashlib.sha256()
    _add(told, __version__)
    for part in _PARTS:
        for name, found in _walk(files("tanheng").joinpath(part), part):
            _add(told, name)
            _add(told, hashlib.sha256(found.read_bytes()).hexdigest())
    return told.hexdigest()


def _walk(folder: Traversable, name: str) -> Iterator[tuple[str, Traversable]]:
    for found in sorted(folder.iterdir(), key=lambda found: found.name):
        if found.is_dir():
            yield from _walk(found, f"{name}/{found.name}")
        elif found.name.endswith(_KINDS):
            yield f"{name}/{found.name}", found


def _add(told: hashlib._Hash, text: str) -> None:
    # The length first, so that no two lists of texts are one.
    told.update(f"{len(text)}:{text}".encode("utf-8", "surrogateescape"))
