"""The factor register: search, collections, releases, the factors in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tanheng.client.connection import Connection, at
from tanheng.client.models import Collection, Hit, ImportedTable, Release, ReleaseCheck

LATEST = 0
"""In the place of the number of a release: the latest."""


class Factors:
    """``client.factors``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def search(self, text: str, *, geography: str = "", unit: str = "") -> Iterator[Hit]:
        """Factors that are found in Chinese and English, the best first."""
        wanted = {"q": text, "kind": "factor", "geography": geography, "unit": unit}
        return self._connection.each(at("search"), Hit, wanted, limit=50)

    def collections(self) -> Iterator[Collection]:
        """Collections that you may use, the newest first."""
        return self._connection.each(at("factor-collections"), Collection)

    def collection(self, id: str) -> Collection:  # noqa: A002 - as the field is called
        """A collection."""
        return self._connection.get(at("factor-collections", id), Collection)

    def releases(self, collection: Collection | str) -> Iterator[Release]:
        """The releases of a collection, the newest first."""
        return self._connection.each(at("factor-collections", collection, "releases"), Release)

    def release(self, collection: Collection | str, number: int = LATEST) -> Release:
        """A release."""
        return self._connection.get(_release(collection, number), Release)

    def check(self, collection: Collection | str, number: int = LATEST) -> ReleaseCheck:
        """Have the server check the digest and the signature of a release."""
        return self._connection.get(f"{_release(collection, number)}/check", ReleaseCheck)

    def records(
        self, collection: Collection | str, number: int = LATEST, *, text: str = ""
    ) -> Iterator[dict[str, Any]]:
        """The factors of a release, by id; of what its owner keeps, the result only."""
        return self._connection.each(f"{_release(collection, number)}/factors", dict[str, Any], {"text": text})

    def record(self, collection: Collection | str, factor: str, number: int = LATEST) -> dict[str, Any]:
        """A factor of a release, with its documentation."""
        return self._connection.get(at(*_parts(collection, number), "factors", factor), dict[str, Any])

    def export(
        self,
        collection: Collection | str,
        target: str | Path,
        *,
        number: int = LATEST,
        form: str = "json",
    ) -> Path:
        """Keep a release as a file.

        Args:
            form: jsonl as it was signed, json, csv, xlsx, zip (ILCD), pact.json.
        """
        return self._connection.download(f"{_release(collection, number)}/file", target, {"form": form})

    def import_table(self, collection: Collection | str, path: str | Path, *, dry_run: bool = True) -> ImportedTable:
        """Bring a table, CSV or Excel, into a collection as drafts; all rows or none.

        Args:
            dry_run: only say what every row would do.
        """
        path = Path(path)
        place = at("factor-collections", collection, "imports")
        return self._connection.post(place, ImportedTable, {"file": path.name, "dry_run": dry_run}, content=path)


def _parts(collection: Collection | str, number: int) -> tuple[str | int | Collection, ...]:
    return ("factor-collections", collection, "releases", number)


def _release(collection: Collection | str, number: int) -> str:
    return at(*_parts(collection, number))
