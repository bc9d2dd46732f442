"""All routes: one file an area."""

from __future__ import annotations

from fastapi import APIRouter

from tanheng.api.routes import (
    assessments,
    audit,
    databases,
    decisions,
    delegations,
    evidence,
    health,
    jobs,
    oidc,
    organisations,
    people,
    rulepacks,
    search,
    sessions,
    sites,
    studies,
    tokens,
)

ROUTERS: tuple[APIRouter, ...] = (
    assessments.router,
    audit.router,
    databases.router,
    decisions.router,
    delegations.router,
    evidence.router,
    health.router,
    jobs.router,
    oidc.router,
    organisations.router,
    people.router,
    rulepacks.router,
    search.router,
    sessions.router,
    sites.router,
    studies.router,
    tokens.router,
)
