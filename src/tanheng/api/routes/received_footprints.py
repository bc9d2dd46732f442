"""Footprints that came in as files of protocols: received, looked at, accepted or rejected."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Query, Request, Response
from pydantic import Field

from tanheng.api.files import ANY, DOWNLOAD, NO_NUL, attachment, sends, upload
from tanheng.api.languages import language_of
from tanheng.api.models import PageModel, Sent, Told
from tanheng.api.needs import ActorNeed, ExpectedNeed, PagingNeed, PlatformNeed, tag
from tanheng.api.routes.exchange import LossModel, ObjectionModel, losses_told, objections_told
from tanheng.api.routing import Router
from tanheng.services.exchange import receiving
from tanheng.services.exchange.receiving import ReceivedFootprint, ReceivedState

router = Router(prefix="/v1/received-footprints", tags=["exchange"])
Id = Annotated[str, Path(max_length=36)]
LARGEST = 32 * 1024**2
"""Bytes of a file."""
Organisation = Annotated[str, Query(max_length=36, description="Yours, that received it.")]


class ReceivedFootprintModel(Told):
    """A footprint that came in."""

    id: str
    version: int
    organisation: str
    number: str
    protocol: str
    foreign_id: str = Field(description="Its id in the system that it is from.")
    partner: str | None = Field(description="Id of the partner that sent it; null where it came in a file.")
    question: str | None = Field(description="Id of the question that it answers.")
    standing: Literal["Active", "Deprecated"] = Field(description="For whom it is from.")
    file_name: str
    names: dict[str, str]
    maker: dict[str, str]
    value: float = Field(description="kg CO2e for one “per”.")
    per: str
    facts: dict[str, Any] = Field(description="What else the file tells.")
    losses: list[LossModel] = Field(description="What the file tells and there is no place for.")
    objections: list[ObjectionModel]
    faults: list[str] = Field(description="Fields that keep it from being a factor.")
    state: ReceivedState
    factor: str = Field(description="What studies link to, once it is accepted.")
    author: str
    reason: str
    created_at: datetime
    changed_at: datetime


class ReceivedFootprintsModel(Told):
    """The footprints of a file."""

    items: list[ReceivedFootprintModel]


class Rejecting(Sent):
    """Why a footprint is rejected; may be empty."""

    reason: Annotated[str, Field(max_length=2000, pattern=NO_NUL)] = ""


def _may_receive(organisation: Organisation, platform: PlatformNeed, actor: ActorNeed) -> None:
    platform.look(actor, receiving.check, organisation)


@router.post("", status_code=201, openapi_extra=sends(ANY))
def receive_footprints(
    organisation: Organisation,
    protocol: Annotated[str, Query(max_length=64, description="Id of the protocol that the file follows.")],
    name: Annotated[str, Query(min_length=1, max_length=receiving.LONGEST, description="Of the file.")],
    sent: Annotated[FilePath, Depends(upload(_may_receive, LARGEST))],
    request: Request,
    platform: PlatformNeed,
    actor: ActorNeed,
) -> ReceivedFootprintsModel:
    """Take in the footprints of a file, which is the body."""
    found = receiving.receive(platform, actor, organisation, sent, protocol=protocol, name=name)
    return ReceivedFootprintsModel(items=[_model(request, one) for one in found])


@router.get("")
def list_received_footprints(
    request: Request,
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
    state: ReceivedState | None = None,
    partner: Annotated[str, Query(max_length=36, description="Id of the partner that sent them.")] = "",
) -> PageModel[ReceivedFootprintModel]:
    """What your organisations received, the newest first."""
    found = platform.look(actor, receiving.listed, paging, state=state, partner=partner)
    return PageModel[ReceivedFootprintModel](items=[_model(request, one) for one in found.items], next=found.next)


@router.get("/{id}")
def get_received_footprint(
    id: Id,  # noqa: A002
    request: Request,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
) -> ReceivedFootprintModel:
    """A footprint that came in."""
    return _told(request, response, platform.look(actor, receiving.of, id))


@router.get("/{id}/file", response_class=Response, responses=DOWNLOAD)
def get_received_file(id: Id, platform: PlatformNeed, actor: ActorNeed) -> Response:  # noqa: A002
    """What it came in, as it was sent."""
    content, name = receiving.content_of(platform, actor, id)
    return Response(content, media_type=ANY, headers=attachment(name))


@router.post("/{id}/acceptance")
def accept_received_footprint(
    id: Id,  # noqa: A002
    request: Request,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> ReceivedFootprintModel:
    """Accept it: it is a factor of yours from now on; needs the ETag that you saw, in If-Match."""
    return _told(request, response, platform.do(actor, receiving.accept, id, expected=expected))


@router.post("/{id}/rejection")
def reject_received_footprint(
    id: Id,  # noqa: A002
    sent: Rejecting,
    request: Request,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> ReceivedFootprintModel:
    """Reject it; needs the ETag that you saw, in If-Match."""
    done = platform.do(actor, receiving.reject, id, expected=expected, reason=sent.reason)
    return _told(request, response, done)


def _told(request: Request, response: Response, found: ReceivedFootprint) -> ReceivedFootprintModel:
    tag(response, found.version)
    return _model(request, found)


def _model(request: Request, found: ReceivedFootprint) -> ReceivedFootprintModel:
    lang = language_of(request)
    told: dict[str, Any] = {name: getattr(found, name) for name in ReceivedFootprint.__slots__}
    told |= {"losses": losses_told(found.losses, lang), "objections": objections_told(found.objections, lang)}
    return ReceivedFootprintModel.model_validate(told)
