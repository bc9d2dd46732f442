"""All routes: one file an area."""

from __future__ import annotations

from fastapi import APIRouter

from tanheng.api.routes import (
    assessments,
    audit,
    databases,
    evidence,
    health,
    jobs,
    log,
    organisations,
    people,
    personal,
    rulepacks,
    search,
    sessions,
    studies,
    tokens,
)

ROUTERS: tuple[APIRouter, ...] = (
    assessments.router,
    audit.router,
    databases.router,
    evidence.router,
    health.router,
    jobs.router,
    log.router,
    organisations.router,
    people.router,
    personal.router,
    rulepacks.router,
    search.router,
    sessions.router,
    studies.router,
    tokens.router,
)
