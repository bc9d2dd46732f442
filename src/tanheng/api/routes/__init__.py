"""All routes: one file an area."""

from __future__ import annotations

from fastapi import APIRouter

from tanheng.api.routes import health, organisations

ROUTERS: tuple[APIRouter, ...] = (
    health.router,
    organisations.router,
)
