"""Routes of pages: what goes wrong is told on a page, and strangers are sent to the entrance."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlsplit

from anyio import to_thread
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute

from tanheng.api import errors
from tanheng.api.authentication import known
from tanheng.api.routing import Router
from tanheng.errors import Fault, TanhengError
from tanheng.services.accounts.signing_in import STRANGER
from tanheng.web.rendering import page
from tanheng.web.visitors import Visitor, of

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class PageRoute(APIRoute):
    """A route whose errors are pages."""

    def get_route_handler(self) -> Handler:
        """As FastAPI's; what it raises becomes a page in the visitor's language."""
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                return await inner(request)
            except TanhengError as error:
                return await told(request, error.faults, errors.status_of(error))
            except RequestValidationError:
                return await told(request, (Fault("TH-API-003"),), 404)

        return handler


def pages() -> Router:
    """A router of pages; they are no part of the API's description."""
    return Router(route_class=PageRoute, include_in_schema=False)


async def told(request: Request, faults: tuple[Fault, ...], status: int) -> Response:
    """The page of an error; for strangers who must sign in, the entrance."""
    return await to_thread.run_sync(_told, request, faults, status)


def _told(request: Request, faults: tuple[Fault, ...], status: int) -> Response:
    visitor = _whoever(request)
    if faults and faults[0].code == "TH-ACC-001" and not visitor.is_known:
        return to(visitor, "/sign-in", next=visitor.path)
    return page(visitor, "frame/fault.html.j2", status, found=errors.told(request, faults))


def to(visitor: Visitor, path: str, **query: str) -> RedirectResponse:
    """Send the visitor to another page (303: it is looked at, whatever was done before)."""
    return RedirectResponse(visitor.address(path, **query), 303)


def within(path: str) -> str:
    """A path here; the front door where it leads elsewhere."""
    parts = urlsplit(path)
    is_here = path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    return path if is_here and "\\" not in path and path.isprintable() else "/"


def _whoever(request: Request) -> Visitor:
    """The visitor of a request that went wrong; a stranger where even that cannot be found out."""
    try:
        return of(request, known(request))
    except TanhengError:
        return of(request, STRANGER)
