"""What strangers verify by: documents of issuers, rows of statuses, and all of whom to trust; for anybody."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Response

from tanheng.api.files import NO_NUL
from tanheng.api.models import Told
from tanheng.api.needs import ActorNeed, PlatformNeed
from tanheng.api.routing import Router
from tanheng.exchange.credentials.presenting import as_text
from tanheng.exchange.credentials.statuslist import Purpose
from tanheng.services.certification import certificates, proving, statuses

router = Router(tags=["verifying"])
DID, CREDENTIAL = "application/did+json", "application/vc"
_FOR_A_WHILE, _FOR_NOW = "public, max-age=300", "public, max-age=60"
Body = Annotated[str, Path(max_length=36, pattern=NO_NUL)]


class AnchorsModel(Told):
    """Whom to trust; the file of ``tanheng anchors``."""

    tanheng: str
    issuers: dict[str, dict[str, Any]]
    logs: dict[str, dict[str, str]]


def json_of(kind: str) -> dict[int | str, dict[str, Any]]:
    """What the API's description says of an answer that is JSON of a kind of its own."""
    return {200: {"description": "JSON.", "content": {kind: {"schema": {"type": "object"}}}}}


@router.get("/bodies/{id}/did.json", response_class=Response, responses=json_of(DID))
def get_issuer(id: Body, platform: PlatformNeed, actor: ActorNeed) -> Response:  # noqa: A002
    """The document of a certification body that signs credentials (did:web)."""
    found = platform.look(actor, certificates.issuer_document, id)
    return Response(as_text(found), media_type=DID, headers={"Cache-Control": _FOR_A_WHILE})


@router.get("/v1/statuses/{body}/{purpose}/{number}", response_class=Response, responses=json_of(CREDENTIAL))
def get_status_row(
    body: Body,
    purpose: Purpose,
    number: Annotated[int, Path(ge=0, le=proving.LAST_ROW)],
    platform: PlatformNeed,
    actor: ActorNeed,
) -> Response:
    """A row of statuses of the certificates of a body (Bitstring Status List v1.0), signed since the body's last event."""
    found = platform.look(actor, statuses.status_row, body, purpose, number)
    return Response(as_text(found), media_type=CREDENTIAL, headers={"Cache-Control": _FOR_NOW})


@router.get("/v1/anchors")
def get_anchors(response: Response, platform: PlatformNeed, actor: ActorNeed) -> AnchorsModel:
    """Documents of all bodies and keys of the log: whom to trust who trusts this installation."""
    response.headers["Cache-Control"] = _FOR_A_WHILE
    return AnchorsModel.model_validate(platform.look(actor, proving.anchors))
