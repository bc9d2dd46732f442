"""Signing in with an account of another provider (OpenID Connect)."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import AwareDatetime, Field

from tanheng.api.authentication import COOKIE, give_cookie
from tanheng.api.models import Sent, Told
from tanheng.api.needs import ActorNeed, PlatformNeed
from tanheng.api.routing import Router
from tanheng.services.accounts import identities, signing_in
from tanheng.storage.platform import Platform

router = Router(prefix="/v1", tags=["session"])
ATTEMPT = "tanheng_oidc"
"""Cookie of an attempt; it is sent to the addresses of this file only."""
_PATH = "/v1/oidc"
Name = Annotated[str, Path(max_length=32)]
Target = Annotated[str, Query(max_length=500, description="Where to go afterwards: an address here, as /studies.")]
Said = Annotated[str, Query(max_length=4096)]


class ProviderModel(Told):
    """A provider whose accounts are accepted."""

    name: str
    title: str


class IdentityModel(Told):
    """An account of a provider that you sign in with."""

    id: str
    issuer: str
    subject: str
    created_at: AwareDatetime


class NewIdentity(Sent):
    """At which provider the account is."""

    name: str = Field(max_length=32)
    target: str = Field(default="/", max_length=500)


class BegunModel(Told):
    """Where the browser has to go."""

    address: str


@router.get("/oidc")
def list_providers(platform: PlatformNeed) -> list[ProviderModel]:
    """Providers that one can sign in with."""
    return [ProviderModel(name=one.name, title=one.title or one.name) for one in platform.configuration.oidc]


@router.get("/oidc/{name}/login", status_code=303, response_class=RedirectResponse)
def begin_sign_in(name: Name, platform: PlatformNeed, target: Target = "/") -> RedirectResponse:
    """Go to a provider to sign in; it sends the browser back."""
    begun = identities.begin(platform, name, target=target)
    return _sent_on(platform, begun)


@router.get("/oidc/{name}/callback", status_code=303, response_class=RedirectResponse)
def take_answer(
    name: Name,
    request: Request,
    platform: PlatformNeed,
    state: Said = "",
    code: Said = "",
    error: Said = "",
    iss: Said = "",
) -> RedirectResponse:
    """Where providers send browsers back to: opens the session, or links the account."""
    known = signing_in.by_session(platform, request.cookies.get(COOKIE, ""))
    actor = (known or signing_in.STRANGER).actor
    cookie = request.cookies.get(ATTEMPT, "")
    said = {"state": state, "code": code, "error": error, "said_by": iss}
    found = identities.answer(platform, actor, name, cookie=cookie, **said)
    gone = RedirectResponse(found.target, 303, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
    gone.delete_cookie(ATTEMPT, path=_PATH, httponly=True, samesite="lax")
    if found.session is not None:
        give_cookie(gone, platform, found.session.cookie)
    return gone


@router.get("/me/identities")
def list_identities(platform: PlatformNeed, actor: ActorNeed) -> list[IdentityModel]:
    """Your accounts of other providers."""
    return [IdentityModel.model_validate(one) for one in platform.look(actor, identities.listed)]


@router.post("/me/identities", status_code=201)
def begin_linking(sent: NewIdentity, response: Response, platform: PlatformNeed, actor: ActorNeed) -> BegunModel:
    """Link an account of a provider to yours: go to the address, and sign in there."""
    begun = identities.begin_linking(platform, actor, sent.name, target=sent.target)
    response.headers["Cache-Control"] = "no-store"
    _give(response, platform, begun)
    return BegunModel(address=begun.address)


@router.delete("/me/identities/{id}", status_code=204)
def unlink_identity(id: Annotated[str, Path(max_length=36)], platform: PlatformNeed, actor: ActorNeed) -> None:  # noqa: A002
    """Sign in with an account no more."""
    platform.do(actor, identities.unlink, id)


def _sent_on(platform: Platform, begun: identities.Begun) -> RedirectResponse:
    gone = RedirectResponse(begun.address, 303, {"Cache-Control": "no-store"})
    _give(gone, platform, begun)
    return gone


def _give(response: Response, platform: Platform, begun: identities.Begun) -> None:
    """Bind the attempt to this browser. Lax: the provider's redirection back must carry the cookie."""
    is_secure = platform.configuration.public_url.startswith("https://")
    seconds = int(identities.LASTS.total_seconds())
    secret = begun.attempt.secret
    response.set_cookie(ATTEMPT, secret, max_age=seconds, httponly=True, samesite="lax", secure=is_secure, path=_PATH)
