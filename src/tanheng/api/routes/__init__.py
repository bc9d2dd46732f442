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
    factor_collections,
    factor_records,
    factor_releases,
    factor_reviews,
    health,
    jobs,
    log,
    notices,
    oidc,
    organisations,
    people,
    personal,
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
    factor_collections.router,
    factor_records.router,
    factor_releases.router,
    factor_reviews.router,
    health.router,
    jobs.router,
    notices.router,
    log.router,
    oidc.router,
    organisations.router,
    people.router,
    personal.router,
    rulepacks.router,
    search.router,
    sessions.router,
    sites.router,
    studies.router,
    tokens.router,
)
