"""All pages: one file an area."""

from __future__ import annotations

from tanheng.api.routing import Router
from tanheng.web.pages import (
    answers,
    disclosures,
    entrance,
    home,
    openness,
    preferences,
    product,
    register,
    statistics,
    tasks,
    verify,
)

ROUTERS: tuple[Router, ...] = (
    answers.router,
    disclosures.router,
    entrance.router,
    home.router,
    openness.router,
    preferences.router,
    product.router,
    register.router,
    statistics.router,
    tasks.router,
    verify.router,
)
