"""Background databases."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path as FilePath
from typing import Annotated, Literal

from fastapi import Depends, Path, Query, Request, Response
from pydantic import Field

from tanheng.api.files import ANY, sends, upload
from tanheng.api.models import PageModel, Sent, Told
from tanheng.api.needs import ActorNeed, ExpectedNeed, PagingNeed, PlatformNeed, tag
from tanheng.api.routes.jobs import JobModel, accepted
from tanheng.api.routing import Router
from tanheng.services.databases import databases, exporting, importing, sharing
from tanheng.services.jobs import jobs
from tanheng.services.sharing import Visibility

router = Router(prefix="/v1/databases", tags=["databases"])
Id = Annotated[str, Path(max_length=36)]
INLINE = 20 * 1024**2
"""Bytes of a file that is imported while the client waits."""
FILE = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"


class DatabaseModel(Told):
    """A database; “shared_with” is told to its organisation only."""

    id: str
    version: int
    organisation: str
    name: str
    visibility: Visibility
    digest: str
    source: str
    licence: str
    products: int
    shared_with: list[str]
    created_at: datetime
    changed_at: datetime


class Sharing(Sent):
    """Who else may use a database."""

    visibility: Visibility
    shared_with: list[Annotated[str, Field(max_length=36)]] = Field(default_factory=list, max_length=1000)


class ExportModel(Sent):
    """In which format a database is written."""

    format: Literal["openlca-jsonld", "openlca-jsonld-1", "ilcd", "tidas", "ecospold2", "brightway-excel"] = (
        "openlca-jsonld"
    )


On = Annotated[
    list[Annotated[str, Field(max_length=36)]] | None,
    Query(max_length=20, description="Ids of databases that it is to stand on; as before where none is named."),
]


def _may_import(organisation: Annotated[str, Query(max_length=36)], platform: PlatformNeed, actor: ActorNeed) -> None:
    platform.look(actor, importing.check, organisation)


@router.post("", status_code=201, openapi_extra=sends(ANY))
def import_database(
    organisation: Annotated[str, Query(max_length=36)],
    name: Annotated[str, Query(max_length=64)],
    sent: Annotated[FilePath, Depends(upload(_may_import, INLINE))],
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    file: Annotated[str, Query(pattern=FILE, description="Name of the file, with its ending.")] = "database.zip",
    on: On = None,
) -> DatabaseModel:
    """Import a small file; one of the same name stands for the new data then. The body is the file."""
    path = sent.rename(sent.with_name(file))
    made = importing.import_into(platform, actor, path, name=name, organisation=organisation, on=on)
    tag(response, made.version)
    response.headers["Location"] = f"/v1/databases/{made.id}"
    return DatabaseModel.model_validate(made)


@router.post("/imports", status_code=202, openapi_extra=sends(ANY))
def start_import(
    organisation: Annotated[str, Query(max_length=36)],
    name: Annotated[str, Query(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")],
    sent: Annotated[FilePath, Depends(upload(_may_import))],
    request: Request,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    file: Annotated[str, Query(pattern=FILE, description="Name of the file, with its ending.")] = "database.zip",
    on: On = None,
) -> JobModel:
    """Import a file of any size by a job; the body is the file."""
    platform.look(actor, importing.prepared, organisation, name, on)
    payload = {"blob": platform.blobs.put_file(sent), "file": file, "name": name, "on": on}
    made = platform.do(actor, jobs.start, kind="import-database", payload=payload, organisation=organisation)
    return accepted(made, request, response)


@router.post("/validations", status_code=202, openapi_extra=sends(ANY))
def start_validation(
    organisation: Annotated[str, Query(max_length=36)],
    sent: Annotated[FilePath, Depends(upload(_may_import))],
    request: Request,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    file: Annotated[str, Query(pattern=FILE, description="Name of the file, with its ending.")] = "database.zip",
    examples: Annotated[int, Query(ge=0, le=100, description="Notes of each kind that are told.")] = 3,
) -> JobModel:
    """Read and link a file by a job without importing it; its result is what GET /v1/databases/{id}/validation tells."""
    payload = {"blob": platform.blobs.put_file(sent), "file": file, "examples": examples}
    made = platform.do(actor, jobs.start, kind="validate-database", payload=payload, organisation=organisation)
    return accepted(made, request, response)


@router.get("")
def list_databases(platform: PlatformNeed, actor: ActorNeed, paging: PagingNeed) -> PageModel[DatabaseModel]:
    """Databases that you may use, the newest first."""
    return PageModel[DatabaseModel].model_validate(platform.look(actor, databases.listed, paging))


@router.get("/{id}")
def get_database(id: Id, response: Response, platform: PlatformNeed, actor: ActorNeed) -> DatabaseModel:  # noqa: A002
    """A database."""
    found = platform.look(actor, databases.of, id)
    tag(response, found.version)
    return DatabaseModel.model_validate(found)


@router.put("/{id}/sharing")
def share_database(
    id: Id,  # noqa: A002
    sent: Sharing,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> DatabaseModel:
    """Say who else may use a database; needs the ETag that you saw, in If-Match."""
    changed = platform.do(
        actor, sharing.share, id, expected=expected, visibility=sent.visibility, shared_with=sent.shared_with
    )
    tag(response, changed.version)
    return DatabaseModel.model_validate(changed)


@router.post("/{id}/exports", status_code=202)
def start_export(
    id: Id,  # noqa: A002
    sent: ExportModel,
    request: Request,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
) -> JobModel:
    """Write a database of your organisation in another format by a job; GET /v1/jobs/{id}/file gives the file."""
    found = platform.look(actor, exporting.check, id, format=sent.format)
    payload = {"database": id, "format": sent.format}
    made = platform.do(actor, jobs.start, kind=exporting.JOB, payload=payload, organisation=found.organisation)
    return accepted(made, request, response)
