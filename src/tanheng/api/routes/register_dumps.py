"""The public register as open data, for everybody to take."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path, Query, Request, Response
from fastapi.responses import FileResponse
from pydantic import AwareDatetime, Field

from tanheng.api.files import NO_NUL, SOME_FILE, attachment
from tanheng.api.models import PageModel, Told
from tanheng.api.needs import ActorNeed, PagingNeed, PlatformNeed
from tanheng.api.routes.jobs import JobModel, accepted
from tanheng.api.routing import Router
from tanheng.services.registry import dumps

router = Router(prefix="/v1/register/dumps", tags=["register"])
Id = Annotated[str, Path(max_length=36, pattern=NO_NUL)]
Name = Literal["register.csv", "register.parquet", "register.jsonld", "manifest.json"]
_TYPES = {
    "register.csv": "text/csv; charset=utf-8",
    "register.parquet": "application/vnd.apache.parquet",
    "register.jsonld": "application/ld+json",
    "manifest.json": "application/json",
}


class DumpModel(Told):
    """The register as it was at a moment."""

    id: str
    entries: int
    files: dict[str, str] = Field(
        description="SHA-256 by name; manifest.json tells more, and is named in the public log."
    )
    at: AwareDatetime


@router.get("")
def list_dumps(platform: PlatformNeed, actor: ActorNeed, paging: PagingNeed) -> PageModel[DumpModel]:
    """The dumps that there are, the newest first; for anybody."""
    return PageModel[DumpModel].model_validate(platform.look(actor, dumps.listed, paging))


@router.post("", status_code=202)
def make_dump(
    request: Request,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    organisation: Annotated[
        str, Query(max_length=36, pattern=NO_NUL, description="The regulator; administrators name none.")
    ] = "",
) -> JobModel:
    """Have the register written; for administrators and regulators."""
    return accepted(platform.do(actor, dumps.start, organisation=organisation), request, response)


@router.get("/{id}/{name}", response_class=FileResponse, responses=SOME_FILE)
def get_dump(platform: PlatformNeed, actor: ActorNeed, id: Id, name: Name) -> FileResponse:  # noqa: A002
    """A file of a dump; for anybody."""
    path = platform.blobs.file(platform.look(actor, dumps.file_of, id, name))
    kept = {"Cache-Control": "public, max-age=31536000, immutable"}
    return FileResponse(path, media_type=_TYPES[name], headers={**attachment(name), **kept})
