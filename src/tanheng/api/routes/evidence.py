"""Evidence of studies: files up and down."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import Depends, Header, Path, Query
from fastapi.responses import FileResponse

from tanheng.api.files import attachment, sends, upload
from tanheng.api.models import PageModel, Told
from tanheng.api.needs import ActorNeed, PagingNeed, PlatformNeed
from tanheng.api.routing import Router
from tanheng.services.studies import evidence

router = Router(prefix="/v1/studies/{study}/evidence", tags=["studies"])
Id = Annotated[str, Path(max_length=36)]
ANY = "application/octet-stream"
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}")


class EvidenceModel(Told):
    """A file beside a study; “digest” is its SHA-256, which assessments record."""

    id: str
    study: str
    name: str
    digest: str
    size: int
    media_type: str
    author: str
    created_at: datetime


def _may_add(study: Id, platform: PlatformNeed, actor: ActorNeed) -> None:
    platform.look(actor, evidence.check, study)


@router.post("", status_code=201, openapi_extra=sends(ANY))
def add_evidence(
    study: Id,
    name: Annotated[str, Query(min_length=1, max_length=evidence.LONGEST, description="By which lines name it.")],
    sent: Annotated[FilePath, Depends(upload(_may_add))],
    platform: PlatformNeed,
    actor: ActorNeed,
    content_type: Annotated[str, Header(include_in_schema=False)] = ANY,
) -> EvidenceModel:
    """Put a file beside a study; the body is the file."""
    made = evidence.add(platform, actor, study, sent, name=name, media_type=media_type_of(content_type))
    return EvidenceModel.model_validate(made)


@router.get("")
def list_evidence(study: Id, platform: PlatformNeed, actor: ActorNeed, paging: PagingNeed) -> PageModel[EvidenceModel]:
    """The files beside a study, the newest first."""
    return PageModel[EvidenceModel].model_validate(platform.look(actor, evidence.listed, study, paging))


@router.get(
    "/{id}",
    response_class=FileResponse,
    responses={200: {"content": {ANY: {"schema": {"type": "string", "format": "binary"}}}}},
)
def get_evidence(study: Id, id: Id, platform: PlatformNeed, actor: ActorNeed) -> FileResponse:  # noqa: A002
    """A file beside a study, to keep."""
    found = platform.look(actor, evidence.of, study, id)
    return FileResponse(platform.blobs.file(found.digest), media_type=found.media_type, headers=attachment(found.name))


def media_type_of(content_type: str) -> str:
    """The media type of a file, as the header says it; any where it is none."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind if _MEDIA_TYPE.fullmatch(kind) else ANY
