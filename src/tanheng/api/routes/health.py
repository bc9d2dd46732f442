"""Whether the service lives, whether it can work, and its figures."""

from __future__ import annotations

from fastapi import Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from sqlalchemy import text

from tanheng.api.needs import PlatformNeed
from tanheng.api.routing import Router
from tanheng.errors import StoreError
from tanheng.version import __version__

router = Router(tags=["operation"])


class Health(BaseModel):
    """How the service is."""

    status: str
    version: str


@router.get("/health/live")
def live() -> Health:
    """The process answers."""
    return Health(status="ok", version=__version__)


@router.get("/health/ready")
def ready(platform: PlatformNeed) -> Health:
    """The database answers, and has the schema of this version; 503 otherwise."""
    from tanheng.storage.sql import migrating

    try:
        with platform.engine.connect() as sql:
            sql.execute(text("SELECT 1"))
            found = migrating.revision(sql)
    except Exception as error:
        raise StoreError("TH-STO-007", reason=type(error).__name__) from error
    if found != migrating.newest():
        raise StoreError("TH-STO-009", found=found or "–", wanted=migrating.newest())
    return Health(status="ok", version=__version__)


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def metrics() -> Response:
    """Figures for Prometheus; a proxy keeps strangers from them."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
