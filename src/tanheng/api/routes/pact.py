"""PACT as partners speak it: versions 3.0 and 2.3, below ``/pact/ORGANISATION``; shapes and errors are those of the standard.

They stand in the OpenAPI documents of PACT, not in ours. Whoever asks is a partner with a token of this endpoint; nothing else of
the installation is open to it.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Coroutine
from typing import Any, Literal
from urllib.parse import parse_qs, unquote_plus, urlencode

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from sqlalchemy.engine import RowMapping
from starlette.concurrency import run_in_threadpool

from tanheng.accounts import system
from tanheng.api.routing import Router
from tanheng.errors import ExchangeError, StoreError
from tanheng.services.pact import cloudevents, criteria, inbox, serving, signing
from tanheng.storage.platform import Platform

EVENTS = ("application/cloudevents+json",)
CODES = {
    400: "BadRequest",
    401: "AccessDenied",
    403: "AccessDenied",
    404: "NotFound",
    500: "InternalError",
    501: "NotImplemented",
}
_FORM = 1 << 16  # bytes of a form that asks for a token


class Refusal(Exception):  # noqa: N818 - an answer
    """An answer that is an error, in the words of the standard."""

    def __init__(self, status: int, message: str, code: str = "") -> None:
        super().__init__(message)
        self.answer = JSONResponse({"code": code or CODES[status], "message": message}, status)
        if status == 401:
            self.answer.headers["WWW-Authenticate"] = "Bearer"


class Spoken(APIRoute):
    """A route whose errors are those of the standard: ``{code, message}``."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with errors told."""
        handler = super().get_route_handler()

        async def told(request: Request) -> Response:
            try:
                _insist_on_tls(request)
                return await handler(request)
            except Refusal as refusal:
                return refusal.answer
            except StoreError as error:
                if error.code != "TH-STO-001":
                    raise
                return Refusal(404, "There is no such footprint.").answer
            except ExchangeError as error:
                return Refusal(400, error.faults[0].line()).answer

        return told


router = Router(prefix="/pact/{organisation}", tags=["pact"], route_class=Spoken, include_in_schema=False)


@router.get("/.well-known/openid-configuration")
async def tell_endpoints(organisation: str, request: Request) -> dict[str, Any]:
    """Where tokens come from (OpenID Connect Discovery 1.0, as far as client credentials need it)."""
    base = f"{_origin(request)}/pact/{organisation}"
    return {
        "issuer": base,
        "token_endpoint": f"{base}/auth/token",
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "scopes_supported": ["footprint:list", "footprint:read"],
        "response_types_supported": ["token"],
    }


@router.post("/auth/token")
async def give_token(organisation: str, request: Request) -> JSONResponse:
    """A token for client credentials (RFC 6749, section 4.4), sent by HTTP Basic."""
    client, secret = _basic(request.headers.get("authorization", ""))
    form = await _form(request)
    if form.get("grant_type") != "client_credentials":
        return _oauth(400, "unsupported_grant_type" if "grant_type" in form else "invalid_request")
    platform: Platform = request.app.state.platform
    granted = await run_in_threadpool(platform.do, _actor(client), signing.grant, organisation, client, secret)
    if granted is None:
        return _oauth(401, "invalid_client")
    told = {"access_token": granted.token, "token_type": "bearer", "expires_in": granted.seconds}
    return JSONResponse(told, headers={"Cache-Control": "no-store", "Pragma": "no-cache"})


@router.get("/{speaks}/footprints")
async def list_footprints(organisation: str, speaks: str, request: Request) -> JSONResponse:
    """Footprints that the partner may read (Action ListFootprints)."""
    version = _version(speaks)
    partner = await _partner(request, organisation)
    said = _query(request)
    limit = _limit(said.pop("limit", None))
    after = said.pop("after", [""])[-1]
    if version == 2 and any(said.get("$filter", [])):
        raise Refusal(400, "Filters by OData are not implemented; use version 3.", "NotImplemented")
    single = {key: values[-1] for key, values in said.items() if key in criteria.MOMENTS}
    asked = criteria.read({**said, **single} if version == 3 else {})
    platform: Platform = request.app.state.platform
    found = await run_in_threadpool(
        platform.look, _actor(partner["id"]), serving.found, partner, asked, speaks=version, limit=limit, after=after
    )
    answer = JSONResponse({"data": list(found.documents)})
    if found.after:
        again = [(key, value) for key, value in request.query_params.multi_items() if key != "after"]
        query = urlencode([*again, ("after", found.after)])
        answer.headers["Link"] = f'<{_origin(request)}/pact/{organisation}/{version}/footprints?{query}>; rel="next"'
    return answer


@router.get("/{speaks}/footprints/{id}")
async def get_footprint(organisation: str, speaks: str, id: str, request: Request) -> JSONResponse:  # noqa: A002
    """One footprint (Action GetFootprint); one that was replaced says so in its status."""
    version = _version(speaks)
    partner = await _partner(request, organisation)
    platform: Platform = request.app.state.platform
    found = await run_in_threadpool(platform.look, _actor(partner["id"]), serving.one, partner, id, speaks=version)
    if found is None:
        raise Refusal(403, "This footprint is not shared with you.")
    return JSONResponse({"data": found})


@router.post("/{speaks}/events")
async def take_event(organisation: str, speaks: str, request: Request) -> Response:
    """An event of the partner (Action Events); it is answered at once, and what it asks for comes later."""
    version = _version(speaks)
    partner = await _partner(request, organisation)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in EVENTS:
        raise Refusal(400, f"Events are sent as {EVENTS[0]}.")
    event = cloudevents.read(await request.body(), version)
    platform: Platform = request.app.state.platform
    await run_in_threadpool(platform.do, _actor(partner["id"]), inbox.take, partner, event)
    return Response(status_code=200) if version == 3 else JSONResponse({})


async def _partner(request: Request, organisation: str) -> RowMapping:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise Refusal(401, "A bearer token is needed.")
    platform: Platform = request.app.state.platform
    found = await run_in_threadpool(signing.known, platform, system("pact"), organisation, token.strip())
    if found is signing.Refused.EXPIRED:
        raise Refusal(401, "The token has expired.", "TokenExpired")
    if isinstance(found, signing.Refused):
        raise Refusal(401, "The token is invalid.")
    return found


def _insist_on_tls(request: Request) -> None:
    """Refuse plain HTTP: secrets and footprints of companies go over TLS, which may end at a proxy before us."""
    chosen = request.app.state.platform.configuration
    if request.url.scheme != "https" and not chosen.public_url.startswith("https://") and not chosen.pact_loopback:
        raise Refusal(403, "Footprints are exchanged over HTTPS only.")


def _actor(partner: str) -> Any:
    return system(f"pact:{partner}"[:72])


def _version(speaks: str) -> Literal[2, 3]:
    if speaks not in ("2", "3"):
        raise Refusal(404, "There is no such version.")
    return 3 if speaks == "3" else 2


def _origin(request: Request) -> str:
    """Scheme and host as the partner called them."""
    is_https = request.app.state.platform.configuration.public_url.startswith("https://")
    return f"{'https' if is_https else request.url.scheme}://{request.headers.get('host', request.url.netloc)}"


def _query(request: Request) -> dict[str, list[str]]:
    """Parameters by the names of the standard, in whatever case they were written."""
    known = {name.lower(): name for name in (*criteria.LISTS, *criteria.MOMENTS, "status", "limit", "after", "$filter")}
    found: dict[str, list[str]] = {}
    for key, value in request.query_params.multi_items():
        if key.lower() in known:
            found.setdefault(known[key.lower()], []).append(value)
    return found


def _limit(said: list[str] | None) -> int | None:
    if said is None:
        return None
    if not (said[-1].isascii() and said[-1].isdecimal()):
        raise Refusal(400, "limit is a whole number from 0.")
    return int(said[-1][:18])


def _basic(header: str) -> tuple[str, str]:
    """Client and secret of HTTP Basic, each form-encoded first (RFC 6749, section 2.3.1)."""
    scheme, _, coded = header.partition(" ")
    try:
        text = base64.b64decode(coded.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return "", ""
    client, _, secret = text.partition(":")
    return (unquote_plus(client), unquote_plus(secret)) if scheme.lower() == "basic" else ("", "")


async def _form(request: Request) -> dict[str, str]:
    content = bytearray()
    async for block in request.stream():
        content += block
        if len(content) > _FORM:
            raise Refusal(400, "The form is too large.")
    try:
        return {key: values[-1] for key, values in parse_qs(content.decode(), max_num_fields=50).items()}
    except ValueError:
        return {}


def _oauth(status: int, error: str) -> JSONResponse:
    """An error of OAuth 2.0 (RFC 6749, section 5.2), told as PACT tells errors, too."""
    headers = {"WWW-Authenticate": "Basic"} if status == 401 else {}
    return JSONResponse({"error": error, "code": CODES[status], "message": error}, status, headers)
