"""The factor register: collections, who uses them, who is told."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Path, Query, Response
from pydantic import Field

from tanheng.api.files import NO_NUL
from tanheng.api.models import Names, PageModel, Sent, Told
from tanheng.api.needs import ActorNeed, ExpectedNeed, PagingNeed, PlatformNeed, tag
from tanheng.api.routes.factor_releases import ConflictModel
from tanheng.api.routing import Router
from tanheng.factors.model import Level
from tanheng.services.factors import (
    collections,
    noticing,
    shelf,
)
from tanheng.services.sharing import Visibility

router = Router(prefix="/v1", tags=["factors"])
Id = Annotated[str, Path(max_length=36)]
Number = Annotated[int, Path(ge=0, le=2**31 - 1, description="Number of the release; 0 for the latest.")]


class CollectionModel(Told):
    """A collection; “shared_with” is told to its organisation only."""

    id: str
    version: int
    organisation: str | None
    name: str = Field(description="As in links, “factor:NAME/ID”.")
    names: Names
    level: Level
    visibility: Visibility
    latest: int = Field(description="Number of its latest release, 0 before the first.")
    shared_with: list[str]
    created_at: datetime
    changed_at: datetime


class NewCollection(Sent):
    """What a new collection is."""

    organisation: str = Field(max_length=36)
    name: str = Field(max_length=64)
    names: Names
    level: Level


class CollectionSharing(Sent):
    """Who else may use the releases of a collection."""

    visibility: Visibility
    shared_with: list[Annotated[str, Field(max_length=36)]] = Field(default_factory=list, max_length=1000)


class UseModel(Told):
    """A use of a factor; of the whole release where no factor is named."""

    id: str
    factor: str
    release: str
    organisation: str | None
    purpose: str
    at: datetime


class UsageModel(Told):
    """How often a factor is used by an organisation."""

    factor: str
    organisation: str | None
    purpose: str
    count: int
    last: datetime


class NewSubscription(Sent):
    """What you want to be told of."""

    factor: Annotated[str, Field(max_length=120, pattern=NO_NUL)] = ""


class SubscriptionModel(Told):
    """A wish to be told of releases."""

    id: str
    collection: str
    factor: str
    created_at: datetime


@router.post("/factor-collections", status_code=201)
def create_collection(
    sent: NewCollection, response: Response, platform: PlatformNeed, actor: ActorNeed
) -> CollectionModel:
    """Begin a collection of factors (owners)."""
    names = sent.names.model_dump(exclude_none=True)
    made = platform.do(
        actor,
        collections.create,
        organisation=sent.organisation,
        name=sent.name,
        names=names,
        level=sent.level,
    )
    tag(response, made.version)
    response.headers["Location"] = f"/v1/factor-collections/{made.id}"
    return CollectionModel.model_validate(made)


@router.get("/factor-collections")
def list_collections(platform: PlatformNeed, actor: ActorNeed, paging: PagingNeed) -> PageModel[CollectionModel]:
    """Collections that you may use, the newest first; public ones without signing in."""
    return PageModel[CollectionModel].model_validate(platform.look(actor, collections.listed, paging))


@router.get("/factor-collections/{id}")
def get_collection(id: Id, response: Response, platform: PlatformNeed, actor: ActorNeed) -> CollectionModel:  # noqa: A002
    """A collection."""
    found = platform.look(actor, collections.of, id)
    tag(response, found.version)
    return CollectionModel.model_validate(found)


@router.put("/factor-collections/{id}/sharing")
def share_collection(
    id: Id,  # noqa: A002
    sent: CollectionSharing,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> CollectionModel:
    """Say who else may use the releases of a collection; needs the ETag that you saw, in If-Match."""
    changed = platform.do(
        actor, collections.share, id, expected=expected, visibility=sent.visibility, shared_with=sent.shared_with
    )
    tag(response, changed.version)
    return CollectionModel.model_validate(changed)


@router.get("/factor-collections/{id}/uses")
def list_uses(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
    factor: Annotated[str, Query(max_length=120, pattern=NO_NUL)] = "",
) -> PageModel[UseModel]:
    """Who used the factors of a collection, the newest first (owners)."""
    return PageModel[UseModel].model_validate(platform.look(actor, shelf.usage, id, paging, factor=factor))


@router.get("/factor-collections/{id}/usage")
def summarise_usage(id: Id, platform: PlatformNeed, actor: ActorNeed) -> list[UsageModel]:  # noqa: A002
    """How often each factor is used by each organisation (owners)."""
    return [UsageModel.model_validate(found) for found in platform.look(actor, shelf.usage_summary, id)]


@router.get("/organisations/{id}/factor-conflicts")
def list_conflicts(id: Id, platform: PlatformNeed, actor: ActorNeed) -> list[ConflictModel]:  # noqa: A002
    """Ids that several releases have, of those that an organisation may use: a higher level comes before a lower one."""
    found = platform.look(actor, shelf.seen, id)
    return [ConflictModel.model_validate(one) for one in shelf.ambiguous(platform, found)]


@router.post("/factor-collections/{id}/subscriptions", status_code=201)
def subscribe(
    id: Id,  # noqa: A002
    sent: NewSubscription,
    platform: PlatformNeed,
    actor: ActorNeed,
) -> SubscriptionModel:
    """Be told of releases that change a factor, or any."""
    return SubscriptionModel.model_validate(platform.do(actor, noticing.subscribe, id, sent.factor))


@router.get("/me/factor-subscriptions")
def list_subscriptions(platform: PlatformNeed, actor: ActorNeed, paging: PagingNeed) -> PageModel[SubscriptionModel]:
    """Your subscriptions, the newest first."""
    return PageModel[SubscriptionModel].model_validate(platform.look(actor, noticing.subscriptions, paging))


@router.delete("/factor-subscriptions/{id}", status_code=204)
def unsubscribe(id: Id, platform: PlatformNeed, actor: ActorNeed) -> None:  # noqa: A002
    """Be told no more."""
    platform.do(actor, noticing.unsubscribe, id)
