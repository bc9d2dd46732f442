"""Requests for footprints to suppliers, as the buyer has them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import Path, Query, Response
from fastapi.responses import FileResponse
from pydantic import Field

from tanheng.api.files import DOWNLOAD, NO_NUL, attachment
from tanheng.api.models import Names, PageModel, Sent, Told
from tanheng.api.needs import ActorNeed, ExpectedNeed, PagingNeed, PlatformNeed, tag
from tanheng.api.routing import Router
from tanheng.services.suppliers import accepting, answering, requests
from tanheng.storage.sql.work import not_found
from tanheng.suppliers import Basis, RequestParty, RequestState

router = Router(prefix="/v1/data-requests", tags=["suppliers"])
Id = Annotated[str, Path(max_length=36)]
Text = Annotated[str, Field(max_length=4000, pattern=NO_NUL)]


class NewRequest(Sent):
    """A request to a supplier."""

    organisation: str = Field(max_length=36, description="Yours, that asks.")
    names: Names = Field(description="Of what is bought.")
    per: str = Field(min_length=1, max_length=32, description="Unit that the footprint is told by, as kg.")
    supplier: str = Field(min_length=1, max_length=200)
    due: date
    message: Text = ""
    study: str = Field(default="", max_length=36, description="That the answer is for; may be empty.")
    line: str = Field(default="", max_length=200, description="Line of the study, by its number or id.")


class RequestModel(Told):
    """A request."""

    id: str
    version: int
    organisation: str
    number: str
    study: str
    line: str
    names: dict[str, str]
    per: str
    supplier: str
    message: str
    due: date
    state: RequestState
    round: int = Field(description="How often it was answered.")
    author: str
    factor: str = Field(description="What studies link to, once the answer is accepted.")
    created_at: datetime
    changed_at: datetime


class SentModel(Told):
    """A request and its link, which is shown this once."""

    request: RequestModel
    link: str
    letter: dict[str, str] = Field(description="What to write to the supplier, by language.")


class AnswerCommentModel(Told):
    """A comment on a field of an answer."""

    field: str
    text: str


class RequestStepModel(Told):
    """A step that was taken; “person” is empty for whoever had the link."""

    id: str
    step: str
    before: RequestState
    after: RequestState
    party: RequestParty
    person: str
    reason: str
    comments: list[AnswerCommentModel]
    at: datetime


class AnswerModel(Told):
    """A footprint that a supplier told, kg CO2e per “per”."""

    basis: Basis
    names: dict[str, str]
    maker: str
    value: float
    per: str
    gwp: str
    boundary: str
    geography: str
    year: int
    amounts: list[tuple[str, str, float]] = Field(description="kg of each gas by origin; empty where not told.")
    quality: dict[str, float]
    primary_share: float | None
    gsd2: float | None
    standard: str
    review: str
    reviewer: str
    valid_until: date | None
    note: str
    digest: str = Field(description="Of the assessment that it was made from.")
    unseen: int = Field(description="Sources of the assessment that are not at hand here to compare its record with.")


class AnsweredModel(Told):
    """An answer as it came."""

    id: str
    round: int
    answer: AnswerModel
    at: datetime


class AnswerFileModel(Told):
    """A file beside an answer."""

    id: str
    name: str
    digest: str
    size: int
    media_type: str
    at: datetime


class AnswerFilesModel(Told):
    """The files beside the answers of a request."""

    items: list[AnswerFileModel]


class NewAnswerComment(Sent):
    """A comment on a field of an answer."""

    field: str = Field(default="", max_length=64)
    text: Annotated[str, Field(min_length=1, max_length=2000)]


class Returning(Sent):
    """Why an answer is returned."""

    comments: list[NewAnswerComment] = Field(default_factory=list, max_length=50)
    reason: Text = ""


class Reason(Sent):
    """A reason; may be empty."""

    reason: Text = ""


@router.post("", status_code=201)
def send_request(sent: NewRequest, response: Response, platform: PlatformNeed, actor: ActorNeed) -> SentModel:
    """Ask a supplier for the footprint of a product; the link in the answer needs no account."""
    told = sent.model_dump() | {"names": sent.names.model_dump(exclude_none=True)}
    made = platform.do(actor, requests.send, **told)
    tag(response, made.request.version)
    return SentModel.model_validate(made)


@router.get("")
def list_requests(
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
    state: RequestState | None = None,
    study: Annotated[str, Query(max_length=36)] = "",
) -> PageModel[RequestModel]:
    """Requests of your organisations, the newest first."""
    return PageModel[RequestModel].model_validate(
        platform.look(actor, requests.listed, paging, state=state, study=study)
    )


@router.get("/{id}")
def get_request(id: Id, response: Response, platform: PlatformNeed, actor: ActorNeed) -> RequestModel:  # noqa: A002
    """A request."""
    return _told(response, platform.look(actor, requests.of, id))


@router.post("/{id}/link")
def renew_link(id: Id, platform: PlatformNeed, actor: ActorNeed) -> SentModel:  # noqa: A002
    """A new link in place of the one before, as for a reminder."""
    return SentModel.model_validate(platform.do(actor, requests.renew, id))


@router.get("/{id}/answers")
def list_answers(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
) -> PageModel[AnsweredModel]:
    """What the supplier answered, the newest first."""
    return PageModel[AnsweredModel].model_validate(platform.look(actor, requests.answers, id, paging))


@router.get("/{id}/steps")
def list_request_steps(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
) -> PageModel[RequestStepModel]:
    """The steps that were taken, the newest first."""
    return PageModel[RequestStepModel].model_validate(platform.look(actor, requests.steps, id, paging))


@router.get("/{id}/files")
def list_request_files(id: Id, platform: PlatformNeed, actor: ActorNeed) -> AnswerFilesModel:  # noqa: A002
    """The files beside the answers."""
    found = platform.look(actor, answering.files, id)
    return AnswerFilesModel(items=[AnswerFileModel.model_validate(one) for one in found])


@router.get("/{id}/files/{file}", response_class=FileResponse, responses=DOWNLOAD)
def get_request_file(
    id: Id,  # noqa: A002
    file: Annotated[str, Path(max_length=36)],
    platform: PlatformNeed,
    actor: ActorNeed,
) -> FileResponse:
    """A file beside an answer, to keep."""
    kept = platform.look(actor, answering.files, id)
    found = next((one for one in kept if one.id == file), None)
    if found is None:
        raise not_found("file", file)
    return FileResponse(platform.blobs.file(found.digest), media_type=found.media_type, headers=attachment(found.name))


@router.post("/{id}/return")
def return_answer(
    id: Id,  # noqa: A002
    sent: Returning,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> RequestModel:
    """Return the answer with comments; needs the ETag that you saw, in If-Match."""
    comments = [requests.Comment(one.field, one.text) for one in sent.comments]
    made = platform.do(actor, requests.send_back, id, expected=expected, comments=comments, reason=sent.reason)
    return _told(response, made)


@router.post("/{id}/acceptance")
def accept_answer(
    id: Id,  # noqa: A002
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> RequestModel:
    """Accept the answer: it is a factor of yours from now on; needs the ETag that you saw, in If-Match."""
    return _told(response, platform.do(actor, accepting.accept, id, expected=expected))


@router.post("/{id}/withdrawal")
def withdraw_request(
    id: Id,  # noqa: A002
    sent: Reason,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> RequestModel:
    """Ask no more: the link leads nowhere; needs the ETag that you saw, in If-Match."""
    return _told(response, platform.do(actor, requests.withdraw, id, expected=expected, reason=sent.reason))


def _told(response: Response, request: requests.Request) -> RequestModel:
    tag(response, request.version)
    return RequestModel.model_validate(request)
