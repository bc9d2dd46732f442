"""All pages: one file an area."""

from __future__ import annotations

from tanheng.api.routing import Router
from tanheng.web.pages import (
    data_sets,
    database_changes,
    database_checks,
    databases,
    entrance,
    factor_drafts,
    factor_releases,
    factors,
    home,
    methods,
    preferences,
    previews,
    recognition,
    rules,
    search,
    suppliers,
)

ROUTERS: tuple[Router, ...] = (
    data_sets.router,
    database_changes.router,
    database_checks.router,
    databases.router,
    entrance.router,
    factor_drafts.router,
    factor_releases.router,
    factors.router,
    home.router,
    methods.router,
    preferences.router,
    previews.router,
    recognition.router,
    rules.router,
    search.router,
    suppliers.router,
)
