"""One's own account: password, second factor, sessions, tokens, accounts elsewhere, notices, and what is held about oneself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import segno
from anyio import to_thread
from fastapi import Request, Response

from tanheng.accounts.deciding import scopes
from tanheng.accounts.passwords import SHORTEST
from tanheng.services import notices
from tanheng.services.accounts import identities, organisations, personal, tokens
from tanheng.services.paging import Paging
from tanheng.storage.sql import Work
from tanheng.web.forms import fields
from tanheng.web.rendering import page
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed, Visitor

router = pages()
ALL = Paging(limit=500)
LASTS = timedelta(days=90)
"""What is proposed for a token."""


@router.get("/me")
def me(visitor: SignedInNeed) -> Response:
    """The account at a glance."""
    return page(visitor, "account/me.html.j2", **visitor.look(_me, visitor))


@router.get("/me/second-factor")
def second_factor(visitor: SignedInNeed) -> Response:
    """Setting up the second factor, or another in its place."""
    data = visitor.look(personal.data)
    values: dict[str, Any] = {
        "has_one": data.account.second_factor,
        "left": data.recovery_codes,
        "used": visitor.actor.second_factor,
    }
    return page(visitor, "account/second_factor.html.j2", **values)


@router.post("/me/second-factor/picture")
async def picture(request: Request, visitor: SignedInNeed) -> Response:
    """The picture of an address that an authenticator scans; it changes nothing, and no address of ours holds the secret."""
    sent = await fields(request)
    drawn = await to_thread.run_sync(_drawn, sent.get("address", ""))
    return page(visitor, "account/_picture.html.j2", picture=drawn)


@router.get("/me/tokens")
def own_tokens(visitor: SignedInNeed) -> Response:
    """Tokens of one's own, and those of machines of one's organisations."""
    return page(visitor, "account/tokens.html.j2", **visitor.look(_tokens, visitor))


@router.get("/me/notices")
def own_notices(visitor: SignedInNeed, after: str = "") -> Response:
    """All notices, the newest first."""
    return page(visitor, "account/notices.html.j2", found=visitor.look(notices.listed, Paging(after)))


@router.get("/me/history")
def own_history(visitor: SignedInNeed, after: str = "") -> Response:
    """What the history tells of oneself."""
    return page(visitor, "account/history.html.j2", found=visitor.look(personal.events, Paging(after)))


def _me(work: Work, visitor: Visitor) -> dict[str, Any]:
    data = personal.data(work)
    return {
        "data": data,
        "own": {id_: organisations.of(work, id_) for id_ in data.account.roles if id_ in visitor.actor.memberships},
        "identities": identities.listed(work),
        "providers": visitor.platform.configuration.oidc,
        "shortest": SHORTEST,
    }


def _tokens(work: Work, visitor: Visitor) -> dict[str, Any]:
    found = tokens.listed(work, ALL).items
    named = {one.organisation for one in found if one.organisation} & visitor.actor.memberships.keys()
    return {
        "found": found,
        "own": {id_: organisations.of(work, id_).names for id_ in named},
        "areas": sorted({scope.partition(":")[0] for scope in scopes()}),
        "scopes": sorted(scopes()),
        "until": (work.today + LASTS).isoformat(),
        "now": work.now,
    }


def _drawn(address: str) -> str:
    """The code as an address of data; empty where it is none of an authenticator."""
    if not address.startswith("otpauth://"):
        return ""
    return str(segno.make(address, error="m").svg_data_uri(scale=5, border=2))
