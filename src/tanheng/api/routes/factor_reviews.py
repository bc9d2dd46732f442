"""The factor register: the review of a record, and the comments on its fields."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Path, Response
from pydantic import Field

from tanheng.api.files import NO_NUL
from tanheng.api.models import PageModel, Sent, Told
from tanheng.api.needs import ActorNeed, ExpectedNeed, PagingNeed, PlatformNeed
from tanheng.api.routes.factor_records import RecordModel, told_record
from tanheng.api.routing import Router
from tanheng.factors.lifecycle import Step
from tanheng.services.factors import (
    reviewing,
)

router = Router(prefix="/v1", tags=["factors"])
Id = Annotated[str, Path(max_length=36)]
Text = Annotated[str, Field(max_length=4000, pattern=NO_NUL)]


class Note(Sent):
    """A word on a step."""

    note: Text = ""


class Decision(Sent):
    """What a reviewer decides."""

    step: Literal["accept", "return"]
    note: Text = ""


class ReviewModel(Told):
    """A step that somebody took."""

    id: str
    number: int
    step: Step
    person: str
    note: str
    at: datetime


class NewComment(Sent):
    """A comment on a field, or on the whole record."""

    field: str = Field(default="", max_length=64)
    text: Annotated[str, Field(min_length=1, max_length=4000, pattern=NO_NUL)]


class CommentModel(Told):
    """A comment."""

    id: str
    number: int
    field: str
    text: str
    author: str
    settled_by: str | None
    settled_at: datetime | None
    created_at: datetime


@router.post("/factor-records/{id}/submission")
def submit_record(
    id: Id,  # noqa: A002
    sent: Note,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> RecordModel:
    """Hand the latest version to the reviewers; needs the ETag that you saw, in If-Match."""
    return told_record(response, platform.do(actor, reviewing.submit, id, expected=expected, note=sent.note))


@router.delete("/factor-records/{id}/submission")
def take_back_record(
    id: Id,  # noqa: A002
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> RecordModel:
    """Take back what was submitted or accepted; needs the ETag that you saw, in If-Match."""
    return told_record(response, platform.do(actor, reviewing.take_back, id, expected=expected))


@router.post("/factor-records/{id}/reviews")
def review_record(
    id: Id,  # noqa: A002
    sent: Decision,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> RecordModel:
    """Accept or return what somebody else wrote; needs the ETag that you saw, in If-Match."""
    step = reviewing.accept if sent.step == "accept" else reviewing.send_back
    return told_record(response, platform.do(actor, step, id, expected=expected, note=sent.note))


@router.get("/factor-records/{id}/reviews")
def list_reviews(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
) -> PageModel[ReviewModel]:
    """The steps that were taken with a record, the newest first."""
    return PageModel[ReviewModel].model_validate(platform.look(actor, reviewing.reviews, id, paging))


@router.post("/factor-records/{id}/comments", status_code=201)
def comment_record(id: Id, sent: NewComment, platform: PlatformNeed, actor: ActorNeed) -> CommentModel:  # noqa: A002
    """Comment on a field of a record, or on the whole."""
    made = platform.do(actor, reviewing.comment, id, field=sent.field, text=sent.text)
    return CommentModel.model_validate(made)


@router.get("/factor-records/{id}/comments")
def list_comments(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
) -> PageModel[CommentModel]:
    """The comments on a record, the newest first."""
    return PageModel[CommentModel].model_validate(platform.look(actor, reviewing.comments, id, paging))


@router.post("/factor-comments/{id}/settlement")
def settle_comment(id: Id, platform: PlatformNeed, actor: ActorNeed) -> CommentModel:  # noqa: A002
    """Say that a comment is dealt with."""
    return CommentModel.model_validate(platform.do(actor, reviewing.settle, id))
