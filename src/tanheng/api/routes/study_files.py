"""Studies as files: checked without being kept; versions to take away, and what changed between them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request, Response
from pydantic import Field

from tanheng.api.errors import FaultModel, told
from tanheng.api.files import attachment, body, sends
from tanheng.api.models import Told
from tanheng.api.needs import ActorNeed, PlatformNeed
from tanheng.api.routes.studies import FORMATS, FileName, Id, Number, may_create
from tanheng.api.routing import Router
from tanheng.rules.differing import Change
from tanheng.services.studies import files
from tanheng.services.studies.files import StudyFile

router = Router(prefix="/v1/studies", tags=["studies"])
MEDIA_TYPES = dict(zip((StudyFile.JSON, StudyFile.YAML, StudyFile.WORKBOOK), FORMATS, strict=True))
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
    open: list[int] = Field(description="At most 10,000.")
    parameters: list[str]
    scenarios: list[str]
    co_products: int


class CheckedStudyModel(Told):
    """A study that is valid. With “link_faults” it is so, too, but what these links lead to would be missing."""

    outline: OutlineModel
    link_faults: list[FaultModel] = Field(description=f"At most {files.MOST_FAULTS}.")


class FieldChangeModel(Told):
    """A field that differs; values as in the document of the version, null where there is none."""

    change: Change
    path: str = Field(description="As product.codes.hs, parameters[hours].value, amount.")
    before: Any
    after: Any


class LineChangeModel(Told):
    """A line that differs; “before” and “after” are its numbers in the two versions, null where it is not there."""

    change: Change
    before: int | None
    after: int | None
    id: str
    names: dict[str, str]
    fields: list[FieldChangeModel] = Field(description="That differ; all, of a line that was added or removed.")


class StudyDifferenceModel(Told):
    """What changed between two versions; “next” is where to go on with the lines, null at the end."""

    before: int
    after: int
    fields: list[FieldChangeModel] = Field(description="Of the study, but for its lines.")
    lines: list[LineChangeModel]
    added: int
    removed: int
    changed: int
    same: int
    next: int | None


@router.post("/check", openapi_extra=sends(*FORMATS))
def check_study(
    organisation: Annotated[str, Query(max_length=36, description="Whose factors and databases links lead to.")],
    sent: Annotated[bytes, Depends(body(may_create))],
    request: Request,
    platform: PlatformNeed,
    actor: ActorNeed,
    file: FileName = "study",
) -> CheckedStudyModel:
    """Read a file in the study format, and keep nothing: what it holds, or every fault with its place (422)."""
    found = files.check(platform, actor, sent, organisation=organisation, name=file)
    shown = replace(found.outline, open=found.outline.open[:10_000])
    return CheckedStudyModel(
        outline=OutlineModel.model_validate(shown),
        link_faults=told(request, found.link_faults),
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
    format: StudyFile = StudyFile.YAML,  # noqa: A002
) -> Response:
    """A version of a study as a file, without loss: sent back, it is the same study."""
    content = files.file(platform, actor, id, number, format)
    name = f"study-{id}-{number}.{format.value}"
    return Response(content, media_type=MEDIA_TYPES[format], headers=attachment(name))


@router.get("/{id}/difference")
def get_difference(
    id: Id,  # noqa: A002
    before: Annotated[int, Query(ge=1, le=2**31 - 1, description="Number of a version.")],
    platform: PlatformNeed,
    actor: ActorNeed,
    after: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="The latest by default.")] = None,
    first: Annotated[int, Query(ge=0, le=2**31 - 1, description="“next” of the answer before.")] = 0,
    limit: Annotated[int, Query(ge=1, le=500, description="Lines of an answer.")] = 100,
) -> StudyDifferenceModel:
    """What changed from one version of a study to another: fields, and lines added, removed and changed."""
    found = files.difference(platform, actor, id, before, after)
    lines = found.revision.lines
    counts = Counter(line.change for line in lines)
    last = first + limit
    return StudyDifferenceModel(
        before=found.before,
        after=found.after,
        fields=[FieldChangeModel.model_validate(field) for field in found.revision.fields],
        lines=[LineChangeModel.model_validate(line) for line in lines[first:last]],
        added=counts[Change.ADDED],
        removed=counts[Change.REMOVED],
        changed=counts[Change.CHANGED],
        same=found.revision.same,
        next=last if last < len(lines) else None,
    )
