"""All pages: one file an area."""

from __future__ import annotations

from tanheng.api.routing import Router
from tanheng.web.pages import entrance, home, preferences, results, trials

ROUTERS: tuple[Router, ...] = (
    entrance.router,
    home.router,
    preferences.router,
    results.router,
    trials.router,
)
