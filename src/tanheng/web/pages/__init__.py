"""All pages: one file an area."""

from __future__ import annotations

from tanheng.api.routing import Router
from tanheng.web.pages import comparing, entrance, home, judgement, preferences, resultreports, results, trials

ROUTERS: tuple[Router, ...] = (
    comparing.router,
    entrance.router,
    home.router,
    judgement.router,
    preferences.router,
    resultreports.router,
    results.router,
    trials.router,
)
