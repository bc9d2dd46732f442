"""All pages: one file an area."""

from __future__ import annotations

from tanheng.api.routing import Router
from tanheng.web.pages import cases, entrance, home, preferences

ROUTERS: tuple[Router, ...] = (
    cases.router,
    entrance.router,
    home.router,
    preferences.router,
)
