"""Evidence: files beside a study, which its lines name; what is kept under a name never changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Actor
from tanheng.errors import StoreError
from tanheng.services.paging import Page, Paging, page
from tanheng.services.studies import studies
from tanheng.services.studies.events import EvidenceAdded
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import studies as tables
from tanheng.storage.sql.work import not_found

KIND = "evidence"
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file beside a study.

    Attributes:
        name: by which lines name it. digest: SHA-256, in hex. size: bytes. author: id of the person or machine.
    """

    id: str
    version: int
    study: str
    name: str
    digest: str
    size: int
    media_type: str
    author: str
    created_at: datetime
    changed_at: datetime


def add(platform: Platform, actor: Actor, study: str, path: Path, *, name: str, media_type: str) -> Evidence:
    """Put a file beside a study; the same file under the same name is there once.

    Raises:
        StoreError: TH-STO-001; TH-STO-055 another file has the name; TH-STO-056 a name that cannot be told.
            AccessError: not an engineer of the organisation.
    """
    if not name.strip() or not name.isprintable() or len(name) > LONGEST:
        raise StoreError("TH-STO-056", longest=LONGEST)
    platform.look(actor, check, study)  # before anything is kept
    digest = platform.blobs.put_file(path)
    return platform.do(actor, _add, study, name, digest, path.stat().st_size, media_type)


def listed(work: Work, study: str, paging: Paging) -> Page[Evidence]:
    """The evidence of a study, the newest first."""
    studies.seen(work, study)
    table = tables.evidence
    return page(work, select(table).where(table.c.study == study), paging, by=(table.c.id,), make=_made)


def of(work: Work, study: str, id: str) -> Evidence:  # noqa: A002 - as the column is called
    """A file beside a study that the actor may read (TH-STO-001 for any other)."""
    studies.seen(work, study)
    row = work.get(tables.evidence, id, kind=KIND)
    if row["study"] != study:
        raise not_found(KIND, id)
    return _made(row)


def digests(work: Work, study: str) -> Mapping[str, str]:
    """``sha256:…`` by name, as an assessment records them."""
    table = tables.evidence
    rows = work.sql.execute(select(table.c.name, table.c.digest).where(table.c.study == study))
    return {name: f"sha256:{digest}" for name, digest in rows}


def check(work: Work, study: str) -> None:
    """Go on only where the actor may add evidence to a study (TH-STO-001, AccessError)."""
    _check(work, study)


def _check(work: Work, study: str) -> RowMapping:
    row = studies.seen(work, study)
    work.require("study.change", studies.thing(row))
    return row


def _add(work: Work, study: str, name: str, digest: str, size: int, media_type: str) -> Evidence:
    row = _check(work, study)
    # Two who add evidence to one study go one after the other.
    work.sql.execute(select(tables.studies.c.id).where(tables.studies.c.id == study).with_for_update())
    table = tables.evidence
    there = select(table).where(table.c.study == study, table.c.name == name)
    kept = work.sql.execute(there).mappings().one_or_none()
    if kept is not None and kept["digest"] != digest:
        raise StoreError("TH-STO-055", name=name)
    if kept is not None:
        return _made(kept)
    values = {"study": study, "name": name, "digest": digest, "size": size, "media_type": media_type}
    made = work.insert(table, **values, author=work.actor.id)
    work.record(EvidenceAdded(id=made, organisation=row["organisation"], study=study, digest=digest, size=size))
    return of(work, study, made)


def _made(row: RowMapping) -> Evidence:
    return Evidence(**row)
