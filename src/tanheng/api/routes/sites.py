"""Sites of organisations."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Path, Response
from pydantic import Field

from tanheng.accounts.identifiers import LONGEST
from tanheng.api.files import NO_NUL
from tanheng.api.models import Names, PageModel, Sent, Told
from tanheng.api.needs import ActorNeed, ExpectedNeed, PagingNeed, PlatformNeed, tag
from tanheng.api.routing import Router
from tanheng.services.accounts import sites

router = Router(prefix="/v1", tags=["organisations"])
Id = Annotated[str, Path(max_length=36)]
Identifiers = Annotated[
    dict[Annotated[str, Field(max_length=32)], Annotated[str, Field(max_length=LONGEST)]],
    Field(max_length=20, description="By scheme: gln (with its check digit), or others of your choice."),
]
Geography = Annotated[str, Field(max_length=16, description="Code of the place, as studies name it: CN-53.")]
Address = Annotated[str, Field(max_length=500, pattern=NO_NUL)]


class SiteModel(Told):
    """A site."""

    id: str
    version: int
    organisation: str
    names: Names
    geography: str
    address: str
    identifiers: dict[str, str]
    active: bool
    created_at: datetime
    changed_at: datetime


class NewSite(Sent):
    """What is told of a new site."""

    names: Names
    geography: Geography
    address: Address = ""
    identifiers: Identifiers = Field(default_factory=dict)


class SiteChange(Sent):
    """What is to change; fields that are left out stay."""

    names: Names | None = None
    geography: Geography | None = None
    address: Address | None = None
    identifiers: Identifiers | None = None
    active: bool | None = None


@router.post("/organisations/{id}/sites", status_code=201)
def create_site(id: Id, sent: NewSite, response: Response, platform: PlatformNeed, actor: ActorNeed) -> SiteModel:  # noqa: A002
    """Add a site to an organisation (its owners)."""
    made = platform.do(actor, sites.create, id, **sent.model_dump(exclude_none=True))
    tag(response, made.version)
    response.headers["Location"] = f"/v1/sites/{made.id}"
    return SiteModel.model_validate(made)


@router.get("/organisations/{id}/sites")
def list_sites(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
) -> PageModel[SiteModel]:
    """The sites of an organisation, the newest first."""
    return PageModel[SiteModel].model_validate(platform.look(actor, sites.listed, id, paging))


@router.get("/sites/{id}")
def get_site(id: Id, response: Response, platform: PlatformNeed, actor: ActorNeed) -> SiteModel:  # noqa: A002
    """A site."""
    found = platform.look(actor, sites.of, id)
    tag(response, found.version)
    return SiteModel.model_validate(found)


@router.patch("/sites/{id}")
def change_site(
    id: Id,  # noqa: A002
    sent: SiteChange,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> SiteModel:
    """Change a site; needs the ETag that you saw, in If-Match."""
    changed = platform.do(actor, sites.change, id, expected=expected, **sent.model_dump(exclude_none=True))
    tag(response, changed.version)
    return SiteModel.model_validate(changed)
