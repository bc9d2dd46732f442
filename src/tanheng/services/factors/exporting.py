"""A release as a file: signed JSON Lines, JSON, CSV, Excel, ILCD, or in the shape of PACT; each reader gets what they may see."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path

import orjson

from tanheng.accounts import Actor
from tanheng.factors.asdatabase import as_database
from tanheng.factors.aspact import footprint_of, missing
from tanheng.factors.record import document
from tanheng.factors.tables import write_csv, write_workbook
from tanheng.formats import ilcd
from tanheng.services.factors import releases, shelf
from tanheng.services.factors.releases import Opened
from tanheng.storage.platform import Platform


class ReleaseFile(StrEnum):
    """A format, by the ending of its file."""

    SIGNED = "jsonl"  # what was signed; for those who see all of it
    JSON = "json"
    CSV = "csv"
    EXCEL = "xlsx"
    ILCD = "zip"
    PACT = "pact.json"


def export(
    platform: Platform, actor: Actor, collection: str, path: Path, *, form: ReleaseFile, number: int | None = None
) -> str:
    """Write a release to a file, and log that it was taken away; returns a name for the file.

    Args:
        path: of a new file. number: of the release; the latest by default.

    Raises:
        StoreError: TH-STO-001. FactorError: TH-FAC-053 the release is damaged, TH-FAC-057 what was signed is not for the actor,
            TH-FAC-070 it is too large for a workbook.
    """
    found = platform.look(actor, releases.opened, collection, number)
    if form is ReleaseFile.SIGNED:
        releases.require_whole(platform, found)
        shutil.copyfile(platform.blobs.file(found.release.blob), path)
    else:
        _WRITERS[form](platform, found, path)
    if actor.id:
        platform.do(actor, shelf.log_export, collection, found.release.digest)
    return f"{found.name}-{found.release.name}.{form.value}"


def _json(platform: Platform, found: Opened, path: Path) -> None:
    release = found.release
    told = {"name": found.name, "version": release.name, "number": release.number, "digest": release.digest}
    told |= {"signature": release.signature, "key": release.key, "published_at": release.published_at.isoformat()}
    with path.open("wb") as out:
        out.write(orjson.dumps(told)[:-1] + b',"factors":[')
        for number, record in enumerate(releases.records(platform, found)):
            out.write((b",\n" if number else b"\n") + orjson.dumps(document(record)))
        out.write(b"\n]}\n")


def _csv(platform: Platform, found: Opened, path: Path) -> None:
    with path.open("wb") as out:
        out.writelines(write_csv(releases.records(platform, found)))


def _excel(platform: Platform, found: Opened, path: Path) -> None:
    write_workbook(releases.records(platform, found), path, count=found.release.count)


def _ilcd(platform: Platform, found: Opened, path: Path) -> None:
    ilcd.write(as_database(releases.records(platform, found), name=found.name), path)


def _pact(platform: Platform, found: Opened, path: Path) -> None:
    of = {"collection": found.name, "created": found.release.published_at.isoformat()}
    with path.open("wb") as out:
        out.write(b'{"data":[')
        for number, record in enumerate(releases.records(platform, found)):
            made = footprint_of(record, **of)
            told = {"footprint": made, "missing": missing(made)}
            out.write((b",\n" if number else b"\n") + orjson.dumps(told))
        out.write(b"\n]}\n")


_WRITERS: Mapping[ReleaseFile, Callable[[Platform, Opened, Path], None]] = {
    ReleaseFile.JSON: _json,
    ReleaseFile.CSV: _csv,
    ReleaseFile.EXCEL: _excel,
    ReleaseFile.ILCD: _ilcd,
    ReleaseFile.PACT: _pact,
}
