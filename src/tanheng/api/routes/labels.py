"""What stands behind the code of a label: its page; the certificate as a document, and the label as artwork."""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from tanheng.api.files import attachment
from tanheng.api.languages import language_of
from tanheng.api.needs import ActorNeed, PlatformNeed
from tanheng.api.pages import HEADERS, rendered
from tanheng.api.routes.credentials import Number
from tanheng.api.routing import Router
from tanheng.errors import StoreError
from tanheng.exchange.credentials.presenting import Verified
from tanheng.exchange.credentials.telling import name_of, outcome_of, reason_of
from tanheng.reporting.certificates import Sheet, facts, named, notice_of, state_of
from tanheng.reporting.lettering import pretty
from tanheng.services.certification import proving, showing
from tanheng.storage.sql import Work
from tanheng.texts import text

router = Router(tags=["verifying"])
_MEDIA = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}
_FOR_A_WHILE, _FOR_NOW = "public, max-age=300", "public, max-age=60"
_PAGE: dict[int | str, dict[str, Any]] = {
    code: {"description": "The page.", "content": {"text/html": {"schema": {"type": "string"}}}} for code in (200, 404)
}


def _binary(*kinds: str) -> dict[int | str, dict[str, Any]]:
    content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in kinds}
    return {200: {"description": "The file.", "content": content}}


@router.get("/c/{number}", response_class=HTMLResponse, responses=_PAGE)
def get_page(
    number: Number, request: Request, platform: PlatformNeed, actor: ActorNeed, lang: Literal["zh", "en"] | None = None
) -> HTMLResponse:
    """The page behind the code of a label: product, footprint, state, and checks made just now; without a script."""
    chosen = lang or language_of(request)
    headers = {**HEADERS, "Cache-Control": _FOR_NOW, "Content-Language": "zh-CN" if chosen == "zh" else "en"}
    try:
        sheet, found = platform.look(actor, _seen, number)
    except StoreError as error:
        if error.code != "TH-STO-001":
            raise
        return HTMLResponse(rendered("missing.html.j2", chosen), 404, headers)
    return HTMLResponse(rendered("certificate.html.j2", chosen, **_values(sheet, found, chosen)), headers=headers)


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


def _seen(work: Work, number: str) -> tuple[Sheet, Verified]:
    return showing.sheet(work, number), proving.checked(work, number)


def _values(sheet: Sheet, found: Verified, lang: str) -> dict[str, Any]:
    below = f"../v1/certificates/{quote(sheet.number, safe='')}"
    links = {
        "document": f"{below}/document?lang={lang}",
        "credential": f"{below}/credential",
        "proof": f"{below}/proof",
        "bundle": f"{below}/bundle",
    }
    return {
        "sheet": sheet,
        "product": named(sheet.names, lang),
        "other": sheet.names.get("en" if lang == "zh" else "zh", ""),
        "unit": pretty(sheet.unit),
        "per": pretty(sheet.per),
        "state": state_of(sheet, lang),
        "notice": notice_of(sheet, lang),
        "facts": list(facts(sheet, lang)),
        "checks": [
            {
                "name": name_of(check, lang),
                "outcome": check.outcome.value,
                "told": outcome_of(check.outcome, lang),
                "reason": reason_of(check, lang),
            }
            for check in found.checks
        ],
        "links": [(text("certificate", f"page.{name}", lang), address) for name, address in links.items()],
    }
