"""The application: routes, errors, and what stands around every request."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Thread

from fastapi import FastAPI

from tanheng.api import around, errors
from tanheng.api.routes import ROUTERS
from tanheng.inventory import words
from tanheng.storage.platform import Platform
from tanheng.version import __version__


def create_app(platform: Platform) -> FastAPI:
    """The HTTP API of an installation."""
    app = FastAPI(
        title="Tanheng 碳衡",
        version=__version__,
        summary="Carbon Footprint Management System",
        responses=errors.RESPONSES,
        docs_url=None,  # it would ask others for its scripts; the web has a page
        redoc_url=None,
        lifespan=_living,
    )
    app.state.platform = platform

    errors.install(app)
    around.install(app)
    for router in ROUTERS:
        app.include_router(router)
    return app


@asynccontextmanager
async def _living(_app: FastAPI) -> AsyncIterator[None]:
    """While it answers; what reads words is loaded beside, so that the first search in Chinese does not wait for it."""
    Thread(target=words.prepare, daemon=True).start()
    yield
