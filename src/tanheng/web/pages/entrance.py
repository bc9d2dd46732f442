"""Coming in: the first visit of an installation, and signing in. Both work without a script."""

from __future__ import annotations

from collections.abc import Mapping

from anyio import to_thread
from fastapi import Request, Response

from tanheng.accounts import ANONYMOUS, Actor
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.passwords import SHORTEST
from tanheng.api import errors
from tanheng.api.authentication import give_cookie
from tanheng.errors import AccessError, TanhengError
from tanheng.services import beginning
from tanheng.services.accounts import signing_in
from tanheng.services.demonstration import filling
from tanheng.web.forms import fields
from tanheng.web.pages.preferences import keep_language
from tanheng.web.rendering import page
from tanheng.web.routing import pages, to, within
from tanheng.web.visitors import Visitor, VisitorNeed

router = pages()


@router.get("/first-visit")
def first_visit(visitor: VisitorNeed, key: str = "") -> Response:
    """Who brings the key of the operator makes the administrator."""
    if not beginning.is_new(visitor.platform):
        return to(visitor, "/")
    if not beginning.fits(visitor.platform, key):
        return page(visitor, "entrance/locked.html.j2", 403)
    return page(visitor, "entrance/first_visit.html.j2", key=key, given={}, found=(), shortest=SHORTEST)


@router.post("/first-visit")
async def begin(request: Request, visitor: VisitorNeed) -> Response:
    """Make the administrator, sign them in, and go on to the second factor."""
    sent = await fields(request)
    return await to_thread.run_sync(_begin, visitor, sent)


@router.get("/sign-in")
def sign_in(visitor: VisitorNeed, next: str = "/") -> Response:  # noqa: A002 - as the address says it
    """The form."""
    if visitor.is_known:
        return to(visitor, within(next).removeprefix(visitor.root) or "/")
    return _entrance(visitor, next, {}, ())


@router.post("/sign-in")
async def open_session(request: Request, visitor: VisitorNeed) -> Response:
    """Open a session, and go on where the visitor wanted to go."""
    sent = await fields(request)
    return await to_thread.run_sync(_open, visitor, sent)


def _begin(visitor: Visitor, sent: Mapping[str, str]) -> Response:
    key = sent.get("key", "")
    account = {name: sent.get(name, "") for name in ("email", "name", "password")}
    try:
        made = beginning.begin(visitor.platform, key, **account)
        opened = signing_in.sign_in(visitor.platform, ANONYMOUS, email=account["email"], password=account["password"])
    except TanhengError as error:
        if error.code == "TH-ACC-049":
            raise
        found = errors.told(visitor.request, error.faults)
        template, status = "entrance/first_visit.html.j2", errors.status_of(error)
        return page(visitor, template, status, key=key, given=sent, found=found, shortest=SHORTEST)
    if sent.get("demo"):
        visitor.platform.do(Actor(ActorKind.PERSON, made.id), filling.start)
    response = to(visitor, "/welcome")
    give_cookie(response, visitor.platform, opened.cookie)
    if sent.get("language") in ("zh", "en"):
        keep_language(visitor, response, sent["language"])
    return response


def _open(visitor: Visitor, sent: Mapping[str, str]) -> Response:
    client = visitor.request.client
    given = {name: sent.get(name, "").strip() for name in ("email", "code")}
    try:
        opened = signing_in.sign_in(
            visitor.platform,
            ANONYMOUS,
            email=given["email"],
            password=sent.get("password", ""),
            code=given["code"],
            address=client.host if client else "",
        )
    except AccessError as error:
        found = errors.told(visitor.request, error.faults)
        wants_code = error.code == "TH-ACC-019" or bool(given["code"])
        return _entrance(visitor, sent.get("next", "/"), given, found, errors.status_of(error), wants_code=wants_code)
    response = to(visitor, within(sent.get("next", "/")).removeprefix(visitor.root) or "/")
    give_cookie(response, visitor.platform, opened.cookie)
    return response


def _entrance(
    visitor: Visitor,
    back: str,
    given: dict[str, str],
    found: object,
    status: int = 200,
    *,
    wants_code: bool = False,
) -> Response:
    return page(
        visitor,
        "entrance/sign_in.html.j2",
        status,
        next=within(back),
        given=given,
        found=found,
        wants_code=wants_code,
        providers=visitor.platform.configuration.oidc,
        is_new=beginning.is_new(visitor.platform),
    )
