"""All pages: one file an area."""

from __future__ import annotations

from tanheng.api.routing import Router
from tanheng.web.pages import (
    entrance,
    home,
    new_studies,
    preferences,
    studies,
    study_editor,
    study_matching,
    study_versions,
)

ROUTERS: tuple[Router, ...] = (
    entrance.router,
    home.router,
    new_studies.router,
    preferences.router,
    studies.router,
    study_editor.router,
    study_matching.router,
    study_versions.router,
)
