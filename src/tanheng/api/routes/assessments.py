"""Assessments: made of studies, read, computed again, reported, superseded."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from fastapi import Path, Query, Response
from fastapi.responses import FileResponse
from pydantic import Field

from tanheng.api.files import NO_NUL, attachment
from tanheng.api.models import PageModel, Sent, Told
from tanheng.api.needs import ActorNeed, PagingNeed, PlatformNeed, tag
from tanheng.api.routing import Router
from tanheng.services.studies import assessing, assessments

router = Router(prefix="/v1", tags=["assessments"])
Id = Annotated[str, Path(max_length=36)]


Beside = Annotated[
    tuple[Annotated[str, Field(max_length=36)], ...],
    Query(max_length=5, description="Ids of assessments of the same product, set beside it: other regimes, scenarios."),
]


class Format(StrEnum):
    """Formats of reports."""

    PDF = "pdf"
    WORD = "docx"
    EXCEL = "xlsx"
    HTML = "html"


_MEDIA_TYPES = {
    Format.PDF: "application/pdf",
    Format.WORD: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.HTML: "text/html; charset=utf-8",
}


class AssessmentModel(Told):
    """An assessment at a glance."""

    id: str
    version: int
    organisation: str
    study: str
    number: int = Field(description="Number of the version of the study.")
    digest: str
    names: dict[str, str]
    regime: str
    method: str
    rule_pack: str
    scenario: str
    declared_unit: str
    total: float = Field(description="kg CO2e per declared unit; a lower bound where it is not complete.")
    unit: str
    complete: bool
    rating: float | None = Field(description="Of data quality, 1 the best; null where nothing is rated.")
    primary_share: float
    errors: int
    warnings: int
    infos: int
    author: str
    superseded_by: str | None
    reason: str
    created_at: datetime
    changed_at: datetime


class NewAssessment(Sent):
    """What is to be computed; what is left out is as the study says."""

    version: int | None = Field(default=None, ge=1, le=2**31 - 1, description="Of the study; the latest by default.")
    regime: str = Field(default="", max_length=64)
    rules: str = Field(default="", max_length=128, description="Rule pack: id or id@version.")
    database: str = Field(default="", max_length=64, description="Where links without a prefix are looked up.")
    scenario: str = Field(default="", max_length=128)
    samples: int = Field(
        default=0,
        ge=0,
        le=assessing.INLINE_SAMPLES,
        description="Of the Monte Carlo view; a job draws more, and draws background databases with them.",
    )
    seed: int = Field(default=1, ge=0, le=2**31 - 1)


class Superseding(Sent):
    """Which assessment takes the place of this one, and why."""

    by: str = Field(max_length=36)
    reason: str = Field(min_length=1, max_length=2000, pattern=NO_NUL)


class RecomputedModel(Told):
    """Whether the assessment follows from its own record."""

    same: bool
    digest: str
    recomputed: str


@router.post("/studies/{id}/assessments", status_code=201)
def assess_study(
    id: Id,  # noqa: A002
    sent: NewAssessment,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
) -> AssessmentModel:
    """Assess a version of a study; the result is frozen."""
    order = assessing.Order(sent.version, **sent.model_dump(exclude={"version"}))
    made = assessing.assess(platform, actor, id, order)
    tag(response, made.version)
    response.headers["Location"] = f"/v1/assessments/{made.id}"
    return AssessmentModel.model_validate(made)


@router.get("/assessments")
def list_assessments(
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
    study: Annotated[str, Query(max_length=36)] = "",
    organisation: Annotated[str, Query(max_length=36)] = "",
    regime: Annotated[str, Query(max_length=64)] = "",
    current: Annotated[bool, Query(description="Only those that no other took the place of.")] = False,
) -> PageModel[AssessmentModel]:
    """Assessments that you may read, the newest first."""
    wanted: dict[str, Any] = {"study": study, "organisation": organisation, "regime": regime, "current": current}
    return PageModel[AssessmentModel].model_validate(platform.look(actor, assessments.listed, paging, **wanted))


@router.get("/assessments/{id}")
def get_assessment(id: Id, response: Response, platform: PlatformNeed, actor: ActorNeed) -> AssessmentModel:  # noqa: A002
    """An assessment at a glance."""
    found = platform.look(actor, assessments.of, id)
    tag(response, found.version)
    return AssessmentModel.model_validate(found)


@router.get(
    "/assessments/{id}/document",
    response_class=FileResponse,
    responses={200: {"content": {"application/json": {"schema": {"type": "object"}}}}},
)
def get_document(id: Id, platform: PlatformNeed, actor: ActorNeed) -> FileResponse:  # noqa: A002
    """The whole frozen assessment, as tanheng recompute reads it."""
    found = platform.look(actor, assessments.of, id)
    name = f"assessment-{id}.json"
    return FileResponse(platform.blobs.file(found.blob), media_type="application/json", headers=attachment(name))


@router.post("/assessments/{id}/recompute")
def recompute_assessment(id: Id, platform: PlatformNeed, actor: ActorNeed) -> RecomputedModel:  # noqa: A002
    """Compute an assessment again from its own record; nothing is written. A job does it where databases were sampled."""
    found = assessments.recompute_at_once(platform, actor, id, samples=assessing.INLINE_SAMPLES)
    return RecomputedModel.model_validate(found)


@router.get(
    "/assessments/{id}/report",
    response_class=Response,
    responses={200: {"content": {kind.partition(";")[0]: {} for kind in _MEDIA_TYPES.values()}}},
)
def get_report(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    format: Format = Format.PDF,  # noqa: A002
    lang: Literal["zh", "en"] = "zh",
    beside: Beside = (),
) -> Response:
    """The report of an assessment, to keep."""
    content = assessments.report(platform, actor, id, ending=f".{format.value}", lang=lang, others=beside)
    return Response(content, media_type=_MEDIA_TYPES[format], headers=attachment(f"report-{id}.{format.value}"))


@router.post("/assessments/{id}/supersede")
def supersede_assessment(
    id: Id,  # noqa: A002
    sent: Superseding,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
) -> AssessmentModel:
    """Let a later assessment of the same study take the place of this one; both stay."""
    changed = platform.do(actor, assessments.supersede, id, sent.by, sent.reason)
    tag(response, changed.version)
    return AssessmentModel.model_validate(changed)
