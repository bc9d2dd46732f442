"""The history."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request, Response
from pydantic import AwareDatetime, Field

from tanheng.api.models import PageModel, Sent, Told
from tanheng.api.needs import ActorNeed, PagingNeed, PlatformNeed
from tanheng.api.routes.jobs import JobModel, accepted
from tanheng.api.routing import Router
from tanheng.services.audit import reading, signingkeys, verifying
from tanheng.services.audit.model import Head

router = Router(prefix="/v1/audit", tags=["audit"])
Filter = Annotated[str, Query(max_length=100)]


class EventModel(Told):
    """Something that happened, without what is personal of it."""

    number: int
    at: AwareDatetime
    type: str
    thing: str
    organisation: str
    actor: str
    facts: dict[str, Any]
    hash: str


class WitnessModel(Sent):
    """Where the history ended at some time, as it was saved elsewhere."""

    number: int = Field(ge=0, le=2**53 - 1)
    hash: str = Field(pattern="^[0-9a-f]{0,64}$")
    key: str = Field(default="", max_length=128)
    signature: str = Field(default="", max_length=256)


class Verification(Sent):
    """What is to be verified besides: a saved head, which must be in the history."""

    witness: WitnessModel | None = None


class SigningKeyModel(Told):
    """A key that signs for the installation, or did."""

    key: str
    since: AwareDatetime | None = Field(description="When it took over; null of the first.")
    signs: bool = Field(description="Whether it signs now.")
    public: str = Field(description="PEM.")
    revoked: AwareDatetime | None = Field(description="From when on others may have it, and it counts no more.")


@router.post("/verifications", status_code=202)
def start_verification(
    sent: Verification, request: Request, response: Response, platform: PlatformNeed, actor: ActorNeed
) -> JobModel:
    """Have the whole history verified by a job (auditors); its result has the head, and what is wrong."""
    witness = None if sent.witness is None else Head(**sent.witness.model_dump())
    made = platform.do(actor, verifying.start, witness=witness)
    return accepted(made, request, response)


@router.get("/keys")
def list_signing_keys(platform: PlatformNeed, actor: ActorNeed) -> list[SigningKeyModel]:
    """Keys that sign or signed (auditors), in the order of their time; the public log tells them to everybody."""
    return [SigningKeyModel.model_validate(key) for key in platform.look(actor, signingkeys.listed)]


@router.post("/keys", status_code=201)
def rotate_signing_key(platform: PlatformNeed, actor: ActorNeed) -> SigningKeyModel:
    """Let a new key sign from now on (administrators)."""
    return SigningKeyModel.model_validate(signingkeys.rotate(platform, actor))


@router.get("/events")
def list_events(
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
    type: Filter = "",  # noqa: A002 - as the field is called
    thing: Filter = "",
    organisation: Filter = "",
    by: Annotated[str, Query(max_length=100, description="Who acted, as person:ID.")] = "",
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
) -> PageModel[EventModel]:
    """What happened, the newest first: all of it for auditors, that of their organisations for owners."""
    wanted = {"type": type, "thing": thing, "organisation": organisation, "actor": by}
    found = platform.look(actor, reading.listed, paging, **wanted, since=since, until=until)
    return PageModel[EventModel].model_validate(found)
