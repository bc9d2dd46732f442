"""Rule packs: those that ship, and those of organisations."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from tanheng.api.files import body, sends
from tanheng.api.models import PageModel, Told
from tanheng.api.needs import ActorNeed, ExpectedNeed, PagingNeed, PlatformNeed, tag
from tanheng.rules import known_packs, shelf
from tanheng.services.rulepacks import rulepacks

router = APIRouter(prefix="/v1/rules", tags=["rules"])
Id = Annotated[str, Path(max_length=36)]


class ShippedModel(Told):
    """A release of a rule pack that ships with the product."""

    id: str
    version: str
    digest: str
    names: dict[str, str]
    follows: dict[str, str]


class PackEntry(Told):
    """A release of a rule pack of an organisation; “version” is of this record (ETag)."""

    id: str
    version: int
    organisation: str
    pack: str
    release: str
    digest: str
    names: dict[str, str]
    withdrawn: bool
    created_at: datetime
    changed_at: datetime


class PackModel(PackEntry):
    """A release of a rule pack with its file."""

    text: str


@router.get("/shipped")
def list_shipped_rules() -> list[ShippedModel]:
    """Rule packs that ship with the product."""
    return [ShippedModel.model_validate(one.pack) for name in known_packs() for one in shelf(name)]


def _may_add(organisation: Annotated[str, Query(max_length=36)], platform: PlatformNeed, actor: ActorNeed) -> None:
    platform.look(actor, rulepacks.check, organisation)


@router.post("", status_code=201, openapi_extra=sends("application/yaml"))
def add_rules(
    organisation: Annotated[str, Query(max_length=36)],
    sent: Annotated[bytes, Depends(body(_may_add))],
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    file: Annotated[str, Query(max_length=200, description="Name of the file, for the places of faults.")] = "",
) -> PackEntry:
    """Check a rule pack and keep it; the body is its file. Studies name it by its id."""
    made = rulepacks.add(platform, actor, sent, organisation=organisation, place=file)
    tag(response, made.version)
    response.headers["Location"] = f"/v1/rules/{made.id}"
    return PackEntry.model_validate(made)


@router.get("")
def list_rules(platform: PlatformNeed, actor: ActorNeed, paging: PagingNeed) -> PageModel[PackEntry]:
    """Rule packs of your organisations, the newest first."""
    return PageModel[PackEntry].model_validate(platform.look(actor, rulepacks.listed, paging))


@router.get("/{id}")
def get_rules(id: Id, response: Response, platform: PlatformNeed, actor: ActorNeed) -> PackModel:  # noqa: A002
    """A rule pack with its file."""
    found = platform.look(actor, rulepacks.of, id)
    tag(response, found.version)
    return PackModel.model_validate(found)


@router.post("/{id}/withdraw")
def withdraw_rules(
    id: Id,  # noqa: A002
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> PackEntry:
    """Use a release for no further assessments; needs the ETag that you saw, in If-Match."""
    changed = platform.do(actor, rulepacks.withdraw, id, expected=expected)
    tag(response, changed.version)
    return PackEntry.model_validate(changed)
