"""Impact assessment methods."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import Depends, Path, Query, Request, Response
from pydantic import Field

from tanheng.api.files import ANY, sends, upload
from tanheng.api.models import PageModel, Told
from tanheng.api.needs import ActorNeed, ExpectedNeed, PagingNeed, PlatformNeed, tag
from tanheng.api.routes.databases import FILE, INLINE, Sharing
from tanheng.api.routes.jobs import JobModel, accepted
from tanheng.api.routing import Router
from tanheng.services.jobs import jobs
from tanheng.services.methods import importing, methods
from tanheng.services.sharing import Visibility

router = Router(prefix="/v1/methods", tags=["methods"])
Id = Annotated[str, Path(max_length=36)]


class MethodEntry(Told):
    """An impact method; “version” is of this record (ETag), “release” that of the method itself."""

    id: str
    version: int
    organisation: str
    name: str
    visibility: Visibility
    digest: str = Field(description="Of its content.")
    source: str
    title: str
    release: str
    format: str
    licence: str
    categories: int = Field(description="How many.")
    factors: int = Field(description="How many, of all categories together.")
    withdrawn: bool
    shared_with: list[str] = Field(description="Told to its organisation only.")
    created_at: datetime
    changed_at: datetime


class CategoryModel(Told):
    """An impact category."""

    id: str
    name: str
    names: dict[str, str]
    unit: str = Field(description="Of its scores.")
    factors: int = Field(description="How many.")


class MethodModel(MethodEntry):
    """An impact method with its categories; “notes” is how often the reader met what."""

    impact_categories: list[CategoryModel]
    notes: dict[str, int]


def _may_import(organisation: Annotated[str, Query(max_length=36)], platform: PlatformNeed, actor: ActorNeed) -> None:
    platform.look(actor, importing.check, organisation)


@router.post("", status_code=201, openapi_extra=sends(ANY))
def import_method(
    organisation: Annotated[str, Query(max_length=36)],
    name: Annotated[str, Query(max_length=64)],
    sent: Annotated[FilePath, Depends(upload(_may_import, INLINE))],
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    file: Annotated[str, Query(pattern=FILE, description="Name of the file, with its ending.")] = "method.zip",
) -> MethodModel:
    """Import a small file; one of the same name stands for the new data then.

    The body is the file: a package of ILCD or openLCA JSON-LD, SimaPro CSV, EcoSpold 1, or a table.
    """
    path = sent.rename(sent.with_name(file))
    made = importing.import_into(platform, actor, path, name=name, organisation=organisation)
    tag(response, made.version)
    response.headers["Location"] = f"/v1/methods/{made.id}"
    return _whole(made)


@router.post("/imports", status_code=202, openapi_extra=sends(ANY))
def start_method_import(
    organisation: Annotated[str, Query(max_length=36)],
    name: Annotated[str, Query(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")],
    sent: Annotated[FilePath, Depends(upload(_may_import))],
    request: Request,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    file: Annotated[str, Query(pattern=FILE, description="Name of the file, with its ending.")] = "method.zip",
) -> JobModel:
    """Import a file of any size by a job; the body is the file."""
    payload = {"blob": platform.blobs.put_file(sent), "file": file, "name": name}
    made = platform.do(actor, jobs.start, kind="import-method", payload=payload, organisation=organisation)
    return accepted(made, request, response)


@router.get("")
def list_methods(platform: PlatformNeed, actor: ActorNeed, paging: PagingNeed) -> PageModel[MethodEntry]:
    """Impact methods that you may use, the newest first."""
    return PageModel[MethodEntry].model_validate(platform.look(actor, methods.listed, paging))


@router.get("/{id}")
def get_method(id: Id, response: Response, platform: PlatformNeed, actor: ActorNeed) -> MethodModel:  # noqa: A002
    """An impact method with its categories, their units, and how many factors they have."""
    found = platform.look(actor, methods.of, id)
    tag(response, found.version)
    return _whole(found)


@router.put("/{id}/sharing")
def share_method(
    id: Id,  # noqa: A002
    sent: Sharing,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> MethodModel:
    """Say who else may use an impact method; needs the ETag that you saw, in If-Match."""
    changed = platform.do(
        actor, methods.share, id, expected=expected, visibility=sent.visibility, shared_with=sent.shared_with
    )
    tag(response, changed.version)
    return _whole(changed)


@router.post("/{id}/withdraw")
def withdraw_method(
    id: Id,  # noqa: A002
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> MethodModel:
    """Apply an impact method no longer; needs the ETag that you saw, in If-Match."""
    changed = platform.do(actor, methods.withdraw, id, expected=expected)
    tag(response, changed.version)
    return _whole(changed)


def _whole(method: methods.Method) -> MethodModel:
    entry = MethodEntry.model_validate(method).model_dump()
    contents = method.contents
    return MethodModel(**entry, impact_categories=contents["categories"], notes=contents["notes"])
