"""The task board of the plan: read by anybody, told by regulators."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Path, Query, Response
from pydantic import AwareDatetime, Field, StringConstraints

from tanheng.api.files import NO_NUL, attachment
from tanheng.api.models import Names, PageModel, Sent, Told
from tanheng.api.needs import ActorNeed, PagingNeed, PlatformNeed
from tanheng.api.routing import Router
from tanheng.reporting.plain import Ending
from tanheng.services.registry import taskreport, tasks

router = Router(prefix="/v1/tasks", tags=["tasks"])
_MEDIA: dict[Ending, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file.",
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in _MEDIA.values()},
    }
}
TaskId = Annotated[str, Path(max_length=8, pattern=NO_NUL, description="A1 … D22, E.")]
Source = Annotated[str, StringConstraints(max_length=500)]


class ReachedModel(Told):
    """A milestone."""

    day: date
    texts: Names
    source: str
    measure: str = Field(description="That the installation counts; empty where it does not.")
    value: float | None = Field(description="That is to be reached; null where none is named.")
    unit: str
    counted: int | None
    done: bool


class MilestoneModel(Told):
    """A milestone that a regulator told."""

    day: date
    texts: Names
    source: str
    done: bool


class TaskStateModel(Told):
    """What a regulator told of a task."""

    id: str
    lead: Names
    milestones: list[MilestoneModel]
    progress: int = Field(description="Per cent.")
    notes: str
    organisation: str
    at: AwareDatetime


class TaskModel(Told):
    """A task of the plan, as it stands."""

    id: str
    area: str
    titles: Names
    milestones: list[ReachedModel]
    told: TaskStateModel | None


class ReportModel(Told):
    """The board at the end of a year, and what was told in it, by task."""

    year: int
    at: AwareDatetime
    tasks: list[TaskModel]
    changes: dict[str, list[TaskStateModel]]
    counted: dict[str, int] = Field(description="What the installation counts today, by measure.")


class MilestoneSent(Sent):
    """A milestone besides those of the plan."""

    day: date
    texts: Names
    source: Source = ""
    done: bool = False


class TaskSent(Sent):
    """How far a task is, in the place of what was told before."""

    organisation: str = Field(max_length=36, description="The regulator that tells it.")
    lead: Names = Field(description="The body that leads the task.")
    milestones: list[MilestoneSent] = Field(default_factory=list, max_length=100)
    progress: int = Field(ge=0, le=100)
    notes: str = Field(default="", max_length=20_000)


@router.get("")
def list_tasks(response: Response, platform: PlatformNeed, actor: ActorNeed) -> list[TaskModel]:
    """The tasks of the plan, with what was told of them and what is counted; for anybody."""
    response.headers["Cache-Control"] = "public, max-age=60"
    return [TaskModel.model_validate(one) for one in platform.look(actor, tasks.board)]


@router.get("/report")
def get_report(platform: PlatformNeed, actor: ActorNeed, year: Annotated[int, Query(ge=1900, le=2200)]) -> ReportModel:
    """The report of a year; for anybody."""
    return ReportModel.model_validate(platform.look(actor, tasks.report, year))


@router.get("/report/document", response_class=Response, responses=_FILE)
def get_report_document(
    platform: PlatformNeed,
    actor: ActorNeed,
    year: Annotated[int, Query(ge=1900, le=2200)],
    format: Ending = "pdf",  # noqa: A002 - as the address says it
    lang: Literal["zh", "en"] = "zh",
) -> Response:
    """The report of a year as PDF or Word file; for anybody."""
    content = platform.look(actor, taskreport.document, year, format, lang)
    headers = {"Cache-Control": "public, max-age=60", **attachment(f"tasks-{year}-{lang}.{format}")}
    return Response(content, media_type=_MEDIA[format], headers=headers)


@router.get("/{task}/history")
def list_history(
    platform: PlatformNeed, actor: ActorNeed, paging: PagingNeed, task: TaskId
) -> PageModel[TaskStateModel]:
    """What was told of a task, the newest first; for anybody."""
    return PageModel[TaskStateModel].model_validate(platform.look(actor, tasks.history, task, paging))


@router.post("/{task}/history", status_code=201)
def tell_task(platform: PlatformNeed, actor: ActorNeed, task: TaskId, sent: TaskSent) -> TaskModel:
    """Tell how far a task is; for owners of a regulator."""
    made = platform.do(
        actor,
        tasks.tell,
        task,
        organisation=sent.organisation,
        lead=sent.lead.model_dump(exclude_none=True),
        milestones=[one.model_dump(mode="json", exclude_none=True) for one in sent.milestones],
        progress=sent.progress,
        notes=sent.notes,
    )
    return TaskModel.model_validate(made)
