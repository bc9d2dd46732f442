"""The factor register: records and their versions, one by one and by the table."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path as FilePath
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request, Response
from pydantic import Field

from tanheng.api.errors import FaultModel, told
from tanheng.api.files import ANY, NO_NUL, sends, upload
from tanheng.api.models import Names, PageModel, Sent, Told
from tanheng.api.needs import ActorNeed, ExpectedNeed, PagingNeed, PlatformNeed, tag
from tanheng.api.routes.databases import FILE, INLINE
from tanheng.api.routing import Router
from tanheng.factors.fields import record_fields
from tanheng.factors.lifecycle import State, VersionChange
from tanheng.factors.model import FactorKind
from tanheng.services.factors import importing, records
from tanheng.services.factors.importing import Outcome

router = Router(prefix="/v1", tags=["factors"])
Id = Annotated[str, Path(max_length=36)]
Text = Annotated[str, Field(max_length=4000, pattern=NO_NUL)]
Word = Annotated[str, Query(max_length=120, pattern=NO_NUL)]


class FieldModel(Told):
    """A field of the record of a factor."""

    key: str
    group: str
    kind: str
    needed: str
    names: Names
    ilcd: str
    pact: str


class RecordModel(Told):
    """A record at a glance; “state” is that of its latest version."""

    id: str
    version: int
    collection: str
    factor: str = Field(description="Its id in the collection.")
    state: State
    latest: int
    published: int | None = Field(description="Number of the version in the latest release.")
    factor_kind: FactorKind
    names: Names
    category: str
    geography: str
    year: int
    created_at: datetime
    changed_at: datetime


class RecordVersionEntry(Told):
    """A version of a record, without its document."""

    record: str
    number: int
    digest: str
    change: VersionChange
    reason: str
    author: str
    created_at: datetime


class RecordVersionModel(RecordVersionEntry):
    """A version of a record."""

    document: dict[str, Any]


class Revision(Sent):
    """A new version of a record."""

    document: dict[str, Any] | None = Field(default=None, description="That of the latest version by default.")
    change: VersionChange = VersionChange.UPDATE
    reason: Text = ""


class RowModel(Told):
    """A row of a table that was imported, or would be."""

    place: str
    factor: str
    outcome: Outcome
    faults: list[FaultModel]


class ImportModel(Told):
    """What an import does, or did."""

    written: bool
    new: int
    changed: int
    same: int
    wrong: int
    rows: list[RowModel]


@router.get("/factor-fields")
def list_fields() -> list[FieldModel]:
    """The fields of the record of a factor, with where ILCD and PACT keep them."""
    return [FieldModel.model_validate(found) for found in record_fields().values()]


@router.post("/factor-collections/{id}/records", status_code=201)
def create_record(
    id: Id,  # noqa: A002
    sent: dict[str, Any],
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
) -> RecordModel:
    """Add a factor as a draft; the body is its document."""
    made = platform.do(actor, records.create, id, sent)
    tag(response, made.version)
    response.headers["Location"] = f"/v1/factor-records/{made.id}"
    return RecordModel.model_validate(made)


@router.get("/factor-collections/{id}/records")
def list_records(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
    state: State | None = None,
    text: Annotated[str, Query(max_length=200, description="Words in id, names or category.")] = "",
    kind: FactorKind | None = None,
    geography: Word = "",
    category: Word = "",
) -> PageModel[RecordModel]:
    """Records of a collection that you work on, the newest first."""
    found = platform.look(
        actor,
        records.listed,
        id,
        paging,
        state=state,
        text=text,
        kind=kind or "",
        geography=geography,
        category=category,
    )
    return PageModel[RecordModel].model_validate(found)


@router.get("/factor-records/{id}")
def get_record(id: Id, response: Response, platform: PlatformNeed, actor: ActorNeed) -> RecordModel:  # noqa: A002
    """A record."""
    return told_record(response, platform.look(actor, records.of, id))


@router.post("/factor-records/{id}/versions", status_code=201)
def revise_record(
    id: Id,  # noqa: A002
    sent: Revision,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> RecordModel:
    """Give a record a new version, as a draft; needs the ETag that you saw, in If-Match."""
    revised = platform.do(
        actor, records.revise, id, sent.document, expected=expected, change=sent.change, reason=sent.reason
    )
    return told_record(response, revised)


@router.get("/factor-records/{id}/versions")
def list_record_versions(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
) -> PageModel[RecordVersionEntry]:
    """The versions of a record, the newest first."""
    return PageModel[RecordVersionEntry].model_validate(platform.look(actor, records.versions, id, paging))


@router.get("/factor-records/{id}/versions/{number}")
def get_record_version(
    id: Id,  # noqa: A002
    number: Annotated[int, Path(ge=1, le=2**31 - 1)],
    platform: PlatformNeed,
    actor: ActorNeed,
) -> RecordVersionModel:
    """A version of a record, with its document."""
    return RecordVersionModel.model_validate(platform.look(actor, records.version, id, number))


def _may_import(id: Id, platform: PlatformNeed, actor: ActorNeed) -> None:  # noqa: A002
    platform.look(actor, importing.check, id)


@router.post("/factor-collections/{id}/imports", openapi_extra=sends(ANY))
def import_factors(
    id: Id,  # noqa: A002
    sent: Annotated[FilePath, Depends(upload(_may_import, INLINE))],
    request: Request,
    platform: PlatformNeed,
    actor: ActorNeed,
    file: Annotated[str, Query(pattern=FILE, description="Name of the file, with its ending.")] = "factors.csv",
    dry_run: Annotated[bool, Query(description="Only say what every row would do.")] = True,
) -> ImportModel:
    """Bring a table, CSV or Excel, into a collection as drafts; all rows or none. The body is the file."""
    path = sent.rename(sent.with_name(file))
    found = importing.import_table(platform, actor, id, path, dry_run=dry_run)
    rows = [
        RowModel(
            place=row.place,
            factor=row.factor,
            outcome=row.outcome,
            faults=told(request, row.faults),
        )
        for row in found.rows
    ]
    counts = {outcome.value: found.count(outcome) for outcome in Outcome}
    return ImportModel(written=found.written, rows=rows, **counts)


def told_record(response: Response, entry: records.Entry) -> RecordModel:
    """A record, with its version as the ETag."""
    tag(response, entry.version)
    return RecordModel.model_validate(entry)
