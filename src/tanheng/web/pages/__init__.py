"""All pages: one file an area."""

from __future__ import annotations

from tanheng.api.routing import Router
from tanheng.web.pages import case_rooms, cases, certificates, entrance, home, preferences

ROUTERS: tuple[Router, ...] = (
    cases.router,
    case_rooms.router,
    certificates.router,
    entrance.router,
    home.router,
    preferences.router,
)
