"""Artwork of schemes: what their labels look like."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Response
from pydantic import Field

from tanheng.api.files import NO_NUL, attachment, body, sends
from tanheng.api.models import Told
from tanheng.api.needs import ActorNeed, PlatformNeed
from tanheng.api.routing import Router
from tanheng.services.certification import artworks

router = Router(prefix="/v1/schemes", tags=["certification"])
SVG = "image/svg+xml"
Id = Annotated[str, Path(max_length=36, pattern=NO_NUL)]


class ArtworkModel(Told):
    """Artwork that labels are drawn with from now on."""

    digest: str = Field(description="SHA-256, in hex.")


def _may_send(id: Id, platform: PlatformNeed, actor: ActorNeed) -> None:  # noqa: A002
    platform.look(actor, artworks.check, id)


@router.put("/{id}/artwork", openapi_extra=sends(SVG))
def put_artwork(
    id: Id,  # noqa: A002
    sent: Annotated[bytes, Depends(body(_may_send, artworks.LARGEST))],
    platform: PlatformNeed,
    actor: ActorNeed,
) -> ArtworkModel:
    """Give the labels of a release of a scheme an artwork, SVG with fields; for the regulator that keeps it."""
    return ArtworkModel(digest=artworks.illustrate(platform, actor, id, sent))


@router.get("/{id}/artwork", response_class=Response, responses={200: {"content": {SVG: {}}, "description": "SVG."}})
def get_artwork(id: Id, platform: PlatformNeed, actor: ActorNeed) -> Response:  # noqa: A002
    """The artwork of a release of a scheme, with its fields open."""
    headers = {"Cache-Control": "public, max-age=300", **attachment(f"{id}.svg")}
    return Response(platform.look(actor, artworks.shown, id), media_type=SVG, headers=headers)
