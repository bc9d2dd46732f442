"""The factors that ship with the product, as the first signed release of the register, and as later ones after upgrades."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import RowMapping

from tanheng.factors import embedded
from tanheng.factors.lifecycle import State, VersionChange
from tanheng.factors.model import Level
from tanheng.factors.record import Record, canonical_text, digest_of
from tanheng.services.factors import collections, records
from tanheng.services.factors.publishing import candidate, write_release
from tanheng.services.factors.records import KIND, head_of
from tanheng.services.factors.releases import Release
from tanheng.services.sharing import Visibility
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import factors as tables
from tanheng.storage.sql.types import new_id

_NAMES = {"en": "Factors that ship with Tanheng", "zh": "碳衡内置因子"}


@dataclass(slots=True)
class _Rows:
    """What is to be written."""

    records: list[dict[str, Any]] = field(default_factory=list)
    versions: list[dict[str, Any]] = field(default_factory=list)


def publish_shipped(work: Work) -> Release | None:
    """Bring the release that ships into the register; ``None`` where it is there already.

    For the installation itself, at its beginning and after an upgrade: whoever ships the factors has reviewed them, each with
    its source, before they were released.
    """
    ships, table = embedded(), tables.collections
    row = work.sql.execute(select(table).where(table.c.name == ships.name)).mappings().one_or_none()
    if row is None:
        told = {"name": ships.name, "names": _NAMES, "level": Level.NATIONAL, "visibility": Visibility.PUBLIC}
        made = collections.insert_collection(work, organisation=None, **told)  # type: ignore[arg-type]
        row = work.get(table, made.id, kind=collections.KIND)
    rows = _changes(work, row["id"])
    if not rows.versions:
        return None
    if rows.records:
        work.sql.execute(insert(tables.records), rows.records)
    work.keep_all(tables.versions, rows.versions)
    work.sql.execute(update(table).where(table.c.id == row["id"]).values(latest=row["latest"] + 1))
    version = _version_name(work, row["id"], ships.version)
    return write_release(work, row, candidate(work, row["id"]), version=version, note=ships.digest)


def _changes(work: Work, collection: str) -> _Rows:
    """New records and versions; records that are there are moved at once."""
    known, rows = records.known(work, collection, tables.versions.c.document), _Rows()
    ships = embedded().factors
    for factor in ships.values():
        record, before = Record(factor), known.get(factor.id)
        text = canonical_text(record)
        if before is None:
            made = {"id": new_id(), "version": 1, "created_at": work.now, "changed_at": work.now}
            head = {"collection": collection, "factor": factor.id, "published": None, **head_of(record)}
            rows.records.append({**made, **head, "state": State.REVIEWED.value, "latest": 1})
            rows.versions.append(_version(work, made["id"], 1, text, VersionChange.NEW))
        elif before["digest"] != digest_of(text):
            _move(work, before, **head_of(record))
            rows.versions.append(_version(work, before["id"], before["latest"] + 1, text, VersionChange.UPDATE))
    for factor_id, before in known.items():
        if factor_id not in ships and before["state"] != State.RETIRED:
            _move(work, before)
            version = _version(work, before["id"], before["latest"] + 1, before["document"], VersionChange.RETIREMENT)
            rows.versions.append(version)
    return rows


def _move(work: Work, before: RowMapping, **head: Any) -> None:
    values = {"state": State.REVIEWED.value, "latest": before["latest"] + 1, **head}
    work.change(tables.records, before["id"], kind=KIND, expected=None, **values)


def _version_name(work: Work, collection: str, wanted: str) -> str:
    """``2026.05``, or ``2026.05.2`` where that is there: the version of what ships is the date of its youngest source."""
    table = tables.releases
    taken = set(work.sql.execute(select(table.c.name).where(table.c.collection == collection)).scalars())
    options = (wanted, *(f"{wanted}.{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in options if name not in taken)


def _version(work: Work, record: Any, number: int, text: str, change: VersionChange) -> dict[str, Any]:
    values = {"record": record, "number": number, "document": text, "digest": digest_of(text), "reason": ""}
    return {**values, "change": change.value, "author": work.actor.id, "created_at": work.now}
