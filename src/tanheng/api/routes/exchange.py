"""Protocols by which footprints are exchanged, what is kept for them, and results as files of theirs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Path, Query, Request, Response
from pydantic import Field

from tanheng.api.errors import FaultModel, told
from tanheng.api.files import SOME_FILE, attachment
from tanheng.api.languages import language_of
from tanheng.api.models import Sent, Told
from tanheng.api.needs import ActorNeed, ExpectedNeed, PlatformNeed, tag
from tanheng.api.routing import Router
from tanheng.exchange import shelf
from tanheng.exchange.fields import sections_of
from tanheng.exchange.protocols import Loss, Objection, Protocol
from tanheng.exchange.supplement import schema_of
from tanheng.services.exchange import offering, supplements
from tanheng.services.exchange.offering import Offer, OfferState

router = Router(prefix="/v1", tags=["exchange"])
Id = Annotated[str, Path(max_length=36)]
ProtocolId = Annotated[str, Path(max_length=64, description="Id of the protocol.")]


class ProtocolModel(Told):
    """A protocol in one version."""

    id: str
    names: dict[str, str]
    standard: dict[str, str]
    url: str
    media_type: str
    writes: bool = Field(description="Whether results go out by it.")
    reads: bool = Field(description="Whether footprints come in by it.")
    regimes: list[str] = Field(description="Whose assessments it takes; empty where any will do.")


class ProtocolsModel(Told):
    """All protocols."""

    items: list[ProtocolModel]


class ProtocolFormModel(ProtocolModel):
    """A protocol and what it asks for beyond a study."""

    sections: dict[str, dict[str, Any]] = Field(description="JSON Schema of each section of a supplement.")


class LossModel(Told):
    """What could not be carried over."""

    code: str
    path: str
    text: str


class ObjectionModel(Told):
    """A rule of a protocol that a document does not keep."""

    code: str
    severity: Literal["error", "warning"]
    clause: str
    path: str
    text: str


class OfferModel(Told):
    """A protocol, tried on an assessment."""

    protocol: str
    state: OfferState
    faults: list[FaultModel] = Field(description="What keeps it from being written: each value that is needed, named.")
    losses: list[LossModel] = Field(description="What the file does not carry.")
    objections: list[ObjectionModel]


class OffersModel(Told):
    """All protocols that are written, each tried on an assessment."""

    items: list[OfferModel]


class SupplementModel(Told):
    """What is told beside studies."""

    version: int = Field(description="0 where nothing is kept yet.")
    organisation: str
    study: str
    sections: dict[str, dict[str, Any]]
    changed_at: datetime | None


class NewSupplement(Sent):
    """What is to be told beside studies, by section; it takes the place of what is kept."""

    sections: dict[str, dict[str, Any]] = Field(default_factory=dict, max_length=32)


@router.get("/exchange-protocols")
def list_protocols() -> ProtocolsModel:
    """Protocols by which footprints are exchanged."""
    return ProtocolsModel(items=[ProtocolModel(**_protocol(one)) for one in shelf.protocols().values()])


@router.get("/exchange-protocols/{id}")
def get_protocol(id: ProtocolId) -> ProtocolFormModel:  # noqa: A002
    """A protocol, and what it asks for beyond a study."""
    found = shelf.protocol(id)
    schemas = {name: schema_of(kind) for name, kind in sections_of(found).items()}
    return ProtocolFormModel(**_protocol(found), sections=schemas)


@router.get("/assessments/{id}/exports")
def list_exports(id: Id, request: Request, platform: PlatformNeed, actor: ActorNeed) -> OffersModel:  # noqa: A002
    """Which protocols an assessment can go out by now, and what the others lack; nothing is kept."""
    return OffersModel(items=[_offer(request, one) for one in offering.offered(platform, actor, id)])


@router.get("/assessments/{id}/exports/{protocol}")
def get_export(
    id: Id,  # noqa: A002
    protocol: ProtocolId,
    request: Request,
    platform: PlatformNeed,
    actor: ActorNeed,
) -> OfferModel:
    """Whether an assessment can go out by a protocol, what the file will not carry, and which rules it will not keep."""
    return _offer(request, offering.offer(platform, actor, id, protocol))


@router.get("/assessments/{id}/exports/{protocol}/file", response_class=Response, responses=SOME_FILE)
def get_export_file(
    id: Id,  # noqa: A002
    protocol: ProtocolId,
    platform: PlatformNeed,
    actor: ActorNeed,
    accept: Annotated[bool, Query(description="Write it though rules of the protocol are not kept.")] = False,
) -> Response:
    """The assessment in the form of a protocol, with the supplement of its study and its certificate while that is valid."""
    written = offering.write(platform, actor, id, protocol, accept=accept)
    return Response(written.content, media_type=written.media_type, headers=attachment(written.name))


@router.get("/organisations/{id}/supplement")
def get_organisation_supplement(
    id: Id,  # noqa: A002
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
) -> SupplementModel:
    """What an organisation tells beside all its studies."""
    return _supplement(response, platform.look(actor, supplements.of_organisation, id))


@router.put("/organisations/{id}/supplement")
def put_organisation_supplement(
    id: Id,  # noqa: A002
    sent: NewSupplement,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> SupplementModel:
    """Keep what an organisation tells beside all its studies; needs the ETag that you saw, in If-Match."""
    kept = platform.do(actor, supplements.keep_for_organisation, id, sent.sections, expected=expected)
    return _supplement(response, kept)


@router.get("/studies/{id}/supplement")
def get_study_supplement(id: Id, response: Response, platform: PlatformNeed, actor: ActorNeed) -> SupplementModel:  # noqa: A002
    """What is told beside a study; its fields stand in the place of those of its organisation."""
    return _supplement(response, platform.look(actor, supplements.of_study, id))


@router.put("/studies/{id}/supplement")
def put_study_supplement(
    id: Id,  # noqa: A002
    sent: NewSupplement,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> SupplementModel:
    """Keep what is told beside a study; needs the ETag that you saw, in If-Match."""
    return _supplement(response, platform.do(actor, supplements.keep_for_study, id, sent.sections, expected=expected))


def losses_told(losses: tuple[Loss, ...], lang: str) -> list[LossModel]:
    """Losses with their sentences."""
    return [LossModel(code=one.code, path=one.path, text=one.line(lang)) for one in losses]


def objections_told(objections: tuple[Objection, ...], lang: str) -> list[ObjectionModel]:
    """Objections with their sentences."""
    keys = ("code", "severity", "clause", "path")
    return [ObjectionModel(**{key: getattr(one, key) for key in keys}, text=one.line(lang)) for one in objections]


def _protocol(one: Protocol) -> dict[str, Any]:
    keys = ("id", "names", "standard", "url", "media_type")
    told = {key: getattr(one, key) for key in keys}
    return {**told, "writes": one.write is not None, "reads": one.read is not None, "regimes": list(one.regimes)}


def _offer(request: Request, one: Offer) -> OfferModel:
    lang = language_of(request)
    return OfferModel(
        protocol=one.protocol.id,
        state=one.state,
        faults=told(request, one.faults),
        losses=losses_told(one.losses, lang),
        objections=objections_told(one.objections, lang),
    )


def _supplement(response: Response, found: supplements.KeptSupplement) -> SupplementModel:
    tag(response, found.version)
    return SupplementModel.model_validate(found)
