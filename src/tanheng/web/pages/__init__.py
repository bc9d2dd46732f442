"""All pages: one file an area."""

from __future__ import annotations

from tanheng.api.routing import Router
from tanheng.web.pages import bodies, case_rooms, cases, certificates, classes, entrance, home, preferences, schemes

ROUTERS: tuple[Router, ...] = (
    bodies.router,
    cases.router,
    case_rooms.router,
    certificates.router,
    classes.router,
    entrance.router,
    home.router,
    preferences.router,
    schemes.router,
)
