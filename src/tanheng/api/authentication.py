"""Who asks: by a bearer token, or by the cookie of a session, whose changes must carry its secret (CSRF)."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.security import APIKeyCookie, HTTPBearer

from tanheng.accounts import ANONYMOUS, Actor
from tanheng.errors import AccessError
from tanheng.services.accounts import signing_in
from tanheng.storage.platform import Platform

COOKIE = "tanheng_session"
HEADER = "X-CSRF-Token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

_BEARER = HTTPBearer(auto_error=False, scheme_name="token", description="A token, th_…")
_COOKIE = APIKeyCookie(
    name=COOKIE, auto_error=False, scheme_name="session", description="The cookie of POST /v1/session"
)


def known(
    request: Request,
    _token: Annotated[object, Depends(_BEARER)] = None,
    _session: Annotated[object, Depends(_COOKIE)] = None,
) -> signing_in.Known:
    """Who is behind the request; a stranger where it carries no credential, or the cookie of a session that has ended.

    Raises:
        AccessError: TH-ACC-021 a token that counts no more, TH-ACC-020 a change without the secret of its session.
    """
    platform: Platform = request.app.state.platform
    said = request.headers.get("authorization", "")
    if said:
        scheme, _, text = said.partition(" ")
        found = signing_in.by_token(platform, text.strip()) if scheme.lower() == "bearer" else None
        if found is None:
            raise AccessError("TH-ACC-021")
        return found
    found = signing_in.by_session(platform, request.cookies.get(COOKIE, ""))
    if found is None:
        return signing_in.Known(ANONYMOUS)
    if request.method not in _SAFE and not secrets.compare_digest(
        request.headers.get(HEADER, "").encode(), found.csrf.encode()
    ):
        raise AccessError("TH-ACC-020")
    return found


KnownNeed = Annotated[signing_in.Known, Depends(known)]


async def actor(found: KnownNeed) -> Actor:
    """The acting person, machine or stranger."""
    return found.actor


def give_cookie(response: Response, platform: Platform, value: str) -> None:
    """Set the cookie of a session: out of reach of scripts, never sent from other sites with a change."""
    is_secure = platform.configuration.public_url.startswith("https://")
    seconds = platform.configuration.session_hours * 3600
    response.set_cookie(COOKIE, value, max_age=seconds, httponly=True, samesite="lax", secure=is_secure, path="/")


def take_cookie(response: Response) -> None:
    """Remove the cookie of a session."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
