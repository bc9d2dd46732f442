"""The application: routes, errors, and what stands around every request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response

from tanheng.api import errors
from tanheng.api.routes import ROUTERS
from tanheng.storage.platform import Platform
from tanheng.storage.sql.types import new_id
from tanheng.version import __version__


def create_app(platform: Platform) -> FastAPI:
    """The HTTP API of an installation."""
    app = FastAPI(
        title="Tanheng 碳衡",
        version=__version__,
        summary="Carbon Footprint Management System",
        responses=errors.RESPONSES,
        redoc_url=None,
    )
    app.state.platform = platform

    @app.middleware("http")
    async def numbered(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        request.state.request_id = new_id()
        response = await call_next(request)
        response.headers["X-Request-Id"] = request.state.request_id
        return response

    errors.install(app)
    for router in ROUTERS:
        app.include_router(router)
    return app
