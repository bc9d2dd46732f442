"""All pages: one file an area."""

from __future__ import annotations

from tanheng.api.routing import Router
from tanheng.web.pages import account, audit, entrance, home, jobs, organisations, preferences

ROUTERS: tuple[Router, ...] = (
    account.router,
    audit.router,
    entrance.router,
    home.router,
    jobs.router,
    organisations.router,
    preferences.router,
)
