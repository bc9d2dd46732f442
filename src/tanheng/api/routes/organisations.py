"""Organisations."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Path, Response
from pydantic import Field

from tanheng.accounts.model import OrganisationKind
from tanheng.api.models import Names, PageModel, Sent, Told
from tanheng.api.needs import ActorNeed, ExpectedNeed, PagingNeed, PlatformNeed, tag
from tanheng.api.routing import Router
from tanheng.services.accounts import organisations

router = Router(prefix="/v1/organisations", tags=["organisations"])
Id = Annotated[str, Path(max_length=36)]


class OrganisationModel(Told):
    """An organisation."""

    id: str
    version: int
    kind: OrganisationKind
    names: Names
    code: str
    geography: str
    listed: bool
    closed: bool
    created_at: datetime
    changed_at: datetime


class NewOrganisation(Sent):
    """What is told of a new organisation."""

    kind: OrganisationKind
    names: Names
    code: str = Field(
        default="", max_length=64, description="Unified social credit code 统一社会信用代码, or another number."
    )
    geography: str = Field(default="", max_length=16)
    listed: bool = Field(default=False, description="Whether others find it by name.")


class OrganisationChange(Sent):
    """What is to change; fields that are left out stay."""

    names: Names | None = None
    code: str | None = Field(default=None, max_length=64)
    geography: str | None = Field(default=None, max_length=16)
    listed: bool | None = None
    closed: bool | None = None


@router.post("", status_code=201)
def create_organisation(
    sent: NewOrganisation, response: Response, platform: PlatformNeed, actor: ActorNeed
) -> OrganisationModel:
    """Set up an organisation."""
    values = {**sent.model_dump(), "names": sent.names.model_dump(exclude_none=True)}
    made = platform.do(actor, organisations.create, **values)
    tag(response, made.version)
    response.headers["Location"] = f"/v1/organisations/{made.id}"
    return OrganisationModel.model_validate(made)


@router.get("")
def list_organisations(
    platform: PlatformNeed, actor: ActorNeed, paging: PagingNeed, kind: OrganisationKind | None = None
) -> PageModel[OrganisationModel]:
    """Organisations that you may see, the newest first."""
    return PageModel[OrganisationModel].model_validate(platform.look(actor, organisations.listed, paging, kind=kind))


@router.get("/{id}")
def get_organisation(id: Id, response: Response, platform: PlatformNeed, actor: ActorNeed) -> OrganisationModel:  # noqa: A002
    """An organisation."""
    found = platform.look(actor, organisations.of, id)
    tag(response, found.version)
    return OrganisationModel.model_validate(found)


@router.patch("/{id}")
def change_organisation(
    id: Id,  # noqa: A002
    sent: OrganisationChange,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> OrganisationModel:
    """Change an organisation; needs the ETag that you saw, in If-Match."""
    values = sent.model_dump(exclude_unset=True, exclude_none=True)
    changed = platform.do(actor, organisations.change, id, expected=expected, **values)
    tag(response, changed.version)
    return OrganisationModel.model_validate(changed)
