"""Files of shells: JSON and packages (AASX), with the Eclipse BaSyx library."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import orjson
from basyx.aas import model
from basyx.aas.adapter.aasx import AASXReader, AASXWriter, DictSupplementaryFileContainer
from basyx.aas.adapter.json import read_aas_json_file

_LARGEST = 64 * 1024 * 1024
"""Bytes of a package, unpacked."""
_LONG_AGO = (1980, 1, 1, 0, 0, 0)

Store = model.DictIdentifiableStore[model.Identifiable]
"""Objects of a file by their ids."""


def read_json(content: bytes) -> Store:
    """All of a JSON file, what is broken left out; ValueError where it is no such file."""
    found = orjson.loads(content)
    if not isinstance(found, dict) or not isinstance(found.get("submodels"), list):
        raise ValueError("no submodels")
    try:
        return read_aas_json_file(io.StringIO(content.decode("utf-8")))
    except Exception as error:  # whatever the library meets in a broken file
        raise ValueError(str(error) or type(error).__name__) from error


def read_package(content: bytes) -> Store:
    """All of a package, its parts in XML or JSON; ValueError where it is none, or too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(info.file_size for info in archive.infolist()) > _LARGEST:
                raise ValueError("too large when unpacked")
            renewed = _copied(archive, _renewed)
        store = Store()
        with AASXReader(io.BytesIO(renewed)) as reader:
            reader.read_into(store, DictSupplementaryFileContainer())  # type: ignore[no-untyped-call]
    except Exception as error:  # whatever the library meets in a broken file
        raise ValueError(str(error) or type(error).__name__) from error
    return store


def write_package(environment: dict[str, Any], shell: str) -> bytes:
    """The package of a shell, its part in JSON. The same environment gives the same bytes: entries of the zip tell no time.

    Raises:
        ValueError: what it tells breaks the metamodel.
    """
    try:
        store = read_aas_json_file(io.StringIO(orjson.dumps(environment).decode()), failsafe=False)
    except (KeyError, TypeError, model.AASConstraintViolation) as error:
        raise ValueError(str(error)) from error
    whole = io.BytesIO()
    with AASXWriter(whole) as writer:
        files = DictSupplementaryFileContainer()  # type: ignore[no-untyped-call]
        writer.write_aas(shell, store, files, write_json=True)  # XML of the library names the metamodel 3.1 only
    with zipfile.ZipFile(whole) as archive:
        return _copied(archive, lambda _, part: part)


def _copied(archive: zipfile.ZipFile, change: Callable[[str, bytes], bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for info in archive.infolist():
            part = change(info.filename, archive.read(info))
            target.writestr(zipfile.ZipInfo(info.filename, _LONG_AGO), part, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _renewed(name: str, part: bytes) -> bytes:
    """Parts in XML of the metamodel 3.0, of which 3.1 takes everything, for a library that knows 3.1 only.

    Document types are refused, as the Open Packaging Conventions do: entities of them could be endless.
    """
    if not name.endswith((".xml", ".rels")):
        return part
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise ValueError(f"{name}: a document type")
    return part.replace(b"https://admin-shell.io/aas/3/0", b"https://admin-shell.io/aas/3/1")
