"""All routes: one file an area."""

from __future__ import annotations

from fastapi import APIRouter

from tanheng.api.routes import audit, health, jobs, organisations, people, sessions, tokens

ROUTERS: tuple[APIRouter, ...] = (
    audit.router,
    health.router,
    jobs.router,
    organisations.router,
    people.router,
    sessions.router,
    tokens.router,
)
