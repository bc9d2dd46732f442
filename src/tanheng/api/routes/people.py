"""People, and their roles in organisations."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Path
from pydantic import Field

from tanheng.accounts.model import Role, SystemRole
from tanheng.api.models import Ordered, PageModel, Sent, Told
from tanheng.api.needs import ActorNeed, PagingNeed, PlatformNeed
from tanheng.api.routing import Router
from tanheng.services.accounts import people

router = Router(prefix="/v1", tags=["people"])
Id = Annotated[str, Path(max_length=36)]


class PersonModel(Told):
    """A person's account."""

    id: str
    version: int
    email: str
    name: str
    suspended: bool
    second_factor: bool
    created_at: datetime
    roles: dict[str, Ordered[Role]]
    system_roles: Ordered[SystemRole]


class MemberModel(Told):
    """A person in an organisation."""

    person: str
    name: str
    email: str
    roles: Ordered[Role]
    suspended: bool
    second_factor: bool


class NewPerson(Sent):
    """Who is given an account."""

    email: str = Field(max_length=254)
    name: str = Field(min_length=1, max_length=200)
    password: str = Field(default="", max_length=256, description="That the person is told and changes.")


class NewMember(NewPerson):
    """Who is given an account and roles."""

    roles: list[Role] = Field(default_factory=list, max_length=20)


class Roles(Sent):
    """Roles in an organisation."""

    roles: list[Role] = Field(max_length=20)


class SystemRoles(Sent):
    """Roles in the whole installation."""

    roles: list[SystemRole] = Field(max_length=20)


class Suspension(Sent):
    """Whether somebody may sign in."""

    suspended: bool


@router.post("/people", status_code=201)
def create_person(sent: NewPerson, platform: PlatformNeed, actor: ActorNeed) -> PersonModel:
    """Make an account (administrators)."""
    return PersonModel.model_validate(platform.do(actor, people.create, **sent.model_dump()))


@router.get("/people/{id}")
def get_person(id: Id, platform: PlatformNeed, actor: ActorNeed) -> PersonModel:  # noqa: A002
    """A person's account."""
    return PersonModel.model_validate(platform.look(actor, people.of, id))


@router.put("/people/{id}/suspension")
def suspend_person(id: Id, sent: Suspension, platform: PlatformNeed, actor: ActorNeed) -> PersonModel:  # noqa: A002
    """Let somebody sign in no more, or again (administrators)."""
    return PersonModel.model_validate(platform.do(actor, people.suspend, id, suspended=sent.suspended))


@router.put("/people/{id}/system-roles")
def set_system_roles(id: Id, sent: SystemRoles, platform: PlatformNeed, actor: ActorNeed) -> PersonModel:  # noqa: A002
    """What a person is to the whole installation (administrators)."""
    return PersonModel.model_validate(platform.do(actor, people.set_system_roles, id, sent.roles))


@router.get("/organisations/{id}/members")
def list_members(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
) -> PageModel[MemberModel]:
    """Who is in an organisation."""
    return PageModel[MemberModel].model_validate(platform.look(actor, people.members, id, paging))


@router.post("/organisations/{id}/members", status_code=201)
def create_member(id: Id, sent: NewMember, platform: PlatformNeed, actor: ActorNeed) -> PersonModel:  # noqa: A002
    """Make an account with roles in an organisation (its owners)."""
    return PersonModel.model_validate(platform.do(actor, people.create, organisation=id, **sent.model_dump()))


@router.put("/organisations/{id}/members/{person}")
def set_roles(id: Id, person: Id, sent: Roles, platform: PlatformNeed, actor: ActorNeed) -> MemberModel:  # noqa: A002
    """Set the roles of a person in an organisation; none, and the person has left."""
    return MemberModel.model_validate(platform.do(actor, people.give, id, person, sent.roles))
