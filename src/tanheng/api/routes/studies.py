"""Studies and their versions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Response

from tanheng.api.files import NO_NUL, body, sends
from tanheng.api.models import PageModel, Sent, Told
from tanheng.api.needs import ActorNeed, ExpectedNeed, PagingNeed, PlatformNeed, tag
from tanheng.api.routing import Router
from tanheng.services.studies import intake, studies

router = Router(prefix="/v1/studies", tags=["studies"])
Id = Annotated[str, Path(max_length=36)]
Number = Annotated[int, Path(ge=1, le=2**31 - 1, description="Number of the version.")]
FileName = Annotated[str, Query(max_length=200, description="Name of the file, for the places of faults.")]
Note = Annotated[str, Query(max_length=2000, pattern=NO_NUL, description="What is new in this version.")]
FORMATS = (
    "application/json",
    "application/yaml",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)


class StudyModel(Told):
    """A study; “version” is of this record (ETag), “latest” the number of the latest version of the document."""

    id: str
    version: int
    organisation: str
    names: dict[str, str]
    codes: dict[str, str]
    archived: bool
    latest: int
    created_at: datetime
    changed_at: datetime


class VersionEntry(Told):
    """A version of a study, without its document."""

    study: str
    number: int
    digest: str
    note: str
    author: str
    created_at: datetime


class VersionModel(VersionEntry):
    """A version of a study; the document is in the study format, with every default filled in."""

    document: dict[str, Any]


class Archiving(Sent):
    """Whether a study is put away."""

    archived: bool


def may_create(organisation: Annotated[str, Query(max_length=36)], platform: PlatformNeed, actor: ActorNeed) -> None:
    """Go on only for those who may begin studies of the organisation."""
    platform.look(actor, studies.check_create, organisation)


def may_revise(id: Id, platform: PlatformNeed, actor: ActorNeed) -> None:  # noqa: A002
    """Go on only for those who may change the study."""
    platform.look(actor, studies.check_change, id)


@router.post("", status_code=201, openapi_extra=sends(*FORMATS))
def create_study(
    organisation: Annotated[str, Query(max_length=36)],
    sent: Annotated[bytes, Depends(body(may_create))],
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    file: FileName = "study",
    note: Note = "",
) -> StudyModel:
    """Begin a study; the body is a file in the study format: YAML, JSON or a workbook."""
    model = intake.read(sent, file)
    made = platform.do(actor, studies.create, organisation=organisation, model=model, note=note)
    tag(response, made.version)
    response.headers["Location"] = f"/v1/studies/{made.id}"
    return StudyModel.model_validate(made)


@router.get("")
def list_studies(
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
    organisation: Annotated[str, Query(max_length=36)] = "",
    text: Annotated[str, Query(max_length=200, description="Words in names or codes of the product.")] = "",
    archived: Annotated[bool, Query(description="Those that are put away, instead of the others.")] = False,
) -> PageModel[StudyModel]:
    """Studies that you may read, the newest first."""
    found = platform.look(actor, studies.listed, paging, organisation=organisation, text=text, archived=archived)
    return PageModel[StudyModel].model_validate(found)


@router.get("/{id}")
def get_study(id: Id, response: Response, platform: PlatformNeed, actor: ActorNeed) -> StudyModel:  # noqa: A002
    """A study."""
    found = platform.look(actor, studies.of, id)
    tag(response, found.version)
    return StudyModel.model_validate(found)


@router.patch("/{id}")
def archive_study(
    id: Id,  # noqa: A002
    sent: Archiving,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> StudyModel:
    """Put a study away, or take it out again; needs the ETag that you saw, in If-Match."""
    changed = platform.do(actor, studies.archive, id, expected=expected, archived=sent.archived)
    tag(response, changed.version)
    return StudyModel.model_validate(changed)


@router.post("/{id}/versions", status_code=201, openapi_extra=sends(*FORMATS))
def revise_study(
    id: Id,  # noqa: A002
    sent: Annotated[bytes, Depends(body(may_revise))],
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
    file: FileName = "study",
    note: Note = "",
) -> StudyModel:
    """Give a study a new version; needs the ETag of the study that you saw, in If-Match."""
    model = intake.read(sent, file)
    changed = platform.do(actor, studies.revise, id, expected=expected, model=model, note=note)
    tag(response, changed.version)
    response.headers["Location"] = f"/v1/studies/{id}/versions/{changed.latest}"
    return StudyModel.model_validate(changed)


@router.get("/{id}/versions")
def list_versions(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
) -> PageModel[VersionEntry]:
    """The versions of a study, the newest first."""
    return PageModel[VersionEntry].model_validate(platform.look(actor, studies.versions, id, paging))


@router.get("/{id}/versions/{number}")
def get_version(id: Id, number: Number, platform: PlatformNeed, actor: ActorNeed) -> VersionModel:  # noqa: A002
    """A version of a study with its document."""
    return VersionModel.model_validate(platform.look(actor, studies.version, id, number))
