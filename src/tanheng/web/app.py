"""The application: the API, and the pages over the same use cases."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import cast

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from tanheng.api import app as api
from tanheng.errors import Fault
from tanheng.storage.platform import Platform
from tanheng.web import statics
from tanheng.web.pages import ROUTERS
from tanheng.web.routing import told


def create_app(platform: Platform) -> FastAPI:
    """What ``tanheng serve`` serves."""
    app = api.create_app(platform)
    app.add_route(statics.PREFIX + "{path:path}", _static, methods=["GET", "HEAD"], include_in_schema=False)
    for router in ROUTERS:
        app.include_router(router)
    answer = cast("Callable[[Request, Exception], Awaitable[Response]]", app.exception_handlers[HTTPException])

    async def missing(request: Request, error: Exception) -> Response:
        if getattr(error, "status_code", 0) == 404 and _is_page(request):
            return await told(request, (Fault("TH-API-003"),), 404)
        return await answer(request, error)

    fail = cast("Callable[[Request, Exception], Awaitable[Response]]", app.exception_handlers[Exception])

    async def unforeseen(request: Request, error: Exception) -> Response:
        answered = await fail(request, error)  # which writes it into the log
        if not _is_page(request):
            return answered
        return await told(
            request, (Fault("TH-API-005", "", {"request": getattr(request.state, "request_id", "")}),), 500
        )

    app.add_exception_handler(HTTPException, missing)
    app.add_exception_handler(Exception, unforeseen)
    return app


async def _static(request: Request) -> Response:
    return await statics.serve(request.path_params["path"], request)


def _is_page(request: Request) -> bool:
    """Whether somebody with a browser asks, and not for a part of the API."""
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    return "text/html" in request.headers.get("accept", "") and not path.startswith(("/v1/", "/static/"))
