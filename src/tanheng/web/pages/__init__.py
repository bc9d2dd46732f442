"""All pages: one file an area."""

from __future__ import annotations

from tanheng.api.routing import Router
from tanheng.web.pages import data_sets, databases, entrance, home, preferences

ROUTERS: tuple[Router, ...] = (
    data_sets.router,
    databases.router,
    entrance.router,
    home.router,
    preferences.router,
)
