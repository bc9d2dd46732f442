"""Mapping files of organisations: which flow of a database is which flow of a method."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import Depends, Path, Query, Response
from fastapi.responses import FileResponse
from pydantic import Field

from tanheng.api.files import attachment, sends, upload
from tanheng.api.models import PageModel, Told
from tanheng.api.needs import ActorNeed, PagingNeed, PlatformNeed, tag
from tanheng.api.routes.databases import FILE, INLINE
from tanheng.api.routing import Router
from tanheng.services.methods import mappings, scoring

router = Router(prefix="/v1/flow-mappings", tags=["methods"])
Id = Annotated[str, Path(max_length=36)]
CSV = "text/csv"


class MappingModel(Told):
    """A mapping file that an organisation keeps for a database and a method."""

    id: str
    version: int
    organisation: str
    database: str
    method: str
    name: str = Field(description="Of the file.")
    digest: str = Field(description="Of the file; scores that rest on it tell it.")
    rows: int = Field(description="Rows that name a flow.")
    created_at: datetime
    changed_at: datetime


def _may_keep(organisation: Annotated[str, Query(max_length=36)], platform: PlatformNeed, actor: ActorNeed) -> None:
    platform.look(actor, mappings.check, organisation)


@router.post("", status_code=201, openapi_extra=sends(CSV))
def keep_mapping(
    organisation: Annotated[str, Query(max_length=36)],
    database: Annotated[str, Query(max_length=36)],
    method: Annotated[str, Query(max_length=36)],
    sent: Annotated[FilePath, Depends(upload(_may_keep, INLINE))],
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    file: Annotated[
        str, Query(pattern=FILE, description="Name of the file, for the places of faults.")
    ] = "mapping.csv",
) -> MappingModel:
    """Keep a mapping file for a database and a method, in place of the one that was.

    The body is the file: CSV, as GET /v1/databases/ID/methods/METHOD/mapping gives it.
    """
    pair = {"organisation": organisation, "database": database, "method": method}
    made = scoring.keep(platform, actor, sent, **pair, name=file)
    tag(response, made.version)
    response.headers["Location"] = f"/v1/flow-mappings/{made.id}"
    return MappingModel.model_validate(made)


@router.get("")
def list_mappings(
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
    database: Annotated[str, Query(max_length=36, description="Id; of this database only.")] = "",
    method: Annotated[str, Query(max_length=36, description="Id; of this method only.")] = "",
) -> PageModel[MappingModel]:
    """Mapping files of your organisations, the newest first."""
    found = platform.look(actor, mappings.listed, paging, database=database, method=method)
    return PageModel[MappingModel].model_validate(found)


@router.get("/{id}")
def get_mapping(id: Id, response: Response, platform: PlatformNeed, actor: ActorNeed) -> MappingModel:  # noqa: A002
    """A mapping file at a glance."""
    found = platform.look(actor, mappings.of, id)
    tag(response, found.version)
    return MappingModel.model_validate(found)


@router.get(
    "/{id}/file",
    response_class=FileResponse,
    responses={200: {"content": {CSV: {"schema": {"type": "string", "format": "binary"}}}}},
)
def get_mapping_file(id: Id, platform: PlatformNeed, actor: ActorNeed) -> FileResponse:  # noqa: A002
    """A mapping file, as it was sent."""
    found = platform.look(actor, mappings.of, id)
    return FileResponse(platform.blobs.file(found.blob), media_type=CSV, headers=attachment(found.name))


@router.delete("/{id}", status_code=204)
def forget_mapping(id: Id, platform: PlatformNeed, actor: ActorNeed) -> None:  # noqa: A002
    """Keep a mapping file no longer."""
    platform.do(actor, mappings.forget, id)
