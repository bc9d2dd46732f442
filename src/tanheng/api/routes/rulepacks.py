"""Rule packs: those that ship, and those of organisations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Query, Response
from pydantic import Field

from tanheng.api.files import body, sends
from tanheng.api.models import First, PageModel, Told
from tanheng.api.needs import ActorNeed, ExpectedNeed, PagingNeed, PlatformNeed, tag
from tanheng.api.routing import Router
from tanheng.footprint.canonical import plain
from tanheng.rules import RulePack, known_packs, shelf
from tanheng.rules.differing import Change, Difference
from tanheng.rules.loading import read_rules
from tanheng.services.rulepacks import rulepacks

router = Router(prefix="/v1/rules", tags=["rules"])
Id = Annotated[str, Path(max_length=36)]
Reference = Annotated[str, Path(max_length=128, description="id, id@1 or id@1.2.0.")]
To = Annotated[str, Query(max_length=128, description="Id of a rule pack of yours, or id@1.2.0 of one that ships.")]
Limit = Annotated[int, Query(ge=1, le=1000)]


class ShippedModel(Told):
    """A release of a rule pack that ships with the product."""

    id: str
    version: str
    digest: str
    names: dict[str, str]
    follows: dict[str, str]


class ShippedPackModel(ShippedModel):
    """A rule pack that ships, with its fields and checks."""

    document: dict[str, Any]


class CheckedRulesModel(Told):
    """A rule pack or a regime that is valid."""

    kind: Literal["pack", "regime"]
    id: str
    names: dict[str, str]
    digest: str
    checks: int


class ChangeModel(Told):
    """A field or check that differs; values are null where there is none."""

    change: Change
    path: str = Field(description="As limits.cut_off_total, checks.CODE.severity.")
    before: Any
    after: Any


class RulePackDifferenceModel(Told):
    """What changes; “count” is how many there are in all, “next” where to go on, null at the end."""

    items: list[ChangeModel]
    count: int
    next: int | None


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


@router.get("/shipped/{reference}")
def get_shipped_rules(reference: Reference) -> ShippedPackModel:
    """A rule pack that ships, with all that it says; id@1.2.0 is one release of it, id the newest."""
    pack = rulepacks.shipped(reference)
    return ShippedPackModel(**ShippedModel.model_validate(pack).model_dump(), document=plain(pack))


@router.get("/shipped/{reference}/difference")
def compare_shipped_rules(
    reference: Reference, platform: PlatformNeed, actor: ActorNeed, to: To, first: First = 0, limit: Limit = 200
) -> RulePackDifferenceModel:
    """What changes from a rule pack that ships to another."""
    return _told(platform.look(actor, rulepacks.changes, rulepacks.shipped(reference), to), first, limit)


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


@router.post("/check", openapi_extra=sends("application/yaml"))
def check_rules(
    organisation: Annotated[str, Query(max_length=36, description="Of which you are an engineer.")],  # noqa: ARG001
    sent: Annotated[bytes, Depends(body(_may_add))],
    file: Annotated[str, Query(max_length=200, description="Name of the file, for the places of faults.")] = "",
) -> CheckedRulesModel:
    """Check a rule pack or a regime, and keep nothing: what it is, or every fault with its line (422)."""
    made = read_rules(sent, place=FilePath(file).name[:100] or "rules.yaml")
    kind: Literal["pack", "regime"] = "pack" if isinstance(made, RulePack) else "regime"
    return CheckedRulesModel(kind=kind, id=made.id, names=dict(made.names), digest=made.digest, checks=len(made.checks))


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


@router.get("/{id}/difference")
def compare_rules(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    to: To,
    first: First = 0,
    limit: Limit = 200,
) -> RulePackDifferenceModel:
    """What changes from a rule pack to another, field by field and check by check."""
    own = platform.look(actor, rulepacks.pack, id)
    return _told(platform.look(actor, rulepacks.changes, own, to), first, limit)


def _told(found: Sequence[Difference], first: int, limit: int) -> RulePackDifferenceModel:
    last = first + limit
    items = [
        ChangeModel(change=d.change, path=d.path, before=plain(d.before), after=plain(d.after))
        for d in found[first:last]
    ]
    return RulePackDifferenceModel(items=items, count=len(found), next=last if last < len(found) else None)


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
