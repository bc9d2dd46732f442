"""All routes: one file an area."""

from __future__ import annotations

from fastapi import APIRouter

from tanheng.api.routes import health, organisations, people, sessions, tokens

ROUTERS: tuple[APIRouter, ...] = (
    health.router,
    sessions.router,
    organisations.router,
    people.router,
    tokens.router,
)
