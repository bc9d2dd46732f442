"""Studies: begun, given new versions, read, found, put away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import false, select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.accounts.actors import ActorKind
from tanheng.errors import StoreError
from tanheng.footprint import Study as Model
from tanheng.footprint.canonical import digest_of, plain
from tanheng.footprint.reading import study_document, study_from_document
from tanheng.inventory.search import fold
from tanheng.services.paging import Page, Paging, page
from tanheng.services.studies import searching
from tanheng.services.studies.events import StudyArchived, StudyCreated, StudyVersioned
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import studies as tables
from tanheng.storage.sql.work import is_id, not_found

KIND = "study"


@dataclass(frozen=True, slots=True)
class Study:
    """A study, and the version of what is known of it.

    Attributes:
        version: of the record, for changes. latest: number of the latest version of its document.
        names, codes: of the product, of the latest version.
    """

    id: str
    version: int
    organisation: str
    names: Mapping[str, str]
    codes: Mapping[str, str]
    archived: bool
    latest: int
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class StudyVersion:
    """A version of a study; it never changes.

    Attributes:
        document: the canonical plain document. digest: ``sha256:`` of it. author: id of the person or machine.
    """

    study: str
    number: int
    document: Mapping[str, Any]
    digest: str
    note: str
    author: str
    created_at: datetime

    @property
    def model(self) -> Model:
        """The study itself."""
        return study_from_document(self.document)


def check_create(work: Work, organisation: str) -> None:
    """Go on only where the actor may begin studies of an organisation (AccessError)."""
    work.require("study.create", Thing(KIND, organisation=organisation))


def check_change(work: Work, id: str) -> None:  # noqa: A002 - as the column is called
    """Go on only where the actor may change a study (TH-STO-001, AccessError)."""
    work.require("study.change", thing(seen(work, id)))


def create(work: Work, *, organisation: str, model: Model, note: str = "") -> Study:
    """Begin a study with its first version.

    Args:
        model: what was read by :mod:`tanheng.services.studies.intake`.

    Raises:
        AccessError: not an engineer of the organisation.
    """
    check_create(work, organisation)
    made = work.insert(tables.studies, organisation=organisation, archived=False, latest=1, **_head(model))
    digest = _keep(work, made, 1, model, note)
    searching.write(work, made, organisation, model)
    work.record(StudyCreated(id=made, organisation=organisation, digest=digest))
    return of(work, made)


def revise(work: Work, id: str, *, expected: int, model: Model, note: str = "") -> Study:  # noqa: A002 - as the column
    """Give a study a new version.

    Args:
        expected: version of the record that the actor saw, so that nobody's work is lost.

    Raises:
        StoreError: TH-STO-001, TH-STO-002, TH-STO-051 it is put away. AccessError: not an engineer of its organisation.
    """
    row = seen(work, id)
    work.require("study.change", thing(row))
    if row["archived"]:
        raise StoreError("TH-STO-051", id=id)
    number = row["latest"] + 1
    work.change(tables.studies, id, kind=KIND, expected=expected, latest=number, **_head(model))
    digest = _keep(work, id, number, model, note)
    searching.write(work, id, row["organisation"], model)
    work.record(StudyVersioned(id=id, organisation=row["organisation"], number=number, digest=digest))
    return of(work, id)


def archive(work: Work, id: str, *, expected: int, archived: bool) -> Study:  # noqa: A002
    """Put a study away, or take it out again; its versions and assessments stay.

    Raises:
        StoreError: TH-STO-001, TH-STO-002. AccessError: not an engineer of its organisation.
    """
    row = seen(work, id)
    work.require("study.change", thing(row))
    work.change(tables.studies, id, kind=KIND, expected=expected, archived=archived)
    if archived:
        searching.remove(work, id)
    else:
        searching.write(work, id, row["organisation"], version(work, id).model)
    work.record(StudyArchived(id=id, organisation=row["organisation"], archived=archived))
    return of(work, id)


def of(work: Work, id: str) -> Study:  # noqa: A002
    """A study that the actor may read (TH-STO-001 for any other)."""
    return _made(seen(work, id))


def listed(
    work: Work,
    paging: Paging,
    *,
    organisation: str = "",
    text: str = "",
    archived: bool = False,
) -> Page[Study]:
    """Studies that the actor may read, the newest first.

    Args:
        text: part of a name or code of the product. archived: those that are put away, instead of the others.
    """
    work.require("study.list", Thing(KIND))
    table = tables.studies
    query = select(table).where(table.c.archived == archived)
    if work.actor.kind is not ActorKind.SYSTEM:
        query = query.where(table.c.organisation.in_(work.actor.organisations))
    if organisation:
        query = query.where(table.c.organisation == organisation if is_id(organisation) else false())
    for word in fold(text.replace("\0", " ")).split():
        query = query.where(table.c.sought.contains(word, autoescape=True))
    return page(work, query, paging, by=(table.c.id,), make=_made)


def version(work: Work, id: str, number: int | None = None) -> StudyVersion:  # noqa: A002
    """A version of a study; the latest by default (TH-STO-001 where there is none)."""
    row = seen(work, id)
    wanted = row["latest"] if number is None else number
    table = tables.versions
    query = select(table).where(table.c.study == id, table.c.number == wanted)
    found = work.sql.execute(query).mappings().one_or_none()
    if found is None:
        raise not_found("study version", f"{id}/{wanted}")
    return _version(found)


def versions(work: Work, id: str, paging: Paging) -> Page[StudyVersion]:  # noqa: A002
    """The versions of a study, the newest first."""
    seen(work, id)
    table = tables.versions
    return page(work, select(table).where(table.c.study == id), paging, by=(table.c.number,), make=_version)


def seen(work: Work, id: str) -> RowMapping:  # noqa: A002
    """The row of a study that the actor may read (TH-STO-001 for any other)."""
    row = work.get(tables.studies, id, kind=KIND)
    work.see("study.read", thing(row))
    return row


def thing(row: RowMapping) -> Thing:
    """What deciding needs to know of a study."""
    return Thing(KIND, str(row["id"]), organisation=str(row["organisation"]))


def _keep(work: Work, id: str, number: int, model: Model, note: str) -> str:  # noqa: A002
    document = plain(study_document(model))
    digest = digest_of(document)
    values = {"study": id, "number": number, "digest": digest, "note": note, "author": work.actor.id}
    text = orjson.dumps(document, option=orjson.OPT_SORT_KEYS).decode()
    work.keep(tables.versions, **values, document=text, created_at=work.now)
    return digest


def _head(model: Model) -> dict[str, Any]:
    names, codes = dict(model.product.names), dict(model.product.codes)
    sought = " ".join(fold(word) for word in (*names.values(), *codes.values()))
    return {"names": names, "codes": codes, "sought": sought}


def _made(row: RowMapping) -> Study:
    return Study(**{key: value for key, value in row.items() if key != "sought"})


def _version(row: RowMapping) -> StudyVersion:
    return StudyVersion(**{**row, "document": orjson.loads(row["document"])})
