"""Complaints about certification bodies and certificates."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query, Response

from tanheng.api.bodymodels import ComplaintAnswer, ComplaintClosure, ComplaintModel, NewComplaint
from tanheng.api.models import PageModel
from tanheng.api.needs import ActorNeed, ExpectedNeed, PagingNeed, PlatformNeed, tag
from tanheng.api.routing import Router
from tanheng.services.certification import complaints
from tanheng.services.certification.complaints import ComplaintState

router = Router(prefix="/v1/complaints", tags=["certification"])
Id = Annotated[str, Path(max_length=36)]


@router.post("", status_code=201)
def make_complaint(sent: NewComplaint, response: Response, platform: PlatformNeed, actor: ActorNeed) -> ComplaintModel:
    """Complain about a body, or about a certificate of it; for everybody who is signed in."""
    made = platform.do(actor, complaints.complain, **sent.model_dump())
    response.headers["Location"] = f"/v1/complaints/{made.id}"
    return _told(response, made)


@router.get("")
def list_complaints(
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
    body: Annotated[str, Query(max_length=36)] = "",
    state: ComplaintState | None = None,
) -> PageModel[ComplaintModel]:
    """Your complaints, those about your body, and those about bodies that your regulator let certify, the newest first."""
    found = platform.look(actor, complaints.listed, paging, body=body, state=state)
    return PageModel[ComplaintModel].model_validate(found)


@router.get("/{id}")
def get_complaint(id: Id, response: Response, platform: PlatformNeed, actor: ActorNeed) -> ComplaintModel:  # noqa: A002
    """A complaint."""
    return _told(response, platform.look(actor, complaints.of, id))


@router.post("/{id}/answer")
def answer_complaint(
    id: Id,  # noqa: A002
    sent: ComplaintAnswer,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> ComplaintModel:
    """Answer a complaint, for owners of the body; needs the ETag that you saw, in If-Match."""
    return _told(response, platform.do(actor, complaints.answer, id, text=sent.text, expected=expected))


@router.post("/{id}/closure")
def close_complaint(
    id: Id,  # noqa: A002
    sent: ComplaintClosure,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> ComplaintModel:
    """Close a complaint, for owners of the regulator that let the body certify; needs the ETag that you saw."""
    return _told(response, platform.do(actor, complaints.close, id, expected=expected, **sent.model_dump()))


def _told(response: Response, complaint: complaints.Complaint) -> ComplaintModel:
    tag(response, complaint.version)
    return ComplaintModel.model_validate(complaint)
