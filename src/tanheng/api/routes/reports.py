"""Reports in templates of one's own, and frozen assessments that somebody sends."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Query, Response
from pydantic import Field

from tanheng.api.files import ANY, attachment, sends, upload
from tanheng.api.models import Told
from tanheng.api.needs import ActorNeed, PlatformNeed
from tanheng.api.routes.assessments import Beside
from tanheng.api.routing import Router
from tanheng.services.studies import assessments, recomputing, reports

router = Router(prefix="/v1", tags=["reports"])
Id = Annotated[str, Path(max_length=36)]
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LARGEST_TEMPLATE, LARGEST_ASSESSMENT = 8 * 1024**2, 32 * 1024**2
"""Bytes."""
_WORD_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {WORD: {"schema": {"type": "string", "format": "binary"}}}, "description": "The Word file."}
}


class DifferingModel(Told):
    """A value that is another one after recomputing; null where there is none."""

    place: str
    kept: Any
    again: Any


class KeysModel(Told):
    """Links of the record, the first of them by name."""

    count: int
    keys: list[str]


class SourcesModel(Told):
    """The record against the releases at hand."""

    same: KeysModel
    different: KeysModel = Field(description="What the release of that name and digest says is another thing.")
    not_at_hand: KeysModel = Field(description="Of releases that are not at hand; nothing can be said of them.")


class FollowsModel(Told):
    """Whether an assessment follows from its own record."""

    same: bool
    digest: str
    recomputed: str
    total: float = Field(description="kg CO2e per unit, as the file says.")
    total_recomputed: float
    unit: str
    differs: list[DifferingModel] = Field(description="Values that are others, the first hundred.")
    differing: int = Field(description="How many are.")
    sources: SourcesModel


def _may_read(id: Id, platform: PlatformNeed, actor: ActorNeed) -> None:  # noqa: A002
    platform.look(actor, assessments.of, id)


def _may_send(platform: PlatformNeed, actor: ActorNeed) -> None:
    platform.look(actor, recomputing.check)


@router.post("/assessments/{id}/report", response_class=Response, responses=_WORD_FILE, openapi_extra=sends(WORD, ANY))
def write_report(
    id: Id,  # noqa: A002
    sent: Annotated[FilePath, Depends(upload(_may_read, LARGEST_TEMPLATE))],
    platform: PlatformNeed,
    actor: ActorNeed,
    lang: Literal["zh", "en"] = "zh",
    beside: Beside = (),
) -> Response:
    """The report of an assessment in a Word template of one's own, which is the body; nothing is kept."""
    template = sent.rename(sent.with_name("template.docx"))
    content = reports.in_template(platform, actor, id, template, lang=lang, others=beside)
    return Response(content, media_type=WORD, headers=attachment(f"report-{id}.docx"))


@router.post("/recompute", openapi_extra=sends("application/json", ANY))
def recompute_file(
    sent: Annotated[FilePath, Depends(upload(_may_send, LARGEST_ASSESSMENT))],
    platform: PlatformNeed,
    actor: ActorNeed,
    organisation: Annotated[
        str, Query(max_length=36, description="Whose factors and databases its record is compared with.")
    ] = "",
) -> FollowsModel:
    """Compute a frozen assessment, which is the body, again from its own record; nothing is kept."""
    path = sent.rename(sent.with_name("assessment.json"))
    found = recomputing.recomputed(platform, actor, path, organisation=organisation)
    return FollowsModel.model_validate(found)
