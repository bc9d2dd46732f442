"""All routes: one file an area."""

from __future__ import annotations

from fastapi import APIRouter

from tanheng.api.routes import organisations, search

ROUTERS: tuple[APIRouter, ...] = (organisations.router, search.router)
