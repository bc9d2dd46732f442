"""Delegation: organisations that act for others."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import AwareDatetime, Field

from tanheng.accounts.model import Role
from tanheng.api.files import NO_NUL
from tanheng.api.models import PageModel, Sent, Told
from tanheng.api.needs import ActorNeed, PagingNeed, PlatformNeed
from tanheng.api.routing import Router
from tanheng.services.accounts import delegations

router = Router(prefix="/v1", tags=["organisations"])
Id = Annotated[str, Path(max_length=36)]


class DelegationModel(Told):
    """Roles that “organisation” lent to “receiver”, until a day or until they were revoked."""

    id: str
    organisation: str
    receiver: str
    roles: list[Role]
    until: AwareDatetime
    note: str
    giver: str
    created_at: AwareDatetime
    revoked_at: AwareDatetime | None


class NewDelegation(Sent):
    """Who is to act for the organisation, in which roles, until when."""

    receiver: str = Field(max_length=36, description="Id of the other organisation.")
    roles: list[Role] = Field(min_length=1, max_length=20, description="None that owns or certifies.")
    until: AwareDatetime
    note: str = Field(default="", max_length=500, pattern=NO_NUL)


@router.post("/organisations/{id}/delegations", status_code=201)
def give_delegation(id: Id, sent: NewDelegation, platform: PlatformNeed, actor: ActorNeed) -> DelegationModel:  # noqa: A002
    """Let the people of another organisation act for one (its owners); each in the roles that they have at home."""
    return DelegationModel.model_validate(platform.do(actor, delegations.give, id, **sent.model_dump()))


@router.get("/organisations/{id}/delegations")
def list_delegations(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
) -> PageModel[DelegationModel]:
    """What an organisation lent and was lent, the newest first."""
    return PageModel[DelegationModel].model_validate(platform.look(actor, delegations.listed, id, paging))


@router.delete("/delegations/{id}", status_code=204)
def revoke_delegation(id: Id, platform: PlatformNeed, actor: ActorNeed) -> None:  # noqa: A002
    """Take lent roles back, or give back those that one was lent; at once (owners of either organisation)."""
    platform.do(actor, delegations.revoke, id)
