"""The certificate as a document, and the label as artwork."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import Response

from tanheng.api.files import attachment
from tanheng.api.needs import ActorNeed, PlatformNeed
from tanheng.api.routes.credentials import Number
from tanheng.api.routing import Router
from tanheng.services.certification import showing

router = Router(tags=["verifying"])
_MEDIA = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}
_FOR_A_WHILE, _FOR_NOW = "public, max-age=300", "public, max-age=60"


def _binary(*kinds: str) -> dict[int | str, dict[str, Any]]:
    content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in kinds}
    return {200: {"description": "The file.", "content": content}}


@router.get("/v1/certificates/{number}/label", response_class=Response, responses=_binary(*_MEDIA.values()))
def get_label(
    number: Number,
    platform: PlatformNeed,
    actor: ActorNeed,
    format: showing.Form = "svg",  # noqa: A002 - as the address says it
) -> Response:
    """The label of a certificate that is valid, as artwork in both languages."""
    content = platform.look(actor, showing.label, number, format)
    headers = {"Cache-Control": _FOR_A_WHILE, **attachment(f"{number}.{format}")}
    return Response(content, media_type=_MEDIA[format], headers=headers)


@router.get("/v1/certificates/{number}/document", response_class=Response, responses=_binary(_MEDIA["pdf"]))
def get_document(
    number: Number, platform: PlatformNeed, actor: ActorNeed, lang: Literal["zh", "en"] = "zh"
) -> Response:
    """The certificate as PDF, with its state of today."""
    content = platform.look(actor, showing.document, number, lang)
    headers = {"Cache-Control": _FOR_NOW, **attachment(f"{number}-{lang}.pdf")}
    return Response(content, media_type=_MEDIA["pdf"], headers=headers)
