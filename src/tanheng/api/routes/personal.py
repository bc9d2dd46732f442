"""What is held about a person: read by themselves, and erased."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Path, Response
from pydantic import AwareDatetime, Field, StringConstraints

from tanheng.api.authentication import take_cookie
from tanheng.api.files import NO_NUL
from tanheng.api.models import PageModel, Sent, Told
from tanheng.api.needs import ActorNeed, PagingNeed, PlatformNeed
from tanheng.api.routes.people import PersonModel
from tanheng.api.routing import Router
from tanheng.services.accounts import erasing, people, personal

router = Router(prefix="/v1", tags=["personal data"])


class OwnSessionModel(Told):
    """A session that is open."""

    id: str
    second_factor: bool
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


class OwnTokenModel(Told):
    """A token that one made; “organisation” is empty for a personal one."""

    id: str
    name: str
    organisation: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


class OwnDataModel(Told):
    """All that is held about oneself."""

    account: PersonModel
    changed_at: datetime
    has_password: bool = Field(description="Its digest is kept, never the password.")
    recovery_codes: int = Field(description="That were not used yet.")
    sessions: list[OwnSessionModel]
    tokens: list[OwnTokenModel]
    identities: list[str] = Field(description="Issuers of the accounts elsewhere that one signs in with.")
    made: dict[str, int] = Field(description="How many of each name oneself, as author or reader.")
    events: int = Field(description="About oneself or by oneself: GET /v1/me/events.")


class OwnEventModel(Told):
    """An event about oneself or by oneself."""

    number: int
    at: AwareDatetime
    type: str
    thing: str
    actor: str
    facts: dict[str, Any]
    personal: dict[str, Any] = Field(description="What is personal of it, and kept apart.")


class Erasure(Sent):
    """That one means it."""

    password: str = Field(default="", max_length=256, description="Who has none must have signed in just now.")


class NameSent(Sent):
    """What one is called."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=NO_NUL)]


@router.put("/me/name")
def rename(sent: NameSent, platform: PlatformNeed, actor: ActorNeed) -> PersonModel:
    """Be called otherwise from now on; what you signed keeps the name that it was signed with."""
    return PersonModel.model_validate(platform.do(actor, people.rename, sent.name))


@router.get("/me/data")
def my_data(response: Response, platform: PlatformNeed, actor: ActorNeed) -> OwnDataModel:
    """What is held about you."""
    response.headers["Cache-Control"] = "no-store"
    return OwnDataModel.model_validate(platform.look(actor, personal.data))


@router.get("/me/events")
def my_events(
    response: Response, platform: PlatformNeed, actor: ActorNeed, paging: PagingNeed
) -> PageModel[OwnEventModel]:
    """What the history tells of you, and of what you did; the newest first."""
    response.headers["Cache-Control"] = "no-store"
    return PageModel[OwnEventModel].model_validate(platform.look(actor, personal.events, paging))


@router.post("/me/erasure", status_code=204)
def erase_me(sent: Erasure, response: Response, platform: PlatformNeed, actor: ActorNeed) -> None:
    """Erase what is personal of you, with your account; there is no way back."""
    platform.do(actor, erasing.erase_oneself, password=sent.password)
    take_cookie(response)


@router.post("/people/{id}/erasure")
def erase_person(
    id: Annotated[str, Path(max_length=36)],  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
) -> PersonModel:
    """Erase what is personal of somebody, as they asked for (administrators); there is no way back."""
    return PersonModel.model_validate(platform.do(actor, erasing.erase, id))
