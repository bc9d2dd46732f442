"""Is this genuine? A picture of a label, a credential, a bundle, the text of a code, or a number; without a script."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from anyio import to_thread
from fastapi import Request, Response

from tanheng.api import errors
from tanheng.errors import Fault, StoreError, TanhengError, VerifyingError
from tanheng.exchange.credentials.presenting import read_presented
from tanheng.exchange.credentials.telling import outcome_of
from tanheng.services.certification import certificates, proving
from tanheng.services.strangers import pictures
from tanheng.texts import catalogue, text
from tanheng.web.forms import Sent, received, refuse_elsewhere
from tanheng.web.pages.product import told_checks
from tanheng.web.pages.register import number_in
from tanheng.web.rendering import page
from tanheng.web.routing import pages, to
from tanheng.web.visitors import SenderNeed, Visitor, VisitorNeed

router = pages()
LARGEST = 12_000_000
"""Bytes of what is sent: a photograph of a telephone."""


@router.get("/verify")
def verify(visitor: VisitorNeed, number: str = "") -> Response:
    """The form; with a number, the page of its certificate, which is where its checks are."""
    told = number_in(number.replace("\0", ""))[:40]
    if not told:
        return _page(visitor, 200)
    try:
        visitor.look(certificates.of, told)
    except StoreError:
        return _page(visitor, 404, number=told, is_missing=True)
    return to(visitor, f"/c/{quote(told, safe='')}")


@router.post("/verify")
async def check(request: Request, visitor: SenderNeed) -> Response:
    """What came of every check."""
    refuse_elsewhere(request)
    async with received(request, LARGEST) as sent:
        return await to_thread.run_sync(_check, visitor, sent)


def _check(visitor: Visitor, sent: Sent) -> Response:
    typed = sent.fields.get("text", "").strip()
    try:
        content, name = (sent.content, sent.name or "file") if sent.content else (typed.encode(), "")
        if not content:
            raise VerifyingError("TH-VER-001", reason=text("web/verify", "nothing", visitor.lang))
        code = pictures.code_apart(content, place=name) if pictures.is_picture(content) else ""
        found = visitor.look(proving.verify, read_presented(code.encode() if code else content, place=name))
    except TanhengError as error:
        return _page(visitor, errors.status_of(error), faults=error.faults, typed=typed)
    lang = visitor.lang
    return _page(
        visitor,
        200,
        found=found,
        code=code,
        checks=told_checks(found, lang),
        verdict=outcome_of(found.outcome, lang, is_whole=True),
        told=_facts(found.facts, lang),
    )


def _facts(told: Any, lang: str) -> list[tuple[str, str]]:
    known = catalogue("verifying")
    return [(text("verifying", f"fact.{name}", lang), value) for name, value in told.items() if f"fact.{name}" in known]


def _page(visitor: Visitor, status: int, *, faults: tuple[Fault, ...] = (), **values: Any) -> Response:
    empty: dict[str, Any] = dict.fromkeys(("number", "typed", "code", "verdict"), "")
    empty |= {"found": None, "checks": (), "told": (), "is_missing": False}
    told = errors.told(visitor.request, faults)
    return page(visitor, "verify/verify.html.j2", status, faults=told, **{**empty, **values})
