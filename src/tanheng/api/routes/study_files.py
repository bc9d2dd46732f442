"""Studies as files: checked without being kept, and versions to take away."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from tanheng.api.errors import FaultModel
from tanheng.api.files import attachment, body, sends
from tanheng.api.languages import language_of
from tanheng.api.models import Told
from tanheng.api.needs import ActorNeed, PlatformNeed
from tanheng.api.routes.studies import FORMATS, FileName, Id, Number, may_create
from tanheng.services.studies import files
from tanheng.services.studies.files import Form

router = APIRouter(prefix="/v1/studies", tags=["studies"])
MEDIA_TYPES = dict(zip((Form.JSON, Form.YAML, Form.WORKBOOK), FORMATS, strict=True))
Kind = Literal["factor", "database", "default-value", "file", "name", "missing", "unneeded"]


class OutlineModel(Told):
    """What a study holds; “open” has the lines that need a link and have none, or only a name to look up."""

    names: dict[str, str]
    codes: dict[str, str]
    unit: str
    basis: str
    boundary: str
    period: tuple[str, str]
    site: str
    regime: str
    rules: str
    lines: int
    stages: dict[str, int] = Field(description="Lines by life-cycle stage.")
    links: dict[Kind, int] = Field(description="Lines by what they are linked to; “unneeded”: they find theirs.")
    open: list[int]
    parameters: list[str]
    scenarios: list[str]
    co_products: int


class CheckedModel(Told):
    """A study that is valid. With “link_faults” it is so, too, but what these links lead to would be missing."""

    outline: OutlineModel
    link_faults: list[FaultModel] = Field(description=f"At most {files.MOST_FAULTS}.")


@router.post("/check", openapi_extra=sends(*FORMATS))
def check_study(
    organisation: Annotated[str, Query(max_length=36, description="Whose factors and databases links lead to.")],
    sent: Annotated[bytes, Depends(body(may_create))],
    request: Request,
    platform: PlatformNeed,
    actor: ActorNeed,
    file: FileName = "study",
) -> CheckedModel:
    """Read a file in the study format, and keep nothing: what it holds, or every fault with its place (422)."""
    found = files.check(platform, actor, sent, organisation=organisation, name=file)
    lang = language_of(request)
    return CheckedModel(
        outline=OutlineModel.model_validate(found.outline),
        link_faults=[FaultModel(**fault.as_dict(lang)) for fault in found.link_faults],
    )


@router.get(
    "/{id}/versions/{number}/file",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in FORMATS}}},
)
def get_file(
    id: Id,  # noqa: A002
    number: Number,
    platform: PlatformNeed,
    actor: ActorNeed,
    format: Form = Form.YAML,  # noqa: A002
) -> Response:
    """A version of a study as a file, without loss: sent back, it is the same study."""
    content = files.file(platform, actor, id, number, format)
    name = f"study-{id}-{number}.{format.value}"
    return Response(content, media_type=MEDIA_TYPES[format], headers=attachment(name))
