"""Background databases: what to know of one before trusting it."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response

from tanheng.api.checkmodels import (
    FINDINGS,
    CheckKind,
    DatabaseCheckModel,
    DescriptionModel,
    DuplicateModel,
    FileModel,
    FindingsModel,
    GasOfModel,
    IdenticalModel,
    IntegrityModel,
    LinksModel,
    LoopModel,
    ValidationModel,
)
from tanheng.api.errors import told as faults_told
from tanheng.api.files import DOWNLOAD, Form, table_file
from tanheng.api.models import First
from tanheng.api.needs import ActorNeed, GwpNeed, PlatformNeed
from tanheng.api.routing import Router
from tanheng.inventory.checkup.checkup import Checkup
from tanheng.inventory.linking import LinkStatus
from tanheng.services.databases import checking, validating

router = Router(prefix="/v1/databases", tags=["databases"])
Id = Annotated[str, Path(max_length=36)]
Limit = Annotated[int, Query(ge=1, le=500, description="Entries of a page.")]
MEMBERS = 100
"""Members of a loop or a group that are told; its size says how many there are."""


@router.get("/{id}/description")
def describe_database(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    gwp: GwpNeed,
    limit: Annotated[int, Query(ge=1, le=500, description="Open flows that are told.")] = 20,
) -> DescriptionModel:
    """What a database holds, how it was linked, and what stays open."""
    found = checking.describe(platform, actor, id, gwp=gwp, most=limit)
    values = {name: getattr(found, name) for name in checking.Description.__slots__}
    gases = [GasOfModel(gas=gas, origin=origin) for gas, origin in found.gases]
    return DescriptionModel.model_validate({**values, "gases": gases})


@router.get("/{id}/validation")
def get_validation(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    examples: Annotated[int, Query(ge=0, le=100, description="Notes of each kind that are told.")] = 3,
) -> ValidationModel:
    """What reading and linking met when a database was imported. A file is validated by a job."""
    found = validating.told(checking.met(platform, actor, id), examples=examples)
    return ValidationModel.model_validate(found.document())


@router.get("/{id}/check")
def check_database(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    gwp: GwpNeed,
    examples: Annotated[int, Query(ge=0, le=50, description="Findings of each kind that are told.")] = 3,
) -> DatabaseCheckModel:
    """What to know of a database before trusting it: loops, gaps, allocation, odd signs, duplicates, outliers."""
    found = checking.check(platform, actor, id, gwp=gwp)
    findings = {name: _findings(found, name, 0, examples) for name in FINDINGS}
    told = {one.name: getattr(found, one.name) for one in fields(found) if one.name not in FINDINGS}
    return DatabaseCheckModel.model_validate({**told, **findings, "counts": found.counts})


@router.get("/{id}/check/{kind}")
def list_findings(
    id: Id,  # noqa: A002
    kind: CheckKind,
    platform: PlatformNeed,
    actor: ActorNeed,
    gwp: GwpNeed,
    first: First = 0,
    limit: Limit = 50,
) -> FindingsModel:
    """All findings of one kind."""
    found = checking.check(platform, actor, id, gwp=gwp)
    total, items = len(getattr(found, kind.value)), _findings(found, kind.value, first, limit)
    last = first + len(items)
    return FindingsModel(kind=kind, total=total, items=items, next=last if items and last < total else None)


@router.get("/{id}/links")
def list_links(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    status: Annotated[LinkStatus | None, Query(description="Links of this status alone.")] = None,
    text: Annotated[str, Query(max_length=200, description="Part of the name of the process or the flow.")] = "",
    first: First = 0,
    limit: Limit = 50,
) -> LinksModel:
    """The linking report: every input with what serves it and how it was chosen."""
    found = checking.links(platform, actor, id, status=status or "", text=text, first=first, limit=limit)
    return LinksModel.model_validate(found)


@router.get("/{id}/links/file", response_class=Response, responses=DOWNLOAD)
def get_links_file(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    form: Annotated[Form, Query(alias="format")] = "csv",
    status: Annotated[LinkStatus | None, Query(description="Links of this status alone.")] = None,
    text: Annotated[str, Query(max_length=200, description="Part of the name of the process or the flow.")] = "",
) -> Response:
    """The linking report as a file."""
    return table_file(checking.all_links(platform, actor, id, status=status or "", text=text), "links", form)


@router.get("/{id}/integrity")
def verify_database(id: Id, request: Request, platform: PlatformNeed, actor: ActorNeed) -> IntegrityModel:  # noqa: A002
    """Read every file of a database again, compare the digests, and the footprints with the matrices."""
    found = checking.integrity(platform, actor, id)
    return IntegrityModel(
        digest=found.digest,
        valid=found.valid,
        files=[FileModel.model_validate(one) for one in found.files],
        faults=faults_told(request, found.faults),
    )


def _findings(found: Checkup, kind: str, first: int, limit: int) -> list[Any]:
    """Some findings of a kind, with so many of their members as can be told."""
    told: list[Any] = []
    for one in getattr(found, kind)[first : first + limit]:
        if kind == "loops":
            values = {name: getattr(one, name) for name in LoopModel.model_fields}
            told.append(LoopModel.model_validate({**values, "members": one.members[:MEMBERS]}))
        elif kind == "duplicates":
            values = {name: getattr(one, name) for name in ("product", "process", "location")}
            ids = one.process_ids
            told.append(DuplicateModel(**values, count=len(ids), process_ids=ids[:MEMBERS]))
        elif kind == "identical_columns":
            told.append(IdenticalModel.model_validate({"count": len(one), "products": one[:MEMBERS]}))
        else:
            told.append(FINDINGS[kind].model_validate(one))
    return told
